// What we announce to a peer: kept as long as it is announced, so that a peer that comes back is told again.
#pragma once

#include <map>
#include <vector>

#include "bgp/announcer.h"
#include "bgp/session/negotiation.h"

namespace weir::bgp {

/// The session that routes are sent on.
struct OutgoingSession {
  As local_as = 0;
  As peer_as = 0;
  IpAddress local_address;
  Agreed agreed;
  std::size_t most_octets = kMostOctets;
};

using Messages = std::vector<std::vector<std::byte>>;

class AdjRibOut {
 public:
  /// Enough for mitigation; a mistake elsewhere does not fill the peer's table from here.
  static constexpr std::size_t kMostRoutes = 100'000;

  [[nodiscard]] Result<void> set(const OwnRoute& route);
  [[nodiscard]] Result<void> set(const OwnFilter& filter);
  /// Whether it was there.
  bool remove(const Nlri& nlri);
  bool remove(const FlowSpec& rule);
  [[nodiscard]] std::size_t size() const { return routes_.size() + filters_.size(); }
  /// Every route of a family as messages for this session.
  [[nodiscard]] Messages all(Family family, const OutgoingSession& session) const;

 private:
  [[nodiscard]] Result<void> check_room(bool known) const;

  std::map<Nlri, OwnRoute> routes_;
  std::map<FlowSpec, OwnFilter> filters_;
};

/// Nothing when the session does not carry the family, or no next hop fits.
[[nodiscard]] Messages announcement(const OwnRoute& route, const OutgoingSession& session);
[[nodiscard]] Messages withdrawal(const Nlri& nlri, const OutgoingSession& session);
[[nodiscard]] Messages announcement(const OwnFilter& filter, const OutgoingSession& session);
[[nodiscard]] Messages withdrawal(const FlowSpec& rule, const OutgoingSession& session);
/// Unicast of the prefix's address family.
[[nodiscard]] Family family_of(const Nlri& nlri);

}  // namespace weir::bgp
