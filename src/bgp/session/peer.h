// One BGP neighbour: when to call it, which of two connections to keep (RFC 4271 section 6.8), its routes in the table,
// what happens to them when it goes (RFC 4724, 8538), what is announced to it. No socket is seen here: see Transport.
#pragma once

#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "bgp/rib.h"
#include "bgp/session/adj_rib_out.h"
#include "bgp/session/connection.h"

namespace weir::bgp {

class Peer;

/// What a Peer asks of the network. Answers come as calls of the Peer, never from within these.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Opens a TCP connection to the peer: Peer::connected() or connect_failed() follows, unless it is cancelled.
  virtual void call(Peer& peer) = 0;
  virtual void cancel_call(Peer& peer) = 0;
  virtual void send(LinkId link, std::vector<std::byte> octets) = 0;
  /// Closes after what was sent has gone out; nothing more is told of the link.
  virtual void close(LinkId link) = 0;
};

/// Adds what a connection counted.
void add(BgpPeerStatus& to, const ConnectionCounts& counts);

/// What all peers share; it outlives them.
struct PeerSurroundings {
  const LocalSpeaker& local;
  Rib& rib;
  Transport& transport;
  UnixMillis hold_ms = 0;
  UnixMillis connect_retry_ms = 0;
};

class Peer final : public ConnectionOwner {
 public:
  /// The first pause after a session ended; doubled up to connect_retry_ms while it does not get better.
  static constexpr std::int64_t kFirstPauseMs = 1 * kSecondMs;
  /// A session that lasted this long was a good one.
  static constexpr std::int64_t kGoodSessionMs = 60 * kSecondMs;
  /// How long a peer that sent too many prefixes is left alone.
  static constexpr std::int64_t kTooManyPauseMs = 5 * kMinuteMs;
  /// Peers that send no End-of-RIB have told all when they were quiet this long; those that promised one get longer.
  static constexpr std::int64_t kQuietMs = 10 * kSecondMs;
  static constexpr std::int64_t kQuietWithPromiseMs = 5 * kMinuteMs;

  Peer(PeerConfig config, IpAddress address, SourceId source, AdjRibOut& out, const PeerSurroundings& around,
       const Moment& now);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] const PeerConfig& config() const { return config_; }
  [[nodiscard]] IpAddress address() const { return address_; }

  /// Timers. Call it a few times a second.
  void tick(const Moment& now);
  /// It called us. False: refused, and the link is the caller's to close.
  bool accept(LinkId link, IpAddress local, const Moment& now);
  void connected(LinkId link, IpAddress local, const Moment& now);
  void connect_failed(std::string reason, const Moment& now);
  void received(LinkId link, Bytes octets, const Moment& now);
  void lost(LinkId link, std::string reason, const Moment& now);
  /// Ends all its connections, and it stays so.
  void stop(const Notification& notification, const std::string& reason, const Moment& now);
  /// What does not need another session: PeerConfig::same_session().
  void reconfigure(const PeerConfig& config) { config_ = config; }

  // What is announced is in the AdjRibOut already; this tells it to a peer that is up.
  template <typename Route>  ///< OwnRoute or OwnFilter
  void send_announcement(const Route& route) {
    if (Connection* connection = established()) send_all(*connection, announcement(route, outgoing(*connection)));
  }
  template <typename Key>  ///< Nlri or FlowSpec
  void send_withdrawal(const Key& key) {
    if (Connection* connection = established()) send_all(*connection, withdrawal(key, outgoing(*connection)));
  }

  /// A neighbour that came by prefix, is gone, and whose routes need no more care.
  [[nodiscard]] bool is_over() const;
  [[nodiscard]] BgpPeerStatus status() const;
  /// Its routes in the table; nothing before its first session.
  [[nodiscard]] std::optional<ViewId> view() const { return view_; }
  /// How many there are, from the table's status, for the bound and for status().
  void set_routes(std::uint64_t routes, const Moment& now);
  /// Whether more may have come than the bound since set_routes().
  [[nodiscard]] bool may_be_over() const;

 private:
  void send(const Connection& connection, std::vector<std::byte> octets) override;
  void on_open(Connection& connection, const Moment& now) override;
  void on_established(Connection& connection, const Moment& now) override;
  void on_update(Connection& connection, Update& update, const Moment& now) override;
  void on_refresh(Connection& connection, const RouteRefresh& refresh, const Moment& now) override;
  void on_ended(Connection& connection, const Ending& ending, const Moment& now) override;

  Connection& add_connection(LinkId link, bool we_called, IpAddress local, const Moment& now);
  [[nodiscard]] Connection* find(LinkId link);
  [[nodiscard]] Connection* established();
  [[nodiscard]] const Connection* established() const;
  void sweep();
  void pause(const Moment& now);
  void note_error(std::string reason, const Moment& now);
  void lose_routes(const Connection& connection, const Ending& ending, const Moment& now);
  void keep_for_restart(const Moment& now);
  void age_routes(const Moment& now);
  void end_quiet_families(const Moment& now);
  void send_family(Connection& connection, Family family);
  static void send_all(Connection& connection, Messages messages);
  [[nodiscard]] OutgoingSession outgoing(const Connection& connection) const;

  PeerConfig config_;
  const IpAddress address_;
  const SourceId source_;
  AdjRibOut& out_;
  const PeerSurroundings& around_;
  std::vector<std::unique_ptr<Connection>> connections_;
  bool calling_ = false;
  bool stopped_ = false;
  std::int64_t call_at_ = 0;
  std::int64_t pause_ms_ = kFirstPauseMs;
  std::int64_t left_alone_until_ = 0;

  std::optional<ViewId> view_;
  std::int64_t established_at_ = 0;
  std::int64_t last_update_at_ = 0;
  FamilySet untold_;                    ///< families whose End-of-RIB has not come
  bool promised_end_ = false;           ///< it said that it sends End-of-RIB
  std::optional<std::int64_t> close_at_;  ///< restart times beyond the hold time: the view is closed later
  std::optional<std::int64_t> drop_at_;   ///< the restart time is over
  std::uint64_t told_since_count_ = 0;

  BgpPeerStatus status_;
  std::minstd_rand random_;
};

}  // namespace weir::bgp
