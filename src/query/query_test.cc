// Limits of questions, columns of filters, derived columns.
#include "query/query.h"

#include <gtest/gtest.h>

#include "query/columns_of.h"
#include "query/derived.h"
#include "query/filter.h"
#include "query/names.h"
#include "query/utf8.h"
#include "query/validate.h"

namespace weir::query {
namespace {

using flow::Column;

Query hour() {
  Query query;
  query.from_ms = 0;
  query.to_ms = kHourMs;
  return query;
}

TEST(Validate, TakesAPlainQuestion) {
  EXPECT_TRUE(validate(hour()));
}

TEST(Validate, RefusesEmptyAndBackwardRanges) {
  Query query = hour();
  query.to_ms = query.from_ms;
  EXPECT_FALSE(validate(query));
  query.from_ms = query.to_ms + 1;
  EXPECT_FALSE(validate(query));
  query = hour();
  query.from_ms = -1;
  EXPECT_FALSE(validate(query));
}

TEST(Validate, RefusesKeysThatCannotBeGroupedBy) {
  Query query = hour();
  for (const Column column : {Column::bps, Column::pps, Column::bpp, Column::bytes, Column::packets, Column::flows}) {
    query.by = {column};
    EXPECT_FALSE(validate(query)) << flow::name(column);
  }
  for (const Column column : {Column::src_prefix, Column::duration, Column::time, Column::src_mac, Column::vrf}) {
    query.by = {column};
    EXPECT_TRUE(validate(query)) << flow::name(column);
  }
}

TEST(Validate, RefusesAKeyTwiceAndTooManyKeys) {
  Query query = hour();
  query.by = {Column::src_as, Column::dst_as, Column::src_as};
  ASSERT_FALSE(validate(query));
  EXPECT_EQ(validate(query).error().message, "src_as is listed twice");
  query.by.clear();
  for (std::size_t i = 0; i <= kMostKeys; ++i)
    query.by.push_back(static_cast<Column>(static_cast<std::size_t>(Column::exporter) + i));
  EXPECT_FALSE(validate(query));
}

TEST(Validate, BoundsSeries) {
  Query query = hour();
  query.resolution_ms = 500;
  EXPECT_FALSE(validate(query));
  query.resolution_ms = 1500;
  EXPECT_FALSE(validate(query));
  query.resolution_ms = 1000;
  EXPECT_TRUE(validate(query));
  EXPECT_EQ(bucket_count(query), 3600U);
  query.resolution_ms = 7000;
  EXPECT_EQ(bucket_count(query), 515U);  // the last one is cut short
  query.to_ms = kDayMs;
  query.resolution_ms = 1000;
  EXPECT_FALSE(validate(query));
  query.to_ms = kHourMs;
  query.by = {Column::src_as};
  query.top = 10'000;
  EXPECT_FALSE(validate(query));
}

TEST(Validate, ARankNeedsItsSamples) {
  Query query = hour();
  query.rank = Rank::percentile_95;
  EXPECT_FALSE(validate(query));
  query.resolution_ms = kMinuteMs;
  EXPECT_TRUE(validate(query));
  query.metric = Metric::packet_size;
  EXPECT_FALSE(validate(query));
}

TEST(Validate, AMetricNeedsWhatItIsMadeOf) {
  Query query = hour();
  query.metric = Metric::layer2_bytes;
  EXPECT_FALSE(validate(query));
  query.layer2_overhead = 18;
  EXPECT_TRUE(validate(query));
  query.layer2_overhead = kMostOverhead + 1;
  EXPECT_FALSE(validate(query));
  query = hour();
  query.metric = Metric::distinct;
  EXPECT_FALSE(validate(query));
  query.distinct = {Column::dst_addr};
  EXPECT_TRUE(validate(query));
}

TEST(Validate, BoundsWhatIsCounted) {
  Query query = hour();
  query.distinct = {Column::bytes};
  EXPECT_FALSE(validate(query));
  query.distinct = {Column::dst_addr, Column::dst_addr};
  EXPECT_FALSE(validate(query));
  query.distinct = {Column::dst_addr, Column::src_addr, Column::dst_port, Column::src_port, Column::proto};
  EXPECT_FALSE(validate(query));
}

TEST(Validate, AnInterfacesShareNeedsTheInterface) {
  Query query = hour();
  query.interface_share = true;
  for (const auto& by : {std::vector<Column>{}, {Column::in_if}, {Column::exporter},
                         {Column::exporter, Column::in_if, Column::out_if}}) {
    query.by = by;
    EXPECT_FALSE(validate(query));
  }
  query.by = {Column::exporter, Column::out_if};
  EXPECT_TRUE(validate(query));
}

TEST(Validate, BoundsWhatIsAskedTwice) {
  Query query = hour();
  query.from_ms += kDayMs;
  query.to_ms += kDayMs;
  query.by = {Column::src_as};
  query.top = kMostTopAgain + 1;
  EXPECT_TRUE(validate(query));
  query.both_directions = true;
  EXPECT_FALSE(validate(query));
  query.top = 10;
  EXPECT_TRUE(validate(query));
  query.by = {Column::direction};
  EXPECT_FALSE(validate(query));
  query.by = {};
  query.compare_ms = 2 * kDayMs;  // before 1970
  EXPECT_FALSE(validate(query));
  query.compare_ms = -1;
  EXPECT_FALSE(validate(query));
  query.compare_ms = kHourMs;
  EXPECT_TRUE(validate(query));
}

TEST(ColumnsOf, NamesEachColumnOnce) {
  const auto filter = parse_filter("(port 80 or src_as != dst_as) and not src port 53 and bps > 1m and vrf is known");
  ASSERT_TRUE(filter);
  const std::vector<Column> expected = {Column::src_port, Column::dst_port, Column::src_as,
                                        Column::dst_as,   Column::bps,      Column::vrf};
  EXPECT_EQ(columns_of(**filter), expected);
}

TEST(StoredColumns, AreStoredForEveryColumn) {
  for (const flow::ColumnInfo& info : flow::kColumns) {
    const auto parts = stored_columns(info.column);
    ASSERT_FALSE(parts.empty());
    for (const Column part : parts) EXPECT_TRUE(flow::is_stored(part)) << info.name;
    EXPECT_EQ(parts.size() == 1 && parts.front() == info.column, flow::is_stored(info.column)) << info.name;
  }
}

TEST(Rates, SaturateAndNeverDivideByZero) {
  EXPECT_EQ(rate(1, 8000, 1, 0), 0);
  EXPECT_EQ(rate(~std::uint64_t{0}, 8000, ~std::uint32_t{0}, 1), 18446744073709551615.0);
  EXPECT_EQ(rate(125, 8000, 1, 1000), 1000);
  EXPECT_EQ(bytes_per_packet(10, 0), 0);
  EXPECT_EQ(bytes_per_packet(10, 3), 3);
}

TEST(Names, FindColumnsByAnyName) {
  EXPECT_EQ(find_column_name("src_addr"), Column::src_addr);
  EXPECT_EQ(find_column_name("SRCIP"), Column::src_addr);
  EXPECT_EQ(find_column_name("sa"), Column::src_addr);
  EXPECT_EQ(find_column_name("in-if-name"), Column::in_if_name);
  EXPECT_FALSE(find_column_name("nonsense"));
  for (const std::string_view name : column_names()) EXPECT_TRUE(find_column_name(name)) << name;
}

TEST(Names, FindProtocolsAndServices) {
  EXPECT_EQ(find_number(protocols(), "tcp"), 6);
  EXPECT_EQ(find_number(services(), "https"), 443);
  EXPECT_EQ(protocol_name(58), "icmp6");
  EXPECT_EQ(protocol_name(255), "");
}

TEST(Utf8, FindsTheFirstBadOctet) {
  EXPECT_EQ(invalid_utf8_at("abc"), 3U);
  EXPECT_EQ(invalid_utf8_at("a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80"), 10U);
  EXPECT_EQ(invalid_utf8_at("a\xff"), 1U);
  EXPECT_EQ(invalid_utf8_at("ab\xc3"), 2U);
  EXPECT_EQ(invalid_utf8_at("\xe0\x80\x80"), 0U);
  EXPECT_EQ(invalid_utf8_at("\xed\xa0\x80"), 0U);
  EXPECT_EQ(invalid_utf8_at("\xf4\x90\x80\x80"), 0U);
}

}  // namespace
}  // namespace weir::query
