// What forbids an announcement. Every guard is one row of the table in guards.cc; each refusal says which it was, what it
// holds against and what to do. Pure: what a guard must know is handed in.
#pragma once

#include <functional>
#include <vector>

#include "bgp/rpki/validator.h"
#include "detect/mitigation/mitigation_config.h"

namespace weir::detect {

/// What RFC 6811 says of our AS and a prefix, and whether a VRP for our AS covers it at all (whatever its greatest length).
struct OriginFacts {
  bgp::Validity validity = bgp::Validity::not_found;
  bool covered_by_own = false;
};
using OriginOf = std::function<OriginFacts(const Prefix&)>;

/// One route at one peer.
struct StandingRoute {
  std::string peer{};
  PlannedRoute route{};  ///< its `peers` hold `peer` alone
  std::uint64_t mitigation = 0;
  bool sent = false;  ///< this process has announced it
};

/// What is the case besides the mitigation that is judged.
struct Situation {
  UnixMillis now = 0;
  std::size_t active = 0;          ///< mitigations, without this one
  std::size_t within_hour = 0;     ///< announcements
  std::vector<StandingRoute> standing{};  ///< of others
};

/// All that is against it; empty: it may leave. In dry run the same guards speak.
[[nodiscard]] std::vector<Refusal> check_guards(const Mitigation& mitigation, const MitigationConfig& config,
                                                const Situation& situation, const OriginOf& origin_of);

/// One route as it stands at each of its peers.
[[nodiscard]] std::vector<StandingRoute> at_each_peer(const PlannedRoute& route, std::uint64_t mitigation);
/// Whether both are the same NLRI at the same peer, whatever their attributes.
[[nodiscard]] bool same_place(const StandingRoute& a, const StandingRoute& b);

}  // namespace weir::detect
