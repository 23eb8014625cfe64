#include "billing/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/temporary_directory.h"
#include "query/validate.h"

namespace weir::billing {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr std::uint64_t kMbit = 37'500'000;
constexpr UnixMillis kOctober = 1'790'812'800'000;   // 2026-10-01T00:00:00Z
constexpr UnixMillis kNovember = 1'793'491'200'000;  // 2026-11-01T00:00:00Z
const Month kMonth{2026, 10};

/// A store that has the same in every sample.
class LedgerTest : public testing::Test {
 protected:
  LedgerTest() {
    config_.currency = "USD";
    GroupConfig group;
    group.name = "Kelapa / Cloud";
    group.customers = {"Kelapa Cloud"};
    group.price_micros = 2'000'000;
    config_.groups = {group};
    ledger_.emplace(directory_ / "billing", [this](const query::Query& query) { return answer(query); });
    ledger_->configure(config_);
  }

  Result<query::Answer> answer(const query::Query& query) {
    ++asked_;
    if (broken_) return fail(ErrorCode::cancelled, "too slow");
    query::Answer out;
    out.from_ms = widened_ ? query.from_ms - kHourMs : query.from_ms;
    out.to_ms = query.to_ms;
    out.source = "5m";
    const bool in = query.filter_text.find("dst_customer") != std::string::npos;
    for (std::size_t i = 0; i < query::bucket_count(query); ++i)
      out.total.series.push_back({.bytes = (in ? in_mbits_ : out_mbits_) * kMbit, .packets = 1, .flows = 1});
    return out;
  }
  std::filesystem::path file() const { return directory_ / "billing" / "2026-10" / "Kelapa%20%2F%20Cloud.json"; }
  std::string read() const {
    std::ifstream in(file());
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& text) const { std::ofstream(file()) << text; }

  const std::string name_ = "Kelapa / Cloud";
  const TemporaryDirectory made_;
  const std::filesystem::path& directory_ = made_.path();
  BillingConfig config_;
  std::optional<Ledger> ledger_;
  std::uint64_t in_mbits_ = 5;
  std::uint64_t out_mbits_ = 2;
  bool broken_ = false;
  bool widened_ = false;
  int asked_ = 0;
};

TEST_F(LedgerTest, AsksWhatGoesInAndOut) {
  const auto questions = questions_of(config_.groups[0], {kOctober, kNovember});
  ASSERT_TRUE(questions);
  EXPECT_EQ(questions->in.filter_text, "dst_customer in [\"Kelapa Cloud\"]");
  EXPECT_EQ(questions->out.filter_text, "src_customer in [\"Kelapa Cloud\"]");
  GroupConfig group;
  group.interfaces = {{"edge-1", "17"}};
  group.ases = {64500};
  group.prefixes = {*parse_prefix("192.0.2.0/24")};
  group.filter = "direction is known";
  EXPECT_EQ(questions_of(group, {kOctober, kNovember})->in.filter_text,
            "((exporter_name in [\"edge-1\"] and (in_if_name in [\"17\"] or in_if = 17)) or dst_as = 64500 or dst_addr in "
            "[192.0.2.0/24]) and direction is known");
}

TEST_F(LedgerTest, ShowsWhatAMonthCostsSoFar) {
  const auto bill = ledger_->show(name_, kMonth, kOctober + kDayMs);
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_FALSE(bill->frozen);
  EXPECT_THAT(bill->samples, SizeIs(288));
  EXPECT_EQ(bill->total_cents, 1000U) << "5 Mbit/s at 2";
  EXPECT_FALSE(ledger_->show("nobody", kMonth, kNovember));
  EXPECT_FALSE(ledger_->show(name_, kMonth, kOctober)) << "it has not begun";
}

TEST_F(LedgerTest, FreezesOnceAndForAll) {
  const UnixMillis now = kNovember + config_.grace_ms;
  const auto early = ledger_->freeze(name_, kMonth, now - 1);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, ErrorCode::invalid);
  EXPECT_THAT(early.error().message, HasSubstr("2026-11-01T06:00"));
  const auto frozen = ledger_->freeze(name_, kMonth, now);
  ASSERT_TRUE(frozen) << frozen.error().message;
  EXPECT_THAT(frozen->samples, SizeIs(31 * 288));
  EXPECT_TRUE(std::filesystem::exists(file()));
  EXPECT_EQ(ledger_->freeze(name_, kMonth, now).error().code, ErrorCode::busy);
  // What the store says later changes nothing.
  in_mbits_ = 50;
  const auto shown = ledger_->show(name_, kMonth, now + kDayMs);
  ASSERT_TRUE(shown);
  EXPECT_TRUE(shown->frozen);
  EXPECT_EQ(shown->total_cents, 1000U);
}

TEST_F(LedgerTest, VerifiesHashSumsAndStore) {
  ASSERT_TRUE(ledger_->freeze(name_, kMonth, kNovember + kDayMs));
  const auto fine = ledger_->verify(name_, kMonth, true);
  ASSERT_TRUE(fine);
  EXPECT_TRUE(fine->is_fine());
  EXPECT_EQ(fine->store, true);
  out_mbits_ = 3;
  const auto other = ledger_->verify(name_, kMonth, true);
  EXPECT_TRUE(other->is_fine()) << "the invoice stands all the same";
  EXPECT_EQ(other->store, false);
  EXPECT_EQ(other->samples_differ, 31U * 288U);
  EXPECT_FALSE(ledger_->verify(name_, {2026, 9}, true)) << "that one is not frozen";
}

TEST_F(LedgerTest, NoticesAChangedFile) {
  ASSERT_TRUE(ledger_->freeze(name_, kMonth, kNovember + kDayMs));
  std::string text = read();
  text.replace(text.find("\"total_cents\":1000"), 18, "\"total_cents\":9000");
  write(text);
  const auto changed = ledger_->verify(name_, kMonth, false);
  ASSERT_TRUE(changed);
  EXPECT_FALSE(changed->hash);
  EXPECT_FALSE(changed->sums);
  EXPECT_FALSE(changed->is_fine());
  EXPECT_THAT(ledger_->list(kNovember + kDayMs)->back().trouble, HasSubstr("changed"));
}

TEST_F(LedgerTest, NoticesSamplesThatWereChangedWithTheirDigest) {
  ASSERT_TRUE(ledger_->freeze(name_, kMonth, kNovember + kDayMs));
  auto bill = read_bill(read())->bill;
  for (Sample& sample : bill.samples) sample.in_bytes = 1;
  write(write_bill(bill));
  const auto changed = ledger_->verify(name_, kMonth, true);
  EXPECT_TRUE(changed->hash);
  EXPECT_FALSE(changed->sums);
  EXPECT_EQ(changed->store, false);
}

TEST_F(LedgerTest, BillsAreAChain) {
  const Month november{2026, 11};
  ASSERT_TRUE(ledger_->freeze(name_, kMonth, kNovember + kDayMs));
  const auto second = ledger_->freeze(name_, november, kNovember + 40 * kDayMs);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->previous_sha256, read_bill(read())->sha256);
  EXPECT_TRUE(ledger_->verify(name_, november, false)->is_fine());
  auto first = read_bill(read())->bill;
  first.price_micros = 1;
  settle(first);
  write(write_bill(first));
  const auto broken = ledger_->verify(name_, november, false);
  EXPECT_FALSE(broken->chain);
  EXPECT_FALSE(broken->is_fine());
}

TEST_F(LedgerTest, FreezesByItselfWhenTheGraceIsOver) {
  EXPECT_FALSE(ledger_->tick(kNovember + config_.grace_ms - kHourMs).has_value() && std::filesystem::exists(file()));
  const auto event = ledger_->tick(kNovember + config_.grace_ms);
  ASSERT_TRUE(event);
  EXPECT_FALSE(event->error);
  EXPECT_EQ(event->month, kMonth);
  EXPECT_TRUE(std::filesystem::exists(file()));
  const int asked = asked_;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(ledger_->tick(kNovember + config_.grace_ms + i * kHourMs));
  EXPECT_EQ(asked_, asked) << "nothing is due";
}

TEST_F(LedgerTest, AMonthBeforeTheFirstFlowIsNotFrozenByItself) {
  in_mbits_ = out_mbits_ = 0;
  EXPECT_FALSE(ledger_->tick(kNovember + kDayMs));
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(LedgerTest, AFailureIsToldAndTriedAgainLater) {
  broken_ = true;
  const UnixMillis now = kNovember + kDayMs;
  const auto event = ledger_->tick(now);
  ASSERT_TRUE(event);
  ASSERT_TRUE(event->error);
  EXPECT_FALSE(ledger_->tick(now + kMinuteMs)) << "not at once";
  broken_ = false;
  EXPECT_TRUE(ledger_->tick(now + kHourMs));
  EXPECT_TRUE(std::filesystem::exists(file()));
}

TEST_F(LedgerTest, AMonthThatTheStoreOnlyHasInPartIsNotBilled) {
  widened_ = true;
  const auto bill = ledger_->freeze(name_, kMonth, kNovember + kDayMs);
  ASSERT_FALSE(bill);
  EXPECT_THAT(bill.error().message, HasSubstr("5-minute sums"));
}

TEST_F(LedgerTest, ListsWhatIsFrozenAndWhatIsOpen) {
  ASSERT_TRUE(ledger_->freeze(name_, kMonth, kNovember + kDayMs));
  const auto entries = ledger_->list(kNovember + kDayMs);
  ASSERT_TRUE(entries);
  ASSERT_THAT(*entries, SizeIs(2));
  EXPECT_EQ((*entries)[0].month, (Month{2026, 11}));
  EXPECT_FALSE((*entries)[0].frozen);
  EXPECT_EQ((*entries)[1].group, name_);
  EXPECT_TRUE((*entries)[1].frozen);
  EXPECT_EQ((*entries)[1].total_cents, 1000U);
}

TEST(FileNames, HoldAnyGroup) {
  for (const char* name : {"plain", "../../etc/passwd", "Kelapa / Cloud", "100%", "\xe4\xb8\xad", "."}) {
    const std::string file = file_name_of(name);
    EXPECT_EQ(file.find_first_of("/."), std::string::npos) << name;
    EXPECT_EQ(group_of_file_name(file), name);
  }
}

TEST(Contradictions, AreFound) {
  BillingConfig config;
  config.time_zone = "Mars/Olympus";
  config.groups = {{.name = "empty"}, {.name = "bad", .customers = {"a"}, .filter = "prot tcp"}};
  EXPECT_THAT(find_contradictions(config),
              testing::ElementsAre(HasSubstr("Mars/Olympus"), HasSubstr("'empty' bills nothing"), HasSubstr("prot")));
}

}  // namespace
}  // namespace weir::billing
