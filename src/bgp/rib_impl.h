// Rib's inside, for its own files.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "bgp/rib_layout.h"
#include "bgp/route_table.h"
#include "bgp/view_table.h"

namespace weir::bgp {

class Rib::Impl {
 public:
  explicit Impl(const RibOptions& with) : options(with) {}

  /// Whether it may tell something. A view that is down tells nothing.
  [[nodiscard]] bool up(ViewId view) const { return view < views.size() && views[view].up; }
  void announce(ViewId view, Family family, const PathAttributes& attributes, std::span<const Announcement> routes,
                UnixMillis now);
  void withdraw(ViewId view, std::span<const Nlri> routes, UnixMillis now);
  void end_of_rib(ViewId view, Family family, UnixMillis now);
  /// Some routes are dead: they go in the background, but a small table is swept here and now.
  void begin_sweep();
  /// The time to be used where nobody tells one.
  [[nodiscard]] UnixMillis latest() const { return std::max(latest_ms, routes.clock()); }

  [[nodiscard]] std::vector<Candidate> candidates(const Prefix& prefix, const RouteBlock& block, TableId table,
                                                  bool with_past) const;

  const RibOptions options;
  mutable std::mutex mutex;  ///< over all that changes the table
  RibStore store;
  ViewTable views{store};
  RouteTable routes{store, views, options};
  std::map<std::string, RouteDistinguisher, std::less<>> table_names;
  UnixMillis latest_ms = 0;
  std::uint64_t refused = 0;  ///< routes that did not get as far as RouteTable

 private:
  /// The table of a route of this view; nothing when there are too many.
  [[nodiscard]] std::optional<TableId> table_of(const View& view, const Nlri& nlri);
  [[nodiscard]] Candidate candidate(const Route& route, RouteExtra extra, const Prefix& prefix, TableId table) const;
};

/// A family as NLRI alone tell it: for callers that do not.
[[nodiscard]] inline Family family_of(const Nlri& nlri) {
  const Afi afi = nlri.prefix.address.is_v4() ? Afi::ipv4 : Afi::ipv6;
  return {afi, nlri.rd.bits != 0 ? Safi::vpn : nlri.label != 0 ? Safi::labelled : Safi::unicast};
}

}  // namespace weir::bgp
