// Rates, percentiles and what else follows from sums.
#include "query/statistics.h"

#include <gtest/gtest.h>

namespace weir::query {
namespace {

using flow::Column;

/// A series of one-minute buckets with these bytes.
struct Example {
  Query query;
  Answer answer;
  std::vector<Sums> series;
  Sums sums;

  explicit Example(const std::vector<std::uint64_t>& bytes) {
    query.resolution_ms = kMinuteMs;
    query.to_ms = answer.to_ms = static_cast<UnixMillis>(bytes.size()) * kMinuteMs;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      answer.buckets.push_back(static_cast<UnixMillis>(i) * kMinuteMs);
      series.push_back({bytes[i], bytes[i] / 100, 1});
      sums.bytes += bytes[i];
      sums.packets += bytes[i] / 100;
      sums.flows += 1;
    }
  }
  [[nodiscard]] Statistics statistics() const { return statistics_of(query, answer, sums, series); }
};

TEST(Statistics, AreRatesOfTheBuckets) {
  const Statistics out = Example({6000, 600, 0, 1200}).statistics();
  EXPECT_DOUBLE_EQ(out.maximum, 800);
  EXPECT_DOUBLE_EQ(out.minimum, 0);
  EXPECT_DOUBLE_EQ(out.last, 160);
  EXPECT_DOUBLE_EQ(out.average, 260);
}

TEST(Statistics, AreInTheUnitOfTheMetric) {
  Example example({6000, 600});
  example.query.metric = Metric::packets;
  EXPECT_DOUBLE_EQ(example.statistics().maximum, 1);
  EXPECT_EQ(rate_unit(Metric::packets), "packets/s");
  example.query.metric = Metric::flows;
  EXPECT_DOUBLE_EQ(example.statistics().maximum, 1.0 / 60);
  EXPECT_EQ(rate_unit(Metric::flows), "flows/s");
  example.query.metric = Metric::layer2_bytes;
  example.query.layer2_overhead = 18;
  EXPECT_DOUBLE_EQ(example.statistics().maximum, (6000 + 60 * 18) * 8.0 / 60);
  EXPECT_EQ(rate_unit(Metric::layer2_bytes), "bit/s");
}

/// The examples of query.h.
TEST(Statistics, ThePercentileThrowsFivePercentAwayAndTakesTheHighestLeft) {
  const auto percentile = [](std::size_t samples) {
    std::vector<std::uint64_t> bytes;
    // Sample i (from 1) is i * 8 bit/s, in an order that is not sorted.
    for (std::size_t i = 0; i < samples; ++i) bytes.push_back((i * 7919 % samples + 1) * 60);
    return Example(bytes).statistics().percentile_95 / 8;
  };
  EXPECT_DOUBLE_EQ(percentile(40), 38);
  EXPECT_DOUBLE_EQ(percentile(19), 19);
  EXPECT_DOUBLE_EQ(percentile(20), 19);
  EXPECT_DOUBLE_EQ(percentile(8640), 8640 - 432);
  EXPECT_DOUBLE_EQ(percentile(1), 1);
}

TEST(Statistics, EmptyBucketsAreSamplesToo) {
  std::vector<std::uint64_t> bytes(100, 0);
  for (std::size_t i = 0; i < 5; ++i) bytes[i] = 60;
  EXPECT_DOUBLE_EQ(Example(bytes).statistics().percentile_95, 0);
  bytes[50] = 60;
  EXPECT_DOUBLE_EQ(Example(bytes).statistics().percentile_95, 8);
}

TEST(Statistics, TheLastBucketIsAsLongAsItIs) {
  Example example({6000, 6000});
  example.answer.to_ms = kMinuteMs + 30'000;
  EXPECT_DOUBLE_EQ(example.statistics().last, 1600);
  EXPECT_DOUBLE_EQ(example.statistics().average, 12'000 * 8.0 / 90);
}

TEST(Statistics, WithoutBucketsThereIsTheAverage) {
  Example example({6000});
  example.query.resolution_ms.reset();
  example.answer.buckets.clear();
  EXPECT_DOUBLE_EQ(example.statistics().average, 800);
  EXPECT_DOUBLE_EQ(example.statistics().maximum, 0);
}

TEST(Layer2Bytes, Saturate) {
  EXPECT_EQ(layer2_bytes({100, 2, 1}, 18), 136U);
  EXPECT_EQ(layer2_bytes({~std::uint64_t{0}, 2, 1}, 18), ~std::uint64_t{0});
  EXPECT_EQ(layer2_bytes({1, ~std::uint64_t{0}, 1}, 18), ~std::uint64_t{0});
}

TEST(PacketSize, IsUnknownWithoutPackets) {
  EXPECT_EQ(packet_size({3000, 2, 1}), 1500);
  EXPECT_FALSE(packet_size({3000, 0, 1}));
}

TEST(CompleteAnswer, GivesStatisticsAndTakesTheSeriesAway) {
  Example example({6000, 600});
  example.query.by = {Column::src_as};
  example.query.series = false;
  example.query.compare_ms = kHourMs;
  Row row{{std::uint64_t{1}}, example.sums, example.series};
  row.previous = Traffic{example.sums, example.series};
  example.answer.rows = {row};
  example.answer.total = row;
  complete_answer(example.query, example.answer);
  ASSERT_TRUE(example.answer.rows[0].statistics);
  EXPECT_DOUBLE_EQ(example.answer.rows[0].statistics->maximum, 800);
  EXPECT_DOUBLE_EQ(example.answer.rows[0].previous->statistics->maximum, 800);
  EXPECT_TRUE(example.answer.rows[0].series.empty());
  EXPECT_TRUE(example.answer.rows[0].previous->series.empty());
  EXPECT_TRUE(example.answer.total.statistics);
}

TEST(CompleteAnswer, AsksForTheSpeedOfEachInterface) {
  Query query;
  query.by = {Column::out_if, Column::exporter};
  query.interface_share = true;
  query.options.speed_of = [](const IpAddress& exporter, std::uint32_t index) -> std::optional<std::uint64_t> {
    if (to_string(exporter) == "192.0.2.1" && index == 7) return 10'000'000'000;
    return std::nullopt;
  };
  Answer answer;
  answer.rows = {{{std::uint64_t{7}, std::string("192.0.2.1")}, {}, {}},
                 {{std::uint64_t{8}, std::string("192.0.2.1")}, {}, {}},
                 {{std::monostate{}, std::string("192.0.2.1")}, {}, {}}};
  complete_answer(query, answer);
  EXPECT_EQ(answer.rows[0].speed_bps, 10'000'000'000U);
  EXPECT_FALSE(answer.rows[1].speed_bps);
  EXPECT_FALSE(answer.rows[2].speed_bps);
}

}  // namespace
}  // namespace weir::query
