#include "serve/es/agg_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "query/validate_tally.h"
#include "serve/es/agg_runner.h"
#include "serve/es/bucketing.h"
#include "serve/es/document_id.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

/// Buckets whose documents are shown: each is a question of its own.
constexpr std::size_t kMostTopHits = 1000;

query::ExpressionPtr both(const query::ExpressionPtr& a, const query::ExpressionPtr& b) {
  std::vector<query::ExpressionPtr> parts;
  if (a) parts.push_back(a);
  if (b) parts.push_back(b);
  return all_of(std::move(parts));
}

}  // namespace

query::Tally counting() {
  query::Tally out;
  out.measures.push_back({.statistic = query::Statistic::count, .column = {}, .weight = {}, .percents = {}});
  out.order.push_back({.measure = std::nullopt, .descending = false});
  return out;
}

std::uint64_t documents_of(const query::TallyRow& row) {
  return row.values.empty() ? 0 : static_cast<std::uint64_t>(row.values.front().front().value_or(0));
}

Parsed<query::TallyAnswer> ask(const AggSource& source, const Records& records, query::Tally tally) {
  if (records.from_ms >= records.to_ms || (records.filter && is_nothing(records.filter))) {
    query::TallyAnswer empty;
    if (tally.by.empty()) {
      empty.rows.emplace_back();
      for (const query::Measure& measure : tally.measures) {
        const bool counts = measure.statistic == query::Statistic::count || measure.statistic == query::Statistic::distinct;
        empty.rows.back().values.emplace_back(std::max<std::size_t>(measure.percents.size(), 1), counts ? std::optional(0.0) : std::nullopt);
      }
    }
    return empty;
  }
  tally.from_ms = records.from_ms;
  tally.to_ms = records.to_ms;
  tally.filter = records.filter;
  auto answer = source.store.tally(tally, source.cancel);
  if (!answer) return std::unexpected(from_store(answer.error()));
  return *std::move(answer);
}

Parsed<query::TallyAnswer> AggRunner::ask_for(const Scope& scope, query::Tally tally, const query::ExpressionPtr& more) const {
  Records records = scope.records;
  records.filter = both(records.filter, more);
  return ask(source_, records, std::move(tally));
}

Parsed<void> AggRunner::count_buckets(std::size_t more) {
  buckets_ += more;
  if (buckets_ <= kMostEsBuckets) return {};
  auto error = too_many_buckets(kMostEsBuckets);
  return error;
}

AggRunner::Rows AggRunner::rows_by_parent(const Scope& scope, const query::TallyAnswer& answer) const {
  std::map<std::vector<query::Cell>, std::size_t> places;
  for (std::size_t i = 0; i < scope.parents.size(); ++i) places.emplace(scope.parents[i].key, i);
  Rows out(scope.parents.size());
  for (const query::TallyRow& row : answer.rows) {
    const std::vector<query::Cell> key(row.key.begin(), row.key.begin() + static_cast<std::ptrdiff_t>(scope.by.size()));
    if (const auto place = places.find(key); place != places.end()) out[place->second].push_back(&row);
  }
  return out;
}

Parsed<void> AggRunner::level(const std::vector<Agg>& aggs, Scope& scope) {
  if (scope.parents.empty()) return {};
  std::vector<const Agg*> measures;
  for (const Agg& agg : aggs) {
    if (is_measured(agg)) measures.push_back(&agg);
  }
  if (auto done = measured(measures, scope); !done) return done;
  for (const Agg& agg : aggs) {
    Parsed<void> done;
    if (agg.kind == AggKind::top_hits) done = top_hits(agg, scope);
    else if (agg.kind == AggKind::global) done = global(agg, scope);
    else if (agg.group == AggClass::bucket) done = bucketed(agg, scope);
    if (!done) return done;
  }
  for (const Agg& agg : aggs) {
    if (agg.group != AggClass::sibling_pipeline) continue;
    for (Scope::Parent& parent : scope.parents) {
      auto result = run_sibling_pipeline(agg, *parent.out);
      if (!result) return std::unexpected(result.error());
      (*parent.out)[agg.name] = *std::move(result);
    }
  }
  for (const Agg& agg : aggs) {
    if (!agg.meta) continue;
    for (Scope::Parent& parent : scope.parents) {
      if (json::value* result = parent.out->if_contains(agg.name); result != nullptr && result->is_object())
        result->get_object()["meta"] = *agg.meta;
    }
  }
  return {};
}

Parsed<void> AggRunner::measured(const std::vector<const Agg*>& aggs, Scope& scope) {
  for (std::size_t begin = 0; begin < aggs.size();) {
    query::Tally tally = counting();
    tally.by = scope.by;
    tally.top = query::kMostTallyRows;
    std::vector<std::pair<const Agg*, std::size_t>> places;
    std::size_t end = begin;
    for (; end < aggs.size() && tally.measures.size() + measure_count(*aggs[end]) <= query::kMostMeasures; ++end) {
      places.emplace_back(aggs[end], tally.measures.size());
      append_measures(*aggs[end], tally.measures);
    }
    begin = end;
    const auto answer = ask_for(scope, std::move(tally), nullptr);
    if (!answer) return std::unexpected(answer.error());
    const Rows rows = rows_by_parent(scope, *answer);
    for (std::size_t i = 0; i < scope.parents.size(); ++i) {
      static const MeasureValues kNone;
      const bool found = !rows[i].empty();
      const MeasureValues& values = found ? rows[i].front()->values : kNone;
      const std::uint64_t documents = found ? documents_of(*rows[i].front()) : 0;
      for (const auto& [agg, first] : places) (*scope.parents[i].out)[agg->name] = metric_json(*agg, values, first, documents);
    }
  }
  return {};
}

Parsed<void> AggRunner::top_hits(const Agg& agg, Scope& scope) {
  if (scope.parents.size() > kMostTopHits) {
    auto error = too_many_buckets(kMostTopHits);
    return error;
  }
  for (Scope::Parent& parent : scope.parents) {
    std::vector<query::ExpressionPtr> parts;
    if (scope.records.filter) parts.push_back(scope.records.filter);
    for (std::size_t i = 0; i < scope.by.size(); ++i) parts.push_back(in_bucket(scope.by[i], parent.key[i]));
    json::array hits;
    const bool some = scope.records.from_ms < scope.records.to_ms && parent.documents > 0 && agg.hits.from + agg.hits.size > 0;
    if (some) {
      query::Search search;
      search.from_ms = scope.records.from_ms;
      search.to_ms = scope.records.to_ms;
      search.filter = all_of(std::move(parts));
      search.columns = document_columns();
      search.order = search_order(agg.hits.sort);
      search.most = static_cast<std::uint32_t>(agg.hits.from + agg.hits.size);
      const auto found = source_.store.search(search, source_.cancel);
      if (!found) return std::unexpected(from_store(found.error()));
      for (std::size_t i = agg.hits.from; i < found->rows.size(); ++i) hits.push_back(hit_json(agg.hits, found->rows[i], 1, i));
    }
    const bool scored = agg.hits.sort.empty() && !hits.empty();
    json::object shown{{"total", json::object{{"value", parent.documents}, {"relation", "eq"}}}, {"max_score", scored ? json::value(1.0) : json::value(nullptr)}};
    shown["hits"] = std::move(hits);
    (*parent.out)[agg.name] = json::object{{"hits", std::move(shown)}};
  }
  return {};
}

Parsed<void> AggRunner::global(const Agg& agg, Scope& scope) {
  query::Tally tally = counting();
  const auto answer = ask(source_, source_.all, std::move(tally));
  if (!answer) return std::unexpected(answer.error());
  const std::uint64_t documents = documents_of(answer->rows.front());
  json::object body{{"doc_count", documents}};
  Scope inner{.records = source_.all, .by = {}, .parents = {{{}, &body, documents}}};
  if (auto done = level(agg.subs, inner); !done) return done;
  (*scope.parents.front().out)[agg.name] = std::move(body);
  return count_buckets(1);
}

Parsed<void> AggRunner::bucketed(const Agg& agg, Scope& scope) {
  Parsed<Groups> groups;
  switch (agg.kind) {
    case AggKind::terms:
      groups = terms(agg, scope);
      break;
    case AggKind::date_histogram:
    case AggKind::histogram:
      groups = histogram(agg, scope);
      break;
    case AggKind::auto_date_histogram:
      groups = automatic(agg, scope);
      break;
    case AggKind::composite:
      groups = composite(agg, scope);
      break;
    default:
      groups = conditions(agg, scope);
  }
  if (!groups) return std::unexpected(groups.error());
  return finish(agg, scope, *std::move(groups));
}

/// What is within the buckets, then the pipelines on them, then their place in the answer.
Parsed<void> AggRunner::finish(const Agg& agg, Scope& scope, Groups groups) {
  Scope inner{.records = scope.records, .by = scope.by, .parents = {}};
  inner.records.filter = both(inner.records.filter, groups.restriction);
  if (agg.kind == AggKind::composite) {
    for (const CompositeSource& source : agg.sources) inner.by.push_back(source.by);
  } else {
    inner.by.push_back(groups.by);
  }
  for (auto& list : groups.buckets) {
    for (EsBucket& bucket : list) inner.parents.push_back({bucket.key, &bucket.body, bucket.documents});
  }
  std::vector<Agg> below;
  for (const Agg& sub : agg.subs) {
    const auto is_this = [&](const auto& folded) { return folded.first == &sub; };
    if (std::ranges::none_of(groups.folded, is_this)) below.push_back(sub);
  }
  if (auto done = level(below, inner); !done) return done;
  const bool single = agg.kind == AggKind::filter || agg.kind == AggKind::missing;
  for (std::size_t i = 0; i < scope.parents.size(); ++i) {
    std::vector<EsBucket>& buckets = groups.buckets[i];
    if (!agg.orders.empty() && agg.kind != AggKind::terms) sort_buckets(buckets, agg.orders);
    for (const Agg& sub : agg.subs) {
      if (sub.group != AggClass::parent_pipeline) continue;
      if (auto done = run_parent_pipeline(sub, buckets); !done) return done;
    }
    json::object out = i < groups.beside.size() ? std::move(groups.beside[i]) : json::object();
    if (single) {
      out = std::move(buckets.front().body);
    } else if (agg.keyed) {
      json::object keyed;
      for (std::size_t n = 0; n < buckets.size(); ++n) {
        json::object& body = buckets[n].body;
        const json::value* text = body.if_contains("key_as_string");
        std::string key = agg.kind == AggKind::filters ? agg.conditions[n].key : scalar_text(text != nullptr ? *text : body["key"]);
        if (!agg.conditions.empty()) body.erase("key");
        keyed[key] = std::move(body);
      }
      out["buckets"] = std::move(keyed);
    } else {
      json::array list;
      for (EsBucket& bucket : buckets) list.push_back(std::move(bucket.body));
      out["buckets"] = std::move(list);
    }
    (*scope.parents[i].out)[agg.name] = std::move(out);
  }
  return {};
}

Parsed<json::object> run_aggs(const std::vector<Agg>& aggs, const AggSource& source) {
  json::object out;
  AggRunner runner(source);
  Scope scope{.records = source.matching, .by = {}, .parents = {{{}, &out, 0}}};
  const bool shows_hits = std::ranges::any_of(aggs, [](const Agg& agg) { return agg.kind == AggKind::top_hits; });
  if (shows_hits) {
    const auto answer = ask(source, source.matching, counting());
    if (!answer) return std::unexpected(answer.error());
    scope.parents.front().documents = documents_of(answer->rows.front());
  }
  if (auto done = runner.level(aggs, scope); !done) return std::unexpected(done.error());
  // In the order in which they were asked for.
  json::object sorted;
  for (const Agg& agg : aggs) {
    if (json::value* result = out.if_contains(agg.name)) sorted[agg.name] = std::move(*result);
  }
  return sorted;
}

void add_types(const std::vector<Agg>& aggs, json::object& results) {
  for (const Agg& agg : aggs) {
    json::value* found = results.if_contains(agg.name);
    if (found == nullptr || !found->is_object() || agg.typed.empty()) continue;
    json::object result = std::move(found->get_object());
    if (agg.group == AggClass::bucket) {
      json::value* buckets = result.if_contains("buckets");
      if (buckets == nullptr) add_types(agg.subs, result);
      else if (json::array* list = buckets->if_array()) {
        for (json::value& bucket : *list) add_types(agg.subs, bucket.get_object());
      } else {
        for (auto& bucket : buckets->get_object()) add_types(agg.subs, bucket.value().get_object());
      }
    }
    results.erase(agg.name);
    results[std::string(agg.typed) + "#" + agg.name] = std::move(result);
  }
}

}  // namespace weir::serve::es
