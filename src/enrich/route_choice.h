// Whose word counts: the flow's or the routing table's. Pure functions; routes.h has the rule in words.
#pragma once

#include <cstdint>

#include "base/ip_address.h"
#include "enrich/enrich_config.h"

namespace weir::enrich {

/// How much an AS number says.
enum class Says : std::uint8_t {
  nothing,   ///< 0, which routers export for "not known"; 23456 (RFC 6793), which stands for another; 65535 and
             ///< 4294967295 (RFC 7300), which nobody has
  local,     ///< private (RFC 6996) or for documentation (RFC 5398): true in one network, and often a router's own
  anything,  ///< all others
};
[[nodiscard]] constexpr Says says(std::uint32_t as) {
  if (as == 0 || as == 23456 || as == 65535 || as == 4294967295) return Says::nothing;
  if ((as >= 64496 && as <= 64511) || (as >= 64512 && as <= 65534)) return Says::local;
  if ((as >= 65536 && as <= 65551) || as >= 4200000000) return Says::local;
  return Says::anything;
}

/// One of the two ASes; 0 where neither is known. `own_view`: the table's route is from the exporter's own view.
[[nodiscard]] constexpr std::uint32_t choose_as(std::uint32_t flow, std::uint32_t table, Prefer prefer, bool own_view) {
  if (says(table) == Says::nothing) return says(flow) == Says::nothing ? (table != 0 ? table : flow) : flow;
  if (prefer == Prefer::table || (prefer == Prefer::automatic && own_view)) return table;
  if (prefer == Prefer::flow) return says(flow) >= says(table) ? flow : table;
  return says(flow) == Says::anything ? flow : table;
}

/// True when the mask that the flow tells is taken. `most` is 32 or 128. A mask of 0 is what routers export for "not
/// known" as well as for a default route.
[[nodiscard]] constexpr bool takes_flow_mask(std::uint8_t flow, unsigned most, Prefer prefer, bool own_view) {
  if (prefer == Prefer::table || (prefer == Prefer::automatic && own_view)) return false;
  return flow != 0 && flow <= most;
}

/// True when the next hop that the flow tells is taken.
[[nodiscard]] constexpr bool takes_flow_next_hop(IpAddress flow, IpAddress table, Prefer prefer, bool own_view) {
  if (table.is_unspecified()) return true;
  if (prefer == Prefer::table || (prefer == Prefer::automatic && own_view)) return false;
  return !flow.is_unspecified();
}

/// True when the AS path and the communities that the flow tells are taken where the table has others.
[[nodiscard]] constexpr bool takes_flow_path(Prefer prefer, bool own_view) {
  return prefer == Prefer::flow || (prefer == Prefer::automatic && !own_view);
}

}  // namespace weir::enrich
