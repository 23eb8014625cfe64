#include "bgp/session/speaker.h"

#include <algorithm>

namespace weir::bgp {
namespace {

constexpr std::int64_t kCountEveryMs = 1 * kSecondMs;
/// The soonest that routes are counted again when a peer may be over its bound.
constexpr std::int64_t kCountSoonestMs = 100;

Notification cease_with(std::uint8_t subcode) {
  return {.code = cease::kCode, .subcode = subcode, .data = {}};
}

SourceInfo source_of(const PeerConfig& config) {
  return {.name = config.source_name(),
          .kind = SourceKind::bgp,
          .preference = config.preference,
          .exporters = config.exporters};
}

std::uint64_t routes_of(const RibStatus& rib, SourceId source, IpAddress router) {
  std::uint64_t sum = 0;
  for (const ViewStatus& view : rib.views) {
    if (view.info.key.source == source && view.info.key.router == router)
      sum += view.routes4 + view.routes6 + view.routes_vpn;
  }
  return sum;
}

}  // namespace

Speaker::Speaker(Rib& rib, Transport& transport)
    : rib_(rib), around_{.local = local_, .rib = rib, .transport = transport} {}

void Speaker::configure(const SpeakerConfig& config, UnixMillis hold_ms, const Moment& now) {
  const LocalSpeaker local{.as = config.as, .router_id = config.router_id};
  const bool another = !(local == local_);
  around_.hold_ms = hold_ms;
  around_.connect_retry_ms = config.connect_retry_ms;
  most_dynamic_ = config.most_dynamic;
  std::vector<PeerConfig> fresh = config.peers;
  std::vector<Group> kept;
  for (Group& group : groups_) {
    const auto wanted = std::ranges::find(fresh, group.config.source_name(), &PeerConfig::source_name);
    if (wanted == fresh.end()) {
      end_group(group, cease_with(cease::kDeconfigured), "it is no longer configured", now);
      rib_.drop_source(group.source);
      outs_.erase(group.config.source_name());
    } else if (another || !wanted->same_session(group.config)) {
      end_group(group, cease_with(cease::kChange), "its configuration changed", now);
    } else {
      keep_group(group, *wanted);
      kept.push_back(std::move(group));
      fresh.erase(wanted);
    }
  }
  groups_ = std::move(kept);
  local_ = local;
  for (const PeerConfig& peer : fresh) add_group(peer, now);
}

void Speaker::end_group(Group& group, const Notification& notification, const std::string& reason, const Moment& now) {
  for (const auto& peer : group.peers) peer->stop(notification, reason, now);
  group.peers.clear();
}

void Speaker::keep_group(Group& group, const PeerConfig& config) {
  group.config = config;
  rib_.set_source(source_of(config));
  for (const auto& peer : group.peers) peer->reconfigure(config);
}

void Speaker::add_group(const PeerConfig& config, const Moment& now) {
  groups_.push_back({.config = config, .source = rib_.set_source(source_of(config)), .peers = {}});
  if (!config.is_dynamic()) add_peer(groups_.back(), config.remote.address, now);
}

void Speaker::add_peer(Group& group, IpAddress address, const Moment& now) {
  AdjRibOut& out = outs_[group.config.source_name()];
  group.peers.push_back(std::make_unique<Peer>(group.config, address, group.source, out, around_, now));
}

std::size_t Speaker::dynamic_peers() const {
  std::size_t count = 0;
  for (const Group& group : groups_) count += group.config.is_dynamic() ? group.peers.size() : 0;
  return count;
}

Peer* Speaker::peer_for(IpAddress remote, const Moment& now, std::string& reason) {
  Group* best = nullptr;
  for (Group& group : groups_) {
    const Prefix& prefix = group.config.remote;
    if (prefix.contains(remote) && (best == nullptr || prefix.length > best->config.remote.length)) best = &group;
  }
  if (best == nullptr) {
    reason = "no peer of routes.bgp.peers has this address";
    return nullptr;
  }
  const auto known = std::ranges::find(best->peers, remote, &Peer::address);
  if (known != best->peers.end()) return known->get();
  if (dynamic_peers() >= most_dynamic_) {
    reason = "already " + std::to_string(most_dynamic_) + " neighbours that came by prefix";
    return nullptr;
  }
  add_peer(*best, remote, now);
  return best->peers.back().get();
}

void Speaker::tick(const Moment& now) {
  bool may_be_over = false;
  for (Group& group : groups_) {
    for (const auto& peer : group.peers) {
      peer->tick(now);
      may_be_over = may_be_over || peer->may_be_over();
    }
    std::erase_if(group.peers, [](const auto& peer) { return peer->is_over(); });
  }
  if (may_be_over && now.steady >= count_at_) count_routes(now);
}

void Speaker::count_routes(const Moment& now) {
  const RibStatus rib = rib_.status();
  bool none = true;
  for (Group& group : groups_) {
    for (const auto& peer : group.peers) {
      if (!peer->may_be_over()) continue;
      peer->set_routes(routes_of(rib, group.source, peer->address()), now);
      none = false;
    }
  }
  count_at_ = now.steady + (none ? kCountEveryMs : kCountSoonestMs);
}

void Speaker::stop(const Moment& now) {
  for (Group& group : groups_) end_group(group, cease_with(cease::kShutdown), "Weir stops", now);
}

Result<void> Speaker::check_names(std::span<const std::string> peers) const {
  for (const std::string& name : peers) {
    if (std::ranges::none_of(groups_, [&](const Group& group) { return group.config.source_name() == name; }))
      return fail(ErrorCode::not_found, "no BGP peer is called '" + name + "'; see routes.bgp.peers");
  }
  return {};
}

Result<void> Speaker::announce(std::span<const std::string> peers, const OwnRoute& route) {
  if (route.nlri.rd != RouteDistinguisher{} || route.nlri.label != 0)
    return fail(ErrorCode::unsupported, "only unicast routes are announced");
  return announce_checked(peers, route);
}

Result<void> Speaker::announce(std::span<const std::string> peers, const OwnFilter& filter) {
  if (auto sound = encode_flowspec(filter.rule); !sound) return std::unexpected(sound.error());
  return announce_checked(peers, filter);
}

Result<void> Speaker::withdraw(std::span<const std::string> peers, const Nlri& nlri) {
  return withdraw_checked(peers, nlri);
}
Result<void> Speaker::withdraw(std::span<const std::string> peers, const FlowSpec& rule) {
  return withdraw_checked(peers, rule);
}

template <typename Route>
Result<void> Speaker::announce_checked(std::span<const std::string> peers, const Route& route) {
  if (auto known = check_names(peers); !known) return known;
  for (const std::string& name : peers) {
    if (auto kept = outs_[name].set(route); !kept) return kept;
  }
  for (Group& group : groups_) {
    if (std::ranges::find(peers, group.config.source_name()) == peers.end()) continue;
    for (const auto& peer : group.peers) peer->send_announcement(route);
  }
  return {};
}

template <typename Key>
Result<void> Speaker::withdraw_checked(std::span<const std::string> peers, const Key& key) {
  if (auto known = check_names(peers); !known) return known;
  for (Group& group : groups_) {
    const std::string name = group.config.source_name();
    if (std::ranges::find(peers, name) == peers.end() || !outs_[name].remove(key)) continue;
    for (const auto& peer : group.peers) peer->send_withdrawal(key);
  }
  return {};
}

std::vector<BgpPeerStatus> Speaker::status(const RibStatus& rib) const {
  std::vector<BgpPeerStatus> out;
  for (const Group& group : groups_) {
    for (const auto& peer : group.peers) {
      out.push_back(peer->status());
      out.back().routes = routes_of(rib, group.source, peer->address());
    }
  }
  return out;
}

}  // namespace weir::bgp
