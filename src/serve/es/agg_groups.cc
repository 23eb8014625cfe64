// Rows of the store as buckets: terms, histograms, conditions.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "query/validate_tally.h"
#include "serve/es/agg_runner.h"
#include "serve/es/bucketing.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

/// Rows of a question about the terms of several parents at once; where there are more, each parent is asked for alone.
constexpr std::uint32_t kMostTermRows = 100'000;
/// Parents that may be asked for alone.
constexpr std::size_t kMostTermQuestions = 500;

std::vector<query::Cell> joined(std::vector<query::Cell> key, query::Cell last) {
  key.push_back(std::move(last));
  return key;
}

query::Bucketing terms_bucketing(const Agg& agg) {
  if (agg.field->shape != Shape::flags) return query::ByColumn{agg.field->column, agg.missing.has_value()};
  query::ByConditions out;
  for (std::uint64_t flags = 0; flags < 64; ++flags)
    out.conditions.push_back(std::make_shared<const query::Expression>(query::Expression{query::BitTest{agg.field->column, 63, flags}}));
  return out;
}

/// Adds the orders of terms to the question; the metrics that they name become measures.
Parsed<void> add_orders(const Agg& agg, const std::vector<std::pair<const Agg*, std::size_t>>& folded, query::Tally& tally) {
  tally.order.clear();
  for (const AggOrder& order : agg.orders) {
    if (order.path == "_key" || order.path == "_count") {
      tally.order.push_back({.measure = order.path == "_key" ? std::nullopt : std::optional<std::size_t>(0), .descending = order.descending});
      continue;
    }
    bool found = false;
    for (const auto& [metric, first] : folded) {
      if (!order.path.starts_with(metric->name)) continue;
      std::string_view property = std::string_view(order.path).substr(metric->name.size());
      if (!property.empty() && property.front() != '.' && property.front() != '[') continue;
      if (!property.empty()) property.remove_prefix(1);
      if (property.ends_with(']')) property.remove_suffix(1);
      const auto measure = measure_of_path(*metric, property);
      if (!measure) continue;
      tally.order.push_back({.measure = first + *measure, .descending = order.descending});
      found = true;
      break;
    }
    if (!found)
      return refuse("illegal_argument_exception",
                    fmt::format("Invalid aggregation order path [{}]: [{}] can be sorted by _count, _key and the numbers of its own metrics "
                                "(of percentiles the lowest; not by what is missing)",
                                order.path, agg.name));
  }
  // Ties by key, ascending, whichever way the numbers go.
  const bool by_key = std::ranges::any_of(agg.orders, [](const AggOrder& order) { return order.path == "_key"; });
  if (!by_key) tally.order.push_back({.measure = std::nullopt, .descending = false});
  return {};
}

}  // namespace

void AggRunner::fold(const Agg& agg, bool cheap_only, query::Tally& tally, Groups& groups) {
  for (const Agg& sub : agg.subs) {
    const auto named = [&](const AggOrder& order) { return order.path.starts_with(sub.name); };
    const bool wanted = cheap_only ? is_cheap(sub) || (is_measured(sub) && std::ranges::any_of(agg.orders, named)) : is_measured(sub);
    if (!wanted || tally.measures.size() + measure_count(sub) > query::kMostMeasures) continue;
    groups.folded.emplace_back(&sub, tally.measures.size());
    append_measures(sub, tally.measures);
  }
}

EsBucket AggRunner::bucket_of(const Groups& groups, const query::TallyRow& row) const {
  EsBucket out{.key = row.key, .body = {}, .documents = documents_of(row)};
  out.body["doc_count"] = out.documents;
  for (const auto& [metric, first] : groups.folded) out.body[metric->name] = metric_json(*metric, row.values, first, out.documents);
  return out;
}

EsBucket AggRunner::empty_bucket(const Groups& groups, std::vector<query::Cell> key) const {
  query::TallyRow row;
  row.key = std::move(key);
  return bucket_of(groups, row);
}

/// The key goes first: people read answers too.
void AggRunner::put_key(const Agg& agg, const Field& field, const query::Cell& cell, EsBucket& bucket) {
  json::object body;
  const bool missing = std::holds_alternative<std::monostate>(cell) && agg.missing;
  json::value key = missing ? *agg.missing : typed_value(field, cell);
  if (field.shape == Shape::flags) {
    const auto* flags = std::get_if<std::uint64_t>(&cell);
    key = json::value(flag_letters(flags == nullptr ? 0 : *flags));
  }
  if (field.is_time() && !missing) {
    const auto* time = std::get_if<std::uint64_t>(&cell);
    const auto* real = std::get_if<double>(&cell);
    const UnixMillis moment = time != nullptr ? static_cast<UnixMillis>(*time) : real != nullptr ? static_cast<UnixMillis>(*real) : 0;
    body["key_as_string"] = format_date(moment, agg.format, agg.zone);
    key = moment;
  }
  body["key"] = std::move(key);
  for (auto& member : bucket.body) body[member.key()] = std::move(member.value());
  bucket.body = std::move(body);
}

Parsed<AggRunner::Groups> AggRunner::terms(const Agg& agg, const Scope& scope) {
  Groups groups;
  groups.by = query::ByConditions{};
  groups.buckets.resize(scope.parents.size());
  groups.beside.resize(scope.parents.size(), json::object{{"doc_count_error_upper_bound", 0}, {"sum_other_doc_count", 0}});
  if (!agg.field) {
    groups.restriction = nothing();
    return groups;
  }
  groups.by = terms_bucketing(agg);
  query::Tally tally = counting();
  tally.by = scope.by;
  tally.by.push_back(groups.by);
  fold(agg, true, tally, groups);
  if (auto added = add_orders(agg, groups.folded, tally); !added) return std::unexpected(added.error());
  const bool alone = scope.by.empty() && agg.min_doc_count <= 1;
  tally.top = alone ? static_cast<std::uint32_t>(agg.size) : kMostTermRows;
  const auto answer = ask_for(scope, tally, agg.include);
  if (!answer) return std::unexpected(answer.error());
  if (!alone && answer->left_out > 0) return terms_each(agg, scope, std::move(tally), std::move(groups));
  const Rows rows = rows_by_parent(scope, *answer);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::uint64_t other = alone ? answer->left_out_records : 0;
    for (const query::TallyRow* row : rows[i]) {
      if (groups.buckets[i].size() >= agg.size) other += documents_of(*row);
      else if (documents_of(*row) >= agg.min_doc_count) groups.buckets[i].push_back(bucket_of(groups, *row));
    }
    groups.beside[i]["sum_other_doc_count"] = other;
  }
  std::vector<query::ExpressionPtr> chosen;
  for (auto& list : groups.buckets) {
    if (auto counted = count_buckets(list.size()); !counted) return std::unexpected(counted.error());
    for (EsBucket& bucket : list) {
      if (chosen.size() <= 1000) chosen.push_back(in_bucket(groups.by, bucket.key.back()));
      put_key(agg, *agg.field, bucket.key.back(), bucket);
    }
  }
  if (agg.include) groups.restriction = agg.include;
  if (chosen.size() <= 1000) groups.restriction = any_of(std::move(chosen));
  return groups;
}

/// More terms than one answer holds: the best of each parent.
Parsed<AggRunner::Groups> AggRunner::terms_each(const Agg& agg, const Scope& scope, query::Tally tally, Groups groups) {
  if (scope.parents.size() > kMostTermQuestions || agg.min_doc_count > 1) {
    auto error = too_many_buckets(kMostEsBuckets);
    return std::unexpected(error.error());
  }
  tally.by = {groups.by};
  tally.top = static_cast<std::uint32_t>(agg.size);
  for (std::size_t i = 0; i < scope.parents.size(); ++i) {
    std::vector<query::ExpressionPtr> parts;
    if (agg.include) parts.push_back(agg.include);
    for (std::size_t n = 0; n < scope.by.size(); ++n) parts.push_back(in_bucket(scope.by[n], scope.parents[i].key[n]));
    const auto answer = ask_for(scope, tally, all_of(std::move(parts)));
    if (!answer) return std::unexpected(answer.error());
    if (auto counted = count_buckets(answer->rows.size()); !counted) return std::unexpected(counted.error());
    for (const query::TallyRow& row : answer->rows) {
      EsBucket bucket = bucket_of(groups, row);
      bucket.key = joined(scope.parents[i].key, row.key.front());
      put_key(agg, *agg.field, row.key.front(), bucket);
      groups.buckets[i].push_back(std::move(bucket));
    }
    groups.beside[i]["sum_other_doc_count"] = answer->left_out_records;
  }
  groups.restriction = agg.include;
  return groups;
}

namespace {

query::Bucketing histogram_bucketing(const Agg& agg, UnixMillis from) {
  const flow::Column column = agg.field->column;
  if (agg.calendar && agg.offset == 0) return query::ByCalendar{column, *agg.calendar, agg.zone.name()};
  double interval = agg.interval;
  if (agg.calendar) interval = static_cast<double>(*agg.calendar == Unit::minute ? kMinuteMs : *agg.calendar == Unit::hour ? kHourMs : kDayMs);
  // Fixed intervals begin at midnight of the zone, by the clock at the beginning of the range.
  double offset = agg.offset;
  if (agg.field->is_time()) offset = std::fmod(offset - static_cast<double>(agg.zone.offset(from)), interval);
  if (agg.field->is_time() && offset < 0) offset += interval;
  return query::ByInterval{column, interval, offset};
}

double key_number(const query::Cell& cell) {
  if (const auto* whole = std::get_if<std::uint64_t>(&cell)) return static_cast<double>(*whole);
  const auto* real = std::get_if<double>(&cell);
  return real == nullptr ? 0 : *real;
}

/// Steps from bucket to bucket.
class Steps {
 public:
  Steps(const query::Bucketing& by, Zone zone) : by_(by), zone_(std::move(zone)) {}
  [[nodiscard]] double floor_of(double value) const {
    if (const auto* calendar = std::get_if<query::ByCalendar>(&by_))
      return static_cast<double>(floor_to(static_cast<UnixMillis>(value), calendar->unit, zone_));
    const auto& interval = std::get<query::ByInterval>(by_);
    return std::floor((value - interval.offset) / interval.interval) * interval.interval + interval.offset;
  }
  [[nodiscard]] double next(double key) const {
    if (const auto* calendar = std::get_if<query::ByCalendar>(&by_))
      return static_cast<double>(add_units(static_cast<UnixMillis>(key), calendar->unit, 1, zone_));
    // From the middle of the next one, so that fractions do not add up.
    const auto& interval = std::get<query::ByInterval>(by_);
    return floor_of(key + 1.5 * interval.interval);
  }

 private:
  const query::Bucketing& by_;
  Zone zone_;
};

}  // namespace

/// The empty buckets between the first and the last, and out to the extended bounds.
Parsed<void> AggRunner::fill(const Agg& agg, const Scope::Parent& parent, const Groups& groups, std::vector<EsBucket>& buckets) {
  const Steps steps(groups.by, agg.zone);
  std::optional<double> first;
  std::optional<double> last;
  if (!buckets.empty()) {
    first = key_number(buckets.front().key.back());
    last = key_number(buckets.back().key.back());
  }
  if (agg.extended_bounds) {
    const double low = steps.floor_of(agg.extended_bounds->first);
    const double high = steps.floor_of(agg.extended_bounds->second);
    first = first ? std::min(*first, low) : low;
    last = last ? std::max(*last, high) : high;
  }
  if (!first) return {};
  const bool time = agg.field->is_time();
  std::vector<EsBucket> out;
  std::size_t next = 0;
  double key = *first;
  while (key <= *last) {
    if (out.size() > kMostEsBuckets) {
      auto error = too_many_buckets(kMostEsBuckets);
      return error;
    }
    // The store's own keys lead: a bucket of it is never passed by.
    if (next < buckets.size() && key_number(buckets[next].key.back()) <= key) {
      key = key_number(buckets[next].key.back());
      out.push_back(std::move(buckets[next++]));
    } else {
      query::Cell cell = key;
      if (time) cell = static_cast<std::uint64_t>(std::max(key, 0.0));
      out.push_back(empty_bucket(groups, joined(parent.key, std::move(cell))));
    }
    const double following = steps.next(key);
    if (!(following > key)) break;
    key = following;
    if (next < buckets.size() && key_number(buckets[next].key.back()) < key) key = key_number(buckets[next].key.back());
  }
  buckets = std::move(out);
  return {};
}

Parsed<AggRunner::Groups> AggRunner::histogram(const Agg& agg, const Scope& scope) {
  Groups groups;
  groups.by = query::ByConditions{};
  groups.buckets.resize(scope.parents.size());
  if (!agg.field) {
    groups.restriction = nothing();
    return groups;
  }
  groups.by = histogram_bucketing(agg, scope.records.from_ms);
  query::Tally tally = counting();
  tally.by = scope.by;
  tally.by.push_back(groups.by);
  tally.top = kMostEsBuckets + 1;
  fold(agg, false, tally, groups);
  query::ExpressionPtr bounds;
  if (agg.hard_bounds) {
    DateContext exact;
    exact.format = "epoch_millis";
    const auto text = [&](double value) { return agg.field->is_time() ? fmt::format("{:.0f}", value) : fmt::format("{}", value); };
    auto within = between(*agg.field, Bound{text(agg.hard_bounds->first), true}, Bound{text(agg.hard_bounds->second), true}, exact);
    if (!within) return std::unexpected(within.error());
    bounds = *std::move(within);
    groups.restriction = bounds;
  }
  const auto answer = ask_for(scope, std::move(tally), bounds);
  if (!answer) return std::unexpected(answer.error());
  if (answer->left_out > 0) {
    auto error = too_many_buckets(kMostEsBuckets);
    return std::unexpected(error.error());
  }
  const Rows rows = rows_by_parent(scope, *answer);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<EsBucket>& buckets = groups.buckets[i];
    for (const query::TallyRow* row : rows[i]) {
      if (documents_of(*row) >= agg.min_doc_count) buckets.push_back(bucket_of(groups, *row));
    }
    if (agg.min_doc_count == 0) {
      if (auto filled = fill(agg, scope.parents[i], groups, buckets); !filled) return std::unexpected(filled.error());
    }
    if (auto counted = count_buckets(buckets.size()); !counted) return std::unexpected(counted.error());
    for (EsBucket& bucket : buckets) {
      put_key(agg, *agg.field, bucket.key.back(), bucket);
      if (!agg.field->is_time()) bucket.body["key"] = key_number(bucket.key.back());
    }
  }
  return groups;
}

/// The shortest interval that gives no more buckets than asked for.
Parsed<AggRunner::Groups> AggRunner::automatic(const Agg& agg, const Scope& scope) {
  struct Choice {
    std::string_view name;
    UnixMillis length;
    std::optional<Unit> calendar;
  };
  static const std::array<Choice, 16> kChoices = {{{"1s", kSecondMs, {}},
                                                   {"5s", 5 * kSecondMs, {}},
                                                   {"10s", 10 * kSecondMs, {}},
                                                   {"30s", 30 * kSecondMs, {}},
                                                   {"1m", kMinuteMs, {}},
                                                   {"5m", 5 * kMinuteMs, {}},
                                                   {"10m", 10 * kMinuteMs, {}},
                                                   {"30m", 30 * kMinuteMs, {}},
                                                   {"1h", kHourMs, {}},
                                                   {"3h", 3 * kHourMs, {}},
                                                   {"12h", 12 * kHourMs, {}},
                                                   {"1d", kDayMs, Unit::day},
                                                   {"7d", 7 * kDayMs, {}},
                                                   {"1M", 28 * kDayMs, Unit::month},
                                                   {"3M", 90 * kDayMs, Unit::quarter},
                                                   {"1y", 365 * kDayMs, Unit::year}}};
  Agg chosen = agg;
  std::string_view name = "1s";
  chosen.interval = static_cast<double>(kSecondMs);
  if (agg.field) {
    query::Tally tally = counting();
    tally.measures.push_back({.statistic = query::Statistic::minimum, .column = agg.field->column, .weight = {}, .percents = {}});
    tally.measures.push_back({.statistic = query::Statistic::maximum, .column = agg.field->column, .weight = {}, .percents = {}});
    const auto answer = ask_for(scope, std::move(tally), nullptr);
    if (!answer) return std::unexpected(answer.error());
    const auto& values = answer->rows.front().values;
    const double span = values[1].front() && values[2].front() ? *values[2].front() - *values[1].front() : 0;
    for (const Choice& choice : kChoices) {
      name = choice.name;
      chosen.interval = static_cast<double>(choice.length);
      chosen.calendar = choice.calendar;
      if (span / chosen.interval + 2 <= static_cast<double>(agg.size) || span == 0) break;
    }
  }
  auto groups = histogram(chosen, scope);
  if (!groups) return groups;
  // The metrics below were folded from the copy: they are asked for again by their own address.
  for (auto& [metric, first] : groups->folded) {
    const auto same = std::ranges::find(agg.subs, metric->name, &Agg::name);
    metric = &*same;
  }
  groups->beside.assign(scope.parents.size(), json::object{{"interval", name}});
  return groups;
}

Parsed<AggRunner::Groups> AggRunner::conditions(const Agg& agg, const Scope& scope) {
  Groups groups;
  query::ByConditions by;
  for (const NamedCondition& one : agg.conditions) by.conditions.push_back(one.condition);
  groups.by = std::move(by);
  query::Tally tally = counting();
  tally.by = scope.by;
  tally.by.push_back(groups.by);
  tally.top = query::kMostTallyRows;
  fold(agg, false, tally, groups);
  if (auto counted = count_buckets(agg.conditions.size() * scope.parents.size()); !counted) return std::unexpected(counted.error());
  const auto answer = ask_for(scope, std::move(tally), nullptr);
  if (!answer) return std::unexpected(answer.error());
  const Rows rows = rows_by_parent(scope, *answer);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& buckets = groups.buckets.emplace_back();
    for (std::size_t n = 0; n < agg.conditions.size(); ++n)
      buckets.push_back(empty_bucket(groups, joined(scope.parents[i].key, std::uint64_t{n})));
    for (const query::TallyRow* row : rows[i]) buckets[static_cast<std::size_t>(key_number(row->key.back()))] = bucket_of(groups, *row);
    for (std::size_t n = 0; n < buckets.size(); ++n) {
      json::object body;
      const NamedCondition& one = agg.conditions[n];
      const bool anonymous = agg.kind == AggKind::filter || agg.kind == AggKind::missing || agg.kind == AggKind::filters;
      if (!anonymous) body["key"] = one.key;
      for (const auto& member : one.shown) body[member.key()] = member.value();
      for (auto& member : buckets[n].body) body[member.key()] = std::move(member.value());
      buckets[n].body = std::move(body);
    }
  }
  return groups;
}

Parsed<AggRunner::Groups> AggRunner::composite(const Agg& agg, const Scope& scope) {
  Groups groups;
  groups.buckets.resize(1);
  groups.beside.resize(1);
  query::Tally tally = counting();
  for (const CompositeSource& source : agg.sources) {
    if (source.field.shape == Shape::flags) return illegal("[flg] is no source of composite: use tcp_flags");
    tally.by.push_back(source.by);
  }
  fold(agg, true, tally, groups);
  const bool descending = agg.sources.front().descending;
  bool one_way = std::ranges::all_of(agg.sources, [&](const CompositeSource& source) { return source.descending == descending; });
  tally.order = {{.measure = std::nullopt, .descending = descending}};
  query::ExpressionPtr behind;
  if (agg.after && one_way) {
    // The keys in front are equal, and the next one is behind.
    std::vector<query::ExpressionPtr> any;
    std::vector<query::ExpressionPtr> equal;
    for (std::size_t i = 0; i < agg.sources.size() && one_way; ++i) {
      auto beyond = behind_bucket(agg.sources[i].by, (*agg.after)[i], descending);
      one_way = beyond.has_value();
      if (!one_way) break;
      std::vector<query::ExpressionPtr> parts = equal;
      parts.push_back(*std::move(beyond));
      any.push_back(all_of(std::move(parts)));
      equal.push_back(in_bucket(agg.sources[i].by, (*agg.after)[i]));
    }
    if (one_way) behind = any_of(std::move(any));
  }
  tally.top = one_way ? static_cast<std::uint32_t>(agg.size) : kMostTermRows;
  const auto answer = ask_for(scope, std::move(tally), behind);
  if (!answer) return std::unexpected(answer.error());
  if (!one_way && answer->left_out > 0) {
    auto error = too_many_buckets(kMostTermRows);
    return std::unexpected(error.error());
  }
  std::vector<const query::TallyRow*> rows;
  for (const query::TallyRow& row : answer->rows) rows.push_back(&row);
  const auto before = [&](const std::vector<query::Cell>& a, const std::vector<query::Cell>& b) {
    for (std::size_t i = 0; i < agg.sources.size(); ++i) {
      const CompositeSource& source = agg.sources[i];
      if (key_before(source.by, a[i], b[i], source.descending)) return true;
      if (key_before(source.by, b[i], a[i], source.descending)) return false;
    }
    return false;
  };
  if (!one_way) {
    std::ranges::sort(rows, [&](const query::TallyRow* a, const query::TallyRow* b) { return before(a->key, b->key); });
    if (agg.after) std::erase_if(rows, [&](const query::TallyRow* row) { return !before(*agg.after, row->key); });
  }
  if (rows.size() > agg.size) rows.resize(agg.size);
  if (auto counted = count_buckets(rows.size()); !counted) return std::unexpected(counted.error());
  for (const query::TallyRow* row : rows) {
    EsBucket bucket = bucket_of(groups, *row);
    json::object key;
    for (std::size_t i = 0; i < agg.sources.size(); ++i) {
      const CompositeSource& source = agg.sources[i];
      const auto* time = std::get_if<std::uint64_t>(&row->key[i]);
      if (source.field.is_time() && time != nullptr && !source.format.empty())
        key[source.name] = format_date(static_cast<UnixMillis>(*time), source.format, source.zone);
      else
        key[source.name] = std::holds_alternative<std::monostate>(row->key[i]) ? json::value(nullptr) : typed_value(source.field, row->key[i]);
    }
    json::object body{{"key", std::move(key)}};
    for (auto& member : bucket.body) body[member.key()] = std::move(member.value());
    bucket.body = std::move(body);
    groups.buckets.front().push_back(std::move(bucket));
  }
  if (!groups.buckets.front().empty()) groups.beside.front()["after_key"] = groups.buckets.front().back().body["key"];
  return groups;
}

}  // namespace weir::serve::es
