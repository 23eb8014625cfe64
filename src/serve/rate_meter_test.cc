#include "serve/rate_meter.h"

#include <gtest/gtest.h>

#include "serve/event_stream.h"
#include "serve/quantity_text.h"

namespace weir::serve {
namespace {

using flow::Counter;

const IpAddress kFirst = IpAddress::v4(1);
const IpAddress kSecond = IpAddress::v4(2);

TEST(RateMeter, IsTheMeanOverTheWindow) {
  flow::ExporterTable table;
  RateMeter meter;
  table.of(kFirst).add(Counter::flows, 1'000'000);  // from before the meter looked
  for (int second = 0; second <= 20; ++second) {
    if (second > 0) table.of(kFirst).add(Counter::flows, second % 2 == 0 ? 200 : 0);
    if (second > 0) table.of(kFirst).add(Counter::datagrams, 10);
    meter.tick(second * 1000, second * 1000, read_exporters(table));
  }
  EXPECT_DOUBLE_EQ(meter.rates().flows_per_s, 100);
  EXPECT_DOUBLE_EQ(meter.rates().datagrams_per_s, 10);
  ASSERT_EQ(meter.rates().exporters.size(), 1U);
  EXPECT_DOUBLE_EQ(meter.rates().exporters[0].flows_per_s, 100);
  ASSERT_EQ(meter.history().size(), 20U);
  EXPECT_DOUBLE_EQ(meter.history().back().flows_per_s, 200) << "the history is second by second";
  EXPECT_EQ(meter.history().back().time_ms, 20'000);
}

TEST(RateMeter, OneTickGivesNoRate) {
  flow::ExporterTable table;
  table.of(kFirst).add(Counter::flows, 5);
  RateMeter meter;
  meter.tick(0, 0, read_exporters(table));
  EXPECT_EQ(meter.rates().flows_per_s, 0);
  EXPECT_TRUE(meter.history().empty());
}

TEST(RateMeter, AnExporterThatComesLaterCountsFromZero) {
  flow::ExporterTable table;
  table.of(kSecond);
  RateMeter meter;
  meter.tick(0, 0, read_exporters(table));
  table.of(kFirst).add(Counter::flows, 50);
  table.of(kSecond).add(Counter::flows, 10);
  meter.tick(1000, 1000, read_exporters(table));
  ASSERT_EQ(meter.rates().exporters.size(), 2U);
  EXPECT_EQ(meter.rates().exporters[0].address, kFirst);
  EXPECT_DOUBLE_EQ(meter.rates().exporters[0].flows_per_s, 50);
  EXPECT_DOUBLE_EQ(meter.rates().exporters[1].flows_per_s, 10);
}

TEST(RateMeter, SlowTicksAreDividedByTheirLength) {
  flow::ExporterTable table;
  RateMeter meter;
  table.of(kFirst);
  meter.tick(0, 0, read_exporters(table));
  table.of(kFirst).add(Counter::flows, 100);
  meter.tick(500, 4000, read_exporters(table));  // the wall clock was set back, the steady one was not
  EXPECT_DOUBLE_EQ(meter.rates().flows_per_s, 25);
}

TEST(RateMeter, TheHistoryIsBounded) {
  const flow::ExporterTable table;
  RateMeter meter;
  for (int second = 0; second < 2000; ++second) meter.tick(second * 1000, second * 1000, read_exporters(table));
  EXPECT_EQ(meter.history().size(), RateMeter::kHistory);
}

TEST(QuantityText, GroupsDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(QuantityText, SaysLengthsInTheUnitThatFits) {
  EXPECT_EQ(duration_text(45'000), "45 s");
  EXPECT_EQ(duration_text(119'000), "119 s");
  EXPECT_EQ(duration_text(12 * kMinuteMs), "12 min");
  EXPECT_EQ(duration_text(3 * kHourMs), "3 h");
  EXPECT_EQ(duration_text(5 * kDayMs), "5 days");
}

TEST(EventText, HasOneDataLineForEachLine) {
  EXPECT_EQ(event_text("top", "a\nb"), "event: top\ndata: a\ndata: b\n\n");
  EXPECT_EQ(event_text("top", ""), "event: top\ndata: \n\n");
}

}  // namespace
}  // namespace weir::serve
