// The decision process (RFC 4271 section 9.1.2.2), with the preference of the source before all.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
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

/// What goes before MED: "less" is better.
[[nodiscard]] std::strong_ordering before_med(const Contender& a, const Contender& b);
/// What is asked when MED does not decide: "less" is better.
[[nodiscard]] std::strong_ordering after_med(const Contender& a, const Contender& b);
/// Of one neighbour AS, and the one has the lower MED.
[[nodiscard]] inline bool lower_med(const Contender& a, const Contender& b) {
  return a.neighbour_as == b.neighbour_as && a.med < b.med;
}

/// Which of `count` routes wins, whatever their order. `get(i)` gives the i-th, or nothing when it does not take part;
/// it is called often. Nothing when none takes part. Allocates nothing.
template <typename Get>
[[nodiscard]] std::optional<std::size_t> best_of(std::size_t count, Get get) {
  std::optional<Contender> front;
  for (std::size_t i = 0; i < count; ++i) {
    const std::optional<Contender> one = get(i);
    if (one && (!front || before_med(*one, *front) < 0)) front = one;
  }
  if (!front) return std::nullopt;
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < count; ++i) {
    const std::optional<Contender> one = get(i);
    if (!one || before_med(*one, *front) != 0) continue;
    bool beaten = false;
    for (std::size_t j = 0; j < count && !beaten; ++j) {
      const std::optional<Contender> other = get(j);
      beaten = other && lower_med(*other, *one) && before_med(*other, *front) == 0;
    }
    if (!beaten && (!best || after_med(*one, *get(*best)) < 0)) best = i;
  }
  return best;
}

/// All of them, the best first, then the best of the others, and so on.
[[nodiscard]] std::vector<std::size_t> ranked(std::span<const Contender> contenders);
/// What `winner` has over `loser`, in words: "shorter AS path".
[[nodiscard]] std::string_view why_better(const Contender& winner, const Contender& loser);

}  // namespace weir::bgp
