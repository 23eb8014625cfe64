// UPDATEs that are sound.
#include "bgp/wire/test_messages.h"

namespace weir::bgp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(UpdateDecoder, ClassicFields) {
  const Update update = decoded(update_body(hex("08 0a"), kMandatory, kNlri203));
  ASSERT_EQ(update.reach.size(), 1U);
  EXPECT_EQ(update.reach[0].family, kIpv4);
  EXPECT_EQ(to_string(update.reach[0].next_hop), "192.0.2.1");
  EXPECT_THAT(update.reach[0].nlri, ElementsAre(route("203.0.113.0/24")));
  ASSERT_EQ(update.unreach.size(), 1U);
  EXPECT_EQ(update.unreach[0].family, kIpv4);
  EXPECT_THAT(update.unreach[0].nlri, ElementsAre(route("10.0.0.0/8")));
  EXPECT_EQ(update.attributes.origin, Origin::igp);
  EXPECT_EQ(to_string(update.attributes.as_path), "64500");
  EXPECT_THAT(update.faults, IsEmpty());
  EXPECT_EQ(update.end_of_rib, std::nullopt);
}

TEST(UpdateDecoder, EveryAttributeThatIsKept) {
  const Octets attributes = joined({
      hex("40 01 01 02"),
      hex("50 02 0010 02 02 0000fbf4 0000fbf5 01 01 0000fbf6"),
      kNextHop192,
      hex("80 04 04 00000064"),
      hex("40 05 04 000000c8"),
      hex("40 06 00"),
      hex("c0 07 08 0000fbf4 c0000202"),
      hex("e0 08 08 0da30190 ffff029a"),
      hex("80 09 04 c0000203"),
      hex("80 0a 08 c0000204 c0000205"),
      hex("c0 10 08 0002fbf400000001"),
      hex("c0 20 0c 0000fbf4 00000001 00000002"),
  });
  const PathAttributes a = decoded(update_body({}, attributes, kNlri203)).attributes;
  EXPECT_EQ(a.origin, Origin::incomplete);
  EXPECT_EQ(to_string(a.as_path), "64500 64501 {64502}");
  EXPECT_EQ(a.med, 100U);
  EXPECT_EQ(a.local_pref, 200U);
  EXPECT_TRUE(a.atomic_aggregate);
  EXPECT_EQ(a.aggregator, (Aggregator{64500, *parse_ip("192.0.2.2")}));
  EXPECT_EQ(communities_text(a), "3491:400 65535:666 rt:64500:1 64500:1:2");
  EXPECT_EQ(a.originator_id, 0xc000'0203U);
  EXPECT_THAT(a.cluster_list, ElementsAre(0xc000'0204, 0xc000'0205));
}

TEST(UpdateDecoder, MultiprotocolRoutes) {
  const Octets reach = hex("80 0e 1a 0002 01 10 20010db8000000000000000000000001 00 20 20010db8");
  const Octets unreach = hex("80 0f 08 0002 01 20 20010db9");
  const Update update = decoded(update_body({}, joined({reach, unreach, kOriginIgp, kPath64500}), {}));
  ASSERT_EQ(update.reach.size(), 1U);
  EXPECT_EQ(update.reach[0].family, kIpv6);
  EXPECT_EQ(to_string(update.reach[0].next_hop), "2001:db8::1");
  EXPECT_THAT(update.reach[0].nlri, ElementsAre(route("2001:db8::/32")));
  ASSERT_EQ(update.unreach.size(), 1U);
  EXPECT_THAT(update.unreach[0].nlri, ElementsAre(route("2001:db9::/32")));
  EXPECT_THAT(update.faults, IsEmpty());
}

TEST(UpdateDecoder, Ipv4WithAnIpv6NextHop) {
  const Octets reach = hex("80 0e 19 0001 01 10 20010db8000000000000000000000001 00 18 cb0071");
  const Update update = decoded(update_body({}, joined({reach, kOriginIgp, kPath64500}), {}));
  ASSERT_EQ(update.reach.size(), 1U);
  EXPECT_EQ(update.reach[0].family, kIpv4);
  EXPECT_EQ(to_string(update.reach[0].next_hop), "2001:db8::1");
}

TEST(UpdateDecoder, ClassicAndMultiprotocolInOneMessage) {
  const Octets reach = hex("80 0e 1a 0002 01 10 20010db8000000000000000000000001 00 20 20010db8");
  const Update update = decoded(update_body({}, joined({reach, kMandatory}), kNlri203));
  ASSERT_EQ(update.reach.size(), 2U);
  EXPECT_EQ(update.reach[0].family, kIpv4);
  EXPECT_EQ(update.reach[1].family, kIpv6);
}

TEST(UpdateDecoder, AddPathBelongsToAFamily) {
  const UpdateFormat format{true, families({kIpv6})};
  const Octets reach = hex("80 0e 1e 0002 01 10 20010db8000000000000000000000001 00 00000007 20 20010db8");
  const Update update = decoded(update_body({}, joined({reach, kMandatory}), kNlri203), format);
  ASSERT_EQ(update.reach.size(), 2U);
  EXPECT_THAT(update.reach[0].nlri, ElementsAre(route("203.0.113.0/24")));
  EXPECT_THAT(update.reach[1].nlri, ElementsAre(route("2001:db8::/32", 7)));
  const UpdateFormat classic{true, families({kIpv4})};
  EXPECT_THAT(decoded(update_body(hex("00000003 08 0a"), {}, {}), classic).unreach.at(0).nlri,
              ElementsAre(route("10.0.0.0/8", 3)));
}

TEST(UpdateDecoder, EndOfRibOfEachFamily) {
  EXPECT_EQ(decoded(update_body({}, {}, {})).end_of_rib, kIpv4);
  EXPECT_EQ(decoded(update_body({}, hex("80 0f 03 0002 01"), {})).end_of_rib, kIpv6);
  EXPECT_EQ(decoded(update_body({}, hex("90 0f 0003 0001 80"), {})).end_of_rib, kVpn4);
  EXPECT_EQ(decoded(update_body({}, hex("80 0f 03 0001 01"), {})).end_of_rib, kIpv4);
  // An empty MP_UNREACH_NLRI beside something else says nothing.
  EXPECT_EQ(decoded(update_body(hex("08 0a"), hex("80 0f 03 0002 01"), {})).end_of_rib, std::nullopt);
}

TEST(UpdateDecoder, OtherFamiliesAreSkippedAndCounted) {
  // EVPN (25/70), IPv4 multicast (1/2), flow specification (1/133) and link-state (16388/71), whatever they hold.
  for (const char* family : {"0019 46", "0001 02", "0001 85", "4004 47"}) {
    const Octets reach = attribute(0x80, 14, joined({hex(family), hex("04 c0000201 00 ff1234")}));
    const Octets unreach = attribute(0x80, 15, joined({hex(family), hex("ff1234")}));
    const Update update = decoded(update_body({}, joined({reach, unreach, kOriginIgp, kPath64500}), {}));
    EXPECT_EQ(update.families_skipped, 2U) << family;
    EXPECT_THAT(update.reach, IsEmpty());
    EXPECT_THAT(update.unreach, IsEmpty());
    EXPECT_THAT(update.faults, IsEmpty());
  }
  const Update end = decoded(update_body({}, hex("80 0f 03 0019 46"), {}));
  EXPECT_EQ(end.families_skipped, 1U);
  EXPECT_EQ(end.end_of_rib, std::nullopt);
}

TEST(UpdateDecoder, AttributesThatAreNotKeptArePassedOver) {
  // PMSI_TUNNEL, Tunnel Encapsulation, IPv6 extended communities, AIGP, BGP-LS, ONLY_TO_CUSTOMER, Prefix-SID, ATTR_SET
  // and one that nobody has registered.
  const Octets others =
      joined({hex("c0 16 05 00 00 05dc00"), hex("c0 17 04 00080000"), attribute(0xc0, 25, Octets(20)),
              hex("80 1a 0b 01 000b 00000000000007d0"), hex("80 1d 00"), hex("c0 23 04 0000fbf4"),
              hex("c0 28 0a 01 0007 00 0000 00000064"), hex("c0 80 08 0000fbf4 400101 00"), hex("c0 f0 02 abcd")});
  const Update update = decoded(update_body({}, joined({kMandatory, others}), kNlri203));
  EXPECT_THAT(faults_of(update), IsEmpty());
  EXPECT_EQ(update.reach.size(), 1U);
}

TEST(UpdateDecoder, BgpsecPathStandsForAsPath) {
  // Secure_Path: 64501 twice (pCount 2), a route server (pCount 0), 64500; then an empty Signature_Block.
  const Octets bgpsec = attribute(0x80, 33, hex("0014 02 00 0000fbf5 00 00 0000fbff 01 00 0000fbf4 0003 01"));
  const Update update = decoded(update_body({}, joined({kOriginIgp, bgpsec, kNextHop192}), kNlri203));
  EXPECT_THAT(faults_of(update), IsEmpty());
  EXPECT_EQ(to_string(update.attributes.as_path), "64501 64501 64500");
}

TEST(UpdateDecoder, NothingIsLeftOfTheMessageBefore) {
  Update update;
  const Octets rich = joined({kMandatory, hex("80 04 04 00000064"), hex("40 05 04 000000c8"), hex("40 06 00"),
                              hex("c0 07 08 0000fbf4 c0000202"), hex("c0 08 04 0da30190"), hex("80 09 04 c0000203"),
                              hex("80 0a 04 c0000204"), hex("c0 10 08 0002fbf400000001"), hex("c0 f0 00"),
                              hex("c0 20 0c 0000fbf4 00000001 00000002"), kOriginIgp});
  ASSERT_TRUE(decode_update(update_body(hex("08 0a"), rich, kNlri203), {}, update).has_value());
  EXPECT_EQ(update.faults.size(), 1U);
  const Octets plain = joined({kOriginIgp, hex("40 02 00"), kNextHop192});
  ASSERT_TRUE(decode_update(update_body({}, plain, hex("08 0b")), {}, update).has_value());
  PathAttributes expected;
  expected.origin = Origin::igp;
  EXPECT_EQ(update.attributes, expected);
  EXPECT_THAT(update.faults, IsEmpty());
  EXPECT_THAT(update.unreach, IsEmpty());
  ASSERT_EQ(update.reach.size(), 1U);
  EXPECT_THAT(update.reach[0].nlri, ElementsAre(route("11.0.0.0/8")));
  ASSERT_TRUE(decode_update(update_body({}, {}, {}), {}, update).has_value());
  EXPECT_EQ(update.end_of_rib, kIpv4);
  ASSERT_TRUE(decode_update(update_body(hex("08 0a"), {}, {}), {}, update).has_value());
  EXPECT_EQ(update.end_of_rib, std::nullopt);
  EXPECT_THAT(update.reach, IsEmpty());
}

// ---------------------------------------------------------------------------------------------- dumps (RFC 6396 4.3.4)

AttributeBlock block_of(const Octets& octets, bool four_octet_as = true) {
  AttributeBlock out;
  decode_attributes(octets, four_octet_as, out);
  return out;
}

TEST(AttributeBlockDecoder, NextHopOfIpv4) {
  const AttributeBlock block = block_of(kMandatory);
  EXPECT_EQ(to_string(block.next_hop), "192.0.2.1");
  EXPECT_EQ(to_string(block.attributes.as_path), "64500");
  EXPECT_THAT(block.faults, IsEmpty());
}

TEST(AttributeBlockDecoder, NextHopAloneInMpReach) {
  EXPECT_EQ(to_string(block_of(hex("80 0e 11 10 20010db8000000000000000000000001")).next_hop), "2001:db8::1");
  EXPECT_EQ(
      to_string(
          block_of(hex("80 0e 21 20 20010db8000000000000000000000001 fe800000000000000000000000000001")).next_hop),
      "2001:db8::1");
  EXPECT_EQ(to_string(block_of(hex("80 0e 05 04 c0000201")).next_hop), "192.0.2.1");
  EXPECT_EQ(to_string(block_of(hex("80 0e 0d 0c 0000000000000000 c0000201")).next_hop), "192.0.2.1");
}

TEST(AttributeBlockDecoder, WholeMpReach) {
  const AttributeBlock block = block_of(hex("80 0e 1a 0002 01 10 20010db8000000000000000000000001 00 20 20010db8"));
  EXPECT_EQ(to_string(block.next_hop), "2001:db8::1");
  EXPECT_THAT(block.faults, IsEmpty());
}

TEST(AttributeBlockDecoder, NextHopThatCannotBeRead) {
  for (const char* octets : {"80 0e 06 05 c000020100", "80 0e 05 10 20010db8", "80 0e 05 0002 01 10 20"}) {
    const AttributeBlock block = block_of(hex(octets));
    ASSERT_EQ(block.faults.size(), 1U) << octets;
    EXPECT_EQ(block.faults[0].message, "MP_REACH_NLRI: no next hop that can be read");
    EXPECT_EQ(block.faults[0].treatment, Treatment::withdrawn);
  }
}

TEST(AttributeBlockDecoder, WhatWouldResetASessionCostsTheRoute) {
  const AttributeBlock block = block_of(joined({kMandatory, hex("80 0e 05 04 c0000201 80 0e 05 04 c0000201")}));
  ASSERT_EQ(block.faults.size(), 1U);
  EXPECT_EQ(block.faults[0].treatment, Treatment::withdrawn);
  const AttributeBlock unknown = block_of(joined({kMandatory, hex("40 f0 00")}));
  ASSERT_EQ(unknown.faults.size(), 1U);
  EXPECT_EQ(unknown.faults[0].treatment, Treatment::discarded);
}

}  // namespace
}  // namespace weir::bgp
