#include <algorithm>
#include <array>
#include <cstdio>

#include "query/as_names_of.h"
#include "query/format.h"
#include "query/names.h"
#include "query/statistics.h"
#include "query/text_grid.h"

namespace weir::query {
namespace {

using flow::Column;

// Series are shown side by side; more than these do not fit a terminal.
constexpr std::size_t kMostSeries = 8;

double seconds(UnixMillis length) {
  return static_cast<double>(length) / 1000;
}

/// What the share of a row is of.
std::string_view metric_name(const Query& query) {
  if (query.metric == Metric::packets) return "packets";
  if (query.metric == Metric::flows) return "flows";
  return query.metric == Metric::layer2_bytes ? "L2 bytes" : "bytes";
}

double metric_of(const Query& query, const Sums& sums) {
  return query.metric == Metric::packet_size ? static_cast<double>(sums.bytes) : amount_of(query, sums);
}

std::string percent(double part, double whole) {
  if (whole == 0) return "-";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", 100 * part / whole);
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

/// The rate of the metric over the answer's whole range.
double average(const Query& query, const Answer& answer, const Sums& sums) {
  return rate_of(query, sums, answer.to_ms - answer.from_ms);
}

/// "+12.3", "-4.0", "new" where there was nothing.
std::string change(double now, double before) {
  if (before == 0) return now == 0 ? "0.0" : "new";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%+.1f", 100 * (now - before) / before);
  return text.data();
}

void add_headers(TextGrid& grid, const Query& query) {
  const auto number = [&](const std::string& header) { grid.add_column(header, TextGrid::Align::right); };
  for (const char* header : {"bytes", "packets", "flows"}) number(header);
  if (query.layer2_overhead) number("L2 bytes");
  for (const Column column : query.distinct) number("different " + std::string(flow::name(column)));
  number("% of " + std::string(metric_name(query)));
  number("bit/s");
  number("packets/s");
  if (query.metric == Metric::packet_size) number("B/packet");
  const std::string unit(rate_unit(query.metric));
  if (query.resolution_ms) {
    for (const char* header : {"min ", "max ", "last ", "95th "}) number(header + unit);
  }
  if (query.interface_share) {
    for (const char* header : {"speed", "% of speed"}) number(header);
    if (query.resolution_ms) number("max %"), number("95th %");
  }
  if (query.both_directions) number("reverse " + unit);
  if (query.compare_ms) number("before " + unit), number("change %");
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
  if (query.layer2_overhead) grid.add(scaled(static_cast<double>(layer2_bytes(row.sums, *query.layer2_overhead))));
  for (std::size_t i = 0; i < query.distinct.size(); ++i)
    grid.add(i < row.distinct.size() ? scaled(static_cast<double>(row.distinct[i])) : "-");
  grid.add(percent(metric_of(query, row.sums), metric_of(query, answer.total.sums)));
  grid.add(scaled(static_cast<double>(row.sums.bytes) * 8 / length));
  grid.add(scaled(static_cast<double>(row.sums.packets) / length));
  if (query.metric == Metric::packet_size) grid.add(row.sums.packets == 0 ? "-" : scaled(*packet_size(row.sums)));
  const Statistics statistics = row.statistics.value_or(Statistics{});
  if (query.resolution_ms) {
    for (const double value : {statistics.minimum, statistics.maximum, statistics.last, statistics.percentile_95})
      grid.add(row.statistics ? scaled(value) : "-");
  }
  if (query.interface_share) {
    const double speed = static_cast<double>(row.speed_bps.value_or(0));
    grid.add(row.speed_bps ? scaled(speed) : "-");
    grid.add(percent(static_cast<double>(row.sums.bytes) * 8 / length, speed));
    if (query.resolution_ms) grid.add(percent(statistics.maximum, speed)), grid.add(percent(statistics.percentile_95, speed));
  }
  const double now = average(query, answer, row.sums);
  if (query.both_directions) grid.add(row.reverse ? scaled(average(query, answer, row.reverse->sums)) : "-");
  if (query.compare_ms) {
    const double before = row.previous ? average(query, answer, row.previous->sums) : 0;
    grid.add(row.previous ? scaled(before) : "-");
    grid.add(row.previous ? change(now, before) : "-");
  }
}

TextGrid sums_grid(const Query& query, const Answer& answer) {
  TextGrid grid;
  if (!query.by.empty()) grid.add_column("#", TextGrid::Align::right);
  for (const Column column : query.by) grid.add_column(std::string(flow::name(column)), TextGrid::Align::left);
  add_headers(grid, query);
  if (!query.by.empty()) {
    for (std::size_t i = 0; i < answer.rows.size(); ++i)
      add_row(grid, query, answer, std::to_string(i + 1), answer.rows[i]);
    if (answer.other) add_row(grid, query, answer, "other", *answer.other);
  }
  add_row(grid, query, answer, "total", answer.total);
  return grid;
}

/// A bucket's rate. The last bucket may be cut short by the range's end.
std::string rate_text(const Query& query, const Answer& answer, std::size_t bucket, const Sums& sums) {
  const UnixMillis end = std::min(answer.buckets[bucket] + *query.resolution_ms, answer.to_ms);
  return scaled(rate_of(query, sums, end - answer.buckets[bucket]));
}

Sums at(const std::vector<Sums>& series, std::size_t bucket) {
  return bucket < series.size() ? series[bucket] : Sums{};
}

Sums without(const Sums& all, const Sums& some) {
  return {all.bytes - std::min(all.bytes, some.bytes), all.packets - std::min(all.packets, some.packets),
          all.flows - std::min(all.flows, some.flows)};
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
    const Sums total = at(answer.total.series, bucket);
    Sums left = total;
    for (std::size_t i = 0; i < shown; ++i) {
      const Sums sums = at(answer.rows[i].series, bucket);
      grid.add(rate_text(query, answer, bucket, sums));
      left = without(left, sums);
    }
    if (rest) grid.add(rate_text(query, answer, bucket, left));
    grid.add(rate_text(query, answer, bucket, total));
  }
  return grid;
}

}  // namespace

std::string format_table(const Query& query, const Answer& answer) {
  std::string out = sums_grid(query, answer).text();
  if (query.resolution_ms && query.series) {
    out += "\n" + std::string(rate_unit(query.metric)) + ", averages over " + length_text(*query.resolution_ms) + "\n";
    out += series_grid(query, answer).text();
  }
  return out + "\n" + to_iso8601(answer.from_ms) + " to " + to_iso8601(answer.to_ms) + " (" +
         length_text(answer.to_ms - answer.from_ms) + "), read from " + answer.source + ": " +
         std::to_string(answer.rows_read) + " rows in " + std::to_string(answer.took_ms) + " ms\n";
}

}  // namespace weir::query
