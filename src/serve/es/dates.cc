#include "serve/es/dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cctype>
#include <vector>

namespace weir::serve::es {
namespace {

// 9999-12-31T23:59:59.999Z
constexpr UnixMillis kLastTime = 253'402'300'799'999;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Reads a date's text from the left.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  [[nodiscard]] bool done() const { return at_ == text_.size(); }
  [[nodiscard]] char now() const { return done() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (now() != c || done()) return false;
    ++at_;
    return true;
  }
  /// Between `least` and `most` digits.
  std::optional<int> digits(std::size_t least, std::size_t most) {
    std::size_t count = 0;
    int value = 0;
    while (count < most && is_digit(now())) {
      value = value * 10 + (now() - '0');
      ++at_;
      ++count;
    }
    return count < least ? std::nullopt : std::optional(value);
  }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  void skip(std::size_t count) { at_ = std::min(at_ + count, text_.size()); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

/// What a text said; what it left out is -1.
struct Parts {
  int year = -1, month = -1, day = -1, hour = -1, minute = -1, second = -1, millis = -1;
  std::optional<UnixMillis> offset_ms;
};

std::optional<UnixMillis> read_offset(Cursor& in) {
  if (in.take('Z')) return 0;
  const bool minus = in.now() == '-';
  if (!in.take('+') && !in.take('-')) return std::nullopt;
  const auto hours = in.digits(2, 2);
  in.take(':');
  const auto minutes = in.digits(2, 2);
  if (!hours || *hours > 18 || minutes.value_or(0) > 59) return std::nullopt;
  const UnixMillis offset = *hours * kHourMs + minutes.value_or(0) * kMinuteMs;
  return minus ? -offset : offset;
}

/// Fractions of a second: the first three digits count.
std::optional<int> read_fraction(Cursor& in) {
  std::array<int, 3> first{};
  std::size_t count = 0;
  for (; is_digit(in.now()) && count < 9; ++count, in.skip(1)) {
    if (count < 3) first[count] = in.now() - '0';
  }
  if (count == 0) return std::nullopt;
  return first[0] * 100 + first[1] * 10 + first[2];
}

std::optional<Parts> read_iso(std::string_view text) {
  Cursor in(text);
  Parts out;
  const auto set = [](int& to, std::optional<int> value) {
    to = value.value_or(-1);
    return value.has_value();
  };
  if (!set(out.year, in.digits(4, 4))) return std::nullopt;
  if (in.take('-')) {
    if (!set(out.month, in.digits(1, 2))) return std::nullopt;
    if (in.take('-') && !set(out.day, in.digits(1, 2))) return std::nullopt;
  }
  if (in.take('T') || in.take(' ')) {
    if (in.done() && out.day > 0) return out;
    if (out.day < 0 || !set(out.hour, in.digits(2, 2))) return std::nullopt;
    if (in.take(':')) {
      if (!set(out.minute, in.digits(2, 2))) return std::nullopt;
      if (in.take(':')) {
        if (!set(out.second, in.digits(2, 2))) return std::nullopt;
        if ((in.take('.') || in.take(',')) && !set(out.millis, read_fraction(in))) return std::nullopt;
      }
    }
    if (!in.done() && !(out.offset_ms = read_offset(in))) return std::nullopt;
  }
  return in.done() ? std::optional(out) : std::nullopt;
}

/// A pattern such as "yyyy-MM-dd'T'HH:mm": runs of one letter, and what stands between them.
struct Piece {
  char letter = 0;  ///< 0: `text` as it is
  std::size_t length = 0;
  std::string text;
};

std::optional<std::vector<Piece>> split_pattern(std::string_view pattern) {
  constexpr std::string_view kKnown = "yuMdHmsSXxZ";
  std::vector<Piece> out;
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '\'') {
      const std::size_t end = pattern.find('\'', at + 1);
      if (end == std::string_view::npos) return std::nullopt;
      out.push_back({0, 0, end == at + 1 ? "'" : std::string(pattern.substr(at + 1, end - at - 1))});
      at = end + 1;
      continue;
    }
    if (std::isalpha(static_cast<unsigned char>(c)) == 0) {
      out.push_back({0, 0, std::string(1, c)});
      ++at;
      continue;
    }
    if (kKnown.find(c) == std::string_view::npos) return std::nullopt;
    const std::size_t end = std::min(pattern.find_first_not_of(c, at), pattern.size());
    out.push_back({c, end - at, {}});
    at = end;
  }
  return out;
}

std::optional<Parts> read_pattern(std::string_view text, const std::vector<Piece>& pieces) {
  Cursor in(text);
  Parts out;
  for (const Piece& piece : pieces) {
    if (piece.letter == 0) {
      if (!in.rest().starts_with(piece.text)) return std::nullopt;
      in.skip(piece.text.size());
      continue;
    }
    if (piece.letter == 'X' || piece.letter == 'x' || piece.letter == 'Z') {
      if (!(out.offset_ms = read_offset(in))) return std::nullopt;
      continue;
    }
    if (piece.letter == 'S') {
      const auto fraction = read_fraction(in);
      if (!fraction) return std::nullopt;
      out.millis = *fraction;
      continue;
    }
    const bool year = piece.letter == 'y' || piece.letter == 'u';
    const auto value = in.digits(year ? 4 : piece.length, year ? 4 : 2);
    if (!value) return std::nullopt;
    (year                  ? out.year
     : piece.letter == 'M' ? out.month
     : piece.letter == 'd' ? out.day
     : piece.letter == 'H' ? out.hour
     : piece.letter == 'm' ? out.minute
                           : out.second) = *value;
  }
  return in.done() ? std::optional(out) : std::nullopt;
}

std::string in_quotes(std::string_view text) {
  return "[" + std::string(text) + "]";
}

/// The moment of `parts`; what is left out is the first of its kind or, rounding up, the last.
Result<UnixMillis> moment_of(Parts parts, std::string_view text, const DateContext& context) {
  const bool up = context.round_up;
  if (parts.year < 0) parts.year = 1970;
  if (parts.month < 0) parts.month = up ? 12 : 1;
  const std::chrono::year_month month{std::chrono::year(parts.year), std::chrono::month(static_cast<unsigned>(parts.month))};
  if (!month.ok()) return fail(ErrorCode::invalid, "failed to parse date field " + in_quotes(text) + ": there is no such month");
  if (parts.day < 0)
    parts.day = up ? static_cast<int>(static_cast<unsigned>((month / std::chrono::last).day())) : 1;
  if (parts.hour < 0) parts.hour = up ? 23 : 0;
  if (parts.minute < 0) parts.minute = up ? 59 : 0;
  if (parts.second < 0) parts.second = up ? 59 : 0;
  if (parts.millis < 0) parts.millis = up ? 999 : 0;
  const std::chrono::year_month_day day = month / std::chrono::day(static_cast<unsigned>(parts.day));
  if (!day.ok() || parts.hour > 24 || parts.minute > 59 || parts.second > 60)
    return fail(ErrorCode::invalid, "failed to parse date field " + in_quotes(text) + ": there is no such moment");
  const auto days = std::chrono::sys_days(day).time_since_epoch().count();
  const UnixMillis local =
      days * kDayMs + parts.hour * kHourMs + parts.minute * kMinuteMs + parts.second * kSecondMs + parts.millis;
  if (parts.offset_ms) return local - *parts.offset_ms;
  return context.zone.to_utc(local);
}

bool is_epoch_text(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= 18 && std::ranges::all_of(text, is_digit);
}

Result<UnixMillis> read_epoch(std::string_view text, UnixMillis scale) {
  UnixMillis value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc{} && end == text.data() + text.size() && value <= kLastTime / scale && value >= -kLastTime / scale)
    return value * scale;
  return fail(ErrorCode::invalid, "failed to parse date field " + in_quotes(text) + ": the moment is out of range");
}

bool is_iso_name(std::string_view format) {
  static constexpr std::array<std::string_view, 12> kNames = {
      "",          "strict_date_optional_time", "strict_date_optional_time_nanos", "date_optional_time",
      "date_time", "strict_date_time",          "date_time_no_millis",             "strict_date_time_no_millis",
      "date",      "strict_date",               "iso8601",                         "dateOptionalTime"};
  return std::ranges::find(kNames, format) != kNames.end();
}

std::vector<std::string_view> split_formats(std::string_view formats) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t bar = formats.find("||");
    out.push_back(formats.substr(0, bar));
    if (bar == std::string_view::npos) return out;
    formats.remove_prefix(bar + 2);
  }
}

Result<UnixMillis> parse_plain(std::string_view text, const DateContext& context) {
  const std::string formats = context.format.empty() ? "strict_date_optional_time||epoch_millis" : context.format;
  std::optional<Error> last;
  for (const std::string_view format : split_formats(formats)) {
    if (format == "epoch_millis" || format == "epoch_second") {
      if (is_epoch_text(text)) return read_epoch(text, format == "epoch_millis" ? 1 : 1000);
      continue;
    }
    std::optional<Parts> parts;
    if (is_iso_name(format)) {
      parts = read_iso(text);
    } else if (const auto pieces = split_pattern(format)) {
      parts = read_pattern(text, *pieces);
    }
    if (!parts) continue;
    auto moment = moment_of(*parts, text, context);
    if (moment) return moment;
    last = moment.error();
  }
  if (last) return std::unexpected(*last);
  return fail(ErrorCode::invalid, fmt::format("failed to parse date field [{}] with format [{}]", text, formats));
}

/// "+1d-2h/d" from a moment on.
Result<UnixMillis> apply_math(UnixMillis moment, std::string_view math, const DateContext& context) {
  const auto wrong = [&] {
    return fail(ErrorCode::invalid, fmt::format("failed to parse date math [{}]: expected +N, -N or / and one of y M w d h m s", math));
  };
  for (std::size_t at = 0; at < math.size();) {
    const char sign = math[at++];
    if (sign != '+' && sign != '-' && sign != '/') return wrong();
    int count = 1;
    if (sign != '/') {
      const std::size_t begin = at;
      while (at < math.size() && is_digit(math[at])) ++at;
      if (at > begin) {
        const auto [end, problem] = std::from_chars(math.data() + begin, math.data() + at, count);
        if (problem != std::errc{} || count > 10'000'000) return wrong();
      }
    }
    if (at == math.size()) return wrong();
    const char letter = math[at++];
    if (letter == 's') {
      if (sign != '/') moment += (sign == '-' ? -count : count) * kSecondMs;
      else moment = (moment >= 0 ? moment : moment - kSecondMs + 1) / kSecondMs * kSecondMs + (context.round_up ? 999 : 0);
      continue;
    }
    const auto unit = unit_of_letter(letter);
    if (!unit) return wrong();
    if (sign == '/') {
      moment = floor_to(moment, *unit, context.zone);
      if (context.round_up) moment = add_units(moment, *unit, 1, context.zone) - 1;
    } else {
      moment = add_units(moment, *unit, sign == '-' ? -count : count, context.zone);
    }
    if (moment > kLastTime || moment < -kLastTime) return fail(ErrorCode::invalid, "the moment is out of range: " + std::string(math));
  }
  return moment;
}

std::string zone_text(UnixMillis offset) {
  if (offset == 0) return "Z";
  const UnixMillis minutes = (offset < 0 ? -offset : offset) / kMinuteMs;
  return fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace

Result<UnixMillis> parse_date(std::string_view text, const DateContext& context) {
  if (text.size() > 128) return fail(ErrorCode::invalid, "a date may be at most 128 octets long");
  if (text.starts_with("now")) return apply_math(context.now_ms, text.substr(3), context);
  const std::size_t bars = text.find("||");
  if (bars == std::string_view::npos) return parse_plain(text, context);
  DateContext anchor = context;
  anchor.round_up = false;
  const auto moment = parse_plain(text.substr(0, bars), anchor);
  return moment ? apply_math(*moment, text.substr(bars + 2), context) : moment;
}

Result<void> check_date_format(std::string_view formats) {
  for (const std::string_view format : split_formats(formats)) {
    if (format == "epoch_millis" || format == "epoch_second" || is_iso_name(format)) continue;
    if (!split_pattern(format)) return fail(ErrorCode::invalid, fmt::format("Invalid format: [{}]: Unknown pattern letter", format));
  }
  return {};
}

std::string format_date(UnixMillis time, std::string_view formats, const Zone& zone) {
  const std::string_view format = split_formats(formats).front();
  if (format == "epoch_millis") return std::to_string(time);
  if (format == "epoch_second") return std::to_string(time / kSecondMs);
  const UnixMillis offset = zone.offset(time);
  const UnixMillis local = time + offset;
  const UnixMillis day_number = (local >= 0 ? local : local - kDayMs + 1) / kDayMs;
  const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(day_number))};
  const UnixMillis rest = local - day_number * kDayMs;
  const int year = static_cast<int>(day.year());
  const auto month = static_cast<unsigned>(day.month());
  const auto date = static_cast<unsigned>(day.day());
  const auto hour = rest / kHourMs;
  const auto minute = rest / kMinuteMs % 60;
  const auto second = rest / kSecondMs % 60;
  const auto millis = rest % kSecondMs;
  if (is_iso_name(format)) {
    if (format == "date" || format == "strict_date") return fmt::format("{:04}-{:02}-{:02}", year, month, date);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}{}", year, month, date, hour, minute, second, millis,
                       zone_text(offset));
  }
  std::string out;
  for (const Piece& piece : split_pattern(format).value_or(std::vector<Piece>())) {
    const int width = static_cast<int>(piece.length);
    switch (piece.letter) {
      case 'y':
      case 'u':
        out += piece.length == 2 ? fmt::format("{:02}", year % 100) : fmt::format("{:04}", year);
        break;
      case 'M':
        out += fmt::format("{:0{}}", month, width);
        break;
      case 'd':
        out += fmt::format("{:0{}}", date, width);
        break;
      case 'H':
        out += fmt::format("{:0{}}", hour, width);
        break;
      case 'm':
        out += fmt::format("{:0{}}", minute, width);
        break;
      case 's':
        out += fmt::format("{:0{}}", second, width);
        break;
      case 'S':
        out += fmt::format("{:03}", millis).substr(0, piece.length);
        break;
      case 'X':
      case 'x':
      case 'Z':
        out += zone_text(offset);
        break;
      default:
        out += piece.text;
    }
  }
  return out;
}

std::optional<UnixMillis> parse_interval(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (problem != std::errc{} || count <= 0 || count > kLastTime) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  struct Unit {
    std::string_view name;
    UnixMillis ms;
  };
  static constexpr std::array<Unit, 6> kUnits = {
      {{"ms", 1}, {"s", kSecondMs}, {"m", kMinuteMs}, {"h", kHourMs}, {"d", kDayMs}, {"w", 7 * kDayMs}}};
  for (const Unit& known : kUnits) {
    if (unit == known.name && count <= kLastTime / known.ms) return count * known.ms;
  }
  return std::nullopt;
}

}  // namespace weir::serve::es
