// The present of the demo network: its routers export over UDP, second by second.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "base/endpoint.h"
#include "base/error.h"
#include "simulate/demo_exporters.h"
#include "simulate/demo_network.h"
#include "simulate/udp_sender.h"

namespace weir::simulate {

/// Sends what the routers export. One thread at a time.
class DemoLive {
 public:
  /// Binds each router's source. `to` is an IPv4 loopback address. `network` and `exporters` outlive it. Errors:
  /// invalid (not a loopback address), io.
  static Result<DemoLive> open(const DemoNetwork& network, DemoExporters& exporters, const Endpoint& to);

  /// Goes on from `from_ms` (where the history ended) until `stop` is set, with the wall clock. Returns within a tenth
  /// of a second of it. A collector that does not listen loses what is sent meanwhile, as with real routers.
  void run(UnixMillis from_ms, const std::atomic<bool>& stop);

  /// Sends all that is exported from where the last call ended to before `now`. What lies more than a minute back is
  /// left out: the machine slept. A clock that was set back is followed. run() is this, once a second.
  void tick(UnixMillis now);
  /// Sets where the first tick() begins.
  void start_at(UnixMillis from_ms);

  /// What all routers have sent so far.
  [[nodiscard]] SendCounts counts() const;
  [[nodiscard]] std::uint64_t flows() const { return flows_; }

 private:
  DemoLive(const DemoNetwork& network, DemoExporters& exporters) : network_(&network), exporters_(&exporters) {}

  const DemoNetwork* network_;
  DemoExporters* exporters_;
  std::vector<UdpSender> senders_;       // by router
  std::vector<DemoFlowStream> streams_;  // by router
  UnixMillis done_ms_ = 0;
  std::uint64_t flows_ = 0;
};

}  // namespace weir::simulate
