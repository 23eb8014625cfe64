// Every form of time, and what becomes of wrong clocks.
#include "decode/decoder_fixture.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::Counter;

constexpr std::uint64_t kNtpToUnix = 2'208'988'800;

class TimesTest : public DecoderTest {
 protected:
  using Values = std::initializer_list<std::pair<std::uint64_t, std::size_t>>;

  void ipfix(const std::vector<BuiltField>& fields, Values values, UnixMillis received = kReceived,
             std::uint32_t export_seconds = 1'700'000'000) {
    MessageBuilder builder = MessageBuilder::ipfix({.export_seconds = export_seconds});
    builder.template_set(256, fields).data_set(256, values);
    send(builder.finish(), received);
  }
  void netflow9(std::uint32_t uptime, std::uint32_t first, std::uint32_t last, UnixMillis received = kReceived,
                std::uint32_t export_seconds = 1'700'000'000) {
    MessageBuilder builder = MessageBuilder::netflow9({.export_seconds = export_seconds, .uptime_ms = uptime});
    builder.template_set(256, {{22, 4}, {21, 4}}).data_set(256, {{first, 4}, {last, 4}});
    send(builder.finish(), received);
  }
  void expect_times(std::size_t row, UnixMillis start, UnixMillis end) {
    EXPECT_EQ(get<Column::flow_start>(row), start) << row;
    EXPECT_EQ(get<Column::flow_end>(row), end) << row;
    EXPECT_EQ(get<Column::time>(row), end) << row;
    EXPECT_FALSE(has(row, Column::suspect)) << row;
  }
};

TEST_F(TimesTest, SysUptime) {
  netflow9(1'000'000, 990'000, 999'999);
  expect_times(0, kExported - 10'000, kExported - 1);
}

TEST_F(TimesTest, SysUptimeAcrossItsWrap) {
  netflow9(500, 0xffff'fff6, 400);
  expect_times(0, kExported - 510, kExported - 100);
}

TEST_F(TimesTest, SysUptimeAfterTheExportTime) {
  netflow9(1'000'000, 999'000, 1'000'020);  // exporters read their two clocks one after the other
  expect_times(0, kExported - 1000, kExported + 20);
}

TEST_F(TimesTest, SecondsMillisecondsMicrosecondsNanoseconds) {
  const std::uint64_t s = 1'699'999'990;
  ipfix({{150, 4}, {151, 4}}, {{s, 4}, {s + 5, 4}});
  expect_times(0, 1'699'999'990'000, 1'699'999'995'000);
  ipfix({{152, 8}, {153, 8}}, {{s * 1000 + 1, 8}, {s * 1000 + 5'002, 8}});
  expect_times(1, 1'699'999'990'001, 1'699'999'995'002);
  // NTP fractions: 0.5 s and 0.123 s, the latter cut to whole 2^-32 s and, for microseconds, with 11 bits lost.
  const std::uint64_t ntp = (s + kNtpToUnix) << 32U;
  ipfix({{154, 8}, {155, 8}}, {{ntp | 0x8000'0000, 8}, {ntp | (0x1f7c'ed91 & ~0x7ffU), 8}});
  expect_times(2, 1'699'999'990'500, 1'699'999'990'123);
  ipfix({{156, 8}, {157, 8}}, {{ntp | 0x1f7c'ed91, 8}, {ntp | 0xffff'ffff, 8}});
  expect_times(3, 1'699'999'990'123, 1'699'999'991'000);
}

TEST_F(TimesTest, NtpSecondsOfTheEraAfter2036) {
  const std::uint64_t unix_seconds = 2'100'000'000;  // July 2036
  const std::uint64_t ntp = ((unix_seconds + kNtpToUnix) & 0xffff'ffff) << 32U;
  ipfix({{154, 8}, {155, 8}}, {{ntp, 8}, {ntp, 8}}, 2'100'000'000'000, 2'100'000'000);
  expect_times(0, 2'100'000'000'000, 2'100'000'000'000);
}

TEST_F(TimesTest, DeltaMicrosecondsBeforeTheExportTime) {
  ipfix({{158, 4}, {159, 4}}, {{2'000'500, 4}, {1'000, 4}});
  expect_times(0, kExported - 2'001, kExported - 1);
}

TEST_F(TimesTest, SysUptimeInIpfixNeedsTheInitTime) {
  const auto init = static_cast<std::uint64_t>(kExported - 1'000'000);
  ipfix({{160, 8}, {22, 4}, {21, 4}}, {{init, 8}, {990'000, 4}, {995'000, 4}});
  expect_times(0, kExported - 10'000, kExported - 5'000);
  ipfix({{22, 4}, {21, 4}}, {{990'000, 4}, {995'000, 4}});
  EXPECT_FALSE(has(1, Column::flow_start)) << "nobody knows from when it counts";
  EXPECT_FALSE(has(1, Column::flow_end));
  EXPECT_EQ(get<Column::time>(1), kReceived);
  EXPECT_EQ(count(Counter::clock_wrong), 0U);
  MessageBuilder builder = MessageBuilder::ipfix({});
  builder.options_template_set(300, 1, {{149, 4}, {160, 8}}).data_set(300, {{0, 4}, {init, 8}});
  send(builder.finish());
  ipfix({{22, 4}, {21, 4}}, {{990'000, 4}, {995'000, 4}});
  expect_times(2, kExported - 10'000, kExported - 5'000);
}

TEST_F(TimesTest, DurationsGiveTheMissingEnd) {
  const auto at = static_cast<std::uint64_t>(kExported - 5'000);
  ipfix({{152, 8}, {161, 4}}, {{at, 8}, {1'500, 4}});
  expect_times(0, kExported - 5'000, kExported - 3'500);
  ipfix({{162, 4}, {153, 8}}, {{1'500'000, 4}, {at, 8}});
  expect_times(1, kExported - 6'500, kExported - 5'000);
}

TEST_F(TimesTest, ObservationTimesAreStartAndEnd) {
  ipfix({{322, 4}}, {{1'699'999'999, 4}});
  expect_times(0, kExported - 1'000, kExported - 1'000);
  ipfix({{323, 8}, {152, 8}},
        {{static_cast<std::uint64_t>(kExported - 7), 8}, {static_cast<std::uint64_t>(kExported - 90), 8}});
  expect_times(1, kExported - 90, kExported - 7);
  const std::uint64_t ntp = (1'699'999'999 + kNtpToUnix) << 32U | 0x4000'0000;
  ipfix({{324, 8}}, {{ntp, 8}});
  expect_times(2, kExported - 750, kExported - 750);
  ipfix({{325, 8}}, {{ntp, 8}});
  expect_times(3, kExported - 750, kExported - 750);
}

TEST_F(TimesTest, OfSeveralFormsTheExactestCounts) {
  ipfix({{150, 4}, {151, 4}, {152, 8}, {153, 8}},
        {{1'699'999'990, 4}, {1'699'999'991, 4}, {1'699'999'990'250, 8}, {1'699'999'991'750, 8}});
  expect_times(0, 1'699'999'990'250, 1'699'999'991'750);
}

TEST_F(TimesTest, RecordWithoutTimesIsAccountedToTheReceiveTime) {
  ipfix({{11, 2}}, {{80, 2}});
  EXPECT_EQ(get<Column::time>(0), kReceived);
  EXPECT_FALSE(has(0, Column::suspect));
  expect_no_trouble_but({});
}

TEST_F(TimesTest, AWrongExporterClockIsNoticed) {
  // One hour slow: the flows would look like old ones, but the message itself is late.
  netflow9(1'000'000, 990'000, 995'000, kReceived + kHourMs);
  EXPECT_EQ(get<Column::time>(0), kReceived + kHourMs);
  EXPECT_EQ(get<Column::flow_start>(0), kExported - 10'000) << "as exported";
  EXPECT_EQ(get<Column::flow_end>(0), kExported - 5'000);
  EXPECT_EQ(get<Column::suspect>(0), flow::kSuspectClock);
  // Fast, and a device without a clock.
  netflow9(1'000'000, 990'000, 995'000, kReceived - kHourMs);
  netflow9(1'000'000, 990'000, 995'000, kReceived, 1'000);
  EXPECT_EQ(get<Column::time>(1), kReceived - kHourMs);
  EXPECT_EQ(get<Column::time>(2), kReceived);
  EXPECT_EQ(count(Counter::clock_wrong), 3U);
}

TEST_F(TimesTest, AClockWithinTheToleranceIsBelieved) {
  netflow9(1'000'000, 990'000, 995'000, kReceived + 9 * kMinuteMs);
  EXPECT_EQ(get<Column::time>(0), kExported - 5'000);
  EXPECT_EQ(count(Counter::clock_wrong), 0U);
}

TEST_F(TimesTest, AFlowThatEndsInTheFutureOrTooLongAgo) {
  const auto at = [](UnixMillis time) { return static_cast<std::uint64_t>(time); };
  ipfix({{153, 8}}, {{at(kReceived + 11 * kMinuteMs), 8}});
  ipfix({{153, 8}}, {{at(kReceived - 25 * kHourMs), 8}});
  ipfix({{153, 8}}, {{at(kReceived - 23 * kHourMs), 8}});
  ipfix({{153, 8}}, {{0xffff'ffff'ffff'ffff, 8}});
  EXPECT_EQ(get<Column::time>(0), kReceived);
  EXPECT_EQ(get<Column::time>(1), kReceived);
  EXPECT_EQ(get<Column::time>(2), kReceived - 23 * kHourMs);
  EXPECT_EQ(get<Column::time>(3), kReceived);
  EXPECT_EQ(get<Column::flow_end>(3), 253'402'300'799'999) << "bounded to the end of year 9999";
  EXPECT_EQ(count(Counter::clock_wrong), 3U);
}

TEST_F(TimesTest, TheBoundsAreOptions) {
  options_.clock_tolerance_ms = 2 * kHourMs;
  netflow9(1'000'000, 990'000, 995'000, kReceived + kHourMs);
  EXPECT_EQ(get<Column::time>(0), kExported - 5'000);
  EXPECT_EQ(count(Counter::clock_wrong), 0U);
}

}  // namespace
}  // namespace weir::decode
