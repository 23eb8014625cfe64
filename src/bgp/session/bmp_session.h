// One TCP connection of a BMP router (RFC 7854): its messages into the table. No socket is seen here.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "base/log.h"
#include "bgp/rib.h"
#include "bgp/session/session_config.h"
#include "bgp/source_status.h"

namespace weir::bgp {

/// A router's own time is believed when it is this near to ours; else what it says counts from when it came.
inline constexpr UnixMillis kMostClockSkewMs = kMinuteMs;

class BmpSession {
 public:
  static constexpr std::size_t kMostPeers = 20'000;
  static constexpr std::size_t kMostStatistics = 64;

  /// Counts and names go into `status`, which outlives it and may be that of an earlier session.
  BmpSession(Rib& rib, SourceId source, IpAddress router, BmpRouterStatus& status);

  /// The next octets of the stream. An error ends the session: the framing is lost, or the router said that it ends.
  [[nodiscard]] Result<void> take(Bytes octets, const Moment& now);
  /// The connection is gone: all its views go down, and their routes stay for the table's hold time.
  void end(const Moment& now);

  /// Fills in status.peers.
  void tell_peers(BmpRouterStatus& status) const;

 private:
  /// Peer Up and Down tell of a peer, not of one of its RIBs (RFC 8671 section 5), but a Loc-RIB is a peer of its own.
  struct PeerKey {
    bool loc_rib = false;
    RouteDistinguisher distinguisher;
    IpAddress address;
    auto operator<=>(const PeerKey&) const = default;
  };
  struct View {
    RibKind rib = RibKind::adj_rib_in_pre;
    ViewId id = 0;
    UpdateFormat format;
  };
  struct Peer {
    bool up = false;
    bool internal = false;
    UnixMillis since_ms = 0;
    BmpPeerUp opened;
    std::vector<View> views;  ///< opened as its RIBs are first told of
    std::string down_reason;
    std::vector<BmpStatistics::Value> statistics;
  };

  static PeerKey key_of(const BmpPeer& peer);
  static UnixMillis time_of(const BmpPeer& peer, const Moment& now);
  void handle(BmpInitiation& message, const Moment& now);
  void handle(BmpTermination& message, const Moment& now);
  void handle(BmpPeerUp& message, const Moment& now);
  void handle(BmpPeerDown& message, const Moment& now);
  void handle(BmpRouteMonitoring& message, const Moment& now);
  void handle(BmpStatistics& message, const Moment& now);
  void handle(BmpRouteMirroring& message, const Moment& now);
  void malformed(const std::string& message, const Moment& now);
  [[nodiscard]] Peer* known(const BmpPeer& peer, const Moment& now);
  Peer& open_loc_rib(const BmpPeer& header, const Moment& now);
  [[nodiscard]] bool is_foreign_path_with_own_as(const Peer& peer, const BmpPeer& header) const;
  View& view_of(Peer& peer, const BmpPeer& header, const Moment& now);

  Rib& rib_;
  const SourceId source_;
  const IpAddress router_;
  BmpRouterStatus& status_;
  std::map<PeerKey, Peer> peers_;
  std::vector<std::byte> pending_;  ///< the unfinished message
  Update update_;                   ///< reused
  std::string ended_;               ///< what the Termination said
  bool terminated_ = false;
  log::RateLimit complaints_;
  log::RateLimit strangers_;
};

}  // namespace weir::bgp
