// The decision process (RFC 4271 section 9.1.2.2), with the preference of the source before all.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "bgp/wire/path_attributes.h"

namespace weir::bgp {

/// What is compared of a route.
struct Contender {
  int preference = 0;  ///< of the source: higher wins
  bool stale = false;
  std::uint32_t local_pref = 100;
  std::uint32_t path_length = 0;
  Origin origin = Origin::incomplete;
  As neighbour_as = 0;
  std::uint32_t med = 0;  ///< compared among routes of one neighbour AS only; missing is 0
  bool internal = false;
  std::uint32_t bgp_id = 0;  ///< of the peer
  IpAddress peer;
  // What makes the choice the same every time where all else is equal.
  std::uint32_t path_id = 0;
  std::uint32_t view = 0;
};

inline constexpr std::uint32_t kDefaultLocalPref = 100;

/// Which one wins; the answer does not depend on their order. `contenders` is not empty.
[[nodiscard]] std::size_t best_of(std::span<const Contender> contenders);
/// All of them, the best first, then the best of the others, and so on.
[[nodiscard]] std::vector<std::size_t> ranked(std::span<const Contender> contenders);
/// What `winner` has over `loser`, in words: "shorter AS path".
[[nodiscard]] std::string_view why_better(const Contender& winner, const Contender& loser);

}  // namespace weir::bgp
