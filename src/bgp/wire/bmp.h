// BMP messages (RFC 7854; Adj-RIB-Out RFC 8671; Loc-RIB RFC 9069) to values, and back for simulated routers.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "bgp/wire/message.h"

namespace weir::bgp {

inline constexpr std::size_t kBmpHeaderOctets = 6;
/// Far above what a router sends (a Route Monitoring message wraps one UPDATE): a longer length ends the session.
inline constexpr std::size_t kMostBmpOctets = std::size_t{1} << 20U;

/// Which of its tables the router tells (RFC 7854 4.2, 8671 4, 9069 4.2).
enum class RibKind : std::uint8_t { adj_rib_in_pre, adj_rib_in_post, adj_rib_out_pre, adj_rib_out_post, loc_rib };
[[nodiscard]] std::string_view to_string(RibKind kind);

/// Per-Peer Header.
struct BmpPeer {
  RibKind rib = RibKind::adj_rib_in_pre;
  std::uint8_t type = 0;            ///< 0 global, 1 RD, 2 local, 3 Loc-RIB
  RouteDistinguisher distinguisher;
  IpAddress address;                ///< unspecified for Loc-RIB
  As as = 0;
  std::uint32_t bgp_id = 0;
  bool two_octet_as = false;        ///< A flag: the wrapped UPDATEs have the old AS_PATH
  bool loc_rib_filtered = false;    ///< F flag of RFC 9069
  UnixMillis time_ms = 0;           ///< 0: the router does not know
};

/// All texts of BMP are fit for a log line: what is no UTF-8 or does not show is escaped (printable.h).
struct BmpInitiation {
  std::string sys_name, sys_descr;
  std::vector<std::string> texts;
};
struct BmpTermination {
  std::optional<std::uint16_t> reason;
  std::string text;
};
struct BmpPeerUp {
  BmpPeer peer;
  IpAddress local_address;
  std::uint16_t local_port = 0, remote_port = 0;
  Open sent, received;              ///< by the router, from its peer; synthetic ones for Loc-RIB
  std::vector<std::string> texts;
  std::string table_name;           ///< VRF/Table Name TLV (RFC 9069 section 4.4)
  /// How the UPDATEs of this peer's Route Monitoring are to be read: four-octet AS, and ADD-PATH in the direction of its
  /// RIB, as far as both OPENs say it. Each Route Monitoring says the width of ASes anew: set four_octet_as from its
  /// peer's two_octet_as. Without a Peer Up take a default one with `monitored`.
  [[nodiscard]] UpdateFormat format() const;
};
struct BmpPeerDown {
  BmpPeer peer;
  std::uint8_t reason = 0;
  std::string text;                 ///< in words, with the notification decoded
};
struct BmpRouteMonitoring {
  BmpPeer peer;
  Bytes update;                     ///< the body of the wrapped UPDATE; valid as long as the message's octets
};
struct BmpStatistics {
  BmpPeer peer;
  struct Value {
    std::uint16_t type = 0;
    std::uint64_t value = 0;
    std::optional<Family> family;   ///< of the per-AFI/SAFI ones
  };
  std::vector<Value> values;
};
struct BmpRouteMirroring {
  BmpPeer peer;                     ///< counted only
};
/// The registered name of a statistic ("prefixes rejected by inbound policy"); "" for unknown types.
[[nodiscard]] std::string_view bmp_statistic_name(std::uint16_t type);

using BmpMessage = std::variant<BmpInitiation, BmpTermination, BmpPeerUp, BmpPeerDown, BmpRouteMonitoring, BmpStatistics,
                                BmpRouteMirroring>;

/// Nothing yet when the stream does not hold the whole next message. An error here ends the session: the framing is lost
/// (version, length).
struct BmpFrame {
  std::uint8_t type = 0;
  Bytes body;              ///< without the common header
  std::size_t octets = 0;  ///< with it
};
[[nodiscard]] Result<std::optional<BmpFrame>> next_bmp_frame(Bytes stream);
/// An error costs this message alone.
[[nodiscard]] Result<BmpMessage> decode_bmp(const BmpFrame& frame);

// Encoders for simulated routers and tests: whole messages.
[[nodiscard]] std::vector<std::byte> encode_bmp_initiation(const BmpInitiation& message);
[[nodiscard]] std::vector<std::byte> encode_bmp_peer_up(const BmpPeerUp& message);
[[nodiscard]] std::vector<std::byte> encode_bmp_peer_down(const BmpPeer& peer, std::uint8_t reason);
/// `update` is a whole BGP UPDATE message with its header.
[[nodiscard]] std::vector<std::byte> encode_bmp_route_monitoring(const BmpPeer& peer, Bytes update);

}  // namespace weir::bgp
