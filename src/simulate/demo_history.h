// The past of the demo network, as the datagrams that its routers would have sent: for a collector that starts with a
// day already there.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "flow/datagram.h"
#include "simulate/demo_exporters.h"
#include "simulate/demo_network.h"

namespace weir::simulate {

/// Gives datagrams in the order of time. Needs memory for one block of five minutes. One thread at a time.
///
/// Each datagram's session is the router's `source` and `local_port`, as live ones have it; received_ms is the
/// simulated time. Records are sampled kHistoryCoarsening times coarser than live ones.
class DemoHistory {
 public:
  /// All that is handed in outlives it. Flows exported in [from_ms, to_ms).
  DemoHistory(const DemoNetwork& network, DemoExporters& exporters, UnixMillis from_ms, UnixMillis to_ms,
              std::uint16_t local_port);

  /// The next datagram, its payload borrowed until the next call; nothing when the history is told.
  std::optional<flow::Datagram> next();
  /// Flow records in the datagrams given so far and in the one step of time under way.
  [[nodiscard]] std::uint64_t flows() const { return flows_; }

 private:
  // Routers wait this long for a datagram to fill.
  static constexpr UnixMillis kStepMs = 10 * kSecondMs;
  struct Pending {
    std::size_t start;
    std::size_t octets;
    std::size_t router;
  };
  void step();

  const DemoNetwork& network_;
  DemoExporters& exporters_;
  UnixMillis now_ms_;
  UnixMillis to_ms_;
  std::uint16_t local_port_;
  std::vector<DemoFlowStream> streams_;  // by router
  std::vector<std::byte> octets_;        // of the datagrams of this step
  std::vector<Pending> pending_;
  std::size_t next_ = 0;
  std::uint64_t flows_ = 0;
};

}  // namespace weir::simulate
