#include "detect/attack.h"

#include <array>
#include <utility>

namespace weir::detect {
namespace {

struct KindText {
  std::string_view name;
  std::string_view title;
};

constexpr std::array kKinds = {
    KindText{"unknown", "Unknown"},
    KindText{"syn_flood", "SYN flood"},
    KindText{"ack_flood", "ACK flood"},
    KindText{"rst_flood", "RST flood"},
    KindText{"udp_flood", "UDP flood"},
    KindText{"dns_amplification", "DNS amplification"},
    KindText{"ntp_amplification", "NTP amplification"},
    KindText{"cldap_amplification", "CLDAP amplification"},
    KindText{"ssdp_amplification", "SSDP amplification"},
    KindText{"memcached_amplification", "memcached amplification"},
    KindText{"snmp_amplification", "SNMP amplification"},
    KindText{"chargen_amplification", "chargen amplification"},
    KindText{"icmp_flood", "ICMP flood"},
    KindText{"fragment_flood", "Fragment flood"},
    KindText{"gre_flood", "GRE flood"},
    KindText{"esp_flood", "ESP flood"},
    KindText{"carpet_bombing", "Carpet bombing"},
    KindText{"scan", "Scan"},
    KindText{"outgoing_spam", "Outgoing spam"},
    KindText{"outgoing_scan", "Outgoing scan"},
    KindText{"outgoing_amplification", "Outgoing amplification"},
    KindText{"outgoing_flood", "Outgoing flood"},
};
static_assert(kKinds.size() == static_cast<std::size_t>(AttackKind::outgoing_flood) + 1);

}  // namespace

std::string_view name_of(AttackKind kind) { return kKinds.at(static_cast<std::size_t>(kind)).name; }
std::string_view title_of(AttackKind kind) { return kKinds.at(static_cast<std::size_t>(kind)).title; }

}  // namespace weir::detect
