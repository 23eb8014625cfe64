#include "billing/month.h"

#include <date/tz.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <exception>

#include "base/number_from.h"

namespace weir::billing {
namespace {

using std::chrono::milliseconds;

/// Null where there is no such zone. The library throws; nobody above it sees that.
const date::time_zone* find_zone(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {
    return nullptr;
  }
}

std::unexpected<Error> no_zone(const std::string& name) {
  return fail(ErrorCode::invalid, "'" + name + "' is no time zone of this machine; write a name such as Asia/Kuala_Lumpur "
                                  "or UTC (package tzdata)");
}

UnixMillis begin_of(const Month& month, const date::time_zone& zone) {
  const date::local_days day{date::year{month.year} / static_cast<int>(month.month) / 1};
  // Where the clocks jump over midnight, the month begins at the jump; where they repeat it, at the first one.
  const auto moment = zone.to_sys(std::chrono::time_point_cast<milliseconds>(day), date::choose::earliest);
  return moment.time_since_epoch().count();
}

}  // namespace

std::string to_string(const Month& month) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u", month.year, month.month);
  return text.data();
}

Result<Month> parse_month(std::string_view text) {
  Month out;
  const auto bad = [&] {
    return fail(ErrorCode::invalid, "'" + std::string(text.substr(0, 40)) + "' is no month; write it as 2026-11");
  };
  if (text.size() != 7 || text[4] != '-') return bad();
  const auto year = number_from<decltype(out.year)>(text.substr(0, 4));
  const auto month = number_from<decltype(out.month)>(text.substr(5));
  if (!year || !month) return bad();
  out = {*year, *month};
  if (out.year < 1970 || out.month < 1 || out.month > 12) return bad();
  return out;
}

Month next(const Month& month) {
  return month.month == 12 ? Month{month.year + 1, 1} : Month{month.year, month.month + 1};
}

Month previous(const Month& month) {
  return month.month == 1 ? Month{month.year - 1, 12} : Month{month.year, month.month - 1};
}

bool is_time_zone(const std::string& name) {
  return find_zone(name) != nullptr;
}

Result<Range> range_of(const Month& month, const std::string& time_zone) {
  const date::time_zone* zone = find_zone(time_zone);
  if (zone == nullptr) return no_zone(time_zone);
  return Range{begin_of(month, *zone), begin_of(next(month), *zone)};
}

Result<Month> month_of(UnixMillis time, const std::string& time_zone) {
  const date::time_zone* zone = find_zone(time_zone);
  if (zone == nullptr) return no_zone(time_zone);
  const auto local = zone->to_local(date::sys_time<milliseconds>(milliseconds(time)));
  const date::year_month_day day{date::floor<date::days>(local)};
  return Month{static_cast<int>(day.year()), static_cast<unsigned>(day.month())};
}

}  // namespace weir::billing
