// Calendar months in a time zone.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace weir::billing {

struct Month {
  int year = 1970;
  unsigned month = 1;  ///< 1 to 12
  auto operator<=>(const Month&) const = default;
};

/// From its first moment to the next month's; longer or shorter than usual where clocks are changed.
struct Range {
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
};

/// "2026-11".
[[nodiscard]] std::string to_string(const Month& month);
[[nodiscard]] Result<Month> parse_month(std::string_view text);
[[nodiscard]] Month next(const Month& month);
[[nodiscard]] Month previous(const Month& month);

/// False where the system's zone files have no such zone.
[[nodiscard]] bool is_time_zone(const std::string& name);
/// Errors: invalid for an unknown zone.
[[nodiscard]] Result<Range> range_of(const Month& month, const std::string& time_zone);
/// The month that a moment is in.
[[nodiscard]] Result<Month> month_of(UnixMillis time, const std::string& time_zone);

}  // namespace weir::billing
