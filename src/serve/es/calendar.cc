#include "serve/es/calendar.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <limits>

#include "base/byte_reader.h"
#include "query/validate_tally.h"

namespace weir::serve::es {
namespace {

constexpr std::size_t kMostZoneFile = 64 * 1024;
constexpr std::size_t kMostZoneName = 64;

bool is_zone_name(std::string_view name) {
  const auto fits = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '_' || c == '+' || c == '-';
  };
  return !name.empty() && name.size() <= kMostZoneName && std::ranges::all_of(name, fits) && name.front() != '/';
}

std::string read_file(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return {};
  std::ifstream in(file, std::ios::binary);
  std::string out(kMostZoneFile, '\0');
  in.read(out.data(), static_cast<std::streamsize>(out.size()));
  out.resize(static_cast<std::size_t>(in.gcount()));
  return out;
}

/// The six counts of RFC 8536 section 3.1, behind the magic, the version and what is reserved.
struct Counts {
  std::uint32_t ut = 0, standard = 0, leap = 0, changes = 0, types = 0, letters = 0;
  [[nodiscard]] std::size_t octets(std::size_t time) const {
    return changes * (time + 1) + types * std::size_t{6} + letters + leap * (time + 4) + standard + ut;
  }
};

std::optional<Counts> read_counts(ByteReader& in) {
  if (in.u32() != 0x545a'6966) return std::nullopt;  // "TZif"
  in.skip(16);
  Counts out;
  for (auto* to : {&out.ut, &out.standard, &out.leap, &out.changes, &out.types, &out.letters}) *to = in.u32();
  if (!in.ok() || out.changes > kMostZoneFile || out.types == 0 || out.types > 256 || out.letters > kMostZoneFile ||
      out.leap > kMostZoneFile || out.standard > 256 || out.ut > 256)
    return std::nullopt;
  return out;
}

UnixMillis round_down(UnixMillis value, UnixMillis step) {
  return value - ((value % step) + step) % step;
}

}  // namespace

std::optional<std::vector<Zone::Change>> Zone::read(const std::string& name) {
  const std::string text = read_file(std::filesystem::path("/usr/share/zoneinfo") / name);
  ByteReader in(as_octets(text));
  const auto first = read_counts(in);
  if (!first) return std::nullopt;
  in.skip(first->octets(4));
  const auto counts = read_counts(in);  // the second part, with times of 64 bits
  if (!counts) return std::nullopt;
  std::vector<std::int64_t> times;
  for (std::uint32_t i = 0; i < counts->changes; ++i) times.push_back(static_cast<std::int64_t>(in.u64()));
  std::vector<std::uint8_t> which;
  for (std::uint32_t i = 0; i < counts->changes; ++i) which.push_back(in.u8());
  std::vector<UnixMillis> offsets;
  for (std::uint32_t i = 0; i < counts->types; ++i) {
    offsets.push_back(static_cast<std::int32_t>(in.u32()) * kSecondMs);
    in.skip(2);
  }
  if (!in.ok()) return std::nullopt;
  std::vector<Change> out{{std::numeric_limits<UnixMillis>::min(), offsets.front()}};
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (which[i] >= offsets.size() || times[i] > 1'000'000'000'000) return std::nullopt;
    if (times[i] > -100'000'000'000) out.push_back({times[i] * kSecondMs, offsets[which[i]]});
  }
  return out;
}

Result<Zone> Zone::of(std::string_view name) {
  Zone out;
  if (name.empty() || name == "UTC" || name == "Z" || name == "Etc/UTC" || name == "GMT") return out;
  out.name_ = name;
  if (const auto minutes = query::zone_offset_minutes(name)) {
    out.fixed_ms_ = *minutes * kMinuteMs;
    return out;
  }
  if (is_zone_name(name)) {
    if (auto changes = read(out.name_)) {
      out.changes_ = std::make_shared<const std::vector<Change>>(*std::move(changes));
      return out;
    }
  }
  return fail(ErrorCode::invalid, "Unknown time-zone ID: " + std::string(name));
}

UnixMillis Zone::offset(UnixMillis utc) const {
  if (!changes_) return fixed_ms_;
  const auto behind = std::ranges::upper_bound(*changes_, utc, {}, &Change::from_ms);
  return std::prev(behind)->offset_ms;
}

UnixMillis Zone::to_utc(UnixMillis local) const {
  if (!changes_) return local - fixed_ms_;
  const UnixMillis before = offset(local - kDayMs);
  const UnixMillis after = offset(local + kDayMs);
  // By the clock before a change, unless that moment is behind the change already and the new clock fits.
  const UnixMillis early = local - before;
  if (offset(early) == before) return early;
  const UnixMillis late = local - after;
  return offset(late) == after ? late : early;
}

UnixMillis floor_to(UnixMillis utc, Unit unit, const Zone& zone) {
  using namespace std::chrono;
  const UnixMillis local = utc + zone.offset(utc);
  // Within an hour the clock does not change, so that the hour that comes twice stays two.
  if (unit == Unit::minute || unit == Unit::hour)
    return utc - (local - round_down(local, unit == Unit::minute ? kMinuteMs : kHourMs));
  const sys_days day{days{round_down(local, kDayMs) / kDayMs}};
  const year_month_day date(day);
  sys_days begin = day;
  if (unit == Unit::week) begin = day - (weekday(day) - Monday);
  if (unit == Unit::month) begin = sys_days(date.year() / date.month() / 1);
  if (unit == Unit::quarter)
    begin = sys_days(date.year() / month((static_cast<unsigned>(date.month()) - 1) / 3 * 3 + 1) / 1);
  if (unit == Unit::year) begin = sys_days(date.year() / January / 1);
  return zone.to_utc(begin.time_since_epoch().count() * kDayMs);
}

UnixMillis add_units(UnixMillis utc, Unit unit, int count, const Zone& zone) {
  using namespace std::chrono;
  if (unit == Unit::minute || unit == Unit::hour) return utc + count * (unit == Unit::minute ? kMinuteMs : kHourMs);
  const UnixMillis local = utc + zone.offset(utc);
  const UnixMillis midnight = round_down(local, kDayMs);
  const sys_days day{days{midnight / kDayMs}};
  if (unit == Unit::day || unit == Unit::week) {
    const auto later = day + days(std::int64_t{count} * (unit == Unit::week ? 7 : 1));
    return zone.to_utc(later.time_since_epoch().count() * kDayMs + (local - midnight));
  }
  const int months_each = unit == Unit::month ? 1 : unit == Unit::quarter ? 3 : 12;
  // Years that the calendar does not have are refused by whoever asks; here they only must not overflow.
  const int most = 12 * 20'000;
  const int by = static_cast<int>(std::clamp<std::int64_t>(std::int64_t{count} * months_each, -most, most));
  year_month_day date = year_month_day(day) + months(by);
  if (!date.ok()) date = date.year() / date.month() / last;
  return zone.to_utc(sys_days(date).time_since_epoch().count() * kDayMs + (local - midnight));
}

std::optional<Unit> unit_of_letter(char letter) {
  switch (letter) {
    case 'y':
      return Unit::year;
    case 'M':
      return Unit::month;
    case 'w':
      return Unit::week;
    case 'd':
      return Unit::day;
    case 'h':
    case 'H':
      return Unit::hour;
    case 'm':
      return Unit::minute;
    default:
      return std::nullopt;
  }
}

std::optional<Unit> calendar_unit(std::string_view text) {
  struct Name {
    std::string_view name;
    std::string_view also;
    Unit unit;
  };
  static constexpr std::array<Name, 7> kNames = {{{"minute", "1m", Unit::minute},
                                                  {"hour", "1h", Unit::hour},
                                                  {"day", "1d", Unit::day},
                                                  {"week", "1w", Unit::week},
                                                  {"month", "1M", Unit::month},
                                                  {"quarter", "1q", Unit::quarter},
                                                  {"year", "1y", Unit::year}}};
  for (const Name& name : kNames) {
    if (text == name.name || text == name.also) return name.unit;
  }
  return std::nullopt;
}

}  // namespace weir::serve::es
