// Dates as Elasticsearch reads and writes them: date math ("now-1h/h", "2026-11-23||+1d/d"), formats, time zones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "serve/es/calendar.h"

namespace weir::serve::es {

/// What a date needs beside its text.
struct DateContext {
  UnixMillis now_ms = 0;
  std::string format;     ///< formats separated by "||"; "": ISO 8601 or epoch milliseconds
  Zone zone;              ///< of texts without one, and of rounding
  bool round_up = false;  ///< what is left out of the text, and "/d", round up: to the last millisecond
};

/// The moment that `text` names. The error is one sentence.
[[nodiscard]] Result<UnixMillis> parse_date(std::string_view text, const DateContext& context);

/// A time in a format: epoch_millis, epoch_second, the ISO 8601 ones ("" too), or a pattern of yyyy MM dd HH mm ss SSS.
[[nodiscard]] std::string format_date(UnixMillis time, std::string_view format, const Zone& zone);
/// Whether both functions know the format.
[[nodiscard]] Result<void> check_date_format(std::string_view format);

/// A length of time: "30s", "5m", "1h", "1d", "250ms", "2w"; in ms.
[[nodiscard]] std::optional<UnixMillis> parse_interval(std::string_view text);

}  // namespace weir::serve::es
