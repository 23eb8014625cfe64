// The calendar in a time zone: what an hour, a day, a week or a month is there, also where clocks are put forward.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "query/tally.h"

namespace weir::serve::es {

using Unit = query::ByCalendar::Unit;

/// A time zone: UTC, a fixed offset, or one of the IANA data base, read from the system's /usr/share/zoneinfo
/// (RFC 8536). Clocks of years behind the last change that the file tells stay as they are then.
class Zone {
 public:
  Zone() = default;  ///< UTC
  /// "", "UTC", "Z", "+08:00", "-03:30", "Asia/Singapore". Errors: invalid, when there is no such zone.
  [[nodiscard]] static Result<Zone> of(std::string_view name);

  /// How much local time is ahead of UTC at a moment.
  [[nodiscard]] UnixMillis offset(UnixMillis utc) const;
  /// Of a local time that comes twice the first; of one that is skipped the same time by the old clock.
  [[nodiscard]] UnixMillis to_utc(UnixMillis local) const;
  /// As query::ByCalendar names it.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Whether it never changes its clocks.
  [[nodiscard]] bool is_fixed() const { return changes_ == nullptr; }

 private:
  struct Change {
    UnixMillis from_ms = 0;
    UnixMillis offset_ms = 0;
  };
  static std::optional<std::vector<Change>> read(const std::string& name);

  std::string name_ = "UTC";
  UnixMillis fixed_ms_ = 0;
  std::shared_ptr<const std::vector<Change>> changes_;  ///< in order of time, the first from the beginning of time
};

/// The beginning of the unit that `utc` lies in. Weeks begin on Monday.
[[nodiscard]] UnixMillis floor_to(UnixMillis utc, Unit unit, const Zone& zone);
/// So many units later; a day of the month that there is not becomes the last one.
[[nodiscard]] UnixMillis add_units(UnixMillis utc, Unit unit, int count, const Zone& zone);

/// y M w d h H m, as in date math; seconds are none of these.
[[nodiscard]] std::optional<Unit> unit_of_letter(char letter);
/// "month", "1M", "day", "1d"...
[[nodiscard]] std::optional<Unit> calendar_unit(std::string_view text);

}  // namespace weir::serve::es
