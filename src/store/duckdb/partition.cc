// Partitions in time and the names that follow from them.
#include <array>
#include <charconv>
#include <chrono>
#include <vector>

#include "store/duckdb/schema.h"

namespace weir::store {
namespace {

struct Civil {
  int year;
  unsigned month, day, hour;
};

Civil civil(UnixMillis time) {
  using namespace std::chrono;
  const sys_time<milliseconds> at{milliseconds(time)};
  const sys_days day = floor<days>(at);
  const year_month_day date(day);
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
          static_cast<unsigned>(floor<hours>(at - day).count())};
}

std::string digits(unsigned value, std::size_t width) {
  std::string out = std::to_string(value);
  return out.size() < width ? std::string(width - out.size(), '0') + out : out;
}

bool by_hour(Kind kind) {
  return kind == Kind::flows || kind == Kind::rollup_1m;
}

struct Folder {
  Kind kind;
  std::string_view path;
};
constexpr std::array kFolders = {
    Folder{Kind::flows, "cold"},          Folder{Kind::rollup_1m, "rollup/1m"}, Folder{Kind::rollup_5m, "rollup/5m"},
    Folder{Kind::rollup_1h, "rollup/1h"}, Folder{Kind::counters, "counters"},
};
constexpr std::array<std::string_view, 3> kRoots = {"cold", "rollup", "counters"};

std::optional<unsigned> number(std::string_view text) {
  unsigned out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

/// "2026/11/23/10-2" -> the five (or, without an hour, four) numbers.
std::optional<std::vector<unsigned>> numbers(std::string_view text) {
  std::vector<unsigned> out;
  while (true) {
    const std::size_t end = text.find_first_of("/-");
    const auto value = number(text.substr(0, end));
    if (!value) return std::nullopt;
    out.push_back(*value);
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::optional<FileIdentity> identify(Kind kind, std::string_view rest) {
  using namespace std::chrono;
  const auto parts = numbers(rest);
  if (!parts || parts->size() != (by_hour(kind) ? 5U : 4U)) return std::nullopt;
  const auto& at = *parts;
  const year_month_day date{year(static_cast<int>(at[0])), month(at[1]), day(at[2])};
  if (!date.ok()) return std::nullopt;
  const UnixMillis begin =
      duration_cast<milliseconds>(sys_days(date).time_since_epoch()).count() + (by_hour(kind) ? at[3] * kHourMs : 0);
  const FileIdentity out{kind, begin, at.back()};
  // Only the very name that Weir writes.
  return file_name(kind, begin, out.number).ends_with(std::string(rest) + ".parquet") ? std::optional(out)
                                                                                      : std::nullopt;
}

}  // namespace

UnixMillis partition_ms(Kind kind) {
  if (kind == Kind::rollup_new) return 0;
  return by_hour(kind) ? kHourMs : kDayMs;
}

UnixMillis partition_of(Kind kind, UnixMillis time) {
  const UnixMillis length = partition_ms(kind);
  if (length == 0) return 0;
  const UnixMillis into = time % length;
  return time - (into < 0 ? into + length : into);
}

std::string table_name(Kind kind, UnixMillis begin) {
  std::string out(to_string(kind));
  if (kind == Kind::rollup_new) return out;
  const Civil at = civil(begin);
  out += "_" + digits(static_cast<unsigned>(at.year), 4) + digits(at.month, 2) + digits(at.day, 2);
  return by_hour(kind) ? out + digits(at.hour, 2) : out;
}

std::string file_name(Kind kind, UnixMillis begin, unsigned number) {
  std::string out;
  for (const Folder& folder : kFolders) {
    if (folder.kind == kind) out = folder.path;
  }
  const Civil at = civil(begin);
  out += "/" + digits(static_cast<unsigned>(at.year), 4) + "/" + digits(at.month, 2) + "/" + digits(at.day, 2);
  if (by_hour(kind)) out += "/" + digits(at.hour, 2);
  return out + "-" + std::to_string(number) + ".parquet";
}

std::optional<FileIdentity> identify_file(std::string_view relative) {
  constexpr std::string_view kEnding = ".parquet";
  if (!relative.ends_with(kEnding)) return std::nullopt;
  relative.remove_suffix(kEnding.size());
  for (const Folder& folder : kFolders) {
    if (relative.starts_with(folder.path) && relative.substr(folder.path.size()).starts_with("/")) {
      return identify(folder.kind, relative.substr(folder.path.size() + 1));
    }
  }
  return std::nullopt;
}

std::span<const std::string_view> file_folders() {
  return kRoots;
}

}  // namespace weir::store
