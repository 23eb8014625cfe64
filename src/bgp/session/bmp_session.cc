#include "bgp/session/bmp_session.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace weir::bgp {
namespace {

constexpr std::size_t kMostTextOctets = 256;
/// RFC 7854 section 4.9, reason 5: the router no longer tells of this peer, which is not a word about its routes.
constexpr std::uint8_t kPeerDeconfigured = 5;

std::string cut(std::string text) {
  if (text.size() > kMostTextOctets) text.resize(kMostTextOctets);
  return text;
}

std::string statistic_name(const BmpStatistics::Value& value) {
  std::string name(bmp_statistic_name(value.type));
  if (name.empty()) name = "type " + std::to_string(value.type);
  if (value.family) name += " (" + std::string(to_string(*value.family)) + ")";
  return name;
}

}  // namespace

BmpSession::BmpSession(Rib& rib, SourceId source, IpAddress router, BmpRouterStatus& status)
    : rib_(rib), source_(source), router_(router), status_(status) {}

Result<void> BmpSession::take(Bytes octets, const Moment& now) {
  status_.octets += octets.size();
  pending_.insert(pending_.end(), octets.begin(), octets.end());
  std::size_t used = 0;
  Result<void> result;
  while (!terminated_) {
    const auto frame = next_bmp_frame(Bytes(pending_).subspan(used));
    if (!frame) {
      ++status_.framing_errors;
      result = std::unexpected(frame.error());
      break;
    }
    if (!*frame) break;
    ++status_.messages;
    auto message = decode_bmp(**frame);
    if (message)
      std::visit([&](auto& m) { handle(m, now); }, *message);
    else
      malformed(message.error().message, now);
    used += (*frame)->octets;
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(used));
  if (terminated_) return fail(ErrorCode::cancelled, "the router ended the session: " + ended_);
  return result;
}

void BmpSession::end(const Moment& now) {
  for (auto& [key, peer] : peers_) {
    for (const View& view : peer.views) rib_.close_view(view.id, now.wall);
  }
  peers_.clear();
  pending_.clear();
}

BmpSession::PeerKey BmpSession::key_of(const BmpPeer& peer) {
  return {.loc_rib = peer.rib == RibKind::loc_rib, .distinguisher = peer.distinguisher, .address = peer.address};
}

UnixMillis BmpSession::time_of(const BmpPeer& peer, const Moment& now) {
  const bool sane = peer.time_ms != 0 && std::abs(peer.time_ms - now.wall) <= kMostClockSkewMs;
  return sane ? peer.time_ms : now.wall;
}

void BmpSession::malformed(const std::string& message, const Moment& now) {
  ++status_.malformed;
  status_.last_error = message;
  status_.last_error_ms = now.wall;
  if (complaints_.admit(now.steady)) {
    log::warn("a malformed BMP message is skipped", "router=" + to_string(router_) + " error=\"" +
                                                        log::escape(message) + "\" also=" +
                                                        std::to_string(complaints_.suppressed()));
  }
}

void BmpSession::handle(BmpInitiation& message, const Moment&) {
  status_.sys_name = cut(std::move(message.sys_name));
  status_.sys_descr = cut(std::move(message.sys_descr));
}

void BmpSession::handle(BmpTermination& message, const Moment&) {
  terminated_ = true;
  ended_ = !message.text.empty() ? cut(std::move(message.text))
           : message.reason      ? "reason " + std::to_string(*message.reason)
                                 : "no reason given";
}

void BmpSession::handle(BmpPeerUp& message, const Moment& now) {
  ++status_.peer_ups;
  const PeerKey key = key_of(message.peer);
  if (!peers_.contains(key) && peers_.size() >= kMostPeers) {
    ++status_.peers_left_out;
    return;
  }
  Peer& peer = peers_[key];
  peer.up = true;
  peer.since_ms = now.wall;
  peer.internal = message.sent.as == message.received.as && !key.loc_rib;
  peer.opened = std::move(message);
  // A second Peer Up without a Peer Down between: what the views hold is told again.
  for (const View& view : std::exchange(peer.views, {})) rib_.close_view(view.id, now.wall);
  if (!peer.opened.table_name.empty() && key.distinguisher != RouteDistinguisher{})
    rib_.name_table(cut(peer.opened.table_name), key.distinguisher);
  if (key.loc_rib) (void)view_of(peer, peer.opened.peer, now);
}

void BmpSession::handle(BmpPeerDown& message, const Moment& now) {
  ++status_.peer_downs;
  // FRR tells of peers that are down when it connects; there is nothing to take down then.
  const auto known_peer = peers_.find(key_of(message.peer));
  if (known_peer == peers_.end()) return;
  Peer* const peer = &known_peer->second;
  peer->up = false;
  peer->since_ms = now.wall;
  peer->down_reason = cut(message.text.empty() ? "reason " + std::to_string(message.reason) : std::move(message.text));
  // "A Peer Down message implicitly withdraws all routes" (RFC 7854 section 4.9).
  const bool at_once = message.reason != kPeerDeconfigured;
  for (const View& view : std::exchange(peer->views, {})) rib_.close_view(view.id, time_of(message.peer, now), at_once);
}

void BmpSession::handle(BmpRouteMonitoring& message, const Moment& now) {
  ++status_.route_monitoring;
  Peer* peer = known(message.peer, now);
  if (peer == nullptr) return;
  const View& view = view_of(*peer, message.peer, now);
  UpdateFormat format = view.format;
  // The A flag of this very message goes before what the OPENs said: routers re-encode.
  format.four_octet_as = !message.peer.two_octet_as;
  if (const auto decoded = decode_update(message.update, format, update_); !decoded)
    return malformed("Route Monitoring: " + decoded.error().message, now);
  for (const Update::Reach& reach : update_.reach) status_.announced += reach.nlri.size();
  for (const Update::Unreach& unreach : update_.unreach) status_.withdrawn += unreach.nlri.size();
  if (!update_.faults.empty()) {
    status_.attribute_faults += update_.faults.size();
    status_.last_error = "RFC 7606: " + update_.faults.front().message;
    status_.last_error_ms = now.wall;
  }
  if (is_foreign_path_with_own_as(*peer, message.peer)) {
    std::vector<As>& front = update_.attributes.as_path.segments.front().as;
    front.erase(front.begin());
    ++status_.own_as_removed;
  }
  rib_.apply(view.id, update_, time_of(message.peer, now));
}

/// FRR before 2026 puts the router's own AS in front of what it heard from a peer of another AS, as if it told it on. What
/// a peer of another AS says begins with its own, so both in this order mean that.
bool BmpSession::is_foreign_path_with_own_as(const Peer& peer, const BmpPeer& header) const {
  if (header.rib != RibKind::adj_rib_in_pre && header.rib != RibKind::adj_rib_in_post) return false;
  const auto& segments = update_.attributes.as_path.segments;
  if (update_.reach.empty() || segments.empty() || segments.front().type != SegmentType::as_sequence) return false;
  const As own = peer.opened.sent.as;
  const std::vector<As>& front = segments.front().as;
  return own != header.as && front.size() > 1 && front[0] == own && front[1] == header.as;
}

void BmpSession::handle(BmpStatistics& message, const Moment& now) {
  ++status_.statistics_reports;
  Peer* peer = known(message.peer, now);
  if (peer == nullptr) return;
  for (const BmpStatistics::Value& value : message.values) {
    const auto same = std::ranges::find_if(
        peer->statistics, [&](const auto& old) { return old.type == value.type && old.family == value.family; });
    if (same != peer->statistics.end())
      *same = value;
    else if (peer->statistics.size() < kMostStatistics)
      peer->statistics.push_back(value);
  }
}

void BmpSession::handle(BmpRouteMirroring&, const Moment&) {
  ++status_.route_mirroring;
}

BmpSession::Peer* BmpSession::known(const BmpPeer& peer, const Moment& now) {
  const auto at = peers_.find(key_of(peer));
  if (at != peers_.end() && at->second.up) return &at->second;
  if (peer.rib == RibKind::loc_rib) return &open_loc_rib(peer, now);
  ++status_.unknown_peer;
  if (strangers_.admit(now.steady)) {
    log::warn("BMP messages of a peer without a Peer Up are ignored",
              "router=" + to_string(router_) + " peer=" + to_string(peer.address) +
                  " also=" + std::to_string(strangers_.suppressed()));
  }
  return nullptr;
}

/// RFC 9069 section 5.2 asks for a Peer Up of a Loc-RIB too, but gobgpd sends none. There is nothing in it that is needed:
/// its UPDATEs always have four-octet AS numbers.
BmpSession::Peer& BmpSession::open_loc_rib(const BmpPeer& header, const Moment& now) {
  Peer& peer = peers_[key_of(header)];
  peer.up = true;
  peer.since_ms = now.wall;
  peer.opened.peer = header;
  return peer;
}

BmpSession::View& BmpSession::view_of(Peer& peer, const BmpPeer& header, const Moment& now) {
  const auto open = std::ranges::find(peer.views, header.rib, &View::rib);
  if (open != peer.views.end()) return *open;
  BmpPeerUp seen_as = peer.opened;
  seen_as.peer.rib = header.rib;  // whose direction of ADD-PATH counts
  ViewInfo info;
  info.key = {.source = source_,
              .router = router_,
              .rib = header.rib,
              .distinguisher = header.distinguisher,
              .peer = header.address};
  info.peer_as = header.as;
  info.bgp_id = header.bgp_id;
  info.router_id = peer.opened.sent.bgp_id;
  info.router_name = status_.sys_name;
  info.internal = peer.internal;
  peer.views.push_back({.rib = header.rib, .id = rib_.open_view(info, now.wall), .format = seen_as.format()});
  return peer.views.back();
}

void BmpSession::tell_peers(BmpRouterStatus& status) const {
  status.peers.clear();
  status.peers_up = 0;
  for (const auto& [key, peer] : peers_) {
    status.peers_up += peer.up ? 1 : 0;
    if (status.peers.size() >= kMostPeersTold) continue;
    const BmpPeer& header = peer.opened.peer;
    BmpPeerStatus told{.rib = header.rib,
                       .distinguisher = key.distinguisher,
                       .address = key.address,
                       .as = header.as,
                       .bgp_id = header.bgp_id,
                       .up = peer.up,
                       .since_ms = peer.since_ms,
                       .table_name = peer.opened.table_name,
                       .down_reason = peer.down_reason,
                       .statistics = {}};
    for (const auto& value : peer.statistics) told.statistics.emplace_back(statistic_name(value), value.value);
    status.peers.push_back(std::move(told));
  }
}

}  // namespace weir::bgp
