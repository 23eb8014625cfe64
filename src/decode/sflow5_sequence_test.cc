#include "decode/sflow5_sequence.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace weir::decode {
namespace {

using flow::Counter;

class Sflow5Sequence : public ::testing::Test {
 protected:
  /// Datagrams of one agent, in the order in which they arrive.
  void saw(std::initializer_list<std::uint32_t> numbers, std::uint32_t sub_agent = 0) {
    for (const std::uint32_t number : numbers) saw_at(number, 1000, sub_agent);
  }
  void saw_at(std::uint32_t number, std::uint32_t uptime_ms, std::uint32_t sub_agent = 0, UnixMillis now = 0) {
    sequences.saw({IpAddress::v4(1), IpAddress::v4(2), sub_agent}, {number, uptime_ms, now}, exporter);
  }
  void expect(std::uint64_t lost, std::uint64_t reordered) const {
    EXPECT_EQ(exporter.get(Counter::sequence_lost), lost);
    EXPECT_EQ(exporter.get(Counter::sequence_reordered), reordered);
  }

  flow::ExporterState exporter{IpAddress::v4(1)};
  Sflow5Sequences sequences{2};
};

TEST_F(Sflow5Sequence, GapsAreLosses) {
  saw({10, 11, 15, 16});
  expect(3, 0);
}

TEST_F(Sflow5Sequence, LateAndRepeatedNumbersAreReordered) {
  saw({10, 12, 11, 12, 13});
  expect(1, 2);
}

TEST_F(Sflow5Sequence, NumbersWrap) {
  saw({0xfffffffe, 0xffffffff, 0, 2});
  expect(1, 0);
}

TEST_F(Sflow5Sequence, RestartedAgentBeginsANewCount) {
  saw_at(5000, 900'000);
  saw_at(1, 10);
  saw_at(3, 20);
  expect(1, 0);
}

TEST_F(Sflow5Sequence, UptimeThatCrossesALittleOrWrapsIsNoRestart) {
  saw_at(10, 0xffffff00);
  saw_at(12, 0x00000010);
  saw_at(11, 0xfffffff0);
  expect(1, 1);
}

TEST_F(Sflow5Sequence, JumpTooFarForALossBeginsANewCount) {
  saw({1, 1'000'000, 1'000'001, 1, 2});
  expect(0, 0);
}

TEST_F(Sflow5Sequence, AgentsBehindTheBoundAreNotFollowedUntilOthersAreForgotten) {
  saw_at(1, 1000, 1, 50);
  saw_at(1, 1000, 2, 60);
  saw({1, 9}, 3);
  expect(0, 0);
  sequences.forget(60);
  saw({1, 9}, 3);
  expect(7, 0);
  saw({4}, 2);
  expect(9, 0);
}

}  // namespace
}  // namespace weir::decode
