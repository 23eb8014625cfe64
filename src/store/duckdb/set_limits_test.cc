// Limits that change while the store is open.
#include <gtest/gtest.h>

#include "store/duckdb/store_fixture.h"

namespace weir::store {
namespace {

using namespace test;

TEST(SetLimits, TheNextUpkeepHoldsToThem) {
  TemporaryDirectory directory;
  DuckDbOptions options;
  options.directory = directory.path();
  options.commit_interval_ms = 20;
  options.flows.age_ms = options.rollup_1m.age_ms = options.rollup_5m.age_ms = options.rollup_1h.age_ms = 0;
  Expected expected;
  {
    Running running(options);
    Traffic traffic(running.strings);
    for (int hour = 0; hour < 6; ++hour) {
      ASSERT_TRUE(running.append(traffic.make(200, kTen + hour * kHourMs, kTen + (hour + 1) * kHourMs, &expected)));
    }
    running.finish();
    const UnixMillis now = kTen + 8 * kHourMs;
    ASSERT_TRUE(running.store->settle(now));
    EXPECT_EQ(running.store->status().cold_flows + running.store->status().hot_flows, 1200U);
    running.store->set_limits({.flows = {.age_ms = 5 * kHourMs}});
    ASSERT_TRUE(running.store->settle(now));
    EXPECT_EQ(running.store->status().cold_flows + running.store->status().hot_flows, 600U);
  }
  Look look(directory.path());
  EXPECT_EQ(look.by_time("rollup_1m", kMinuteMs), expected.minutes) << "the sums have no limit";
}

}  // namespace
}  // namespace weir::store
