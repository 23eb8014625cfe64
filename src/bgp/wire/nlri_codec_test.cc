#include "bgp/wire/nlri_codec.h"

#include "bgp/wire/test_messages.h"

namespace weir::bgp {
namespace {

std::vector<Nlri> read(const Octets& field, Family family, bool add_path = false) {
  std::vector<Nlri> out;
  const auto outcome = read_nlri(field, family, add_path, out);
  EXPECT_EQ(outcome.problem, "");
  EXPECT_EQ(outcome.not_kept, 0U);
  return out;
}
std::string problem(const Octets& field, Family family, bool add_path = false) {
  std::vector<Nlri> out;
  return std::string(read_nlri(field, family, add_path, out).problem);
}

TEST(NlriCodec, Ipv4OfEachOctetCount) {
  EXPECT_THAT(read(hex("00 08 0a 09 0a80 10 0a01 18 cb0071 20 cb007101"), kIpv4),
              ::testing::ElementsAre(route("0.0.0.0/0"), route("10.0.0.0/8"), route("10.128.0.0/9"),
                                     route("10.1.0.0/16"), route("203.0.113.0/24"), route("203.0.113.1/32")));
}

TEST(NlriCodec, BitsBehindThePrefixMeanNothing) {
  EXPECT_THAT(read(hex("09 0aff"), kIpv4), ::testing::ElementsAre(route("10.128.0.0/9")));
  EXPECT_THAT(read(hex("21 20010db8ff"), kIpv6), ::testing::ElementsAre(route("2001:db8:8000::/33")));
}

TEST(NlriCodec, Ipv6OfEachHalf) {
  EXPECT_THAT(read(hex("00 20 20010db8 40 20010db800000001 41 20010db80000000180"
                       "80 20010db8000000000000000000000001"),
                   kIpv6),
              ::testing::ElementsAre(route("::/0"), route("2001:db8::/32"), route("2001:db8:0:1::/64"),
                                     route("2001:db8:0:1:8000::/65"), route("2001:db8::1/128")));
}

TEST(NlriCodec, PathIdentifiers) {
  EXPECT_THAT(read(hex("00000001 18 cb0071 ffffffff 08 0a"), kIpv4, true),
              ::testing::ElementsAre(route("203.0.113.0/24", 1), route("10.0.0.0/8", 0xffff'ffff)));
}

TEST(NlriCodec, OneLabel) {
  EXPECT_THAT(read(hex("30 05dc01 cb0071"), kLabelled4), ::testing::ElementsAre(route("203.0.113.0/24", 0, "", 24000)));
}

TEST(NlriCodec, SeveralLabelsEndAtTheBottomOfStack) {
  EXPECT_THAT(read(hex("48 05dc00 05dc11 cb0071"), kLabelled4),
              ::testing::ElementsAre(route("203.0.113.0/24", 0, "", 24000)));
}

TEST(NlriCodec, ALabelWithoutTheBottomOfStackIsOne) {
  EXPECT_THAT(read(hex("30 05dc00 cb0070"), kLabelled4), ::testing::ElementsAre(route("203.0.112.0/24", 0, "", 24000)));
}

TEST(NlriCodec, LabelsOfWithdrawals) {
  EXPECT_THAT(read(hex("30 800000 cb0071 30 000000 cb0071"), kLabelled4),
              ::testing::ElementsAre(route("203.0.113.0/24"), route("203.0.113.0/24")));
}

TEST(NlriCodec, VpnRoutes) {
  EXPECT_THAT(read(hex("70 05dc01 0000fbf400000064 cb0071"), kVpn4),
              ::testing::ElementsAre(route("203.0.113.0/24", 0, "64500:100", 24000)));
  EXPECT_THAT(read(hex("78 05dc01 0001c00002010064 20010db8"), kVpn6),
              ::testing::ElementsAre(route("2001:db8::/32", 0, "192.0.2.1:100", 24000)));
}

TEST(NlriCodec, PrefixTooLong) {
  EXPECT_EQ(problem(hex("21 cb00710101"), kIpv4), "a prefix is longer than its address family allows");
  EXPECT_EQ(problem(hex("81 20010db800000000000000000000000180"), kIpv6),
            "a prefix is longer than its address family allows");
  EXPECT_EQ(problem(hex("79 05dc01 0000fbf400000064 cb00710101"), kVpn4),
            "a prefix is longer than its address family allows");
}

TEST(NlriCodec, LastRouteCut) {
  EXPECT_EQ(problem(hex("18 cb00"), kIpv4), "the last route is longer than what is left");
  EXPECT_EQ(problem(hex("00000001"), kIpv4, true), "the last route is longer than what is left");
  EXPECT_EQ(problem(hex("000000"), kIpv4, true), "the last route is longer than what is left");
}

TEST(NlriCodec, TooShortForItsLabel) {
  EXPECT_EQ(problem(hex("17 05dc01"), kLabelled4), "a route is too short for its label");
  EXPECT_EQ(problem(hex("57 05dc01 0000fbf400000064"), kVpn4), "a route is too short for its label");
  EXPECT_EQ(problem(hex("00"), kVpn4), "a route is too short for its label");
}

TEST(NlriCodec, Ipv4MappedPrefixesAreNotKept) {
  std::vector<Nlri> out;
  const auto outcome =
      read_nlri(hex("60 00000000000000000000ffff 78 00000000000000000000ffffcb0071 20 20010db8"), kIpv6, false, out);
  EXPECT_EQ(outcome.problem, "");
  EXPECT_EQ(outcome.not_kept, 2U);
  EXPECT_THAT(out, ::testing::ElementsAre(route("2001:db8::/32")));
  out.clear();
  // Shorter ones are IPv6, though what their host bits hold looks like an IPv4-mapped address.
  EXPECT_EQ(read_nlri(hex("5f 00000000000000000000ffff"), kIpv6, false, out).not_kept, 0U);
  EXPECT_THAT(out, ::testing::ElementsAre(route("::fffe:0:0/95")));
}

TEST(NlriCodec, WritesWhatItReads) {
  const std::vector<std::pair<Family, Nlri>> routes = {
      {kIpv4, route("0.0.0.0/0")},
      {kIpv4, route("203.0.113.128/25", 7)},
      {kIpv4, route("203.0.113.1/32")},
      {kIpv6, route("2001:db8::/63")},
      {kIpv6, route("2001:db8::1/128", 9)},
      {kLabelled4, route("10.0.0.0/8", 0, "", 0xf'ffff)},
      {kVpn4, route("10.1.0.0/16", 1, "4226809914:19", 16)},
      {kVpn6, route("2001:db8::/127", 0, "192.0.2.1:1", 3)},
  };
  for (const auto& [family, one] : routes) {
    for (const bool add_path : {false, true}) {
      if (!add_path && one.path_id != 0) continue;
      ByteWriter out;
      write_nlri(one, family, add_path, LabelField::announced, out);
      EXPECT_THAT(read(out.take(), family, add_path), ::testing::ElementsAre(one));
    }
  }
  ByteWriter out;
  write_nlri(route("10.0.0.0/8", 0, "", 16), kLabelled4, false, LabelField::withdrawn, out);
  EXPECT_EQ(out.take(), hex("20 800000 0a"));
}

TEST(NextHop, OfEachLength) {
  const auto hop = [](std::string_view octets, Family family) { return read_next_hop(hex(octets), family); };
  EXPECT_EQ(hop("c0000201", kIpv4), parse_ip("192.0.2.1"));
  EXPECT_EQ(hop("20010db8000000000000000000000001", kIpv4), parse_ip("2001:db8::1"));
  EXPECT_EQ(hop("20010db8000000000000000000000001 fe800000000000000000000000000001", kIpv6), parse_ip("2001:db8::1"));
  EXPECT_EQ(hop("00000000000000000000000000000000 fe800000000000000000000000000001", kIpv6), parse_ip("fe80::1"));
  EXPECT_EQ(hop("0000000000000000 c0000201", kVpn4), parse_ip("192.0.2.1"));
  EXPECT_EQ(hop("0000000000000000 20010db8000000000000000000000001", kVpn4), parse_ip("2001:db8::1"));
  EXPECT_EQ(
      hop("0000000000000000 20010db8000000000000000000000001 0000000000000000 fe800000000000000000000000000001", kVpn6),
      parse_ip("2001:db8::1"));
  EXPECT_EQ(hop("00000000000000000000ffffc0000201", kIpv6), parse_ip("192.0.2.1"));
}

TEST(NextHop, OfOtherLengthsIsNone) {
  for (const std::size_t octets : {0, 3, 5, 8, 12, 15, 17, 24, 31, 33, 48}) {
    EXPECT_EQ(read_next_hop(Octets(octets), kIpv6), std::nullopt) << octets;
  }
  for (const std::size_t octets : {0, 4, 8, 11, 13, 16, 23, 25, 32, 47, 49}) {
    EXPECT_EQ(read_next_hop(Octets(octets), kVpn4), std::nullopt) << octets;
  }
}

}  // namespace
}  // namespace weir::bgp
