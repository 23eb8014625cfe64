// Who may connect to the BMP station, connecting twice, calling routers, a reload.
#include "bgp/session/station.h"

#include "base/byte_writer.h"
#include "bgp/session/test_peer.h"

namespace weir::bgp {
namespace {

constexpr IpAddress kA = IpAddress::v4(0xc0000201), kB = IpAddress::v4(0xc0000202), kC = IpAddress::v4(0xc6336401);

struct FakeStationTransport : StationTransport {
  void call_router(const Endpoint& router) override { calls.push_back(router); }
  void close(LinkId link) override { closed.insert(link); }
  std::vector<Endpoint> calls;
  std::set<LinkId> closed;
};

struct StationTest : testing::Test {
  bool accept(LinkId link, IpAddress router) { return station.accept(link, router, now, reason); }
  void configure() { station.configure(config, now); }
  void tell(LinkId link, std::string_view prefix) {
    BmpPeerUp up;
    up.peer.address = kPeerAddress;
    up.peer.as = kPeerAs;
    up.sent = up.received = peer_open();
    station.received(link, encode_bmp_peer_up(up), now);
    station.received(link, encode_bmp_route_monitoring(up.peer, announce_message(prefix)), now);
  }
  BmpRouterStatus status_of(IpAddress router) {
    for (const auto& status : station.status()) {
      if (status.address == router) return status;
    }
    ADD_FAILURE() << "no such router";
    return {};
  }
  void upkeep() {
    while (rib.upkeep(now.wall)) {
    }
  }

  Moment now{.wall = 1'700'000'000'000, .steady = 5'000'000};
  Rib rib;
  FakeStationTransport transport;
  Station station{rib, transport};
  StationConfig config;
  std::string reason;
};

TEST_F(StationTest, WithoutAListEverybodyMayConnect) {
  configure();
  EXPECT_TRUE(accept(1, kC));
  EXPECT_TRUE(status_of(kC).connected);
  EXPECT_EQ(status_of(kC).name, "bmp 198.51.100.1");
}
TEST_F(StationTest, OnlyThoseAllowed) {
  config.allow = {parse_prefix("192.0.2.0/24").value()};
  configure();
  EXPECT_TRUE(accept(1, kA));
  EXPECT_FALSE(accept(2, kC));
  EXPECT_EQ(reason, "not in routes.bmp.allow");
}
TEST_F(StationTest, AConfiguredRouterMayConnectAndNobodyElse) {
  config.routers = {{.name = "edge", .address = kA, .exporters = {}}};
  configure();
  EXPECT_TRUE(accept(1, kA));
  EXPECT_EQ(status_of(kA).name, "edge");
  EXPECT_FALSE(accept(2, kB));
}
TEST_F(StationTest, BoundOfSessions) {
  config.most_sessions = 1;
  configure();
  EXPECT_TRUE(accept(1, kA));
  EXPECT_FALSE(accept(2, kB));
  station.lost(1, "reset", now);
  EXPECT_TRUE(accept(3, kB));
}
TEST_F(StationTest, ConnectingTwiceTheNewerCounts) {
  configure();
  ASSERT_TRUE(accept(1, kA));
  tell(1, "198.51.100.0/24");
  ASSERT_TRUE(accept(2, kA));
  EXPECT_TRUE(transport.closed.contains(1));
  EXPECT_EQ(status_of(kA).replaced, 1U);
  EXPECT_EQ(status_of(kA).sessions, 2U);
  EXPECT_EQ(table_text(rib), "198.51.100.0/24*");
  tell(2, "198.51.100.0/24");
  EXPECT_EQ(table_text(rib), "198.51.100.0/24");
  station.lost(1, "late", now);
  EXPECT_TRUE(status_of(kA).connected) << "the old link has no say";
}
TEST_F(StationTest, AFramingErrorEndsThatSessionAlone) {
  configure();
  ASSERT_TRUE(accept(1, kA));
  ASSERT_TRUE(accept(2, kB));
  tell(1, "198.51.100.0/24");
  tell(2, "203.0.113.0/24");
  const std::vector<std::byte> noise(6, std::byte{0x47});
  station.received(1, noise, now);
  EXPECT_TRUE(transport.closed.contains(1));
  EXPECT_FALSE(transport.closed.contains(2));
  EXPECT_EQ(status_of(kA).framing_errors, 1U);
  EXPECT_EQ(table_text(rib), "198.51.100.0/24* 203.0.113.0/24");
}
TEST_F(StationTest, CallsRoutersThatWaitForIt) {
  config.routers = {{.name = {}, .address = kA, .connect_port = 10179, .exporters = {}}};
  configure();
  station.tick(now);
  ASSERT_EQ(transport.calls.size(), 1U);
  EXPECT_EQ(to_string(transport.calls[0]), "192.0.2.1:10179");
  station.connect_failed(kA, "refused", now);
  station.tick(now);
  EXPECT_EQ(transport.calls.size(), 1U) << "after a pause";
  now.steady += config.connect_retry_ms;
  station.tick(now);
  ASSERT_EQ(transport.calls.size(), 2U);
  station.connected(5, kA, now);
  EXPECT_TRUE(status_of(kA).connected);
  station.tick(now);
  EXPECT_EQ(transport.calls.size(), 2U);
}
TEST_F(StationTest, AReloadLeavesOthersAlone) {
  config.routers = {{.name = "a", .address = kA, .exporters = {}}, {.name = "b", .address = kB, .exporters = {}}};
  configure();
  ASSERT_TRUE(accept(1, kA));
  ASSERT_TRUE(accept(2, kB));
  tell(1, "198.51.100.0/24");
  tell(2, "203.0.113.0/24");
  config.routers[0].preference = 300;
  config.routers.pop_back();
  configure();
  upkeep();
  EXPECT_FALSE(transport.closed.contains(1));
  EXPECT_TRUE(transport.closed.contains(2));
  EXPECT_EQ(table_text(rib), "198.51.100.0/24");
  EXPECT_EQ(rib.candidates(parse_ip("198.51.100.1").value(), kGlobalTable, false).at(0).preference, 300);
}

}  // namespace
}  // namespace weir::bgp
