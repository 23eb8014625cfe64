// The detailed form as other routers than FRR print it, and as people paste it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bgp/wire/show_ip_bgp.h"

namespace weir::bgp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Shown {
  std::vector<ShownRoute> routes;
  ShowCounts counts;
  std::vector<std::string> complaints;
};

Shown read(std::string_view text) {
  Shown out;
  ShowIpBgpReader reader([&](ShownRoute& route) { out.routes.push_back(route); });
  reader.take(text);
  reader.finish();
  out.counts = reader.counts();
  out.complaints = reader.complaints();
  return out;
}

std::string path(const ShownRoute& route) {
  return to_string(route.attributes.as_path);
}

constexpr std::string_view kHeading =
    "BGP routing table entry for 192.0.2.0/24, version 9\nPaths: (1 available, best #1, table default)\n";
std::string entry(std::string_view rest) {
  return std::string(kHeading) + std::string(rest);
}

// As a slide shows it: indentation gone, lines wrapped at words, three of the paths only.
TEST(ShowIpBgpEntry, PastedAndWrapped) {
  const Shown shown = read(
      "BGP routing table entry for 203.0.113.0/24, version\n4711\n"
      "Paths: (34 available, best #21, table\ndefault)\n  Not advertised to any peer\n  Refresh Epoch 1\n"
      "64501 64496 64510\n    192.0.2.193 from 192.0.2.193 (192.0.2.193)\n"
      "      Origin IGP, metric 0, localpref 100, valid,\nexternal\n      Community: 64501:666 64501:2012 64496:400 "
      "64496:413\n"
      "      rx pathid: 0, tx pathid: 0\n  Refresh Epoch 1\n64502 64501\n64497 64510\n"
      "    198.51.100.254 from\n198.51.100.254 (198.51.100.191)\n"
      "      Origin IGP, metric 0, localpref\n100, valid, external,\nbest (Older\nPath)\n"
      "      Community: 64501:3 64501:86 64501:575\n64501:666 64502:2581 64502:30840\n"
      "      rx pathid: 0, tx pathid: 0\n  Refresh Epoch 1\n64503 64498 64510\n"
      "    198.51.100.126\nfrom 198.51.100.126 (198.51.100.126)\n"
      "      Origin incomplete, localpref 100, valid, external\n      Community: 64498:167 64503:65001\n"
      "      rx pathid: 0, tx pathid: 0\n  Refresh Epoch 1\nroute-views>\n  \n");
  ASSERT_EQ(shown.routes.size(), 3U) << ::testing::PrintToString(shown.complaints);
  EXPECT_EQ(path(shown.routes[0]), "64501 64496 64510");
  EXPECT_EQ(path(shown.routes[1]), "64502 64501 64497 64510");
  EXPECT_EQ(path(shown.routes[2]), "64503 64498 64510");
  EXPECT_EQ(to_string(shown.routes[1].peer), "198.51.100.254");
  EXPECT_EQ(to_string(shown.routes[2].next_hop), "198.51.100.126");
  EXPECT_EQ(shown.routes[2].bgp_id, 0xc633647eU);
  EXPECT_EQ(shown.routes[1].attributes.local_pref, 100U);
  EXPECT_TRUE(shown.routes[0].valid);
  EXPECT_FALSE(shown.routes[0].best);
  EXPECT_TRUE(shown.routes[1].best);
  EXPECT_EQ(shown.routes[2].attributes.origin, Origin::incomplete);
  EXPECT_EQ(communities_text(shown.routes[1].attributes),
            "64501:3 64501:86 64501:575 64501:666 64502:2581 64502:30840");
  EXPECT_EQ(shown.counts.not_understood, 0U);
  EXPECT_EQ(shown.counts.missing, 31U);
  EXPECT_THAT(shown.complaints, ElementsAre("line 1: 203.0.113.0/24: 34 paths announced, 3 found"));
}

TEST(ShowIpBgpEntry, UpdateGroupsAreNoPath) {
  const Shown shown = read(
      entry("  Advertised to update-groups:\n     1          3\n  3356 701\n"
            "    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, localpref 100, valid, external, best\n"));
  ASSERT_EQ(shown.routes.size(), 1U);
  EXPECT_EQ(path(shown.routes[0]), "3356 701");
  EXPECT_EQ(shown.counts.not_understood, 0U);
}
TEST(ShowIpBgpEntry, UpdateGroupsBeforeAnEpoch) {
  const Shown shown = read(
      entry("  Advertised to update-groups:\n     1\n  Refresh Epoch 2\n  3356 701, (received & used)\n"
            "    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, localpref 100, valid, external, best\n"));
  ASSERT_EQ(shown.routes.size(), 1U);
  EXPECT_EQ(path(shown.routes[0]), "3356 701");
  EXPECT_EQ(shown.counts.not_understood, 0U) << ::testing::PrintToString(shown.complaints);
}
TEST(ShowIpBgpEntry, PeersByName) {
  const Shown shown =
      read(entry("  Advertised to non peer-group peers:\n  core1(192.0.2.9) core2(2001:db8::9)\n  3356 701\n"
                 "    edge(198.18.0.1) from edge(198.18.0.7) (198.18.0.9)\n      Origin EGP, valid, external\n"));
  ASSERT_EQ(shown.routes.size(), 1U) << ::testing::PrintToString(shown.complaints);
  EXPECT_EQ(to_string(shown.routes[0].next_hop), "198.18.0.1");
  EXPECT_EQ(to_string(shown.routes[0].peer), "198.18.0.7");
  EXPECT_EQ(shown.routes[0].bgp_id, 0xc6120009U);
  EXPECT_EQ(shown.routes[0].attributes.origin, Origin::egp);
}
TEST(ShowIpBgpEntry, InaccessibleIsNotValid) {
  const Shown shown =
      read(entry("  3356 701\n    198.18.0.1 (inaccessible) from 198.18.0.2 (198.18.0.3)\n"
                 "      Origin IGP, metric 7, localpref 100, internal\n"));
  ASSERT_EQ(shown.routes.size(), 1U);
  EXPECT_FALSE(shown.routes[0].valid);
  EXPECT_TRUE(shown.routes[0].internal);
  EXPECT_EQ(shown.routes[0].attributes.med, 7U);
  EXPECT_EQ(to_string(shown.routes[0].peer), "198.18.0.2");
}
TEST(ShowIpBgpEntry, ReflectedRoute) {
  const Shown shown = read(entry(
      "  Local\n    198.18.0.1 (metric 20) from 198.18.0.2 (198.18.0.3)\n"
      "      Origin IGP, metric 0, localpref 100, valid, internal, best\n"
      "      Originator: 198.18.0.9, Cluster list: 198.18.0.2,\n198.18.0.4\n      mpls labels in/out nolabel/24\n"));
  ASSERT_EQ(shown.routes.size(), 1U);
  EXPECT_EQ(shown.routes[0].attributes.originator_id, 0xc6120009U);
  EXPECT_THAT(shown.routes[0].attributes.cluster_list, ElementsAre(0xc6120002U, 0xc6120004U));
  EXPECT_TRUE(shown.routes[0].sourced);
  EXPECT_EQ(shown.counts.not_understood, 0U) << ::testing::PrintToString(shown.complaints);
}
TEST(ShowIpBgpEntry, CopiesBeforePolicyAndHistoryAreNoRoutes) {
  const Shown shown = read(
      entry("  3356, (received-only)\n    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, valid, external\n"
            "  701, (history entry)\n    198.18.0.2 from 198.18.0.2 (198.18.0.2)\n      Origin IGP, external\n"
            "      Dampinfo: penalty 500, flapped 1 times in 00:03:05\n"));
  EXPECT_THAT(shown.routes, IsEmpty());
  EXPECT_EQ(shown.counts.missing, 0U);
}
TEST(ShowIpBgpEntry, CommunitiesOfOldNotation) {
  const Shown shown =
      read(entry("  3356 701\n    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, valid, external\n"
                 "      Community: 219939482 no-export\n        219939483 local-AS gshut\n"
                 "  64500 701\n    198.18.0.2 from 198.18.0.2 (198.18.0.2)\n      Origin IGP, valid, external\n"));
  ASSERT_EQ(shown.routes.size(), 2U);
  EXPECT_THAT(shown.routes[0].attributes.communities,
              ElementsAre(219939482U, 0xffffff01U, 219939483U, 0xffffff03U, 0xffff0000U));
  EXPECT_EQ(path(shown.routes[1]), "64500 701");
}
TEST(ShowIpBgpEntry, ExtendedCommunitiesWithoutCommonNotationAreLeftOut) {
  const Shown shown = read(
      entry("  3356\n    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, valid, external\n"
            "      Extended Community: RT:64500:100 0x8800:32768:0 SoO:64500:1\n        OSPF DOMAIN ID:0x0005:0x1\n"));
  ASSERT_EQ(shown.routes.size(), 1U);
  EXPECT_EQ(communities_text(shown.routes[0].attributes), "rt:64500:100 soo:64500:1");
  EXPECT_EQ(shown.counts.not_understood, 0U) << ::testing::PrintToString(shown.complaints);
}
TEST(ShowIpBgpEntry, PathIdentifiers) {
  const Shown shown =
      read(entry("  3356\n    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, valid, external\n      rx "
                 "pathid: 5, tx pathid: 0x0\n"
                 "  3357\n    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, valid, external\n      "
                 "AddPath ID: RX 6, TX-All 2\n"));
  ASSERT_EQ(shown.routes.size(), 2U);
  EXPECT_EQ(shown.routes[0].nlri.path_id, 5U);
  EXPECT_EQ(shown.routes[1].nlri.path_id, 6U);
}
TEST(ShowIpBgpEntry, VpnNetworks) {
  const Shown shown = read(
      "BGP routing table entry for 64500:1:10.0.0.0/8, version 5\nPaths: (1 available)\n  3356\n"
      "    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, valid, external\n"
      "BGP routing table entry for [192.0.2.1:7]2001:DB8::/32, version 5\nPaths: (1 available)\n  3356\n"
      "    2001:DB8::1 (FE80::1) from 2001:DB8::1 (198.18.0.1)\n      Origin IGP, valid, external\n");
  ASSERT_EQ(shown.routes.size(), 2U) << ::testing::PrintToString(shown.complaints);
  EXPECT_EQ(to_string(shown.routes[0].nlri.rd), "64500:1");
  EXPECT_EQ(to_string(shown.routes[1].nlri.rd), "192.0.2.1:7");
  EXPECT_EQ(to_string(shown.routes[1].nlri.prefix), "2001:db8::/32");
  EXPECT_EQ(shown.routes[1].bgp_id, 0xc6120001U);
}
TEST(ShowIpBgpEntry, UnknownFieldsArePassedOver) {
  const Shown shown =
      read(entry("  Flag: 0x820\n  3356\n    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, valid, "
                 "external, best, otc 64500\n"
                 "      path 7FE0C7C6F1D8 RPKI State valid\n      Something New: 1 2 3\n      Last update: Mon Nov 23 "
                 "15:02:07 2026\n"));
  EXPECT_EQ(shown.counts.routes, 1U);
  EXPECT_EQ(shown.counts.not_understood, 0U) << ::testing::PrintToString(shown.complaints);
}

TEST(ShowIpBgpEntry, HeadingWithoutANetwork) {
  const Shown shown = read(
      "BGP routing table entry for nothing, version 5\nPaths: (1 available)\n  3356\n"
      "    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, valid, external\n");
  EXPECT_THAT(shown.routes, IsEmpty());
  EXPECT_EQ(shown.counts.prefixes, 0U);
  EXPECT_THAT(shown.complaints, ElementsAre(HasSubstr("line 1: expected a network")));
}
TEST(ShowIpBgpEntry, PathsThatAreNoNumber) {
  EXPECT_THAT(read("BGP routing table entry for 192.0.2.0/24\nPaths: (many available)\n").complaints,
              ElementsAre("line 2: expected the number of paths: 'Paths: (many available)'"));
}
TEST(ShowIpBgpEntry, NextHopWithoutAPath) {
  const Shown shown = read(entry("    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, valid, external\n"));
  EXPECT_THAT(shown.routes, IsEmpty());
  EXPECT_EQ(shown.counts.not_understood, 1U);
  EXPECT_THAT(shown.complaints[0], HasSubstr("no AS path comes before the next hop"));
}
TEST(ShowIpBgpEntry, PathThatIsNone) {
  const Shown shown =
      read(entry("  3356 seven\n    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, valid, external\n"
                 "  3357\n    198.18.0.2 from 198.18.0.2 (198.18.0.2)\n      Origin IGP, valid, external\n"));
  ASSERT_EQ(shown.routes.size(), 1U);
  EXPECT_EQ(path(shown.routes[0]), "3357");
  EXPECT_EQ(shown.counts.not_understood, 1U);
}
TEST(ShowIpBgpEntry, OriginThatIsNone) {
  const Shown shown =
      read(entry("  3356\n    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin XYZ, valid, external\n"));
  EXPECT_EQ(shown.counts.routes, 1U);
  EXPECT_THAT(shown.complaints, ElementsAre(HasSubstr("line 5: expected IGP, EGP or incomplete")));
}
TEST(ShowIpBgpEntry, CommunityThatIsNone) {
  const Shown shown =
      read(entry("  3356\n    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, valid, external\n      "
                 "Community: 1:2 x 3:4\n"));
  ASSERT_EQ(shown.routes.size(), 1U);
  EXPECT_EQ(communities_text(shown.routes[0].attributes), "1:2 3:4");
  EXPECT_EQ(shown.counts.not_understood, 1U);
}
TEST(ShowIpBgpEntry, BracketThatIsNeverClosed) {
  std::string text =
      entry("  3356\n    198.18.0.1 from 198.18.0.1 (198.18.0.1)\n      Origin IGP, valid, external (\n");
  for (int i = 0; i < 2000; ++i) text += "words without end\n";
  text += "  3357\n    198.18.0.2 from 198.18.0.2 (198.18.0.2)\n      Origin IGP, valid, external\n";
  const Shown shown = read(text);
  EXPECT_EQ(shown.counts.routes, 1U);  // the second's path is not told from what stands before it
  EXPECT_GT(shown.counts.not_understood, 100U);
}
TEST(ShowIpBgpEntry, APathThatNeverComes) {
  const Shown shown = read(entry("  3356 701\n"));
  EXPECT_EQ(shown.counts.routes, 0U);
  EXPECT_EQ(shown.counts.not_understood, 1U);
  EXPECT_EQ(shown.counts.missing, 1U);
}

TEST(ShowIpBgp, IsToldFromOtherFiles) {
  EXPECT_TRUE(looks_like_show_ip_bgp(kHeading));
  EXPECT_TRUE(
      looks_like_show_ip_bgp("banner\nroute-views>show ip bgp\n  Network   Next Hop  Metric LocPrf Weight Path\n"));
  EXPECT_TRUE(looks_like_show_ip_bgp("BGP table version is 11, local router ID is 192.0.2.1"));
  EXPECT_FALSE(looks_like_show_ip_bgp("prefix,as_path\n10.0.0.0/8,64500\n"));
  EXPECT_FALSE(looks_like_show_ip_bgp(""));
}

}  // namespace
}  // namespace weir::bgp
