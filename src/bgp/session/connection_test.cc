// Each way in which a BGP session fails, and what the peer is told.
#include "base/byte_writer.h"
#include "bgp/session/test_peer.h"

namespace weir::bgp {
namespace {

struct Connecting : PeerTest {
  static constexpr LinkId kLink = 7;
  void SetUp() override { ASSERT_TRUE(peer->accept(kLink, kLocalAddress, now)); }
  void expect_end(std::uint8_t code, std::uint8_t subcode) {
    const Notification said = transport.last_word(kLink);
    EXPECT_EQ(int{said.code}, int{code});
    EXPECT_EQ(int{said.subcode}, int{subcode});
    EXPECT_TRUE(transport.closed.contains(kLink));
    EXPECT_EQ(state(), BgpState::active);
    EXPECT_EQ(peer->status().errors_out, 1U);
    EXPECT_NE(peer->status().last_error, "");
  }
  void open(const Open& theirs) { feed(kLink, encode_open(theirs)); }
  void open_with(void (*change)(Open&)) {
    Open theirs = peer_open();
    change(theirs);
    open(theirs);
  }
  void establish() {
    open(peer_open());
    feed(kLink, encode_keepalive());
    ASSERT_EQ(state(), BgpState::established);
  }
};

std::vector<std::byte> header(std::uint16_t length, std::uint8_t type, std::uint8_t marker = 0xff) {
  ByteWriter out;
  for (int i = 0; i < 16; ++i) out.u8(marker);
  out.u16(length);
  out.u8(type);
  return out.take();
}

TEST_F(Connecting, SaysOpenFirst) {
  const auto messages = transport.take(kLink);
  ASSERT_EQ(messages.size(), 1U);
  const auto open = decode_open(messages[0].body);
  ASSERT_TRUE(open);
  EXPECT_EQ(open->as, kLocalAs);
  EXPECT_EQ(open->bgp_id, kLocalId);
  EXPECT_EQ(open->hold_time_s, 90);
  EXPECT_EQ(open->capabilities.four_octet_as, kLocalAs);
  EXPECT_TRUE(open->capabilities.enhanced_route_refresh);
  EXPECT_TRUE(open->capabilities.extended_messages);
  ASSERT_TRUE(open->capabilities.graceful_restart);
  EXPECT_TRUE(open->capabilities.graceful_restart->notification);
  EXPECT_TRUE(open->capabilities.graceful_restart->families.empty()) << "we keep no forwarding state of our own";
  ASSERT_EQ(open->capabilities.add_path.size(), 2U);
  EXPECT_EQ(open->capabilities.add_path[0].mode, AddPathMode::receive);
}

TEST_F(Connecting, ComesUp) {
  establish();
  EXPECT_EQ(peer->status().established, 1U);
  EXPECT_EQ(peer->status().agreed.hold_time_s, 90);
  EXPECT_EQ(peer->status().as, kPeerAs);
}

TEST_F(Connecting, ComesUpOctetByOctet) {
  std::vector<std::byte> stream = encode_open(peer_open());
  for (const auto& message : {encode_keepalive(), announce_message("198.51.100.0/24")})
    stream.insert(stream.end(), message.begin(), message.end());
  for (const std::byte& octet : stream) feed(kLink, {&octet, 1});
  EXPECT_EQ(state(), BgpState::established);
  EXPECT_EQ(table(), "198.51.100.0/24");
}

TEST_F(Connecting, BadMarker) {
  feed(kLink, header(19, 4, 0));
  expect_end(1, 1);
}
TEST_F(Connecting, LengthBelowTheHeader) {
  feed(kLink, header(18, 4));
  expect_end(1, 2);
}
TEST_F(Connecting, LengthAboveTheMost) {
  feed(kLink, header(4097, 2));
  expect_end(1, 2);
}
TEST_F(Connecting, ExtendedLengthWhereBothSaidSo) {
  open_with([](Open& open) { open.capabilities.extended_messages = true; });
  feed(kLink, encode_keepalive());
  feed(kLink, header(5000, 2));
  EXPECT_EQ(state(), BgpState::established) << "waits for the rest";
}
TEST_F(Connecting, UnknownType) {
  feed(kLink, header(19, 9));
  expect_end(1, 3);
}
TEST_F(Connecting, KeepaliveWithABody) {
  establish();
  auto message = header(20, 4);
  message.push_back(std::byte{0});
  feed(kLink, message);
  expect_end(1, 2);
}
TEST_F(Connecting, UnsupportedVersion) {
  open_with([](Open& open) { open.version = 3; });
  const Notification said = transport.last_word(kLink);
  EXPECT_EQ(int{said.code}, 2);
  EXPECT_EQ(int{said.subcode}, 1);
  EXPECT_EQ(said.data, (std::vector<std::byte>{std::byte{0}, std::byte{4}})) << "the version that is spoken here";
}
TEST_F(Connecting, WrongAs) {
  open_with([](Open& open) { open.as = 65000, open.capabilities.four_octet_as = 65000; });
  expect_end(2, 2);
}
TEST_F(Connecting, BgpIdentifierZero) {
  open_with([](Open& open) { open.bgp_id = 0; });
  expect_end(2, 3);
}
TEST_F(Connecting, HoldTimeOfOneSecond) {
  open_with([](Open& open) { open.hold_time_s = 1; });
  expect_end(2, 6);
}
TEST_F(Connecting, NoFamilyInCommon) {
  open_with([](Open& open) { open.capabilities.families = {.bits = 1U << 4U}; });
  expect_end(2, 7);
}
TEST_F(Connecting, TruncatedOpen) {
  feed(kLink, header(19, 1));
  EXPECT_EQ(int{transport.last_word(kLink).code}, 1) << "Bad Message Length";
}
TEST_F(Connecting, KeepaliveBeforeOpen) {
  feed(kLink, encode_keepalive());
  expect_end(5, 1);
}
TEST_F(Connecting, UpdateBeforeKeepalive) {
  open(peer_open());
  feed(kLink, announce_message("198.51.100.0/24"));
  expect_end(5, 2);
}
TEST_F(Connecting, SecondOpen) {
  establish();
  open(peer_open());
  expect_end(5, 3);
}
TEST_F(Connecting, NotificationEndsItWithoutAWord) {
  establish();
  transport.take(kLink);
  feed(kLink, encode_notification({.code = 6, .subcode = 2, .data = {}}));
  EXPECT_TRUE(transport.take(kLink).empty());
  EXPECT_TRUE(transport.closed.contains(kLink));
  EXPECT_EQ(peer->status().errors_in, 1U);
}
TEST_F(Connecting, NoOpenForFourMinutes) {
  live(241);
  expect_end(4, 0);
}

TEST_F(Connecting, HoldTimer) {
  open_with([](Open& open) { open.hold_time_s = 9; });
  feed(kLink, encode_keepalive());
  live(8);
  EXPECT_EQ(state(), BgpState::established);
  live(1);
  EXPECT_EQ(state(), BgpState::established) << "one turn of grace for what lies in the socket";
  live(1);
  expect_end(4, 0);
}
TEST_F(Connecting, HoldTimerIsSetBackByAnyMessage) {
  open_with([](Open& open) { open.hold_time_s = 9; });
  feed(kLink, encode_keepalive());
  for (int i = 0; i < 10; ++i) {
    live(8);
    feed(kLink, announce_message("198.51.100.0/24"));
  }
  EXPECT_EQ(state(), BgpState::established);
}
TEST_F(Connecting, KeepalivesWithinAThirdOfTheHoldTime) {
  open_with([](Open& open) { open.hold_time_s = 30; });
  feed(kLink, encode_keepalive());
  transport.take(kLink);
  std::size_t keepalives = 0;
  for (int i = 0; i < 300; ++i) {
    pass(kSecondMs / 10);
    keepalives += transport.take(kLink).size();
    if (i % 100 == 0) feed(kLink, encode_keepalive());
  }
  EXPECT_GE(keepalives, 3U);
  EXPECT_LE(keepalives, 4U) << "a third less a quarter at most";
}
TEST_F(Connecting, HoldTimeZeroMeansNoTimers) {
  open_with([](Open& open) { open.hold_time_s = 0; });
  feed(kLink, encode_keepalive());
  transport.take(kLink);
  live(3600);
  EXPECT_EQ(state(), BgpState::established);
  EXPECT_TRUE(transport.take(kLink).empty());
}

TEST_F(Connecting, MalformedAttributeKeepsTheSession) {
  establish();
  feed(kLink, announce_message("198.51.100.0/24"));
  // The same prefix with an ORIGIN of 7 (RFC 7606 section 7.1: treat as withdraw).
  const auto attributes = std::to_array<std::uint8_t>({0x40, 1, 1, 7, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf5,
                                                       0x40, 3, 4, 192, 0, 2, 1});
  auto message = header(static_cast<std::uint16_t>(19 + 4 + attributes.size() + 4), 2);
  ByteWriter body;
  body.u16(0);
  body.u16(attributes.size());
  body.bytes(std::as_bytes(std::span(attributes)));
  for (const int octet : {24, 198, 51, 100}) body.u8(static_cast<std::uint64_t>(octet));
  message.insert(message.end(), body.view().begin(), body.view().end());
  feed(kLink, message);
  EXPECT_EQ(state(), BgpState::established);
  EXPECT_EQ(table(), "");
  EXPECT_EQ(peer->status().attribute_faults, 1U);
  EXPECT_NE(peer->status().last_error, "");
}
TEST_F(Connecting, AttributesBeyondTheMessageEndTheSession) {
  establish();
  auto message = header(23, 2);
  for (const int octet : {0, 0, 0, 200}) message.push_back(static_cast<std::byte>(octet));
  feed(kLink, message);
  expect_end(3, 1);
}

TEST_F(Connecting, AnyAs) {
  PeerConfig config = peer_config();
  config.as = 0;
  remake(config);
  ASSERT_TRUE(peer->accept(kLink + 1, kLocalAddress, now));
  Open open = peer_open();
  open.as = 4'200'000'000;
  open.capabilities.four_octet_as = open.as;
  feed(kLink + 1, encode_open(open));
  feed(kLink + 1, encode_keepalive());
  EXPECT_EQ(state(), BgpState::established);
  EXPECT_EQ(peer->status().as, 4'200'000'000U);
}
TEST_F(Connecting, OurOwnIdentifierWithinOurAs) {
  PeerConfig config = peer_config();
  config.as = kLocalAs;
  remake(config);
  ASSERT_TRUE(peer->accept(kLink + 1, kLocalAddress, now));
  Open theirs = peer_open();
  theirs.as = kLocalAs;
  theirs.capabilities.four_octet_as = kLocalAs;
  theirs.bgp_id = kLocalId;
  feed(kLink + 1, encode_open(theirs));
  const Notification said = transport.last_word(kLink + 1);
  EXPECT_EQ(int{said.code}, 2);
  EXPECT_EQ(int{said.subcode}, 3);
}

}  // namespace
}  // namespace weir::bgp
