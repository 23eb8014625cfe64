#include "store/duckdb/compile_bucketing.h"

#include <array>
#include <cmath>
#include <string_view>
#include <variant>

#include "query/validate_tally.h"
#include "store/duckdb/compile.h"
#include "store/duckdb/compile_column.h"
#include "store/duckdb/compile_literal.h"

namespace weir::store {
namespace {

using flow::ColumnType;
using Unit = query::ByCalendar::Unit;

/// For date_trunc(), by Unit.
constexpr std::array<std::string_view, 7> kUnits = {"minute", "hour", "day", "week", "month", "quarter", "year"};
constexpr UnixMillis kMondayMs = 3 * kDayMs;  // 1970-01-01 was the fourth day of its week

/// The length of units that are always as long as that; 0 for the others.
UnixMillis length_of(Unit unit) {
  switch (unit) {
    case Unit::minute:
      return kMinuteMs;
    case Unit::hour:
      return kHourMs;
    case Unit::day:
      return kDayMs;
    case Unit::week:
      return 7 * kDayMs;
    default:
      return 0;
  }
}

/// `time` rounded down to a multiple of `step`, also below zero.
std::string round_down(const std::string& time, UnixMillis step) {
  const std::string length = sql_time(step);
  return "(" + time + " - (" + time + " % " + length + " + " + length + ") % " + length + ")";
}

/// The start of the unit that a local time (milliseconds as if it were UTC) falls into.
std::string truncate(Unit unit, const std::string& local) {
  if (unit == Unit::week) return "(" + round_down("(" + local + " + " + sql_time(kMondayMs) + ")", length_of(unit)) + " - " + sql_time(kMondayMs) + ")";
  if (const UnixMillis length = length_of(unit); length > 0) return round_down(local, length);
  return "epoch_ms(date_trunc('" + std::string(kUnits[static_cast<std::size_t>(unit)]) + "', epoch_ms(" + local + ")))";
}

struct Compiler {
  Result<BucketingSql> operator()(const query::ByColumn& by) const {
    return BucketingSql{key_sql(by.column), false, by.missing};
  }

  Result<BucketingSql> operator()(const query::ByInterval& by) const {
    const std::string value = "(" + value_sql(by.column) + ")";
    if (flow::info(by.column).type == ColumnType::time_ms) {
      const auto step = static_cast<UnixMillis>(by.interval);
      const UnixMillis offset = static_cast<UnixMillis>(std::llround(by.offset)) % step;
      const std::string shifted = "(" + value + " - " + sql_time(offset) + ")";
      return BucketingSql{{"(" + round_down(shifted, step) + " + " + sql_time(offset) + ")"}, false, false};
    }
    const std::string offset = sql_real(by.offset);
    const std::string step = sql_real(by.interval);
    // Zero is added so that there is no bucket "-0".
    return BucketingSql{
        {"(floor((" + value + "::DOUBLE - " + offset + ") / " + step + ") * " + step + " + " + offset + " + 0::DOUBLE)"},
        false,
        false};
  }

  Result<BucketingSql> operator()(const query::ByCalendar& by) const {
    const std::string time = sql_name(by.column);
    if (const auto minutes = query::zone_offset_minutes(by.time_zone)) {
      const std::string offset = "(" + sql_time(*minutes * kMinuteMs) + ")";
      return BucketingSql{{"(" + truncate(by.unit, "(" + time + " + " + offset + ")") + " - " + offset + ")"}, false, false};
    }
    const auto zone = sql_text(by.time_zone);
    if (!zone) return std::unexpected(zone.error());
    const std::string local = "((epoch_ms(" + time + ") AT TIME ZONE 'UTC') AT TIME ZONE " + *zone + ")";
    const std::string local_ms = "epoch_ms(" + local + ")";
    // Within an hour the clock does not change: what lies behind its beginning is taken off the moment itself, so that the
    // hour that comes twice in autumn stays two.
    if (by.unit == Unit::minute || by.unit == Unit::hour)
      return BucketingSql{{"(" + time + " - " + local_ms + " % " + sql_time(length_of(by.unit)) + ")"}, false, false};
    const std::string unit(kUnits[static_cast<std::size_t>(by.unit)]);
    return BucketingSql{{"epoch_ms(date_trunc('" + unit + "', " + local + ") AT TIME ZONE " + *zone + ")"}, false, false};
  }

  Result<BucketingSql> operator()(const query::ByConditions& by) const {
    std::string list;
    for (std::size_t i = 0; i < by.conditions.size(); ++i) {
      std::string condition = "true";
      if (by.conditions[i]) {
        auto compiled = compile_filter(*by.conditions[i]);
        if (!compiled) return std::unexpected(compiled.error());
        condition = *std::move(compiled);
      }
      list += (i == 0 ? "CASE WHEN (" : ", CASE WHEN (") + condition + ") THEN " + std::to_string(i) + "::UBIGINT END";
    }
    if (by.conditions.size() == 1) return BucketingSql{{list}, false, false};
    return BucketingSql{{"[" + list + "]"}, true, false};
  }
};

}  // namespace

Result<BucketingSql> bucketing_sql(const query::Bucketing& by) {
  return std::visit(Compiler{}, by);
}

}  // namespace weir::store
