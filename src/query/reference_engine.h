// For tests only: questions answered row by row over a FlowBatch, in the plainest way. What engines are held against.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "flow/batch.h"
#include "flow/spread.h"
#include "flow/string_pool.h"
#include "flow/value_text.h"
#include "query/evaluate.h"
#include "query/mirror.h"
#include "query/query.h"
#include "query/row_value.h"
#include "query/tally.h"
#include "query/validate.h"
#include "query/validate_tally.h"

namespace weir::query::reference {

/// A value as rows are ordered by it: known before unknown, texts as octets, all else by number.
using Part = std::pair<bool, std::variant<std::uint64_t, double, IpAddress, Prefix, std::string>>;
using Key = std::vector<Part>;

struct Flows {
  const flow::FlowBatch& rows;
  const flow::StringPool& strings;
};

inline Part part_of(const Flows& flows, std::size_t row, flow::Column column) {
  const auto value = row_value(flows.rows, row, column);
  if (!value) return {true, std::uint64_t{0}};
  if (const auto* id = std::get_if<flow::StringId>(&*value)) return {false, std::string(flows.strings.text(*id))};
  if (const auto* address = std::get_if<IpAddress>(&*value)) return {false, *address};
  if (const auto* prefix = std::get_if<Prefix>(&*value)) return {false, *prefix};
  if (const auto* real = std::get_if<double>(&*value)) return {false, *real};
  if (const auto* time = std::get_if<UnixMillis>(&*value))
    return {false, static_cast<std::uint64_t>(std::max<UnixMillis>(*time, 0))};
  return {false, std::get<std::uint64_t>(*value)};
}

inline Cell cell_of(flow::Column column, const Part& part) {
  if (part.first) return std::monostate{};
  if (const auto* text = std::get_if<std::string>(&part.second)) return *text;
  if (const auto* address = std::get_if<IpAddress>(&part.second)) return to_string(*address);
  if (const auto* prefix = std::get_if<Prefix>(&part.second)) return to_string(*prefix);
  if (const auto* real = std::get_if<double>(&part.second)) return *real;
  const std::uint64_t number = std::get<std::uint64_t>(part.second);
  if (flow::info(column).type == flow::ColumnType::mac) return flow::mac_text(number);
  return number;
}

/// What flow/spread.h says that a row adds to [from, to).
inline Sums share_of(const flow::FlowBatch& rows, std::size_t row, UnixMillis from, UnixMillis to) {
  using flow::Column;
  const UnixMillis time = rows.values<Column::time>()[row];
  const std::uint64_t rate = rows.get_or<Column::sampling_rate>(row, 1);
  const unsigned suspect = rows.get_or<Column::suspect>(row, 0);
  UnixMillis lasted = 0;
  if (rows.masks()[row].has(Column::flow_start) && rows.masks()[row].has(Column::flow_end))
    lasted = rows.values<Column::flow_end>()[row] - rows.values<Column::flow_start>()[row];
  const auto share = [&](std::uint64_t counter, unsigned bit) {
    const std::uint64_t total = (suspect & bit) != 0 ? 0 : counter * rate;
    return flow::share_before(total, time, lasted, to) - flow::share_before(total, time, lasted, from);
  };
  const bool within = time >= from && time < to;
  return {share(rows.get_or<Column::bytes>(row, 0), flow::kSuspectBytes),
          share(rows.get_or<Column::packets>(row, 0), flow::kSuspectPackets),
          within ? rows.get_or<Column::flows>(row, 1) : 0};
}

inline void add(Sums& to, const Sums& more) {
  to.bytes += more.bytes;
  to.packets += more.packets;
  to.flows += more.flows;
}

/// All that is summed of one key.
struct Group {
  Sums sums;
  std::vector<Sums> series;
  std::vector<std::set<Part>> distinct;

  void merge(const Group& more) {
    add(sums, more.sums);
    series.resize(std::max(series.size(), more.series.size()));
    for (std::size_t i = 0; i < more.series.size(); ++i) add(series[i], more.series[i]);
    distinct.resize(std::max(distinct.size(), more.distinct.size()));
    for (std::size_t i = 0; i < more.distinct.size(); ++i) distinct[i].insert(more.distinct[i].begin(), more.distinct[i].end());
  }
};
using Groups = std::map<Key, Group>;

inline Groups group(const Query& query, const Flows& flows) {
  const std::size_t buckets = bucket_count(query);
  auto evaluator = Evaluator::of(query.filter, flows.strings);
  Groups out;
  for (std::size_t row = 0; row < flows.rows.size(); ++row) {
    if (!evaluator->matches(flows.rows, row)) continue;
    const Sums share = share_of(flows.rows, row, query.from_ms, query.to_ms);
    if (share.bytes == 0 && share.packets == 0 && share.flows == 0) continue;
    Key key;
    for (const flow::Column column : query.by) key.push_back(part_of(flows, row, column));
    Group& into = out[key];
    add(into.sums, share);
    into.series.resize(buckets);
    for (std::size_t i = 0; i < buckets; ++i) {
      const UnixMillis begin = query.from_ms + static_cast<UnixMillis>(i) * *query.resolution_ms;
      add(into.series[i], share_of(flows.rows, row, begin, std::min(begin + *query.resolution_ms, query.to_ms)));
    }
    into.distinct.resize(query.distinct.size());
    for (std::size_t i = 0; i < query.distinct.size(); ++i) {
      Part part = part_of(flows, row, query.distinct[i]);
      if (!part.first) into.distinct[i].insert(std::move(part));
    }
  }
  return out;
}

/// Samples of the metric in every bucket, in its unit.
inline std::vector<double> samples_of(const Query& query, const std::vector<Sums>& series) {
  std::vector<double> out;
  for (std::size_t i = 0; i < bucket_count(query); ++i) {
    const Sums sums = i < series.size() ? series[i] : Sums{};
    const UnixMillis begin = query.from_ms + static_cast<UnixMillis>(i) * *query.resolution_ms;
    const auto length = static_cast<double>(std::min(begin + *query.resolution_ms, query.to_ms) - begin);
    double amount = static_cast<double>(sums.bytes) * 8000;
    if (query.metric == Metric::packets) amount = static_cast<double>(sums.packets) * 1000;
    if (query.metric == Metric::flows) amount = static_cast<double>(sums.flows) * 1000;
    if (query.metric == Metric::layer2_bytes)
      amount = static_cast<double>(sums.bytes + sums.packets * *query.layer2_overhead) * 8000;
    out.push_back(amount / length);
  }
  return out;
}

inline Statistics statistics_of(const Query& query, const Group& group) {
  std::vector<double> samples = samples_of(query, group.series);
  Statistics out;
  Query whole = query;
  whole.resolution_ms = query.to_ms - query.from_ms;
  out.average = samples_of(whole, {group.sums}).front();
  out.last = samples.back();
  std::ranges::sort(samples, std::greater());
  out.maximum = samples.front();
  out.minimum = samples.back();
  std::size_t thrown_away = 0;
  while ((thrown_away + 1) * 100 <= samples.size() * 5) ++thrown_away;
  out.percentile_95 = samples[thrown_away];
  return out;
}

/// What a key has its place by: a number that is compared exactly, then one that is not whole.
inline std::pair<unsigned __int128, double> place_of(const Query& query, const Group& group) {
  if (query.rank != Rank::total) {
    const Statistics statistics = statistics_of(query, group);
    if (query.rank == Rank::maximum) return {0, statistics.maximum};
    return {0, query.rank == Rank::last ? statistics.last : statistics.percentile_95};
  }
  switch (query.metric) {
    case Metric::packets:
      return {group.sums.packets, 0};
    case Metric::flows:
      return {group.sums.flows, 0};
    case Metric::layer2_bytes:
      return {group.sums.bytes + static_cast<unsigned __int128>(group.sums.packets) * *query.layer2_overhead, 0};
    case Metric::packet_size:
      if (group.sums.packets == 0) return {0, 0};
      return {0, static_cast<double>(group.sums.bytes) / static_cast<double>(group.sums.packets)};
    case Metric::distinct:
      return {group.distinct.empty() ? 0 : group.distinct.front().size(), 0};
    case Metric::bytes:
      break;
  }
  return {group.sums.bytes, 0};
}

inline Row row_of(const Query& query, const Key& key, const Group& group, bool keyed) {
  Row out;
  for (std::size_t i = 0; i < query.by.size(); ++i) out.key.push_back(keyed ? cell_of(query.by[i], key[i]) : Cell());
  out.sums = group.sums;
  out.series = group.series;
  out.series.resize(bucket_count(query));
  for (std::size_t i = 0; i < query.distinct.size(); ++i)
    out.distinct.push_back(i < group.distinct.size() ? group.distinct[i].size() : 0);
  if (query.resolution_ms) out.statistics = statistics_of(query, group);
  return out;
}

/// Puts another question's sums beside the rows that were found.
inline void put_beside(const Query& query, const Query& other, const Flows& flows, const std::vector<Key>& keys, Answer& answer,
                       std::optional<Traffic> Row::* place) {
  Groups groups = group(other, flows);
  Group total;
  for (const auto& [key, one] : groups) total.merge(one);
  const auto traffic = [&](const Group& one) {
    Traffic out{one.sums, one.series};
    out.series.resize(bucket_count(query));
    // The metric is the question's; what is different is only what it is of.
    if (query.resolution_ms) out.statistics = statistics_of(other, one);
    return out;
  };
  answer.total.*place = traffic(total);
  if (query.by.empty()) {
    answer.rows.front().*place = traffic(total);
    return;
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    answer.rows[i].*place = traffic(groups[keys[i]]);
    groups.erase(keys[i]);
  }
  Group rest;
  for (const auto& [key, one] : groups) rest.merge(one);
  if (!groups.empty() && !answer.other) answer.other = row_of(query, {}, {}, false);
  if (answer.other) *answer.other.*place = traffic(rest);
}

/// All of the answer but source, rows_read and took_ms. The question is valid.
inline Answer run(const Query& query, const Flows& flows) {
  const Groups groups = group(query, flows);
  std::vector<std::pair<Key, Group>> sorted(groups.begin(), groups.end());
  std::ranges::stable_sort(sorted, [&](const auto& a, const auto& b) {
    return place_of(query, a.second) > place_of(query, b.second);
  });
  Answer out;
  out.from_ms = query.from_ms;
  out.to_ms = query.to_ms;
  for (std::size_t i = 0; i < bucket_count(query); ++i)
    out.buckets.push_back(query.from_ms + static_cast<UnixMillis>(i) * *query.resolution_ms);
  Group total;
  Group other;
  std::vector<Key> keys;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    total.merge(sorted[i].second);
    if (query.by.empty()) continue;
    if (i < query.top) {
      out.rows.push_back(row_of(query, sorted[i].first, sorted[i].second, true));
      keys.push_back(sorted[i].first);
    } else {
      other.merge(sorted[i].second);
      out.other = row_of(query, {}, other, false);
    }
  }
  out.total = row_of(query, {}, total, false);
  if (query.by.empty()) out.rows = {out.total};
  Query alone = query;
  if (query.metric == Metric::distinct) alone.metric = Metric::bytes;
  alone.both_directions = false;
  alone.distinct.clear();
  if (query.both_directions) put_beside(query, *mirrored(alone), flows, keys, out, &Row::reverse);
  if (query.compare_ms) {
    alone.from_ms -= *query.compare_ms;
    alone.to_ms -= *query.compare_ms;
    put_beside(query, alone, flows, keys, out, &Row::previous);
  }
  return out;
}

/// The rows of a batch that a question about records is about.
inline std::vector<std::size_t> matching(UnixMillis from, UnixMillis to, const ExpressionPtr& filter, const Flows& flows) {
  auto evaluator = Evaluator::of(filter, flows.strings);
  std::vector<std::size_t> out;
  for (std::size_t row = 0; row < flows.rows.size(); ++row) {
    const UnixMillis time = flows.rows.values<flow::Column::time>()[row];
    if (time >= from && time < to && evaluator->matches(flows.rows, row)) out.push_back(row);
  }
  return out;
}

inline std::optional<double> number_of(const Flows& flows, std::size_t row, flow::Column column) {
  const auto value = row_value(flows.rows, row, column);
  if (!value) return std::nullopt;
  if (const auto* real = std::get_if<double>(&*value)) return *real;
  if (const auto* time = std::get_if<UnixMillis>(&*value)) return static_cast<double>(*time);
  return static_cast<double>(std::get<std::uint64_t>(*value));
}

/// The start of the calendar's bucket; zones are offsets.
inline UnixMillis calendar_start(const ByCalendar& by, UnixMillis time) {
  using namespace std::chrono;
  const UnixMillis offset = *zone_offset_minutes(by.time_zone) * kMinuteMs;
  const sys_time<milliseconds> local{milliseconds(time + offset)};
  const sys_days day = floor<days>(local);
  const year_month_day date(day);
  const auto ms = [&](auto point) { return duration_cast<milliseconds>(point.time_since_epoch()).count() - offset; };
  switch (by.unit) {
    case ByCalendar::Unit::minute:
      return ms(floor<minutes>(local));
    case ByCalendar::Unit::hour:
      return ms(floor<hours>(local));
    case ByCalendar::Unit::day:
      return ms(day);
    case ByCalendar::Unit::week:
      return ms(day - (weekday(day) - Monday));
    case ByCalendar::Unit::month:
      return ms(sys_days(date.year() / date.month() / 1));
    case ByCalendar::Unit::quarter:
      return ms(sys_days(date.year() / month((static_cast<unsigned>(date.month()) - 1) / 3 * 3 + 1) / 1));
    case ByCalendar::Unit::year:
      return ms(sys_days(date.year() / January / 1));
  }
  return 0;
}

/// The buckets of one bucketing that a row is in.
inline std::vector<Part> buckets_of(const Bucketing& by, const Flows& flows, std::size_t row) {
  if (const auto* column = std::get_if<ByColumn>(&by)) {
    const Part part = part_of(flows, row, column->column);
    return part.first && !column->missing ? std::vector<Part>{} : std::vector<Part>{part};
  }
  if (const auto* interval = std::get_if<ByInterval>(&by)) {
    const auto value = number_of(flows, row, interval->column);
    if (!value) return {};
    const bool time = flow::info(interval->column).type == flow::ColumnType::time_ms;
    const double step = time ? std::floor(interval->interval) : interval->interval;
    const double offset = time ? std::round(interval->offset) : interval->offset;
    const double start = std::floor((*value - offset) / step) * step + offset + 0.0;
    if (time && start >= 0) return {{false, static_cast<std::uint64_t>(start)}};
    return {{false, start}};
  }
  if (const auto* calendar = std::get_if<ByCalendar>(&by)) {
    const auto value = number_of(flows, row, calendar->column);
    if (!value) return {};
    return {{false, static_cast<std::uint64_t>(calendar_start(*calendar, static_cast<UnixMillis>(*value)))}};
  }
  std::vector<Part> out;
  const auto& conditions = std::get<ByConditions>(by).conditions;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    if (Evaluator::of(conditions[i], flows.strings)->matches(flows.rows, row)) out.emplace_back(false, std::uint64_t{i});
  }
  return out;
}

inline std::vector<std::optional<double>> measure(const Measure& measure, const Flows& flows, const std::vector<std::size_t>& rows) {
  const auto known = [&](std::size_t row) { return row_value(flows.rows, row, *measure.column).has_value(); };
  if (measure.statistic == Statistic::count) {
    if (!measure.column) return {static_cast<double>(rows.size())};
    return {static_cast<double>(std::ranges::count_if(rows, known))};
  }
  if (measure.statistic == Statistic::distinct) {
    std::set<Part> values;
    for (const std::size_t row : rows) {
      if (known(row)) values.insert(part_of(flows, row, *measure.column));
    }
    return {static_cast<double>(values.size())};
  }
  std::vector<double> values;
  double weighted = 0;
  double weights = 0;
  for (const std::size_t row : rows) {
    const auto value = number_of(flows, row, *measure.column);
    if (!value) continue;
    values.push_back(*value);
    const auto weight = measure.weight ? number_of(flows, row, *measure.weight) : std::nullopt;
    weighted += *value * weight.value_or(0);
    weights += weight.value_or(0);
  }
  if (values.empty()) return std::vector<std::optional<double>>(std::max<std::size_t>(measure.percents.size(), 1));
  double sum = 0;
  double squares = 0;
  for (const double value : values) sum += value, squares += value * value;
  std::ranges::sort(values);
  switch (measure.statistic) {
    case Statistic::sum:
      return {sum};
    case Statistic::minimum:
      return {values.front()};
    case Statistic::maximum:
      return {values.back()};
    case Statistic::average:
      return {sum / static_cast<double>(values.size())};
    case Statistic::sum_of_squares:
      return {squares};
    case Statistic::weighted_average:
      return {weights == 0 ? std::nullopt : std::optional(weighted / weights)};
    default:
      break;
  }
  std::vector<std::optional<double>> out;
  for (const double percent : measure.percents) {
    const double place = percent / 100 * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(std::floor(place));
    const auto above = static_cast<std::size_t>(std::ceil(place));
    out.emplace_back(values[below] + (values[above] - values[below]) * (place - std::floor(place)));
  }
  return out;
}

inline Cell tally_cell(const Bucketing& by, const Part& part) {
  if (const auto* column = std::get_if<ByColumn>(&by)) return cell_of(column->column, part);
  if (const auto* real = std::get_if<double>(&part.second)) return *real;
  return std::get<std::uint64_t>(part.second);
}

/// All of the answer but took_ms.
inline TallyAnswer tally(const Tally& tally, const Flows& flows) {
  const std::vector<std::size_t> rows = matching(tally.from_ms, tally.to_ms, tally.filter, flows);
  std::map<Key, std::vector<std::size_t>> groups;
  if (tally.by.empty()) groups[{}];
  for (const std::size_t row : rows) {
    std::vector<Key> keys = {{}};
    for (const Bucketing& by : tally.by) {
      std::vector<Key> longer;
      for (const Key& key : keys) {
        for (const Part& part : buckets_of(by, flows, row)) {
          longer.push_back(key);
          longer.back().push_back(part);
        }
      }
      keys = std::move(longer);
    }
    for (const Key& key : keys) groups[key].push_back(row);
  }
  struct Line {
    Key key;
    TallyRow row;
    std::size_t records = 0;
  };
  std::vector<Line> lines;
  for (const auto& [key, some] : groups) {
    Line line{key, {}, some.size()};
    for (std::size_t i = 0; i < key.size(); ++i) line.row.key.push_back(tally_cell(tally.by[i], key[i]));
    for (const Measure& one : tally.measures) line.row.values.push_back(measure(one, flows, some));
    lines.push_back(std::move(line));
  }
  // Unknown values last, whichever the direction.
  const auto before = [](const Part& a, const Part& b, bool descending) {
    if (a.first != b.first) return b.first;
    return descending ? b.second < a.second : a.second < b.second;
  };
  std::ranges::stable_sort(lines, [&](const Line& a, const Line& b) {
    for (const Tally::Order& order : tally.order) {
      if (order.measure) {
        const auto x = a.row.values[*order.measure].front();
        const auto y = b.row.values[*order.measure].front();
        if (x.has_value() != y.has_value()) return x.has_value();
        if (x && *x != *y) return order.descending ? *x > *y : *x < *y;
        continue;
      }
      for (std::size_t i = 0; i < a.key.size(); ++i) {
        if (a.key[i] != b.key[i]) return before(a.key[i], b.key[i], order.descending);
      }
    }
    return false;
  });
  TallyAnswer out;
  out.records = rows.size();
  for (Line& line : lines) {
    if (out.rows.size() < tally.top) {
      out.rows.push_back(std::move(line.row));
    } else {
      ++out.left_out;
      out.left_out_records += line.records;
    }
  }
  return out;
}

/// All records, in their order but for those that the order does not tell apart: `places` has what it is made of.
struct Found {
  std::vector<std::vector<Cell>> rows;
  std::vector<Key> places;
};
inline Found search(const Search& search, const Flows& flows) {
  std::vector<Search::Order> order = search.order;
  if (std::ranges::find(order, flow::Column::time, &Search::Order::column) == order.end())
    order.push_back({flow::Column::time, true});
  std::vector<flow::Column> columns = search.columns;
  if (columns.empty()) {
    for (const flow::ColumnInfo& info : flow::kColumns) columns.push_back(info.column);
  }
  std::vector<std::pair<Key, std::vector<Cell>>> lines;
  for (const std::size_t row : matching(search.from_ms, search.to_ms, search.filter, flows)) {
    auto& line = lines.emplace_back();
    for (const Search::Order& by : order) line.first.push_back(part_of(flows, row, by.column));
    for (const flow::Column column : columns) line.second.push_back(cell_of(column, part_of(flows, row, column)));
  }
  std::ranges::sort(lines, [&](const auto& a, const auto& b) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      const Part& x = a.first[i];
      const Part& y = b.first[i];
      if (x.first != y.first) return y.first;
      if (!x.first && x.second != y.second) return order[i].descending ? y.second < x.second : x.second < y.second;
    }
    return a.second < b.second;
  });
  Found out;
  for (auto& [place, cells] : lines) {
    out.places.push_back(std::move(place));
    out.rows.push_back(std::move(cells));
  }
  return out;
}

}  // namespace weir::query::reference
