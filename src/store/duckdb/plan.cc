#include "store/duckdb/plan.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "store/duckdb/compile.h"
#include "store/duckdb/rollup_columns.h"

namespace weir::store {
namespace {

constexpr std::array kCoarsestFirst = {Source::rollup_1h, Source::rollup_5m, Source::rollup_1m};

/// How far back a source goes; never, when it holds nothing.
UnixMillis reach(const Coverage& coverage) {
  return coverage.to_ms > coverage.from_ms ? coverage.from_ms : std::numeric_limits<UnixMillis>::max();
}

const Coverage& of(const Coverages& coverages, Source source) {
  return coverages[static_cast<std::size_t>(source)];
}

UnixMillis newest(const Coverages& coverages) {
  UnixMillis out = 0;
  for (const Coverage& coverage : coverages) out = std::max(out, coverage.to_ms);
  return out;
}

bool keeps_resolution(const query::Query& query, Source source) {
  return !query.resolution_ms || *query.resolution_ms % bucket_ms(source) == 0;
}

/// Whether the rollup's buckets end where the range begins and ends. Behind the newest flow there is nothing to cut
/// off.
bool fits_range(const query::Query& query, Source source, const Coverages& coverages) {
  const bool ends = query.to_ms % bucket_ms(source) == 0 || query.to_ms >= newest(coverages);
  return query.from_ms % bucket_ms(source) == 0 && ends;
}

std::optional<Source> exact_rollup(const query::Query& query, const Coverages& coverages) {
  const UnixMillis needed = std::max(query.from_ms, reach(of(coverages, Source::flows)));
  for (const Source source : kCoarsestFirst) {
    const bool reaches =
        reach(of(coverages, source)) <= needed && of(coverages, source).to_ms > of(coverages, source).from_ms;
    if (reaches && keeps_resolution(query, source) && fits_range(query, source, coverages)) return source;
  }
  return std::nullopt;
}

/// Where the flows have lost the beginning: the finest rollup that reaches it, or the one that comes closest. A rollup
/// that merely begins with the bucket of the first flow reaches no further than the flows.
std::optional<Source> further_rollup(const query::Query& query, const Coverages& coverages) {
  const UnixMillis flows = reach(of(coverages, Source::flows));
  if (flows <= query.from_ms) return std::nullopt;
  std::optional<Source> best;
  for (auto at = kCoarsestFirst.rbegin(); at != kCoarsestFirst.rend(); ++at) {
    const UnixMillis back = reach(of(coverages, *at));
    if (!keeps_resolution(query, *at) || back == std::numeric_limits<UnixMillis>::max() ||
        back > flows - bucket_ms(*at))
      continue;
    if (back <= query.from_ms) return *at;
    if (!best || back < reach(of(coverages, *best))) best = *at;
  }
  return best;
}

Plan with(const query::Query& query, Source source, std::string why) {
  return {source, query.from_ms, query.to_ms, false, columns_read(query, source), std::move(why)};
}

}  // namespace

Plan plan_query(const query::Query& query, const Coverages& coverages) {
  for (const flow::Column column : columns_mentioned(query)) {
    if (!in_rollup(column))
      return with(query, Source::flows, std::string(flow::name(column)) + " is only in the flows");
  }
  if (const auto exact = exact_rollup(query, coverages)) {
    return with(query, *exact, "the coarsest rollup whose buckets fit the range and the resolution");
  }
  if (const auto further = further_rollup(query, coverages)) {
    const UnixMillis bucket = bucket_ms(*further);
    Plan plan = with(query, *further, "the flows no longer reach back to the beginning of the range");
    plan.from_ms -= plan.from_ms % bucket;
    plan.to_ms += (bucket - plan.to_ms % bucket) % bucket;
    plan.widened = plan.from_ms != query.from_ms || plan.to_ms != query.to_ms;
    return plan;
  }
  return with(query, Source::flows, "no rollup has buckets that fit the range and the resolution");
}

}  // namespace weir::store
