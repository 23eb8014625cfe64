// One TCP connection to a BGP peer, from our OPEN to its end: the states OpenSent, OpenConfirm and Established of RFC 4271
// section 8. Octets and times come in, octets go out to the owner; no socket is seen here.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "bgp/session/negotiation.h"

namespace weir::bgp {

using LinkId = std::uint64_t;

/// Why a connection ended.
struct Ending {
  std::string reason;
  std::optional<Notification> sent;
  std::optional<Notification> received;
};

struct ConnectionCounts {
  std::uint64_t messages_in = 0, messages_out = 0, octets_in = 0;
  std::uint64_t updates_in = 0, announced = 0, withdrawn = 0, attribute_faults = 0;
};

class Connection;

/// What a connection tells. It may be ended, but not destroyed, from within these calls.
class ConnectionOwner {
 public:
  /// Octets to be sent on this link, in order.
  virtual void send(const Connection& connection, std::vector<std::byte> octets) = 0;
  /// A good OPEN came: the place for collision detection. The connection goes on unless end() was called.
  virtual void on_open(Connection& connection, const Moment& now) = 0;
  virtual void on_established(Connection& connection, const Moment& now) = 0;
  virtual void on_update(Connection& connection, Update& update, const Moment& now) = 0;
  virtual void on_refresh(Connection& connection, const RouteRefresh& refresh, const Moment& now) = 0;
  /// Once, last. The link is to be closed after what was sent has gone out.
  virtual void on_ended(Connection& connection, const Ending& ending, const Moment& now) = 0;

 protected:
  ~ConnectionOwner() = default;
};

/// Codes of RFC 4271 section 4.5 that we send from here, and of Cease (RFC 4486, 8538).
namespace cease {
inline constexpr std::uint8_t kCode = 6;
inline constexpr std::uint8_t kMaximumPrefixes = 1, kShutdown = 2, kDeconfigured = 3, kRejected = 5, kChange = 6,
                              kCollision = 7, kOutOfResources = 8, kHardReset = 9;
}  // namespace cease

class Connection {
 public:
  enum class State : std::uint8_t { open_sent, open_confirm, established, closed };
  /// RFC 4271 section 8.2.2 suggests 4 minutes for the peer's OPEN.
  static constexpr std::int64_t kOpenHoldMs = 4 * kMinuteMs;

  struct Ends {
    LinkId link = 0;
    bool we_called = false;
    IpAddress local, remote;
  };
  /// All that is referred to outlives it.
  Connection(const Ends& ends, const LocalSpeaker& local, const PeerConfig& peer, ConnectionOwner& owner);

  /// Sends the OPEN.
  void start(const Moment& now);
  /// The next octets of the stream, any number.
  void take(Bytes octets, const Moment& now);
  /// Hold timer and keepalives. Call it a few times a second.
  void tick(const Moment& now);
  /// We end it: NOTIFICATION, close.
  void end(const Notification& notification, std::string reason, const Moment& now);
  /// TCP ended it.
  void lost(std::string reason, const Moment& now);
  /// A message ready made, while established.
  void send_message(std::vector<std::byte> message);

  [[nodiscard]] State state() const { return state_; }
  /// Where it was when it ended.
  [[nodiscard]] State last_state() const { return last_state_; }
  [[nodiscard]] const Ends& ends() const { return ends_; }
  [[nodiscard]] const Open& theirs() const { return theirs_; }  ///< from open_confirm on
  [[nodiscard]] const Agreed& agreed() const { return agreed_; }
  [[nodiscard]] const ConnectionCounts& counts() const { return counts_; }
  [[nodiscard]] std::size_t most_octets() const;

 private:
  void handle(const Frame& frame, const Moment& now);
  void handle_open(Bytes body, const Moment& now);
  void handle_keepalive(Bytes body, const Moment& now);
  void handle_notification(Bytes body, const Moment& now);
  void handle_update(Bytes body, const Moment& now);
  void handle_refresh(Bytes body, const Moment& now);
  void unexpected(const Frame& frame, const Moment& now);
  void close(const Ending& ending, const Moment& now);
  void put(std::vector<std::byte> message);
  void schedule_keepalive(const Moment& now);

  const Ends ends_;
  const LocalSpeaker& local_;
  const PeerConfig& peer_;
  ConnectionOwner& owner_;
  State state_ = State::open_sent;
  State last_state_ = State::open_sent;
  Open ours_;
  Open theirs_;
  Agreed agreed_;
  ConnectionCounts counts_;
  Update update_;                   ///< reused
  std::vector<std::byte> pending_;  ///< the unfinished message
  std::int64_t hold_ms_ = kOpenHoldMs;  ///< 0: never
  std::int64_t heard_at_ = 0;
  bool overdue_ = false;
  std::int64_t keepalive_at_ = 0;
  std::minstd_rand random_;
};

}  // namespace weir::bgp
