#include "query/validate_tally.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <variant>

namespace weir::query {
namespace {

using flow::Column;
using flow::ColumnType;

constexpr UnixMillis kLatestMs = 253'402'300'800'000;  // the year 10000
constexpr double kMostInterval = 1e15;
constexpr int kMostOffsetHours = 18;

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::invalid, std::move(message));
}

std::string name_of(Column column) {
  return std::string(flow::name(column));
}

Result<void> validate_range(UnixMillis from, UnixMillis to) {
  if (from >= to) return refuse("the range is empty: its end must be after its beginning");
  if (from < 0 || to > kLatestMs) return refuse("the range must lie between the years 1970 and 9999");
  return {};
}

bool is_amount(Column column) {
  const ColumnType type = flow::info(column).type;
  return type != ColumnType::ip && type != ColumnType::mac && type != ColumnType::string && type != ColumnType::prefix;
}

bool is_time(Column column) {
  return flow::info(column).type == ColumnType::time_ms;
}

struct BucketingRules {
  Result<void> operator()(const ByColumn&) const { return {}; }
  Result<void> operator()(const ByInterval& by) const {
    if (!is_amount(by.column)) return refuse(name_of(by.column) + " has no intervals: it is not a number or a time");
    if (!std::isfinite(by.interval) || by.interval <= 0 || by.interval > kMostInterval)
      return refuse("an interval must be greater than zero, and at most 1e15");
    if (!std::isfinite(by.offset) || std::abs(by.offset) > kMostInterval)
      return refuse("the offset of an interval must be a number between -1e15 and 1e15");
    if (is_time(by.column) && by.interval < 1) return refuse("an interval of time is at least one millisecond");
    return {};
  }
  Result<void> operator()(const ByCalendar& by) const {
    if (!is_time(by.column)) return refuse(name_of(by.column) + " is no time: it has no days");
    if (zone_offset_minutes(by.time_zone)) return {};
    const auto fits = [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
             c == '+' || c == '-';
    };
    if (!by.time_zone.empty() && by.time_zone.size() <= 64 && std::ranges::all_of(by.time_zone, fits)) return {};
    return refuse("a time zone is a name such as Asia/Kuala_Lumpur, or an offset such as +08:00");
  }
  Result<void> operator()(const ByConditions& by) const {
    if (by.conditions.empty()) return refuse("buckets by conditions need at least one condition");
    if (by.conditions.size() > kMostConditions)
      return refuse("there may be at most " + std::to_string(kMostConditions) + " conditions");
    return {};
  }
};

Result<void> validate_measure(const Measure& measure) {
  if (measure.percents.size() > kMostPercents)
    return refuse("at most " + std::to_string(kMostPercents) + " percentiles can be asked for at once");
  if (measure.statistic == Statistic::count) return {};
  if (!measure.column) return refuse("a statistic needs a column");
  if (measure.statistic == Statistic::distinct) return {};
  if (!is_amount(*measure.column)) return refuse(name_of(*measure.column) + " is not a number: it cannot be summed up");
  if (measure.statistic == Statistic::weighted_average && (!measure.weight || !is_amount(*measure.weight)))
    return refuse("a weighted average needs a number to weigh by");
  if (measure.statistic != Statistic::percentiles) return {};
  if (measure.percents.empty()) return refuse("name the percentiles that are wanted");
  for (const double percent : measure.percents) {
    if (!(percent >= 0 && percent <= 100)) return refuse("a percentile lies between 0 and 100");
  }
  return {};
}

}  // namespace

std::optional<int> zone_offset_minutes(std::string_view zone) {
  if (zone == "UTC" || zone == "Z") return 0;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const auto two_digits = [&](std::size_t at) -> std::optional<int> {
    int out = 0;
    const auto [end, error] = std::from_chars(zone.data() + at, zone.data() + at + 2, out);
    if (error != std::errc() || end != zone.data() + at + 2) return std::nullopt;
    return out;
  };
  const auto hours = two_digits(1);
  const auto minutes = two_digits(4);
  if (!hours || !minutes || *hours < 0 || *hours > kMostOffsetHours || *minutes < 0 || *minutes > 59)
    return std::nullopt;
  return (zone[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

Result<void> validate(const Tally& tally) {
  if (const auto fine = validate_range(tally.from_ms, tally.to_ms); !fine) return fine;
  if (tally.by.size() > kMostBucketings)
    return refuse("records can be counted by at most " + std::to_string(kMostBucketings) + " things at once");
  if (tally.measures.size() > kMostMeasures)
    return refuse("at most " + std::to_string(kMostMeasures) + " statistics can be asked for at once");
  if (tally.top > kMostTallyRows)
    return refuse("at most " + std::to_string(kMostTallyRows) + " buckets can be asked for");
  for (const Bucketing& by : tally.by) {
    if (const auto fine = std::visit(BucketingRules{}, by); !fine) return fine;
  }
  for (const Measure& measure : tally.measures) {
    if (const auto fine = validate_measure(measure); !fine) return fine;
  }
  if (tally.order.size() > kMostOrder) return refuse("buckets are sorted by too much");
  for (const Tally::Order& order : tally.order) {
    if (order.measure && *order.measure >= tally.measures.size())
      return refuse("buckets are sorted by a statistic that is not asked for");
  }
  return {};
}

Result<void> validate(const Search& search) {
  if (const auto fine = validate_range(search.from_ms, search.to_ms); !fine) return fine;
  if (search.most > kMostRecords)
    return refuse("at most " + std::to_string(kMostRecords) + " records can be asked for at once");
  if (search.columns.size() > flow::kColumnCount) return refuse("more columns are asked for than there are");
  if (search.order.size() > kMostOrder)
    return refuse("records can be sorted by at most " + std::to_string(kMostOrder) + " columns");
  for (auto at = search.order.begin(); at != search.order.end(); ++at) {
    const auto same = [&](const Search::Order& other) { return other.column == at->column; };
    if (std::find_if(search.order.begin(), at, same) != at)
      return refuse("records are sorted by " + name_of(at->column) + " twice");
  }
  return {};
}

}  // namespace weir::query
