// Which source answers.
#include "store/duckdb/plan.h"

#include <gtest/gtest.h>

#include "query/filter.h"

namespace weir::store {
namespace {

using flow::Column;

constexpr UnixMillis kNow = 1'763'856'000'000 + 1234;  // some way into an hour, a minute and a second
constexpr UnixMillis kHour = 1'763'856'000'000;

/// Flows of 30 days, 1-minute buckets of 14 days, 5 minutes of 90, hours of 730: the defaults.
Coverages usual() {
  Coverages out;
  out[static_cast<std::size_t>(Source::flows)] = {kNow - 30 * kDayMs, kNow};
  out[static_cast<std::size_t>(Source::rollup_1m)] = {kHour - 14 * kDayMs, kNow};
  out[static_cast<std::size_t>(Source::rollup_5m)] = {kHour - 90 * kDayMs, kNow};
  out[static_cast<std::size_t>(Source::rollup_1h)] = {kHour - 730 * kDayMs, kNow};
  return out;
}

query::Query last(UnixMillis length, UnixMillis end = kHour) {
  query::Query query;
  query.from_ms = end - length;
  query.to_ms = end;
  query.by = {Column::src_as};
  return query;
}

TEST(Plan, TakesTheCoarsestRollupThatFits) {
  EXPECT_EQ(plan_query(last(kDayMs), usual()).source, Source::rollup_1h);
  EXPECT_EQ(plan_query(last(25 * kMinuteMs), usual()).source, Source::rollup_5m);
  EXPECT_EQ(plan_query(last(7 * kMinuteMs), usual()).source, Source::rollup_1m);
  EXPECT_EQ(plan_query(last(90'001), usual()).source, Source::flows);
}

TEST(Plan, AnEndBehindTheNewestFlowNeedsNoBorder) {
  query::Query query = last(2 * kHourMs);
  query.to_ms = kNow + 10;
  EXPECT_EQ(plan_query(query, usual()).source, Source::rollup_1h);
  query.to_ms = kNow - 10;
  EXPECT_EQ(plan_query(query, usual()).source, Source::flows);
}

TEST(Plan, TheResolutionMustBeMadeOfBuckets) {
  query::Query query = last(kDayMs);
  query.resolution_ms = kMinuteMs;
  EXPECT_EQ(plan_query(query, usual()).source, Source::rollup_1m);
  query.resolution_ms = 10 * kMinuteMs;
  EXPECT_EQ(plan_query(query, usual()).source, Source::rollup_5m);
  query.resolution_ms = 30 * kSecondMs;
  EXPECT_EQ(plan_query(query, usual()).source, Source::flows);
}

TEST(Plan, AllColumnsMustBeInTheRollup) {
  query::Query query = last(kDayMs);
  query.by = {Column::src_as, Column::src_addr};
  const Plan plan = plan_query(query, usual());
  EXPECT_EQ(plan.source, Source::flows);
  EXPECT_EQ(plan.why, "src_addr is only in the flows");
  query.by = {Column::src_as};
  query.filter = *query::parse_filter("dst port 80");
  EXPECT_EQ(plan_query(query, usual()).source, Source::flows);
  query.filter = *query::parse_filter("bytes > 1000");
  EXPECT_EQ(plan_query(query, usual()).source, Source::flows);
  query.filter = *query::parse_filter("time > 1763856000000");
  EXPECT_EQ(plan_query(query, usual()).source, Source::flows);
  query.filter = *query::parse_filter("proto tcp and not dst as 15169");
  EXPECT_EQ(plan_query(query, usual()).source, Source::rollup_1h);
  query.filter = nullptr;
  query.by = {Column::src_prefix};
  EXPECT_EQ(plan_query(query, usual()).source, Source::flows);
}

TEST(Plan, ARollupMustReachAsFarBackAsTheFlowsOrTheRange) {
  // 20 days by the minute: the 1-minute rollup has lost the beginning, the flows have not.
  query::Query query = last(20 * kDayMs + 60'000);
  EXPECT_EQ(plan_query(query, usual()).source, Source::flows);
  query.resolution_ms = kMinuteMs;
  EXPECT_EQ(plan_query(query, usual()).source, Source::flows);
  EXPECT_FALSE(plan_query(query, usual()).widened);
}

TEST(Plan, WidensToARollupWhereTheFlowsAreGone) {
  query::Query query = last(60 * kDayMs + 90'001);
  query.to_ms -= 17;
  const Plan plan = plan_query(query, usual());
  EXPECT_EQ(plan.source, Source::rollup_5m);
  EXPECT_TRUE(plan.widened);
  EXPECT_EQ(plan.from_ms, kHour - 60 * kDayMs - 5 * kMinuteMs);
  EXPECT_EQ(plan.to_ms, kHour);
  query.from_ms = kHour - 400 * kDayMs + 1;
  EXPECT_EQ(plan_query(query, usual()).source, Source::rollup_1h);
}

TEST(Plan, DoesNotWidenWhereARollupOnlyBeginsWithItsFirstBucket) {
  // A fresh start: everything begins with the first flow, rollups with the bucket it falls into.
  Coverages fresh;
  fresh[static_cast<std::size_t>(Source::flows)] = {kHour + 1'500'000, kHour + 1'800'000};
  fresh[static_cast<std::size_t>(Source::rollup_1m)] = {kHour + 1'500'000 / kMinuteMs * kMinuteMs, kHour + 1'800'000};
  fresh[static_cast<std::size_t>(Source::rollup_5m)] = {kHour + 1'500'000 / (5 * kMinuteMs) * 5 * kMinuteMs,
                                                        kHour + 1'800'000};
  fresh[static_cast<std::size_t>(Source::rollup_1h)] = {kHour, kHour + 1'800'000};
  query::Query query = last(kDayMs, kHour + 1'700'123);
  EXPECT_EQ(plan_query(query, fresh).source, Source::flows);
}

TEST(Plan, AnEmptyStoreIsAskedForFlows) {
  EXPECT_EQ(plan_query(last(kDayMs), Coverages{}).source, Source::flows);
}

TEST(Plan, AsksForTheColumnsThatAreNeeded) {
  query::Query query = last(kDayMs);
  const std::vector<Column> expected = {Column::src_as, Column::time, Column::bytes, Column::packets, Column::flows};
  EXPECT_EQ(plan_query(query, usual()).columns, expected);
}

}  // namespace
}  // namespace weir::store
