// BMP sessions of the demo network's routers: each tells Weir the routes of its neighbours and its own table, as routers
// with a BMP client do (RFC 7854, Loc-RIB RFC 9069).
#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "base/endpoint.h"
#include "base/error.h"
#include "simulate/demo_network.h"

namespace weir::simulate {

/// All that one router tells when its session comes up, message by message: Initiation; for each neighbour a Peer Up, its
/// routes after policy and End-of-RIB; then the same for its Loc-RIB, which has the best route of every prefix: its own
/// neighbours' before those of other routers (iBGP, next hop self). `now` is the time in the Per-Peer Headers.
[[nodiscard]] std::vector<std::vector<std::byte>> demo_bmp_messages(const DemoNetwork& network, std::size_t router,
                                                                    UnixMillis now);

/// Sends it, from each router's own loopback address, and holds the sessions open. One thread.
class DemoBmp {
 public:
  /// `to` is a loopback address. `network` outlives it.
  DemoBmp(const DemoNetwork& network, const Endpoint& to) : network_(network), to_(to) {}

  /// Until `stop` is set; a session that breaks is made anew after a second. Returns within a quarter of a second of the
  /// stop.
  void run(const std::atomic<bool>& stop);
  /// How many routers have told everything.
  [[nodiscard]] std::size_t told() const { return told_.load(); }

 private:
  const DemoNetwork& network_;
  const Endpoint to_;
  std::atomic<std::size_t> told_{0};
};

}  // namespace weir::simulate
