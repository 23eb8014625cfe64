// Answers as text.
#include "query/format.h"

#include <gtest/gtest.h>

#include "query/text_grid.h"

namespace weir::query {
namespace {

using flow::Column;

constexpr UnixMillis kFrom = 1'763'856'000'000;  // 2025-11-23T00:00:00Z

struct Example {
  Query query;
  Answer answer;
};

/// Two sources, one of them with an awkward customer, and what is left.
Example example(bool series) {
  Example out;
  out.query.from_ms = out.answer.from_ms = kFrom;
  out.query.to_ms = out.answer.to_ms = kFrom + 90'000;
  out.query.by = {Column::src_addr, Column::src_customer, Column::proto};
  out.query.top = 2;
  out.answer.rows = {
      {{std::string("10.0.0.1"), std::string("Acme, \"Ltd\""), std::uint64_t{6}}, {6'000'000'000, 5'000'000, 120}, {}},
      {{std::string("2001:db8::1"), std::monostate{}, std::uint64_t{200}}, {3'000'000'000, 12'345, 7}, {}}};
  out.answer.other = Row{{std::monostate{}, std::monostate{}, std::monostate{}}, {1'000'000'000, 999, 3}, {}};
  out.answer.total = {{std::monostate{}, std::monostate{}, std::monostate{}}, {10'000'000'000, 5'013'344, 130}, {}};
  out.answer.source = "1m";
  out.answer.rows_read = 1234;
  out.answer.took_ms = 12;
  if (series) {
    out.query.resolution_ms = kMinuteMs;
    out.answer.buckets = {kFrom, kFrom + kMinuteMs};
    out.answer.rows[0].series = {{6'000'000'000, 4'000'000, 100}, {0, 1'000'000, 20}};
    out.answer.rows[1].series = {{0, 0, 0}, {3'000'000'000, 12'345, 7}};
    out.answer.other->series = {{750'000'000, 0, 0}, {250'000'000, 999, 3}};
    out.answer.total.series = {{6'750'000'000, 4'000'000, 100}, {3'250'000'000, 1'013'344, 30}};
  }
  return out;
}

TEST(FormatTable, AlignsScalesAndSums) {
  const Example e = example(false);
  EXPECT_EQ(format_table(e.query, e.answer),
            "    #  src_addr     src_customer  proto   bytes  packets  flows  % of bytes   bit/s  packets/s\n"
            "    1  10.0.0.1     Acme, \"Ltd\"   tcp    6.00 G   5.00 M    120        60.0   533 M     55.6 k\n"
            "    2  2001:db8::1  (unknown)     200    3.00 G   12.3 k      7        30.0   267 M        137\n"
            "other                                    1.00 G      999      3        10.0  88.9 M         11\n"
            "total                                    10.0 G   5.01 M    130       100.0   889 M     55.7 k\n"
            "\n2025-11-23T00:00:00.000Z to 2025-11-23T00:01:30.000Z (1 min 30 s), read from 1m: 1234 rows in 12 ms\n");
}

TEST(FormatTable, ShowsASeriesAsRates) {
  const Example e = example(true);
  const std::string text = format_table(e.query, e.answer);
  // The second bucket is 30 s long.
  EXPECT_NE(text.find("\nbit/s, averages over 1 min\n"
                      "time (UTC)              #1     #2  all others  total\n"
                      "2025-11-23T00:00:00  800 M      0       100 M  900 M\n"
                      "2025-11-23T00:01:00      0  800 M      66.7 M  867 M\n"),
            std::string::npos)
      << text;
}

TEST(FormatTable, TotalsOnly) {
  Example e = example(false);
  e.query.by.clear();
  e.query.metric = Metric::flows;
  e.answer.rows = {e.answer.total};
  e.answer.other.reset();
  EXPECT_EQ(format_table(e.query, e.answer).substr(0, 96),
            " bytes  packets  flows  % of flows  bit/s  packets/s\n10.0 G   5.01 M    130       100.0  889 M  ");
}

TEST(FormatTable, NothingFound) {
  Example e = example(false);
  e.answer.rows.clear();
  e.answer.other.reset();
  e.answer.total.sums = {};
  const std::string text = format_table(e.query, e.answer);
  EXPECT_NE(text.find("total                                     0        0      0           -      0          0\n"),
            std::string::npos)
      << text;
}

TEST(FormatTable, NamesFlagsTimesAndWhatIsEmpty) {
  Query query;
  query.by = {Column::tcp_flags, Column::time, Column::vrf};
  Answer answer;
  answer.to_ms = 1000;
  answer.rows = {{{std::uint64_t{0x12}, std::uint64_t{kFrom}, std::string()}, {}, {}}};
  const std::string text = format_table(query, answer);
  EXPECT_NE(text.find("...A..S.   2025-11-23T00:00:00.000Z  (empty)"), std::string::npos) << text;
}

TEST(FormatJson, HasStableNamesAndWholeNumbers) {
  Example e = example(false);
  e.answer.rows.resize(1);
  e.answer.rows[0].sums.bytes = 18'446'744'073'709'551'615U;
  EXPECT_EQ(
      format_json(e.query, e.answer),
      R"({"from":1763856000000,"to":1763856090000,"by":["src_addr","src_customer","proto"],"rows":[{"src_addr":"10.0.0.1",)"
      R"("src_customer":"Acme, \"Ltd\"","proto":6,"bytes":18446744073709551615,"packets":5000000,"flows":120}],)"
      R"("other":{"src_addr":null,"src_customer":null,"proto":null,"bytes":1000000000,"packets":999,"flows":3},)"
      R"("total":{"src_addr":null,"src_customer":null,"proto":null,"bytes":10000000000,"packets":5013344,"flows":130},)"
      R"("source":"1m","rows_read":1234,"took_ms":12})"
      "\n");
}

TEST(FormatJson, HasSeriesAndNullForNoOther) {
  Example e = example(true);
  e.answer.rows.resize(1);
  e.answer.other.reset();
  const std::string text = format_json(e.query, e.answer);
  EXPECT_NE(text.find(R"("series":[{"time":1763856000000,"bytes":6000000000,"packets":4000000,"flows":100},)"
                      R"({"time":1763856060000,"bytes":0,"packets":1000000,"flows":20}]}],"other":null,)"),
            std::string::npos)
      << text;
}

TEST(FormatCsv, QuotesAndEndsLinesAsRfc4180Says) {
  const Example e = example(false);
  EXPECT_EQ(format_csv(e.query, e.answer),
            "row,src_addr,src_customer,proto,bytes (B),packets (p),flows\r\n"
            "1,10.0.0.1,\"Acme, \"\"Ltd\"\"\",6,6000000000,5000000,120\r\n"
            "2,2001:db8::1,,200,3000000000,12345,7\r\n"
            "other,,,,1000000000,999,3\r\n"
            "total,,,,10000000000,5013344,130\r\n");
}

TEST(FormatCsv, HasALineForEachBucket) {
  Example e = example(true);
  e.query.by = {Column::duration};
  e.answer.rows = {{{std::uint64_t{5}}, {}, {{1, 2, 3}, {4, 5, 6}}}};
  e.answer.other.reset();
  EXPECT_EQ(format_csv(e.query, e.answer),
            "row,duration (ms),bucket (ms since 1970-01-01 UTC),bytes (B),packets (p),flows\r\n"
            "1,5,1763856000000,1,2,3\r\n"
            "1,5,1763856060000,4,5,6\r\n"
            "total,,1763856000000,6750000000,4000000,100\r\n"
            "total,,1763856060000,3250000000,1013344,30\r\n");
}

TEST(Scaled, KeepsThreeDigits) {
  const std::pair<double, std::string_view> cases[] = {{0, "0"},
                                                       {1, "1"},
                                                       {999, "999"},
                                                       {999.4, "999"},
                                                       {999.6, "1.00 k"},
                                                       {1000, "1.00 k"},
                                                       {9994, "9.99 k"},
                                                       {9996, "10.0 k"},
                                                       {99'940, "99.9 k"},
                                                       {99'960, "100 k"},
                                                       {999'499, "999 k"},
                                                       {999'600, "1.00 M"},
                                                       {1.5e9, "1.50 G"},
                                                       {2.25e12, "2.25 T"},
                                                       {1.8446744e19, "18.4 E"}};
  for (const auto& [value, text] : cases) EXPECT_EQ(scaled(value), text) << value;
}

TEST(TextGrid, EscapesControlsAndCutsLongCells) {
  TextGrid grid;
  grid.add_column("a", TextGrid::Align::left);
  grid.add_column("b", TextGrid::Align::right);
  grid.start_row();
  grid.add("\x1b[31m\xc2\x9bred\n\xc3\xbc");
  grid.add(std::string(200, 'x'));
  EXPECT_EQ(grid.text(), "a" + std::string(20 + 2 + 58, ' ') + "b\n\\x1b[31m\\x9bred\\x0a\xc3\xbc  " +
                             std::string(57, 'x') + "...\n");
}

TEST(ParseFormat, NamesTheChoices) {
  EXPECT_EQ(*parse_format("csv"), Format::csv);
  EXPECT_EQ(*parse_format("table"), Format::table);
  EXPECT_EQ(*parse_format("json"), Format::json);
  EXPECT_EQ(parse_format("jsn").error().message,
            "'jsn' is not a format; write table, json or csv; did you mean 'json'?");
}

}  // namespace
}  // namespace weir::query
