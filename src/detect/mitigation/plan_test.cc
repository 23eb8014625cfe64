// Which signatures become rules, what the rules say, and what people type.
#include "detect/mitigation/plan.h"

#include <gmock/gmock.h>

#include "query/filter.h"

namespace weir::detect {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Prefix prefix(std::string_view text) { return parse_prefix(text).value(); }

Signature of_port(std::uint16_t port, double attack, double other) {
  Signature out;
  out.target = prefix("192.0.2.7/32");
  out.protocol = std::uint8_t{17};
  out.source_port = port;
  out.attack_share = attack;
  out.other_share = other;
  return out;
}
std::vector<double> shares(const std::vector<Signature>& of) {
  std::vector<double> out;
  for (const Signature& signature : of) out.push_back(signature.attack_share);
  return out;
}
Signature typed(std::string_view text, std::string_view target = "192.0.2.7/32") {
  const auto read = parse_signature(text, prefix(target));
  EXPECT_TRUE(read) << read.error().message;
  return read.value_or(Signature{});
}

TEST(ChooseSignatures, OneThatCatchesNearlyAllIsEnough) {
  const std::vector from = {of_port(123, 0.97, 0.01), of_port(53, 0.02, 0.0)};
  EXPECT_THAT(shares(choose_signatures(from, 4, 0.1)), testing::ElementsAre(0.97));
}
TEST(ChooseSignatures, AsManyAsItTakes) {
  const std::vector from = {of_port(123, 0.5, 0.01), of_port(53, 0.46, 0.01), of_port(1900, 0.03, 0.0)};
  EXPECT_THAT(shares(choose_signatures(from, 4, 0.1)), testing::ElementsAre(0.5, 0.46));
}
TEST(ChooseSignatures, WithinTheBudget) {
  const std::vector from = {of_port(123, 0.4, 0), of_port(53, 0.3, 0), of_port(1900, 0.2, 0)};
  EXPECT_THAT(shares(choose_signatures(from, 2, 0.1)), testing::ElementsAre(0.4, 0.3));
}
TEST(ChooseSignatures, OfAlternativesTheOneThatHitsLess) {
  Signature wide;
  wide.target = prefix("192.0.2.7/32");
  wide.protocol = std::uint8_t{17};
  wide.attack_share = 0.99;
  wide.other_share = 0.08;
  const std::vector from = {of_port(123, 0.97, 0.001), wide};
  EXPECT_THAT(shares(choose_signatures(from, 4, 0.1)), testing::ElementsAre(0.97));
}
TEST(ChooseSignatures, WhatMayOverlapDoesNotAddUp) {
  Signature length;
  length.target = prefix("192.0.2.7/32");
  length.length_from = std::uint16_t{468};
  length.attack_share = 0.6;
  const std::vector from = {of_port(123, 0.6, 0), length};
  EXPECT_EQ(choose_signatures(from, 4, 0.1).size(), 1U) << "the second may be the same packets";
}
TEST(ChooseSignatures, NoneThatHitsTooMuchOfTheRest) {
  EXPECT_THAT(choose_signatures(std::vector{of_port(443, 0.99, 0.5)}, 4, 0.1), IsEmpty());
  const std::vector from = {of_port(53, 0.5, 0.07), of_port(123, 0.5, 0.07)};
  EXPECT_EQ(choose_signatures(from, 4, 0.1).size(), 1U) << "together they would";
}
TEST(ChooseSignatures, NothingOfNothing) {
  EXPECT_THAT(choose_signatures({}, 4, 0.1), IsEmpty());
  EXPECT_THAT(choose_signatures(std::vector{of_port(1, 1, 0)}, 0, 0.1), IsEmpty());
}
TEST(ChooseSignatures, ManyTakeNoLongerThanAFew) {
  std::vector<Signature> from;
  for (std::uint16_t port = 0; port < 1000; ++port) from.push_back(of_port(port, 0.001, 0));
  EXPECT_EQ(choose_signatures(from, 8, 0.1).size(), 8U);
}

TEST(Rule, SaysWhatTheSignatureSays) {
  Signature s = typed("tcp flags S/SA src net 198.51.100.0/24 dst port 443 length 40-60");
  EXPECT_EQ(to_string(rule_of(s, Way::incoming)),
            "dst 192.0.2.7/32 src 198.51.100.0/24 proto =6 dport =443 tcp-flags all 0x02&not-any 0x10 length >=40&<=60");
  EXPECT_TRUE(bgp::encode_flowspec(rule_of(s, Way::incoming)));
  EXPECT_EQ(to_string(rule_of(typed("udp fragment"), Way::incoming)), "dst 192.0.2.7/32 proto =17 fragment any 0x02");
  EXPECT_EQ(to_string(rule_of(typed("icmp type 8 length 1500"), Way::incoming)),
            "dst 192.0.2.7/32 proto =1 icmp-type =8 length =1500");
}
TEST(Rule, OfIpv6) {
  const auto rule = rule_of(typed("udp src port 53", "2001:db8::7/128"), Way::incoming);
  EXPECT_EQ(rule.afi, bgp::Afi::ipv6);
  EXPECT_EQ(to_string(rule), "dst 2001:db8::7/128 proto =17 sport =53");
}
TEST(Rule, OfAnOutgoingAttackComesFromTheTarget) {
  EXPECT_EQ(to_string(rule_of(typed("tcp dst port 25"), Way::outgoing)), "src 192.0.2.7/32 proto =6 dport =25");
}
TEST(Rule, IsAFilterOfTheQueryLanguageToo) {
  for (const std::string text : {"udp src port 123", "tcp flags S/SA", "icmp type 8", "fragment", "length 40-60",
                                 "47 src net 198.51.100.0/24", "tcp dst port 25"}) {
    for (const Way way : {Way::incoming, Way::outgoing}) {
      const std::string filter = filter_of(typed(text), way);
      EXPECT_TRUE(query::parse_filter(filter)) << filter;
    }
  }
}

struct Wrong {
  const char* text;
  const char* says;
};
class Typed : public testing::TestWithParam<Wrong> {};
TEST_P(Typed, SaysWhichWord) {
  const auto read = parse_signature(GetParam().text, prefix("192.0.2.7/32"));
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(Mistakes, Typed,
                         testing::Values(Wrong{"upd", "'upd'"}, Wrong{"src 123", "'123' where port or net"},
                                         Wrong{"src port", "the end where a port"}, Wrong{"src port 70000", "'70000'"},
                                         Wrong{"dst net 192.0.2.0/24", "'net'"},
                                         Wrong{"src net 2001:db8::/32", "address family"},
                                         Wrong{"src net 192.0.2.1/24", "192.0.2.0/24"}, Wrong{"flags Z", "'Z'"},
                                         Wrong{"flags SA/S", "'SA/S'"}, Wrong{"length 9-1", "'9-1'"},
                                         Wrong{"tcp udp", "twice"}, Wrong{"src port 1 src port 2", "twice"},
                                         Wrong{"icmp type 300", "'300'"}, Wrong{"proto 256", "'256'"}));
TEST(Typed, Long) { EXPECT_FALSE(parse_signature(std::string(2000, 'a'), prefix("192.0.2.7/32"))); }

TEST(Plan, ActionsOfAFilter) {
  ActionConfig action{.name = "f", .kind = ActionKind::flowspec, .to = {{.peers = {"a"}}, {.peers = {"b"}}}};
  const Aim aim{.target = prefix("192.0.2.7/32"), .signatures = {of_port(123, 1, 0)}};
  const auto text = [&] { return to_string(make_plan(action, aim, 64500).value().routes.at(0)); };
  EXPECT_EQ(make_plan(action, aim, 64500)->routes.size(), 2U) << "for each group of peers";
  EXPECT_THAT(text(), HasSubstr(": discard"));
  action.flow_action = FlowAction::rate;
  action.rate = 8'000'000;
  EXPECT_THAT(text(), HasSubstr(": rate 1000000 octets/s"));
  action.flow_action = FlowAction::rate_packets;
  EXPECT_THAT(text(), HasSubstr(": rate 8000000 packets/s"));
  action.flow_action = FlowAction::redirect;
  action.redirect = "64500:666";
  EXPECT_THAT(text(), HasSubstr(": redirect 64500:666"));
}
TEST(Plan, ADiversionCoversTheTarget) {
  ActionConfig action{.name = "d", .kind = ActionKind::diversion, .to = {{.peers = {"a"}}}};
  const auto covers = [&](std::string_view target) {
    return to_string(prefix_of(make_plan(action, {.target = prefix(target)}, 64500).value().routes.at(0)));
  };
  EXPECT_EQ(covers("192.0.2.7/32"), "192.0.2.0/24");
  EXPECT_EQ(covers("192.0.0.0/22"), "192.0.0.0/22");
  EXPECT_EQ(covers("2001:db8:1:2::3/128"), "2001:db8:1::/48");
}

}  // namespace
}  // namespace weir::detect
