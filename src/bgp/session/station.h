// The BMP station: who may connect, one session for each router, a reload that leaves alone what did not change. No socket
// is seen here.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "bgp/session/bmp_session.h"

namespace weir::bgp {

using LinkId = std::uint64_t;

/// What the station asks of the network. Answers come as calls of the station, never from within these.
class StationTransport {
 public:
  virtual ~StationTransport() = default;
  /// Connects to a router that waits to be called: connected() or connect_failed() follows.
  virtual void call_router(const Endpoint& router) = 0;
  virtual void close(LinkId link) = 0;
};

class Station {
 public:
  /// Routers that were seen and are gone are remembered, for their status, up to this many.
  static constexpr std::size_t kMostRemembered = 4096;

  Station(Rib& rib, StationTransport& transport);

  void configure(const StationConfig& config, const Moment& now);
  void tick(const Moment& now);

  /// A router connected. False: refused, and `reason` says why; the link is the caller's to close.
  bool accept(LinkId link, IpAddress router, const Moment& now, std::string& reason);
  void connected(LinkId link, IpAddress router, const Moment& now);
  void connect_failed(IpAddress router, const std::string& reason, const Moment& now);
  void received(LinkId link, Bytes octets, const Moment& now);
  void lost(LinkId link, const std::string& reason, const Moment& now);
  void stop();

  [[nodiscard]] std::vector<BmpRouterStatus> status() const;

 private:
  struct Router {
    RouterConfig config;
    bool configured = false;
    SourceId source = 0;
    BmpRouterStatus status;
    std::optional<LinkId> link;
    std::unique_ptr<BmpSession> session;
    bool calling = false;
    std::int64_t call_at = 0;
  };
  [[nodiscard]] bool is_allowed(IpAddress router) const;
  bool make_plain(Router& router, const Moment& now);
  Router& router_of(IpAddress address, const Moment& now);
  void set_source(Router& router);
  void begin(Router& router, LinkId link, const Moment& now);
  void end(Router& router, const std::string& reason, const Moment& now);
  void hang_up(Router& router, const Moment& now);
  void pause(Router& router, const Moment& now);
  [[nodiscard]] Router* by_link(LinkId link);

  Rib& rib_;
  StationTransport& transport_;
  StationConfig config_;
  std::map<IpAddress, Router> routers_;
  std::map<LinkId, IpAddress> links_;
  std::minstd_rand random_;
};

}  // namespace weir::bgp
