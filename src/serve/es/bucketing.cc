#include "serve/es/bucketing.h"

#include <fmt/format.h>

#include "query/filter_values.h"

namespace weir::serve::es {
namespace {

using query::Cell;
using query::ExpressionPtr;

double real_of(const Cell& cell) {
  if (const auto* whole = std::get_if<std::uint64_t>(&cell)) return static_cast<double>(*whole);
  const auto* real = std::get_if<double>(&cell);
  return real == nullptr ? 0 : *real;
}

Field plain(flow::Column column) {
  return {flow::name(column), column, Shape::plain};
}

/// The ends of a bucket that is an interval, as texts.
struct Ends {
  std::string low;
  std::string high;
};
std::optional<Ends> ends_of(const query::Bucketing& by, const Cell& key) {
  if (const auto* interval = std::get_if<query::ByInterval>(&by)) {
    const double low = real_of(key);
    if (plain(interval->column).is_time())
      return Ends{fmt::format("{:.0f}", low), fmt::format("{:.0f}", low + interval->interval)};
    return Ends{fmt::format("{}", low), fmt::format("{}", low + interval->interval)};
  }
  if (const auto* calendar = std::get_if<query::ByCalendar>(&by)) {
    const auto zone = Zone::of(calendar->time_zone).value_or(Zone());
    const auto low = static_cast<UnixMillis>(real_of(key));
    return Ends{std::to_string(low), std::to_string(add_units(low, calendar->unit, 1, zone))};
  }
  return std::nullopt;
}

DateContext exact_dates() {
  DateContext dates;
  dates.format = "epoch_millis";
  return dates;
}

}  // namespace

std::optional<flow::Column> column_of(const query::Bucketing& by) {
  if (const auto* column = std::get_if<query::ByColumn>(&by)) return column->column;
  if (const auto* interval = std::get_if<query::ByInterval>(&by)) return interval->column;
  if (const auto* calendar = std::get_if<query::ByCalendar>(&by)) return calendar->column;
  return std::nullopt;
}

ExpressionPtr in_bucket(const query::Bucketing& by, const Cell& key) {
  if (const auto* column = std::get_if<query::ByColumn>(&by)) return is_cell(column->column, key);
  if (const auto* conditions = std::get_if<query::ByConditions>(&by)) {
    const auto index = static_cast<std::size_t>(real_of(key));
    return index < conditions->conditions.size() ? conditions->conditions[index] : nothing();
  }
  const auto ends = ends_of(by, key);
  return between(plain(*column_of(by)), Bound{ends->low, true}, Bound{ends->high, false}, exact_dates()).value_or(nothing());
}

Parsed<ExpressionPtr> behind_bucket(const query::Bucketing& by, const Cell& key, bool descending) {
  const auto column = column_of(by);
  if (!column) return illegal("conditions have no order");
  if (std::holds_alternative<query::ByColumn>(by)) return is_beyond(*column, key, descending);
  const auto ends = ends_of(by, key);
  if (descending) return between(plain(*column), std::nullopt, Bound{ends->low, false}, exact_dates());
  return between(plain(*column), Bound{ends->high, true}, std::nullopt, exact_dates());
}

bool key_before(const query::Bucketing& by, const Cell& a, const Cell& b, bool descending) {
  const bool a_unknown = std::holds_alternative<std::monostate>(a);
  const bool b_unknown = std::holds_alternative<std::monostate>(b);
  if (a_unknown || b_unknown) return !a_unknown && b_unknown;
  const auto* x = std::get_if<std::string>(&a);
  const auto* y = std::get_if<std::string>(&b);
  if (x == nullptr || y == nullptr) return descending ? real_of(b) < real_of(a) : real_of(a) < real_of(b);
  const auto column = column_of(by);
  const flow::ColumnType type = column ? flow::info(*column).type : flow::ColumnType::string;
  if (type == flow::ColumnType::ip || type == flow::ColumnType::prefix) {
    const auto left = query::parse_network(*x, false).value_or(Prefix{});
    const auto right = query::parse_network(*y, false).value_or(Prefix{});
    return descending ? right < left : left < right;
  }
  return descending ? *y < *x : *x < *y;
}

}  // namespace weir::serve::es
