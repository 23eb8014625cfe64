#include "bgp/rib.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "bgp/test_rib.h"

namespace weir::bgp {
namespace {

TEST(Rib, TheLongestPrefixIsFound) {
  RibFixture t;
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1, 2}));
  t.announce(view, "10.1.0.0/16", path({1, 3}), kStart, "192.0.2.77");
  t.announce(view, "2001:db8::/32", path({1, 6}));
  EXPECT_EQ(t.found("10.2.0.1"), "8 1 2");
  EXPECT_EQ(t.found("10.1.0.1"), "16 1 3");
  EXPECT_EQ(t.last.next_hop, ip("192.0.2.77"));
  EXPECT_EQ(t.last.choice, Choice::best);
  EXPECT_EQ(t.last.view, view);
  EXPECT_EQ(t.found("2001:db8::1"), "32 1 6");
  EXPECT_EQ(t.found("11.0.0.1"), "");
  EXPECT_EQ(t.last.choice, Choice::none);
}

TEST(Rib, AnAttributeSetTellsAllThatWasAnnounced) {
  RibFixture t;
  PathAttributes all;
  all.origin = Origin::egp;
  all.as_path.segments = {{SegmentType::confed_sequence, {65'001}},
                          {SegmentType::as_sequence, {3491, 45'352}},
                          {SegmentType::as_set, {1, 2}}};
  all.med = 7;
  all.local_pref = 0;
  all.communities = {0xffff'0001, 1};
  all.extended_communities = {0x0002'fc00'0000'0001};
  all.large_communities = {{1, 2, 3}, {4, 5, 6}};
  all.aggregator = Aggregator{64'500, ip("2001:db8::1")};
  all.atomic_aggregate = true;
  all.originator_id = 9;
  all.cluster_list = {1, 2, 3};
  t.announce(t.view(t.source("a"), "192.0.2.10", "192.0.2.20"), "10.0.0.0/8", all);
  EXPECT_EQ(t.found("10.0.0.1"), "8 " + to_string(all.as_path));
  EXPECT_EQ(t.last.attributes->attributes(), all);
  EXPECT_EQ(t.last.attributes->communities_text(), communities_text(all));
  EXPECT_EQ(t.last.attributes->origin_as(), 0U);
  EXPECT_EQ(t.last.attributes->first_as(), 3491U);
  EXPECT_EQ(t.last.attributes->path_length(), 3U);
  EXPECT_EQ(t.rib.candidates(ip("10.0.0.1"), kGlobalTable, false).at(0).attributes, all);
}

TEST(Rib, EqualSetsAreKeptOnceAndFreedWithTheLastRoute) {
  RibFixture t({.history_ms = 0, .most_past_routes = 0});
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1, 2}));
  t.announce(view, "11.0.0.0/8", path({1, 2}));
  EXPECT_EQ(t.rib.status().attribute_sets, 1U);
  EXPECT_EQ(t.found("10.0.0.1"), "8 1 2");
  t.last.attributes->note(1) = 5;
  EXPECT_EQ(t.found("11.0.0.1"), "8 1 2");
  EXPECT_EQ(t.last.attributes->note(1), 5U);
  EXPECT_EQ(t.last.attributes->note(0), 0U);
  t.withdraw(view, "10.0.0.0/8");
  t.withdraw(view, "11.0.0.0/8");
  EXPECT_EQ(t.rib.status().attribute_sets, 0U);
  t.upkeep(kStart);
  t.announce(view, "10.0.0.0/8", path({1, 2}));
  EXPECT_EQ(t.found("10.0.0.1"), "8 1 2");
  EXPECT_EQ(t.last.attributes->note(1), 0U);
}

TEST(Rib, AnExportersOwnViewWinsEvenWithAShorterPrefix) {
  RibFixture t;
  const SourceId source = t.source("a");
  const ViewId own = t.view(source, "192.0.2.10", "192.0.2.20");
  const ViewId other = t.view(source, "192.0.2.11", "192.0.2.20");
  t.announce(own, "10.0.0.0/8", path({1, 2, 3, 4}));
  t.announce(other, "10.0.0.0/8", path({5}));
  t.announce(other, "10.1.0.0/16", path({6}));
  EXPECT_EQ(t.found("10.1.0.1"), "16 6");
  EXPECT_EQ(t.found("10.1.0.1", 0, "192.0.2.10"), "8 1 2 3 4");
  EXPECT_EQ(t.last.choice, Choice::own_view);
  EXPECT_EQ(t.found("10.1.0.1", 0, "192.0.2.11"), "16 6");
  EXPECT_EQ(t.last.choice, Choice::own_view);
  EXPECT_EQ(t.found("10.1.0.1", 0, "192.0.2.99"), "16 6");
  EXPECT_EQ(t.last.choice, Choice::best);
}

TEST(Rib, OwnViewsAreKnownByRouterIdAndByConfiguration) {
  RibFixture t;
  ViewInfo info = RibFixture::info(t.source("a"), "198.51.100.1", "192.0.2.20");
  info.router_id = ip("192.0.2.30").v4_bits();
  t.announce(t.rib.open_view(info, kStart), "10.0.0.0/8", path({1, 1}));
  const SourceId configured = t.source("b", 100, {ip("2001:db8::5")});
  t.announce(t.view(configured, "198.51.100.2", "192.0.2.20"), "10.0.0.0/8", path({2, 2, 2}));
  EXPECT_EQ(t.found("10.0.0.1", 0, "192.0.2.30"), "8 1 1");
  EXPECT_EQ(t.last.choice, Choice::own_view);
  EXPECT_EQ(t.found("10.0.0.1", 0, "2001:db8::5"), "8 2 2 2");
  EXPECT_EQ(t.last.choice, Choice::own_view);
  t.source("b", 100, {});
  EXPECT_EQ(t.found("10.0.0.1", 0, "2001:db8::5"), "8 1 1");
  EXPECT_EQ(t.last.choice, Choice::best);
}

TEST(Rib, OwnViewsAreRankedByTheirKind) {
  RibFixture t;
  const SourceId source = t.source("a");
  const auto tell = [&](RibKind kind, As as) {
    t.announce(t.view(source, "192.0.2.10", "192.0.2.20", kStart, kind), "10.0.0.0/8", path({as}));
    return t.found("10.0.0.1", 0, "192.0.2.10");
  };
  EXPECT_EQ(tell(RibKind::adj_rib_out_pre, 1), "8 1");
  EXPECT_EQ(tell(RibKind::adj_rib_out_post, 2), "8 2");
  EXPECT_EQ(tell(RibKind::adj_rib_in_pre, 3), "8 3");
  EXPECT_EQ(tell(RibKind::adj_rib_in_post, 4), "8 4");
  EXPECT_EQ(tell(RibKind::loc_rib, 5), "8 5");
}

TEST(Rib, TheNextHopOfTheFlowChoosesWithinTheLongestPrefix) {
  RibFixture t;
  const SourceId source = t.source("a");
  const ViewId one = t.view(source, "192.0.2.10", "192.0.2.20");
  const ViewId two = t.view(source, "192.0.2.10", "192.0.2.21");
  t.announce(one, "10.0.0.0/8", path({1}), kStart, "192.0.2.1");
  t.announce(two, "10.0.0.0/8", path({2, 2}), kStart, "192.0.2.2");
  t.announce(two, "0.0.0.0/0", path({3}), kStart, "192.0.2.3");
  EXPECT_EQ(t.found("10.0.0.1", 0, {}, "192.0.2.2"), "8 2 2");
  EXPECT_EQ(t.last.choice, Choice::next_hop);
  EXPECT_EQ(t.found("10.0.0.1", 0, {}, "192.0.2.3"), "8 1");
  EXPECT_EQ(t.last.choice, Choice::best);
}

TEST(Rib, AddPathRoutesOfOneViewStandSideBySide) {
  RibFixture t;
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1, 2, 3}), kStart, "192.0.2.1", 1);
  t.announce(view, "10.0.0.0/8", path({4, 5}), kStart, "192.0.2.2", 2);
  EXPECT_EQ(t.found("10.0.0.1"), "8 4 5");
  EXPECT_EQ(t.last.path_id, 2U);
  EXPECT_EQ(t.found("10.0.0.1", 0, {}, "192.0.2.1"), "8 1 2 3");
  EXPECT_EQ(t.last.path_id, 1U);
  EXPECT_EQ(t.rib.status().routes, 2U);
  t.withdraw(view, "10.0.0.0/8", kStart, 2);
  EXPECT_EQ(t.found("10.0.0.1"), "8 1 2 3");
}

TEST(Rib, TablesAreApart) {
  RibFixture t;
  const SourceId source = t.source("a");
  const RouteDistinguisher red = parse_rd("64500:1").value();
  const RouteDistinguisher blue = parse_rd("64500:2").value();
  ViewInfo vrf = RibFixture::info(source, "192.0.2.10", "192.0.2.20");
  vrf.key.distinguisher = red;
  t.announce(t.rib.open_view(vrf, kStart), "10.0.0.0/8", path({1}));
  const ViewId global = t.view(source, "192.0.2.10", "192.0.2.20");
  t.announce(global, "10.0.0.0/8", path({2}));
  Announcement vpn{nlri("10.0.0.0/8"), ip("192.0.2.1")};
  vpn.nlri.rd = blue;
  vpn.nlri.label = 16;
  t.rib.announce(global, path({3}), {&vpn, 1}, kStart);
  t.rib.name_table("red", red);
  const auto found_red = t.rib.find_table("red");
  const auto found_blue = t.rib.find_table("64500:2");
  ASSERT_TRUE(found_red);
  ASSERT_TRUE(found_blue);
  EXPECT_EQ(t.rib.find_table("64500:1"), found_red);
  EXPECT_EQ(t.rib.find_table("64500:3"), std::nullopt);
  EXPECT_EQ(t.rib.find_table("green"), std::nullopt);
  EXPECT_EQ(t.rib.find_table(""), kGlobalTable);
  EXPECT_EQ(t.found("10.0.0.1", 0, {}, {}, *found_red), "8 1");
  EXPECT_EQ(t.found("10.0.0.1"), "8 2");
  EXPECT_EQ(t.found("10.0.0.1", 0, {}, {}, *found_blue), "8 3");
  EXPECT_EQ(t.found("10.0.0.1", 0, {}, {}, 1000), "");
  const auto shown = t.rib.candidates(ip("10.0.0.1"), *found_blue, false);
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].nlri, vpn.nlri);
  const RibStatus status = t.rib.status();
  EXPECT_EQ(status.tables, 3U);
  EXPECT_EQ(status.prefixes4, 1U);
  EXPECT_EQ(status.views.at(1).routes_vpn, 1U);
}

TEST(Rib, ALabelledRouteReplacesTheUnicastOne) {
  RibFixture t;
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1}));
  Announcement labelled{nlri("10.0.0.0/8"), ip("192.0.2.1")};
  labelled.nlri.label = 100;
  t.rib.announce(view, path({2}), {&labelled, 1}, kStart);
  EXPECT_EQ(t.found("10.0.0.1"), "8 2");
  EXPECT_EQ(t.rib.candidates(ip("10.0.0.1"), kGlobalTable, false).at(0).nlri.label, 100U);
  EXPECT_EQ(t.rib.status().routes, 1U);
  t.withdraw(view, "10.0.0.0/8");
  EXPECT_EQ(t.found("10.0.0.1"), "");
}

// ------------------------------------------------------------------------------------------------------------ lifetime

TEST(Rib, ALostViewIsUsedForTheHoldTimeAndThenGone) {
  RibFixture t({.hold_ms = 10 * kSecondMs});
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1}));
  t.upkeep(kStart);
  t.rib.close_view(view, kStart + 1000);
  t.upkeep(kStart + 5000);
  EXPECT_EQ(t.found("10.0.0.1"), "8 1");
  EXPECT_TRUE(t.rib.candidates(ip("10.0.0.1"), kGlobalTable, false).at(0).stale);
  EXPECT_EQ(t.rib.status().stale_routes, 1U);
  t.upkeep(kStart + 12'000);
  EXPECT_EQ(t.found("10.0.0.1"), "");
  EXPECT_EQ(t.found("10.0.0.1", kStart + 2000), "8 1");
  EXPECT_EQ(t.rib.status().routes, 0U);
  EXPECT_EQ(t.rib.status().prefixes4, 0U);
}

TEST(Rib, AViewThatComesBackInTimeKeepsWhatItTellsAgain) {
  RibFixture t({.hold_ms = 10 * kSecondMs});
  const SourceId source = t.source("a");
  const ViewId view = t.view(source, "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1}));
  t.announce(view, "11.0.0.0/8", path({1}));
  t.rib.end_of_rib(view, kV4, kStart);
  t.rib.close_view(view, kStart + 1000);
  EXPECT_EQ(t.view(source, "192.0.2.10", "192.0.2.20", kStart + 5000), view);
  t.upkeep(kStart + 60'000);
  EXPECT_EQ(t.found("11.0.0.1"), "8 1");
  EXPECT_EQ(t.rib.status().stale_routes, 2U);
  t.announce(view, "10.0.0.0/8", path({1}), kStart + 61'000);
  EXPECT_EQ(t.rib.status().stale_routes, 1U);
  t.rib.end_of_rib(view, kV4, kStart + 62'000);
  EXPECT_EQ(t.found("10.0.0.1"), "8 1");
  EXPECT_EQ(t.found("11.0.0.1"), "");
  EXPECT_EQ(t.found("11.0.0.1", kStart + 61'000), "8 1");
  EXPECT_EQ(t.rib.status().routes, 1U);
  // What was told again as it was is valid since ever.
  EXPECT_EQ(t.rib.candidates(ip("10.0.0.1"), kGlobalTable, true).at(0).since_ms, 0);
}

TEST(Rib, WithoutEndOfRibWhatIsNotToldAgainGoesWhenTheViewIsQuiet) {
  RibFixture t;
  const SourceId source = t.source("a");
  const ViewId view = t.view(source, "192.0.2.10", "192.0.2.20");
  for (const char* prefix : {"10.0.0.0/8", "11.0.0.0/8", "2001:db8::/32"}) t.announce(view, prefix, path({1}));
  t.upkeep(kStart);
  t.rib.close_view(view, kStart);
  t.view(source, "192.0.2.10", "192.0.2.20");
  t.announce(view, "11.0.0.0/8", path({1}));
  t.upkeep(kStart + 29'000);
  EXPECT_EQ(t.found("10.0.0.1"), "8 1");
  t.upkeep(kStart + 30'000);
  EXPECT_EQ(t.found("10.0.0.1"), "");
  EXPECT_EQ(t.found("11.0.0.1"), "8 1");
  EXPECT_EQ(t.found("2001:db8::1"), "32 1") << "nothing was told of this family yet";
  t.upkeep(kStart + 600'000);
  EXPECT_EQ(t.found("2001:db8::1"), "");
  EXPECT_EQ(t.found("11.0.0.1"), "8 1");
}

TEST(Rib, AtOnceMeansAtOnce) {
  RibFixture t;
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1}));
  t.rib.close_view(view, kStart + 1000, true);
  EXPECT_EQ(t.found("10.0.0.1"), "");
  EXPECT_EQ(t.rib.status().routes, 0U);
}

TEST(Rib, ARefreshTakesOutWhatIsNotToldAgain) {
  RibFixture t;
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1}));
  t.announce(view, "11.0.0.0/8", path({1}));
  t.announce(view, "2001:db8::/32", path({1}));
  t.rib.begin_refresh(view, kV4, kStart + 1000);
  EXPECT_EQ(t.rib.status().stale_routes, 2U);
  t.announce(view, "11.0.0.0/8", path({2}), kStart + 2000);
  t.rib.end_of_rib(view, kV6, kStart + 3000);
  EXPECT_EQ(t.found("10.0.0.1"), "8 1");
  t.rib.end_of_rib(view, kV4, kStart + 3000);
  EXPECT_EQ(t.found("10.0.0.1"), "");
  EXPECT_EQ(t.found("11.0.0.1"), "8 2");
  EXPECT_EQ(t.found("2001:db8::1"), "32 1");
}

TEST(Rib, ADroppedSourceIsForgottenAndCanComeBack) {
  RibFixture t;
  const SourceId gone = t.source("gone");
  const ViewId view = t.view(gone, "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1}));
  const ViewId stays = t.view(t.source("stays"), "192.0.2.10", "192.0.2.20");
  t.announce(stays, "10.0.0.0/8", path({2, 2}));
  t.rib.drop_source(gone);
  EXPECT_EQ(t.found("10.0.0.1"), "8 2 2");
  EXPECT_EQ(t.rib.status().views.size(), 1U);
  t.announce(view, "10.0.0.0/8", path({1}), kStart + 1000);
  EXPECT_EQ(t.found("10.0.0.1"), "8 2 2") << "an unknown view tells nothing";
  EXPECT_EQ(t.source("gone"), gone);
  EXPECT_EQ(t.view(gone, "192.0.2.10", "192.0.2.20"), view);
  t.announce(view, "10.0.0.0/8", path({1}), kStart + 2000);
  EXPECT_EQ(t.found("10.0.0.1"), "8 1");
}

TEST(Rib, AViewIsSyncedByEndOfRibOfAllItSent) {
  RibFixture t;
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  const auto synced = [&] { return t.rib.status().views.at(0).synced; };
  EXPECT_FALSE(synced());
  t.announce(view, "10.0.0.0/8", path({1}));
  t.announce(view, "2001:db8::/32", path({1}));
  t.rib.end_of_rib(view, kV4, kStart);
  EXPECT_FALSE(synced());
  t.rib.end_of_rib(view, kV6, kStart);
  EXPECT_TRUE(synced());
}

TEST(Rib, AViewIsSyncedByBeingQuiet) {
  RibFixture t;
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  const auto synced = [&] { return t.rib.status().views.at(0).synced; };
  t.upkeep(kStart + 100'000);
  EXPECT_FALSE(synced()) << "nothing told yet";
  t.announce(view, "10.0.0.0/8", path({1}), kStart + 100'000);
  t.upkeep(kStart + 129'000);
  EXPECT_FALSE(synced());
  t.announce(view, "11.0.0.0/8", path({1}), kStart + 129'000);
  t.upkeep(kStart + 150'000);
  EXPECT_FALSE(synced());
  t.upkeep(kStart + 159'000);
  EXPECT_TRUE(synced());
}

TEST(Rib, MoreRoutesThanAllowedAreRefusedAndCounted) {
  RibFixture t({.most_routes = 2});
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1}));
  t.announce(view, "11.0.0.0/8", path({1}));
  t.announce(view, "12.0.0.0/8", path({1}));
  t.announce(view, "10.0.0.0/8", path({2}));  // replaces
  EXPECT_EQ(t.rib.status().refused, 1U);
  EXPECT_EQ(t.rib.status().routes, 2U);
  EXPECT_EQ(t.found("12.0.0.1"), "");
  EXPECT_EQ(t.found("10.0.0.1"), "8 2");
  t.withdraw(view, "11.0.0.0/8");
  t.announce(view, "12.0.0.0/8", path({1}));
  EXPECT_EQ(t.found("12.0.0.1"), "8 1");
}

// --------------------------------------------------------------------------------------------------------------
// history

TEST(Rib, ATellingThatNeverEndsIsOverAfterAWhile) {
  RibFixture t;
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  for (As as = 1; as <= 61; ++as) {
    const UnixMillis now = kStart + as * 10'000;
    t.announce(view, "10.0.0.0/8", path({as}), now);
    t.upkeep(now);
    EXPECT_EQ(t.rib.status().views.at(0).synced, as >= 61);
    EXPECT_EQ(t.rib.status().past_routes, 0U);
  }
  t.announce(view, "10.0.0.0/8", path({62}), kStart + 620'000);
  EXPECT_EQ(t.found("10.0.0.1", kStart), "8 61");
  EXPECT_EQ(t.found("10.0.0.1", kStart + 620'000), "8 62");
}

TEST(Rib, AFlowGetsTheRouteOfItsOwnTime) {
  RibFixture t;
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1}));
  t.announce(view, "10.1.0.0/16", path({2}));
  t.rib.end_of_rib(view, kV4, kStart);
  t.announce(view, "10.1.0.0/16", path({3}), kStart + 10'000);
  t.withdraw(view, "10.1.0.0/16", kStart + 20'000);
  t.announce(view, "10.1.1.0/24", path({4}), kStart + 30'000);
  EXPECT_EQ(t.found("10.1.1.1", kStart - 3'600'000), "16 2") << "the first telling holds for before";
  EXPECT_EQ(t.found("10.1.1.1", kStart + 9'999), "16 2");
  EXPECT_EQ(t.found("10.1.1.1", kStart + 10'000), "16 3");
  EXPECT_EQ(t.found("10.1.1.1", kStart + 20'000), "8 1");
  EXPECT_EQ(t.found("10.1.1.1", kStart + 30'000), "24 4");
  EXPECT_EQ(t.found("10.1.1.1"), "24 4");
  EXPECT_EQ(t.found("10.1.2.1"), "8 1");
  EXPECT_EQ(t.rib.status().past_routes, 2U);
  const auto shown = t.rib.candidates(ip("10.1.2.1"), kGlobalTable, true);
  ASSERT_EQ(shown.size(), 3U);
  EXPECT_EQ(shown[0].since_ms, kStart + 10'000);
  EXPECT_EQ(shown[0].until_ms, kStart + 20'000);
  EXPECT_EQ(shown[0].lost_because, "no longer valid");
  EXPECT_EQ(t.rib.candidates(ip("10.1.2.1"), kGlobalTable, false).size(), 1U);
}

TEST(Rib, HistoryAges) {
  RibFixture t({.history_ms = 60 * kSecondMs});
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1}));
  t.rib.end_of_rib(view, kV4, kStart);
  t.withdraw(view, "10.0.0.0/8", kStart + 10'000);
  t.upkeep(kStart + 70'000);
  EXPECT_EQ(t.found("10.0.0.1", kStart + 9'000), "8 1");
  t.upkeep(kStart + 71'000);
  EXPECT_EQ(t.found("10.0.0.1", kStart + 9'000), "");
  const RibStatus status = t.rib.status();
  EXPECT_EQ(status.past_routes, 0U);
  EXPECT_EQ(status.attribute_sets, 0U);
}

TEST(Rib, TheOldestPastRoutesGoFirst) {
  RibFixture t({.most_past_routes = 2});
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1}));
  t.rib.end_of_rib(view, kV4, kStart);
  for (As as = 2; as <= 4; ++as) t.announce(view, "10.0.0.0/8", path({as}), kStart + as * 10'000);
  EXPECT_EQ(t.rib.status().past_routes, 2U);
  EXPECT_EQ(t.found("10.0.0.1", kStart + 19'000), "");
  EXPECT_EQ(t.found("10.0.0.1", kStart + 20'000), "8 2");
  EXPECT_EQ(t.found("10.0.0.1", kStart + 30'000), "8 3");
  EXPECT_EQ(t.found("10.0.0.1", kStart + 40'000), "8 4");
}

TEST(Rib, AFileOfLongAgoIsNotHistoryAtOnce) {
  RibFixture t({.history_ms = 60 * kSecondMs});
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.upkeep(kStart);
  const UnixMillis then = kStart - 30 * kDayMs;
  t.announce(view, "10.0.0.0/8", path({1}), then);
  t.rib.end_of_rib(view, kV4, then);
  t.announce(view, "10.0.0.0/8", path({2}), then + 10'000);
  t.upkeep(kStart + 30'000);
  EXPECT_EQ(t.found("10.0.0.1", then + 9'000), "8 1");
  t.upkeep(kStart + 62'000);
  EXPECT_EQ(t.found("10.0.0.1", then + 9'000), "");
}

// ------------------------------------------------------------------------------------------------------------- showing

TEST(Rib, CandidatesSayWhyTheyLost) {
  RibFixture t;
  const ViewId preferred = t.view(t.source("a", 200), "192.0.2.10", "192.0.2.20");
  const SourceId source = t.source("b", 100);
  const ViewId one = t.view(source, "192.0.2.10", "192.0.2.20");
  const ViewId two = t.view(source, "192.0.2.10", "192.0.2.21");
  t.announce(two, "10.0.0.0/8", path({1, 2}));
  t.announce(one, "10.0.0.0/8", path({1, 2}));
  t.announce(preferred, "10.0.0.0/8", path({1, 2, 3}));
  t.announce(one, "0.0.0.0/0", path({9}));
  auto shown = t.rib.candidates(ip("10.0.0.1"), kGlobalTable, false);
  ASSERT_EQ(shown.size(), 4U);
  EXPECT_TRUE(shown[0].best);
  EXPECT_EQ(shown[0].source, "a");
  EXPECT_EQ(shown[0].lost_because, "");
  EXPECT_EQ(shown[1].view_id, one);
  EXPECT_EQ(shown[1].lost_because, "higher source preference");
  EXPECT_EQ(shown[2].view_id, two);
  EXPECT_TRUE(shown[3].best) << "of its own prefix";
  t.source("a", 1);
  shown = t.rib.candidates(ip("10.0.0.1"), kGlobalTable, false);
  EXPECT_EQ(shown[0].view_id, one);
  EXPECT_EQ(shown[1].lost_because, "lower address of the peer");
  EXPECT_EQ(shown[2].source, "a");
  EXPECT_EQ(t.found("10.0.0.1"), "8 1 2");
}

TEST(Rib, AllPrefixesAreVisitedInOrder) {
  RibFixture t;
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  std::vector<Prefix> expected;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    const Prefix prefix = Prefix::of(IpAddress::v4(0x0a00'0000U + (i * 7919 % 2000) * 256), 24);
    const Announcement route{{.prefix = prefix, .rd = {}}, ip("192.0.2.1")};
    t.rib.announce(view, path({1}), {&route, 1}, kStart);
    expected.push_back(prefix);
  }
  std::ranges::sort(expected);
  t.announce(view, "2001:db8::/32", path({1}));
  expected.push_back(net("2001:db8::/32"));
  std::vector<Prefix> seen;
  t.rib.for_each(kGlobalTable, [&](const Prefix& prefix, std::span<const Candidate> routes) {
    seen.push_back(prefix);
    return routes.size() == 1;
  });
  EXPECT_EQ(seen, expected);
  std::size_t visits = 0;
  t.rib.for_each(kGlobalTable, [&](const Prefix&, std::span<const Candidate>) { return ++visits < 300; });
  EXPECT_EQ(visits, 300U);
}

TEST(Rib, OneWholeUpdateIsApplied) {
  RibFixture t;
  const ViewId view = t.view(t.source("a"), "192.0.2.10", "192.0.2.20");
  t.announce(view, "10.0.0.0/8", path({1}));
  Update update;
  update.unreach.push_back({kV4, {nlri("10.0.0.0/8")}});
  update.reach.push_back({kV4, ip("192.0.2.9"), {nlri("11.0.0.0/8")}});
  update.reach.push_back({kV6, ip("2001:db8::9"), {nlri("2001:db8::/32")}});
  update.attributes = path({5});
  t.rib.apply(view, update, kStart + 1000);
  Update end;
  end.end_of_rib = kV4;
  t.rib.apply(view, end, kStart + 1000);
  EXPECT_EQ(t.found("10.0.0.1"), "");
  EXPECT_EQ(t.found("11.0.0.1"), "8 5");
  EXPECT_EQ(t.found("2001:db8::1"), "32 5");
  EXPECT_EQ(t.last.next_hop, ip("2001:db8::9"));
  const ViewStatus status = t.rib.status().views.at(0);
  EXPECT_EQ(status.announced, 3U);
  EXPECT_EQ(status.withdrawn, 1U);
  EXPECT_EQ(status.routes4, 1U);
  EXPECT_EQ(status.routes6, 1U);
  EXPECT_FALSE(status.synced);
}

}  // namespace
}  // namespace weir::bgp
