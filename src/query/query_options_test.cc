// Questions from texts, and what is said when they are wrong.
#include "query/query_options.h"

#include <gtest/gtest.h>

#include "query/expression_text.h"

namespace weir::query {
namespace {

using flow::Column;

constexpr UnixMillis kNow = 1'763'856'000'000 + 12 * kHourMs + 34 * kMinuteMs + 56'789;  // 2025-11-23T12:34:56.789Z

QueryOptions with(std::string_view name, std::string value) {
  QueryOptions options;
  EXPECT_TRUE(set_option(options, name, std::move(value)));
  return options;
}

std::string error_of(const QueryOptions& options) {
  const auto query = build_query(options, kNow);
  return query ? "no error" : show_error(options, query.error());
}

TEST(BuildQuery, DefaultsToTheLastHour) {
  const auto query = build_query({}, kNow);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->from_ms, kNow - kHourMs - 56'789);  // a whole minute
  EXPECT_EQ(query->to_ms, kNow);
  EXPECT_EQ(query->metric, Metric::bytes);
  EXPECT_EQ(query->top, 10U);
  EXPECT_TRUE(query->by.empty());
  EXPECT_EQ(query->filter, nullptr);
  EXPECT_FALSE(query->resolution_ms);
}

TEST(BuildQuery, TakesEveryOption) {
  QueryOptions options;
  const std::pair<std::string_view, std::string> texts[] = {{"filter", "dst port 443"},
                                                            {"by", "srcip, dst_as pr"},
                                                            {"metric", "packets"},
                                                            {"from", "2025-11-22"},
                                                            {"to", "2025-11-22 12:00"},
                                                            {"top", "25"},
                                                            {"resolution", "5m"},
                                                            {"rank", "p95"},
                                                            {"overhead", "38"},
                                                            {"distinct", "dst_addr,dp"},
                                                            {"both", "yes"},
                                                            {"compare", "7d"},
                                                            {"share", "no"},
                                                            {"series", "no"},
                                                            {"timeout", "30s"},
                                                            {"memory", "512M"}};
  for (const auto& [name, text] : texts) EXPECT_TRUE(set_option(options, name, text));
  EXPECT_EQ(std::size(texts), query_options().size());
  const auto query = build_query(options, kNow);
  ASSERT_TRUE(query) << show_error(options, query.error());
  EXPECT_EQ(to_string(*query->filter), "dst_port = 443");
  EXPECT_EQ(query->filter_text, "dst port 443");
  EXPECT_EQ(query->by, (std::vector<Column>{Column::src_addr, Column::dst_as, Column::proto}));
  EXPECT_EQ(query->metric, Metric::packets);
  EXPECT_EQ(query->from_ms, 1'763'856'000'000 - kDayMs);
  EXPECT_EQ(query->to_ms, 1'763'856'000'000 - kDayMs / 2);
  EXPECT_EQ(query->top, 25U);
  EXPECT_EQ(query->resolution_ms, 5 * kMinuteMs);
  EXPECT_EQ(query->rank, Rank::percentile_95);
  EXPECT_EQ(query->layer2_overhead, 38U);
  EXPECT_EQ(query->distinct, (std::vector<Column>{Column::dst_addr, Column::dst_port}));
  EXPECT_TRUE(query->both_directions);
  EXPECT_EQ(query->compare_ms, 7 * kDayMs);
  EXPECT_FALSE(query->interface_share);
  EXPECT_FALSE(query->series);
  EXPECT_EQ(query->options.time_limit_ms, 30 * kSecondMs);
  EXPECT_EQ(query->options.memory_limit_octets, std::uint64_t{512} << 20U);
}

TEST(BuildQuery, BytesOfLayer2HaveTheOverheadOfEthernet) {
  const auto query = build_query(with("metric", "layer2_bytes"), kNow);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->layer2_overhead, 18U);
  EXPECT_FALSE(build_query({}, kNow)->layer2_overhead);
}

TEST(BuildQuery, ARankBySamplesHasAResolution) {
  for (const std::string_view rank : {"maximum", "max", "last", "percentile_95", "p95"}) {
    const auto query = build_query(with("rank", std::string(rank)), kNow);
    ASSERT_TRUE(query) << rank;
    EXPECT_NE(query->rank, Rank::total);
    EXPECT_EQ(query->resolution_ms, 30 * kSecondMs);  // of the last hour, as "auto" has it
  }
  EXPECT_FALSE(build_query(with("rank", "average"), kNow)->resolution_ms);
}

TEST(BuildQuery, RoundsRelativeBeginningsSoThatRollupsFit) {
  const auto from = [](std::string text) { return build_query(with("from", std::move(text)), kNow)->from_ms; };
  EXPECT_EQ(from("-5m"), kNow - 5 * kMinuteMs);
  EXPECT_EQ(from("-10m"), (kNow - 10 * kMinuteMs) / kMinuteMs * kMinuteMs);
  EXPECT_EQ(from("-6h"), (kNow - 6 * kHourMs) / (5 * kMinuteMs) * (5 * kMinuteMs));
  EXPECT_EQ(from("-7d"), (kNow - 7 * kDayMs) / kHourMs * kHourMs);
  // What was typed in full is what is meant.
  EXPECT_EQ(from("2025-11-16 12:34:56.789"), kNow - 7 * kDayMs);
}

TEST(BuildQuery, RoundsToTheResolution) {
  QueryOptions options = with("resolution", "10s");
  options.from = "-5m";
  EXPECT_EQ(build_query(options, kNow)->from_ms, (kNow - 5 * kMinuteMs) / 10'000 * 10'000);
  options.resolution = "15m";
  options.from = "-3h";
  options.to = "-1h";
  const auto query = build_query(options, kNow);
  EXPECT_EQ(query->from_ms, (kNow - 3 * kHourMs) / (15 * kMinuteMs) * (15 * kMinuteMs));
  EXPECT_EQ(query->to_ms, (kNow - kHourMs) / (15 * kMinuteMs) * (15 * kMinuteMs));
}

TEST(BuildQuery, AutomaticResolutionGivesAtMost300Buckets) {
  for (const std::string_view range : {"-30s", "-5m", "-1h", "-1d", "-7d", "-30d", "-365d", "-3650d"}) {
    QueryOptions options = with("resolution", "auto");
    options.from = std::string(range);
    const auto query = build_query(options, kNow);
    ASSERT_TRUE(query) << range << show_error(options, query.error());
    const UnixMillis buckets = (query->to_ms - query->from_ms) / *query->resolution_ms;
    EXPECT_LE(buckets, 301) << range;
    EXPECT_GE(buckets, 30) << range;
  }
}

TEST(BuildQuery, ErrorsNameTheOption) {
  EXPECT_EQ(error_of(with("by", "src_as,sorce_as")), "by: unknown column 'sorce_as'; did you mean 'src_as'?");
  EXPECT_EQ(error_of(with("by", "bps")), "by: bps is a real number that hardly ever repeats; it cannot be grouped by");
  EXPECT_EQ(error_of(with("by", "bytes")), "by: bytes is summed; it cannot be grouped by");
  EXPECT_EQ(error_of(with("by", "srcip src_addr")), "by: src_addr is listed twice");
  EXPECT_EQ(error_of(with("metric", "packet")),
            "metric: 'packet' is not a metric; write bytes, packets, flows, layer2_bytes, packet_size or distinct; did "
            "you mean 'packets'?");
  EXPECT_EQ(error_of(with("rank", "maximun")),
            "rank: 'maximun' is not a rank; write total, average, maximum, last or percentile_95; did you mean "
            "'maximum'?");
  EXPECT_EQ(error_of(with("overhead", "1001")), "overhead: '1001' is not a number of octets from 0 to 1000");
  EXPECT_EQ(error_of(with("distinct", "dst_adr")), "distinct: unknown column 'dst_adr'; did you mean 'dst_addr'?");
  EXPECT_EQ(error_of(with("distinct", "bytes")),
            "distinct: different values of bytes say nothing; they are not counted");
  EXPECT_EQ(error_of(with("both", "maybe")), "both: 'maybe' is neither yes nor no");
  EXPECT_EQ(error_of(with("compare", "7")).substr(0, 9), "compare: ");
  EXPECT_EQ(error_of(with("compare", "0s")), "compare: '0s' is too short or too long");
  EXPECT_EQ(error_of(with("timeout", "2d")), "timeout: '2d' is too short or too long");
  for (const std::string_view size : {"", "M", "0", "12X", "-1", "99999999999T"})
    EXPECT_EQ(error_of(with("memory", std::string(size))),
              "memory: '" + std::string(size) + "' is not a size such as 512M or 2G");
  EXPECT_EQ(error_of(with("top", "many")), "top: 'many' is not a number of rows from 0 to 1000000");
  EXPECT_EQ(error_of(with("top", "-1")), "top: '-1' is not a number of rows from 0 to 1000000");
  EXPECT_EQ(error_of(with("top", "10x")), "top: '10x' is not a number of rows from 0 to 1000000");
  EXPECT_EQ(error_of(with("from", "yesterday")).substr(0, 36), "from: 'yesterday' is not a time; wri");
  EXPECT_EQ(error_of(with("to", "2020-01-01")),
            "from: the range is empty: it begins at 2025-11-23T11:34:56.789Z and ends at 2020-01-01T00:00:00.000Z");
  EXPECT_EQ(error_of(with("resolution", "5")).substr(0, 12), "resolution: ");
  EXPECT_EQ(error_of(with("resolution", "500ms")), "resolution: '500ms' is not a multiple of one second");
  EXPECT_EQ(error_of(with("filter", "prot tcp")),
            "filter: unknown word 'prot'; did you mean 'proto'?\n  prot tcp\n  ^~~~");
}

TEST(BuildQuery, LimitsOfTheWholeNameNoOption) {
  QueryOptions options = with("resolution", "1s");
  options.from = "-30d";
  const auto query = build_query(options, kNow);
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().option, "");
  EXPECT_NE(query.error().message.find("ask for a coarser resolution"), std::string::npos);
}

TEST(SetOption, KnowsItsNames) {
  QueryOptions options;
  for (const QueryOptionInfo& info : query_options()) EXPECT_TRUE(set_option(options, info.name, "x"));
  EXPECT_FALSE(set_option(options, "nonsense", "x"));
}

}  // namespace
}  // namespace weir::query
