#include "serve/es/search_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "query/evaluate.h"
#include "serve/es/document_id.h"

namespace weir::serve::es {
namespace {

namespace json = boost::json;

/// Records of one millisecond that are looked through for an id.
constexpr std::uint32_t kMostOfOneMoment = 10'000;

query::ExpressionPtr both(const query::ExpressionPtr& a, const query::ExpressionPtr& b) {
  std::vector<query::ExpressionPtr> parts;
  if (a) parts.push_back(a);
  if (b) parts.push_back(b);
  return all_of(std::move(parts));
}

/// Regular expressions are tried before the store sees them.
Parsed<void> check_patterns(const query::ExpressionPtr& filter) {
  if (!filter) return {};
  const flow::StringPool none(1, 1);
  const auto fine = query::Evaluator::of(filter, none);
  if (fine) return {};
  auto error = bad_query("failed to create query: " + fine.error().message, "illegal_argument_exception", fine.error().message);
  return error;
}

Records records_of(const Selection& selection, const query::ExpressionPtr& filter) {
  Records out{selection.from_ms, selection.to_ms, both(selection.filter, filter)};
  const TimeRange range = narrow({out.from_ms, out.to_ms}, *out.filter);
  out.from_ms = range.from_ms;
  out.to_ms = std::max(range.from_ms, range.to_ms);
  return out;
}

json::object shards_json(std::size_t total, std::size_t skipped) {
  return {{"total", total}, {"successful", total}, {"skipped", skipped}, {"failed", 0}};
}

std::size_t skipped_days(const Selection& selection, const Records& records) {
  return static_cast<std::size_t>(std::ranges::count_if(selection.days, [&](const Day& day) {
    return day.begin_ms + kDayMs <= records.from_ms || day.begin_ms >= records.to_ms;
  }));
}

json::value total_json(const SearchSpec& spec, std::uint64_t total) {
  if (spec.total_as_int) return total;
  if (spec.track_limit && total > *spec.track_limit) return json::object{{"value", *spec.track_limit}, {"relation", "gte"}};
  return json::object{{"value", total}, {"relation", "eq"}};
}

Parsed<std::uint64_t> count_records(const Asking& asking, const Records& records) {
  const AggSource source{asking.store, asking.cancel, records, records};
  query::Tally tally;
  tally.measures.push_back({.statistic = query::Statistic::count, .column = {}, .weight = {}, .percents = {}});
  const auto answer = ask(source, records, std::move(tally));
  if (!answer) return std::unexpected(answer.error());
  return static_cast<std::uint64_t>(answer->rows.front().values.front().front().value_or(0));
}

Parsed<query::SearchAnswer> search_store(const Asking& asking, const query::Search& search) {
  const bool nothing_asked = search.from_ms >= search.to_ms || search.most == 0 || (search.filter && is_nothing(search.filter));
  if (nothing_asked) return query::SearchAnswer{};
  auto answer = asking.store.search(search, asking.cancel);
  if (!answer) return std::unexpected(from_store(answer.error()));
  return *std::move(answer);
}

query::Search search_of(const Records& records, const HitsSpec& hits) {
  query::Search out;
  out.from_ms = records.from_ms;
  out.to_ms = records.to_ms;
  out.filter = records.filter;
  out.columns = document_columns();
  out.order = search_order(hits.sort);
  out.most = static_cast<std::uint32_t>(hits.from + hits.size);
  return out;
}

/// What comes behind the values of search_after, ties not included.
Parsed<query::ExpressionPtr> behind(const SearchSpec& spec) {
  std::vector<query::ExpressionPtr> any;
  std::vector<query::ExpressionPtr> equal;
  for (std::size_t i = 0; i < spec.hits.sort.size(); ++i) {
    const SortKey& key = spec.hits.sort[i];
    if (key.by != SortKey::By::field) continue;
    auto beyond = is_beyond(key.field.column, (*spec.after)[i], key.descending);
    if (!beyond) return beyond;
    std::vector<query::ExpressionPtr> parts = equal;
    parts.push_back(*std::move(beyond));
    any.push_back(all_of(std::move(parts)));
    equal.push_back(is_cell(key.field.column, (*spec.after)[i]));
  }
  if (any.empty()) return illegal("search_after needs a field to sort by, or a point in time");
  return any_of(std::move(any));
}

json::object hits_json(const SearchSpec& spec, const std::vector<std::vector<query::Cell>>& rows, std::size_t skip,
                       std::uint64_t first_place, std::optional<std::uint64_t> total) {
  json::array hits;
  for (std::size_t i = skip; i < rows.size(); ++i)
    hits.push_back(hit_json(spec.hits, rows[i], spec.score, first_place + i - skip));
  json::object out;
  if (total) out["total"] = total_json(spec, *total);
  const bool sorted = std::ranges::any_of(spec.hits.sort, [](const SortKey& key) { return key.by != SortKey::By::score; });
  const bool scored = !hits.empty() && (!sorted || spec.hits.track_scores);
  out["max_score"] = scored ? json::value(spec.score) : json::value(nullptr);
  out["hits"] = std::move(hits);
  return out;
}

/// A page of a point in time.
struct PitPage {
  query::SearchAnswer found;
  std::uint64_t first_place = 0;
};

/// Where to go on behind the hit with this number: a cursor, "" for the beginning, nothing at the end.
Parsed<std::optional<std::string>> resume(const Asking& asking, PointInTime& pit, query::Search search, std::uint64_t place) {
  const auto page = std::ranges::find_if(pit.pages, [&](const PointInTime::Page& one) {
    return place >= one.first && place < one.first + one.count;
  });
  if (page == pit.pages.end())
    return illegal(fmt::format("search_after [{}] is no hit of the last {} pages of this point in time", place, kMostPitPages));
  const std::uint64_t index = place - page->first;
  if (index + 1 == page->count) return page->next.empty() ? std::nullopt : std::optional(page->next);
  // In the middle of a page: that part of it is read again.
  search.after = page->after;
  search.most = static_cast<std::uint32_t>(index + 1);
  const auto part = search_store(asking, search);
  if (!part) return std::unexpected(part.error());
  return part->next.empty() ? std::nullopt : std::optional(part->next);
}

Parsed<PitPage> next_pit_page(const Asking& asking, PointInTime& pit, const SearchSpec& spec, query::Search search) {
  PitPage out;
  if (spec.after) {
    const auto* place = std::get_if<std::uint64_t>(&spec.after->back());
    auto after = resume(asking, pit, search, place == nullptr ? 0 : *place);
    if (!after) return std::unexpected(after.error());
    if (!*after) return out;
    search.after = **after;
  }
  auto found = search_store(asking, search);
  if (!found) return std::unexpected(found.error());
  out.first_place = pit.next_number;
  if (!found->rows.empty()) {
    pit.pages.push_back({pit.next_number, found->rows.size(), search.after, found->next});
    pit.next_number += found->rows.size();
    if (pit.pages.size() > kMostPitPages) pit.pages.pop_front();
  }
  out.found = *std::move(found);
  return out;
}

}  // namespace

TimeRange narrow(TimeRange range, const query::Expression& expression) {
  if (const auto* test = std::get_if<query::NumberTest>(&expression.node); test != nullptr && test->column == flow::Column::time) {
    const auto time = static_cast<UnixMillis>(std::min<std::uint64_t>(test->number, 253'402'300'800'000));
    switch (test->compare) {
      case query::Compare::equal:
        return {std::max(range.from_ms, time), std::min(range.to_ms, time + 1)};
      case query::Compare::less:
        return {range.from_ms, std::min(range.to_ms, time)};
      case query::Compare::less_equal:
        return {range.from_ms, std::min(range.to_ms, time + 1)};
      case query::Compare::greater:
        return {std::max(range.from_ms, time + 1), range.to_ms};
      case query::Compare::greater_equal:
        return {std::max(range.from_ms, time), range.to_ms};
      case query::Compare::not_equal:
        return range;
    }
  }
  if (const auto* parts = std::get_if<query::And>(&expression.node)) {
    for (const query::ExpressionPtr& part : parts->all) range = narrow(range, *part);
    return range;
  }
  if (const auto* parts = std::get_if<query::Or>(&expression.node)) {
    TimeRange hull{range.to_ms, range.from_ms};
    for (const query::ExpressionPtr& part : parts->any) {
      const TimeRange one = narrow(range, *part);
      if (one.from_ms >= one.to_ms) continue;
      hull = {std::min(hull.from_ms, one.from_ms), std::max(hull.to_ms, one.to_ms)};
    }
    return hull.from_ms < hull.to_ms ? hull : TimeRange{range.from_ms, range.from_ms};
  }
  return range;
}

QueryContext query_context(const Asking& asking) {
  QueryContext out;
  out.dates.now_ms = asking.now_ms;
  out.find_ids = [asking](const std::vector<std::string>& ids) { return find_ids(asking, ids); };
  return out;
}

Parsed<query::ExpressionPtr> find_ids(const Asking& asking, const std::vector<std::string>& ids) {
  std::vector<query::ExpressionPtr> parts;
  for (const std::string& id : ids) {
    const auto time = time_of_id(id);
    if (!time) continue;
    query::Search search;
    search.from_ms = *time;
    search.to_ms = *time + 1;
    search.filter = everything();
    search.columns = document_columns();
    search.most = kMostOfOneMoment;
    const auto found = search_store(asking, search);
    if (!found) return std::unexpected(found.error());
    for (const auto& row : found->rows) {
      if (document_id(found->columns, row) != id) continue;
      parts.push_back(is_record(found->columns, row));
      break;
    }
  }
  return any_of(std::move(parts));
}

Parsed<Counted> run_count(const Asking& asking, std::string_view names, const IndexOptions& options, const query::ExpressionPtr& filter) {
  const auto days = asking.indices.list(asking.now_ms, asking.cancel);
  if (!days) return std::unexpected(days.error());
  const auto selection = select_indices(names, *days, options, asking.now_ms);
  if (!selection) return std::unexpected(selection.error());
  if (auto fine = check_patterns(filter); !fine) return std::unexpected(fine.error());
  const auto documents = count_records(asking, records_of(*selection, filter));
  if (!documents) return std::unexpected(documents.error());
  return Counted{*documents, selection->days.size()};
}

Parsed<json::object> run_search(const Asking& asking, std::string_view names, const SearchSpec& asked) {
  const std::int64_t began = steady_ms();
  SearchSpec spec = asked;
  std::shared_ptr<PointInTime> pit;
  if (!spec.pit.empty()) {
    if (!names.empty()) return illegal("[indices] cannot be used with point in time. Do not specify any index with point in time.");
    auto found = asking.cursors.pit(spec.pit, spec.pit_keep_ms, asking.now_ms);
    if (!found) return std::unexpected(found.error());
    pit = *std::move(found);
    names = pit->indices;
    // What arrived after it was opened is not in it.
    const Field received{"time_received", flow::Column::time_received, Shape::plain};
    auto later = between(received, Bound{std::to_string(pit->opened_ms), false}, std::nullopt, {});
    if (later) spec.filter = both(spec.filter, none_of(*std::move(later)));
    if (std::ranges::none_of(spec.hits.sort, [](const SortKey& key) { return key.by == SortKey::By::place; })) {
      SortKey tie;
      tie.by = SortKey::By::place;
      spec.hits.sort.push_back(std::move(tie));
    }
  }
  const auto days = asking.indices.list(asking.now_ms, asking.cancel);
  if (!days) return std::unexpected(days.error());
  const auto selection = select_indices(names, *days, spec.indices, asking.now_ms);
  if (!selection) return std::unexpected(selection.error());
  for (const query::ExpressionPtr& filter : {spec.filter, spec.post_filter}) {
    if (auto fine = check_patterns(filter); !fine) return std::unexpected(fine.error());
  }
  const Records matching = records_of(*selection, spec.filter);
  const Records shown = spec.post_filter ? records_of(*selection, both(spec.filter, spec.post_filter)) : matching;

  std::optional<std::uint64_t> total;
  if (spec.track_total) {
    const auto counted = count_records(asking, shown);
    if (!counted) return std::unexpected(counted.error());
    total = *counted;
  }
  query::Search search = search_of(shown, spec.hits);
  query::SearchAnswer found;
  std::uint64_t first_place = spec.hits.from;
  if (spec.hits.size > 0 && pit) {
    const std::scoped_lock lock(pit->mutex);
    auto page = next_pit_page(asking, *pit, spec, std::move(search));
    if (!page) return std::unexpected(page.error());
    found = std::move(page->found);
    first_place = page->first_place;
  } else if (spec.hits.size > 0) {
    if (spec.after) {
      auto rest = behind(spec);
      if (!rest) return std::unexpected(rest.error());
      search.filter = both(search.filter, *rest);
    }
    auto answer = search_store(asking, search);
    if (!answer) return std::unexpected(answer.error());
    found = *std::move(answer);
  }
  json::object aggregations;
  if (!spec.aggs.empty()) {
    const AggSource source{asking.store, asking.cancel, matching, records_of(*selection, nullptr)};
    auto results = run_aggs(spec.aggs, source);
    if (!results) return std::unexpected(results.error());
    if (spec.typed_keys) add_types(spec.aggs, *results);
    aggregations = *std::move(results);
  }

  json::object out;
  if (spec.scroll_ms) {
    const auto scroll = std::make_shared<Scroll>();
    scroll->search = search;
    scroll->search.after = found.next;
    scroll->ended = found.next.empty();
    scroll->hits = spec.hits;
    scroll->score = spec.score;
    scroll->total = total.value_or(0);
    scroll->total_as_int = spec.total_as_int;
    scroll->shards = selection->days.size();
    scroll->octets = 4096 + 32 * spec.octets;
    auto id = asking.cursors.open(scroll, *spec.scroll_ms, asking.now_ms);
    if (!id) return std::unexpected(id.error());
    out["_scroll_id"] = *std::move(id);
  }
  if (pit) out["pit_id"] = spec.pit;
  out["took"] = 0;
  out["timed_out"] = false;
  out["_shards"] = shards_json(selection->days.size(), skipped_days(*selection, matching));
  out["hits"] = hits_json(spec, found.rows, pit || found.rows.size() < spec.hits.from ? std::min(spec.hits.from, found.rows.size()) : spec.hits.from, first_place, total);
  if (!spec.aggs.empty()) out["aggregations"] = std::move(aggregations);
  out["took"] = steady_ms() - began;
  return out;
}

Parsed<json::object> run_scroll(const Asking& asking, std::string_view id, UnixMillis keep_ms, bool total_as_int) {
  const std::int64_t began = steady_ms();
  const auto scroll = asking.cursors.scroll(id, keep_ms, asking.now_ms);
  if (!scroll) return std::unexpected(scroll.error());
  Scroll& state = **scroll;
  const std::scoped_lock lock(state.mutex);
  query::SearchAnswer found;
  if (!state.ended) {
    auto answer = search_store(asking, state.search);
    if (!answer) return std::unexpected(answer.error());
    found = *std::move(answer);
    state.search.after = found.next;
    state.ended = found.next.empty();
  }
  SearchSpec spec;
  spec.hits = state.hits;
  spec.score = state.score;
  spec.total_as_int = state.total_as_int || total_as_int;
  json::object out;
  out["_scroll_id"] = id;
  out["took"] = steady_ms() - began;
  out["timed_out"] = false;
  out["_shards"] = shards_json(state.shards, 0);
  out["hits"] = hits_json(spec, found.rows, 0, 0, state.total);
  return out;
}

}  // namespace weir::serve::es
