// The life of a mitigation: decisions, policies, probes, times to live, kill and restart.
#include <unistd.h>

#include "detect/mitigation/test_mitigation.h"

namespace weir::detect {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Life = MitigatorTest;

TEST_F(Life, ApprovedAnnouncedWithdrawn) {
  const auto proposed = propose();
  ASSERT_TRUE(proposed);
  EXPECT_EQ(proposed->state, MitigationState::proposed);
  EXPECT_THAT(announcer.keys(), IsEmpty()) << "nothing leaves before somebody approves";
  ASSERT_TRUE(mitigator->approve(proposed->id, "bob", "go"));
  ASSERT_EQ(announcer.told.size(), 2U);
  const auto& route = std::get<bgp::OwnRoute>(announcer.told.at("transit-2 192.0.2.7/32"));
  EXPECT_EQ(route.next_hop, address("192.0.2.254"));
  EXPECT_EQ(bgp::communities_text(route.attributes), "64501:666");
  ASSERT_TRUE(mitigator->withdraw(proposed->id, "bob", "enough"));
  EXPECT_THAT(announcer.keys(), IsEmpty());
  EXPECT_FALSE(mitigator->withdraw(proposed->id, "bob", "")) << "it is over";
  EXPECT_FALSE(mitigator->approve(proposed->id, "bob", ""));
}
TEST_F(Life, Ipv6HasItsOwnNextHop) {
  announce("2001:db8::7/128");
  EXPECT_EQ(std::get<bgp::OwnRoute>(announcer.told.at("transit-1 2001:db8::7/128")).next_hop, address("100::1"));
}
TEST_F(Life, Rejected) {
  const auto proposed = propose();
  ASSERT_TRUE(mitigator->reject(proposed->id, "bob", "no"));
  EXPECT_EQ(state_of(proposed->id), MitigationState::rejected);
  EXPECT_FALSE(mitigator->approve(proposed->id, "bob", ""));
}
TEST_F(Life, AProposalThatNobodyDecidesExpires) {
  const auto proposed = propose();
  live(config.proposal_ttl_ms + 1000, kMinuteMs);
  EXPECT_EQ(state_of(proposed->id), MitigationState::expired);
  EXPECT_EQ(announcer.announcements, 0);
}
TEST_F(Life, TheTimeToLiveEndsIt) {
  const std::uint64_t id = announce();
  live(kHourMs - 1000, kMinuteMs);
  live(2000);
  EXPECT_EQ(state_of(id), MitigationState::expired);
  EXPECT_THAT(announcer.keys(), IsEmpty());
}
TEST_F(Life, UnknownActionTargetOrMitigation) {
  EXPECT_THAT(propose("192.0.2.7/32", "rtbx").error().message, HasSubstr("configured are: rtbh, filter, scrub"));
  EXPECT_THAT(propose("192.0.2.7/32", "filter").error().message, HasSubstr("in common"));
  EXPECT_EQ(mitigator->approve(99, "bob", "").error().code, ErrorCode::not_found);
}
TEST_F(Life, AnActionByItsKind) {
  EXPECT_EQ(propose("192.0.2.7/32", "blackhole")->action, "rtbh");
  EXPECT_EQ(propose("198.51.100.7/32", "diversion")->routes.at(0).what,
            (std::variant<UnicastRoute, bgp::FlowSpec>(UnicastRoute{prefix("198.51.100.0/24"), {}})));
}
TEST_F(Life, TwoForTheSameTargetShareARoute) {
  const std::uint64_t first = announce();
  const std::uint64_t second = announce();
  ASSERT_TRUE(mitigator->withdraw(first, "bob", ""));
  EXPECT_EQ(announcer.told.size(), 2U) << "the other one still wants it";
  ASSERT_TRUE(mitigator->withdraw(second, "bob", ""));
  EXPECT_THAT(announcer.keys(), IsEmpty());
}
TEST_F(Life, APeerThatCannotBeToldFailsIt) {
  announcer.works = false;
  const auto proposed = propose();
  (void)mitigator->approve(proposed->id, "bob", "");
  EXPECT_EQ(state_of(proposed->id), MitigationState::failed);
}
TEST_F(Life, NoSpeakerYetIsTriedAgain) {
  announcer.works = false;
  announcer.failure = ErrorCode::cancelled;
  const std::uint64_t id = announce();
  announcer.works = true;
  live(200);
  EXPECT_EQ(announcer.told.size(), 2U);
  EXPECT_EQ(state_of(id), MitigationState::active);
}

TEST_F(Life, NotifyAnnouncesNothing) {
  set_policy(PolicyMode::notify);
  attack(5000);
  EXPECT_THAT(mitigator->list(10), IsEmpty());
}
TEST_F(Life, ProposeWaits) {
  set_policy(PolicyMode::propose);
  attack(5000);
  ASSERT_EQ(mitigator->list(10).size(), 1U) << "one, however often the attack is told";
  EXPECT_EQ(state_of(1), MitigationState::proposed);
  EXPECT_THAT(announcer.keys(), IsEmpty());
  ASSERT_TRUE(mitigator->approve(1, "bob", ""));
  EXPECT_EQ(announcer.told.size(), 2U);
}
TEST_F(Life, ActActsAtOnce) {
  set_policy(PolicyMode::act);
  mitigator->on_attack(ntp_attack());
  EXPECT_EQ(announcer.told.size(), 2U) << "before any time has passed";
  EXPECT_EQ(mitigator->get(1)->asked_by, "policy udp");
}
TEST_F(Life, AFilterIsMadeOfTheSignature) {
  set_policy(PolicyMode::act, "filter");
  mitigator->on_attack(ntp_attack());
  EXPECT_THAT(announcer.keys(), ElementsAre("transit-1 dst 192.0.2.7/32 proto =17 sport =123"));
  const auto& filter = std::get<bgp::OwnFilter>(announcer.told.begin()->second);
  EXPECT_EQ(bgp::flow_action_text(filter.attributes.extended_communities.at(0)), "discard");
}
TEST_F(Life, AFilterWaitsForTheSignature) {
  set_policy(PolicyMode::act, "filter");
  Attack young = ntp_attack();
  young.signatures.clear();
  mitigator->on_attack(young);
  live(3000);
  EXPECT_THAT(announcer.keys(), IsEmpty());
  mitigator->on_attack(ntp_attack());
  EXPECT_EQ(announcer.told.size(), 1U);
}
TEST_F(Life, ThePolicyOfTheRuleGoesFirst) {
  PolicyConfig udp;
  udp.rule = "udp";
  PolicyConfig any;
  any.mode = PolicyMode::act;
  any.action = "rtbh";
  any.dry_run = false;
  config.policies = {udp, any};
  configure();
  attack(2000);
  EXPECT_THAT(announcer.keys(), IsEmpty());
}
TEST_F(Life, EscalatesWhileTheAttackGoesOn) {
  PolicyConfig policy;
  policy.mode = PolicyMode::act;
  policy.action = "filter";
  policy.dry_run = false;
  policy.escalate = {{.after_ms = 30'000, .action = "rtbh", .mode = PolicyMode::act}};
  config.policies = {policy};
  configure();
  attack(29'000);
  EXPECT_EQ(announcer.told.size(), 1U);
  attack(3000);
  EXPECT_EQ(announcer.told.size(), 3U);
}
TEST_F(Life, WhatIsSeenInSpiteOfTheDropEndsWithTheAttack) {
  set_policy(PolicyMode::act, "filter");
  attack(10'000);
  end_attack();
  live(config.hold_ms - 1000);
  EXPECT_EQ(announcer.told.size(), 1U);
  live(2000);
  EXPECT_EQ(state_of(1), MitigationState::withdrawn);
  EXPECT_THAT(announcer.keys(), IsEmpty());
}
TEST_F(Life, AProbeThatSeesNothingEndsIt) {
  set_policy(PolicyMode::act);
  attack(10'000);
  end_attack();
  live(config.probe_first_ms, 1000);
  EXPECT_EQ(state_of(1), MitigationState::probing);
  EXPECT_THAT(announcer.keys(), IsEmpty());
  live(config.probe_for_ms + 1000, 1000);
  EXPECT_EQ(state_of(1), MitigationState::withdrawn);
}
TEST_F(Life, AProbeThatSeesTheAttackAnnouncesAgainAndWaitsLonger) {
  set_policy(PolicyMode::act);
  config.actions[0].ttl_ms = kDayMs;
  configure();
  attack(10'000);
  end_attack();
  live(config.probe_first_ms, 1000);
  ASSERT_EQ(state_of(1), MitigationState::probing);
  mitigator->on_attack(ntp_attack(2));
  EXPECT_EQ(state_of(1), MitigationState::active) << "at once";
  EXPECT_EQ(announcer.told.size(), 2U);
  EXPECT_EQ(mitigator->list(10).size(), 1U) << "no second one for the same target";
  end_attack(2);
  live(2 * config.probe_first_ms - 10'000, 1000);
  EXPECT_EQ(state_of(1), MitigationState::active);
  live(20'000, 1000);
  EXPECT_EQ(state_of(1), MitigationState::probing);
}
TEST_F(Life, AtItsTimeToLiveAPersonHasToDecideAgain) {
  set_policy(PolicyMode::act, "filter");
  config.actions[1].ttl_ms = 10'000;
  configure();
  attack(12'000);
  EXPECT_EQ(state_of(1), MitigationState::expired);
  EXPECT_EQ(state_of(2), MitigationState::proposed);
  EXPECT_THAT(announcer.keys(), IsEmpty());
}
TEST_F(Life, ABlackholeDoesNotStopWhatComesFromTheTarget) {
  set_policy(PolicyMode::act);
  Attack attack = ntp_attack();
  attack.way = Way::outgoing;
  mitigator->on_attack(attack);
  EXPECT_THAT(announcer.keys(), IsEmpty());
  EXPECT_THAT(log->read(1, 0).entries.at(0).why, HasSubstr("comes from there"));
}

// ----------------------------------------------------------------------------------------------------- kill and restart

TEST_F(Life, AfterAKillWhatStandsIsAnnouncedAgain) {
  const std::uint64_t id = announce();
  make();
  EXPECT_EQ(announcer.told.size(), 2U);
  EXPECT_EQ(state_of(id), MitigationState::active);
}
TEST_F(Life, AfterAKillWhatExpiredIsNotAnnounced) {
  const std::uint64_t id = announce();
  now += 2 * kHourMs;
  make();
  EXPECT_THAT(announcer.keys(), IsEmpty());
  EXPECT_EQ(state_of(id), MitigationState::expired);
}
TEST_F(Life, AfterAKillWhatExpiredIsWithdrawnFromPeersThatKeptIt) {
  announce();
  now += 2 * kHourMs;
  make(false);
  EXPECT_THAT(announcer.keys(), IsEmpty());
}
TEST_F(Life, AfterAKillAProposalIsNotAnnounced) {
  const auto proposed = propose();
  make();
  EXPECT_THAT(announcer.keys(), IsEmpty());
  EXPECT_EQ(state_of(proposed->id), MitigationState::proposed);
}
TEST_F(Life, AfterAKillWhatIsNoLongerAllowedIsWithdrawn) {
  const std::uint64_t id = announce();
  config.own = {prefix("203.0.113.0/24")};
  make(false);
  EXPECT_THAT(announcer.keys(), IsEmpty());
  EXPECT_EQ(state_of(id), MitigationState::withdrawn);
}
TEST_F(Life, AfterAKillInDryRunNothingIsAnnounced) {
  announce();
  config.dry_run = true;
  make(false);
  EXPECT_THAT(announcer.keys(), IsEmpty());
}
TEST_F(Life, KilledBetweenTheIntentAndTheAnnouncement) {
  announcer.works = false;
  announcer.failure = ErrorCode::cancelled;  // as if the process ended here
  const std::uint64_t id = announce();
  EXPECT_THAT(saved, HasSubstr("192.0.2.7/32"));
  announcer.works = true;
  config.own.clear();
  make();
  EXPECT_THAT(announcer.keys(), IsEmpty());
  EXPECT_GE(announcer.withdrawals, 2) << "it may have left";
  EXPECT_EQ(state_of(id), MitigationState::withdrawn);
}
TEST_F(Life, AfterAKillInAProbeNothingIsAnnouncedUntilTheAttackIsSeen) {
  set_policy(PolicyMode::act);
  attack(10'000);
  end_attack();
  live(config.probe_first_ms, 1000);
  ASSERT_EQ(state_of(1), MitigationState::probing);
  make();
  EXPECT_THAT(announcer.keys(), IsEmpty());
  mitigator->on_attack(ntp_attack(55));
  EXPECT_EQ(announcer.told.size(), 2U);
}
TEST_F(Life, AfterAKillAnAttackThatIsFoundAnewIsTheSame) {
  set_policy(PolicyMode::act);
  attack(10'000);
  make();
  attack(5000, 2);
  EXPECT_EQ(mitigator->list(10).size(), 1U);
  EXPECT_EQ(mitigator->get(1)->attack, 2U);
}
TEST_F(Life, AStateThatCannotBeReadAnnouncesNothing) {
  announce();
  saved.resize(saved.size() / 2);
  make();
  EXPECT_THAT(announcer.keys(), IsEmpty());
  EXPECT_THAT(mitigator->summary().problems, ElementsAre(HasSubstr("could not be read")));
}
TEST_F(Life, AReloadWithdrawsWhatIsNoLongerAllowed) {
  const std::uint64_t id = announce();
  config.keep_reachable.push_back(prefix("192.0.2.7/32"));
  configure();
  EXPECT_THAT(announcer.keys(), IsEmpty());
  EXPECT_THAT(mitigator->get(id)->why, HasSubstr("protected"));
}

// -------------------------------------------------------------------------------------------------------------- notices

class Notices : public MitigatorTest {
 protected:
  Notices() {
    ChannelConfig hook{.name = "hook", .kind = ChannelKind::webhook, .url = "http://127.0.0.1/"};
    ChannelConfig api{.name = "api", .kind = ChannelKind::http, .url = "http://127.0.0.1/"};
    config.channels = {hook, api};
    config.actions[2].call = {"api"};
    configure();
  }
  /// Delivers all that is due.
  std::vector<std::string> deliver() {
    std::vector<std::string> out;
    for (auto due = mitigator->due(); !due.empty(); due = mitigator->due()) {
      for (const Delivery& delivery : due) {
        out.push_back(delivery.channel + " " + delivery.notice.event);
        mitigator->on_delivered(delivery.id, {});
      }
    }
    return out;
  }
};

TEST_F(Notices, InOrder) {
  const std::uint64_t id = announce();
  ASSERT_TRUE(mitigator->withdraw(id, "bob", ""));
  EXPECT_THAT(deliver(), ElementsAre("hook proposed", "hook announced", "hook withdrawn"));
}
TEST_F(Notices, AScrubbersApiIsCalledAtTheBeginningAndTheEnd) {
  const std::uint64_t id = announce("198.51.100.7/32", "scrub");
  EXPECT_THAT(deliver(), testing::UnorderedElementsAre("hook proposed", "hook announced", "api announced"));
  ASSERT_TRUE(mitigator->withdraw(id, "bob", ""));
  EXPECT_THAT(deliver(), testing::UnorderedElementsAre("hook withdrawn", "api withdrawn"));
}
TEST_F(Notices, InDryRunTheApiIsNotCalled) {
  config.dry_run = true;
  configure();
  announce("198.51.100.7/32", "scrub");
  EXPECT_THAT(deliver(), ElementsAre("hook proposed", "hook rehearsed"));
}
TEST_F(Notices, AreTriedAgainWithGrowingPauses) {
  (void)propose();
  const auto first = mitigator->due();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_THAT(mitigator->due(), IsEmpty()) << "it is on its way";
  std::vector<UnixMillis> pauses;
  for (int i = 0; i < 5; ++i) {
    mitigator->on_delivered(first[0].id, fail(ErrorCode::io, "503"));
    const UnixMillis since = now;
    while (mitigator->due().empty()) now += 100;
    pauses.push_back(now - since);
  }
  EXPECT_THAT(pauses, ElementsAre(1000, 2000, 4000, 8000, 16'000));
}
TEST_F(Notices, AreGivenUpAtLastAndThatIsLogged) {
  (void)propose();
  const auto due = mitigator->due();
  now += 2 * kDayMs;
  mitigator->on_delivered(due.at(0).id, fail(ErrorCode::io, "503"));
  EXPECT_EQ(log->read(1, 0).entries.at(0).what, "not delivered");
}
TEST_F(Notices, SurviveAKill) {
  (void)propose();
  ASSERT_EQ(mitigator->due().size(), 1U);
  make();
  EXPECT_THAT(deliver(), ElementsAre("hook proposed")) << "at least once";
}
TEST_F(Notices, OnlyTheEventsThatAChannelAskedFor) {
  config.channels[0].events = {"announced"};
  configure();
  announce();
  EXPECT_THAT(deliver(), ElementsAre("hook announced"));
}

}  // namespace
}  // namespace weir::detect
