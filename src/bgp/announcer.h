// Announcing routes of our own to BGP peers, for mitigation. Nothing in Weir announces unless somebody calls this.
#pragma once

#include <span>
#include <string>

#include "base/error.h"
#include "bgp/wire/message.h"

namespace weir::bgp {

/// A route that we originate. The AS path is usually empty: our own AS is put before it towards peers of other ASes.
struct OwnRoute {
  Nlri nlri;          ///< unicast; a path identifier counts only where ADD-PATH sending is agreed
  IpAddress next_hop;  ///< unspecified: our own address of the session
  PathAttributes attributes;
};

/// A filter rule that we originate, with what is done to the traffic as extended communities (flowspec.h).
struct OwnFilter {
  FlowSpec rule;
  PathAttributes attributes;
};

/// Any thread may call. What is announced stays announced: it is told again when a peer comes back, until it is withdrawn.
class Announcer {
 public:
  virtual ~Announcer() = default;
  /// To the peers of these names (as configured). Replaces what was announced of this prefix. Errors: an unknown peer, an
  /// unspecified prefix, no speaker running; then nothing was announced to anybody.
  virtual Result<void> announce(std::span<const std::string> peers, const OwnRoute& route) = 0;
  /// Nothing happens where it was not announced.
  virtual Result<void> withdraw(std::span<const std::string> peers, const Nlri& nlri) = 0;
  /// The same for Flow Specifications. Peers that have not agreed on their family are told nothing. Errors: also a rule
  /// that cannot be written.
  virtual Result<void> announce(std::span<const std::string> peers, const OwnFilter& filter) = 0;
  virtual Result<void> withdraw(std::span<const std::string> peers, const FlowSpec& rule) = 0;
};

}  // namespace weir::bgp
