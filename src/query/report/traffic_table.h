// A question about traffic as a table: keys, then Max, Avg, Min, 95 % and the volume, with a series for the chart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/expression.h"
#include "query/report/conditions.h"
#include "query/report/report.h"

namespace weir::query::report {

/// One table of traffic.
struct Asking {
  std::string name;
  std::string title;
  std::vector<flow::Column> by;
  ExpressionPtr filter;
};

/// The base question by these columns under this condition.
[[nodiscard]] Query question(const Job& job, std::vector<flow::Column> by, ExpressionPtr filter);

/// The question and what came of it.
struct Asked {
  Query query;
  Answer answer;
};
[[nodiscard]] Result<Asked> ask(Job& job, const Asking& asking);

/// Keys by their column names, with `as_name` behind an AS; then `maximum`, `average`, `minimum`, `percentile_95` [bit/s],
/// `bytes` and `share`. Rows have their filter and series. Buckets, range and resolution of the outcome are set.
[[nodiscard]] Table traffic_table(Job& job, const Asking& asking, const Asked& asked);

/// The columns of the numbers alone, and their cells for one row of an answer.
void add_number_columns(Table& table, const Query& query);
void add_numbers(TableRow& to, const Query& query, const Answer& answer, const Row& row);
/// The rates of a row in bit/s, one for each bucket.
[[nodiscard]] std::vector<double> rates_of(const Query& query, const Answer& answer, const std::vector<Sums>& series);
/// Filter, keys, source of the table, and the range of the outcome.
void describe(Job& job, Table& table, const Query& query, const Answer& answer);

/// Asks and makes the table; adds it to the outcome.
[[nodiscard]] Result<void> add_traffic(Job& job, const Asking& asking);

/// The ways that the parameter `direction` asks for.
[[nodiscard]] std::vector<Way> ways_of(Direction direction);
/// Says what to do where a table of one direction is empty.
void note_missing_direction(Job& job, Way way, const Answer& answer);

/// "Destination AS": as a table's head names a column.
[[nodiscard]] std::string_view column_title(flow::Column column);

}  // namespace weir::query::report
