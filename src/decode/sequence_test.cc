#include "decode/sequence.h"

#include <gtest/gtest.h>

namespace weir::decode {
namespace {

class SequenceTest : public ::testing::Test {
 protected:
  /// A message of `count` units; adds what was found to lost_ and late_.
  void saw(std::uint32_t sequence, std::uint32_t count = 1) {
    const auto finding = tracker_.saw(sequence);
    lost_ += finding.lost;
    late_ += finding.reordered ? 1 : 0;
    tracker_.advance(count);
  }
  SequenceTracker tracker_;
  std::uint64_t lost_ = 0;
  std::uint64_t late_ = 0;
};

TEST_F(SequenceTest, TheFirstNumberIsTakenAsItIs) {
  saw(4'000'000'000, 10);
  saw(4'000'000'010, 10);
  EXPECT_EQ(lost_, 0U);
  EXPECT_EQ(late_, 0U);
}

TEST_F(SequenceTest, AcrossTheWrap) {
  saw(0xffff'fff0, 10);
  saw(0xffff'fffa, 10);
  saw(4, 10);
  EXPECT_EQ(lost_, 0U);
  saw(20, 10);
  EXPECT_EQ(lost_, 6U);
}

TEST_F(SequenceTest, AGapIsLostAndALateMessageReordered) {
  saw(0);
  saw(1);
  saw(5);
  saw(3);
  saw(6);
  EXPECT_EQ(lost_, 3U);
  EXPECT_EQ(late_, 1U);
}

TEST_F(SequenceTest, AMessageTwice) {
  saw(10);
  saw(10);
  saw(11);
  EXPECT_EQ(lost_, 0U);
  EXPECT_EQ(late_, 1U);
}

TEST_F(SequenceTest, AJumpTooFarIsARestart) {
  saw(100);
  saw(3'000'000'000U);
  saw(3'000'000'001U);
  saw(1'000'000'000U);
  EXPECT_EQ(lost_, 0U);
  EXPECT_EQ(late_, 0U);
}

TEST_F(SequenceTest, ARestartALittleBackIsFoundByItsRun) {
  for (std::uint32_t i = 0; i < 100; ++i) saw(i);
  for (std::uint32_t i = 0; i < 100; ++i) saw(i);
  EXPECT_EQ(lost_, 0U);
  EXPECT_EQ(late_, SequenceTracker::kLateRun);
}

TEST_F(SequenceTest, UptimeThatWentBackIsARestart) {
  tracker_.uptime(10'000'000);
  saw(500);
  tracker_.uptime(9'990'000);  // a little: reordered
  saw(499);
  EXPECT_EQ(late_, 1U);
  tracker_.uptime(5'000);
  saw(0);
  tracker_.uptime(6'000);
  saw(1);
  EXPECT_EQ(lost_, 0U);
  EXPECT_EQ(late_, 1U);
}

TEST_F(SequenceTest, AnUnknownCountForgivesTheNextNumber) {
  saw(0, 5);
  const auto finding = tracker_.saw(5);
  EXPECT_EQ(finding.lost, 0U);
  tracker_.lose_count();
  saw(17, 3);
  saw(20, 1);
  EXPECT_EQ(lost_, 0U);
  saw(22, 1);
  EXPECT_EQ(lost_, 1U);
}

}  // namespace
}  // namespace weir::decode
