#include "bgp/wire/test_messages.h"

namespace weir::bgp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Everything that the messages say, one after the other.
struct Said {
  std::vector<Update> updates;
  std::size_t longest = 0;
};
Said read_back(const std::vector<Octets>& messages, const UpdateFormat& format, std::size_t most) {
  Said out;
  for (const Octets& message : messages) {
    const auto frame = next_frame(message, most);
    EXPECT_TRUE(frame.has_value() && frame->has_value() && (*frame)->octets == message.size());
    if (!frame || !*frame) continue;
    EXPECT_EQ((*frame)->type, MessageType::update);
    const Bytes body = (*frame)->body;
    out.updates.push_back(decoded({body.begin(), body.end()}, format));
    EXPECT_THAT(out.updates.back().faults, IsEmpty());
    out.longest = std::max(out.longest, message.size());
  }
  return out;
}

PathAttributes rich() {
  PathAttributes a;
  a.origin = Origin::egp;
  a.as_path = *parse_as_path("(65001) [65002,65003] 64500 4200000000 {64501,4200000001}");
  a.med = 0;
  a.local_pref = 4'294'967'295;
  a.communities = {0x0da3'0190, 0xffff'029a};
  a.extended_communities = {0x0002'fbf4'0000'0001};
  a.large_communities = {{64500, 1, 2}};
  a.aggregator = Aggregator{4'200'000'000, *parse_ip("192.0.2.2")};
  a.atomic_aggregate = true;
  a.originator_id = 0xc000'0203;
  a.cluster_list = {1, 2};
  return a;
}

TEST(UpdateEncoder, EveryAttributeRoundTrips) {
  Update update;
  update.attributes = rich();
  update.reach = {{kIpv4, *parse_ip("192.0.2.1"), {route("203.0.113.0/24"), route("10.0.0.0/8")}}};
  const Said said = read_back(encode_update(update, {}, kMostOctets), {}, kMostOctets);
  ASSERT_EQ(said.updates.size(), 1U);
  EXPECT_EQ(said.updates[0].attributes, update.attributes);
  ASSERT_EQ(said.updates[0].reach.size(), 1U);
  EXPECT_EQ(said.updates[0].reach[0].nlri, update.reach[0].nlri);
  EXPECT_EQ(said.updates[0].reach[0].next_hop, update.reach[0].next_hop);
}

TEST(UpdateEncoder, TowardsASpeakerOfTwoOctetAses) {
  Update update;
  update.attributes = rich();
  update.reach = {{kIpv4, *parse_ip("192.0.2.1"), {route("203.0.113.0/24")}}};
  const UpdateFormat old{.four_octet_as = false};
  const Said said = read_back(encode_update(update, old, kMostOctets), old, kMostOctets);
  ASSERT_EQ(said.updates.size(), 1U);
  EXPECT_EQ(said.updates[0].attributes, update.attributes) << to_string(said.updates[0].attributes.as_path);
  // Without an AS that needs four octets there is no AS4_PATH.
  update.attributes = {};
  update.attributes.as_path = *parse_as_path("64500");
  const auto messages = encode_update(update, old, kMostOctets);
  EXPECT_EQ(messages.at(0).size(), kHeaderOctets + 4 + 4 + 7 + 7 + 4);
}

TEST(UpdateEncoder, EachFamily) {
  Update update;
  update.attributes.as_path = *parse_as_path("64500");
  update.reach = {
      {kIpv4, *parse_ip("192.0.2.1"), {route("10.0.0.0/8")}},
      {kIpv4, *parse_ip("2001:db8::1"), {route("11.0.0.0/8")}},
      {kIpv6, *parse_ip("2001:db8::1"), {route("2001:db8::/32")}},
      {kIpv6, *parse_ip("192.0.2.1"), {route("2001:db9::/32")}},
      {kLabelled4, *parse_ip("192.0.2.1"), {route("12.0.0.0/8", 0, "", 16)}},
      {kVpn4, *parse_ip("192.0.2.1"), {route("13.0.0.0/8", 0, "64500:1", 17)}},
      {kVpn6, *parse_ip("2001:db8::1"), {route("2001:dba::/32", 0, "192.0.2.1:1", 18)}},
  };
  const Said said = read_back(encode_update(update, {}, kMostOctets), {}, kMostOctets);
  ASSERT_EQ(said.updates.size(), update.reach.size());
  for (std::size_t i = 0; i < update.reach.size(); ++i) {
    ASSERT_EQ(said.updates[i].reach.size(), 1U);
    EXPECT_EQ(said.updates[i].reach[0].family, update.reach[i].family);
    EXPECT_EQ(said.updates[i].reach[0].next_hop, update.reach[i].next_hop);
    EXPECT_EQ(said.updates[i].reach[0].nlri, update.reach[i].nlri);
    EXPECT_EQ(said.updates[i].attributes, update.attributes);
  }
}

TEST(UpdateEncoder, Withdrawals) {
  Update update;
  update.unreach = {{kIpv4, {route("10.0.0.0/8", 5)}}, {kVpn4, {route("13.0.0.0/8", 0, "64500:1", 17)}}};
  const UpdateFormat format{.add_path = families({kIpv4})};
  const Said said = read_back(encode_update(update, format, kMostOctets), format, kMostOctets);
  ASSERT_EQ(said.updates.size(), 2U);
  EXPECT_THAT(said.updates[0].unreach.at(0).nlri, ElementsAre(route("10.0.0.0/8", 5)));
  EXPECT_THAT(said.updates[1].unreach.at(0).nlri, ElementsAre(route("13.0.0.0/8", 0, "64500:1", 0)));
}

TEST(UpdateEncoder, ManyRoutesTakeSeveralMessages) {
  Update update;
  update.attributes = rich();
  update.reach = {{kIpv4, *parse_ip("192.0.2.1"), {}}, {kIpv6, *parse_ip("2001:db8::1"), {}}};
  update.unreach = {{kIpv6, {}}};
  for (std::uint32_t i = 0; i < 5000; ++i) {
    update.reach[0].nlri.push_back({Prefix::of(IpAddress::v4(0x0a00'0000 + (i << 8U)), 24), {}, i, 0});
    update.reach[1].nlri.push_back({Prefix::of(IpAddress{0x2001'0db8'0000'0000U + i, 0}, 64), {}, 0, 0});
  }
  update.unreach[0].nlri = update.reach[1].nlri;
  const UpdateFormat format{.add_path = families({kIpv4})};
  for (const std::size_t most : {kMostOctets, kMostOctetsExtended}) {
    const Said said = read_back(encode_update(update, format, most), format, most);
    std::vector<Nlri> v4, v6, gone;
    for (const Update& one : said.updates) {
      for (const auto& reach : one.reach) {
        auto& into = reach.family == kIpv4 ? v4 : v6;
        into.insert(into.end(), reach.nlri.begin(), reach.nlri.end());
      }
      for (const auto& unreach : one.unreach) gone.insert(gone.end(), unreach.nlri.begin(), unreach.nlri.end());
    }
    EXPECT_EQ(v4, update.reach[0].nlri);
    EXPECT_EQ(v6, update.reach[1].nlri);
    EXPECT_EQ(gone, update.unreach[0].nlri);
    EXPECT_LE(said.longest, most);
    if (most == kMostOctets) {
      EXPECT_GT(said.longest, most - 16) << "messages are filled";
    }
  }
}

TEST(UpdateEncoder, ALongPathGoesOnInAFurtherSegment) {
  Update update;
  update.attributes.as_path.segments = {{SegmentType::as_sequence, std::vector<As>(300, 64500)}};
  update.reach = {{kIpv4, *parse_ip("192.0.2.1"), {route("10.0.0.0/8")}}};
  const Said said = read_back(encode_update(update, {}, kMostOctets), {}, kMostOctets);
  ASSERT_EQ(said.updates.size(), 1U);
  EXPECT_EQ(to_string(said.updates[0].attributes.as_path), to_string(update.attributes.as_path));
  EXPECT_EQ(said.updates[0].attributes.as_path.length(), 300U);
}

TEST(UpdateEncoder, WhatDoesNotFitIsWithdrawn) {
  Update update;
  update.attributes.communities.assign(1100, 1);
  update.reach = {{kIpv4, *parse_ip("192.0.2.1"), {route("10.0.0.0/8"), route("11.0.0.0/8")}}};
  const Said said = read_back(encode_update(update, {}, kMostOctets), {}, kMostOctets);
  ASSERT_EQ(said.updates.size(), 1U);
  EXPECT_THAT(said.updates[0].reach, IsEmpty());
  EXPECT_THAT(said.updates[0].unreach.at(0).nlri, ElementsAre(route("10.0.0.0/8"), route("11.0.0.0/8")));
  EXPECT_EQ(
      read_back(encode_update(update, {}, kMostOctetsExtended), {}, kMostOctetsExtended).updates.at(0).reach.size(),
      1U);
}

TEST(UpdateEncoder, EndOfRib) {
  for (const Family family : kFamilies) {
    const auto message = encode_end_of_rib(family);
    const Said said = read_back({message}, {}, kMostOctets);
    ASSERT_EQ(said.updates.size(), 1U);
    EXPECT_EQ(said.updates[0].end_of_rib, family);
  }
  Update update;
  update.end_of_rib = kIpv6;
  EXPECT_THAT(encode_update(update, {}, kMostOctets), ElementsAre(encode_end_of_rib(kIpv6)));
}

// ------------------------------------------------------------------------------------------- AS4_PATH (RFC 6793 4.2.3)

/// What becomes of an AS_PATH of two-octet ASes and an AS4_PATH, both without their headers.
std::string merged(std::string_view as_path, std::string_view as4_path, const Octets& more = {}) {
  const Octets attributes =
      joined({kOriginIgp, attribute(0x40, 2, hex(as_path)), kNextHop192, attribute(0xc0, 17, hex(as4_path)), more});
  return to_string(decoded(update_body({}, attributes, kNlri203), {.four_octet_as = false}).attributes.as_path);
}

TEST(As4Path, TakesThePlaceOfTheEnd) {
  EXPECT_EQ(merged("02 03 fbf4 5ba0 5ba0", "02 02 fa56ea00 fa56ea01"), "64500 4200000000 4200000001");
  EXPECT_EQ(merged("02 02 5ba0 5ba0", "02 02 fa56ea00 fa56ea01"), "4200000000 4200000001");
}
TEST(As4Path, ALongerOneIsIgnored) {
  EXPECT_EQ(merged("02 01 fbf4", "02 02 fa56ea00 fa56ea01"), "64500");
}
TEST(As4Path, SetsCountOne) {
  EXPECT_EQ(merged("02 01 fbf4 01 02 5ba0 fbf5", "01 02 fa56ea00 0000fbf5"), "64500 {4200000000,64501}");
}
TEST(As4Path, ConfederationsInFrontStay) {
  EXPECT_EQ(merged("03 01 fde9 02 02 fbf4 5ba0", "02 01 fa56ea00"), "(65001) 64500 4200000000");
  EXPECT_EQ(merged("03 01 fde9 02 01 5ba0", "02 01 fa56ea00"), "(65001) 4200000000");
}
TEST(As4Path, ConfederationsInItAreLeftAway) {
  EXPECT_EQ(merged("02 02 fbf4 5ba0", "03 01 0000fde9 02 01 fa56ea00"), "64500 4200000000");
}
TEST(As4Path, IsIgnoredWhereTheAggregatorSaysSo) {
  // RFC 6793: an AGGREGATOR that is not AS_TRANS beside an AS4_AGGREGATOR was written by an old speaker after them.
  const Octets both = joined({hex("c0 07 06 fbf4 c0000202"), hex("c0 12 08 fa56ea00 c0000202")});
  EXPECT_EQ(merged("02 02 fbf4 5ba0", "02 01 fa56ea00", both), "64500 23456");
  const Octets trans = joined({hex("c0 07 06 5ba0 c0000202"), hex("c0 12 08 fa56ea00 c0000203")});
  EXPECT_EQ(merged("02 02 fbf4 5ba0", "02 01 fa56ea00", trans), "64500 4200000000");
  const Octets attributes = joined({kOriginIgp, hex("40 02 04 02 01 fbf4"), kNextHop192, trans});
  EXPECT_EQ(decoded(update_body({}, attributes, kNlri203), {.four_octet_as = false}).attributes.aggregator,
            (Aggregator{4'200'000'000, *parse_ip("192.0.2.3")}));
}
TEST(As4Path, FaultyOnesAreDiscarded) {
  const auto fault = [](std::string_view as4) {
    const Octets attributes = joined({kOriginIgp, hex("40 02 04 02 01 5ba0"), kNextHop192, hex(as4)});
    const Update update = decoded(update_body({}, attributes, kNlri203), {.four_octet_as = false});
    EXPECT_EQ(update.reach.size(), 1U);
    EXPECT_EQ(to_string(update.attributes.as_path), "23456");
    return faults_of(update);
  };
  EXPECT_THAT(fault("c0 11 06 02 02 fa56ea00"), ElementsAre("discarded: AS4_PATH: a segment longer than what is left"));
  EXPECT_THAT(fault("c0 11 06 02 01 00000000"), ElementsAre("discarded: AS4_PATH: AS 0"));
  EXPECT_THAT(fault("c0 11 04 02 01 fa56"), ElementsAre("discarded: AS4_PATH: a wrong length, 4 octets"));
  EXPECT_THAT(fault("c0 12 06 fa56ea00 c000"), ElementsAre("discarded: AS4_AGGREGATOR: a wrong length, 6 octets"));
  EXPECT_THAT(fault("c0 12 08 00000000 c0000202"), ElementsAre("discarded: AS4_AGGREGATOR: AS 0"));
}
TEST(As4Path, FromANewSpeakerIsPassedOver) {
  const Octets attributes = joined({kMandatory, hex("c0 11 06 02 01 fa56ea00 c0 12 08 fa56ea00 c0000202")});
  const Update update = decoded(update_body({}, attributes, kNlri203));
  EXPECT_THAT(update.faults, IsEmpty());
  EXPECT_EQ(to_string(update.attributes.as_path), "64500");
  EXPECT_EQ(update.attributes.aggregator, std::nullopt);
}

}  // namespace
}  // namespace weir::bgp
