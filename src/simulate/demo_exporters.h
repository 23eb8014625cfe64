// The Exporting Processes of all routers of the demo network. History and live both send through them, so that sequence
// numbers and interface counters go on from the one to the other.
#pragma once

#include <cstdint>
#include <vector>

#include "simulate/demo_network.h"
#include "simulate/exporting_process.h"

namespace weir::simulate {

/// One thread at a time.
class DemoExporters {
 public:
  explicit DemoExporters(const DemoNetwork& network, const ExportIntervals& intervals = {});

  /// From now on the routers sample this much coarser than they are configured to; 1 is as configured. A router that
  /// counts every packet goes on doing so.
  void set_coarsening(std::uint32_t coarsening);
  /// In the order of DemoNetwork::routers().
  [[nodiscard]] ExportingProcess& of(std::size_t router) { return processes_[router]; }

 private:
  const DemoNetwork& network_;
  std::vector<ExportingProcess> processes_;
};

}  // namespace weir::simulate
