#include "serve/es/agg_metric.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>

namespace weir::serve::es {
namespace {

namespace json = boost::json;
using query::Statistic;

query::Measure measure(Statistic statistic, std::optional<flow::Column> column) {
  return {.statistic = statistic, .column = column, .weight = {}, .percents = {}};
}

std::vector<Statistic> statistics_of(AggKind kind) {
  switch (kind) {
    case AggKind::sum:
      return {Statistic::count, Statistic::sum};
    case AggKind::avg:
      return {Statistic::count, Statistic::average, Statistic::sum};
    case AggKind::min:
      return {Statistic::count, Statistic::minimum};
    case AggKind::max:
      return {Statistic::count, Statistic::maximum};
    case AggKind::stats:
      return {Statistic::count, Statistic::sum, Statistic::minimum, Statistic::maximum};
    case AggKind::extended_stats:
      return {Statistic::count, Statistic::sum, Statistic::minimum, Statistic::maximum, Statistic::sum_of_squares};
    case AggKind::value_count:
      return {Statistic::count};
    case AggKind::cardinality:
      return {Statistic::count, Statistic::distinct};
    default:
      return {};
  }
}

/// The numbers of one bucket, with what documents without a value count as.
struct Numbers {
  double count = 0;
  double sum = 0;
  double squares = 0;
  std::optional<double> least;
  std::optional<double> most;
};

json::value or_null(std::optional<double> value) {
  return value && std::isfinite(*value) ? json::value(*value) : json::value(nullptr);
}

void set_number(json::object& out, const Agg& agg, std::string_view name, std::optional<double> value) {
  out[name] = or_null(value);
  if (value && agg.field && agg.field->is_time())
    out[std::string(name) + "_as_string"] = format_date(static_cast<UnixMillis>(*value), agg.format, agg.zone);
}

json::object stats_json(const Agg& agg, const Numbers& numbers) {
  json::object out;
  const auto average = numbers.count == 0 ? std::nullopt : std::optional(numbers.sum / numbers.count);
  out["count"] = static_cast<std::uint64_t>(numbers.count);
  set_number(out, agg, "min", numbers.least);
  set_number(out, agg, "max", numbers.most);
  set_number(out, agg, "avg", average);
  out["sum"] = numbers.sum;
  if (agg.kind == AggKind::stats) return out;
  const auto variance = average ? std::optional(std::max(0.0, numbers.squares / numbers.count - *average * *average)) : std::nullopt;
  const auto sampling = average && numbers.count > 1 ? std::optional(*variance * numbers.count / (numbers.count - 1)) : std::nullopt;
  const auto root = [](std::optional<double> value) { return value ? std::optional(std::sqrt(*value)) : std::nullopt; };
  const auto deviation = root(variance);
  const auto sampling_deviation = root(sampling);
  out["sum_of_squares"] = average ? json::value(numbers.squares) : json::value(nullptr);
  out["variance"] = or_null(variance);
  out["variance_population"] = or_null(variance);
  out["variance_sampling"] = or_null(sampling);
  out["std_deviation"] = or_null(deviation);
  out["std_deviation_population"] = or_null(deviation);
  out["std_deviation_sampling"] = or_null(sampling_deviation);
  const auto bound = [&](std::optional<double> by, double sign) {
    return or_null(average && by ? std::optional(*average + sign * 2 * *by) : std::nullopt);
  };
  out["std_deviation_bounds"] = json::object{{"upper", bound(deviation, 1)},
                                             {"lower", bound(deviation, -1)},
                                             {"upper_population", bound(deviation, 1)},
                                             {"lower_population", bound(deviation, -1)},
                                             {"upper_sampling", bound(sampling_deviation, 1)},
                                             {"lower_sampling", bound(sampling_deviation, -1)}};
  return out;
}

json::object percentiles_json(const Agg& agg, const std::vector<std::optional<double>>& values) {
  json::object keyed;
  json::array list;
  for (std::size_t i = 0; i < agg.percents.size(); ++i) {
    const auto value = i < values.size() ? values[i] : std::nullopt;
    std::string key = fmt::format("{}", agg.percents[i]);
    if (key.find('.') == std::string::npos) key += ".0";
    json::object entry{{"key", agg.percents[i]}};
    set_number(keyed, agg, key, value);
    set_number(entry, agg, "value", value);
    list.push_back(std::move(entry));
  }
  if (agg.keyed) return {{"values", std::move(keyed)}};
  return {{"values", std::move(list)}};
}

}  // namespace

bool is_measured(const Agg& agg) {
  return agg.group == AggClass::metric && agg.kind != AggKind::top_hits;
}

bool is_cheap(const Agg& agg) {
  return is_measured(agg) && agg.kind != AggKind::cardinality && agg.kind != AggKind::percentiles;
}

void append_measures(const Agg& agg, std::vector<query::Measure>& to) {
  if (!agg.field || (agg.kind == AggKind::weighted_avg && !agg.weight)) return;
  if (agg.kind == AggKind::percentiles) {
    to.push_back({.statistic = Statistic::percentiles, .column = agg.field->column, .weight = {}, .percents = agg.percents});
  } else if (agg.kind == AggKind::weighted_avg) {
    to.push_back({.statistic = Statistic::weighted_average, .column = agg.field->column, .weight = agg.weight->column, .percents = {}});
  } else {
    for (const Statistic statistic : statistics_of(agg.kind)) to.push_back(measure(statistic, agg.field->column));
  }
}

std::size_t measure_count(const Agg& agg) {
  std::vector<query::Measure> measures;
  append_measures(agg, measures);
  return measures.size();
}

std::optional<std::size_t> measure_of_path(const Agg& agg, std::string_view property) {
  if (!agg.field || !is_measured(agg) || agg.missing) return std::nullopt;
  switch (agg.kind) {
    case AggKind::value_count:
    case AggKind::weighted_avg:
      return 0;
    case AggKind::percentiles: {
      double percent = 0;
      // The store sorts by the first percentile of a measure.
      return read_real(property, percent) && agg.percents.front() == percent ? std::optional<std::size_t>(0) : std::nullopt;
    }
    case AggKind::stats:
    case AggKind::extended_stats:
      if (property == "count") return 0;
      if (property == "sum") return 1;
      if (property == "min") return 2;
      if (property == "max") return 3;
      return std::nullopt;
    default:
      return 1;
  }
}

json::object metric_json(const Agg& agg, const MeasureValues& values, std::size_t first, std::uint64_t documents) {
  const auto at = [&](std::size_t i) -> std::optional<double> {
    return first + i < values.size() && agg.field && !values[first + i].empty() ? values[first + i].front() : std::nullopt;
  };
  if (agg.kind == AggKind::percentiles)
    return percentiles_json(agg, first < values.size() && agg.field ? values[first] : std::vector<std::optional<double>>());
  if (agg.kind == AggKind::weighted_avg) return {{"value", or_null(agg.weight ? at(0) : std::nullopt)}};
  Numbers numbers;
  numbers.count = at(0).value_or(0);
  double missing = 0;
  const double lacking = static_cast<double>(documents) - numbers.count;
  const bool filled = agg.missing && lacking > 0;
  if (filled && !read_real(scalar_text(*agg.missing), missing)) missing = 0;
  if (agg.kind == AggKind::cardinality) return {{"value", static_cast<std::uint64_t>(at(1).value_or(0)) + (filled ? 1 : 0)}};
  if (agg.kind == AggKind::value_count) return {{"value", static_cast<std::uint64_t>(filled ? static_cast<double>(documents) : numbers.count)}};
  const bool spread = agg.kind == AggKind::stats || agg.kind == AggKind::extended_stats;
  numbers.sum = at(agg.kind == AggKind::avg ? 2 : 1).value_or(0);
  numbers.least = spread ? at(2) : at(1);
  numbers.most = spread ? at(3) : at(1);
  numbers.squares = at(4).value_or(0);
  if (filled) {
    numbers.count += lacking;
    numbers.sum += lacking * missing;
    numbers.squares += lacking * missing * missing;
    numbers.least = std::min(numbers.least.value_or(missing), missing);
    numbers.most = std::max(numbers.most.value_or(missing), missing);
  }
  if (spread) return stats_json(agg, numbers);
  json::object out;
  std::optional<double> value = numbers.sum;
  if (agg.kind == AggKind::avg) value = numbers.count == 0 ? std::nullopt : std::optional(filled ? numbers.sum / numbers.count : at(1).value_or(0));
  if (agg.kind == AggKind::min) value = numbers.least;
  if (agg.kind == AggKind::max) value = numbers.most;
  set_number(out, agg, "value", value);
  return out;
}

}  // namespace weir::serve::es
