#include "bgp/rib_layout.h"

namespace weir::bgp {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

}  // namespace

RibStore::RibStore()
    : trie_slab(epochs, PrefixTrie::kMostSlabOctets),
      route_slab(epochs, kMostRouteOctets),
      attributes(epochs),
      views(kMostViews),
      groups(kMostViews),
      next_hops(kMostNextHops),
      tables(kMostTables),
      source_exporters(std::size_t{1} << 16U) {
  groups.emplace_back();  // 0 is nobody's
}

bool RibStore::stale(const Route& route) const {
  const ViewState& view = views[route.view()];
  return (view.standing.load(kRelaxed) & 1U) != 0 || view.family(route.family()).age(route.generation()) != 0;
}

Contender RibStore::contender(const Route& route, RouteExtra extra) const {
  const ViewState& view = views[route.view()];
  const DecisionFacts facts = attributes.facts(route.attributes);
  return {.preference = ViewState::preference_of(view.standing.load(kRelaxed)),
          .stale = stale(route),
          .local_pref = facts.local_pref,
          .path_length = facts.path_length,
          .origin = facts.origin,
          .neighbour_as = facts.neighbour_as,
          .med = facts.med,
          .internal = view.internal.load(kRelaxed),
          .bgp_id = view.bgp_id.load(kRelaxed),
          .peer = view.peer,
          .path_id = extra.path_id,
          .view = route.view()};
}

}  // namespace weir::bgp
