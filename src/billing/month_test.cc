#include "billing/month.h"

#include <gtest/gtest.h>

namespace weir::billing {
namespace {

constexpr UnixMillis kNovember = 1'793'491'200'000;  // 2026-11-01T00:00:00Z

TEST(Months, AreReadAndWritten) {
  EXPECT_EQ(to_string(parse_month("2026-11").value()), "2026-11");
  for (const char* bad : {"", "2026", "2026-1", "2026-13", "2026-00", "26-11-1", "2026/11", "2026-11-01", "1969-12"})
    EXPECT_FALSE(parse_month(bad)) << bad;
  EXPECT_EQ(next({2026, 12}), (Month{2027, 1}));
  EXPECT_EQ(previous({2026, 1}), (Month{2025, 12}));
}

TEST(Months, BeginAtMidnightOfTheZone) {
  EXPECT_EQ(range_of({2026, 11}, "UTC")->from_ms, kNovember);
  EXPECT_EQ(range_of({2026, 11}, "Asia/Kuala_Lumpur")->from_ms, kNovember - 8 * kHourMs);
  EXPECT_EQ(range_of({2026, 11}, "Asia/Kuala_Lumpur")->to_ms, kNovember + 30 * kDayMs - 8 * kHourMs);
}

TEST(Months, AreLongerOrShorterWhereClocksChange) {
  const auto march = range_of({2026, 3}, "Europe/Berlin");
  EXPECT_EQ(march->to_ms - march->from_ms, 31 * kDayMs - kHourMs);
  const auto october = range_of({2026, 10}, "Europe/Berlin");
  EXPECT_EQ(october->to_ms - october->from_ms, 31 * kDayMs + kHourMs);
}

TEST(Months, AreTheZonesOwn) {
  EXPECT_EQ(month_of(kNovember, "UTC").value(), (Month{2026, 11}));
  EXPECT_EQ(month_of(kNovember - 1, "UTC").value(), (Month{2026, 10}));
  EXPECT_EQ(month_of(kNovember - 1, "Asia/Kuala_Lumpur").value(), (Month{2026, 11}));
}

TEST(Months, NeedAZoneThatThereIs) {
  EXPECT_TRUE(is_time_zone("UTC"));
  EXPECT_FALSE(is_time_zone("Asia/Kuala_Lumpor"));
  EXPECT_FALSE(is_time_zone("../../etc/passwd"));
  const auto range = range_of({2026, 11}, "Mars/Olympus");
  ASSERT_FALSE(range);
  EXPECT_EQ(range.error().code, ErrorCode::invalid);
}

}  // namespace
}  // namespace weir::billing
