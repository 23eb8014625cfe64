// Every guard: the forbidden announcement is tried, and does not leave.
#include <unistd.h>

#include "detect/mitigation/test_mitigation.h"

namespace weir::detect {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Guards : public MitigatorTest {
 protected:
  /// Proposed, approved in spite of all, and acted on by a policy: nothing leaves.
  void expect_forbidden(const std::string& guard, std::string_view target, const std::string& action = "rtbh") {
    const int before = announcer.announcements;
    const auto proposed = propose(target, action);
    ASSERT_TRUE(proposed) << proposed.error().message;
    EXPECT_EQ(proposed->state, MitigationState::refused);
    EXPECT_THAT(guards_of(proposed->id), Contains(guard));
    EXPECT_FALSE(mitigator->approve(proposed->id, "bob", "I insist"));
    set_policy(PolicyMode::act, action);
    attack(3000, 77, target);
    EXPECT_EQ(announcer.announcements, before) << "it left";
    EXPECT_THAT(log->read(100, 0).entries, Contains(testing::Field(&AuditEntry::what, "refused")));
  }
};

TEST_F(Guards, WhatIsAllowedLeaves) {
  announce();
  EXPECT_THAT(announcer.keys(), ElementsAre("transit-1 192.0.2.7/32", "transit-2 192.0.2.7/32"));
}
TEST_F(Guards, OwnPrefixes) { expect_forbidden("own_prefixes", "203.0.113.7/32"); }
TEST_F(Guards, NoOwnPrefixesAtAll) {
  config.own.clear();
  configure();
  expect_forbidden("own_prefixes", "192.0.2.7/32");
}
TEST_F(Guards, ShorterThanABlackholeMayBe) { expect_forbidden("shortest", "192.0.2.0/25"); }
TEST_F(Guards, ShorterThanABlackholeMayBeInIpv6) { expect_forbidden("shortest", "2001:db8::/64"); }
TEST_F(Guards, ShorterThanAnythingMayBe) {
  config.actions[0].shortest4 = 8;
  configure();
  expect_forbidden("shortest", "198.51.100.0/23");
}
TEST_F(Guards, ADiversionThatIsTooShort) {
  config.actions[2].cover4 = 22;
  configure();
  expect_forbidden("shortest", "198.51.101.9/32", "scrub");
}
TEST_F(Guards, ADiversionThatCoversWhatIsNotOurs) {
  config.own = {prefix("192.0.2.0/25")};
  configure();
  expect_forbidden("own_prefixes", "192.0.2.7/32", "scrub");
}
TEST_F(Guards, Protected) { expect_forbidden("protected", "192.0.2.53/32"); }
TEST_F(Guards, ProtectedWithinADiversion) { expect_forbidden("protected", "192.0.2.7/32", "scrub"); }
TEST_F(Guards, ProtectedPrefixAroundTheTarget) {
  config.keep_reachable = {prefix("192.0.2.0/28")};
  configure();
  expect_forbidden("protected", "192.0.2.7/32");
}
TEST_F(Guards, MostActive) {
  config.most_active = 2;
  configure();
  announce("192.0.2.1/32");
  announce("192.0.2.2/32");
  expect_forbidden("most_active", "192.0.2.3/32");
}
TEST_F(Guards, Rate) {
  config.most_per_hour = 2;
  configure();
  for (const std::string target : {"192.0.2.1/32", "192.0.2.2/32"})
    ASSERT_TRUE(mitigator->withdraw(announce(target), "bob", ""));
  expect_forbidden("rate", "192.0.2.3/32");
  config.policies.clear();
  configure();
  live(kHourMs, kMinuteMs);
  announce("192.0.2.3/32");
}
TEST_F(Guards, RpkiInvalid) {
  origin = {.validity = bgp::Validity::invalid, .covered_by_own = false};
  expect_forbidden("rpki", "192.0.2.7/32");
}
TEST_F(Guards, RpkiInvalidDiversion) {
  config.keep_reachable.clear();
  configure();
  origin = {.validity = bgp::Validity::invalid, .covered_by_own = true};
  expect_forbidden("rpki", "192.0.2.7/32", "scrub");
}
TEST_F(Guards, RpkiUnknownWhereValidIsAskedFor) {
  config.rpki = RpkiGuard::valid;
  configure();
  expect_forbidden("rpki", "192.0.2.7/32");
}
TEST_F(Guards, ABlackholeMayBeLongerThanItsRoa) {
  config.rpki = RpkiGuard::valid;
  configure();
  origin = {.validity = bgp::Validity::invalid, .covered_by_own = true};
  announce();
  EXPECT_EQ(announcer.told.size(), 2U);
}
TEST_F(Guards, TimeToLive) {
  const auto proposed = mitigator->propose(
      {.target = prefix("192.0.2.7/32"), .action = "rtbh", .ttl_ms = 2 * kDayMs, .dry_run = false, .why = ""}, "alice");
  ASSERT_TRUE(proposed);
  EXPECT_THAT(guards_of(proposed->id), ElementsAre("time_to_live"));
  EXPECT_FALSE(mitigator->approve(proposed->id, "bob", ""));
  config.actions[0].ttl_ms = 0;
  configure();
  expect_forbidden("time_to_live", "192.0.2.7/32");
}
TEST_F(Guards, RuleBudget) {
  config.rules_per_peer = 1;
  configure();
  const auto filter = [&](std::string match) {
    return mitigator->propose({.target = prefix("192.0.2.7/32"), .action = "filter", .dry_run = false, .why = "",
                               .match = std::move(match)},
                              "alice");
  };
  const auto first = filter("udp src port 123");
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(mitigator->approve(first->id, "bob", ""));
  const auto second = filter("udp src port 53");
  ASSERT_TRUE(second);
  EXPECT_THAT(guards_of(second->id), ElementsAre("rule_budget"));
  EXPECT_FALSE(mitigator->approve(second->id, "bob", ""));
  set_policy(PolicyMode::act, "filter");
  attack(2000, 5, "192.0.2.9/32");
  EXPECT_THAT(announcer.keys(), ElementsAre("transit-1 dst 192.0.2.7/32 proto =17 sport =123"));
}
TEST_F(Guards, Conflict) {
  announce();
  config.actions.push_back(config.actions[0]);
  config.actions.back().name = "rtbh-other";
  config.actions.back().to[0].attributes.communities = {1};
  configure();
  expect_forbidden("conflict", "192.0.2.7/32", "rtbh-other");
}
TEST_F(Guards, Legitimate) {
  config.most_legitimate_bps = 1'000'000;
  configure();
  const auto proposed = propose();
  ASSERT_TRUE(proposed);
  const auto early = mitigator->approve(proposed->id, "bob", "");
  ASSERT_FALSE(early);
  EXPECT_THAT(early.error().message, HasSubstr("not measured yet"));
  BlastRadius radius;
  radius.usual_bits_per_second = 2e6;
  mitigator->on_radius(proposed->id, radius);
  const auto late = mitigator->approve(proposed->id, "bob", "");
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message, HasSubstr("2000000 bits/s of legitimate traffic"));
  EXPECT_THAT(announcer.keys(), IsEmpty());
  radius.usual_bits_per_second = 5e5;
  mitigator->on_radius(proposed->id, radius);
  EXPECT_TRUE(mitigator->approve(proposed->id, "bob", ""));
  EXPECT_EQ(announcer.told.size(), 2U);
}
TEST_F(Guards, APolicyThatCostsTooMuchIsLeftToAPerson) {
  config.most_legitimate_bps = 1'000'000;
  set_policy(PolicyMode::act);
  attack(2000);
  EXPECT_THAT(announcer.keys(), IsEmpty()) << "the cost is not known yet";
  BlastRadius radius;
  radius.now.bits_per_second = 5e6;
  mitigator->on_radius(1, radius);
  EXPECT_EQ(state_of(1), MitigationState::proposed);
  EXPECT_THAT(announcer.keys(), IsEmpty());
  attack(1000, 2, "192.0.2.8/32");
  mitigator->on_radius(2, {});
  EXPECT_EQ(state_of(2), MitigationState::active) << "this one costs nothing";
}
TEST_F(Guards, UnknownPeer) {
  config.known_peers.erase("transit-2");
  configure();
  expect_forbidden("peers", "192.0.2.7/32");
}
TEST_F(Guards, TwoPersons) {
  config.two_persons = true;
  configure();
  const auto proposed = propose();
  ASSERT_TRUE(mitigator->approve(proposed->id, "alice", ""));
  EXPECT_THAT(announcer.keys(), IsEmpty());
  const auto again = mitigator->approve(proposed->id, "alice", "once more");
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("two_persons"));
  EXPECT_THAT(announcer.keys(), IsEmpty());
  ASSERT_TRUE(mitigator->approve(proposed->id, "bob", ""));
  EXPECT_EQ(announcer.told.size(), 2U);
}
TEST_F(Guards, TwoPersonsHoldAgainstAPolicyThatActs) {
  config.two_persons = true;
  set_policy(PolicyMode::act);
  attack(3000);
  EXPECT_EQ(state_of(1), MitigationState::proposed);
  EXPECT_THAT(announcer.keys(), IsEmpty());
}
TEST_F(Guards, DryRunOfEverything) {
  config.dry_run = true;
  configure();
  EXPECT_EQ(state_of(announce()), MitigationState::rehearsed);
  set_policy(PolicyMode::act);
  attack(3000, 9, "192.0.2.9/32");
  EXPECT_THAT(announcer.keys(), IsEmpty());
}
TEST_F(Guards, DryRunOfAnAction) {
  config.actions[0].dry_run = true;
  configure();
  EXPECT_EQ(state_of(announce()), MitigationState::rehearsed);
  EXPECT_THAT(announcer.keys(), IsEmpty());
}
TEST_F(Guards, DryRunIsTheDefaultOfARequestAndOfAPolicy) {
  const auto proposed = mitigator->propose({.target = prefix("192.0.2.7/32"), .action = "rtbh", .why = ""}, "alice");
  ASSERT_TRUE(mitigator->approve(proposed->id, "bob", ""));
  EXPECT_EQ(state_of(proposed->id), MitigationState::rehearsed);
  PolicyConfig policy;
  policy.mode = PolicyMode::act;
  policy.action = "rtbh";
  config.policies = {policy};
  configure();
  attack(3000, 9, "192.0.2.9/32");
  EXPECT_THAT(announcer.keys(), IsEmpty());
}
TEST_F(Guards, TheDefaultsAreDry) {
  EXPECT_TRUE(MitigationConfig{}.dry_run);
  EXPECT_TRUE(ActionConfig{}.dry_run);
  EXPECT_TRUE(PolicyConfig{}.dry_run);
}
TEST_F(Guards, NothingLeavesWhileTheDiskIsFull) {
  const auto proposed = propose();
  disk_full = true;
  (void)mitigator->approve(proposed->id, "bob", "");
  live(1000);
  EXPECT_THAT(announcer.keys(), IsEmpty());
  EXPECT_THAT(mitigator->summary().problems, Contains(HasSubstr("the disk is full")));
  disk_full = false;
  live(200);
  EXPECT_EQ(announcer.told.size(), 2U) << "as soon as it can be written down";
}
TEST_F(Guards, WithdrawalsLeaveEvenWhileTheDiskIsFull) {
  const std::uint64_t id = announce();
  disk_full = true;
  (void)mitigator->withdraw(id, "bob", "");
  EXPECT_THAT(announcer.keys(), IsEmpty());
}
TEST_F(Guards, ARefusalSaysWhatToDo) {
  const auto proposed = propose("203.0.113.7/32");
  EXPECT_EQ(proposed->refusals.at(0).message,
            "203.0.113.7/32 is not within mitigation.own_prefixes; announce only what is yours, or add it there");
}

}  // namespace
}  // namespace weir::detect
