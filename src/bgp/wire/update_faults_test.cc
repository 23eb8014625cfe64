// UPDATEs that are not sound: what RFC 7606 makes of each.
#include "bgp/wire/test_messages.h"

namespace weir::bgp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

/// The usual attributes with one in place of another.
Octets with(unsigned type, const Octets& one) {
  const Octets origin = type == 1 ? one : kOriginIgp;
  const Octets path = type == 2 ? one : kPath64500;
  const Octets next_hop = type == 3 ? one : kNextHop192;
  return joined({origin, path, next_hop, type > 3 ? one : Octets{}});
}

/// Treat-as-withdraw: the route is in `unreach` and the fault is told.
void expect_withdrawn(unsigned type, const Octets& attribute, const std::string& message) {
  const Update update = decoded(update_body({}, with(type, attribute), kNlri203));
  EXPECT_THAT(faults_of(update), ElementsAre("withdrawn: " + message));
  EXPECT_EQ(update.faults.at(0).type, type);
  EXPECT_THAT(update.reach, IsEmpty()) << message;
  ASSERT_EQ(update.unreach.size(), 1U) << message;
  EXPECT_EQ(update.unreach[0].family, kIpv4);
  EXPECT_THAT(update.unreach[0].nlri, ElementsAre(route("203.0.113.0/24")));
}

/// Attribute discard: the route stays.
Update expect_discarded(unsigned type, const Octets& attribute, const std::string& message) {
  const Update update = decoded(update_body({}, with(type, attribute), kNlri203));
  EXPECT_THAT(faults_of(update), ElementsAre("discarded: " + message));
  EXPECT_EQ(update.reach.size(), 1U) << message;
  EXPECT_THAT(update.unreach, IsEmpty()) << message;
  return update;
}

TEST(UpdateFaults, OriginOfAWrongLength) {
  expect_withdrawn(1, hex("40 01 00"), "ORIGIN: a wrong length, 0 octets");
  expect_withdrawn(1, hex("40 01 02 0000"), "ORIGIN: a wrong length, 2 octets");
}
TEST(UpdateFaults, OriginUndefined) {
  expect_withdrawn(1, hex("40 01 01 03"), "ORIGIN: an undefined value");
}

TEST(UpdateFaults, AsPathOfAnUnknownSegment) {
  expect_withdrawn(2, hex("40 02 06 05 01 0000fbf4"), "AS_PATH: an unknown segment type");
  expect_withdrawn(2, hex("40 02 06 00 01 0000fbf4"), "AS_PATH: an unknown segment type");
}
TEST(UpdateFaults, AsPathOfAnEmptySegment) {
  expect_withdrawn(2, hex("40 02 02 02 00"), "AS_PATH: a segment of 0 ASes");
}
TEST(UpdateFaults, AsPathSegmentOverrun) {
  expect_withdrawn(2, hex("40 02 06 02 02 0000fbf4"), "AS_PATH: a segment longer than what is left");
}
TEST(UpdateFaults, AsPathSegmentUnderrun) {
  expect_withdrawn(2, hex("40 02 07 02 01 0000fbf4 02"), "AS_PATH: a single octet behind the last segment");
}
TEST(UpdateFaults, AsPathWithAsZero) {
  expect_withdrawn(2, hex("40 02 06 02 01 00000000"), "AS_PATH: AS 0");
}
TEST(UpdateFaults, AsPathInTheWrongWidth) {
  expect_withdrawn(2, hex("40 02 04 02 01 fbf4"), "AS_PATH: a segment longer than what is left");
}

TEST(UpdateFaults, NextHopOfAWrongLength) {
  expect_withdrawn(3, hex("40 03 05 c000020100"), "NEXT_HOP: a wrong length, 5 octets");
}
TEST(UpdateFaults, MedOfAWrongLength) {
  expect_withdrawn(4, hex("80 04 03 000064"), "MULTI_EXIT_DISC: a wrong length, 3 octets");
}
TEST(UpdateFaults, LocalPrefOfAWrongLength) {
  expect_withdrawn(5, hex("40 05 02 0064"), "LOCAL_PREF: a wrong length, 2 octets");
}
TEST(UpdateFaults, AtomicAggregateWithAValue) {
  EXPECT_FALSE(expect_discarded(6, hex("40 06 01 00"), "ATOMIC_AGGREGATE: a wrong length, 1 octets")
                   .attributes.atomic_aggregate);
}
TEST(UpdateFaults, AggregatorOfAWrongLength) {
  EXPECT_EQ(expect_discarded(7, hex("c0 07 07 0000fbf4 c00002"), "AGGREGATOR: a wrong length, 7 octets")
                .attributes.aggregator,
            std::nullopt);
}
TEST(UpdateFaults, AggregatorOfTheOtherWidth) {
  expect_discarded(7, hex("c0 07 06 fbf4 c0000202"), "AGGREGATOR: a length that does not fit the width of AS numbers");
}
TEST(UpdateFaults, AggregatorWithAsZero) {
  EXPECT_EQ(expect_discarded(7, hex("c0 07 08 00000000 c0000202"), "AGGREGATOR: AS 0").attributes.aggregator,
            std::nullopt);
}
TEST(UpdateFaults, CommunitiesOfAWrongLength) {
  expect_withdrawn(8, hex("c0 08 00"), "COMMUNITIES: a wrong length, 0 octets");
  expect_withdrawn(8, hex("c0 08 05 0da3019000"), "COMMUNITIES: a wrong length, 5 octets");
}
TEST(UpdateFaults, OriginatorIdOfAWrongLength) {
  expect_withdrawn(9, hex("80 09 03 c00002"), "ORIGINATOR_ID: a wrong length, 3 octets");
}
TEST(UpdateFaults, ClusterListOfAWrongLength) {
  expect_withdrawn(10, hex("80 0a 00"), "CLUSTER_LIST: a wrong length, 0 octets");
  expect_withdrawn(10, hex("80 0a 06 c00002040000"), "CLUSTER_LIST: a wrong length, 6 octets");
}
TEST(UpdateFaults, ExtendedCommunitiesOfAWrongLength) {
  expect_withdrawn(16, hex("c0 10 00"), "EXTENDED COMMUNITIES: a wrong length, 0 octets");
  expect_withdrawn(16, hex("c0 10 04 0002fbf4"), "EXTENDED COMMUNITIES: a wrong length, 4 octets");
}
TEST(UpdateFaults, Ipv6ExtendedCommunitiesOfAWrongLength) {
  expect_withdrawn(25, hex("c0 19 04 00000000"), "IPv6 EXTENDED COMMUNITIES: a wrong length, 4 octets");
}
TEST(UpdateFaults, LargeCommunitiesOfAWrongLength) {
  expect_withdrawn(32, hex("c0 20 08 0000fbf400000001"), "LARGE_COMMUNITY: a wrong length, 8 octets");
}
TEST(UpdateFaults, OnlyToCustomerOfAWrongLength) {
  expect_withdrawn(35, hex("c0 23 02 fbf4"), "ONLY_TO_CUSTOMER: a wrong length, 2 octets");
}

TEST(UpdateFaults, BgpsecPathOfAnImpossibleLength) {
  for (const char* value : {"0001", "0009 01 00 0000fbf4 00", "000e 01 00 0000fbf4"}) {
    const Octets bgpsec = attribute(0x80, 33, hex(value));
    const Update update = decoded(update_body({}, joined({kOriginIgp, bgpsec, kNextHop192}), kNlri203));
    EXPECT_THAT(faults_of(update), ElementsAre("withdrawn: BGPsec_Path: a Secure_Path of an impossible length"))
        << value;
  }
}
TEST(UpdateFaults, BgpsecPathThatRepeatsWithoutEnd) {
  const Octets once = hex("ff 00 0000fbf4");
  const Octets bgpsec = attribute(0x80, 33, joined({hex("001a"), once, once, once, once}));
  const Update update = decoded(update_body({}, joined({kOriginIgp, bgpsec, kNextHop192}), kNlri203));
  EXPECT_THAT(faults_of(update), ElementsAre("withdrawn: BGPsec_Path: a Secure_Path that is too long"));
  EXPECT_THAT(update.attributes.as_path.segments, IsEmpty());
}

TEST(UpdateFaults, FlagsThatConflict) {
  expect_withdrawn(1, hex("c0 01 01 00"), "ORIGIN: flags that conflict with its specification");
  expect_withdrawn(2, hex("00 02 06 02 01 0000fbf4"), "AS_PATH: flags that conflict with its specification");
  expect_withdrawn(4, hex("40 04 04 00000064"), "MULTI_EXIT_DISC: flags that conflict with its specification");
  expect_withdrawn(8, hex("80 08 04 0da30190"), "COMMUNITIES: flags that conflict with its specification");
  expect_discarded(7, hex("80 07 08 0000fbf4 c0000202"), "AGGREGATOR: flags that conflict with its specification");
}
TEST(UpdateFaults, PartialAndUnusedFlagsMeanNothing) {
  EXPECT_THAT(faults_of(decoded(update_body({}, with(8, hex("ef 08 04 0da30190")), kNlri203))), IsEmpty());
  EXPECT_THAT(faults_of(decoded(update_body({}, with(8, hex("ff 08 0004 0da30190")), kNlri203))), IsEmpty());
  EXPECT_THAT(faults_of(decoded(update_body({}, with(1, hex("6f 01 01 00")), kNlri203))), IsEmpty());
}

TEST(UpdateFaults, MandatoryAttributesMissing) {
  const auto faults = [](std::initializer_list<Octets> attributes) {
    const Update update = decoded(update_body({}, joined(attributes), kNlri203));
    EXPECT_THAT(update.reach, IsEmpty());
    EXPECT_EQ(update.unreach.size(), 1U);
    return faults_of(update);
  };
  EXPECT_THAT(faults({kPath64500, kNextHop192}), ElementsAre("withdrawn: ORIGIN: missing"));
  EXPECT_THAT(faults({kOriginIgp, kNextHop192}), ElementsAre("withdrawn: AS_PATH: missing"));
  EXPECT_THAT(faults({kOriginIgp, kPath64500}), ElementsAre("withdrawn: NEXT_HOP: missing"));
  EXPECT_EQ(faults({}).size(), 3U);
}
TEST(UpdateFaults, MpReachWithoutOrigin) {
  const Octets reach = hex("80 0e 1a 0002 01 10 20010db8000000000000000000000001 00 20 20010db8");
  const Update update = decoded(update_body({}, joined({reach, kPath64500}), {}));
  EXPECT_THAT(faults_of(update), ElementsAre("withdrawn: ORIGIN: missing"));
  ASSERT_EQ(update.unreach.size(), 1U);
  EXPECT_EQ(update.unreach[0].family, kIpv6);
  EXPECT_THAT(update.unreach[0].nlri, ElementsAre(route("2001:db8::/32")));
}
TEST(UpdateFaults, WithdrawalsNeedNoAttributes) {
  EXPECT_THAT(faults_of(decoded(update_body(hex("08 0a"), {}, {}))), IsEmpty());
}

TEST(UpdateFaults, TheFirstOfADuplicateCounts) {
  const Update update = expect_discarded(1, joined({hex("40 01 01 00"), hex("40 01 01 02")}), "ORIGIN: there twice");
  EXPECT_EQ(update.attributes.origin, Origin::igp);
  expect_discarded(240, hex("c0 f0 00 c0 f0 00"), "attribute 240: there twice");
}
TEST(UpdateFaults, MpReachOrMpUnreachTwice) {
  const Octets reach = hex("80 0e 09 0001 01 04 c0000201 00");
  EXPECT_THAT(reset_of(update_body({}, joined({reach, reach, kMandatory}), kNlri203)),
              Pair(1, "MP_REACH_NLRI: there twice"));
  const Octets unreach = hex("80 0f 03 0002 01");
  EXPECT_THAT(reset_of(update_body({}, joined({unreach, unreach}), {})), Pair(1, "MP_UNREACH_NLRI: there twice"));
}

TEST(UpdateFaults, TheStrongestFaultDecides) {
  const Update update =
      decoded(update_body({}, joined({hex("40 06 01 00"), hex("40 01 01 07"), kPath64500, kNextHop192}), kNlri203));
  EXPECT_EQ(update.faults.size(), 2U);
  EXPECT_THAT(update.reach, IsEmpty());
}

TEST(UpdateFaults, AttributesEndWithinOne) {
  for (const char* rest : {"c0", "c0 08", "c0 08 08 0da30190", "d0 08 00", "d0 08 0008 0da30190"}) {
    const Update update = decoded(update_body({}, joined({kMandatory, hex(rest)}), kNlri203));
    EXPECT_THAT(faults_of(update), ElementsAre("withdrawn: the attributes end within one")) << rest;
    EXPECT_EQ(update.unreach.size(), 1U);
  }
}

TEST(UpdateFaults, LengthsBeyondTheMessage) {
  const std::string message = "UPDATE: its lengths do not fit into the message";
  for (const char* body : {"", "00", "0005 08 0a", "0000", "0000 00", "0002 080a 0001", "0000 0001"}) {
    EXPECT_THAT(reset_of(hex(body)), Pair(1, message)) << body;
  }
}

TEST(UpdateFaults, ClassicNlriThatCannotBeRead) {
  EXPECT_THAT(reset_of(update_body({}, kMandatory, hex("21 cb00710101"))),
              Pair(10, "NLRI: a prefix is longer than its address family allows"));
  EXPECT_THAT(reset_of(update_body({}, kMandatory, hex("18 cb00"))),
              Pair(10, "NLRI: the last route is longer than what is left"));
  EXPECT_THAT(reset_of(update_body(hex("18 cb00"), {}, {})),
              Pair(10, "Withdrawn Routes: the last route is longer than what is left"));
}
TEST(UpdateFaults, MultiprotocolNlriThatCannotBeRead) {
  const Octets reach = hex("80 0e 17 0002 01 10 20010db8000000000000000000000001 00 81 00");
  EXPECT_THAT(reset_of(update_body({}, joined({reach, kOriginIgp, kPath64500}), {})),
              Pair(9, "MP_REACH_NLRI: the last route is longer than what is left"));
  EXPECT_THAT(reset_of(update_body({}, hex("80 0f 05 0002 01 20 20"), {})),
              Pair(9, "MP_UNREACH_NLRI: the last route is longer than what is left"));
}
TEST(UpdateFaults, MpReachTooShort) {
  EXPECT_THAT(reset_of(update_body({}, joined({hex("80 0e 04 0002 01 00"), kMandatory}), kNlri203)),
              Pair(9, "MP_REACH_NLRI: a wrong length, 4 octets"));
  EXPECT_THAT(reset_of(update_body({}, hex("80 0f 02 0002"), {})),
              Pair(9, "MP_UNREACH_NLRI: a wrong length, 2 octets"));
}
TEST(UpdateFaults, MpReachNextHopOfAWrongLength) {
  EXPECT_THAT(reset_of(update_body({}, joined({hex("80 0e 0a 0002 01 05 c000020100 00"), kOriginIgp, kPath64500}), {})),
              Pair(9, "MP_REACH_NLRI: a next hop of 5 octets"));
  EXPECT_THAT(reset_of(update_body({}, joined({hex("80 0e 06 0002 01 10 20 00"), kOriginIgp, kPath64500}), {})).first,
              9U);
}
TEST(UpdateFaults, MpReachFlagsThatConflict) {
  EXPECT_THAT(reset_of(update_body({}, joined({hex("c0 0e 09 0001 01 04 c0000201 00"), kMandatory}), kNlri203)),
              Pair(9, "MP_REACH_NLRI: flags that conflict with its specification"));
}

TEST(UpdateFaults, UnknownWellKnownAttribute) {
  Update update;
  const auto done = decode_update(update_body({}, joined({kMandatory, hex("40 f0 02 abcd")}), kNlri203), {}, update);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().message, "attribute 240 says that it is well-known, and is not");
  EXPECT_EQ(done.error().notification.subcode, 2);
  EXPECT_EQ(done.error().notification.data, hex("40 f0 02 abcd"));
}

TEST(UpdateFaults, NothingToWithdraw) {
  // RFC 7606 section 5.2: attributes, a fault that costs the routes, and no route in sight.
  EXPECT_THAT(reset_of(update_body({}, hex("40 01 01 07"), {})),
              Pair(1, "ORIGIN: an undefined value, and no route is announced"));
  EXPECT_THAT(reset_of(update_body(hex("08 0a"), hex("40 06 01 00 40 01 01 07"), {})),
              Pair(1, "ORIGIN: an undefined value, and no route is announced"));
  EXPECT_THAT(faults_of(decoded(update_body(hex("08 0a"), hex("40 06 01 00"), {}))),
              ElementsAre("discarded: ATOMIC_AGGREGATE: a wrong length, 1 octets"));
}
TEST(UpdateFaults, RoutesOfAnotherFamilyAreThere) {
  const Octets evpn = attribute(0x80, 14, hex("0019 46 04 c0000201 00 ff12"));
  const Update update = decoded(update_body({}, joined({evpn, hex("40 01 01 07"), kPath64500}), {}));
  EXPECT_THAT(faults_of(update), ElementsAre("withdrawn: ORIGIN: an undefined value"));
  EXPECT_THAT(update.unreach, IsEmpty());
}

TEST(UpdateFaults, Ipv4MappedPrefixesAreToldOf) {
  const Octets reach = hex("80 0e 22 0002 01 10 20010db8000000000000000000000001 00 60 00000000000000000000ffff");
  const Update update = decoded(update_body({}, joined({reach, kOriginIgp, kPath64500}), {}));
  EXPECT_THAT(faults_of(update), ElementsAre("discarded: MP_REACH_NLRI: prefixes within ::ffff:0:0/96"));
}

// ------------------------------------------------------------------------------------- what routers get wrong in BMP

constexpr UpdateFormat kMonitored{.monitored = true};

TEST(UpdateFaults, MonitoredRouteWithoutNextHop) {
  const Update update = decoded(update_body({}, joined({kOriginIgp, kPath64500}), kNlri203), kMonitored);
  EXPECT_THAT(faults_of(update), ElementsAre("discarded: NEXT_HOP: missing"));
  ASSERT_EQ(update.reach.size(), 1U);
  EXPECT_TRUE(update.reach[0].next_hop.is_unspecified());
}
TEST(UpdateFaults, MonitoredAsPathInTheOtherWidth) {
  const Update narrow = decoded(update_body({}, with(2, hex("40 02 04 02 01 fbf4")), kNlri203), kMonitored);
  EXPECT_THAT(faults_of(narrow), ElementsAre("discarded: AS_PATH: in the other width than was said"));
  EXPECT_EQ(to_string(narrow.attributes.as_path), "64500");
  const Update wide = decoded(update_body({}, with(2, hex("40 02 06 02 01 0000fbf4")), kNlri203),
                              {.four_octet_as = false, .monitored = true});
  EXPECT_EQ(to_string(wide.attributes.as_path), "64500");
}
TEST(UpdateFaults, MonitoredAsPathInNoWidth) {
  const Update update = decoded(update_body({}, with(2, hex("40 02 05 02 01 fbf4 02")), kNlri203), kMonitored);
  EXPECT_THAT(faults_of(update), ElementsAre("withdrawn: AS_PATH: a segment longer than what is left"));
  EXPECT_THAT(update.attributes.as_path.segments, IsEmpty());
}

}  // namespace
}  // namespace weir::bgp
