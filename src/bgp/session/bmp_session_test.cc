// A BMP router's messages into the table; what each malformation costs.
#include "bgp/session/bmp_session.h"

#include "base/byte_writer.h"
#include "bgp/session/test_peer.h"

namespace weir::bgp {
namespace {

constexpr IpAddress kRouter = IpAddress::v4(0xcb007101);  // 203.0.113.1

BmpPeer peer_header(RibKind rib = RibKind::adj_rib_in_pre) {
  BmpPeer peer;
  peer.rib = rib;
  peer.address = kPeerAddress;
  peer.as = kPeerAs;
  peer.bgp_id = kPeerId;
  return peer;
}

BmpPeerUp peer_up(const BmpPeer& peer) {
  BmpPeerUp up;
  up.peer = peer;
  up.local_address = kLocalAddress;
  up.local_port = 179;
  up.remote_port = 40000;
  up.received = peer_open();
  up.sent = peer_open();
  up.sent.as = kLocalAs;
  up.sent.capabilities.four_octet_as = kLocalAs;
  up.sent.bgp_id = kLocalId;
  return up;
}

struct Bmp : testing::Test {
  Result<void> feed(Bytes octets) { return session->take(octets, now); }
  void good(Bytes octets) {
    const auto taken = feed(octets);
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(status.malformed, 0U) << status.last_error;
  }
  void up(const BmpPeer& peer) { good(encode_bmp_peer_up(peer_up(peer))); }
  void tell(const BmpPeer& peer, Bytes update) { good(encode_bmp_route_monitoring(peer, update)); }
  std::string table(TableId id = kGlobalTable) const { return table_text(rib, id); }
  void upkeep() {
    while (rib.upkeep(now.wall)) {
    }
  }
  ViewStatus view() const { return rib.status().views.at(0); }
  void reconnect() {
    session->end(now);
    session = std::make_unique<BmpSession>(rib, source, kRouter, status);
  }

  Moment now{.wall = 1'700'000'000'000, .steady = 5'000'000};
  Rib rib;
  SourceId source = rib.set_source({.name = "router", .kind = SourceKind::bmp, .exporters = {}});
  BmpRouterStatus status;
  std::unique_ptr<BmpSession> session = std::make_unique<BmpSession>(rib, source, kRouter, status);
};

TEST_F(Bmp, RoutesOfAPeer) {
  good(encode_bmp_initiation({.sys_name = "edge-1", .sys_descr = "a router", .texts = {}}));
  up(peer_header());
  tell(peer_header(), announce_message("198.51.100.0/24"));
  tell(peer_header(), announce_message("203.0.113.0/24"));
  tell(peer_header(), withdraw_message("198.51.100.0/24"));
  EXPECT_EQ(table(), "203.0.113.0/24");
  EXPECT_EQ(status.sys_name, "edge-1");
  EXPECT_EQ(status.route_monitoring, 3U);
  EXPECT_EQ(status.announced, 2U);
  EXPECT_EQ(status.withdrawn, 1U);
  const ViewInfo info = view().info;
  EXPECT_EQ(info.key.router, kRouter);
  EXPECT_EQ(info.key.peer, kPeerAddress);
  EXPECT_EQ(info.key.rib, RibKind::adj_rib_in_pre);
  EXPECT_EQ(info.peer_as, kPeerAs);
  EXPECT_EQ(info.router_id, kLocalId);
  EXPECT_EQ(info.router_name, "edge-1");
  EXPECT_FALSE(info.internal);
}

TEST_F(Bmp, OctetByOctet) {
  std::vector<std::byte> stream = encode_bmp_peer_up(peer_up(peer_header()));
  const auto told = encode_bmp_route_monitoring(peer_header(), announce_message("198.51.100.0/24"));
  stream.insert(stream.end(), told.begin(), told.end());
  for (const std::byte& octet : stream) good({&octet, 1});
  EXPECT_EQ(table(), "198.51.100.0/24");
}

TEST_F(Bmp, PeerDownTakesItsRoutesAtOnce) {
  up(peer_header());
  tell(peer_header(), announce_message("198.51.100.0/24"));
  good(encode_bmp_peer_down(peer_header(), 4));
  upkeep();
  EXPECT_EQ(table(), "");
  EXPECT_EQ(status.peer_downs, 1U);
  BmpRouterStatus told;
  session->tell_peers(told);
  ASSERT_EQ(told.peers.size(), 1U);
  EXPECT_FALSE(told.peers[0].up);
  EXPECT_NE(told.peers[0].down_reason, "");
}

TEST_F(Bmp, PeerNoLongerToldStaysForTheHoldTime) {
  up(peer_header());
  tell(peer_header(), announce_message("198.51.100.0/24"));
  good(encode_bmp_peer_down(peer_header(), 5));
  upkeep();
  EXPECT_EQ(table(), "198.51.100.0/24*");
}

TEST_F(Bmp, ALostRouterStaysForTheHoldTimeAndComesBack) {
  up(peer_header());
  tell(peer_header(), announce_message("198.51.100.0/24"));
  tell(peer_header(), announce_message("203.0.113.0/24"));
  reconnect();
  EXPECT_EQ(table(), "198.51.100.0/24* 203.0.113.0/24*");
  up(peer_header());
  tell(peer_header(), announce_message("203.0.113.0/24"));
  EXPECT_EQ(table(), "198.51.100.0/24* 203.0.113.0/24");
  tell(peer_header(), encode_end_of_rib(kFamilies[0]));
  upkeep();
  EXPECT_EQ(table(), "203.0.113.0/24");
  EXPECT_EQ(rib.status().views.size(), 1U) << "the same view";
}

TEST_F(Bmp, ALostRouterThatStaysAwayIsForgotten) {
  up(peer_header());
  tell(peer_header(), announce_message("198.51.100.0/24"));
  session->end(now);
  now.wall += RibOptions{}.hold_ms + 1000;
  upkeep();
  EXPECT_EQ(table(), "");
}

TEST_F(Bmp, RouteMonitoringWithoutPeerUpIsIgnoredAndCounted) {
  tell(peer_header(), announce_message("198.51.100.0/24"));
  EXPECT_EQ(table(), "");
  EXPECT_EQ(status.unknown_peer, 1U);
  good(encode_bmp_peer_down(peer_header(), 1));
  EXPECT_EQ(status.unknown_peer, 1U) << "a Peer Down of a peer that is not up says nothing";
}

TEST_F(Bmp, ASecondPeerUpBegins) {
  up(peer_header());
  tell(peer_header(), announce_message("198.51.100.0/24"));
  up(peer_header());
  EXPECT_EQ(table(), "198.51.100.0/24*");
  tell(peer_header(), encode_end_of_rib(kFamilies[0]));
  upkeep();
  EXPECT_EQ(table(), "");
}

TEST_F(Bmp, PreAndPostPolicyAreTwoViews) {
  up(peer_header());
  tell(peer_header(), announce_message("198.51.100.0/24"));
  tell(peer_header(RibKind::adj_rib_in_post), announce_message("203.0.113.0/24"));
  EXPECT_EQ(rib.status().views.size(), 2U);
  good(encode_bmp_peer_down(peer_header(), 1));
  upkeep();
  EXPECT_EQ(table(), "") << "Peer Down is about both";
}

TEST_F(Bmp, AdjRibOutHasItsOwnDirectionOfAddPath) {
  BmpPeerUp message = peer_up(peer_header());
  message.sent.capabilities.add_path = {{kFamilies[0], AddPathMode::send}};
  message.received.capabilities.add_path = {{kFamilies[0], AddPathMode::receive}};
  good(encode_bmp_peer_up(message));
  tell(peer_header(), announce_message("198.51.100.0/24"));
  tell(peer_header(RibKind::adj_rib_out_post), announce_message("203.0.113.0/24", "64501", 9, true));
  EXPECT_EQ(table(), "198.51.100.0/24 203.0.113.0/24");
}

TEST_F(Bmp, LocRib) {
  BmpPeer peer = peer_header(RibKind::loc_rib);
  peer.type = 3;
  peer.address = {};
  up(peer);
  tell(peer, announce_message("198.51.100.0/24"));
  EXPECT_EQ(table(), "198.51.100.0/24");
  EXPECT_EQ(view().info.key.rib, RibKind::loc_rib);
}

TEST_F(Bmp, LocRibWithoutPeerUp) {
  BmpPeer peer = peer_header(RibKind::loc_rib);
  peer.type = 3;
  peer.address = {};
  tell(peer, announce_message("198.51.100.0/24"));
  EXPECT_EQ(table(), "198.51.100.0/24");
  EXPECT_EQ(status.unknown_peer, 0U);
  reconnect();
  EXPECT_EQ(table(), "198.51.100.0/24*");
}

TEST_F(Bmp, PeerOfAVrf) {
  BmpPeer peer = peer_header();
  peer.type = 1;
  peer.distinguisher = parse_rd("64500:12").value();
  BmpPeerUp message = peer_up(peer);
  message.table_name = "CUST-A";
  good(encode_bmp_peer_up(message));
  tell(peer, announce_message("10.0.0.0/8"));
  EXPECT_EQ(table(), "");
  const auto vrf = rib.find_table("64500:12");
  ASSERT_TRUE(vrf);
  EXPECT_EQ(table(*vrf), "10.0.0.0/8");
}

TEST_F(Bmp, TheRoutersOwnAsInFrontOfWhatItHeardIsTakenAway) {
  up(peer_header());
  tell(peer_header(), announce_message("198.51.100.0/24", "64500 64501 64999"));
  tell(peer_header(), announce_message("203.0.113.0/24", "64501 64500 64999"));
  tell(peer_header(RibKind::adj_rib_out_post), announce_message("192.0.2.0/24", "64500 64501 64999"));
  const auto path = [&](std::string_view address) {
    return to_string(rib.candidates(parse_ip(address).value(), kGlobalTable, false).at(0).attributes.as_path);
  };
  EXPECT_EQ(path("198.51.100.1"), "64501 64999");
  EXPECT_EQ(path("203.0.113.1"), "64501 64500 64999");
  EXPECT_EQ(path("192.0.2.1"), "64500 64501 64999") << "there it belongs";
  EXPECT_EQ(status.own_as_removed, 1U);
}

TEST_F(Bmp, TwoOctetPaths) {
  BmpPeer peer = peer_header();
  up(peer);
  peer.two_octet_as = true;
  Update update;
  update.attributes.as_path = parse_as_path("64501 64999").value();
  update.reach.push_back({.family = kFamilies[0], .next_hop = kPeerAddress, .nlri = {nlri("198.51.100.0/24")}});
  tell(peer, encode_update(update, {.four_octet_as = false, .add_path = {}}, kMostOctets).at(0));
  const auto found = rib.candidates(parse_ip("198.51.100.1").value(), kGlobalTable, false);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(to_string(found[0].attributes.as_path), "64501 64999");
}

TEST_F(Bmp, TheRoutersTimeIsBelievedWhenItIsNear) {
  BmpPeer peer = peer_header();
  up(peer);
  tell(peer, encode_end_of_rib(kFamilies[0]));
  peer.time_ms = now.wall - 5000;
  tell(peer, announce_message("198.51.100.0/24"));
  peer.time_ms = now.wall + kDayMs;
  tell(peer, announce_message("203.0.113.0/24"));
  const auto since = [&](std::string_view address) {
    return rib.candidates(parse_ip(address).value(), kGlobalTable, false).at(0).since_ms;
  };
  EXPECT_EQ(since("198.51.100.1"), now.wall - 5000);
  EXPECT_EQ(since("203.0.113.1"), now.wall);
}

TEST_F(Bmp, ABadMessageCostsItself) {
  up(peer_header());
  ByteWriter bad;  // a Route Monitoring message that ends within its Per-Peer Header
  bad.u8(3);
  bad.u32(16);
  bad.u8(0);
  bad.zeros(10);
  EXPECT_TRUE(feed(bad.view()));
  EXPECT_EQ(status.malformed, 1U);
  EXPECT_TRUE(feed(encode_bmp_route_monitoring(peer_header(), announce_message("198.51.100.0/24"))));
  EXPECT_EQ(table(), "198.51.100.0/24");
}

TEST_F(Bmp, ABadUpdateCostsItself) {
  up(peer_header());
  auto update = announce_message("198.51.100.0/24");
  update[20] = std::byte{0xff};  // more withdrawn routes than there are octets
  EXPECT_TRUE(feed(encode_bmp_route_monitoring(peer_header(), update)));
  EXPECT_EQ(status.malformed, 1U);
  EXPECT_TRUE(feed(encode_bmp_route_monitoring(peer_header(), announce_message("203.0.113.0/24"))));
  EXPECT_EQ(table(), "203.0.113.0/24");
}

TEST_F(Bmp, AnotherVersionEndsTheSession) {
  ByteWriter bad;
  bad.u8(2);
  bad.u32(6);
  bad.u8(4);
  EXPECT_FALSE(feed(bad.view()));
  EXPECT_EQ(status.framing_errors, 1U);
}

TEST_F(Bmp, AnImpossibleLengthEndsTheSession) {
  ByteWriter bad;
  bad.u8(3);
  bad.u32(0xffff'ffff);
  bad.u8(0);
  EXPECT_FALSE(feed(bad.view()));
  EXPECT_EQ(status.framing_errors, 1U);
}

TEST_F(Bmp, TerminationEndsTheSession) {
  ByteWriter message;
  message.u8(3);
  message.u32(6 + 6);
  message.u8(5);
  message.u16(1);  // reason
  message.u16(2);
  message.u16(0);  // administratively closed
  const auto taken = feed(message.view());
  ASSERT_FALSE(taken);
  EXPECT_EQ(status.framing_errors, 0U);
  EXPECT_NE(taken.error().message.find("the router ended the session"), std::string::npos);
}

TEST_F(Bmp, StatisticsAreKeptForTheStatus) {
  up(peer_header());
  const auto report = [&](std::uint32_t value) {
    auto header = encode_bmp_peer_down(peer_header(), 4);  // for its Per-Peer Header
    ByteWriter message;
    message.u8(3);
    message.u32(6 + 42 + 4 + 8);
    message.u8(1);
    message.bytes(Bytes(header).subspan(6, 42));
    message.u32(1);
    message.u16(0);  // prefixes rejected by inbound policy
    message.u16(4);
    message.u32(value);
    return message.take();
  };
  good(report(5));
  good(report(7));
  BmpRouterStatus told;
  session->tell_peers(told);
  ASSERT_EQ(told.peers.size(), 1U);
  ASSERT_EQ(told.peers[0].statistics.size(), 1U);
  EXPECT_EQ(told.peers[0].statistics[0].second, 7U) << "the latest";
  EXPECT_EQ(status.statistics_reports, 2U);
  EXPECT_EQ(told.peers_up, 1U);
}

TEST_F(Bmp, MirroringIsCounted) {
  auto header = encode_bmp_peer_down(peer_header(), 4);
  ByteWriter message;
  message.u8(3);
  message.u32(6 + 42);
  message.u8(6);
  message.bytes(Bytes(header).subspan(6, 42));
  good(message.view());
  EXPECT_EQ(status.route_mirroring, 1U);
}

}  // namespace
}  // namespace weir::bgp
