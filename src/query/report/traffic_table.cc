#include "query/report/traffic_table.h"

#include <algorithm>
#include <array>

#include "query/as_names_of.h"
#include "query/report/conditions.h"
#include "query/statistics.h"

namespace weir::query::report {
namespace {

constexpr auto kTitles = std::to_array<std::pair<flow::Column, std::string_view>>({
    {flow::Column::exporter, "Router IP"},
    {flow::Column::exporter_name, "Router"},
    {flow::Column::in_if, "Interface index"},
    {flow::Column::out_if, "Interface index"},
    {flow::Column::in_if_name, "Interface"},
    {flow::Column::out_if_name, "Interface"},
    {flow::Column::in_if_class, "Class"},
    {flow::Column::out_if_class, "Class"},
    {flow::Column::src_addr, "Source IP"},
    {flow::Column::dst_addr, "Destination IP"},
    {flow::Column::src_port, "Source port"},
    {flow::Column::dst_port, "Destination port"},
    {flow::Column::proto, "Protocol"},
    {flow::Column::src_as, "ASN"},
    {flow::Column::dst_as, "ASN"},
    {flow::Column::src_prefix, "Prefix"},
    {flow::Column::dst_prefix, "Prefix"},
});

Kind kind_of(flow::Column column) {
  switch (flow::info(column).type) {
    case flow::ColumnType::u8:
    case flow::ColumnType::u16:
    case flow::ColumnType::u32:
    case flow::ColumnType::u64:
      return Kind::id;
    case flow::ColumnType::time_ms:
      return Kind::time;
    default:
      return Kind::text;
  }
}

Cell name_of_as(const Job& job, const Cell& as) {
  const auto* number = std::get_if<std::uint64_t>(&as);
  if (number == nullptr || job.context().as_names == nullptr) return {};
  const flow::AsName* name = job.context().as_names->find(static_cast<std::uint32_t>(*number));
  return name == nullptr ? Cell() : Cell(name->name);
}

void add_key_columns(Table& table, const Query& query) {
  for (const flow::Column column : query.by) {
    table.columns.push_back({std::string(flow::name(column)), std::string(column_title(column)), "", kind_of(column)});
    if (is_as(column)) table.columns.push_back({"as_name", "Name", "", Kind::text});
  }
}

TableRow make_row(const Job& job, const Query& query, const Answer& answer, const Row& row, bool keyed) {
  TableRow out;
  for (std::size_t i = 0; i < query.by.size(); ++i) {
    const Cell cell = keyed && i < row.key.size() ? row.key[i] : Cell();
    out.cells.push_back(cell);
    if (is_as(query.by[i])) out.cells.push_back(name_of_as(job, cell));
  }
  add_numbers(out, query, answer, row);
  out.series = rates_of(query, answer, row.series);
  if (keyed) out.filter = text_of(all_of({keys_equal(query.by, row.key), query.filter}));
  return out;
}

}  // namespace

std::string_view column_title(flow::Column column) {
  const auto at = std::ranges::find(kTitles, column, &std::pair<flow::Column, std::string_view>::first);
  return at == kTitles.end() ? flow::name(column) : at->second;
}

Query question(const Job& job, std::vector<flow::Column> by, ExpressionPtr filter) {
  Query query = job.parameters().base;
  query.by = std::move(by);
  query.filter = std::move(filter);
  query.filter_text = text_of(query.filter);
  query.options = job.context().options;
  return query;
}

Result<Asked> ask(Job& job, const Asking& asking) {
  Asked out{question(job, asking.by, asking.filter), {}};
  auto answer = job.ask(out.query);
  if (!answer) return std::unexpected(answer.error());
  out.answer = *std::move(answer);
  return out;
}

std::vector<double> rates_of(const Query& query, const Answer& answer, const std::vector<Sums>& series) {
  std::vector<double> out;
  for (std::size_t i = 0; i < answer.buckets.size() && i < series.size(); ++i) {
    const UnixMillis end = std::min(answer.buckets[i] + *query.resolution_ms, answer.to_ms);
    out.push_back(rate_of(query, series[i], end - answer.buckets[i]));
  }
  return out;
}

void add_number_columns(Table& table, const Query& query) {
  const std::string unit(rate_unit(query.metric));
  table.unit = unit;
  table.columns.push_back({"maximum", "Max", unit, Kind::rate});
  table.columns.push_back({"average", "Avg", unit, Kind::rate});
  table.columns.push_back({"minimum", "Min", unit, Kind::rate});
  table.columns.push_back({"percentile_95", "95 %", unit, Kind::rate});
  table.columns.push_back({query.layer2_overhead ? "layer2_bytes" : "bytes", "Volume", "B", Kind::amount});
  table.columns.push_back({"share", "Share", "%", Kind::share});
}

void add_numbers(TableRow& to, const Query& query, const Answer& answer, const Row& row) {
  const Statistics statistics = row.statistics.value_or(Statistics{});
  for (const double value :
       {statistics.maximum, statistics.average, statistics.minimum, statistics.percentile_95})
    to.cells.emplace_back(value);
  const std::uint64_t volume =
      query.layer2_overhead ? layer2_bytes(row.sums, *query.layer2_overhead) : row.sums.bytes;
  to.cells.emplace_back(volume);
  const double all = amount_of(query, answer.total.sums);
  to.cells.push_back(all > 0 ? Cell(100 * amount_of(query, row.sums) / all) : Cell());
}

void describe(Job& job, Table& table, const Query& query, const Answer& answer) {
  table.filter = query.filter_text;
  table.by.clear();
  for (const flow::Column column : query.by) table.by.emplace_back(flow::name(column));
  table.buckets = answer.buckets;
  table.source = answer.source;
  table.rows_read += answer.rows_read;
  Outcome& outcome = job.outcome();
  if (answer.from_ms != query.from_ms || answer.to_ms != query.to_ms)
    job.note("Only sums still reach back to the beginning of the range: it was widened to their borders.");
  outcome.from_ms = answer.from_ms;
  outcome.to_ms = answer.to_ms;
  outcome.resolution_ms = query.resolution_ms;
}

Table traffic_table(Job& job, const Asking& asking, const Asked& asked) {
  Table table;
  table.name = asking.name;
  table.title = asking.title;
  add_key_columns(table, asked.query);
  add_number_columns(table, asked.query);
  for (const Row& row : asked.answer.rows)
    table.rows.push_back(make_row(job, asked.query, asked.answer, row, !asked.query.by.empty()));
  if (asked.answer.other) table.other = make_row(job, asked.query, asked.answer, *asked.answer.other, false);
  table.total = make_row(job, asked.query, asked.answer, asked.answer.total, false);
  table.total->filter = asked.query.filter_text;
  describe(job, table, asked.query, asked.answer);
  return table;
}

Result<void> add_traffic(Job& job, const Asking& asking) {
  const auto asked = ask(job, asking);
  if (!asked) return std::unexpected(asked.error());
  job.outcome().tables.push_back(traffic_table(job, asking, *asked));
  return {};
}

std::vector<Way> ways_of(Direction direction) {
  switch (direction) {
    case Direction::both:
      return {Way::out, Way::in};
    case Direction::out:
      return {Way::out};
    case Direction::in:
      return {Way::in};
    case Direction::any:
      return {Way::any};
  }
  return {};
}

void note_missing_direction(Job& job, Way way, const Answer& answer) {
  if (way == Way::any || answer.total.sums.flows != 0 || answer.total.sums.bytes != 0) return;
  job.note(
      "No flow of the range matches in one direction. A flow has a direction where its exporter tells one or the classes of "
      "its interfaces are known (interface_classes); direction=any asks whatever the direction.");
}

}  // namespace weir::query::report
