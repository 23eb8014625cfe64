// How the live sources of routes are, for metrics, the doctor and the API. Plain values, copied out of the threads that
// own them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/endpoint.h"
#include "base/ip_address.h"
#include "bgp/rib.h"
#include "bgp/wire/message.h"

namespace weir::bgp {

/// The states of RFC 4271 section 8.2.2.
enum class BgpState : std::uint8_t { idle, connect, active, open_sent, open_confirm, established };
/// "Idle", "OpenSent", ...
[[nodiscard]] std::string_view to_string(BgpState state);

/// What the OPENs of both sides agree on.
struct Agreed {
  FamilySet families;
  std::uint16_t hold_time_s = 0;  ///< 0: no keepalives, no hold timer
  bool four_octet_as = false;
  bool route_refresh = false;
  bool enhanced_route_refresh = false;
  bool extended_messages = false;
  FamilySet add_path_receive;
  FamilySet add_path_send;
  FamilySet extended_next_hop;
  /// The peer keeps forwarding while it restarts and names families (RFC 4724): seconds; 0: no.
  std::uint16_t restart_time_s = 0;
  bool restart_on_notification = false;  ///< both said N (RFC 8538)
};

struct BgpPeerStatus {
  std::string name;         ///< of the source
  std::string description;
  IpAddress address;
  bool dynamic = false;     ///< it came by a prefix
  As as = 0;                ///< the peer's: as configured, or as it said; 0: not known yet
  std::uint32_t bgp_id = 0;
  BgpState state = BgpState::idle;
  UnixMillis since_ms = 0;  ///< established, or not established, since
  bool restarting = false;  ///< it is away and its routes are kept for its restart time
  std::string last_error;   ///< why the last session or try ended; "" never
  UnixMillis last_error_ms = 0;
  Agreed agreed;            ///< of the session that is up
  IpAddress local_address;
  std::uint64_t established = 0;      ///< times
  std::uint64_t messages_in = 0, messages_out = 0;
  std::uint64_t octets_in = 0;
  std::uint64_t updates_in = 0;
  std::uint64_t announced = 0, withdrawn = 0;  ///< prefixes in them
  std::uint64_t attribute_faults = 0;          ///< RFC 7606: the session was kept
  std::uint64_t errors_in = 0, errors_out = 0;  ///< NOTIFICATIONs
  std::uint64_t collisions = 0;
  std::uint64_t refused = 0;          ///< TCP connections turned away
  std::uint64_t routes = 0;           ///< in the table now
  std::uint64_t most_prefixes = 0;    ///< 0: no bound
  bool over_most_prefixes = false;
  std::uint64_t announced_to_it = 0;  ///< routes in its Adj-RIB-Out
};

struct BmpPeerStatus {
  RibKind rib = RibKind::adj_rib_in_pre;  ///< as its Peer Up said it; loc_rib is told apart from the others
  RouteDistinguisher distinguisher;
  IpAddress address;
  As as = 0;
  std::uint32_t bgp_id = 0;
  bool up = false;
  UnixMillis since_ms = 0;
  std::string table_name;
  std::string down_reason;  ///< of the last Peer Down
  std::vector<std::pair<std::string, std::uint64_t>> statistics;  ///< as last reported, by name
};

struct BmpRouterStatus {
  std::string name;             ///< of the source
  IpAddress address;
  std::string sys_name, sys_descr;  ///< as sent; escape before printing
  bool connected = false;
  UnixMillis since_ms = 0;
  std::string last_error;
  UnixMillis last_error_ms = 0;
  std::uint64_t sessions = 0;   ///< times connected
  std::uint64_t replaced = 0;   ///< times it connected again while it was connected
  std::uint64_t messages = 0, octets = 0;
  std::uint64_t route_monitoring = 0, statistics_reports = 0, route_mirroring = 0, peer_ups = 0, peer_downs = 0;
  std::uint64_t malformed = 0;        ///< messages that could not be read; each cost itself
  std::uint64_t framing_errors = 0;   ///< each ended a session
  std::uint64_t unknown_peer = 0;     ///< messages of peers whose Peer Up never came; ignored
  std::uint64_t attribute_faults = 0;
  std::uint64_t announced = 0, withdrawn = 0;
  std::uint64_t own_as_removed = 0;   ///< paths without the router's own AS that an error of FRR's put in front
  std::uint64_t peers_left_out = 0;   ///< peers not taken because there were too many
  std::vector<BmpPeerStatus> peers;   ///< at most kMostPeersTold
  std::size_t peers_up = 0;
};
inline constexpr std::size_t kMostPeersTold = 500;

/// A file of routes, or the routes of the configuration.
struct RouteFileStatus {
  std::string name;
  std::string path;
  SourceKind kind = SourceKind::fixed;
  UnixMillis loaded_ms = 0;       ///< 0: never
  std::int64_t took_ms = 0;       ///< the last load
  std::uint64_t routes = 0;       ///< that it told
  std::uint64_t malformed = 0;    ///< records or lines skipped
  std::uint64_t loads = 0;
  std::string last_error;         ///< "" when the last load went well
};

struct ListenerStatus {
  std::vector<Endpoint> bgp, bmp;        ///< with the ports that were got for port 0
  std::uint64_t bgp_refused = 0;         ///< connections of strangers and of too many
  std::uint64_t bmp_refused = 0;
  std::string last_refused;              ///< "192.0.2.1: not in routes.bmp.allow"
  UnixMillis last_refused_ms = 0;
};

struct SourcesStatus {
  ListenerStatus listeners;
  std::vector<BgpPeerStatus> bgp;
  std::vector<BmpRouterStatus> bmp;
  std::vector<RouteFileStatus> files;
};

}  // namespace weir::bgp
