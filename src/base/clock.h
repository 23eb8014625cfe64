// Time. Everything that is stored or shown is milliseconds since the epoch (UTC), signed, and called `..._ms`.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weir {

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
using UnixMillis = std::int64_t;

inline constexpr UnixMillis kSecondMs = 1000;
inline constexpr UnixMillis kMinuteMs = 60 * kSecondMs;
inline constexpr UnixMillis kHourMs = 60 * kMinuteMs;
inline constexpr UnixMillis kDayMs = 24 * kHourMs;

/// The wall clock. Stages below collect/ never call it: they are handed the time.
[[nodiscard]] inline UnixMillis now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}
/// A clock that never goes back, for intervals only.
[[nodiscard]] inline std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

/// "2026-11-23T12:34:56.789Z".
[[nodiscard]] std::string to_iso8601(UnixMillis time);
/// A point in time as people type it: "now", "-1h", "-30m", "-7d", "-90s", "2026-11-23", "2026-11-23 12:34[:56[.789]]",
/// the same with 'T' and a trailing 'Z', or digits of epoch seconds (up to 11 digits) or milliseconds (12 or more). Times
/// without a zone are UTC. The error names the text and lists the forms.
[[nodiscard]] Result<UnixMillis> parse_time(std::string_view text, UnixMillis now);
/// A length of time: "90s", "15m", "1h", "7d", "250ms"; a bare number is refused.
[[nodiscard]] Result<UnixMillis> parse_duration(std::string_view text);

}  // namespace weir
