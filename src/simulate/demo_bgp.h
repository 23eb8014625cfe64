// BGP sessions of the demo network's routers with Weir, by which it would tell them what to drop: they agree on every family
// that mitigation needs, take what they are told and tell nothing.
#pragma once

#include <atomic>
#include <cstddef>
#include <span>

#include "base/endpoint.h"
#include "simulate/demo_network.h"

namespace weir::simulate {

/// The routers that have such a session: those towards transit.
[[nodiscard]] std::span<const DemoRouter> demo_bgp_routers(const DemoNetwork& network);

/// Calls Weir from each router's own loopback address, and holds the sessions open. One thread.
class DemoBgp {
 public:
  /// `to` is a loopback address. `network` outlives it.
  DemoBgp(const DemoNetwork& network, const Endpoint& to) : network_(network), to_(to) {}

  /// Until `stop` is set; a session that ends is made anew after a second. Returns within a quarter of a second of the stop.
  void run(const std::atomic<bool>& stop);

 private:
  const DemoNetwork& network_;
  const Endpoint to_;
};

}  // namespace weir::simulate
