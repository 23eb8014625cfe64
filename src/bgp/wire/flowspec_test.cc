// The examples of RFC 8955 section 4.3 and RFC 8956 section 3.8 octet for octet, and one test for each malformation.
#include "bgp/wire/flowspec.h"

#include <gmock/gmock.h>

#include "bgp/wire/test_messages.h"

namespace weir::bgp {
namespace {

using ::testing::HasSubstr;

std::vector<std::byte> octets(std::initializer_list<unsigned> values) {
  std::vector<std::byte> out;
  for (const unsigned value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}
Prefix prefix(std::string_view text) { return parse_prefix(text).value(); }
FlowComponent numbers(FlowType type, std::vector<FlowMatch> matches) {
  return {.type = type, .matches = std::move(matches)};
}
std::string refused(std::initializer_list<unsigned> values, Afi afi = Afi::ipv4) {
  const auto read = decode_flowspec(octets(values), afi);
  return read ? "read: " + to_string(*read) : read.error().message;
}

const FlowSpec kToPort25{.afi = Afi::ipv4,
                         .components = {{.type = FlowType::destination, .prefix = prefix("192.0.2.0/24")},
                                        numbers(FlowType::protocol, {{1, 6}}),
                                        numbers(FlowType::port, {{1, 25}})}};
const FlowSpec kRange{.afi = Afi::ipv4,
                      .components = {{.type = FlowType::destination, .prefix = prefix("192.0.2.0/24")},
                                     {.type = FlowType::source, .prefix = prefix("203.0.0.0/8")},
                                     numbers(FlowType::port, {{3, 137}, {0x45, 139}, {1, 8080}})}};

TEST(FlowSpec, FirstExampleOfRfc8955) {
  const auto wire = octets({0x0b, 0x01, 0x18, 0xc0, 0x00, 0x02, 0x03, 0x81, 0x06, 0x04, 0x81, 0x19});
  EXPECT_EQ(encode_flowspec(kToPort25).value(), wire);
  EXPECT_EQ(decode_flowspec(wire, Afi::ipv4).value(), kToPort25);
  EXPECT_EQ(to_string(kToPort25), "dst 192.0.2.0/24 proto =6 port =25");
}
TEST(FlowSpec, SecondExampleOfRfc8955) {
  const auto wire = octets({0x10, 0x01, 0x18, 0xc0, 0x00, 0x02, 0x02, 0x08, 0xcb, 0x04, 0x03, 0x89, 0x45, 0x8b, 0x91,
                            0x1f, 0x90});
  EXPECT_EQ(encode_flowspec(kRange).value(), wire);
  EXPECT_EQ(decode_flowspec(wire, Afi::ipv4).value(), kRange);
  EXPECT_EQ(to_string(kRange), "dst 192.0.2.0/24 src 203.0.0.0/8 port >=137&<=139|=8080");
}
TEST(FlowSpec, FirstExampleOfRfc8956) {
  const auto wire = octets({0x12, 0x01, 0x20, 0x00, 0x20, 0x01, 0x0d, 0xb8, 0x02, 0x68, 0x40, 0x12, 0x34, 0x56, 0x78,
                            0x9a, 0x03, 0x81, 0x06});
  const auto read = decode_flowspec(wire, Afi::ipv6).value();
  ASSERT_EQ(read.components.size(), 3U);
  EXPECT_EQ(read.components[0].prefix, prefix("2001:db8::/32"));
  EXPECT_EQ(read.components[1].prefix, prefix("::1234:5678:9a00:0/104"));
  EXPECT_EQ(int{read.components[1].offset}, 64);
  EXPECT_EQ(encode_flowspec(read).value(), wire);
}
TEST(FlowSpec, ALongRuleHasALengthOfTwoOctets) {
  FlowSpec rule = kToPort25;
  rule.components[2].matches.clear();
  for (std::uint64_t port = 0; port < 100; ++port) rule.components[2].matches.push_back({1, 1000 + port});
  const auto wire = encode_flowspec(rule).value();
  EXPECT_EQ(wire.size(), 2U + 5 + 3 + 1 + 300);
  EXPECT_EQ(wire[0], std::byte{0xf1});
  EXPECT_EQ(decode_flowspec(wire, Afi::ipv4).value(), rule);
}
TEST(FlowSpec, EveryTypeRoundTrips) {
  FlowSpec rule{.afi = Afi::ipv6,
                .components = {{.type = FlowType::destination, .prefix = prefix("2001:db8::1/128")},
                               {.type = FlowType::source, .prefix = prefix("::/0")}}};
  for (unsigned type = 3; type <= 13; ++type)
    rule.components.push_back(numbers(static_cast<FlowType>(type), {{1, 2}}));
  rule.components[8].matches = {{kFlowAll, 0x12}, {kFlowAnd | kFlowNot, 0x100}};
  rule.components[9].matches = {{kFlowGreater, 0x1'0000}, {kFlowAnd | kFlowLess, 0x1'0000'0000}};
  EXPECT_EQ(decode_flowspec(encode_flowspec(rule).value(), Afi::ipv6).value(), rule);
}

TEST(FlowSpec, WhatNoNlriCanHoldIsRefused) {
  EXPECT_FALSE(encode_flowspec({}).has_value()) << "no component: it would match everything";
  FlowSpec rule = kToPort25;
  std::swap(rule.components[0], rule.components[1]);
  EXPECT_FALSE(encode_flowspec(rule).has_value()) << "order";
  rule = kToPort25;
  rule.components[0].prefix = prefix("2001:db8::/32");
  EXPECT_FALSE(encode_flowspec(rule).has_value()) << "family";
  rule = kToPort25;
  rule.components[1].matches.clear();
  EXPECT_FALSE(encode_flowspec(rule).has_value()) << "nothing to compare with";
  rule = kToPort25;
  rule.components[2] = numbers(FlowType::fragment, {{1, 0x100}});
  EXPECT_FALSE(encode_flowspec(rule).has_value()) << "value too long";
  rule = kToPort25;
  rule.components[2] = numbers(FlowType::flow_label, {{1, 1}});
  EXPECT_FALSE(encode_flowspec(rule).has_value()) << "IPv6 only";
}

TEST(FlowSpecMalformed, NoOctet) { EXPECT_THAT(refused({}), HasSubstr("length")); }
TEST(FlowSpecMalformed, NoComponent) { EXPECT_THAT(refused({0}), HasSubstr("no component")); }
TEST(FlowSpecMalformed, LengthBeyondTheEnd) { EXPECT_THAT(refused({4, 3, 0x81, 6}), HasSubstr("length is 4")); }
TEST(FlowSpecMalformed, LengthBeforeTheEnd) { EXPECT_THAT(refused({2, 3, 0x81, 6}), HasSubstr("length is 2")); }
TEST(FlowSpecMalformed, UnknownType) { EXPECT_THAT(refused({3, 14, 0x81, 6}), HasSubstr("type 14")); }
TEST(FlowSpecMalformed, FlowLabelInIpv4) { EXPECT_THAT(refused({3, 13, 0x81, 6}), HasSubstr("type 13")); }
TEST(FlowSpecMalformed, TypesOutOfOrder) {
  EXPECT_THAT(refused({6, 4, 0x81, 6, 3, 0x81, 6}), HasSubstr("out of order"));
}
TEST(FlowSpecMalformed, ATypeTwice) { EXPECT_THAT(refused({6, 3, 0x81, 6, 3, 0x81, 6}), HasSubstr("out of order")); }
TEST(FlowSpecMalformed, APrefixTooLong) { EXPECT_THAT(refused({7, 1, 33, 1, 2, 3, 4, 5}), HasSubstr("33 bits")); }
TEST(FlowSpecMalformed, APrefixThatIsCut) { EXPECT_THAT(refused({3, 1, 24, 1}), HasSubstr("cut")); }
TEST(FlowSpecMalformed, AnOffsetBeyondThePrefix) {
  EXPECT_THAT(refused({4, 1, 8, 8, 0}, Afi::ipv6), HasSubstr("8 bits from 8"));
}
TEST(FlowSpecMalformed, AListWithoutEnd) { EXPECT_THAT(refused({3, 3, 0x01, 6}), HasSubstr("cut")); }
TEST(FlowSpecMalformed, AValueThatIsCut) { EXPECT_THAT(refused({3, 4, 0x91, 6}), HasSubstr("cut")); }
TEST(FlowSpecMalformed, AFragmentOfTwoOctets) {
  EXPECT_THAT(refused({4, 12, 0x91, 0, 1}), HasSubstr("value of 2 octets"));
}
TEST(FlowSpecMalformed, AMappedIpv4Prefix) {
  EXPECT_THAT(refused({15, 1, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, Afi::ipv6), HasSubstr("::ffff"));
}

TEST(FlowActions, AreAsRfc8955HasThem) {
  EXPECT_EQ(traffic_rate_bytes(64500, 0), 0x8006'fbf4'0000'0000U);
  EXPECT_EQ(traffic_rate_bytes(0, 125'000), 0x8006'0000'47f4'2400U);
  EXPECT_EQ(traffic_rate_packets(0, 1), 0x800c'0000'3f80'0000U);
  EXPECT_EQ(redirect_to("64500:100").value(), 0x8008'fbf4'0000'0064U);
  EXPECT_EQ(redirect_to("192.0.2.1:100").value(), 0x8108'c000'0201'0064U);
  EXPECT_EQ(redirect_to("4200000000:100").value(), 0x8208'fa56'ea00'0064U);
}
TEST(FlowActions, AsText) {
  EXPECT_EQ(flow_action_text(traffic_rate_bytes(0, 0)), "discard");
  EXPECT_EQ(flow_action_text(traffic_rate_bytes(0, 125'000)), "rate 125000 octets/s");
  EXPECT_EQ(flow_action_text(traffic_rate_packets(0, 1000)), "rate 1000 packets/s");
  for (const std::string text : {"64500:100", "192.0.2.1:100", "4200000000:100"})
    EXPECT_EQ(flow_action_text(redirect_to(text).value()), "redirect " + text);
  EXPECT_EQ(flow_action_text(0x0002'fbf4'0000'0001), "");
}
TEST(FlowActions, WhatIsNoRouteTarget) {
  for (const std::string text : {"", "64500", "64500:", ":1", "4200000000:65536", "192.0.2.1:65536", "2001:db8::1:5", "a:b"})
    EXPECT_FALSE(redirect_to(text).has_value()) << text;
}

TEST(Filter, AnnouncedAndWithdrawn) {
  PathAttributes attributes;
  attributes.origin = Origin::igp;
  attributes.extended_communities = {traffic_rate_bytes(0, 0)};
  const auto message = encode_filter(kToPort25, &attributes, {}, kMostOctets).value();
  const auto body = Bytes(message).subspan(kHeaderOctets);
  // MP_REACH_NLRI: AFI 1, SAFI 133, no next hop, reserved, the rule.
  const auto reach = octets({0x80, 14, 17, 0, 1, 133, 0, 0, 0x0b, 0x01, 0x18, 0xc0, 0x00, 0x02, 0x03, 0x81, 0x06, 0x04,
                             0x81, 0x19});
  EXPECT_TRUE(std::ranges::equal(body.subspan(4, reach.size()), reach));
  Update update;
  ASSERT_TRUE(decode_update(body, {}, update).has_value());
  EXPECT_EQ(update.families_skipped, 1U) << "a peer's filters are read past";
  EXPECT_EQ(update.attributes.extended_communities, attributes.extended_communities);
  EXPECT_TRUE(update.reach.empty());
  const auto withdrawn = encode_filter(kToPort25, nullptr, {}, kMostOctets).value();
  const auto unreach = octets({0x80, 15, 15, 0, 1, 133, 0x0b, 0x01, 0x18, 0xc0, 0x00, 0x02, 0x03, 0x81, 0x06, 0x04,
                               0x81, 0x19});
  EXPECT_TRUE(std::ranges::equal(Bytes(withdrawn).subspan(kHeaderOctets + 4), unreach));
  EXPECT_FALSE(encode_filter(kToPort25, &attributes, {}, 40).has_value());
}

}  // namespace
}  // namespace weir::bgp
