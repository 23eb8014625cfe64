#include "bgp/session/connection.h"

#include <algorithm>
#include <utility>

namespace weir::bgp {
namespace {

constexpr std::uint8_t kMessageHeaderError = 1;
constexpr std::uint8_t kHoldTimerExpired = 4;
constexpr std::uint8_t kFsmError = 5;
constexpr std::uint8_t kBadMessageLength = 2;

/// RFC 6608: the state is the subcode.
std::uint8_t fsm_subcode(Connection::State state) {
  switch (state) {
    case Connection::State::open_sent: return 1;
    case Connection::State::open_confirm: return 2;
    case Connection::State::established: return 3;
    case Connection::State::closed: return 0;
  }
  return 0;
}

std::string_view name(MessageType type) {
  switch (type) {
    case MessageType::open: return "OPEN";
    case MessageType::update: return "UPDATE";
    case MessageType::notification: return "NOTIFICATION";
    case MessageType::keepalive: return "KEEPALIVE";
    case MessageType::route_refresh: return "ROUTE-REFRESH";
  }
  return "message of an unknown type";
}

}  // namespace

Connection::Connection(const Ends& ends, const LocalSpeaker& local, const PeerConfig& peer, ConnectionOwner& owner)
    : ends_(ends),
      local_(local),
      peer_(peer),
      owner_(owner),
      ours_(our_open(local, peer)),
      random_(static_cast<std::minstd_rand::result_type>(ends.link + 1)) {}

std::size_t Connection::most_octets() const {
  return agreed_.extended_messages && state_ != State::open_sent ? kMostOctetsExtended : kMostOctets;
}

void Connection::start(const Moment& now) {
  heard_at_ = now.steady;
  put(encode_open(ours_));
}

void Connection::take(Bytes octets, const Moment& now) {
  if (state_ == State::closed) return;
  counts_.octets_in += octets.size();
  pending_.insert(pending_.end(), octets.begin(), octets.end());
  std::size_t used = 0;
  while (state_ != State::closed) {
    const auto frame = next_frame(Bytes(pending_).subspan(used), most_octets());
    if (!frame) {
      end(frame.error().notification, frame.error().message, now);
      break;
    }
    if (!*frame) break;
    ++counts_.messages_in;
    heard_at_ = now.steady;
    overdue_ = false;
    handle(**frame, now);
    used += (*frame)->octets;
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(used));
}

void Connection::handle(const Frame& frame, const Moment& now) {
  const bool is_open = frame.type == MessageType::open;
  const bool is_notification = frame.type == MessageType::notification;
  if (is_notification) return handle_notification(frame.body, now);
  if (state_ == State::open_sent) return is_open ? handle_open(frame.body, now) : unexpected(frame, now);
  if (frame.type == MessageType::keepalive) return handle_keepalive(frame.body, now);
  if (state_ == State::open_confirm || is_open) return unexpected(frame, now);
  if (frame.type == MessageType::update) return handle_update(frame.body, now);
  handle_refresh(frame.body, now);
}

void Connection::handle_open(Bytes body, const Moment& now) {
  auto open = decode_open(body);
  if (!open) return end(open.error().notification, open.error().message, now);
  theirs_ = *std::move(open);
  if (const auto good = check_open(theirs_, local_, peer_); !good)
    return end(good.error().notification, good.error().message, now);
  agreed_ = agree(ours_, theirs_);
  owner_.on_open(*this, now);
  if (state_ == State::closed) return;
  state_ = State::open_confirm;
  hold_ms_ = std::int64_t{agreed_.hold_time_s} * kSecondMs;
  put(encode_keepalive());
  schedule_keepalive(now);
}

void Connection::handle_keepalive(Bytes body, const Moment& now) {
  if (!body.empty())
    return end({.code = kMessageHeaderError, .subcode = kBadMessageLength, .data = {}}, "KEEPALIVE with a body", now);
  if (state_ == State::established) return;
  state_ = State::established;
  owner_.on_established(*this, now);
}

void Connection::handle_notification(Bytes body, const Moment& now) {
  const auto notification = decode_notification(body);
  if (!notification) return close({.reason = "a malformed NOTIFICATION", .sent = {}, .received = Notification{}}, now);
  close({.reason = "the peer sent: " + to_string(*notification), .sent = {}, .received = *notification}, now);
}

void Connection::handle_update(Bytes body, const Moment& now) {
  const auto decoded = decode_update(body, incoming_format(agreed_), update_);
  if (!decoded) return end(decoded.error().notification, decoded.error().message, now);
  ++counts_.updates_in;
  for (const Update::Reach& reach : update_.reach) counts_.announced += reach.nlri.size();
  for (const Update::Unreach& unreach : update_.unreach) counts_.withdrawn += unreach.nlri.size();
  counts_.attribute_faults += update_.faults.size();
  owner_.on_update(*this, update_, now);
}

void Connection::handle_refresh(Bytes body, const Moment& now) {
  const auto refresh = decode_route_refresh(body);
  if (!refresh) return end(refresh.error().notification, refresh.error().message, now);
  if (*refresh && agreed_.families.has((*refresh)->family)) owner_.on_refresh(*this, **refresh, now);
}

void Connection::unexpected(const Frame& frame, const Moment& now) {
  end({.code = kFsmError, .subcode = fsm_subcode(state_), .data = {}},
      "the peer sent an unexpected " + std::string(name(frame.type)), now);
}

void Connection::tick(const Moment& now) {
  if (state_ == State::closed) return;
  if (hold_ms_ > 0 && now.steady - heard_at_ >= hold_ms_) {
    // One turn of grace: what it sent may lie in the socket, unread because we were busy.
    if (overdue_) {
      end({.code = kHoldTimerExpired, .subcode = 0, .data = {}},
          "nothing heard for " + std::to_string(hold_ms_ / kSecondMs) + " s (hold timer)", now);
      return;
    }
    overdue_ = true;
  }
  if (state_ != State::open_sent && agreed_.hold_time_s > 0 && now.steady >= keepalive_at_) {
    put(encode_keepalive());
    schedule_keepalive(now);
  }
}

/// A third of the hold time, less up to a quarter of it (RFC 4271 section 10).
void Connection::schedule_keepalive(const Moment& now) {
  const std::int64_t third = std::int64_t{agreed_.hold_time_s} * kSecondMs / 3;
  keepalive_at_ = now.steady + std::uniform_int_distribution<std::int64_t>(third * 3 / 4, third)(random_);
}

void Connection::end(const Notification& notification, std::string reason, const Moment& now) {
  if (state_ == State::closed) return;
  put(encode_notification(notification));
  close({.reason = std::move(reason), .sent = notification, .received = {}}, now);
}

void Connection::lost(std::string reason, const Moment& now) {
  if (state_ != State::closed) close({.reason = std::move(reason), .sent = {}, .received = {}}, now);
}

void Connection::close(const Ending& ending, const Moment& now) {
  last_state_ = std::exchange(state_, State::closed);
  owner_.on_ended(*this, ending, now);
}

void Connection::send_message(std::vector<std::byte> message) {
  if (state_ == State::established) put(std::move(message));
}

void Connection::put(std::vector<std::byte> message) {
  ++counts_.messages_out;
  owner_.send(*this, std::move(message));
}

}  // namespace weir::bgp
