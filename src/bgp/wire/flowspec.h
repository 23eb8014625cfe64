// Flow Specifications: rules for routers that filter traffic, told by BGP (RFC 8955 for IPv4, RFC 8956 for IPv6), and what
// they do with what matches (extended communities, RFC 8955 section 7).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/error.h"
#include "bgp/wire/nlri.h"

namespace weir::bgp {

/// RFC 8955 section 4.2.2; the numbers are those on the wire, and components stand in their order.
enum class FlowType : std::uint8_t {
  destination = 1,
  source = 2,
  protocol = 3,  ///< IPv6: the upper-layer protocol (RFC 8956 section 3.3)
  port = 4,      ///< of source or destination
  destination_port = 5,
  source_port = 6,
  icmp_type = 7,
  icmp_code = 8,
  tcp_flags = 9,  ///< a bitmask
  length = 10,    ///< octets of the IP packet
  dscp = 11,
  fragment = 12,  ///< a bitmask: see FragmentBits
  flow_label = 13,  ///< IPv6 only (RFC 8956 section 3.7)
};

/// RFC 8955 section 4.2.2.12; IPv6 has no `dont`.
enum FragmentBits : std::uint8_t { kDontFragment = 1, kIsFragment = 2, kFirstFragment = 4, kLastFragment = 8 };

/// One {operator, value} of a list. The bits are the low ones of the operator's octet, without end-of-list and length:
/// numbers have less (4), greater (2), equal (1); bitmasks have not (2), match (1); both have and (0x40).
struct FlowMatch {
  std::uint8_t bits = 1;
  std::uint64_t value = 0;
  auto operator<=>(const FlowMatch&) const = default;
};
inline constexpr std::uint8_t kFlowAnd = 0x40, kFlowLess = 4, kFlowGreater = 2, kFlowEqual = 1, kFlowNot = 2,
                              kFlowAll = 1;

struct FlowComponent {
  FlowType type = FlowType::destination;
  Prefix prefix{};                ///< of destination and source
  std::uint8_t offset = 0;        ///< IPv6 prefixes: leading bits that are not compared; Weir sends 0
  std::vector<FlowMatch> matches{};  ///< of all others, at least one
  auto operator<=>(const FlowComponent&) const = default;
};

/// A rule. Its components all have to match; each type stands there at most once, the types ascending.
struct FlowSpec {
  Afi afi = Afi::ipv4;
  std::vector<FlowComponent> components;
  auto operator<=>(const FlowSpec&) const = default;
};

/// {ipv4 or ipv6, flowspec}.
[[nodiscard]] Family family_of(const FlowSpec& rule);
/// "dst 192.0.2.1/32 proto =17 sport =123 length >=400&<=1500".
[[nodiscard]] std::string to_string(const FlowSpec& rule);

/// One NLRI with its length in front (RFC 8955 section 4.1). The error says what no NLRI can hold: no component, types out
/// of order, an empty list, a prefix of the other family, more than 4095 octets.
[[nodiscard]] Result<std::vector<std::byte>> encode_flowspec(const FlowSpec& rule);
/// The inverse, of exactly one NLRI. Errors as RFC 8955 section 4.2 has them: what is malformed is refused whole.
[[nodiscard]] Result<FlowSpec> decode_flowspec(Bytes nlri, Afi afi);

// What is done with the traffic: extended communities (RFC 8955 section 7).
/// Octets per second, as a 32-bit float; 0 discards. `as` is informative.
[[nodiscard]] std::uint64_t traffic_rate_bytes(std::uint16_t as, float octets_per_second);
/// The same in packets per second (section 7.2).
[[nodiscard]] std::uint64_t traffic_rate_packets(std::uint16_t as, float packets_per_second);
/// From "64500:100", "192.0.2.1:100" or "4200000000:100": the traffic goes to the VRF that imports this route target.
[[nodiscard]] Result<std::uint64_t> redirect_to(std::string_view route_target);
/// "discard", "rate 125000 octets/s", "rate 1000 packets/s", "redirect 64500:100"; "" for another community.
[[nodiscard]] std::string flow_action_text(std::uint64_t community);

}  // namespace weir::bgp
