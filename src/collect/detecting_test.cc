#include "collect/detecting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/clock.h"

namespace weir::collect {
namespace {

using detect::Change;
using detect::ChangeKind;
using flow::Column;

class DetectingTest : public testing::Test {
 protected:
  DetectingTest() {
    std::string name = (std::filesystem::temp_directory_path() / "weir_detecting_XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    config_.memory_octets = std::uint64_t{16} << 20U;
    config_.hold_ms = 5000;
  }
  ~DetectingTest() override {
    detecting_.reset();
    std::filesystem::remove_all(directory_);
  }
  void open() {
    auto opened = Detecting::open(config_, {.prefixes = {parse_prefix("192.0.2.0/24").value()}, .ases = {}}, strings_, directory_);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    detecting_ = *std::move(opened);
  }
  /// A UDP flood for so many seconds, with the clock that is handed in.
  void flood(int seconds, const char* victim = "192.0.2.10") {
    for (int i = 0; i < seconds * 5; ++i) {
      flow::FlowBatch batch;
      batch.add_rows(200);
      for (std::size_t row = 0; row < 200; ++row) {
        batch.set<Column::time>(row, now_);
        batch.set<Column::src_addr>(row, IpAddress::v4(0xc6336400U + static_cast<std::uint32_t>(row)));
        batch.set<Column::dst_addr>(row, parse_ip(victim).value());
        batch.set<Column::proto>(row, std::uint8_t{17});
        batch.set<Column::src_port>(row, static_cast<std::uint16_t>(2000 + row));
        batch.set<Column::dst_port>(row, std::uint16_t{9999});
        batch.set<Column::packets>(row, std::uint64_t{400});
        batch.set<Column::bytes>(row, std::uint64_t{400 * 500});
      }
      detecting_->add(batch);
      now_ += 200;
      detecting_->tick(now_);
    }
  }
  void calm(int seconds) {
    for (int i = 0; i < seconds; ++i) detecting_->tick(now_ += 1000);
  }

  std::filesystem::path directory_;
  detect::DetectConfig config_;
  flow::StringPool strings_;
  std::unique_ptr<Detecting> detecting_;
  UnixMillis now_ = now_ms() - kMinuteMs;
};

TEST_F(DetectingTest, what_changes_is_told_in_order_and_once) {
  open();
  std::vector<Change> heard;
  detecting_->listen([&](const Change& change) { heard.push_back(change); });
  EXPECT_EQ(detecting_->changes(0).next, 1U);
  flood(3);
  calm(15);
  ASSERT_GE(heard.size(), 3U);
  EXPECT_EQ(heard.front().kind, ChangeKind::opened);
  EXPECT_EQ(heard.back().kind, ChangeKind::ended);
  const detect::Changes changes = detecting_->changes(1);
  EXPECT_FALSE(changes.lost);
  ASSERT_EQ(changes.changes.size(), heard.size());
  for (std::size_t i = 0; i < heard.size(); ++i) EXPECT_EQ(changes.changes[i].number, i + 1);
  EXPECT_TRUE(detecting_->changes(changes.next).changes.empty());
}

TEST_F(DetectingTest, attacks_are_listed_and_found_and_survive_a_restart) {
  open();
  flood(3);
  ASSERT_EQ(detecting_->attacks({.past = false}).size(), 1U);
  const std::uint64_t id = detecting_->attacks({})[0]->id;
  EXPECT_FALSE(detecting_->attack(id)->evidence.top.empty());
  calm(15);
  EXPECT_TRUE(detecting_->attacks({.past = false}).empty());
  open();
  const auto past = detecting_->attacks({.open = false});
  ASSERT_EQ(past.size(), 1U);
  EXPECT_EQ(past[0]->id, id);
  EXPECT_TRUE(past[0]->evidence.top.empty());
  const detect::AttackPtr whole = detecting_->attack(id);
  ASSERT_NE(whole, nullptr);
  EXPECT_FALSE(whole->evidence.top.empty());
  EXPECT_FALSE(whole->evidence.curve.empty());
  EXPECT_FALSE(whole->signatures.empty());
  EXPECT_EQ(detecting_->attack(id + 1), nullptr);
  detect::AttackQuery elsewhere;
  elsewhere.within = parse_prefix("192.0.2.128/25").value();
  EXPECT_TRUE(detecting_->attacks(elsewhere).empty());
  elsewhere.within = parse_prefix("192.0.2.0/25").value();
  EXPECT_EQ(detecting_->attacks(elsewhere).size(), 1U);
  flood(3, "192.0.2.11");
  EXPECT_EQ(detecting_->attacks({.past = false}).at(0)->id, id + 1);
}

TEST_F(DetectingTest, an_open_attack_goes_on_after_a_restart) {
  open();
  flood(3);
  const std::uint64_t id = detecting_->attacks({}).at(0)->id;
  open();
  flood(3);
  ASSERT_EQ(detecting_->attacks({}).size(), 1U);
  EXPECT_EQ(detecting_->attacks({})[0]->id, id);
  EXPECT_FALSE(detecting_->attacks({})[0]->ended_ms.has_value());
}

TEST_F(DetectingTest, the_oldest_attacks_are_forgotten) {
  config_.history = 2;
  open();
  for (const char* victim : {"192.0.2.1", "192.0.2.2", "192.0.2.3"}) {
    flood(3, victim);
    calm(15);
  }
  const auto kept = detecting_->attacks({});
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0]->id, 3U);
  EXPECT_EQ(kept[1]->id, 2U);
}

TEST_F(DetectingTest, an_attack_that_others_found_gets_a_number_of_its_own) {
  open();
  flood(3);
  calm(15);
  detect::Attack other = *detecting_->attack(1);
  other.id = 1;
  other.began_ms -= kHourMs;
  other.ended_ms.reset();
  detecting_->adopt(other);
  ASSERT_EQ(detecting_->attacks({}).size(), 2U);
  ASSERT_NE(detecting_->attack(2), nullptr);
  EXPECT_FALSE(detecting_->attack(2)->evidence.top.empty());
  EXPECT_TRUE(detecting_->attack(2)->ended_ms.has_value());
  flood(3, "192.0.2.11");
  EXPECT_EQ(detecting_->attacks({.past = false}).at(0)->id, 3U);
}

TEST_F(DetectingTest, a_damaged_file_costs_its_attack_alone) {
  open();
  flood(3);
  calm(15);
  std::ofstream(directory_ / "attacks" / "7.json") << "{\"id\":7";
  open();
  EXPECT_EQ(detecting_->attacks({}).size(), 1U);
  flood(3, "192.0.2.11");
  EXPECT_EQ(detecting_->attacks({.past = false}).at(0)->id, 8U);
}

TEST_F(DetectingTest, a_rule_with_a_mistake_leaves_the_old_ones) {
  open();
  detect::DetectConfig wrong = config_;
  wrong.rules = {{.name = "bad", .filter = "dst prot 22", .threshold = {.value = 1}}};
  const auto refused = detecting_->replace(wrong);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, testing::HasSubstr("'bad'"));
  EXPECT_TRUE(detecting_->config().rules.empty());
}

}  // namespace
}  // namespace weir::collect
