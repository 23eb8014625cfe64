#include "enrich/route_choice.h"
#include "enrich/test_fixture.h"

namespace weir::enrich {
namespace {

using bgp::As;
using flow::Column;
using flow::Counter;

// ---------------------------------------------------------------------------------------------------- whose word
// counts

TEST(RouteChoice, WhatAnAsNumberSays) {
  for (const std::uint32_t as : {0U, 23456U, 65535U, 4294967295U}) EXPECT_EQ(says(as), Says::nothing) << as;
  for (const std::uint32_t as : {64496U, 64511U, 64512U, 65534U, 65536U, 65551U, 4200000000U, 4294967294U}) {
    EXPECT_EQ(says(as), Says::local) << as;
  }
  for (const std::uint32_t as : {1U, 23455U, 64495U, 65552U, 4199999999U}) EXPECT_EQ(says(as), Says::anything) << as;
}

TEST(RouteChoice, AutomaticTakesTheFlowsAsUnlessItSaysNothingOrIsLocal) {
  const auto choose = [](std::uint32_t flow, std::uint32_t table) {
    return choose_as(flow, table, Prefer::automatic, false);
  };
  EXPECT_EQ(choose(3356, 174), 3356U);
  EXPECT_EQ(choose(0, 174), 174U);
  EXPECT_EQ(choose(23456, 200000), 200000U);
  EXPECT_EQ(choose(64512, 174), 174U);
  EXPECT_EQ(choose(64512, 64512), 64512U) << "a private AS that the table confirms";
  EXPECT_EQ(choose(64512, 0), 64512U) << "the table does not know better";
  EXPECT_EQ(choose(0, 23456), 23456U);
  EXPECT_EQ(choose(0, 0), 0U);
}

TEST(RouteChoice, TheExportersOwnViewGoesBeforeTheFlow) {
  EXPECT_EQ(choose_as(3356, 174, Prefer::automatic, true), 174U);
  EXPECT_EQ(choose_as(3356, 0, Prefer::automatic, true), 3356U);
  EXPECT_EQ(choose_as(3356, 23456, Prefer::automatic, true), 3356U) << "AS_TRANS is no AS";
}

TEST(RouteChoice, PreferringTheFlowStillReplacesWhatSaysLess) {
  const auto choose = [](std::uint32_t flow, std::uint32_t table) {
    return choose_as(flow, table, Prefer::flow, true);
  };
  EXPECT_EQ(choose(3356, 174), 3356U);
  EXPECT_EQ(choose(64512, 174), 174U);
  EXPECT_EQ(choose(64512, 64513), 64512U) << "one private AS is no better than another";
  EXPECT_EQ(choose(0, 174), 174U);
  EXPECT_EQ(choose(23456, 64513), 64513U);
}

TEST(RouteChoice, PreferringTheTable) {
  EXPECT_EQ(choose_as(3356, 64512, Prefer::table, false), 64512U);
  EXPECT_EQ(choose_as(3356, 0, Prefer::table, false), 3356U);
}

TEST(RouteChoice, Masks) {
  EXPECT_TRUE(takes_flow_mask(24, 32, Prefer::automatic, false));
  EXPECT_FALSE(takes_flow_mask(0, 32, Prefer::automatic, false));
  EXPECT_FALSE(takes_flow_mask(33, 32, Prefer::flow, false)) << "no mask of this family";
  EXPECT_TRUE(takes_flow_mask(64, 128, Prefer::flow, true));
  EXPECT_FALSE(takes_flow_mask(24, 32, Prefer::automatic, true));
  EXPECT_FALSE(takes_flow_mask(24, 32, Prefer::table, false));
}

// ------------------------------------------------------------------------------------------------------ with a real
// table

class RoutesTest : public BatchTest {
 protected:
  RoutesTest() {
    lookups_.routes = &rib_;
    other_ = open_view("others", "203.0.113.200", "203.0.113.201");
  }
  bgp::ViewId open_view(const std::string& source, std::string_view router, std::string_view peer,
                        bgp::RouteDistinguisher rd = {}) {
    const bgp::SourceId id = rib_.set_source({.name = source, .kind = bgp::SourceKind::bmp, .exporters = {}});
    return rib_.open_view({.key = {.source = id,
                                   .router = ip(router),
                                   .rib = bgp::RibKind::adj_rib_in_post,
                                   .distinguisher = rd,
                                   .peer = ip(peer)},
                           .peer_as = 65000,
                           .bgp_id = 0,
                           .router_id = 0,
                           .router_name = {},
                           .internal = false},
                          1000);
  }
  void announce(bgp::ViewId view, std::string_view prefix, std::string_view path, std::string_view next_hop,
                std::string_view community = {}) {
    bgp::PathAttributes attributes;
    attributes.as_path = bgp::parse_as_path(path).value();
    if (!community.empty()) {
      ASSERT_TRUE(bgp::parse_community(community, attributes).has_value());
    }
    const bgp::Announcement route{.nlri = {.prefix = net(prefix), .rd = {}}, .next_hop = ip(next_hop)};
    rib_.announce(view, attributes, {&route, 1}, 1000);
  }

  ~RoutesTest() override { enricher_.reset(); }  // before what it looks at

  bgp::Rib rib_;
  bgp::VrpTable vrps_;
  bgp::ViewId other_ = 0;
};

TEST_F(RoutesTest, WithoutATableNothingChanges) {
  lookups_.routes = nullptr;
  const auto row = add_flow("192.0.2.1", "198.51.100.1");
  enrich();
  EXPECT_FALSE(has<Column::dst_as>(row));
  EXPECT_FALSE(has<Column::as_path>(row));
  EXPECT_EQ(count(Counter::bytes_unrouted), 100U);
}

TEST_F(RoutesTest, ARouteFillsAllColumns) {
  announce(other_, "198.51.100.0/24", "3356 2914 15169", "203.0.113.1", "3356:100");
  announce(other_, "10.0.0.0/8", "3491 7018", "203.0.113.2", "3491:7");
  const auto row = add_flow("10.1.2.3", "198.51.100.1");
  enrich();
  EXPECT_EQ(value<Column::src_as>(row), 7018U);
  EXPECT_EQ(value<Column::src_mask>(row), 8);
  EXPECT_EQ(value<Column::dst_as>(row), 15169U);
  EXPECT_EQ(value<Column::dst_mask>(row), 24);
  EXPECT_EQ(text<Column::as_path>(row), "3356 2914 15169");
  EXPECT_EQ(value<Column::first_as>(row), 3356U);
  EXPECT_EQ(text<Column::communities>(row), "3356:100");
  EXPECT_EQ(value<Column::bgp_next_hop>(row), ip("203.0.113.1"));
  EXPECT_EQ(value<Column::next_hop>(row), ip("203.0.113.1")) << "the flow told none";
  EXPECT_FALSE(has<Column::rpki>(row)) << "there are no VRPs";
}

TEST_F(RoutesTest, Ipv6) {
  announce(other_, "2001:db8:5::/48", "3356 64500", "2001:db8::1");
  const auto row = add_flow("2001:db8:5::1", "2001:db8:5::2");
  enrich();
  EXPECT_EQ(value<Column::dst_mask>(row), 48);
  EXPECT_EQ(value<Column::src_as>(row), 64500U);
  EXPECT_EQ(value<Column::bgp_next_hop>(row), ip("2001:db8::1"));
}

TEST_F(RoutesTest, TheFlowsNextHopStaysAndItsBgpNextHopTooUnlessItsOwnViewKnows) {
  announce(other_, "198.51.100.0/24", "3356", "203.0.113.1");
  const auto row = add_flow("192.0.2.1", "198.51.100.1");
  batch_.set<Column::next_hop>(row, ip("10.0.0.1"));
  batch_.set<Column::bgp_next_hop>(row, ip("10.0.0.9"));
  const auto nothing = add_flow("192.0.2.1", "198.51.100.1");
  batch_.set<Column::next_hop>(nothing, ip("0.0.0.0"));
  batch_.set<Column::bgp_next_hop>(nothing, ip("0.0.0.0"));
  enrich();
  EXPECT_EQ(value<Column::next_hop>(row), ip("10.0.0.1"));
  EXPECT_EQ(value<Column::bgp_next_hop>(row), ip("10.0.0.9"));
  EXPECT_EQ(value<Column::next_hop>(nothing), ip("203.0.113.1"));
  EXPECT_EQ(value<Column::bgp_next_hop>(nothing), ip("203.0.113.1"));
}

TEST_F(RoutesTest, PreferencesOfOneExporterGoBeforeThoseOfAll) {
  announce(other_, "198.51.100.0/24", "3356 15169", "203.0.113.1");
  config_.routes = {.as = Prefer::table, .mask = Prefer::table, .next_hop = Prefer::table};
  config_.exporters = {{.address = exporter_,
                        .shown_as = {},
                        .name = "",
                        .sampling = {},
                        .interfaces = {},
                        .routes = {.as = Prefer::flow, .mask = {}, .next_hop = {}}}};
  const auto fill = [&](std::size_t row) {
    batch_.set<Column::dst_as>(row, 174);
    batch_.set<Column::dst_mask>(row, 20);
    batch_.set<Column::bgp_next_hop>(row, ip("10.0.0.9"));
  };
  const auto own = add_flow("192.0.2.1", "198.51.100.1");
  fill(own);
  const auto other = add_flow("192.0.2.1", "198.51.100.1", ip("192.0.2.99"));
  fill(other);
  enrich();
  EXPECT_EQ(value<Column::dst_as>(own), 174U);
  EXPECT_EQ(value<Column::dst_mask>(own), 24);
  EXPECT_EQ(value<Column::bgp_next_hop>(own), ip("203.0.113.1"));
  EXPECT_EQ(value<Column::dst_as>(other), 15169U);
}

TEST_F(RoutesTest, WhatTheExporterToldStaysWithoutARoute) {
  announce(other_, "198.51.100.0/24", "3356 15169", "203.0.113.1");
  const auto row = add_flow("192.0.2.1", "192.0.2.2");
  const flow::StringId path = strings_.intern("64500 64501");
  const flow::StringId communities = strings_.intern("1:2");
  batch_.set<Column::as_path>(row, path);
  batch_.set<Column::communities>(row, communities);
  batch_.set<Column::first_as>(row, 64500);
  batch_.set<Column::dst_as>(row, 64501);
  enrich();
  EXPECT_EQ(text<Column::as_path>(row), "64500 64501");
  EXPECT_EQ(text<Column::communities>(row), "1:2");
  EXPECT_EQ(value<Column::first_as>(row), 64500U);
  EXPECT_EQ(value<Column::dst_as>(row), 64501U);
  EXPECT_EQ(count(Counter::flows_routed_exported), 1U);
}

TEST_F(RoutesTest, AnExportersPathGoesBeforeTheRouteOfAnotherRouterButNotBeforeItsOwnView) {
  const bgp::ViewId own = open_view("own", "192.0.2.10", "203.0.113.50");
  announce(other_, "198.51.100.0/24", "3356 15169", "203.0.113.1", "3356:1");
  announce(own, "10.0.0.0/8", "3491 7018", "203.0.113.2", "3491:1");
  const flow::StringId path = strings_.intern("2914 15169");
  const auto others = add_flow("192.0.2.1", "198.51.100.1");
  const auto owns = add_flow("192.0.2.1", "10.0.0.1");
  for (const auto row : {others, owns}) {
    batch_.set<Column::as_path>(row, path);
    batch_.set<Column::first_as>(row, 2914);
  }
  enrich();
  EXPECT_EQ(text<Column::as_path>(others), "2914 15169");
  EXPECT_EQ(value<Column::first_as>(others), 2914U);
  EXPECT_FALSE(has<Column::communities>(others)) << "those of another route";
  EXPECT_EQ(text<Column::as_path>(owns), "3491 7018");
  EXPECT_EQ(value<Column::first_as>(owns), 3491U);
  EXPECT_EQ(text<Column::communities>(owns), "3491:1");
}

TEST_F(RoutesTest, TheSamePathFromTheFlowTakesTheTablesCommunities) {
  announce(other_, "198.51.100.0/24", "3356 15169", "203.0.113.1", "3356:1");
  const auto row = add_flow("192.0.2.1", "198.51.100.1");
  batch_.set<Column::as_path>(row, strings_.intern("3356 15169"));
  enrich();
  EXPECT_EQ(text<Column::communities>(row), "3356:1");
}

TEST_F(RoutesTest, OwnAddressesHaveAnEmptyPathAndTheConfiguredAs) {
  announce(other_, "10.0.0.0/8", "", "203.0.113.1");
  config_.own_ases = {45352, 45353};
  const auto row = add_flow("192.0.2.1", "10.0.0.1");
  batch_.set<Column::first_as>(row, 3356);
  enrich();
  EXPECT_TRUE(has<Column::as_path>(row));
  EXPECT_EQ(text<Column::as_path>(row), "");
  EXPECT_EQ(value<Column::dst_as>(row), 45352U);
  EXPECT_FALSE(has<Column::first_as>(row)) << "there is no neighbour on the way";
  EXPECT_EQ(text<Column::communities>(row), "");
}

TEST_F(RoutesTest, OwnAddressesWithoutAConfiguredAs) {
  announce(other_, "10.0.0.0/8", "", "203.0.113.1");
  const auto row = add_flow("192.0.2.1", "10.0.0.1");
  enrich();
  EXPECT_FALSE(has<Column::dst_as>(row));
  EXPECT_EQ(value<Column::dst_mask>(row), 8);
  EXPECT_EQ(count(Counter::flows_routed_best), 1U);
}

TEST_F(RoutesTest, APathThatEndsInASetHasNoOrigin) {
  announce(other_, "198.51.100.0/24", "3356 {1,2}", "203.0.113.1");
  config_.own_ases = {45352};
  const auto row = add_flow("192.0.2.1", "198.51.100.1");
  enrich();
  EXPECT_FALSE(has<Column::dst_as>(row)) << "it is not the operator's own, either";
  EXPECT_EQ(text<Column::as_path>(row), "3356 {1,2}");
}

TEST_F(RoutesTest, ADefaultRouteHasMaskZero) {
  announce(other_, "0.0.0.0/0", "3356", "203.0.113.1");
  const auto row = add_flow("192.0.2.1", "198.51.100.1");
  enrich();
  EXPECT_EQ(value<Column::dst_mask>(row), 0);
}

TEST_F(RoutesTest, EachTextIsMadeOnceAndSharedByWorkers) {
  announce(other_, "198.51.100.0/24", "3356 15169", "203.0.113.1");
  add_flow("192.0.2.1", "198.51.100.1");
  enrich();
  const flow::StringId size = strings_.size();
  Enricher second(strings_, exporters_, lookups_);
  second.enrich(plan_, batch_);
  EXPECT_EQ(strings_.size(), size);
  EXPECT_EQ(text<Column::as_path>(0), "3356 15169");
}

TEST_F(RoutesTest, VrfsHaveTablesOfTheirOwn) {
  const auto rd = bgp::parse_rd("65000:12").value();
  rib_.name_table("CUST-A", rd);
  const bgp::ViewId vrf = open_view("vrf", "203.0.113.200", "203.0.113.202", rd);
  announce(vrf, "10.0.0.0/8", "64900", "203.0.113.3");
  announce(other_, "10.0.0.0/8", "3356", "203.0.113.1");
  const auto global = add_flow("192.0.2.1", "10.0.0.1");
  const auto named = add_flow("192.0.2.1", "10.0.0.1");
  const auto unknown = add_flow("192.0.2.1", "10.0.0.1");
  batch_.set<Column::vrf>(named, strings_.intern("CUST-A"));
  batch_.set<Column::vrf>(unknown, strings_.intern("CUST-B"));
  enrich();
  EXPECT_EQ(text<Column::as_path>(global), "3356");
  EXPECT_EQ(text<Column::as_path>(named), "64900");
  EXPECT_EQ(text<Column::as_path>(unknown), "3356") << "a VRF without a table of its own is in the global one";
}

TEST_F(RoutesTest, ADistinguisherInTheFlowGoesBeforeTheName) {
  const auto rd = bgp::parse_rd("65000:12").value();
  const auto other_rd = bgp::parse_rd("65000:99").value();
  rib_.name_table("CUST-A", other_rd);
  announce(open_view("vrf", "203.0.113.200", "203.0.113.202", rd), "10.0.0.0/8", "64900", "203.0.113.3");
  announce(open_view("vrf", "203.0.113.200", "203.0.113.202", other_rd), "10.0.0.0/8", "64901", "203.0.113.3");
  const auto told = add_flow("192.0.2.1", "10.0.0.1");
  batch_.set<Column::vrf>(told, strings_.intern("CUST-A"));
  batch_.set<Column::route_distinguisher>(told, strings_.intern("65000:12"));
  const auto strange = add_flow("192.0.2.1", "10.0.0.1");
  batch_.set<Column::vrf>(strange, strings_.intern("CUST-A"));
  batch_.set<Column::route_distinguisher>(strange, strings_.intern("65000:77"));
  enrich();
  EXPECT_EQ(text<Column::as_path>(told), "64900");
  EXPECT_EQ(text<Column::as_path>(strange), "64901") << "a distinguisher that no source knows leaves it to the name";
}

TEST_F(RoutesTest, AVrfOfOneExporterIsConfiguredAsADistinguisher) {
  const auto rd = bgp::parse_rd("65000:13").value();
  const bgp::ViewId vrf = open_view("vrf", "203.0.113.200", "203.0.113.202", rd);
  announce(vrf, "10.0.0.0/8", "64900", "203.0.113.3");
  announce(other_, "10.0.0.0/8", "3356", "203.0.113.1");
  rib_.name_table("INTERNET", rd);
  config_.exporters = {{.address = exporter_,
                        .shown_as = {},
                        .name = "",
                        .sampling = {},
                        .interfaces = {},
                        .routes = {},
                        .vrfs = {{"7", "65000:13"}, {"INTERNET", "global"}}}};
  const auto by_number = add_flow("192.0.2.1", "10.0.0.1");
  batch_.set<Column::vrf>(by_number, strings_.intern("7"));
  const auto global = add_flow("192.0.2.1", "10.0.0.1");
  batch_.set<Column::vrf>(global, strings_.intern("INTERNET"));
  enrich();
  EXPECT_EQ(text<Column::as_path>(by_number), "64900");
  EXPECT_EQ(text<Column::as_path>(global), "3356");
}

TEST_F(RoutesTest, ATableThatComesLaterIsFoundWithTheNextBatch) {
  const auto rd = bgp::parse_rd("65000:14").value();
  const flow::StringId late = strings_.intern("LATE");
  batch_.set<Column::vrf>(add_flow("192.0.2.1", "10.0.0.1"), late);
  enrich();
  EXPECT_FALSE(has<Column::as_path>(0));
  rib_.name_table("LATE", rd);
  announce(open_view("vrf", "203.0.113.200", "203.0.113.202", rd), "10.0.0.0/8", "64900", "203.0.113.3");
  batch_.clear();
  batch_.set<Column::vrf>(add_flow("192.0.2.1", "10.0.0.1"), late);
  enrich();
  EXPECT_EQ(text<Column::as_path>(0), "64900");
}

TEST_F(RoutesTest, CountsWhereRoutesAreFrom) {
  const bgp::ViewId own = open_view("own", "192.0.2.10", "203.0.113.50");
  announce(own, "10.0.0.0/8", "3491", "203.0.113.2");
  announce(other_, "198.51.100.0/24", "3356", "203.0.113.1");
  announce(open_view("others", "203.0.113.200", "203.0.113.203"), "198.51.100.0/24", "2914 3356", "203.0.113.7");
  add_flow("192.0.2.1", "10.0.0.1");
  add_flow("192.0.2.1", "198.51.100.1");
  batch_.set<Column::next_hop>(add_flow("192.0.2.1", "198.51.100.1"), ip("203.0.113.7"));
  batch_.set<Column::dst_as>(add_flow("192.0.2.1", "192.0.2.2"), 15169);
  const auto none = add_flow("192.0.2.1", "192.0.2.2");
  batch_.set<Column::dst_as>(none, 0);
  batch_.set<Column::sampling_rate>(none, 1000);
  enrich();
  EXPECT_EQ(text<Column::as_path>(2), "2914 3356") << "the next hop that the flow told";
  EXPECT_EQ(count(Counter::flows_routed_own_view), 1U);
  EXPECT_EQ(count(Counter::flows_routed_best), 1U);
  EXPECT_EQ(count(Counter::flows_routed_next_hop), 1U);
  EXPECT_EQ(count(Counter::flows_routed_exported), 1U);
  EXPECT_EQ(count(Counter::flows_routed), 4U);
  EXPECT_EQ(count(Counter::bytes_routed), 400U);
  EXPECT_EQ(count(Counter::bytes_unrouted), 100'000U);
}

TEST_F(RoutesTest, AnExporterBehindTranslationIsKnownByTheAddressItIsShownAs) {
  config_.exporters = {
      {.address = exporter_, .shown_as = ip("198.18.0.1"), .name = "", .sampling = {}, .interfaces = {}}};
  announce(open_view("own", "198.18.0.1", "203.0.113.50"), "10.0.0.0/8", "3491", "203.0.113.2");
  announce(other_, "10.0.0.0/8", "1", "203.0.113.1");
  const auto row = add_flow("192.0.2.1", "10.0.0.1");
  enrich();
  EXPECT_EQ(text<Column::as_path>(row), "3491");
  EXPECT_EQ(count(Counter::flows_routed_own_view), 1U);
}

TEST_F(RoutesTest, Rpki) {
  lookups_.vrps = &vrps_;
  vrps_.replace(0, {{.prefix = net("198.51.100.0/24"), .most_length = 24, .as = 15169},
                   {.prefix = net("10.0.0.0/8"), .most_length = 8, .as = 45352}});
  config_.own_ases = {45352};
  announce(other_, "198.51.100.0/24", "3356 15169", "203.0.113.1");
  announce(other_, "198.51.100.128/25", "3356 15169", "203.0.113.1");
  announce(other_, "203.0.113.0/24", "3356 15169", "203.0.113.1");
  announce(other_, "10.0.0.0/8", "", "203.0.113.1");
  const auto valid = add_flow("192.0.2.1", "198.51.100.1");
  const auto invalid = add_flow("192.0.2.1", "198.51.100.129");
  const auto not_found = add_flow("192.0.2.1", "203.0.113.1");
  const auto own = add_flow("192.0.2.1", "10.0.0.1");
  const auto no_route = add_flow("192.0.2.1", "192.0.2.2");
  enrich();
  EXPECT_EQ(text<Column::rpki>(valid), "valid");
  EXPECT_EQ(text<Column::rpki>(invalid), "invalid") << "longer than the VRP allows";
  EXPECT_EQ(text<Column::rpki>(not_found), "not-found");
  EXPECT_EQ(text<Column::rpki>(own), "valid") << "RFC 6811: an empty path is originated by the own AS";
  EXPECT_FALSE(has<Column::rpki>(no_route));
  batch_.clear();
  vrps_.replace(0, {});
  const auto row = add_flow("192.0.2.1", "198.51.100.1");
  enrich();
  EXPECT_FALSE(has<Column::rpki>(row)) << "without any VRP nothing is said";
}

TEST_F(RoutesTest, MoreRowsThanOneChunkOfSeveralExporters) {
  announce(other_, "10.0.0.0/8", "3356", "203.0.113.1");
  for (unsigned i = 0; i < 2000; ++i) {
    add_flow("192.0.2.1", i % 3 == 0 ? "10.0.0.1" : "11.0.0.1", i < 700 ? exporter_ : ip("192.0.2.77"));
  }
  enrich();
  for (std::size_t row = 0; row < 2000; ++row) ASSERT_EQ(has<Column::dst_as>(row), row % 3 == 0) << row;
  EXPECT_EQ(count(Counter::flows_routed), 234U);
}

}  // namespace
}  // namespace weir::enrich
