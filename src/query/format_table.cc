#include <algorithm>
#include <array>
#include <cstdio>

#include "query/as_names_of.h"
#include "query/format.h"
#include "query/names.h"
#include "query/text_grid.h"

namespace weir::query {
namespace {

using flow::Column;

// Series are shown side by side; more than these do not fit a terminal.
constexpr std::size_t kMostSeries = 8;

double seconds(UnixMillis length) {
  return static_cast<double>(length) / 1000;
}

std::uint64_t metric_of(const Query& query, const Sums& sums) {
  switch (query.metric) {
    case Metric::bytes:
      return sums.bytes;
    case Metric::packets:
      return sums.packets;
    case Metric::flows:
      return sums.flows;
  }
  return 0;
}

std::string_view metric_name(const Query& query) {
  constexpr auto kNames = std::to_array<std::string_view>({"bytes", "packets", "flows"});
  return kNames[static_cast<std::size_t>(query.metric)];
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.1f", 100 * static_cast<double>(part) / static_cast<double>(whole));
  return text.data();
}

/// "...A..S.", as nfdump writes flags.
std::string flags_text(std::uint64_t bits) {
  constexpr std::string_view kLetters = "CEUAPRSF";
  std::string out;
  for (std::size_t i = 0; i < kLetters.size(); ++i)
    out += (bits >> (kLetters.size() - 1 - i) & 1U) != 0 ? kLetters[i] : '.';
  return out;
}

std::string cell_text(Column column, const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return "(unknown)";
  if (const auto* text = std::get_if<std::string>(&cell)) return text->empty() ? "(empty)" : *text;
  if (const auto* real = std::get_if<double>(&cell)) return scaled(*real);
  const std::uint64_t number = std::get<std::uint64_t>(cell);
  if (flow::info(column).type == flow::ColumnType::time_ms) return to_iso8601(static_cast<UnixMillis>(number));
  if (column == Column::proto && !protocol_name(number).empty()) return std::string(protocol_name(number));
  if (column == Column::tcp_flags && number < 256) return flags_text(number);
  return std::to_string(number);
}

/// "1 h", "90 s", "1 d 2 h".
std::string length_text(UnixMillis length) {
  struct Unit {
    UnixMillis ms;
    std::string_view name;
  };
  constexpr auto kUnits =
      std::to_array<Unit>({{kDayMs, "d"}, {kHourMs, "h"}, {kMinuteMs, "min"}, {kSecondMs, "s"}, {1, "ms"}});
  std::string out;
  for (const Unit& unit : kUnits) {
    if (length < unit.ms) continue;
    out += (out.empty() ? "" : " ") + std::to_string(length / unit.ms) + " " + std::string(unit.name);
    length %= unit.ms;
  }
  return out.empty() ? "0 s" : out;
}

/// The text of a cell, of an AS with its name.
std::string cell_text(Column column, const Cell& cell, const Answer& answer) {
  std::string text = cell_text(column, cell);
  const auto* number = std::get_if<std::uint64_t>(&cell);
  if (number == nullptr || !is_as(column)) return text;
  const flow::AsName* name = name_of(answer, *number);
  return name == nullptr ? text : text + " " + name->name;
}

void add_row(TextGrid& grid, const Query& query, const Answer& answer, const std::string& name, const Row& row) {
  grid.start_row();
  if (!query.by.empty()) grid.add(name);
  for (std::size_t i = 0; i < query.by.size(); ++i) {
    const bool keyed = name != "other" && name != "total";
    grid.add(keyed && i < row.key.size() ? cell_text(query.by[i], row.key[i], answer) : "");
  }
  const double length = seconds(answer.to_ms - answer.from_ms);
  grid.add(scaled(static_cast<double>(row.sums.bytes)));
  grid.add(scaled(static_cast<double>(row.sums.packets)));
  grid.add(scaled(static_cast<double>(row.sums.flows)));
  grid.add(percent(metric_of(query, row.sums), metric_of(query, answer.total.sums)));
  grid.add(scaled(static_cast<double>(row.sums.bytes) * 8 / length));
  grid.add(scaled(static_cast<double>(row.sums.packets) / length));
}

TextGrid sums_grid(const Query& query, const Answer& answer) {
  TextGrid grid;
  if (!query.by.empty()) grid.add_column("#", TextGrid::Align::right);
  for (const Column column : query.by) grid.add_column(std::string(flow::name(column)), TextGrid::Align::left);
  for (const std::string_view header : {"bytes", "packets", "flows"})
    grid.add_column(std::string(header), TextGrid::Align::right);
  grid.add_column("% of " + std::string(metric_name(query)), TextGrid::Align::right);
  grid.add_column("bit/s", TextGrid::Align::right);
  grid.add_column("packets/s", TextGrid::Align::right);
  if (!query.by.empty()) {
    for (std::size_t i = 0; i < answer.rows.size(); ++i)
      add_row(grid, query, answer, std::to_string(i + 1), answer.rows[i]);
    if (answer.other) add_row(grid, query, answer, "other", *answer.other);
  }
  add_row(grid, query, answer, "total", answer.total);
  return grid;
}

/// A bucket's rate: bits, packets or flows a second. The last bucket may be cut short by the range's end.
std::string rate_text(const Query& query, const Answer& answer, std::size_t bucket, std::uint64_t amount) {
  const UnixMillis end = std::min(answer.buckets[bucket] + *query.resolution_ms, answer.to_ms);
  const double length = seconds(end - answer.buckets[bucket]);
  return scaled(static_cast<double>(amount) * (query.metric == Metric::bytes ? 8 : 1) / length);
}

TextGrid series_grid(const Query& query, const Answer& answer) {
  TextGrid grid;
  grid.add_column("time (UTC)", TextGrid::Align::left);
  const std::size_t shown = query.by.empty() ? 0 : std::min(answer.rows.size(), kMostSeries);
  for (std::size_t i = 0; i < shown; ++i) grid.add_column("#" + std::to_string(i + 1), TextGrid::Align::right);
  const bool rest = !query.by.empty() && (answer.other || answer.rows.size() > shown);
  if (rest) grid.add_column("all others", TextGrid::Align::right);
  grid.add_column("total", TextGrid::Align::right);
  for (std::size_t bucket = 0; bucket < answer.buckets.size(); ++bucket) {
    grid.start_row();
    grid.add(to_iso8601(answer.buckets[bucket]).substr(0, 19));
    const std::uint64_t total = bucket < answer.total.series.size() ? metric_of(query, answer.total.series[bucket]) : 0;
    std::uint64_t left = total;
    for (std::size_t i = 0; i < shown; ++i) {
      const std::uint64_t amount =
          bucket < answer.rows[i].series.size() ? metric_of(query, answer.rows[i].series[bucket]) : 0;
      grid.add(rate_text(query, answer, bucket, amount));
      left -= std::min(left, amount);
    }
    if (rest) grid.add(rate_text(query, answer, bucket, left));
    grid.add(rate_text(query, answer, bucket, total));
  }
  return grid;
}

std::string_view rate_name(const Query& query) {
  constexpr auto kNames = std::to_array<std::string_view>({"bit/s", "packets/s", "flows/s"});
  return kNames[static_cast<std::size_t>(query.metric)];
}

}  // namespace

std::string format_table(const Query& query, const Answer& answer) {
  std::string out = sums_grid(query, answer).text();
  if (query.resolution_ms) {
    out += "\n" + std::string(rate_name(query)) + ", averages over " + length_text(*query.resolution_ms) + "\n";
    out += series_grid(query, answer).text();
  }
  return out + "\n" + to_iso8601(answer.from_ms) + " to " + to_iso8601(answer.to_ms) + " (" +
         length_text(answer.to_ms - answer.from_ms) + "), read from " + answer.source + ": " +
         std::to_string(answer.rows_read) + " rows in " + std::to_string(answer.took_ms) + " ms\n";
}

}  // namespace weir::query
