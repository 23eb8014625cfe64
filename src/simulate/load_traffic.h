// Flows for the load generator: the mix of a hosting provider's traffic, drawn one by one.
#pragma once

#include <cstdint>
#include <vector>

#include "simulate/applications.h"
#include "simulate/demo_demand.h"
#include "simulate/demo_hosts.h"
#include "simulate/demo_topology.h"

namespace weir::simulate {

/// A flow without times, packets and bytes, and what they depend on.
struct DrawnFlow {
  SimulatedFlow flow;
  std::uint32_t packet_octets = 0;  ///< mean length of its packets
  bool remote_is_source = false;
  bool client_is_source = false;  ///< whose port is an ephemeral one
  bool has_ports = true;
};

/// Customers, remote networks and hosts in them are drawn by popularity (Zipf); AS number, mask, next hop and interface
/// follow from the remote network, as a routing table would give them.
class LoadTraffic {
 public:
  explicit LoadTraffic(std::uint64_t seed);

  /// One flow; for IPv6 among networks and customers that have it.
  [[nodiscard]] DrawnFlow draw(bool v6);
  /// The interfaces that the flows name: one for each exit, one for the customers of each region.
  [[nodiscard]] static std::vector<SimulatedInterface> interfaces();

 private:
  struct Side {
    std::vector<std::size_t> demands;
    WeightedChoice choice;
  };
  [[nodiscard]] Side demands_of(bool v6) const;

  Internet internet_;
  std::vector<Customer> customers_;
  std::vector<Exit> exits_;
  std::vector<Demand> demands_;
  std::vector<std::vector<std::uint32_t>> paths_;  // AS path of each demand
  Side v4_;
  Side v6_;
  HostChooser hosts_;
  ApplicationMix applications_;
  Random random_;
};

}  // namespace weir::simulate
