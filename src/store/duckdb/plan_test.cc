// Which sources answer.
#include "store/duckdb/plan.h"

#include <gtest/gtest.h>

#include "query/filter.h"

namespace weir::store {
namespace {

using flow::Column;

constexpr UnixMillis kHour = 1'763'856'000'000;
constexpr UnixMillis kNewest = kHour + 34 * kMinuteMs + 56'789;  // some way into an hour, a minute and a second

/// Flows of 30 days, 1-minute buckets of 14 days, 5 minutes of 90, hours of 730: the defaults.
Coverages usual() {
  Coverages out;
  const auto set = [&](Source source, UnixMillis age) {
    const UnixMillis bucket = std::max<UnixMillis>(bucket_ms(source), 1);
    out[static_cast<std::size_t>(source)] = {(kHour - age) / bucket * bucket, kNewest / bucket * bucket + bucket};
  };
  set(Source::flows, 30 * kDayMs - 1'234'567);
  set(Source::rollup_1m, 14 * kDayMs);
  set(Source::rollup_5m, 90 * kDayMs);
  set(Source::rollup_1h, 730 * kDayMs);
  return out;
}

query::Query between(UnixMillis from, UnixMillis to) {
  query::Query query;
  query.from_ms = from;
  query.to_ms = to;
  query.by = {Column::src_as};
  return query;
}

/// "1h[-3600000,0] flows[0,5]": sources and ranges, in milliseconds from kHour.
std::string show(const Plan& plan) {
  std::string out;
  for (const PlanPart& part : plan.parts) {
    out += (out.empty() ? "" : " ") + std::string(to_string(part.source)) + "[" + std::to_string(part.from_ms - kHour) +
           "," + std::to_string(part.to_ms - kHour) + "]";
  }
  return out;
}
std::string planned(const query::Query& query) {
  return show(plan_query(query, usual()));
}

TEST(Plan, TakesTheCoarsestRollupThatFits) {
  EXPECT_EQ(planned(between(kHour - kDayMs, kHour)), "1h[-86400000,0]");
  EXPECT_EQ(planned(between(kHour - 25 * kMinuteMs, kHour)), "5m[-1500000,0]");
  EXPECT_EQ(planned(between(kHour - 3 * kMinuteMs, kHour)), "1m[-180000,0]");
}

TEST(Plan, FinerRollupsAnswerBesideTheBucketsOfCoarserOnes) {
  EXPECT_EQ(planned(between(kHour - kDayMs - 7 * kMinuteMs, kHour + 11 * kMinuteMs)),
            "1m[-86820000,-86700000] 5m[-86700000,-86400000] 1h[-86400000,0] 5m[0,600000] 1m[600000,660000]");
}

TEST(Plan, AnEndBehindTheNewestFlowNeedsNoBorder) {
  EXPECT_EQ(planned(between(kHour - kDayMs, kNewest + 10)), "1h[-86400000,2096799]");
}

TEST(Plan, TheFlowsAnswerWhatLiesBehindTheLastBucket) {
  // An exporter's clock is ahead: there are flows behind the end of the range.
  query::Query query = between(kHour - kDayMs, kNewest - 2000);
  EXPECT_EQ(planned(query), "1h[-86400000,0] 5m[0,1800000] 1m[1800000,2040000] flows[2040000,2094789]");
  query.resolution_ms = 10 * kMinuteMs;
  EXPECT_EQ(planned(query), "5m[-86400000,1800000] 1m[1800000,2040000] flows[2040000,2094789]");
}

TEST(Plan, TheFlowsAnswerAloneWhereRollupsSaveLittle) {
  // Within ten minutes some hours ago, both ends need flows, each with those that ended up to two hours later.
  const UnixMillis from = kHour - 5 * kHourMs + 1234;
  EXPECT_EQ(plan_query(between(from, from + 10 * kMinuteMs), usual()).parts.size(), 1U);
  EXPECT_EQ(source_name(plan_query(between(from, from + 10 * kMinuteMs), usual())), "flows");
  EXPECT_EQ(source_name(plan_query(between(from - kDayMs, from), usual())), "1h+5m+1m+flows");
}

TEST(Plan, TheResolutionMustBeMadeOfBuckets) {
  query::Query query = between(kHour - kDayMs, kHour);
  query.resolution_ms = kMinuteMs;
  EXPECT_EQ(planned(query), "1m[-86400000,0]");
  query.resolution_ms = 10 * kMinuteMs;
  EXPECT_EQ(planned(query), "5m[-86400000,0]");
  query.resolution_ms = 30 * kSecondMs;
  EXPECT_EQ(planned(query), "flows[-86400000,0]");
  // The buckets of the series begin where the range does.
  query.resolution_ms = kHourMs;
  query.from_ms -= 5 * kMinuteMs;
  EXPECT_EQ(planned(query), "5m[-86700000,0]");
  query.from_ms -= 1;
  EXPECT_EQ(planned(query), "flows[-86700001,0]");
}

TEST(Plan, AllColumnsMustBeInTheRollup) {
  query::Query query = between(kHour - kDayMs, kHour);
  query.by = {Column::src_as, Column::src_addr};
  const Plan plan = plan_query(query, usual());
  EXPECT_EQ(source_name(plan), "flows");
  EXPECT_EQ(plan.why, "src_addr is only in the flows");
  query.by = {Column::src_as};
  for (const std::string_view filter : {"dst port 80", "bytes > 1000", "time > 1763856000000", "src_prefix is known"}) {
    query.filter = *query::parse_filter(filter);
    EXPECT_EQ(source_name(plan_query(query, usual())), "flows") << filter;
  }
  query.filter = *query::parse_filter("proto tcp and not dst as 15169");
  EXPECT_EQ(source_name(plan_query(query, usual())), "1h");
  query.filter = nullptr;
  query.by = {Column::src_prefix};
  EXPECT_EQ(source_name(plan_query(query, usual())), "flows");
}

TEST(Plan, ARollupMustReachAsFarBackAsTheFlowsOrTheRange) {
  // 20 days by the minute: the 1-minute rollup has lost the beginning, the flows have not.
  query::Query query = between(kHour - 20 * kDayMs, kHour);
  query.resolution_ms = kMinuteMs;
  const Plan plan = plan_query(query, usual());
  EXPECT_EQ(source_name(plan), "flows");
  EXPECT_FALSE(plan.widened);
}

TEST(Plan, WidensToARollupWhereTheFlowsAreGone) {
  const Plan plan = plan_query(between(kHour - 60 * kDayMs - 90'001, kHour - 17), usual());
  EXPECT_TRUE(plan.widened);
  EXPECT_EQ(plan.from_ms, kHour - 60 * kDayMs - 5 * kMinuteMs);
  EXPECT_EQ(plan.to_ms, kHour);
  EXPECT_EQ(show(plan), "5m[-5184300000,-5184000000] 1h[-5184000000,0]");
  const Plan older = plan_query(between(kHour - 400 * kDayMs + 1, kHour), usual());
  EXPECT_EQ(show(older), "1h[-34560000000,0]");
  EXPECT_TRUE(older.widened);
  // Beginnings that the rollups fit need no flows.
  EXPECT_FALSE(plan_query(between(kHour - 60 * kDayMs, kHour), usual()).widened);
}

TEST(Plan, DoesNotWidenWhereARollupOnlyBeginsWithItsFirstBucket) {
  // A fresh start: everything begins with the first flow, rollups with the bucket it falls into.
  Coverages fresh;
  const UnixMillis first = kHour + 1'523'456;
  for (const Source source : kSources) {
    const UnixMillis bucket = std::max<UnixMillis>(bucket_ms(source), 1);
    fresh[static_cast<std::size_t>(source)] = {first / bucket * bucket, (first + 300'000) / bucket * bucket + bucket};
  }
  const Plan plan = plan_query(between(kHour - kDayMs + 1, first + 200'123), fresh);
  EXPECT_FALSE(plan.widened);
  EXPECT_EQ(plan.from_ms, kHour - kDayMs + 1);
}

TEST(Plan, AnEmptyStoreIsAskedForFlows) {
  EXPECT_EQ(source_name(plan_query(between(kHour - kDayMs, kHour), Coverages{})), "flows");
}

TEST(Plan, AsksForTheColumnsThatAreNeeded) {
  const Plan plan = plan_query(between(kHour - kDayMs, kHour), usual());
  const std::vector<Column> expected = {Column::src_as, Column::time, Column::bytes, Column::packets, Column::flows};
  EXPECT_EQ(plan.parts.at(0).columns, expected);
}

}  // namespace
}  // namespace weir::store
