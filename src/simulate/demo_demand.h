// Who exchanges how much with the provider, by which exit: the proportions of the demo network.
#pragma once

#include <cstdint>
#include <vector>

#include "simulate/demo_curve.h"
#include "simulate/demo_topology.h"
#include "simulate/internet.h"

namespace weir::simulate {

/// Traffic between the customers and one network, through one exit, in one direction.
struct Demand {
  const RemoteNetwork* network = nullptr;
  ExitId exit = ExitId::pccw;
  bool outgoing = false;  ///< from customers to the network
  double mean_bps = 0;    ///< over a day
  DayShape shape = DayShape::ordinary();
  std::uint64_t key = 0;  ///< one for each network and direction, so that its exits rise and fall together
};

/// The rate at a moment, in bits a second.
[[nodiscard]] double rate_of(const Demand& demand, UnixMillis time);

/// All of them. `internet` outlives them.
[[nodiscard]] std::vector<Demand> demo_demands(const Internet& internet, std::uint64_t seed);

/// The AS path from the provider to `as` by a neighbour (0: `as` is itself the neighbour).
[[nodiscard]] std::vector<std::uint32_t> as_path_to(std::uint32_t as, std::uint32_t neighbour_as);

}  // namespace weir::simulate
