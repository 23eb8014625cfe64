#include "store/duckdb/plan.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>

#include "flow/spread.h"
#include "store/duckdb/compile.h"
#include "store/duckdb/rollup_columns.h"

namespace weir::store {
namespace {

constexpr std::array kCoarsestFirst = {Source::rollup_1h, Source::rollup_5m, Source::rollup_1m};
constexpr UnixMillis kNever = std::numeric_limits<UnixMillis>::max();

struct Range {
  UnixMillis from = 0;
  UnixMillis to = 0;
};

UnixMillis round_down(UnixMillis time, UnixMillis step) {
  return time - time % step;
}
UnixMillis round_up(UnixMillis time, UnixMillis step) {
  return round_down(time + step - 1, step);
}

/// Plans one question whose range begins at `origin`: the query's beginning, or where it was widened to.
class Planner {
 public:
  Planner(const query::Query& query, const Coverages& coverages, UnixMillis origin)
      : query_(query), coverages_(coverages), origin_(origin) {
    newest_ = coverage(Source::flows).to_ms;
    if (newest_ > 0) return;
    for (const Coverage& other : coverages) newest_ = std::max(newest_, other.to_ms);
  }

  [[nodiscard]] UnixMillis flows_reach() const { return reach(Source::flows); }

  /// Splits a range over the rollups, the coarsest first, and the flows.
  [[nodiscard]] std::vector<PlanPart> split(Range range, std::span<const Source> rollups = kCoarsestFirst) const {
    if (range.from >= range.to) return {};
    for (; !rollups.empty(); rollups = rollups.subspan(1)) {
      const Source source = rollups.front();
      const Range middle = whole_buckets(range, source);
      if (middle.from >= middle.to || !usable(source, middle)) continue;
      std::vector<PlanPart> out = split({range.from, middle.from}, rollups.subspan(1));
      out.push_back(part(source, middle));
      const std::vector<PlanPart> rest = split({middle.to, range.to}, rollups.subspan(1));
      out.insert(out.end(), rest.begin(), rest.end());
      return out;
    }
    return {part(Source::flows, range)};
  }

  [[nodiscard]] std::vector<PlanPart> flows_only(Range range) const { return {part(Source::flows, range)}; }

  /// How much time of flows is read for the parts: their own, and what may have ended behind them.
  [[nodiscard]] UnixMillis flows_read(std::span<const PlanPart> parts) const {
    UnixMillis out = 0;
    for (const PlanPart& part : parts) {
      if (part.source != Source::flows) continue;
      const UnixMillis until = std::max(part.to_ms, std::min(part.to_ms + flow::kMostSpreadMs, newest_));
      out += until - part.from_ms;
    }
    return out;
  }

  /// Whether a stretch is to be read from flows that are gone.
  [[nodiscard]] bool lacks_flows(std::span<const PlanPart> parts) const {
    return std::ranges::any_of(
        parts, [&](const PlanPart& part) { return part.source == Source::flows && part.from_ms < flows_reach(); });
  }

  /// The finest rollup that reaches the beginning, or the one that comes closest. A rollup that merely begins with the
  /// bucket of the first flow reaches no further than the flows.
  [[nodiscard]] std::optional<Source> further_rollup() const {
    std::optional<Source> best;
    for (auto at = kCoarsestFirst.rbegin(); at != kCoarsestFirst.rend(); ++at) {
      const UnixMillis back = reach(*at);
      if (!makes_up_resolution(*at) || back == kNever || back > flows_reach() - bucket_ms(*at)) continue;
      if (back <= query_.from_ms) return *at;
      if (!best || back < reach(*best)) best = *at;
    }
    return best;
  }

 private:
  [[nodiscard]] const Coverage& coverage(Source source) const { return coverages_[static_cast<std::size_t>(source)]; }
  /// How far back a source goes; never, when it holds nothing.
  [[nodiscard]] UnixMillis reach(Source source) const {
    return coverage(source).to_ms > coverage(source).from_ms ? coverage(source).from_ms : kNever;
  }
  [[nodiscard]] bool makes_up_resolution(Source source) const {
    return !query_.resolution_ms || *query_.resolution_ms % bucket_ms(source) == 0;
  }
  [[nodiscard]] bool usable(Source source, Range range) const {
    // The buckets of a series begin where the range does.
    const bool borders = !query_.resolution_ms || origin_ % bucket_ms(source) == 0;
    return makes_up_resolution(source) && borders && reach(source) <= std::max(range.from, flows_reach()) &&
           reach(source) != kNever;
  }
  /// The rollup's whole buckets within the range. Behind the newest flow there is nothing to cut off.
  [[nodiscard]] Range whole_buckets(Range range, Source source) const {
    const UnixMillis bucket = bucket_ms(source);
    return {round_up(range.from, bucket), range.to >= newest_ ? range.to : round_down(range.to, bucket)};
  }
  [[nodiscard]] PlanPart part(Source source, Range range) const {
    return {source, range.from, range.to, columns_read(query_, source)};
  }

  const query::Query& query_;
  const Coverages& coverages_;
  const UnixMillis origin_;  ///< where the buckets of a series begin
  UnixMillis newest_ = 0;
};

}  // namespace

std::string source_name(const Plan& plan) {
  std::string out;
  for (const Source source : {Source::rollup_1h, Source::rollup_5m, Source::rollup_1m, Source::flows}) {
    if (std::ranges::find(plan.parts, source, &PlanPart::source) == plan.parts.end()) continue;
    out += (out.empty() ? "" : "+") + std::string(to_string(source));
  }
  return out;
}

Plan plan_query(const query::Query& query, const Coverages& coverages) {
  const Planner planner(query, coverages, query.from_ms);
  const Range range{query.from_ms, query.to_ms};
  const std::vector<PlanPart> flows = planner.flows_only(range);
  const auto with = [&](std::vector<PlanPart> parts, std::string why) {
    return Plan{std::move(parts), query.from_ms, query.to_ms, false, std::move(why)};
  };
  for (const flow::Column column : columns_mentioned(query)) {
    if (!in_rollup(column)) return with(flows, std::string(flow::name(column)) + " is only in the flows");
  }
  std::vector<PlanPart> parts = planner.split(range);
  if (planner.lacks_flows(parts)) {
    if (const auto further = planner.further_rollup()) {
      const UnixMillis bucket = bucket_ms(*further);
      const Range wide{round_down(range.from, bucket), round_up(range.to, bucket)};
      return {Planner(query, coverages, wide.from).split(wide), wide.from, wide.to,
              wide.from != range.from || wide.to != range.to,
              "the flows no longer reach back to where they are needed"};
    }
  }
  if (planner.flows_read(parts) * 2 <= planner.flows_read(flows))
    return with(std::move(parts), "rollups, and what lies beside their buckets");
  return with(flows, "rollups would not save much");
}

}  // namespace weir::store
