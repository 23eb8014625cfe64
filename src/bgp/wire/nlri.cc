#include "bgp/wire/nlri.h"

#include <array>

namespace weir::bgp {
std::string_view to_string(Family family) {
  constexpr std::array<std::string_view, kFamilies.size()> kNames = {
      "ipv4-unicast", "ipv6-unicast", "ipv4-labelled", "ipv6-labelled",
      "ipv4-vpn",     "ipv6-vpn",     "ipv4-flowspec", "ipv6-flowspec"};
  if (const auto at = index_of(family)) return kNames[*at];
  if (family == Family{Afi::ipv4, Safi::multicast}) return "ipv4-multicast";
  if (family == Family{Afi::ipv6, Safi::multicast}) return "ipv6-multicast";
  return "other";
}

std::optional<std::size_t> index_of(Family family) {
  for (std::size_t i = 0; i < kFamilies.size(); ++i) {
    if (kFamilies[i] == family) return i;
  }
  return std::nullopt;
}

bool has_prefixes(Family family) {
  return family.safi != Safi::flowspec && index_of(family).has_value();
}

}  // namespace weir::bgp
