// What is reachable: prefixes with what identifies a route beside them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "base/ip_address.h"
#include "base/route_distinguisher.h"

namespace weir::bgp {

/// Address families and subsequent ones (RFC 4760) that Weir keeps; others are skipped and counted.
enum class Afi : std::uint16_t { ipv4 = 1, ipv6 = 2 };
enum class Safi : std::uint8_t { unicast = 1, multicast = 2, labelled = 4, vpn = 128, flowspec = 133 };

struct Family {
  Afi afi = Afi::ipv4;
  Safi safi = Safi::unicast;
  auto operator<=>(const Family&) const = default;
};
/// The order of FamilySet's bits. Multicast is read past, never kept. Flow Specifications (RFC 8955) are announced, and read
/// past when a peer tells any.
inline constexpr std::array<Family, 8> kFamilies = {{{Afi::ipv4, Safi::unicast},
                                                     {Afi::ipv6, Safi::unicast},
                                                     {Afi::ipv4, Safi::labelled},
                                                     {Afi::ipv6, Safi::labelled},
                                                     {Afi::ipv4, Safi::vpn},
                                                     {Afi::ipv6, Safi::vpn},
                                                     {Afi::ipv4, Safi::flowspec},
                                                     {Afi::ipv6, Safi::flowspec}}};
/// "ipv4-unicast", "ipv6-labelled", ...: also the words of the configuration.
[[nodiscard]] std::string_view to_string(Family family);
/// Nothing for a family that Weir does not keep.
[[nodiscard]] std::optional<std::size_t> index_of(Family family);
/// Whether its NLRI are prefixes, which the table keeps.
[[nodiscard]] bool has_prefixes(Family family);

/// A set of kFamilies.
struct FamilySet {
  std::uint8_t bits = 0;
  constexpr void add(std::size_t index) { bits = static_cast<std::uint8_t>(bits | 1U << index); }
  [[nodiscard]] constexpr bool has(std::size_t index) const { return (bits >> index & 1U) != 0; }
  [[nodiscard]] bool has(Family family) const {
    const auto at = index_of(family);
    return at && has(*at);
  }
  bool operator==(const FamilySet&) const = default;
};

using weir::parse_rd;
using weir::RouteDistinguisher;

struct Nlri {
  Prefix prefix;
  RouteDistinguisher rd;
  std::uint32_t path_id = 0;  ///< RFC 7911; 0 without ADD-PATH
  std::uint32_t label = 0;    ///< the first label (20 bits) of labelled and VPN routes
  auto operator<=>(const Nlri&) const = default;
};

}  // namespace weir::bgp
