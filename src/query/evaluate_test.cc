// The reference evaluator: what unknown values do, and each kind of test on rows made by hand.
#include "query/evaluate.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "query/filter.h"
#include "query/test_builder.h"

namespace weir::query {
namespace {

using flow::Column;

class EvaluateTest : public ::testing::Test {
 protected:
  // Row 0 has everything, row 1 is IPv6 and ICMP, row 2 has nothing.
  void SetUp() override {
    rows_.add_rows(3);
    rows_.set<Column::src_addr>(0, *parse_ip("10.0.0.1"));
    rows_.set<Column::dst_addr>(0, *parse_ip("192.0.2.7"));
    rows_.set<Column::src_port>(0, 40000);
    rows_.set<Column::dst_port>(0, 443);
    rows_.set<Column::proto>(0, 6);
    rows_.set<Column::tcp_flags>(0, 0x12);
    rows_.set<Column::bytes>(0, 1500);
    rows_.set<Column::packets>(0, 4);
    rows_.set<Column::sampling_rate>(0, 10);
    rows_.set<Column::flow_start>(0, 1'000'000);
    rows_.set<Column::flow_end>(0, 1'000'700);
    rows_.set<Column::time>(0, 1'000'700);
    rows_.set<Column::src_mask>(0, 8);
    rows_.set<Column::src_as>(0, 0);
    rows_.set<Column::src_customer>(0, strings_.intern("Acme"));
    rows_.set<Column::as_path>(0, strings_.intern("3491 4134 4809"));
    rows_.set<Column::src_addr>(1, *parse_ip("2001:db8::1"));
    rows_.set<Column::dst_addr>(1, *parse_ip("::1"));
    rows_.set<Column::proto>(1, 58);
    rows_.set<Column::icmp_type>(1, 128);
    rows_.set<Column::bytes>(1, 100);
    rows_.set<Column::packets>(1, 0);
    rows_.set<Column::flow_start>(1, 5000);
    rows_.set<Column::flow_end>(1, 4000);
    rows_.set<Column::src_customer>(1, strings_.intern(""));
  }

  /// Which of the three rows match, as "0", "01", ...
  std::string matching(std::string_view filter) {
    const auto parsed = parse_filter(filter);
    if (!parsed) return show_error(filter, parsed.error());
    auto evaluator = Evaluator::of(*parsed, strings_);
    if (!evaluator) return evaluator.error().message;
    std::string out;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (evaluator->matches(rows_, row)) out += std::to_string(row);
    }
    return out;
  }

  flow::StringPool strings_;
  flow::FlowBatch rows_;
};

TEST_F(EvaluateTest, AnythingMatchesEveryRow) {
  EXPECT_EQ(matching(""), "012");
  EXPECT_EQ(matching("any"), "012");
  EXPECT_EQ(matching("not any"), "");
}

TEST_F(EvaluateTest, UnknownMatchesNoComparisonButItsNegationDoes) {
  EXPECT_EQ(matching("src_port = 40000"), "0");
  EXPECT_EQ(matching("src_port != 40000"), "");
  EXPECT_EQ(matching("src_port < 65535"), "0");
  EXPECT_EQ(matching("not src_port = 40000"), "12");
  EXPECT_EQ(matching("src_port is known"), "0");
  EXPECT_EQ(matching("src_port is unknown"), "12");
  EXPECT_EQ(matching("src_customer != \"Acme\""), "1");
  EXPECT_EQ(matching("src_addr != 10.0.0.1"), "1");
  EXPECT_EQ(matching("src_port not in [1 2]"), "0");
}

TEST_F(EvaluateTest, AddressesAndNetworks) {
  EXPECT_EQ(matching("ip 10.0.0.1"), "0");
  EXPECT_EQ(matching("net 10/8"), "0");
  EXPECT_EQ(matching("net 2001:db8::/32"), "1");
  EXPECT_EQ(matching("net ::/0"), "1");
  EXPECT_EQ(matching("net 0.0.0.0/0"), "0");
  EXPECT_EQ(matching("src and dst net 10/8"), "");
  EXPECT_EQ(matching("src_addr = dst_addr"), "");
  EXPECT_EQ(matching("src_addr != dst_addr"), "01");
}

TEST_F(EvaluateTest, FlagsAsNfdumpHasThem) {
  EXPECT_EQ(matching("flags S"), "0");
  EXPECT_EQ(matching("flags SA"), "0");
  EXPECT_EQ(matching("flags SF"), "");
  EXPECT_EQ(matching("flags S and not flags FRPU"), "0");
  // Under 'not' the letters mean "any of": A is set, so that this does not match; what is not TCP does.
  EXPECT_EQ(matching("not flags AF"), "12");
  EXPECT_EQ(matching("not not flags AF"), "");
  EXPECT_EQ(matching("flags = 18"), "0");
}

TEST_F(EvaluateTest, RatesAreWholeNumbersRoundedDown) {
  // 1500 bytes * 10 * 8000 / 700 ms = 171428.57; 4 packets * 10 * 1000 / 700 = 57.1; 1500 / 4 = 375.
  EXPECT_EQ(matching("bps = 171428"), "0");
  EXPECT_EQ(matching("bps > 171428"), "");
  EXPECT_EQ(matching("pps = 57"), "0");
  EXPECT_EQ(matching("bpp = 375"), "0");
  EXPECT_EQ(matching("bpp = 0"), "1");
  EXPECT_EQ(matching("duration = 700"), "0");
  EXPECT_EQ(matching("duration = 0"), "1");
  EXPECT_EQ(matching("bps = 0"), "1");
  EXPECT_EQ(matching("bps is unknown"), "2");
}

TEST_F(EvaluateTest, IcmpAndVersionsAndPrefixes) {
  EXPECT_EQ(matching("icmp-type 128"), "1");
  EXPECT_EQ(matching("src_prefix = 10.0.0.0/8"), "0");
  EXPECT_EQ(matching("src_prefix = 10.0.0.0/9"), "");
  EXPECT_EQ(matching("src_prefix != 11.0.0.0/8"), "0");
  EXPECT_EQ(matching("src_prefix is known"), "0");
}

TEST_F(EvaluateTest, ZeroFindsTheUnknownWhereZeroMeansIt) {
  EXPECT_EQ(matching("src as 0"), "012");
  EXPECT_EQ(matching("src_as = 0"), "0");
  EXPECT_EQ(matching("dst as 15169"), "");
}

TEST_F(EvaluateTest, TextsAndPatterns) {
  EXPECT_EQ(matching("src_customer = Acme"), "0");
  EXPECT_EQ(matching("src_customer = \"\""), "1");
  EXPECT_EQ(matching("src_customer in (Acme, \"\")"), "01");
  EXPECT_EQ(matching("as_path ~ \"^3491 .*4809$\""), "0");
  EXPECT_EQ(matching("as_path ~ \"^4134\""), "");
  EXPECT_EQ(matching("as_path !~ \"^4134\""), "0");
  EXPECT_EQ(matching("src_customer ~ \"\""), "01");
}

TEST_F(EvaluateTest, TextsSeenLaterAreJudgedToo) {
  auto evaluator = Evaluator::of(*parse_filter("src_customer = Beta"), strings_);
  ASSERT_TRUE(evaluator);
  EXPECT_FALSE(evaluator->matches(rows_, 0));
  rows_.set<Column::src_customer>(0, strings_.intern("Beta"));
  EXPECT_TRUE(evaluator->matches(rows_, 0));
  EXPECT_FALSE(evaluator->matches(rows_, 1));
}

TEST_F(EvaluateTest, BitsAndColumnsAgainstEachOther) {
  EXPECT_EQ(matching("tcp_flags & 18 = 2"), "");
  EXPECT_EQ(matching("tcp_flags & 3 = 2"), "0");
  EXPECT_EQ(matching("src_port > dst_port"), "0");
  EXPECT_EQ(matching("flow_end < flow_start"), "1");
  EXPECT_EQ(matching("time = flow_end"), "0");
}

TEST_F(EvaluateTest, MisfitsAreRefused) {
  EXPECT_FALSE(Evaluator::of(make({NumberTest{Column::src_addr, Compare::equal, 0, 1}}), strings_));
  EXPECT_FALSE(Evaluator::of(make({TextInList{Column::src_port, {"x"}}}), strings_));
  EXPECT_FALSE(Evaluator::of(make({TextMatches{Column::as_path, "("}}), strings_));
  EXPECT_FALSE(Evaluator::of(make({AddressInNetworks{Column::as_path, {}}}), strings_));
  EXPECT_FALSE(Evaluator::of(make_not(make({ColumnTest{Column::as_path, Compare::equal, Column::src_as}})), strings_));
}

}  // namespace
}  // namespace weir::query
