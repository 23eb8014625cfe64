// What `weir demo` adds to a running Weir: the simulated provider's last day, and its routers exporting from now on.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "main/service.h"
#include "simulate/demo_bgp.h"
#include "simulate/demo_bmp.h"
#include "simulate/demo_live.h"
#include "simulate/demo_network.h"

namespace weir::main {

/// What the operator of such a network would configure: the routers' addresses, names, interfaces and classes, their BMP and
/// BGP sessions, the own AS, customers and regions, and what is proposed against attacks.
void configure_demo(const simulate::DemoNetwork& network, Config& config);

/// Four threads: two hold the routers' BMP and BGP sessions; one exports over UDP like routers, second by second; one tells the
/// past, once the routes are there, as fast as the store takes it beside the present, and finds its attacks. A data directory
/// that already holds the demo's past is only brought up to date.
class DemoFeed {
 public:
  static constexpr UnixMillis kPastMs = 24 * kHourMs;

  explicit DemoFeed(const simulate::DemoNetwork& network) : network_(network) {}
  ~DemoFeed() { stop(); }
  DemoFeed(const DemoFeed&) = delete;
  DemoFeed& operator=(const DemoFeed&) = delete;

  /// Errors: invalid when the service listens on no address that routers on this machine can reach.
  [[nodiscard]] Result<void> start(Service& service);
  void stop();

 private:
  void tell_past(Service& service, const decode::DecodeOptions& options, UnixMillis until, std::uint16_t port);

  void wait_for_routes() const;

  const simulate::DemoNetwork& network_;
  std::atomic<bool> stopping_{false};
  std::unique_ptr<simulate::DemoExporters> exporters_;
  std::unique_ptr<simulate::DemoLive> live_;
  std::unique_ptr<simulate::DemoBmp> bmp_;
  std::unique_ptr<simulate::DemoBgp> bgp_;
  std::thread bmp_thread_;
  std::thread bgp_thread_;
  std::thread live_thread_;
  std::thread past_thread_;
};

}  // namespace weir::main
