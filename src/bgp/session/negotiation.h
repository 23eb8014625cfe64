// What we say in our OPEN, and what both OPENs come to.
#pragma once

#include "bgp/session/session_config.h"
#include "bgp/source_status.h"

namespace weir::bgp {

/// Our side of every session.
struct LocalSpeaker {
  As as = 0;
  std::uint32_t router_id = 0;
  bool operator==(const LocalSpeaker&) const = default;
};

[[nodiscard]] Open our_open(const LocalSpeaker& local, const PeerConfig& peer);

/// RFC 4271 section 6.2: what is wrong with the peer's OPEN, beside what its decoder sees.
[[nodiscard]] Decoded<void> check_open(const Open& theirs, const LocalSpeaker& local, const PeerConfig& peer);

/// Both OPENs taken together. No family in common is left to the caller.
[[nodiscard]] Agreed agree(const Open& ours, const Open& theirs);

/// How what comes in, or goes out, is to be read.
[[nodiscard]] UpdateFormat incoming_format(const Agreed& agreed);
[[nodiscard]] UpdateFormat outgoing_format(const Agreed& agreed);

}  // namespace weir::bgp
