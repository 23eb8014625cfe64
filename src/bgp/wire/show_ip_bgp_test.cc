#include "bgp/wire/show_ip_bgp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

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

Shown read(std::string_view text, std::size_t chunk = std::string_view::npos) {
  Shown out;
  ShowIpBgpReader reader([&](ShownRoute& route) { out.routes.push_back(route); });
  while (!text.empty()) {
    reader.take(text.substr(0, chunk));
    text.remove_prefix(std::min(chunk, text.size()));
  }
  reader.finish();
  out.counts = reader.counts();
  out.complaints = reader.complaints();
  return out;
}

std::string sample(const std::string& name) {
  std::ifstream file(WEIR_SOURCE_DIR "/testdata/show_ip_bgp/" + name);
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// "*>i 4.0.0.0/8 via 198.18.0.4 path 3356 3491 med 5 pref 200 igp"
std::string line(const ShownRoute& route) {
  std::string out = std::string(route.valid ? "*" : "-") + (route.best ? ">" : "") + (route.internal ? "i" : "") + " " +
                    to_string(route.nlri.prefix) + " via " + to_string(route.next_hop) + " path " +
                    to_string(route.attributes.as_path);
  if (route.attributes.med) out += " med " + std::to_string(*route.attributes.med);
  if (route.attributes.local_pref) out += " pref " + std::to_string(*route.attributes.local_pref);
  return out + " " + std::string(to_string(route.attributes.origin));
}
std::vector<std::string> lines(const Shown& shown) {
  std::vector<std::string> out;
  for (const ShownRoute& route : shown.routes) out.push_back(line(route));
  return out;
}

constexpr std::string_view kHeading = "   Network          Next Hop            Metric LocPrf Weight Path\n";
std::string table(std::string_view rows) {
  return std::string(kHeading) + std::string(rows);
}

const std::string kWhole[] = {"*> 3.0.0.0/8 via 198.18.0.2 path 64501 65002 701 80 igp",
                              "* 3.0.0.0/8 via 198.18.0.3 path 64502 65003 701 80 igp",
                              "* 4.0.0.0/8 via 198.18.0.2 path 64501 3356 3491 45352 med 50 igp",
                              "* 4.0.0.0/8 via 198.18.0.3 path 64502 3356 3491 45352 med 50 igp",
                              "*>i 4.0.0.0/8 via 198.18.0.4 path 3356 3491 45352 med 5 pref 200 igp",
                              "*> 10.0.0.0/8 via 0.0.0.0 path  med 0 igp",
                              "*>i 100.64.0.0/10 via 198.18.0.4 path  pref 100 igp",
                              "*> 128.32.0.0/16 via 198.18.0.2 path 64501 25 25 25 egp",
                              "* 128.32.0.0/16 via 198.18.0.3 path 64502 25 25 25 egp",
                              "*> 172.16.0.0/12 via 0.0.0.0 path  med 0 igp",
                              "*> 192.31.7.0/24 via 198.18.0.2 path 64501 109 {1,2} incomplete",
                              "* 192.31.7.0/24 via 198.18.0.3 path 64502 109 {1,2} incomplete",
                              "*> 193.254.255.128/25 via 198.18.0.2 path 64501 4200000001 4200000002 4200000003 "
                              "4200000004 4200000005 4200000006 igp",
                              "* 193.254.255.128/25 via 198.18.0.3 path 64502 4200000001 4200000002 4200000003 "
                              "4200000004 4200000005 4200000006 igp",
                              "*> 198.51.0.0/16 via :: path  med 0 igp",
                              "*> 198.51.100.0/24 via 198.18.0.2 path 64501 64599 igp",
                              "*> 203.0.113.129/32 via 198.18.0.2 path 64501 64510 igp",
                              "* 203.0.113.129/32 via 198.18.0.3 path 64502 64510 igp"};

// The same FRR printed in four ways, captured from one bgpd.
TEST(ShowIpBgpTable, FrrTable) {
  const Shown shown = read(sample("frr_table.txt"));
  EXPECT_THAT(lines(shown), ::testing::ElementsAreArray(kWhole));
  EXPECT_EQ(shown.counts.prefixes, 11U);
  EXPECT_EQ(shown.counts.routes, 18U);
  EXPECT_THAT(shown.complaints, IsEmpty());
}
TEST(ShowIpBgpTable, FrrWideTable) {
  const Shown shown = read(sample("frr_table_wide.txt"));
  EXPECT_THAT(lines(shown), ::testing::ElementsAreArray(kWhole));
  EXPECT_THAT(shown.complaints, IsEmpty());
}
TEST(ShowIpBgpEntry, FrrEntries) {
  const Shown shown = read(sample("frr_entries.txt"));
  EXPECT_THAT(lines(shown), ::testing::ElementsAreArray(kWhole));
  EXPECT_EQ(shown.counts.prefixes, 11U);
  EXPECT_EQ(shown.counts.missing, 0U);
  EXPECT_THAT(shown.complaints, IsEmpty());
  const ShownRoute& route = shown.routes[2];
  EXPECT_EQ(to_string(route.peer), "127.0.0.2");
  EXPECT_EQ(route.bgp_id, 0xc0000202U);
  EXPECT_EQ(communities_text(route.attributes), "3356:666 3356:2012 65535:65281");
  EXPECT_EQ(communities_text(shown.routes[6].attributes), "rt:64500:100");
  EXPECT_EQ(communities_text(shown.routes[16].attributes), "64500:1:2");
  ASSERT_TRUE(shown.routes[10].attributes.aggregator);
  EXPECT_EQ(shown.routes[10].attributes.aggregator->as, 109U);
  EXPECT_EQ(to_string(shown.routes[10].attributes.aggregator->address), "192.0.2.9");
  EXPECT_TRUE(shown.routes[14].attributes.atomic_aggregate);
  EXPECT_TRUE(shown.routes[5].sourced);
}
TEST(ShowIpBgpTable, Ipv6IsWrapped) {
  const std::vector<std::string> wanted = {"*> 2001:db8::/32 via :: path  med 0 igp",
                                           "*> 2001:db8:5::/48 via 2001:db8::2 path 64501 64510 64511 igp",
                                           "* 2001:db8:5::/48 via 2001:db8::3 path 64502 64510 64511 igp",
                                           "*> 2001:db8:1111:2222:3333:4444:5555:6666/128 via "
                                           "2001:db8:ffff:ffff:ffff:ffff:ffff:2 path 64501 64510 64511 igp",
                                           "* 2001:db8:1111:2222:3333:4444:5555:6666/128 via "
                                           "2001:db8:ffff:ffff:ffff:ffff:ffff:3 path 64502 64510 64511 igp"};
  EXPECT_EQ(lines(read(sample("frr_table6.txt"))), wanted);
  EXPECT_EQ(lines(read(sample("frr_entries6.txt"))), wanted);
}
TEST(ShowIpBgp, ChunksOfAnySizeGiveTheSame) {
  for (const char* name : {"frr_table.txt", "frr_table6.txt", "frr_entries.txt"}) {
    const std::string text = sample(name);
    const Shown whole = read(text);
    for (const std::size_t chunk : {1U, 7U, 80U}) EXPECT_EQ(lines(read(text, chunk)), lines(whole)) << name;
  }
}
TEST(ShowIpBgp, CarriageReturnsAreNothing) {
  std::string text = sample("frr_table.txt");
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, "\r");
  EXPECT_THAT(lines(read(text)), ::testing::ElementsAreArray(kWhole));
}

// ------------------------------------------------------------------------------------------------------------- table

TEST(ShowIpBgpTable, ClassfulNetworks) {
  const Shown shown =
      read(table("*> 3.0.0.0          192.0.2.1                0             0 701 80 i\n"
                 "*> 128.32.0.0       192.0.2.1                              0 25 i\n"
                 "*> 192.31.7.0       192.0.2.1                              0 109 e\n"
                 "*> 0.0.0.0          192.0.2.1                              0 65023 ?\n"));
  EXPECT_THAT(
      lines(shown),
      ElementsAre("*> 3.0.0.0/8 via 192.0.2.1 path 701 80 med 0 igp", "*> 128.32.0.0/16 via 192.0.2.1 path 25 igp",
                  "*> 192.31.7.0/24 via 192.0.2.1 path 109 egp", "*> 0.0.0.0/0 via 192.0.2.1 path 65023 incomplete"));
}
TEST(ShowIpBgpTable, ValidityCodesOfRpki) {
  const std::string text =
      "     Network          Next Hop            Metric LocPrf Weight Path\n"
      "V*>  1.0.0.0/24       192.0.2.1                0             0 13335 i\n"
      "V*                    192.0.2.2                              0 3356 13335 i\n"
      "I*   10.1.1.0/24      192.0.2.1                              0 64510 i\n"
      "N*>i 2.0.0.0/16       192.0.2.3                0    100      0 3215 i\n";
  EXPECT_THAT(lines(read(text)), ElementsAre("*> 1.0.0.0/24 via 192.0.2.1 path 13335 med 0 igp",
                                             "* 1.0.0.0/24 via 192.0.2.2 path 3356 13335 igp",
                                             "* 10.1.1.0/24 via 192.0.2.1 path 64510 igp",
                                             "*>i 2.0.0.0/16 via 192.0.2.3 path 3215 med 0 pref 100 igp"));
}
TEST(ShowIpBgpTable, StatusCodes) {
  const Shown shown =
      read(table("*d 192.0.2.0/28     198.18.0.1                             0 64501 i\n"
                 "h  192.0.2.16/28    198.18.0.1                             0 64501 i\n"
                 "r>i192.0.2.32/28    198.18.0.1               0    100      0 64501 i\n"
                 "S> 192.0.2.48/28    198.18.0.1                             0 64501 i\n"
                 "   192.0.2.64/28    198.18.0.1                             0 64501 i\n"
                 "                    198.18.0.2                             0 64502 i\n"
                 "s> 192.0.2.80/28    198.18.0.1                             0 64501 i\n"));
  EXPECT_THAT(
      lines(shown),
      ElementsAre("- 192.0.2.0/28 via 198.18.0.1 path 64501 igp", "- 192.0.2.16/28 via 198.18.0.1 path 64501 igp",
                  "*>i 192.0.2.32/28 via 198.18.0.1 path 64501 med 0 pref 100 igp",
                  "*> 192.0.2.48/28 via 198.18.0.1 path 64501 igp", "- 192.0.2.64/28 via 198.18.0.1 path 64501 igp",
                  "- 192.0.2.64/28 via 198.18.0.2 path 64502 igp", "*> 192.0.2.80/28 via 198.18.0.1 path 64501 igp"));
  EXPECT_THAT(shown.complaints, IsEmpty());
}
TEST(ShowIpBgpTable, PathBrokenByTheTerminal) {
  // Exactly 80 columns: the break is within 45352.
  const std::string first = "*> 103.3.174.0/24   4.69.184.193             0             0 3356 3491 3491 3491 45";
  ASSERT_EQ(first.substr(0, 80).size(), 80U);
  const std::string row = first.substr(0, 80) + "\n" + first.substr(80) + "352 i\n";
  EXPECT_THAT(lines(read(table(row))),
              ElementsAre("*> 103.3.174.0/24 via 4.69.184.193 path 3356 3491 3491 3491 45352 med 0 igp"));
}
TEST(ShowIpBgpTable, PathBrokenBetweenWords) {
  EXPECT_THAT(lines(read(table("*> 103.3.174.0/24   4.69.184.193             0             0 3356 3491\n45352 i\n"))),
              ElementsAre("*> 103.3.174.0/24 via 4.69.184.193 path 3356 3491 45352 med 0 igp"));
}
TEST(ShowIpBgpTable, NumbersThatDoNotAlign) {
  constexpr std::string_view kRows =
      "*> 3.0.0.0/8 198.18.0.2 0 64501 701 i\n* 198.18.0.3 50 0 64502 701 i\n*>i4.0.0.0/8 198.18.0.4 5 200 0 3356 i\n"
      "*>i 5.0.0.0/8 198.18.0.4 100 0 3356 i\n*> 10.0.0.0/8 0.0.0.0 0 32768 i\n";
  const auto wanted = ElementsAre(
      "*> 3.0.0.0/8 via 198.18.0.2 path 64501 701 igp", "* 3.0.0.0/8 via 198.18.0.3 path 64502 701 med 50 igp",
      "*>i 4.0.0.0/8 via 198.18.0.4 path 3356 med 5 pref 200 igp",
      "*>i 5.0.0.0/8 via 198.18.0.4 path 3356 pref 100 igp", "*> 10.0.0.0/8 via 0.0.0.0 path  med 0 igp");
  EXPECT_THAT(lines(read(table(kRows))), wanted);
  EXPECT_THAT(lines(read("Network Next Hop Metric LocPrf Weight Path\n" + std::string(kRows))), wanted);
}
TEST(ShowIpBgpTable, PathsWithOneNextHopStayApart) {
  const Shown shown =
      read(table("*  3.0.0.0          192.0.2.1                              0 701 80 i\n"
                 "*                   192.0.2.1                              0 702 80 i\n"
                 "*>                  192.0.2.2                              0 703 80 i\n"
                 "*> 4.0.0.0          192.0.2.1                              0 701 i\n"));
  ASSERT_EQ(shown.routes.size(), 4U);
  EXPECT_EQ(shown.routes[0].nlri.path_id, 0U);
  EXPECT_EQ(shown.routes[1].nlri.path_id, 1U);
  EXPECT_EQ(shown.routes[2].nlri.path_id, 0U);
  EXPECT_EQ(shown.routes[3].nlri.path_id, 0U);
}
TEST(ShowIpBgpTable, RouteDistinguishers) {
  const Shown shown =
      read(table("Route Distinguisher: 64500:1 (default for vrf blue)\n"
                 "*> 10.0.0.0/8       192.0.2.1                              0 701 i\n"
                 "Route Distinguisher: 64500:2\n"
                 "*> 10.0.0.0/8       192.0.2.2                              0 702 i\n"));
  ASSERT_EQ(shown.routes.size(), 2U);
  EXPECT_EQ(to_string(shown.routes[0].nlri.rd), "64500:1");
  EXPECT_EQ(to_string(shown.routes[1].nlri.rd), "64500:2");
  EXPECT_EQ(shown.counts.prefixes, 2U);
}
TEST(ShowIpBgpTable, PagerThatWipesItself) {
  const std::string text = table(
      "*> 3.0.0.0          192.0.2.1                              0 701 80 i\n"
      " --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\b"
      "*> 4.0.0.0          192.0.2.1                              0 3356 i\n"
      "\x1b[7m--More--\x1b[m\r*> 5.0.0.0          192.0.2.1                              0 3357 i\n"
      "--More--\n*> 6.0.0.0          192.0.2.1                              0 3358 i\n"
      "--More-- *> 7.0.0.0          192.0.2.1                              0 3359 i\n");
  const Shown shown = read(text);
  EXPECT_EQ(shown.counts.routes, 5U) << ::testing::PrintToString(shown.complaints);
  EXPECT_EQ(shown.counts.not_understood, 0U);
}
TEST(ShowIpBgpTable, PromptsAndBannersArePassedOver) {
  const Shown shown = read("**** Welcome to route-views ****\nUser Access Verification\nroute-views>show ip bgp\n" +
                           table("*> 3.0.0.0          192.0.2.1                              0 701 80 i\n") +
                           "route-views>exit\nConnection closed by foreign host.\n");
  EXPECT_EQ(shown.counts.routes, 1U);
  EXPECT_EQ(shown.counts.not_understood, 0U) << ::testing::PrintToString(shown.complaints);
}

TEST(ShowIpBgpTable, NetworkWithHostBits) {
  const Shown shown =
      read(table("*> 3.0.0.1/8        192.0.2.1                              0 701 80 i\n"
                 "*                   192.0.2.2                              0 702 80 i\n"));
  EXPECT_THAT(shown.routes, IsEmpty());
  EXPECT_EQ(shown.counts.not_understood, 2U);
  EXPECT_THAT(shown.complaints[0], HasSubstr("line 2: expected a network"));
}
TEST(ShowIpBgpTable, NextHopThatIsNone) {
  const Shown shown =
      read(table("*> 3.0.0.0          nowhere                                0 701 80 i\n"
                 "*                   192.0.2.2                              0 702 80 i\n"));
  EXPECT_EQ(shown.counts.routes, 1U);
  EXPECT_EQ(shown.counts.not_understood, 1U);
  EXPECT_THAT(shown.complaints, ElementsAre(HasSubstr("line 2: expected a next hop after the network: '*> 3.0.0.0 ")));
}
TEST(ShowIpBgpTable, NoWeight) {
  const Shown shown = read(table("*> 3.0.0.0          192.0.2.1  701 80 i\n"));
  EXPECT_THAT(shown.complaints, ElementsAre(HasSubstr("expected metric, local preference and weight")));
}
TEST(ShowIpBgpTable, PathThatIsNone) {
  const Shown shown = read(table("*> 3.0.0.0          192.0.2.1                              0 701 x80 i\n"));
  EXPECT_THAT(shown.complaints, ElementsAre(HasSubstr("'x80'")));
}
TEST(ShowIpBgpTable, EndsWithinARow) {
  const Shown shown = read(table("*> 3.0.0.0          192.0.2.1                              0 701 80"));
  EXPECT_EQ(shown.counts.routes, 0U);
  EXPECT_EQ(shown.counts.not_understood, 1U);
}
TEST(ShowIpBgpTable, ARowAfterAnUnfinishedOneIsKept) {
  const Shown shown =
      read(table("*> 3.0.0.0          192.0.2.1                              0 701 80\n"
                 "*> 4.0.0.0          192.0.2.1                              0 3356 i\n"));
  EXPECT_EQ(shown.counts.routes, 1U);
  EXPECT_EQ(shown.counts.not_understood, 1U);
}
TEST(ShowIpBgpTable, AWordBetweenRows) {
  const Shown shown =
      read(table("*> 4.0.0.0          192.0.2.1                              0 3356 i\n"
                 "what is this\n"
                 "*> 5.0.0.0          192.0.2.1                              0 3356 i\n"));
  EXPECT_EQ(shown.counts.routes, 2U);
  EXPECT_THAT(shown.complaints, ElementsAre("line 3: expected a row of the table: 'what is this'"));
}
TEST(ShowIpBgpTable, LineWithoutEnd) {
  const std::string row = "*> 4.0.0.0          192.0.2.1                              0 ";
  std::string path;
  while (path.size() < ShowIpBgpReader::kMostLineOctets) path += "3356 ";
  const Shown shown =
      read(table(row + path + "i\n*> 5.0.0.0          192.0.2.1                              0 3356 i\n"));
  EXPECT_EQ(shown.counts.routes, 1U);
  EXPECT_THAT(shown.complaints, ElementsAre(HasSubstr("the line is too long")));
}

}  // namespace
}  // namespace weir::bgp
