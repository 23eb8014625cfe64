// One neighbour: calling, collisions, its routes when it goes and comes, graceful restart, bounds, announcing.
#include "bgp/session/test_peer.h"

namespace weir::bgp {
namespace {

// ------------------------------------------------------------------------------------------------------------ calling

TEST_F(PeerTest, CallsAtOnceAndThenWithGrowingPauses) {
  peer->tick(now);
  ASSERT_EQ(transport.calls.size(), 1U);
  EXPECT_EQ(state(), BgpState::connect);
  peer->connect_failed("refused", now);
  EXPECT_EQ(state(), BgpState::active);
  EXPECT_EQ(peer->status().last_error, "cannot connect: refused");
  std::int64_t before = 0;
  for (int i = 0; i < 8; ++i) {
    const std::size_t calls = transport.calls.size();
    std::int64_t waited = 0;
    for (; transport.calls.size() == calls; waited += 100) pass(100);
    EXPECT_LE(waited, 30 * kSecondMs + 100);
    if (i > 0 && before < 20 * kSecondMs) {
      EXPECT_GT(waited, before);
    }
    before = waited;
    peer->connect_failed("refused", now);
  }
  EXPECT_GE(before, 30 * kSecondMs * 3 / 4);
}

TEST_F(PeerTest, ActiveSessionComesUp) {
  peer->tick(now);
  peer->connected(1, kLocalAddress, now);
  feed(1, encode_open(peer_open()));
  feed(1, encode_keepalive());
  EXPECT_EQ(state(), BgpState::established);
  live(60);
  EXPECT_EQ(transport.calls.size(), 1U) << "no second call while it is up";
}

TEST_F(PeerTest, PassiveNeverCalls) {
  PeerConfig config = peer_config();
  config.passive = true;
  remake(config);
  live(100);
  EXPECT_TRUE(transport.calls.empty());
  come_up(1, peer_open());
}

TEST_F(PeerTest, TheCallInProgressIsCancelledWhenItCalledUs) {
  peer->tick(now);
  come_up(1, peer_open());
  EXPECT_EQ(transport.cancelled, 1);
}

// --------------------------------------------------------------------------------------------- collisions (RFC 4271 6.8)

struct Collision : PeerTest {
  static constexpr LinkId kOurs = 1, kTheirs = 2;
  /// Both connections there, then the OPENs on `first` and on `second`.
  void collide(LinkId first, LinkId second, const Open& open) {
    peer->tick(now);
    peer->connected(kOurs, kLocalAddress, now);
    ASSERT_TRUE(peer->accept(kTheirs, kLocalAddress, now));
    feed(first, encode_open(open));
    feed(second, encode_open(open));
  }
  void expect_kept(LinkId kept) {
    const LinkId gone = kept == kOurs ? kTheirs : kOurs;
    EXPECT_TRUE(transport.closed.contains(gone));
    EXPECT_FALSE(transport.closed.contains(kept));
    const Notification said = transport.last_word(gone);
    EXPECT_EQ(int{said.code}, 6);
    EXPECT_EQ(int{said.subcode}, 7);
    feed(kept, encode_keepalive());
    EXPECT_EQ(state(), BgpState::established);
    EXPECT_EQ(peer->status().collisions, 1U);
    EXPECT_EQ(peer->status().last_error, "") << "a collision is no error";
  }
  static Open open_with_id(std::uint32_t id) {
    Open open = peer_open();
    open.bgp_id = id;
    return open;
  }
};

TEST_F(Collision, OurIdentifierIsHigherTheirsOpensFirst) {
  collide(kTheirs, kOurs, open_with_id(kLocalId - 1));
  expect_kept(kOurs);
}
TEST_F(Collision, OurIdentifierIsHigherOursOpensFirst) {
  collide(kOurs, kTheirs, open_with_id(kLocalId - 1));
  expect_kept(kOurs);
}
TEST_F(Collision, TheirIdentifierIsHigherTheirsOpensFirst) {
  collide(kTheirs, kOurs, open_with_id(kLocalId + 1));
  expect_kept(kTheirs);
}
TEST_F(Collision, TheirIdentifierIsHigherOursOpensFirst) {
  collide(kOurs, kTheirs, open_with_id(kLocalId + 1));
  expect_kept(kTheirs);
}
TEST_F(Collision, EqualIdentifiersTheHigherAsWins) {
  static_assert(kPeerAs > kLocalAs);
  collide(kOurs, kTheirs, open_with_id(kLocalId));
  expect_kept(kTheirs);
}
TEST_F(Collision, AnEstablishedSessionStays) {
  come_up(kTheirs, peer_open());
  ASSERT_TRUE(peer->accept(3, kLocalAddress, now));
  feed(3, encode_open(peer_open()));
  EXPECT_EQ(int{transport.last_word(3).subcode}, 7);
  EXPECT_FALSE(transport.closed.contains(kTheirs));
}
TEST_F(Collision, AnEstablishedSessionGoesWhenThePeerRestartsGracefully) {
  Open open = peer_open();
  open.capabilities.graceful_restart = GracefulRestart{
      .restarting = false, .notification = false, .time_s = 120, .families = {{kFamilies[0], true}}};
  come_up(kTheirs, open);
  feed(kTheirs, announce_message("198.51.100.0/24"));
  ASSERT_TRUE(peer->accept(3, kLocalAddress, now));
  feed(3, encode_open(open));
  EXPECT_TRUE(transport.closed.contains(kTheirs));
  feed(3, encode_keepalive());
  EXPECT_EQ(state(), BgpState::established);
  EXPECT_EQ(table(), "198.51.100.0/24*") << "kept until it is told again";
}
TEST_F(Collision, AStrayCallGivesWayToTheNext) {
  ASSERT_TRUE(peer->accept(3, kLocalAddress, now));
  ASSERT_TRUE(peer->accept(4, kLocalAddress, now));
  EXPECT_TRUE(transport.closed.contains(3));
  EXPECT_FALSE(transport.closed.contains(4));
}

// ------------------------------------------------------------------------------------------------------------- routes

TEST_F(PeerTest, RoutesComeAndGo) {
  come_up(1, peer_open());
  feed(1, announce_message("198.51.100.0/24"));
  feed(1, announce_message("203.0.113.0/24"));
  EXPECT_EQ(table(), "198.51.100.0/24 203.0.113.0/24");
  feed(1, withdraw_message("198.51.100.0/24"));
  EXPECT_EQ(table(), "203.0.113.0/24");
  EXPECT_EQ(peer->status().announced, 2U);
  EXPECT_EQ(peer->status().withdrawn, 1U);
}

TEST_F(PeerTest, RoutesOfALostPeerStayForTheHoldTime) {
  come_up(1, peer_open());
  feed(1, announce_message("198.51.100.0/24"));
  peer->lost(1, "reset", now);
  EXPECT_EQ(table(), "198.51.100.0/24*");
  live(RibOptions{}.hold_ms / kSecondMs - 1);
  upkeep();
  EXPECT_EQ(table(), "198.51.100.0/24*");
  live(2);
  upkeep();
  EXPECT_EQ(table(), "");
}

TEST_F(PeerTest, AFlapCostsNothing) {
  come_up(1, peer_open());
  feed(1, announce_message("198.51.100.0/24"));
  feed(1, announce_message("203.0.113.0/24"));
  peer->lost(1, "reset", now);
  live(5);
  come_up(2, peer_open());
  feed(2, announce_message("198.51.100.0/24"));
  EXPECT_EQ(table(), "198.51.100.0/24 203.0.113.0/24*");
  feed(2, encode_end_of_rib(kFamilies[0]));
  upkeep();
  EXPECT_EQ(table(), "198.51.100.0/24");
  EXPECT_EQ(peer->status().established, 2U);
}

TEST_F(PeerTest, WithoutEndOfRibAQuietWhileEndsTheStaleOnes) {
  come_up(1, peer_open());
  feed(1, announce_message("203.0.113.0/24"));
  peer->lost(1, "reset", now);
  come_up(2, peer_open());
  feed(2, announce_message("198.51.100.0/24"));
  live(9);
  EXPECT_EQ(table(), "198.51.100.0/24 203.0.113.0/24*");
  live(2);
  upkeep();
  EXPECT_EQ(table(), "198.51.100.0/24");
}

TEST_F(PeerTest, FamiliesNotAgreedAreIgnored) {
  Open open = peer_open();
  open.capabilities.families = {.bits = 2};
  come_up(1, open);
  feed(1, announce_message("198.51.100.0/24"));
  EXPECT_EQ(table(), "");
  EXPECT_EQ(state(), BgpState::established);
}

TEST_F(PeerTest, AddPathWhereBothSayIt) {
  Open open = peer_open();
  open.capabilities.add_path = {{kFamilies[0], AddPathMode::send}};
  come_up(1, open);
  feed(1, announce_message("198.51.100.0/24", "64501 1", 1, true));
  feed(1, announce_message("198.51.100.0/24", "64501 2", 2, true));
  EXPECT_EQ(table(), "198.51.100.0/24 198.51.100.0/24");
}

TEST_F(PeerTest, EnhancedRefreshDropsWhatIsNotToldAgain) {
  Open open = peer_open();
  open.capabilities.enhanced_route_refresh = true;
  come_up(1, open);
  feed(1, announce_message("198.51.100.0/24"));
  feed(1, announce_message("203.0.113.0/24"));
  feed(1, encode_end_of_rib(kFamilies[0]));
  feed(1, encode_route_refresh({kFamilies[0], RouteRefresh::Subtype::begin}));
  feed(1, announce_message("203.0.113.0/24"));
  feed(1, encode_route_refresh({kFamilies[0], RouteRefresh::Subtype::end}));
  upkeep();
  EXPECT_EQ(table(), "203.0.113.0/24");
}

// ---------------------------------------------------------------------------------- graceful restart (RFC 4724, 8538)

struct Graceful : PeerTest {
  Open open = peer_open();
  void up(std::uint16_t time_s, bool notification) {
    open.capabilities.graceful_restart = GracefulRestart{
        .restarting = false, .notification = notification, .time_s = time_s, .families = {{kFamilies[0], true}}};
    come_up(1, open);
    feed(1, announce_message("198.51.100.0/24"));
    feed(1, encode_end_of_rib(kFamilies[0]));
  }
  bool is_there(std::int64_t after_s) {
    live(after_s);
    upkeep();
    return !table().empty();
  }
};

TEST_F(Graceful, KeptForTheRestartTime) {
  up(60, false);
  peer->lost(1, "reset", now);
  EXPECT_TRUE(peer->status().restarting);
  EXPECT_TRUE(is_there(59));
  EXPECT_FALSE(is_there(2));
  EXPECT_FALSE(peer->status().restarting);
}
TEST_F(Graceful, KeptForARestartTimeBeyondTheHoldTime) {
  up(600, false);
  peer->lost(1, "reset", now);
  EXPECT_TRUE(is_there(595));
  EXPECT_FALSE(is_there(10));
}
TEST_F(Graceful, BackInTimeEndOfRibEndsTheRest) {
  up(60, false);
  feed(1, announce_message("203.0.113.0/24"));
  peer->lost(1, "reset", now);
  live(30);
  come_up(2, open);
  feed(2, announce_message("203.0.113.0/24"));
  EXPECT_TRUE(is_there(20));
  EXPECT_EQ(table(), "198.51.100.0/24* 203.0.113.0/24") << "not before its End-of-RIB, or the quiet that stands for it";
  feed(2, encode_end_of_rib(kFamilies[0]));
  upkeep();
  EXPECT_EQ(table(), "203.0.113.0/24");
}
TEST_F(Graceful, ANotificationWithoutNIsNotGraceful) {
  up(600, false);
  feed(1, encode_notification({.code = 6, .subcode = 4, .data = {}}));
  EXPECT_FALSE(peer->status().restarting);
  EXPECT_FALSE(is_there(RibOptions{}.hold_ms / kSecondMs + 1)) << "the hold time of any lost peer";
}
TEST_F(Graceful, ANotificationWithNIsGraceful) {
  up(600, true);
  feed(1, encode_notification({.code = 6, .subcode = 4, .data = {}}));
  EXPECT_TRUE(peer->status().restarting);
  EXPECT_TRUE(is_there(595));
}
TEST_F(Graceful, AHardResetIsNot) {
  up(600, true);
  feed(1, encode_notification({.code = 6, .subcode = 9, .data = {}}));
  EXPECT_FALSE(peer->status().restarting);
}
TEST_F(Graceful, OurHoldTimerWithNIsGraceful) {
  up(600, true);
  live(92);
  EXPECT_NE(state(), BgpState::established);
  EXPECT_TRUE(peer->status().restarting);
}

// ------------------------------------------------------------------------------------------------------------- bounds

TEST_F(PeerTest, TooManyPrefixesWarn) {
  PeerConfig config = peer_config();
  config.most_prefixes = 1;
  remake(config);
  come_up(1, peer_open());
  feed(1, announce_message("198.51.100.0/24"));
  EXPECT_FALSE(peer->may_be_over());
  feed(1, announce_message("203.0.113.0/24"));
  EXPECT_TRUE(peer->may_be_over());
  peer->set_routes(2, now);
  EXPECT_TRUE(peer->status().over_most_prefixes);
  EXPECT_EQ(state(), BgpState::established);
}
TEST_F(PeerTest, TooManyPrefixesCease) {
  PeerConfig config = peer_config();
  config.most_prefixes = 1;
  config.when_over = WhenOverMost::cease;
  remake(config);
  come_up(1, peer_open());
  peer->set_routes(2, now);
  const Notification said = transport.last_word(1);
  EXPECT_EQ(int{said.code}, 6);
  EXPECT_EQ(int{said.subcode}, 1);
  live(200);
  EXPECT_TRUE(transport.calls.empty());
  EXPECT_FALSE(peer->accept(2, kLocalAddress, now)) << "left alone";
  EXPECT_EQ(peer->status().refused, 1U);
  live(101);
  EXPECT_FALSE(transport.calls.empty());
}

// --------------------------------------------------------------------------------------------------------- announcing

OwnRoute own_route(std::string_view prefix) {
  OwnRoute route{.nlri = nlri(prefix), .next_hop = {}, .attributes = {}};
  route.attributes.origin = Origin::igp;
  route.attributes.communities = {0xffff029a};  // BLACKHOLE (RFC 7999)
  return route;
}

struct Announcing : PeerTest {
  std::vector<Update> updates(LinkId link) {
    std::vector<Update> out_updates;
    for (const auto& message : transport.take(link)) {
      if (message.type != MessageType::update) continue;
      EXPECT_TRUE(decode_update(message.body, {}, out_updates.emplace_back()));
    }
    return out_updates;
  }
};

TEST_F(Announcing, NothingUnlessTold) {
  come_up(1, peer_open());
  live(30);
  EXPECT_TRUE(updates(1).empty());
}
TEST_F(Announcing, ToAnotherAs) {
  come_up(1, peer_open());
  OwnRoute route = own_route("192.0.2.66/32");
  route.attributes.local_pref = 500;
  peer->send_announcement(route);
  const auto sent = updates(1);
  ASSERT_EQ(sent.size(), 1U);
  ASSERT_EQ(sent[0].reach.size(), 1U);
  EXPECT_EQ(to_string(sent[0].reach[0].nlri.at(0).prefix), "192.0.2.66/32");
  EXPECT_EQ(sent[0].reach[0].next_hop, kLocalAddress) << "our own address";
  EXPECT_EQ(to_string(sent[0].attributes.as_path), "64500");
  EXPECT_FALSE(sent[0].attributes.local_pref);
  EXPECT_EQ(communities_text(sent[0].attributes), "65535:666");
  peer->send_withdrawal(route.nlri);
  const auto taken_back = updates(1);
  ASSERT_EQ(taken_back.size(), 1U);
  EXPECT_EQ(to_string(taken_back[0].unreach.at(0).nlri.at(0).prefix), "192.0.2.66/32");
}
TEST_F(Announcing, WithinOurAs) {
  PeerConfig config = peer_config();
  config.as = kLocalAs;
  remake(config);
  Open open = peer_open();
  open.as = kLocalAs;
  open.capabilities.four_octet_as = kLocalAs;
  come_up(1, open);
  peer->send_announcement(own_route("192.0.2.66/32"));
  const auto sent = updates(1);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(to_string(sent[0].attributes.as_path), "");
  EXPECT_EQ(sent[0].attributes.local_pref, 100U);
}
TEST_F(Announcing, ToldAgainWhenThePeerIsBack) {
  ASSERT_TRUE(out.set(own_route("192.0.2.66/32")));
  for (const LinkId link : {1, 2}) {
    ASSERT_TRUE(peer->accept(link, kLocalAddress, now));
    feed(link, encode_open(peer_open()));
    feed(link, encode_keepalive());
    EXPECT_EQ(updates(link).size(), 1U);
    peer->lost(link, "reset", now);
  }
}
TEST_F(Announcing, AgainOnRequest) {
  ASSERT_TRUE(out.set(own_route("192.0.2.66/32")));
  Open open = peer_open();
  open.capabilities.enhanced_route_refresh = true;
  come_up(1, open);
  feed(1, encode_route_refresh({kFamilies[0], RouteRefresh::Subtype::request}));
  const auto messages = transport.take(1);
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0].type, MessageType::route_refresh) << "BoRR";
  EXPECT_EQ(messages[1].type, MessageType::update);
  EXPECT_EQ(messages[2].type, MessageType::route_refresh) << "EoRR";
}
TEST_F(Announcing, NotAFamilyThatWasNotAgreed) {
  Open open = peer_open();
  open.capabilities.families = {.bits = 1};
  come_up(1, open);
  peer->send_announcement(own_route("2001:db8::1/128"));
  EXPECT_TRUE(updates(1).empty());
}

}  // namespace
}  // namespace weir::bgp
