#include "query/format.h"

#include <array>
#include <cstdio>

#include "query/nearest.h"

namespace weir::query {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"table", "json", "csv"});

}  // namespace

Result<Format> parse_format(std::string_view text) {
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    if (kFormats[i] == text) return static_cast<Format>(i);
  }
  return fail(ErrorCode::invalid,
              "'" + std::string(text) + "' is not a format; write table, json or csv" + suggestion(text, kFormats));
}

std::string_view content_type(Format format) {
  switch (format) {
    case Format::json:
      return "application/json";
    case Format::csv:
      return "text/csv; charset=utf-8; header=present";
    case Format::table:
      return "text/plain; charset=utf-8";
  }
  return "";
}

std::string format_answer(const Query& query, const Answer& answer, Format format) {
  switch (format) {
    case Format::table:
      return format_table(query, answer);
    case Format::json:
      return format_json(query, answer);
    case Format::csv:
      return format_csv(query, answer);
  }
  return {};
}

std::string scaled(double value) {
  constexpr std::string_view kUnits = " kMGTPEZY";
  std::array<char, 32> text{};
  std::size_t unit = 0;
  // 999.5 would be shown as 1000.
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  if (unit == 0) {
    std::snprintf(text.data(), text.size(), "%.0f", value);
    return text.data();
  }
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  std::snprintf(text.data(), text.size(), "%.*f %c", decimals, value, kUnits[unit]);
  return text.data();
}

}  // namespace weir::query
