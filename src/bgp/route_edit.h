// One change of one prefix's routes, for route_table.cc.
#pragma once

#include <algorithm>

#include "bgp/route_table.h"

namespace weir::bgp {

/// Takes the routes of a prefix apart, has them changed, and publishes them as a new block. What is dead is taken out
/// on the way. One at a time for a table.
class RouteTable::Edit {
 public:
  Edit(RouteTable& table, std::uint32_t id);

  [[nodiscard]] std::optional<std::size_t> find(ViewId view, std::uint32_t path_id) const;
  [[nodiscard]] const Route& route(std::size_t i) const { return routes_[i]; }
  [[nodiscard]] RouteExtra extra(std::size_t i) const { return extras_[i]; }
  [[nodiscard]] std::size_t size() const { return routes_.size(); }
  /// Puts a route into its place; takes over its references.
  void insert(const Route& route, RouteExtra extra);
  /// The same route told again, as it was but for generation and label.
  void freshen(std::size_t i, const Route& route, RouteExtra extra);
  /// Takes it out; it is kept as a past route if it was valid for any time before `until_s`.
  void bury(std::size_t i, std::uint32_t until_s);
  /// Takes it out without a trace.
  void erase(std::size_t i);
  /// Puts all into their order again.
  void resort();
  /// Forgets the oldest past route.
  void forget_oldest_past();
  void changed(std::uint32_t at_s) { changed_s_ = std::max(changed_s_, at_s); }

  /// Publishes what was changed; always to be called. The prefix is gone when nothing is left of it.
  void commit();

 private:
  [[nodiscard]] Contender facts(std::size_t i) const;
  [[nodiscard]] bool goes_before(const Contender& a, const Contender& b) const;
  void note_med(std::size_t i);
  [[nodiscard]] Slab::Block store_past();
  [[nodiscard]] Slab::Block store_routes(Slab::Block past);

  RouteTable& table_;
  RibStore& store_;
  std::vector<Route>& routes_;
  std::vector<RouteExtra>& extras_;
  std::vector<PastRoute>& past_;
  std::uint32_t id_;
  Slab::Block old_;
  std::uint32_t changed_s_ = 0;
  bool med_decides_ = false;
  bool past_changed_ = false;
  bool dirty_ = false;
};

}  // namespace weir::bgp
