#include "billing/bill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "billing/bill_file.h"
#include "billing/bill_text.h"

namespace weir::billing {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t kMbit = 37'500'000;  // octets in five minutes at 1 Mbit/s

TEST(Percentile95, ThrowsTheTopTwentiethAway) {
  std::vector<std::uint64_t> samples(40);
  std::iota(samples.begin(), samples.end(), 1);
  EXPECT_EQ(percentile_95(samples), 38U) << "of 40 samples two are thrown away";
  samples.resize(19);
  EXPECT_EQ(percentile_95(samples), 19U) << "of 19 none";
  EXPECT_EQ(percentile_95({}), 0U);
  std::vector<std::uint64_t> month(8640);
  std::iota(month.begin(), month.end(), 1);
  EXPECT_EQ(percentile_95(month), 8640U - 432U) << "30 days of five minutes: the 433rd highest";
}

TEST(Arithmetic, RoundsHalfUp) {
  EXPECT_EQ(rate_bps(kMbit, kSampleMs), 1'000'000U);
  EXPECT_EQ(rate_bps(1, kSampleMs), 0U);
  EXPECT_EQ(rate_bps(3, 48'000), 1U) << "24 bits in 48 s are half a bit a second";
  EXPECT_EQ(rate_bps(UINT64_MAX, 1), UINT64_MAX) << "no overflow";
  EXPECT_EQ(cents_of(1'000'000, 2'500'000), 250U);
  EXPECT_EQ(cents_of(1'000'000, 5'000), 1U) << "half a cent";
  EXPECT_EQ(cents_of(1'000'000, 4'999), 0U);
  EXPECT_EQ(money_text(123'405), "1234.05");
}

class Bills : public testing::Test {
 protected:
  /// 19 samples of 4 Mbit/s in and 1 out, and one of 100 in and 50 out, which is thrown away.
  Bills() {
    bill_.group = "Kelapa \"Cloud\"";
    bill_.month = {2026, 10};
    bill_.time_zone = "UTC";
    bill_.range = {0, 20 * kSampleMs};
    bill_.currency = "MYR";
    bill_.price_micros = 10'000'000;
    bill_.overage_micros = 12'500'000;
    bill_.source = "5m";
    for (int i = 0; i < 19; ++i) bill_.samples.push_back({4 * kMbit, kMbit});
    bill_.samples.push_back({100 * kMbit, 50 * kMbit});
  }
  const Line& line(std::size_t i) { return bill_.lines.at(i); }
  Bill bill_;
};

TEST_F(Bills, TheLargerDirectionCounts) {
  settle(bill_);
  EXPECT_EQ(line(0).percentile_95_bps, 4'000'000U);
  EXPECT_EQ(line(0).maximum_bps, 100'000'000U);
  EXPECT_EQ(line(0).average_bps, (19 * 4'000'000U + 100'000'000U) / 20);
  EXPECT_EQ(line(1).percentile_95_bps, 1'000'000U);
  EXPECT_EQ(line(1).billed_bps, 0U);
  EXPECT_EQ(bill_.total_cents, 5000U) << "no commitment: 4 Mbit/s of overage";
}

TEST_F(Bills, TheCommitmentIsPaidForAndTheRestIsOverage) {
  bill_.commit_bps = 3'000'000;
  settle(bill_);
  EXPECT_EQ(line(0).commit_cents, 3000U);
  EXPECT_EQ(line(0).overage_bps, 1'000'000U);
  EXPECT_EQ(line(0).overage_cents, 1250U);
  bill_.commit_bps = 10'000'000;
  settle(bill_);
  EXPECT_EQ(line(0).overage_bps, 0U);
  EXPECT_EQ(bill_.total_cents, 10'000U);
}

TEST_F(Bills, OtherWaysOfCounting) {
  bill_.counted = Counted::sum;
  settle(bill_);
  EXPECT_EQ(line(2).billed_bps, 5'000'000U);
  EXPECT_EQ(bill_.total_cents, 6250U);
  bill_.counted = Counted::each;
  settle(bill_);
  EXPECT_EQ(bill_.total_cents, 6250U);
  EXPECT_EQ(line(0).billed_bps + line(1).billed_bps, 5'000'000U);
  bill_.counted = Counted::out;
  settle(bill_);
  EXPECT_EQ(bill_.total_cents, 1250U);
  bill_.counted = Counted::in;
  settle(bill_);
  EXPECT_EQ(bill_.total_cents, 5000U);
}

TEST_F(Bills, TheLastSampleMayBeShort) {
  bill_.range.to_ms -= 4 * kMinuteMs;
  bill_.samples.back() = {kMbit / 5, 0};
  settle(bill_);
  EXPECT_EQ(line(0).percentile_95_bps, 4'000'000U);
}

TEST_F(Bills, ComeBackFromTheirFile) {
  settle(bill_);
  bill_.frozen = true;
  bill_.previous_sha256 = std::string(64, 'a');
  const std::string file = write_bill(bill_);
  const auto read = read_bill(file);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->is_intact());
  EXPECT_EQ(read->bill.samples, bill_.samples);
  EXPECT_EQ(read->bill.lines, bill_.lines);
  EXPECT_EQ(bill_json(read->bill), bill_json(bill_));
  EXPECT_EQ(write_bill(read->bill), file);
}

TEST_F(Bills, AChangedFileIsNoticed) {
  settle(bill_);
  std::string file = write_bill(bill_);
  const std::size_t at = file.find("\"total_cents\":5000");
  ASSERT_NE(at, std::string::npos);
  file.replace(at, 18, "\"total_cents\":4000");
  const auto read = read_bill(file);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->is_intact());
}

TEST_F(Bills, WhatIsNoBillIsRefused) {
  settle(bill_);
  const std::string file = write_bill(bill_);
  EXPECT_FALSE(read_bill(""));
  EXPECT_FALSE(read_bill(file.substr(0, file.size() / 2)));
  EXPECT_FALSE(read_bill("{\"sha256\":\"" + std::string(64, '0') + "\",\n\"bill\":{}}\n"));
  EXPECT_FALSE(read_bill("{\"sha256\":\"" + std::string(64, '0') + "\",\n\"bill\":[[[[[[1]]]]]]}\n"));
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string text = file;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return read_bill(text);
  };
  EXPECT_FALSE(changed("\"counted\":\"larger\"", "\"counted\":\"largest\""));
  EXPECT_FALSE(changed("\"month\":\"2026-10\"", "\"month\":\"2026-13\""));
  EXPECT_FALSE(changed("\"in_bytes\":[150000000,", "\"in_bytes\":["));
  EXPECT_FALSE(changed("\"in_bytes\":[150000000,", "\"in_bytes\":[-1,"));
}

TEST_F(Bills, AreShown) {
  settle(bill_);
  const std::string table = bill_table(bill_, "");
  for (const char* word : {"4.000", "not billed", "total 50.00 MYR", "20 samples", "not frozen", "12.50"})
    EXPECT_THAT(table, HasSubstr(word));
  const std::string csv = samples_csv(bill_);
  EXPECT_THAT(csv, testing::StartsWith("sample,time (ISO 8601 UTC),in (B),out (B),in (bit/s),out (bit/s)\r\n"
                                       "1,1970-01-01T00:00:00.000Z,150000000,37500000,4000000,1000000\r\n"));
  EXPECT_THAT(bill_answer(bill_, "", false), testing::Not(HasSubstr("in_bytes")));
  EXPECT_THAT(bill_answer(bill_, "", true), HasSubstr("in_bytes"));
}

}  // namespace
}  // namespace weir::billing
