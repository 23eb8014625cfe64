// The demo network: a hosting provider, AS 45352, with routers in Malaysia, Singapore and Hong Kong that export NetFlow
// v5, NetFlow v9, IPFIX and sFlow v5.
//
// Its routers send from loopback addresses, one for each router (DemoRouter::source), because all traffic of a demo
// stays on this machine. A router's true address is DemoRouter::exporter.address. Only IPFIX (element 130) and sFlow
// (the agent) tell it in their datagrams; for NetFlow v5 and v9 the collector must be configured:
//
//     datagrams from source.address  ->  exporter = exporter.address, exporter_name = exporter.name,
//     and of each of exporter.interfaces: in_if_name/out_if_name = name, in_if_class/out_if_class = if_class.
//
// Whoever starts a demo reads routers() for this mapping, and customers() for the configuration of customers and
// regions. NetFlow v9 and IPFIX announce interface names themselves; NetFlow v5 and sFlow cannot, and no protocol
// announces classes.
//
// demo_history.h gives the past, demo_live.h the present, of the same network.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "simulate/customers.h"
#include "simulate/demo_attack.h"
#include "simulate/demo_topology.h"
#include "simulate/demo_traffic.h"
#include "simulate/internet.h"

namespace weir::simulate {

struct DemoOptions {
  std::uint64_t seed = 45352;
  /// The moment at which the demo starts. Attacks are scheduled from here: one within two minutes, then one in each
  /// ten.
  UnixMillis epoch_ms = 0;
};

/// A route of the provider's table: for whoever feeds a routing table or prints AS paths.
struct DemoRoute {
  Prefix prefix;
  std::vector<std::uint32_t> as_path;  ///< neighbour first; empty: the provider's own
  IpAddress next_hop;
  std::size_t router = 0;  ///< that has learned it: index into routers()
};

struct DemoAsName {
  std::uint32_t as = 0;
  std::string_view name;
  std::string_view country;
};

/// The history of the demo is sampled this much coarser than the present, so that a day is about 1.4 million records.
/// The datagrams tell the rate, and totals hold.
inline constexpr std::uint32_t kHistoryCoarsening = 10;

/// What the network is and what passes through it, at any time: the same for the same options. Immutable once made, for
/// any number of threads.
class DemoNetwork {
 public:
  explicit DemoNetwork(const DemoOptions& options);
  DemoNetwork(const DemoNetwork&) = delete;  // its parts refer to each other
  DemoNetwork& operator=(const DemoNetwork&) = delete;

  [[nodiscard]] const DemoOptions& options() const { return options_; }
  [[nodiscard]] std::span<const DemoRouter> routers() const { return routers_; }
  [[nodiscard]] std::span<const Customer> customers() const { return customers_; }
  [[nodiscard]] const Internet& internet() const { return internet_; }
  [[nodiscard]] std::vector<DemoAsName> as_names() const;
  [[nodiscard]] std::vector<DemoRoute> routes() const;
  /// Attacks under way at some moment of [from_ms, to_ms).
  [[nodiscard]] std::vector<Attack> attacks_between(UnixMillis from_ms, UnixMillis to_ms) const {
    return attacks_.between(from_ms, to_ms);
  }

  [[nodiscard]] const DemoTraffic& traffic() const { return traffic_; }

 private:
  DemoOptions options_;
  Internet internet_;
  std::vector<Customer> customers_;
  std::vector<DemoRouter> routers_;
  AttackSchedule attacks_;
  DemoTraffic traffic_;
};

/// The records that one router exports from a moment on, in order.
class DemoFlowStream {
 public:
  /// `network` outlives it. `coarsening` 1 for the router's own sampling rate.
  DemoFlowStream(const DemoNetwork& network, std::size_t router, std::uint32_t coarsening, UnixMillis from_ms);

  /// The next records among those exported before `to_ms`; none when there are no more. Valid until the next call.
  [[nodiscard]] std::span<const SimulatedFlow> take(UnixMillis to_ms);
  /// Leaves out what would have been exported before `from_ms`.
  void skip_to(UnixMillis from_ms);

 private:
  void load(UnixMillis block_ms);

  const DemoNetwork& network_;
  std::size_t router_;
  std::uint32_t sampling_rate_;
  RecordBlock block_;
  UnixMillis block_ms_ = 0;
  std::size_t next_ = 0;
};

}  // namespace weir::simulate
