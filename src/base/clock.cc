#include "base/clock.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace weir {
namespace {

using std::chrono::sys_days;

/// Reads exactly `count` digits from the front of `text`; -1 when they are not there.
int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

/// The part behind the date; false when it is malformed.
bool take_time_of_day(std::string_view& text, UnixMillis& out) {
  const int hour = take_digits(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return false;
  const int minute = take_digits(text, 2);
  if (minute < 0 || minute > 59) return false;
  int second = 0;
  UnixMillis millis = 0;
  if (take(text, ':')) {
    second = take_digits(text, 2);
    if (second < 0 || second > 59) return false;
    if (take(text, '.')) {
      UnixMillis scale = 100;
      if (text.empty() || text.front() < '0' || text.front() > '9') return false;
      while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        millis += scale * (text.front() - '0');
        scale /= 10;
        text.remove_prefix(1);
      }
    }
  }
  out = hour * kHourMs + minute * kMinuteMs + second * kSecondMs + millis;
  return true;
}

bool parse_calendar(std::string_view text, UnixMillis& out) {
  const int year = take_digits(text, 4);
  if (year < 0 || !take(text, '-')) return false;
  const int month = take_digits(text, 2);
  if (month < 0 || !take(text, '-')) return false;
  const int day = take_digits(text, 2);
  if (day < 0) return false;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return false;
  UnixMillis of_day = 0;
  if (!text.empty()) {
    if (!take(text, 'T') && !take(text, ' ')) return false;
    if (!take_time_of_day(text, of_day)) return false;
    (void)take(text, 'Z');
  }
  if (!text.empty()) return false;
  out = sys_days(date).time_since_epoch().count() * kDayMs + of_day;
  return true;
}

}  // namespace

std::string to_iso8601(UnixMillis time) {
  const UnixMillis days = (time >= 0 ? time : time - (kDayMs - 1)) / kDayMs;
  const UnixMillis of_day = time - days * kDayMs;
  const std::chrono::year_month_day date{sys_days(std::chrono::days(days))};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(of_day / kHourMs),
                static_cast<int>(of_day / kMinuteMs % 60), static_cast<int>(of_day / kSecondMs % 60),
                static_cast<int>(of_day % 1000));
  return text.data();
}

Result<UnixMillis> parse_duration(std::string_view text) {
  UnixMillis count = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit = problem == std::errc{} ? text.substr(static_cast<std::size_t>(end - text.data())) : "";
  UnixMillis scale = 0;
  if (unit == "ms") scale = 1;
  if (unit == "s") scale = kSecondMs;
  if (unit == "m") scale = kMinuteMs;
  if (unit == "h") scale = kHourMs;
  if (unit == "d") scale = kDayMs;
  if (unit == "w") scale = 7 * kDayMs;
  UnixMillis out = 0;
  if (scale == 0 || count < 0 || __builtin_mul_overflow(count, scale, &out)) {
    return fail(ErrorCode::invalid, "'" + std::string(text) + "' is not a length of time; write 30s, 15m, 1h, 7d or 250ms");
  }
  return out;
}

Result<UnixMillis> parse_time(std::string_view text, UnixMillis now) {
  const std::string shown(text);
  if (text == "now") return now;
  if (text.starts_with('-')) {
    if (const auto back = parse_duration(text.substr(1))) return now - *back;
  }
  UnixMillis out = 0;
  if (parse_calendar(text, out)) return out;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (problem == std::errc{} && end == text.data() + text.size() && out >= 0) {
    return text.size() <= 11 ? out * kSecondMs : out;
  }
  return fail(ErrorCode::invalid, "'" + shown + "' is not a time; write now, -1h, -7d, 2026-11-23, '2026-11-23 12:34:56' (UTC) or epoch seconds or milliseconds");
}

}  // namespace weir
