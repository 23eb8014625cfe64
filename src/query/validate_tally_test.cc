// Limits of questions about records.
#include "query/validate_tally.h"

#include <gtest/gtest.h>

#include <limits>

namespace weir::query {
namespace {

using flow::Column;

Tally hour() {
  Tally tally;
  tally.to_ms = kHourMs;
  return tally;
}

bool takes(const Bucketing& by) {
  Tally tally = hour();
  tally.by = {by};
  return validate(tally).has_value();
}

bool takes(const Measure& measure) {
  Tally tally = hour();
  tally.measures = {measure};
  return validate(tally).has_value();
}

TEST(ValidateTally, RefusesEmptyRanges) {
  EXPECT_TRUE(validate(hour()));
  Tally tally = hour();
  tally.from_ms = tally.to_ms;
  EXPECT_FALSE(validate(tally));
  tally.from_ms = -1;
  EXPECT_FALSE(validate(tally));
}

TEST(ValidateTally, IntervalsAreOfNumbersAndPositive) {
  EXPECT_TRUE(takes(ByInterval{Column::bytes, 0.5, 0}));
  EXPECT_TRUE(takes(ByInterval{Column::time, 1000, 500}));
  EXPECT_TRUE(takes(ByInterval{Column::bps, 1e6, 0}));
  EXPECT_FALSE(takes(ByInterval{Column::src_addr, 1, 0}));
  EXPECT_FALSE(takes(ByInterval{Column::src_customer, 1, 0}));
  EXPECT_FALSE(takes(ByInterval{Column::src_prefix, 1, 0}));
  EXPECT_FALSE(takes(ByInterval{Column::time, 0.5, 0}));
  for (const double bad : {0.0, -1.0, 1e300, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_FALSE(takes(ByInterval{Column::bytes, bad, 0})) << bad;
    if (bad != 0 && bad != -1) { EXPECT_FALSE(takes(ByInterval{Column::bytes, 1, bad})) << bad; }
  }
}

TEST(ValidateTally, CalendarsAreOfTimesInATimeZone) {
  for (const std::string zone : {"UTC", "Z", "+08:00", "-03:30", "Asia/Kuala_Lumpur", "Etc/GMT+8"})
    EXPECT_TRUE(takes(ByCalendar{Column::flow_start, ByCalendar::Unit::week, zone})) << zone;
  for (const std::string zone : {"", "x' OR 1=1", "+19:00", "+08:60", "Europe/Berlin;"})
    EXPECT_FALSE(takes(ByCalendar{Column::time, ByCalendar::Unit::day, zone})) << zone;
  EXPECT_FALSE(takes(ByCalendar{Column::bytes, ByCalendar::Unit::day, "UTC"}));
}

TEST(ValidateTally, OffsetsAreMinutes) {
  EXPECT_EQ(zone_offset_minutes("+08:00"), 480);
  EXPECT_EQ(zone_offset_minutes("-03:30"), -210);
  EXPECT_EQ(zone_offset_minutes("UTC"), 0);
  EXPECT_FALSE(zone_offset_minutes("Asia/Kuala_Lumpur"));
  EXPECT_FALSE(zone_offset_minutes("+0-:00"));
}

TEST(ValidateTally, ConditionsAreAFew) {
  EXPECT_FALSE(takes(ByConditions{}));
  EXPECT_TRUE(takes(ByConditions{{nullptr}}));
  EXPECT_FALSE(takes(ByConditions{std::vector<ExpressionPtr>(kMostConditions + 1)}));
}

TEST(ValidateTally, StatisticsFitTheirColumns) {
  EXPECT_TRUE(takes(Measure{}));
  EXPECT_TRUE(takes(Measure{Statistic::count, Column::src_addr, {}, {}}));
  EXPECT_TRUE(takes(Measure{Statistic::distinct, Column::src_prefix, {}, {}}));
  EXPECT_TRUE(takes(Measure{Statistic::maximum, Column::time, {}, {}}));
  EXPECT_FALSE(takes(Measure{Statistic::sum, {}, {}, {}}));
  EXPECT_FALSE(takes(Measure{Statistic::sum, Column::src_addr, {}, {}}));
  EXPECT_FALSE(takes(Measure{Statistic::sum, Column::src_mac, {}, {}}));
  EXPECT_FALSE(takes(Measure{Statistic::percentiles, Column::bytes, {}, {}}));
  EXPECT_TRUE(takes(Measure{Statistic::percentiles, Column::bytes, {}, {0, 50, 100}}));
  EXPECT_FALSE(takes(Measure{Statistic::percentiles, Column::bytes, {}, {101}}));
  EXPECT_FALSE(takes(Measure{Statistic::percentiles, Column::bytes, {}, {std::numeric_limits<double>::quiet_NaN()}}));
  EXPECT_FALSE(takes(Measure{Statistic::percentiles, Column::bytes, {}, std::vector<double>(kMostPercents + 1, 5)}));
  EXPECT_FALSE(takes(Measure{Statistic::weighted_average, Column::bytes, {}, {}}));
  EXPECT_TRUE(takes(Measure{Statistic::weighted_average, Column::bytes, Column::packets, {}}));
}

TEST(ValidateTally, OrdersAreByWhatIsThere) {
  Tally tally = hour();
  tally.measures = {Measure{}};
  tally.order = {{0, true}, {std::nullopt, false}};
  EXPECT_TRUE(validate(tally));
  tally.order = {{1, true}};
  EXPECT_FALSE(validate(tally));
}

TEST(ValidateTally, BoundsAreKept) {
  Tally tally = hour();
  tally.top = kMostTallyRows + 1;
  EXPECT_FALSE(validate(tally));
  tally = hour();
  tally.by.assign(kMostBucketings + 1, ByColumn{Column::proto, false});
  EXPECT_FALSE(validate(tally));
  tally = hour();
  tally.measures.assign(kMostMeasures + 1, Measure{});
  EXPECT_FALSE(validate(tally));
}

TEST(ValidateSearch, BoundsAreKept) {
  Search search;
  search.to_ms = kHourMs;
  EXPECT_TRUE(validate(search));
  search.most = kMostRecords + 1;
  EXPECT_FALSE(validate(search));
  search.most = 1;
  search.order = {{Column::bytes, true}, {Column::bytes, false}};
  EXPECT_FALSE(validate(search));
  search.order = {{Column::bytes, true}, {Column::src_prefix, false}};
  EXPECT_TRUE(validate(search));
  search.to_ms = 0;
  EXPECT_FALSE(validate(search));
}

}  // namespace
}  // namespace weir::query
