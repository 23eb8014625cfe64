// How a flow's bytes and packets belong to time. One rule, for rollups, raw questions and (later) attack detection.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace weir::flow {

/// A flow is spread over at most this much time before its end, however long it claims to have lasted.
inline constexpr UnixMillis kMostSpreadMs = 2 * kHourMs;

/// The share of `total` that belongs to the time before `until_ms`, of a flow of `duration_ms` that is accounted to
/// `time_ms`. The flow covers the milliseconds from time - duration to time, both included, so that a flow without duration
/// lies wholly in the bucket of `time_ms`. Rounded down, so that the differences of neighbouring shares add up to `total`
/// exactly. Engines compute the same expression; `total` is the counter already multiplied by the sampling rate.
[[nodiscard]] constexpr std::uint64_t share_before(std::uint64_t total, UnixMillis time_ms, UnixMillis duration_ms,
                                                   UnixMillis until_ms) {
  if (until_ms > time_ms) return total;
  if (duration_ms > kMostSpreadMs) duration_ms = kMostSpreadMs;
  if (duration_ms <= 0) return 0;
  const UnixMillis into = until_ms - (time_ms - duration_ms);
  if (into <= 0) return 0;
  // The span holds duration + 1 milliseconds, the last one being time_ms itself.
  return static_cast<std::uint64_t>(static_cast<unsigned __int128>(total) * static_cast<std::uint64_t>(into) /
                                    (static_cast<std::uint64_t>(duration_ms) + 1));
}

}  // namespace weir::flow
