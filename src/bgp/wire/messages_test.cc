// Headers, OPEN, NOTIFICATION, ROUTE-REFRESH and KEEPALIVE.
#include "bgp/wire/open_reading.h"
#include "bgp/wire/printable.h"
#include "bgp/wire/test_messages.h"

namespace weir::bgp {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

const Octets kMarker = hex("ffffffffffffffffffffffffffffffff");

/// (code, subcode) of an error.
template <typename T>
std::pair<unsigned, unsigned> codes(const Decoded<T>& result) {
  if (result) return {0, 0};
  return {result.error().notification.code, result.error().notification.subcode};
}

// ------------------------------------------------------------------------------------------------------------- frames

TEST(Frame, OfAKeepalive) {
  const auto stream = joined({encode_keepalive(), hex("ff")});
  const auto frame = next_frame(stream, kMostOctets);
  ASSERT_TRUE(frame.has_value() && frame->has_value());
  EXPECT_EQ((*frame)->type, MessageType::keepalive);
  EXPECT_EQ((*frame)->octets, 19U);
  EXPECT_TRUE((*frame)->body.empty());
}
TEST(Frame, NotYetThere) {
  const auto whole = encode_notification({6, 4, hex("0102")});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto frame = next_frame(Bytes(whole).first(size), kMostOctets);
    ASSERT_TRUE(frame.has_value()) << size;
    EXPECT_FALSE(frame->has_value()) << size;
  }
  EXPECT_TRUE(next_frame(whole, kMostOctets)->has_value());
}
TEST(Frame, MarkerIsNotAllOnes) {
  auto octets = encode_keepalive();
  octets[15] = std::byte{0xfe};
  EXPECT_THAT(codes(next_frame(octets, kMostOctets)), Pair(1, 1));
}
TEST(Frame, LengthBelowWhatTheTypeNeeds) {
  // Type and the length that is one too short.
  for (const char* tail : {"001c 01", "0016 02", "0014 03", "0012 04", "0016 05", "0000 04"}) {
    const auto error = next_frame(joined({kMarker, hex(tail)}), kMostOctets);
    EXPECT_THAT(codes(error), Pair(1, 2)) << tail;
    EXPECT_EQ(Bytes(error.error().notification.data).size(), 2U);
  }
}
TEST(Frame, LengthAboveTheMost) {
  EXPECT_THAT(codes(next_frame(joined({kMarker, hex("1001 02")}), kMostOctets)), Pair(1, 2));
  EXPECT_TRUE(next_frame(joined({kMarker, hex("1001 02")}), kMostOctetsExtended).has_value());
  // OPEN and KEEPALIVE never grow (RFC 8654).
  EXPECT_THAT(codes(next_frame(joined({kMarker, hex("1001 01")}), kMostOctetsExtended)), Pair(1, 2));
  EXPECT_THAT(codes(next_frame(joined({kMarker, hex("0014 04")}), kMostOctetsExtended)), Pair(1, 2));
}
TEST(Frame, UnknownType) {
  const auto error = next_frame(joined({kMarker, hex("0013 06")}), kMostOctets);
  EXPECT_THAT(codes(error), Pair(1, 3));
  EXPECT_EQ(error.error().notification.data, hex("06"));
}

// --------------------------------------------------------------------------------------------------------------- OPEN

Octets body_of(const Octets& message) {
  return {message.begin() + kHeaderOctets, message.end()};
}

Open rich_open() {
  Open open;
  open.as = 4'200'000'000;
  open.hold_time_s = 90;
  open.bgp_id = 0xc000'0201;
  Capabilities& c = open.capabilities;
  c.families = families({kIpv4, kIpv6, kVpn4});
  c.any_multiprotocol = true;
  c.route_refresh = c.enhanced_route_refresh = c.extended_messages = true;
  c.four_octet_as = 4'200'000'000;
  c.add_path = {{kIpv4, AddPathMode::receive}, {kVpn4, AddPathMode::both}};
  c.graceful_restart = GracefulRestart{true, true, 4095, {{kIpv4, true}, {kIpv6, false}}};
  c.extended_next_hop = families({kIpv4, kVpn4});
  c.hostname = "sg1.example.net";
  return open;
}

void expect_same(const Open& a, const Open& b) {
  EXPECT_EQ(a.as, b.as);
  EXPECT_EQ(a.hold_time_s, b.hold_time_s);
  EXPECT_EQ(a.bgp_id, b.bgp_id);
  EXPECT_EQ(a.capabilities.families, b.capabilities.families);
  EXPECT_EQ(a.capabilities.any_multiprotocol, b.capabilities.any_multiprotocol);
  EXPECT_EQ(a.capabilities.route_refresh, b.capabilities.route_refresh);
  EXPECT_EQ(a.capabilities.enhanced_route_refresh, b.capabilities.enhanced_route_refresh);
  EXPECT_EQ(a.capabilities.extended_messages, b.capabilities.extended_messages);
  EXPECT_EQ(a.capabilities.four_octet_as, b.capabilities.four_octet_as);
  EXPECT_EQ(a.capabilities.extended_next_hop, b.capabilities.extended_next_hop);
  EXPECT_EQ(a.capabilities.hostname, b.capabilities.hostname);
  ASSERT_EQ(a.capabilities.add_path.size(), b.capabilities.add_path.size());
  for (std::size_t i = 0; i < a.capabilities.add_path.size(); ++i) {
    EXPECT_EQ(a.capabilities.add_path[i].family, b.capabilities.add_path[i].family);
    EXPECT_EQ(a.capabilities.add_path[i].mode, b.capabilities.add_path[i].mode);
  }
  ASSERT_EQ(a.capabilities.graceful_restart.has_value(), b.capabilities.graceful_restart.has_value());
  if (!a.capabilities.graceful_restart) return;
  EXPECT_EQ(a.capabilities.graceful_restart->restarting, b.capabilities.graceful_restart->restarting);
  EXPECT_EQ(a.capabilities.graceful_restart->notification, b.capabilities.graceful_restart->notification);
  EXPECT_EQ(a.capabilities.graceful_restart->time_s, b.capabilities.graceful_restart->time_s);
  ASSERT_EQ(a.capabilities.graceful_restart->families.size(), b.capabilities.graceful_restart->families.size());
  EXPECT_EQ(a.capabilities.graceful_restart->families[0].forwarding,
            b.capabilities.graceful_restart->families[0].forwarding);
}

TEST(OpenMessage, RoundTrips) {
  const Open open = rich_open();
  const auto message = encode_open(open);
  const auto frame = next_frame(message, kMostOctets);
  ASSERT_TRUE(frame.has_value() && frame->has_value());
  const auto back = decode_open((*frame)->body);
  ASSERT_TRUE(back.has_value()) << back.error().message;
  expect_same(*back, open);
}
TEST(OpenMessage, WithoutCapabilities) {
  Open open;
  open.as = 64500;
  open.bgp_id = 1;
  const auto back = decode_open(body_of(encode_open(open)));
  ASSERT_TRUE(back.has_value());
  expect_same(*back, open);
  EXPECT_FALSE(back->capabilities.any_multiprotocol);
}
TEST(OpenMessage, ExtendedParameters) {
  Open open = rich_open();
  open.capabilities.hostname = std::string(240, 'x');
  const auto message = encode_open(open);
  EXPECT_EQ(message[kHeaderOctets + 9], std::byte{255});
  const auto back = decode_open(body_of(message));
  ASSERT_TRUE(back.has_value()) << back.error().message;
  expect_same(*back, open);
}

/// An OPEN of AS 64500 with optional parameters as they are.
Octets open_with(std::string_view parameters) {
  const Octets octets = hex(parameters);
  ByteWriter out;
  out.bytes(hex("04 fbf4 005a c0000201"));
  out.u8(octets.size());
  out.bytes(octets);
  return out.take();
}
Capabilities capabilities_of(std::string_view parameters) {
  const auto open = decode_open(open_with(parameters));
  EXPECT_TRUE(open.has_value()) << parameters;
  return open ? open->capabilities : Capabilities{};
}

TEST(OpenMessage, CapabilitiesInSeveralParameters) {
  const Capabilities c = capabilities_of("02 06 01 04 0001 00 01 02 06 01 04 0002 00 01 02 02 80 00");
  EXPECT_EQ(c.families, families({kIpv4, kIpv6}));
  EXPECT_TRUE(c.route_refresh);
}
TEST(OpenMessage, UnknownCapabilitiesAndFamiliesArePassedOver) {
  const Capabilities c = capabilities_of("02 0e 01 04 0019 00 46 f0 02 abcd 01 02 0001");
  EXPECT_EQ(c.families, FamilySet{});
  EXPECT_TRUE(c.any_multiprotocol);
}
TEST(OpenMessage, CapabilitiesOfAWrongLengthArePassedOver) {
  const Capabilities c =
      capabilities_of("02 1a 45 00 45 03 000101 41 03 00fbf4 40 01 00 05 04 00010001 02 01 00 49 00");
  EXPECT_TRUE(c.add_path.empty());
  EXPECT_EQ(c.four_octet_as, std::nullopt);
  EXPECT_FALSE(c.graceful_restart.has_value());
  EXPECT_FALSE(c.route_refresh);
}
TEST(OpenMessage, AddPathOfUnknownModeOrFamily) {
  const Capabilities c = capabilities_of("02 12 45 10 000101 00 000101 04 001946 03 000201 02");
  ASSERT_EQ(c.add_path.size(), 1U);
  EXPECT_EQ(c.add_path[0].family, kIpv6);
  EXPECT_EQ(c.add_path[0].mode, AddPathMode::send);
}
TEST(OpenMessage, TheFirstOfTwoAddPathModesCounts) {
  const Capabilities c = capabilities_of("02 0a 45 08 000101 01 000101 03");
  ASSERT_EQ(c.add_path.size(), 1U);
  EXPECT_EQ(c.add_path[0].mode, AddPathMode::receive);
}
TEST(OpenMessage, OtherVersion) {
  const auto error = decode_open(hex("03 fbf4"));
  EXPECT_THAT(codes(error), Pair(2, 1));
  EXPECT_EQ(error.error().notification.data, hex("0004"));
}
TEST(OpenMessage, ParameterThatIsNoCapabilities) {
  EXPECT_THAT(codes(decode_open(open_with("01 01 00"))), Pair(2, 4));
}
TEST(OpenMessage, CutParameters) {
  for (const char* parameters :
       {"02", "02 05 01 04 0001", "02 04 01 04 0001", "02 01 01", "ff 00 05 02", "ff 00 03 02 00 01"}) {
    EXPECT_THAT(codes(decode_open(open_with(parameters))), Pair(2, 0)) << parameters;
  }
  EXPECT_THAT(codes(decode_open(hex("04 fbf4 005a c0000201 05 02"))), Pair(2, 0));
  EXPECT_THAT(codes(decode_open(hex("04 fbf4 005a c00002"))), Pair(2, 0));
  EXPECT_THAT(codes(decode_open({})), Pair(2, 0));
}
TEST(OpenMessage, AsZero) {
  EXPECT_THAT(codes(decode_open(hex("04 0000 005a c0000201 00"))), Pair(2, 2));
  EXPECT_THAT(codes(decode_open(open_with("02 06 41 04 00000000"))), Pair(2, 2));
}
TEST(OpenMessage, HoldTimeOfOneOrTwoSeconds) {
  EXPECT_THAT(codes(decode_open(hex("04 fbf4 0001 c0000201 00"))), Pair(2, 6));
  EXPECT_THAT(codes(decode_open(hex("04 fbf4 0002 c0000201 00"))), Pair(2, 6));
  EXPECT_THAT(codes(decode_open(hex("04 fbf4 0000 c0000201 00"))), Pair(0, 0));
}
TEST(OpenMessage, IdentifierZero) {
  EXPECT_THAT(codes(decode_open(hex("04 fbf4 005a 00000000 00"))), Pair(2, 3));
}
TEST(OpenMessage, ReadForBmpWithoutJudgement) {
  EXPECT_TRUE(read_open(hex("04 0000 0001 00000000 00")).has_value());
  EXPECT_FALSE(read_open(hex("04 0000 0001 00000000")).has_value());
}

// ------------------------------------------------------------------------------------------------------- NOTIFICATION

std::string text(unsigned code, unsigned subcode, std::string_view data = "") {
  return to_string(Notification{static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(subcode), hex(data)});
}

TEST(NotificationText, NamesCodesAndSubcodes) {
  EXPECT_EQ(text(4, 0), "Hold Timer Expired");
  EXPECT_EQ(text(6, 7), "Cease: Connection Collision Resolution");
  EXPECT_EQ(text(6, 10), "Cease: BFD Down");
  EXPECT_EQ(text(2, 2), "OPEN Message Error: Bad Peer AS");
  EXPECT_EQ(text(3, 11), "UPDATE Message Error: Malformed AS_PATH");
  EXPECT_EQ(text(6, 77), "Cease: subcode 77");
  EXPECT_EQ(text(99, 0), "code 99");
  EXPECT_EQ(text(99, 1), "code 99: subcode 1");
}
TEST(NotificationText, ShutdownCommunication) {
  EXPECT_EQ(text(6, 2, "10 6d61696e74656e616e63652061742032"), "Cease: Administrative Shutdown: maintenance at 2");
  EXPECT_EQ(text(6, 4, "02 c3bc"), "Cease: Administrative Reset: ü");
  EXPECT_EQ(text(6, 2, "00"), "Cease: Administrative Shutdown");
  EXPECT_EQ(text(6, 2), "Cease: Administrative Shutdown");
  EXPECT_EQ(text(6, 2, "09 6d61"), "Cease: Administrative Shutdown");  // says more than there is
  EXPECT_EQ(text(6, 2, "03 610a62"), "Cease: Administrative Shutdown: a\\x0ab");
  EXPECT_EQ(text(6, 2, "02 61ff"), "Cease: Administrative Shutdown: (a text that is not UTF-8) a\\xff");
}
TEST(NotificationText, MaximumPrefixes) {
  EXPECT_EQ(text(6, 1, "0001 01 000003e8"), "Cease: Maximum Number of Prefixes Reached: ipv4-unicast, at most 1000");
  EXPECT_EQ(text(6, 1, "0001"), "Cease: Maximum Number of Prefixes Reached");
}
TEST(NotificationText, HardReset) {
  EXPECT_EQ(text(6, 9, "06 02 02 6869"), "Cease: Hard Reset: Cease: Administrative Shutdown: hi");
  EXPECT_EQ(text(6, 9, "04 00"), "Cease: Hard Reset: Hold Timer Expired");
  EXPECT_EQ(text(6, 9), "Cease: Hard Reset");
  EXPECT_EQ(text(6, 9, "06 09 06 09 06 02"), "Cease: Hard Reset: Cease: Hard Reset");
}
TEST(NotificationMessage, RoundTrips) {
  const Notification notification{6, 2, hex("02 6869")};
  const auto back = decode_notification(body_of(encode_notification(notification)));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->code, 6);
  EXPECT_EQ(back->subcode, 2);
  EXPECT_EQ(back->data, notification.data);
  EXPECT_FALSE(decode_notification(hex("06")).has_value());
}
TEST(NotificationMessage, DataThatIsTooLongIsCut) {
  EXPECT_EQ(encode_notification({1, 1, Octets(5000)}).size(), kMostOctets);
}

TEST(Printable, EscapesWhatDoesNotShow) {
  EXPECT_EQ(printable("plain ä € 😀"), "plain ä € 😀");
  EXPECT_EQ(printable("a\tb\x7f\\"), "a\\x09b\\x7f\\\\");
  EXPECT_EQ(printable("\xc2\x85"), "\\xc2\\x85");                    // a control character of C1
  EXPECT_EQ(printable("\xe2\x80\xae"), "\\xe2\\x80\\xae");           // turns the writing direction
  EXPECT_EQ(printable("\xc3"), "\\xc3");                             // cut
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond Unicode
  EXPECT_EQ(printable("\x80"), "\\x80");
}

// ------------------------------------------------------------------------------------------------------ ROUTE-REFRESH

TEST(RouteRefreshMessage, RoundTrips) {
  for (const auto subtype :
       {RouteRefresh::Subtype::request, RouteRefresh::Subtype::begin, RouteRefresh::Subtype::end}) {
    const auto back = decode_route_refresh(body_of(encode_route_refresh({kVpn6, subtype})));
    ASSERT_TRUE(back.has_value() && back->has_value());
    EXPECT_EQ((*back)->family, kVpn6);
    EXPECT_EQ((*back)->subtype, subtype);
  }
}
TEST(RouteRefreshMessage, OfOtherFamiliesAndSubtypesIsNothing) {
  for (const char* body : {"0019 00 46", "0001 03 01", "0001 ff 01"}) {
    const auto refresh = decode_route_refresh(hex(body));
    ASSERT_TRUE(refresh.has_value()) << body;
    EXPECT_FALSE(refresh->has_value()) << body;
  }
}
TEST(RouteRefreshMessage, WithFiltersIsARequest) {
  EXPECT_TRUE(decode_route_refresh(hex("0001 00 01 01 40 0000"))->has_value());
}
TEST(RouteRefreshMessage, OfAWrongLength) {
  EXPECT_THAT(codes(decode_route_refresh(hex("0001 00"))), Pair(7, 1));
  const auto error = decode_route_refresh(hex("0001 01 01 00"));
  EXPECT_THAT(codes(error), Pair(7, 1));
  EXPECT_EQ(error.error().notification.data, joined({kMarker, hex("0018 05 0001 01 01 00")}));
}

}  // namespace
}  // namespace weir::bgp
