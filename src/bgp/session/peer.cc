#include "bgp/session/peer.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace weir::bgp {
namespace {

using State = Connection::State;

constexpr std::size_t kMostConnections = 3;

const Notification kCollision{.code = cease::kCode, .subcode = cease::kCollision, .data = {}};

std::string families_text(FamilySet families) {
  std::string out;
  for (std::size_t i = 0; i < kFamilies.size(); ++i) {
    if (families.has(i)) out += (out.empty() ? "" : ",") + std::string(to_string(kFamilies[i]));
  }
  return out;
}

}  // namespace

Peer::Peer(PeerConfig config, IpAddress address, SourceId source, AdjRibOut& out, const PeerSurroundings& around,
           const Moment& now)
    : config_(std::move(config)),
      address_(address),
      source_(source),
      out_(out),
      around_(around),
      call_at_(now.steady),
      random_(static_cast<std::minstd_rand::result_type>(address.lo ^ address.hi)) {
  status_.address = address;
  status_.since_ms = now.wall;
}

Peer::~Peer() = default;

// ------------------------------------------------------------------------------------------------------- connections

Connection& Peer::add_connection(LinkId link, bool we_called, IpAddress local, const Moment& now) {
  const Connection::Ends ends{.link = link, .we_called = we_called, .local = local, .remote = address_};
  connections_.push_back(std::make_unique<Connection>(ends, around_.local, config_, *this));
  Connection& added = *connections_.back();
  added.start(now);
  return added;
}

bool Peer::accept(LinkId link, IpAddress local, const Moment& now) {
  if (stopped_ || now.steady < left_alone_until_) {
    ++status_.refused;
    return false;
  }
  // It called again before it answered our OPEN: the older call is a leftover of its restart.
  for (const auto& connection : connections_) {
    if (!connection->ends().we_called && connection->state() == State::open_sent) {
      ++status_.collisions;
      connection->end(kCollision, "the peer called again", now);
    }
  }
  sweep();
  if (connections_.size() >= kMostConnections) {
    ++status_.refused;
    return false;
  }
  add_connection(link, false, local, now);
  return true;
}

void Peer::connected(LinkId link, IpAddress local, const Moment& now) {
  calling_ = false;
  add_connection(link, true, local, now);
}

void Peer::connect_failed(std::string reason, const Moment& now) {
  calling_ = false;
  note_error("cannot connect: " + std::move(reason), now);
  pause(now);
}

void Peer::received(LinkId link, Bytes octets, const Moment& now) {
  if (Connection* connection = find(link)) connection->take(octets, now);
  sweep();
}

void Peer::lost(LinkId link, std::string reason, const Moment& now) {
  if (Connection* connection = find(link)) connection->lost(std::move(reason), now);
  sweep();
}

void Peer::stop(const Notification& notification, const std::string& reason, const Moment& now) {
  stopped_ = true;
  if (std::exchange(calling_, false)) around_.transport.cancel_call(*this);
  for (const auto& connection : connections_) connection->end(notification, reason, now);
  sweep();
}

void Peer::tick(const Moment& now) {
  for (const auto& connection : connections_) connection->tick(now);
  sweep();
  age_routes(now);
  end_quiet_families(now);
  if (stopped_ || config_.passive || config_.is_dynamic() || calling_ || !connections_.empty()) return;
  if (now.steady < call_at_ || now.steady < left_alone_until_) return;
  calling_ = true;
  around_.transport.call(*this);
}

/// RFC 4271 section 6.8; equal identifiers: RFC 6286 section 2.3. A peer that restarts gracefully calls while we still
/// think it there (RFC 4724 section 4.2): then the old connection is the one that goes.
void Peer::on_open(Connection& connection, const Moment& now) {
  const Open& theirs = connection.theirs();
  const LocalSpeaker& local = around_.local;
  const bool ours_wins =
      local.router_id != theirs.bgp_id ? local.router_id > theirs.bgp_id : local.as > theirs.as;
  for (const auto& other : connections_) {
    if (other.get() == &connection || connection.state() == State::closed) continue;
    if (other->state() == State::established) {
      ++status_.collisions;
      if (other->agreed().restart_time_s > 0)
        other->lost("the peer called again: it restarted", now);
      else
        connection.end(kCollision, "a session with it is up already", now);
    } else if (other->state() == State::open_confirm) {
      ++status_.collisions;
      const bool both_same = connection.ends().we_called == other->ends().we_called;
      const bool keep_new = both_same || connection.ends().we_called == ours_wins;
      (keep_new ? *other : connection).end(kCollision, "two connections at once; the other one is kept", now);
    }
  }
}

void Peer::on_established(Connection& connection, const Moment& now) {
  if (std::exchange(calling_, false)) around_.transport.cancel_call(*this);
  const Open& theirs = connection.theirs();
  const Agreed& agreed = connection.agreed();
  ViewInfo info;
  info.key = {.source = source_,
              .router = address_,
              .rib = RibKind::adj_rib_in_post,
              .distinguisher = {},
              .peer = address_};
  info.peer_as = theirs.as;
  info.bgp_id = info.router_id = theirs.bgp_id;
  info.router_name = theirs.capabilities.hostname;
  info.internal = theirs.as == around_.local.as;
  view_ = around_.rib.open_view(info, now.wall);
  close_at_.reset();
  drop_at_.reset();
  established_at_ = last_update_at_ = now.steady;
  untold_ = agreed.families;
  promised_end_ = theirs.capabilities.graceful_restart.has_value();
  told_since_count_ = 0;
  status_.since_ms = now.wall;
  ++status_.established;
  log::info("BGP session is up", "peer=\"" + log::escape(config_.source_name()) + "\" address=" + to_string(address_) +
                                     " as=" + std::to_string(theirs.as) + " families=" + families_text(agreed.families));
  for (const Family family : config_.families) {
    if (!agreed.families.has(family)) continue;
    send_family(connection, family);
    if (promised_end_) connection.send_message(encode_end_of_rib(family));
  }
}

void Peer::on_ended(Connection& connection, const Ending& ending, const Moment& now) {
  status_.errors_in += ending.received ? 1 : 0;
  status_.errors_out += ending.sent ? 1 : 0;
  around_.transport.close(connection.ends().link);
  add(status_, connection.counts());
  if (ending.sent && ending.sent->code == cease::kCode && ending.sent->subcode == cease::kCollision) return;
  note_error(ending.reason, now);
  if (connection.last_state() == State::established) {
    lose_routes(connection, ending, now);
    if (now.steady - established_at_ >= kGoodSessionMs) pause_ms_ = kFirstPauseMs;
    status_.since_ms = now.wall;
    log::warn("BGP session is down", "peer=\"" + log::escape(config_.source_name()) + "\" address=" +
                                         to_string(address_) + " reason=\"" + log::escape(ending.reason) + "\"");
  }
  pause(now);
}

Connection* Peer::find(LinkId link) {
  const auto at = std::ranges::find_if(connections_, [&](const auto& c) { return c->ends().link == link; });
  return at == connections_.end() ? nullptr : at->get();
}

const Connection* Peer::established() const {
  const auto at = std::ranges::find_if(connections_, [](const auto& c) { return c->state() == State::established; });
  return at == connections_.end() ? nullptr : at->get();
}
Connection* Peer::established() {
  const auto at = std::ranges::find_if(connections_, [](const auto& c) { return c->state() == State::established; });
  return at == connections_.end() ? nullptr : at->get();
}

void Peer::sweep() {
  std::erase_if(connections_, [](const auto& connection) { return connection->state() == State::closed; });
}

/// ConnectRetryTimer with its jitter (RFC 4271 section 10) and the growing IdleHoldTime of section 8.1.1 (8).
void Peer::pause(const Moment& now) {
  call_at_ = now.steady + std::uniform_int_distribution<std::int64_t>(pause_ms_ * 3 / 4, pause_ms_)(random_);
  pause_ms_ = std::min<std::int64_t>(pause_ms_ * 2, std::max<std::int64_t>(around_.connect_retry_ms, kFirstPauseMs));
}

void Peer::note_error(std::string reason, const Moment& now) {
  if (reason != status_.last_error)
    log::debug("BGP connection ended", "peer=\"" + log::escape(config_.source_name()) + "\" address=" +
                                           to_string(address_) + " reason=\"" + log::escape(reason) + "\"");
  status_.last_error = std::move(reason);
  status_.last_error_ms = now.wall;
}

bool Peer::is_over() const {
  return config_.is_dynamic() && connections_.empty() && !close_at_ && !drop_at_;
}

}  // namespace weir::bgp
