#include "bgp/session/station.h"

#include <algorithm>

namespace weir::bgp {

Station::Station(Rib& rib, StationTransport& transport) : rib_(rib), transport_(transport) {}

bool Station::is_allowed(IpAddress router) const {
  if (config_.allow.empty() && config_.routers.empty()) return true;
  return std::ranges::any_of(config_.allow, [&](const Prefix& prefix) { return prefix.contains(router); }) ||
         std::ranges::find(config_.routers, router, &RouterConfig::address) != config_.routers.end();
}

void Station::configure(const StationConfig& config, const Moment& now) {
  config_ = config;
  for (auto& [address, router] : routers_) router.configured = false;
  for (const RouterConfig& wanted : config_.routers) {
    Router& router = router_of(wanted.address, now);
    const std::string old_name = router.config.source_name();
    const bool another_name = old_name != wanted.source_name();
    if (another_name || router.config.connect_port != wanted.connect_port) {
      hang_up(router, now);
      router.call_at = now.steady;
    }
    if (another_name) rib_.drop_source(router.source);
    router.config = wanted;
    router.configured = true;
    set_source(router);
  }
  for (auto at = routers_.begin(); at != routers_.end();) {
    const bool over = !at->second.configured && !make_plain(at->second, now);
    at = over ? routers_.erase(at) : std::next(at);
  }
}

/// What a router is of which the configuration says nothing. False: it may not even connect any more.
bool Station::make_plain(Router& router, const Moment& now) {
  RouterConfig plain;
  plain.address = router.config.address;
  const bool stays = is_allowed(plain.address) && router.config.connect_port == 0;
  if (!stays || router.config.source_name() != plain.source_name()) {
    hang_up(router, now);
    rib_.drop_source(router.source);
  }
  router.config = plain;
  if (stays) set_source(router);
  return stays;
}

Station::Router& Station::router_of(IpAddress address, const Moment& now) {
  const auto [at, is_new] = routers_.try_emplace(address);
  Router& router = at->second;
  if (!is_new) return router;
  router.config.address = address;
  router.status.address = address;
  router.status.since_ms = now.wall;
  router.call_at = now.steady;
  set_source(router);
  return router;
}

void Station::set_source(Router& router) {
  router.source = rib_.set_source({.name = router.config.source_name(),
                                   .kind = SourceKind::bmp,
                                   .preference = router.config.preference,
                                   .exporters = router.config.exporters});
}

void Station::hang_up(Router& router, const Moment& now) {
  if (!router.link) return;
  const LinkId link = *router.link;
  end(router, "its configuration changed", now);
  transport_.close(link);
}

void Station::tick(const Moment& now) {
  for (auto& [address, router] : routers_) {
    if (router.config.connect_port == 0 || router.link || router.calling || now.steady < router.call_at) continue;
    router.calling = true;
    transport_.call_router({.address = address, .port = router.config.connect_port});
  }
}

void Station::pause(Router& router, const Moment& now) {
  const std::int64_t most = config_.connect_retry_ms;
  router.call_at = now.steady + std::uniform_int_distribution<std::int64_t>(most * 3 / 4, most)(random_);
}

bool Station::accept(LinkId link, IpAddress address, const Moment& now, std::string& reason) {
  if (!is_allowed(address)) {
    reason = "not in routes.bmp.allow";
    return false;
  }
  const bool is_known = routers_.contains(address);
  const bool connected = is_known && routers_.at(address).link;
  if (!connected && links_.size() >= config_.most_sessions) {
    reason = "already " + std::to_string(config_.most_sessions) + " BMP sessions";
    return false;
  }
  if (!is_known && routers_.size() >= kMostRemembered) {
    reason = "already " + std::to_string(kMostRemembered) + " routers known";
    return false;
  }
  Router& router = router_of(address, now);
  if (connected) {
    // It restarted, and the old connection hangs: the newer one is the router's.
    ++router.status.replaced;
    const LinkId old = *router.link;
    end(router, "the router connected again", now);
    transport_.close(old);
  }
  begin(router, link, now);
  return true;
}

void Station::connected(LinkId link, IpAddress address, const Moment& now) {
  const auto at = routers_.find(address);
  if (at == routers_.end() || at->second.config.connect_port == 0 || at->second.link) {
    if (at != routers_.end()) at->second.calling = false;
    return transport_.close(link);
  }
  at->second.calling = false;
  begin(at->second, link, now);
}

void Station::connect_failed(IpAddress address, const std::string& reason, const Moment& now) {
  const auto at = routers_.find(address);
  if (at == routers_.end()) return;
  at->second.calling = false;
  at->second.status.last_error = "cannot connect: " + reason;
  at->second.status.last_error_ms = now.wall;
  pause(at->second, now);
}

void Station::begin(Router& router, LinkId link, const Moment& now) {
  router.link = link;
  links_[link] = router.config.address;
  router.session = std::make_unique<BmpSession>(rib_, router.source, router.config.address, router.status);
  router.status.connected = true;
  router.status.since_ms = now.wall;
  ++router.status.sessions;
  log::info("BMP router connected", "router=\"" + log::escape(router.config.source_name()) +
                                        "\" address=" + to_string(router.config.address));
}

void Station::end(Router& router, const std::string& reason, const Moment& now) {
  router.session->end(now);
  router.session.reset();
  links_.erase(*router.link);
  router.link.reset();
  router.status.connected = false;
  router.status.since_ms = now.wall;
  router.status.last_error = reason;
  router.status.last_error_ms = now.wall;
  pause(router, now);
  log::warn("BMP session ended", "router=\"" + log::escape(router.config.source_name()) + "\" address=" +
                                     to_string(router.config.address) + " reason=\"" + log::escape(reason) + "\"");
}

Station::Router* Station::by_link(LinkId link) {
  const auto at = links_.find(link);
  return at == links_.end() ? nullptr : &routers_.at(at->second);
}

void Station::received(LinkId link, Bytes octets, const Moment& now) {
  Router* router = by_link(link);
  if (router == nullptr) return;
  if (const auto taken = router->session->take(octets, now); !taken) {
    end(*router, taken.error().message, now);
    transport_.close(link);
  }
}

void Station::lost(LinkId link, const std::string& reason, const Moment& now) {
  if (Router* router = by_link(link)) end(*router, reason, now);
}

void Station::stop() {
  for (const auto& [link, address] : links_) transport_.close(link);
  links_.clear();
  routers_.clear();
}

std::vector<BmpRouterStatus> Station::status() const {
  std::vector<BmpRouterStatus> out;
  for (const auto& [address, router] : routers_) {
    out.push_back(router.status);
    out.back().name = router.config.source_name();
    if (router.session) router.session->tell_peers(out.back());
  }
  return out;
}

}  // namespace weir::bgp
