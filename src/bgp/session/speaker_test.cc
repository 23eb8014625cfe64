// All neighbours: whose call it is, a reload, bounds, announcing by name, what a configuration may not say.
#include "bgp/session/speaker.h"

#include "bgp/session/test_peer.h"

namespace weir::bgp {
namespace {

struct SpeakerTest : testing::Test {
  SpeakerTest() {
    config.as = kLocalAs;
    config.router_id = kLocalId;
    config.peers = {peer_config()};
    config.peers[0].passive = true;
    configure();
  }
  void configure() { speaker.configure(config, RibOptions{}.hold_ms, now); }
  Peer* peer_for(IpAddress remote) { return speaker.peer_for(remote, now, reason); }
  void come_up(LinkId link, IpAddress remote = kPeerAddress, As as = kPeerAs) {
    Peer* peer = peer_for(remote);
    ASSERT_NE(peer, nullptr) << reason;
    ASSERT_TRUE(peer->accept(link, kLocalAddress, now));
    Open open = peer_open();
    open.as = as;
    open.capabilities.four_octet_as = as;
    peer->received(link, encode_open(open), now);
    peer->received(link, encode_keepalive(), now);
    transport.take(link);
  }
  void live(std::int64_t seconds) {
    for (std::int64_t i = 0; i < seconds * 10; ++i) {
      now.wall += 100;
      now.steady += 100;
      speaker.tick(now);
    }
  }
  std::vector<BgpPeerStatus> status() { return speaker.status(rib.status()); }
  void upkeep() {
    while (rib.upkeep(now.wall)) {
    }
  }

  Moment now{.wall = 1'700'000'000'000, .steady = 5'000'000};
  Rib rib;
  FakeTransport transport;
  Speaker speaker{rib, transport};
  SpeakerConfig config;
  std::string reason;
};

TEST_F(SpeakerTest, AStrangerIsNobody) {
  EXPECT_EQ(peer_for(parse_ip("198.51.100.9").value()), nullptr);
  EXPECT_NE(reason, "");
}

TEST_F(SpeakerTest, ReloadWithTheSameDoesNothing) {
  come_up(1);
  configure();
  EXPECT_FALSE(transport.closed.contains(1));
}
TEST_F(SpeakerTest, ReloadOfThePreferenceKeepsTheSession) {
  come_up(1);
  peer_for(kPeerAddress)->received(1, announce_message("198.51.100.0/24"), now);
  config.peers[0].preference = 300;
  configure();
  EXPECT_FALSE(transport.closed.contains(1));
  EXPECT_EQ(rib.candidates(parse_ip("198.51.100.1").value(), kGlobalTable, false).at(0).preference, 300);
}
TEST_F(SpeakerTest, ReloadOfTheHoldTimeMakesAnotherSession) {
  come_up(1);
  peer_for(kPeerAddress)->received(1, announce_message("198.51.100.0/24"), now);
  config.peers[0].hold_time_s = 30;
  configure();
  EXPECT_TRUE(transport.closed.contains(1));
  EXPECT_EQ(int{transport.last_word(1).subcode}, 6) << "Other Configuration Change";
  EXPECT_EQ(table_text(rib), "198.51.100.0/24*");
  come_up(2);
  EXPECT_EQ(status().at(0).agreed.hold_time_s, 30);
}
TEST_F(SpeakerTest, ReloadWithoutThePeerForgetsIt) {
  come_up(1);
  peer_for(kPeerAddress)->received(1, announce_message("198.51.100.0/24"), now);
  config.peers.clear();
  configure();
  EXPECT_EQ(int{transport.last_word(1).subcode}, 3) << "Peer De-configured";
  upkeep();
  EXPECT_EQ(table_text(rib), "");
  EXPECT_TRUE(status().empty());
}
TEST_F(SpeakerTest, AnotherAsOfOursMakesAllAnew) {
  come_up(1);
  config.as = 64555;
  configure();
  EXPECT_TRUE(transport.closed.contains(1));
}
TEST_F(SpeakerTest, StopSaysSo) {
  come_up(1);
  speaker.stop(now);
  const Notification said = transport.last_word(1);
  EXPECT_EQ(int{said.code}, 6);
  EXPECT_EQ(int{said.subcode}, 2) << "Administrative Shutdown";
}

struct Dynamic : SpeakerTest {
  Dynamic() {
    PeerConfig group;
    group.name = "leafs";
    group.remote = parse_prefix("198.51.100.0/24").value();
    config.peers.push_back(group);
    config.most_dynamic = 2;
    configure();
  }
  static IpAddress leaf(std::uint32_t host) { return IpAddress::v4(0xc6336400 + host); }
};

TEST_F(Dynamic, NeighboursComeByPrefix) {
  come_up(1, leaf(1), 65001);
  come_up(2, leaf(2), 65002);
  const auto told = status();
  ASSERT_EQ(told.size(), 3U);
  EXPECT_TRUE(told[1].dynamic);
  EXPECT_EQ(told[1].name, "leafs");
  EXPECT_EQ(told[1].as, 65001U);
  EXPECT_EQ(told[2].as, 65002U);
  live(5);
  EXPECT_TRUE(transport.calls.empty()) << "they are never called";
}
TEST_F(Dynamic, NotMoreThanTheBound) {
  come_up(1, leaf(1));
  come_up(2, leaf(2));
  EXPECT_EQ(peer_for(leaf(3)), nullptr);
  peer_for(leaf(1))->lost(1, "reset", now);
  live(1);
  EXPECT_NE(peer_for(leaf(3)), nullptr) << "one went";
}
TEST_F(Dynamic, TheLongestPrefixWins) {
  PeerConfig one = peer_config();
  one.name = "one";
  one.remote = {leaf(1), 32};
  config.peers.push_back(one);
  configure();
  EXPECT_EQ(peer_for(leaf(1))->config().name, "one");
  EXPECT_EQ(peer_for(leaf(2))->config().name, "leafs");
}

TEST_F(SpeakerTest, MostPrefixesIsHeldAgainstTheTable) {
  config.peers[0].most_prefixes = 2;
  config.peers[0].when_over = WhenOverMost::cease;
  configure();
  come_up(1);
  Peer* peer = peer_for(kPeerAddress);
  for (int again = 0; again < 5; ++again) {
    peer->received(1, announce_message("198.51.100.0/24"), now);
    live(1);
  }
  EXPECT_FALSE(transport.closed.contains(1)) << "the same prefix again is one prefix";
  peer->received(1, announce_message("203.0.113.0/24"), now);
  live(2);
  EXPECT_FALSE(transport.closed.contains(1));
  peer->received(1, announce_message("192.0.2.0/24"), now);
  live(2);
  EXPECT_EQ(int{transport.last_word(1).subcode}, 1);
}

TEST_F(SpeakerTest, AnnouncesByName) {
  come_up(1);
  const std::vector<std::string> names = {"edge"};
  OwnRoute route{.nlri = nlri("192.0.2.66/32"), .next_hop = {}, .attributes = {}};
  ASSERT_TRUE(speaker.announce(names, route));
  EXPECT_EQ(transport.take(1).size(), 1U);
  EXPECT_EQ(status().at(0).announced_to_it, 1U);
  config.peers[0].hold_time_s = 30;
  configure();
  come_up(2);
  EXPECT_EQ(status().at(0).announced_to_it, 1U) << "kept while the session is made anew";
  ASSERT_TRUE(speaker.withdraw(names, route.nlri));
  EXPECT_EQ(transport.take(2).size(), 1U);
  ASSERT_TRUE(speaker.withdraw(names, route.nlri));
  EXPECT_TRUE(transport.take(2).empty()) << "it was not there any more";
}
TEST_F(SpeakerTest, AnnouncesFiltersWhereTheFamilyIsAgreed) {
  const std::vector<std::string> names = {"edge"};
  const OwnFilter filter{
      .rule = {.afi = Afi::ipv4,
               .components = {{.type = FlowType::destination, .prefix = parse_prefix("192.0.2.66/32").value()}}},
      .attributes = {}};
  ASSERT_TRUE(speaker.announce(names, filter));
  come_up(1);
  EXPECT_TRUE(transport.take(1).empty());
  config.peers[0].families.push_back({Afi::ipv4, Safi::flowspec});
  configure();
  Peer* peer = peer_for(kPeerAddress);
  ASSERT_TRUE(peer->accept(2, kLocalAddress, now));
  Open open = peer_open();
  open.capabilities.families.add(*index_of({Afi::ipv4, Safi::flowspec}));
  peer->received(2, encode_open(open), now);
  peer->received(2, encode_keepalive(), now);
  const auto told = transport.take(2);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().type, MessageType::update) << "what was announced before is told when the peer comes";
  ASSERT_TRUE(speaker.withdraw(names, filter.rule));
  EXPECT_EQ(transport.take(2).size(), 1U);
  ASSERT_TRUE(speaker.withdraw(names, filter.rule));
  EXPECT_TRUE(transport.take(2).empty()) << "it was not there any more";
  EXPECT_FALSE(speaker.announce(names, OwnFilter{})) << "a filter of nothing would match everything";
}
TEST_F(SpeakerTest, AnnouncesNothingToAnUnknownName) {
  come_up(1);
  const std::vector<std::string> names = {"edge", "nobody"};
  const auto done = speaker.announce(names, {.nlri = nlri("192.0.2.66/32"), .next_hop = {}, .attributes = {}});
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("nobody"), std::string::npos);
  EXPECT_TRUE(transport.take(1).empty());
}

struct WrongConfig {
  const char* name;
  void (*change)(SessionsConfig&);
  const char* says;
};
class Validation : public testing::TestWithParam<WrongConfig> {};

TEST_P(Validation, SaysWhat) {
  SessionsConfig config;
  config.bgp.as = kLocalAs;
  config.bgp.peers = {peer_config()};
  ASSERT_TRUE(validate(config));
  GetParam().change(config);
  const auto valid = validate(config);
  ASSERT_FALSE(valid);
  EXPECT_NE(valid.error().message.find(GetParam().says), std::string::npos) << valid.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Configs, Validation,
    testing::Values(
        WrongConfig{"NoAs", [](SessionsConfig& c) { c.bgp.as = 0; }, "'as' is missing"},
        WrongConfig{"NoFamilies", [](SessionsConfig& c) { c.bgp.peers[0].families.clear(); }, "no families"},
        WrongConfig{"HoldTime", [](SessionsConfig& c) { c.bgp.peers[0].hold_time_s = 2; }, "at least 3 s"},
        WrongConfig{"TwoOfOneAddress", [](SessionsConfig& c) { c.bgp.peers.push_back(c.bgp.peers[0]); }, "twice"},
        WrongConfig{"TwoOfOneName",
                    [](SessionsConfig& c) {
                      c.bmp.routers.push_back({.name = "edge", .address = kPeerAddress, .exporters = {}});
                    },
                    "'edge' stands there twice"},
        WrongConfig{"GtsmForAPrefix",
                    [](SessionsConfig& c) {
                      c.bgp.peers[0].remote.length = 24;
                      c.bgp.peers[0].ttl_security = true;
                    },
                    "not a prefix"},
        WrongConfig{"LocalAddressOfTheOtherFamily",
                    [](SessionsConfig& c) { c.bgp.peers[0].local_address = IpAddress{1, 2}; }, "different families"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace weir::bgp
