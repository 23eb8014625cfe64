#include "main/answer_from_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/format.h"

namespace weir::main {
namespace {

using ::testing::HasSubstr;

query::Query by_source() {
  query::Query query;
  query.by = {flow::Column::src_addr, flow::Column::src_as, flow::Column::bpp};
  query.resolution_ms = kMinuteMs;
  return query;
}

TEST(AnswerFromJson, RoundTrips) {
  const query::Query query = by_source();
  query::Answer answer;
  answer.from_ms = 1'700'000'000'000;
  answer.to_ms = 1'700'000'120'000;
  answer.buckets = {1'700'000'000'000, 1'700'000'060'000};
  answer.source = "1m";
  answer.rows_read = 7;
  answer.took_ms = 3;
  query::Row row{
      .key = {std::string("192.0.2.1"), std::uint64_t{64'500}, 0.5}, .sums = {UINT64_MAX, 2, 1}, .series = {}};
  row.series = {{UINT64_MAX - 5, 1, 0}, {5, 1, 1}};
  answer.rows = {row};
  query::Row other{.key = {std::monostate{}, std::monostate{}, std::monostate{}},
                   .sums = {10, 1, 1},
                   .series = {{0, 0, 0}, {10, 1, 1}}};
  answer.other = other;
  answer.total = other;
  const std::string text = query::format_json(query, answer);
  const auto back = answer_from_json(text, query);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(query::format_json(query, *back), text);
  EXPECT_EQ(query::format_table(query, *back), query::format_table(query, answer));
  EXPECT_EQ(query::format_csv(query, *back), query::format_csv(query, answer));
}

TEST(AnswerFromJson, RoundTripsAllThatCanBeAsked) {
  query::Query query;
  query.by = {flow::Column::exporter, flow::Column::in_if};
  query.resolution_ms = kMinuteMs;
  query.distinct = {flow::Column::src_addr, flow::Column::dst_port};
  query.layer2_overhead = 18;
  query.metric = query::Metric::packet_size;
  query.both_directions = query.interface_share = true;
  query.compare_ms = kDayMs;
  query::Answer answer;
  answer.from_ms = 1'700'000'000'000;
  answer.to_ms = 1'700'000'120'000;
  answer.buckets = {1'700'000'000'000, 1'700'000'060'000};
  answer.source = "flows";
  const query::Statistics statistics{0.5, 1e12, 3, 4.25, 5};
  query::Row row{.key = {std::string("192.0.2.1"), std::uint64_t{7}}, .sums = {900, 2, 1}, .series = {{900, 2, 1}, {}}};
  row.statistics = statistics;
  row.distinct = {3, 0};
  row.reverse = query::Traffic{{1, 2, 3}, {{0, 0, 0}, {1, 2, 3}}, statistics};
  row.previous = query::Traffic{{4, 5, 6}, {{4, 5, 6}, {0, 0, 0}}, statistics};
  row.speed_bps = 10'000'000'000;
  answer.rows = {row};
  row.speed_bps.reset();
  answer.rows.push_back(row);
  answer.total = row;
  for (const bool series : {true, false}) {
    query.series = series;
    const std::string text = query::format_json(query, answer);
    const auto back = answer_from_json(text, query);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(query::format_json(query, *back), text);
    EXPECT_EQ(query::format_table(query, *back), query::format_table(query, answer));
    EXPECT_EQ(query::format_csv(query, *back), query::format_csv(query, answer));
  }
}

TEST(AnswerFromJson, NotJson) {
  EXPECT_THAT(answer_from_json("<html>", by_source()).error().message, HasSubstr("not a JSON object"));
}
TEST(AnswerFromJson, NotAnObject) {
  EXPECT_THAT(answer_from_json("[]", by_source()).error().message, HasSubstr("not a JSON object"));
}
TEST(AnswerFromJson, NoRows) {
  EXPECT_THAT(answer_from_json(R"({"total":{}})", by_source()).error().message, HasSubstr("no rows"));
}
TEST(AnswerFromJson, NoTotal) {
  EXPECT_THAT(answer_from_json(R"({"rows":[]})", by_source()).error().message, HasSubstr("no total"));
}
TEST(AnswerFromJson, RowThatIsNoObject) {
  EXPECT_THAT(answer_from_json(R"({"rows":[1],"total":{}})", by_source()).error().message, HasSubstr("not an object"));
}
TEST(AnswerFromJson, BucketThatIsNoObject) {
  const auto answer = answer_from_json(R"({"rows":[{"series":[3]}],"total":{"series":"x"}})", by_source());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->rows[0].series.size(), 1U);
  EXPECT_TRUE(answer->buckets.empty());
}

}  // namespace
}  // namespace weir::main
