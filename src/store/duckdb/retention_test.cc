// What is too old or too much goes, the oldest first; what is asked for afterwards is still right.
#include <gmock/gmock.h>

#include "store/duckdb/store_fixture.h"

namespace weir::store {
namespace {

using namespace test;
using testing::Contains;
using testing::IsEmpty;

class RetentionTest : public testing::Test {
 protected:
  RetentionTest() {
    options.directory = directory.path();
    options.commit_interval_ms = 20;
    options.flows.age_ms = options.rollup_1m.age_ms = options.rollup_5m.age_ms = options.rollup_1h.age_ms = 0;
  }
  /// Hours from kTen on, `rows` each, all closed at `now`.
  void store_hours(int hours, std::size_t rows, UnixMillis now) {
    Running running(options);
    Traffic traffic(running.strings);
    for (int hour = 0; hour < hours; ++hour) {
      ASSERT_TRUE(running.append(traffic.make(rows, kTen + hour * kHourMs, kTen + (hour + 1) * kHourMs, &expected)));
    }
    running.finish();
    const auto settled = running.store->settle(now);
    ASSERT_TRUE(settled) << settled.error().message;
    alarms = running.alarm_names();
  }
  std::vector<UnixMillis> hours_of(Kind kind) {
    Look look(directory.path());
    std::vector<UnixMillis> out;
    for (const PartPtr& part : look.parts(kind)) out.push_back((part->begin - kTen) / kHourMs);
    return out;
  }

  TemporaryDirectory directory;
  DuckDbOptions options;
  Expected expected;
  std::vector<std::string> alarms;
};

TEST_F(RetentionTest, OldFlowsGoAndTheirSumsStay) {
  options.flows.age_ms = 5 * kHourMs;
  store_hours(6, 500, kTen + 8 * kHourMs);  // hours 0 to 2 end five hours before that, or more
  EXPECT_THAT(hours_of(Kind::flows), testing::ElementsAre(3, 4, 5));
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "cold/2026/03/01/10-1.parquet"));
  EXPECT_TRUE(std::filesystem::exists(directory.path() / "cold/2026/03/01/13-1.parquet"));
  Look look(directory.path());
  EXPECT_EQ(look.by_time("rollup_1m", kMinuteMs), expected.minutes);
}

TEST_F(RetentionTest, TheBeginningIsThenAnsweredFromARollup) {
  options.flows.age_ms = 5 * kHourMs;
  store_hours(6, 500, kTen + 8 * kHourMs);
  Running running(options);
  query::Query question;
  question.from_ms = kTen - 3 * kHourMs;
  question.to_ms = kTen + 6 * kHourMs;
  const query::CancelFlag never{false};
  const auto answer = running.store->run(question, never);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_NE(answer->source, "flows");
  EXPECT_EQ((Totals{answer->total.sums.bytes, answer->total.sums.packets, answer->total.sums.flows}), expected.total());
}

TEST_F(RetentionTest, EachRollupHasItsOwnAge) {
  options.rollup_1m.age_ms = 5 * kHourMs;
  options.rollup_5m.age_ms = 5 * kDayMs;
  store_hours(6, 500, kTen + 8 * kHourMs);
  EXPECT_EQ(hours_of(Kind::flows).size(), 6U);
  // What spreads back over the hour before the first one is gone too.
  EXPECT_THAT(hours_of(Kind::rollup_1m), testing::Each(testing::Ge(3)));
  Look look(directory.path());
  EXPECT_EQ(look.by_time("rollup_5m", 5 * kMinuteMs), expected.buckets(5 * kMinuteMs));
}

TEST_F(RetentionTest, ALimitOfOctetsTakesTheOldestFiles) {
  options.flows.octets = std::uint64_t{12} << 20U;  // hot.duckdb counts, and is some MiB by itself
  store_hours(3, 500, kTen + 6 * kHourMs);
  EXPECT_EQ(hours_of(Kind::flows).size(), 3U);
  options.flows.octets = 1;
  store_hours(0, 0, kTen + 6 * kHourMs);
  EXPECT_THAT(hours_of(Kind::flows), IsEmpty());
  Look look(directory.path());
  EXPECT_EQ(look.by_time("rollup_1m", kMinuteMs), expected.minutes);
}

TEST_F(RetentionTest, TheDiskBudgetTakesTheOldestFlowsOnly) {
  store_hours(6, 8000, kTen + 9 * kHourMs);
  std::uint64_t all = 0;
  std::uint64_t flows = 0;
  {
    Running running(options);
    running.finish();
    const Status status = running.store->status();
    all = status.hot_octets + status.cold_octets + status.rollup_octets;
    flows = status.cold_octets;
  }
  // Room for all but two hours of flows, more or less.
  options.disk_budget_octets = all - flows / 4;
  store_hours(0, 0, kTen + 9 * kHourMs);
  const auto left = hours_of(Kind::flows);
  ASSERT_FALSE(left.empty());
  EXPECT_LT(left.size(), 6U);
  EXPECT_EQ(left.back(), 5);
  EXPECT_EQ(left.front(), static_cast<UnixMillis>(6 - left.size()));
  EXPECT_THAT(alarms, IsEmpty());
  Look look(directory.path());
  EXPECT_EQ(look.by_time("rollup_1m", kMinuteMs), expected.minutes);
}

TEST_F(RetentionTest, ABudgetThatFlowsAloneCannotMeetIsAnAlarm) {
  options.disk_budget_octets = 1;
  store_hours(2, 500, kTen + 6 * kHourMs);
  EXPECT_THAT(alarms, Contains("disk_budget"));
  EXPECT_THAT(hours_of(Kind::flows), IsEmpty());
}

TEST_F(RetentionTest, FilesThatAQuestionReadsAreDeletedAfterIt) {
  store_hours(2, 500, kTen + 6 * kHourMs);
  Alarms none;
  flow::StringPool strings;
  DuckDbOptions canonical = options;
  canonical.directory = std::filesystem::canonical(directory.path());
  canonical.flows.age_ms = kHourMs;
  auto opened = OpenedStore::open(canonical, strings, none, kTen);
  ASSERT_TRUE(opened) << opened.error().message;
  Relation relation = (*opened)->catalog().snapshot()->relation(Source::flows, kTen, kTen + kHourMs, {});
  while (*(*opened)->step(kTen + 20 * kHourMs, true)) {
  }
  ASSERT_TRUE((*opened)->refresh_views());
  EXPECT_TRUE((*opened)->catalog().snapshot()->parts_of(Kind::flows).empty());
  const auto file = directory.path() / "cold/2026/03/01/10-1.parquet";
  ASSERT_TRUE((*opened)->step(kTen + 20 * kHourMs, true));
  EXPECT_TRUE(std::filesystem::exists(file));
  auto connection = (*opened)->connect();
  EXPECT_GE(*connection->number("SELECT count(*) FROM " + relation.sql), 500);
  relation.lease.reset();
  ASSERT_TRUE((*opened)->step(kTen + 20 * kHourMs, true));
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace weir::store
