// What the operator says of BGP peers and BMP routers. Plain values with their defaults; main/config_keys_routes.cc reads
// them.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/endpoint.h"
#include "bgp/wire/message.h"

namespace weir::bgp {

/// Both clocks, handed in with every event: wall for what is stored, steady for timers.
struct Moment {
  UnixMillis wall = 0;
  std::int64_t steady = 0;
};

enum class AddPath : std::uint8_t { off, receive, both };
enum class WhenOverMost : std::uint8_t { warn, cease };

struct PeerConfig {
  std::string name;        ///< unique; empty: "bgp ADDRESS"
  std::string description;
  Prefix remote;           ///< a host: one neighbour. Shorter: whoever connects from there (passive)
  As as = 0;               ///< 0: any
  bool passive = false;    ///< wait to be called
  std::uint16_t port = 179;
  IpAddress local_address;  ///< to call from; unspecified: the kernel chooses
  std::string password;     ///< TCP MD5 (RFC 2385); empty: none
  bool ttl_security = false;  ///< GTSM (RFC 5082): the peer is one hop away
  std::vector<Family> families = {kFamilies[0], kFamilies[1]};
  AddPath add_path = AddPath::receive;
  std::uint16_t hold_time_s = 90;  ///< 0: no keepalives; else at least 3
  int preference = 100;
  std::vector<IpAddress> exporters;
  std::uint64_t most_prefixes = 0;  ///< 0: no bound
  WhenOverMost when_over = WhenOverMost::warn;

  [[nodiscard]] bool is_dynamic() const { return remote.length < (remote.address.is_v4() ? 32 : 128); }
  [[nodiscard]] std::string source_name() const;
  /// Whether a running session can stay when this becomes `other`.
  [[nodiscard]] bool same_session(const PeerConfig& other) const;
  bool operator==(const PeerConfig&) const = default;
};

struct SpeakerConfig {
  As as = 0;                    ///< 0: no speaker
  std::uint32_t router_id = 0;  ///< 0: an IPv4 address of this machine
  std::vector<Endpoint> listen;
  std::vector<PeerConfig> peers;
  UnixMillis connect_retry_ms = 30 * kSecondMs;
  std::size_t most_dynamic = 1000;  ///< neighbours that came by prefix
  bool operator==(const SpeakerConfig&) const = default;
};

struct RouterConfig {
  std::string name;      ///< empty: "bmp ADDRESS"
  IpAddress address;
  std::uint16_t connect_port = 0;  ///< not 0: Weir calls the router there, instead of waiting for it
  int preference = 100;
  std::vector<IpAddress> exporters;
  [[nodiscard]] std::string source_name() const;
  bool operator==(const RouterConfig&) const = default;
};

struct StationConfig {
  std::vector<Endpoint> listen;
  /// Who may connect beside `routers`; empty: everybody, when there are no routers either.
  std::vector<Prefix> allow;
  std::vector<RouterConfig> routers;
  std::size_t most_sessions = 1000;
  UnixMillis connect_retry_ms = 30 * kSecondMs;
  bool operator==(const StationConfig&) const = default;
};

struct SessionsConfig {
  SpeakerConfig bgp;
  StationConfig bmp;
  UnixMillis hold_ms = 5 * kMinuteMs;  ///< RibOptions::hold_ms
  bool operator==(const SessionsConfig&) const = default;
};

/// What cannot be: a speaker without an AS, two peers of one name or address, a hold time of 1 or 2 s, ... One line that
/// says which and what to do.
[[nodiscard]] Result<void> validate(const SessionsConfig& config);

}  // namespace weir::bgp
