// Services whose answers are larger than the questions, and which answer whoever the question claims to be from.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "detect/attack.h"

namespace weir::detect {

struct Amplifier {
  std::uint16_t port;
  std::uint16_t least_length;  ///< octets of a packet: shorter ones are ordinary answers
  AttackKind kind;
  std::string_view name;
};

inline constexpr std::array<Amplifier, 7> kAmplifiers = {{
    {53, 400, AttackKind::dns_amplification, "DNS"},
    {123, 200, AttackKind::ntp_amplification, "NTP"},
    {389, 200, AttackKind::cldap_amplification, "CLDAP"},
    {1900, 150, AttackKind::ssdp_amplification, "SSDP"},
    {11211, 200, AttackKind::memcached_amplification, "memcached"},
    {161, 200, AttackKind::snmp_amplification, "SNMP"},
    {19, 64, AttackKind::chargen_amplification, "chargen"},
}};

/// Null: none, or too short for one. The length counts the IP header.
[[nodiscard]] constexpr const Amplifier* amplifier_of(std::uint16_t source_port, std::uint16_t length) {
  for (const Amplifier& amplifier : kAmplifiers) {
    if (amplifier.port == source_port) return length >= amplifier.least_length ? &amplifier : nullptr;
  }
  return nullptr;
}

}  // namespace weir::detect
