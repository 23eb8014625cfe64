#include "bgp/wire/bmp.h"

#include "bgp/wire/test_messages.h"

namespace weir::bgp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

BmpFrame frame_of(const Octets& message) {
  const auto frame = next_bmp_frame(message);
  EXPECT_TRUE(frame.has_value() && frame->has_value());
  if (!frame || !*frame) return {};
  EXPECT_EQ((*frame)->octets, message.size());
  return **frame;
}
/// A message that must be of one kind. `message` outlives the result.
template <typename Kind>
Kind read(const Octets& message) {
  const auto decoded = decode_bmp(frame_of(message));
  EXPECT_TRUE(decoded.has_value()) << (decoded ? "" : decoded.error().message);
  if (!decoded || !std::holds_alternative<Kind>(*decoded)) {
    ADD_FAILURE() << "another kind";
    return {};
  }
  return std::get<Kind>(*decoded);
}
/// A BMP message of any type with its header.
Octets message_of(unsigned type, const Octets& body) {
  ByteWriter out;
  out.u8(3);
  out.u32(kBmpHeaderOctets + body.size());
  out.u8(type);
  out.bytes(body);
  return out.take();
}
std::string error_of(unsigned type, const Octets& body) {
  const Octets message = message_of(type, body);
  const auto decoded = decode_bmp(frame_of(message));
  return decoded ? "no error" : decoded.error().message;
}

/// Per-Peer Header of 192.0.2.1, AS 64500.
Octets peer_octets(std::string_view type_and_flags = "00 00") {
  return joined({hex(type_and_flags), hex("0000000000000000 000000000000000000000000c0000201 0000fbf4 c0000201 "
                                          "6553f100 0007a120")});
}

BmpPeer peer(RibKind rib = RibKind::adj_rib_in_pre) {
  BmpPeer out;
  out.rib = rib;
  out.address = *parse_ip("192.0.2.1");
  out.as = 64500;
  out.bgp_id = 0xc000'0201;
  out.time_ms = 1'700'000'000'500;
  return out;
}

Open open_of(As as, std::vector<AddPathFamily> add_path = {}) {
  Open open;
  open.as = as;
  open.bgp_id = 1;
  open.capabilities.four_octet_as = as;
  open.capabilities.add_path = std::move(add_path);
  return open;
}
BmpPeerUp peer_up(RibKind rib, AddPathMode router, AddPathMode neighbour) {
  BmpPeerUp out;
  out.peer = peer(rib);
  out.local_address = *parse_ip("192.0.2.9");
  out.local_port = 179;
  out.remote_port = 40000;
  out.sent = open_of(64496, {{kIpv4, router}, {kIpv6, AddPathMode::both}});
  out.received = open_of(64500, {{kIpv4, neighbour}});
  return out;
}

// ------------------------------------------------------------------------------------------------------------- frames

TEST(BmpFrames, NotYetThere) {
  const Octets message = encode_bmp_initiation({"router", "an OS", {}});
  for (std::size_t size = 0; size < message.size(); ++size) {
    const auto frame = next_bmp_frame(Bytes(message).first(size));
    ASSERT_TRUE(frame.has_value());
    EXPECT_FALSE(frame->has_value());
  }
}
TEST(BmpFrames, OtherVersionsEndTheSession) {
  EXPECT_EQ(next_bmp_frame(hex("04")).error().message, "BMP version 4, expected 3");
  EXPECT_EQ(next_bmp_frame(hex("ff ffff")).error().message, "BMP version 255, expected 3");
}
TEST(BmpFrames, ImpossibleLengthsEndTheSession) {
  EXPECT_EQ(next_bmp_frame(hex("03 00000005 04")).error().message, "a BMP message of 5 octets");
  EXPECT_EQ(next_bmp_frame(hex("03 00100001 04")).error().message, "a BMP message of 1048577 octets");
  EXPECT_TRUE(next_bmp_frame(hex("03 00100000 04")).has_value());
}
TEST(BmpFrames, UnknownTypeCostsTheMessage) {
  const Octets message = message_of(7, {});
  const auto decoded = decode_bmp(frame_of(message));
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code, ErrorCode::unsupported);
}

// -------------------------------------------------------------------------------------------------------- peer headers

TEST(BmpPeerHeader, FlagsSayTheRib) {
  const auto rib_of = [](std::string_view type_and_flags) {
    const Octets message = message_of(6, peer_octets(type_and_flags));
    return read<BmpRouteMirroring>(message).peer.rib;
  };
  EXPECT_EQ(rib_of("00 00"), RibKind::adj_rib_in_pre);
  EXPECT_EQ(rib_of("01 40"), RibKind::adj_rib_in_post);
  EXPECT_EQ(rib_of("02 10"), RibKind::adj_rib_out_pre);
  EXPECT_EQ(rib_of("00 50"), RibKind::adj_rib_out_post);
  EXPECT_EQ(rib_of("03 00"), RibKind::loc_rib);
  EXPECT_EQ(rib_of("03 40"), RibKind::loc_rib);
}
TEST(BmpPeerHeader, ReadsEveryField) {
  const Octets message =
      message_of(6, joined({hex("01 a0 0000fbf400000064 20010db8000000000000000000000001 fa56ea00 c0000202 "
                                "6553f100 000f423f")}));
  const BmpPeer found = read<BmpRouteMirroring>(message).peer;
  EXPECT_EQ(found.type, 1);
  EXPECT_EQ(to_string(found.distinguisher), "64500:100");
  EXPECT_EQ(to_string(found.address), "2001:db8::1");
  EXPECT_EQ(found.as, 4'200'000'000U);
  EXPECT_EQ(found.bgp_id, 0xc000'0202U);
  EXPECT_TRUE(found.two_octet_as);
  EXPECT_EQ(found.time_ms, 1'700'000'000'999);
}
TEST(BmpPeerHeader, LocRibHasItsOwnFlag) {
  const Octets message = message_of(6, joined({hex("03 a0"), Octets(40)}));
  const BmpPeer found = read<BmpRouteMirroring>(message).peer;
  EXPECT_TRUE(found.loc_rib_filtered);
  EXPECT_FALSE(found.two_octet_as);
  EXPECT_EQ(found.address, IpAddress{});
  EXPECT_EQ(found.time_ms, 0);
}
TEST(BmpPeerHeader, UnknownPeerType) {
  EXPECT_EQ(error_of(6, peer_octets("04 00")), "BMP message: peer type 4");
}
TEST(BmpPeerHeader, Cut) {
  for (const unsigned type : {0, 1, 2, 3, 6}) {
    EXPECT_EQ(error_of(type, Octets(41)), "BMP message: shorter than its per-peer header");
  }
}

// ------------------------------------------------------------------------------------------------------------ messages

TEST(BmpInitiationMessage, RoundTrips) {
  const Octets message = encode_bmp_initiation({"sg1", "an OS\n1.0", {"hello"}});
  const auto back = read<BmpInitiation>(message);
  EXPECT_EQ(back.sys_name, "sg1");
  EXPECT_EQ(back.sys_descr, "an OS\\x0a1.0");
  EXPECT_THAT(back.texts, ElementsAre("hello"));
}
TEST(BmpInitiationMessage, CutTlv) {
  EXPECT_EQ(error_of(4, hex("0002 0004 61")), "BMP Initiation: a TLV longer than what is left");
  EXPECT_EQ(error_of(4, hex("0002 00")), "BMP Initiation: a TLV longer than what is left");
}
TEST(BmpInitiationMessage, UnknownTlvsArePassedOver) {
  const Octets message = message_of(4, hex("00f0 0001 61 0002 0001 62"));
  EXPECT_EQ(read<BmpInitiation>(message).sys_name, "b");
}

TEST(BmpTerminationMessage, ReasonAndText) {
  const Octets message = message_of(5, hex("0001 0002 0003 0000 0003 627965"));
  const auto back = read<BmpTermination>(message);
  EXPECT_EQ(back.reason, 3);
  EXPECT_EQ(back.text, "bye");
  EXPECT_EQ(error_of(5, hex("0001 0002 00")), "BMP Termination: a TLV longer than what is left");
}

TEST(BmpPeerUpMessage, RoundTrips) {
  BmpPeerUp up = peer_up(RibKind::adj_rib_in_post, AddPathMode::receive, AddPathMode::send);
  up.texts = {"a text"};
  up.table_name = "customers";
  const Octets message = encode_bmp_peer_up(up);
  const auto back = read<BmpPeerUp>(message);
  EXPECT_EQ(back.peer.rib, up.peer.rib);
  EXPECT_EQ(back.peer.address, up.peer.address);
  EXPECT_EQ(back.peer.as, up.peer.as);
  EXPECT_EQ(back.peer.bgp_id, up.peer.bgp_id);
  EXPECT_EQ(back.peer.time_ms, up.peer.time_ms);
  EXPECT_EQ(back.local_address, up.local_address);
  EXPECT_EQ(back.local_port, 179);
  EXPECT_EQ(back.remote_port, 40000);
  EXPECT_EQ(back.sent.as, 64496U);
  EXPECT_EQ(back.received.as, 64500U);
  EXPECT_THAT(back.texts, ElementsAre("a text"));
  EXPECT_EQ(back.table_name, "customers");
}
TEST(BmpPeerUpMessage, OfALocRib) {
  BmpPeerUp up = peer_up(RibKind::loc_rib, AddPathMode::both, AddPathMode::both);
  up.peer.loc_rib_filtered = true;
  const Octets message = encode_bmp_peer_up(up);
  const auto back = read<BmpPeerUp>(message);
  EXPECT_EQ(back.peer.rib, RibKind::loc_rib);
  EXPECT_TRUE(back.peer.loc_rib_filtered);
  EXPECT_EQ(back.peer.address, IpAddress{});
  EXPECT_EQ(back.local_address, IpAddress{});
}
TEST(BmpPeerUpMessage, Malformed) {
  const Octets addresses = joined({peer_octets(), Octets(20)});
  const Octets open = encode_open(open_of(64500));
  EXPECT_EQ(error_of(3, joined({peer_octets(), Octets(19)})), "BMP Peer Up: too short");
  EXPECT_EQ(error_of(3, addresses), "BMP Peer Up: a BGP message longer than what is left");
  EXPECT_EQ(error_of(3, joined({addresses, open})), "BMP Peer Up: a BGP message longer than what is left");
  EXPECT_EQ(error_of(3, joined({addresses, open, encode_keepalive()})), "BMP Peer Up: holds BGP message type 4");
  EXPECT_EQ(error_of(3, joined({addresses, open, open, hex("00")})), "BMP Peer Up: a TLV longer than what is left");
  EXPECT_EQ(error_of(3, joined({addresses, Octets(40)})), "BMP Peer Up: the marker is not all ones");
  Octets broken = open;
  broken[kHeaderOctets + 9] = std::byte{99};
  EXPECT_EQ(error_of(3, joined({addresses, broken, open})),
            "BMP Peer Up: OPEN: its parameters do not fit into the message");
}
TEST(BmpPeerUpMessage, OpensThatASessionWouldRefuseAreTaken) {
  Open odd;
  odd.hold_time_s = 1;
  const Octets open = encode_open(odd);
  const Octets message = message_of(3, joined({peer_octets(), Octets(20), open, open}));
  EXPECT_EQ(read<BmpPeerUp>(message).received.hold_time_s, 1);
}

TEST(BmpFormat, AddPathInTheDirectionOfTheRib) {
  const auto paths = [](RibKind rib, AddPathMode router, AddPathMode neighbour) {
    return peer_up(rib, router, neighbour).format().add_path == families({kIpv4});
  };
  using enum AddPathMode;
  for (const RibKind in : {RibKind::adj_rib_in_pre, RibKind::adj_rib_in_post}) {
    EXPECT_TRUE(paths(in, receive, send));
    EXPECT_TRUE(paths(in, both, both));
    EXPECT_FALSE(paths(in, send, receive));
    EXPECT_FALSE(paths(in, receive, receive));
  }
  for (const RibKind out : {RibKind::adj_rib_out_pre, RibKind::adj_rib_out_post}) {
    EXPECT_TRUE(paths(out, send, receive));
    EXPECT_TRUE(paths(out, both, receive));
    EXPECT_FALSE(paths(out, receive, send));
  }
  EXPECT_TRUE(paths(RibKind::loc_rib, send, receive));
  EXPECT_TRUE(paths(RibKind::loc_rib, both, both));
  EXPECT_FALSE(paths(RibKind::loc_rib, send, send));
}
TEST(BmpFormat, WidthOfAses) {
  BmpPeerUp up = peer_up(RibKind::adj_rib_in_pre, AddPathMode::both, AddPathMode::both);
  EXPECT_TRUE(up.format().four_octet_as);
  EXPECT_TRUE(up.format().monitored);
  up.peer.two_octet_as = true;
  EXPECT_FALSE(up.format().four_octet_as);
}

TEST(BmpPeerDownMessage, ReasonsInWords) {
  const auto text = [](const Octets& behind) {
    const Octets message = message_of(2, joined({peer_octets(), behind}));
    return read<BmpPeerDown>(message).text;
  };
  const Octets shutdown = encode_notification({6, 2, hex("02 6869")});
  EXPECT_EQ(text(joined({hex("01"), shutdown})), "the router closed the session: Cease: Administrative Shutdown: hi");
  EXPECT_EQ(text(hex("02 0000")), "the router closed the session without a notification");
  EXPECT_THAT(text(hex("02 0012")), HasSubstr("after event 18"));
  EXPECT_EQ(text(joined({hex("03"), shutdown})), "the peer closed the session: Cease: Administrative Shutdown: hi");
  EXPECT_EQ(text(hex("04")), "the peer closed the session without a notification");
  EXPECT_EQ(text(hex("05")), "the router no longer tells of this peer");
  EXPECT_EQ(text(hex("06 0003 0003 766c61")), "the router closed its table vla");
  EXPECT_EQ(text(hex("06")), "the router closed its table");
  EXPECT_EQ(text(hex("63")), "reason 99");
  // A notification that cannot be read does not cost the news that the peer is down.
  EXPECT_EQ(text(hex("01 ff")), "the router closed the session: a notification that cannot be read");
  EXPECT_EQ(text(joined({hex("03"), encode_keepalive()})),
            "the peer closed the session: a notification that cannot be read");
  EXPECT_EQ(error_of(2, peer_octets()), "BMP Peer Down: too short");
}
TEST(BmpPeerDownMessage, Encoded) {
  for (const unsigned reason : {1U, 2U, 3U, 4U, 5U, 6U}) {
    const Octets message = encode_bmp_peer_down(peer(), static_cast<std::uint8_t>(reason));
    const auto back = read<BmpPeerDown>(message);
    EXPECT_EQ(back.reason, reason);
    EXPECT_EQ(back.peer.address, peer().address);
    EXPECT_THAT(back.text, ::testing::Not(HasSubstr("cannot be read")));
  }
}

TEST(BmpRouteMonitoringMessage, HoldsAnUpdate) {
  const Octets update = encode_end_of_rib(kIpv6);
  for (const RibKind rib : {RibKind::adj_rib_in_pre, RibKind::adj_rib_in_post, RibKind::adj_rib_out_pre,
                            RibKind::adj_rib_out_post, RibKind::loc_rib}) {
    const Octets message = encode_bmp_route_monitoring(peer(rib), update);
    const auto back = read<BmpRouteMonitoring>(message);
    EXPECT_EQ(back.peer.rib, rib);
    EXPECT_EQ(decoded({back.update.begin(), back.update.end()}).end_of_rib, kIpv6);
  }
}
TEST(BmpRouteMonitoringMessage, Malformed) {
  const Octets update = encode_end_of_rib(kIpv4);
  EXPECT_EQ(error_of(0, joined({peer_octets(), encode_keepalive()})), "BMP Route Monitoring: holds BGP message type 4");
  EXPECT_EQ(error_of(0, joined({peer_octets(), update, hex("00")})), "BMP Route Monitoring: octets behind the UPDATE");
  EXPECT_EQ(error_of(0, peer_octets()), "BMP Route Monitoring: a BGP message longer than what is left");
  EXPECT_EQ(error_of(0, joined({peer_octets(), Octets(23)})), "BMP Route Monitoring: the marker is not all ones");
}

TEST(BmpStatisticsMessage, ValuesOfEachWidth) {
  const Octets message =
      message_of(1, joined({peer_octets(), hex("00000004 0000 0004 00000007 0007 0008 0000000100000000 "
                                               "0009 000b 0002 01 0000000000000005 00f0 0003 010203")}));
  const auto back = read<BmpStatistics>(message);
  ASSERT_EQ(back.values.size(), 3U);
  EXPECT_EQ(back.values[0].value, 7U);
  EXPECT_EQ(back.values[1].value, 0x1'0000'0000U);
  EXPECT_EQ(back.values[2].type, 9);
  EXPECT_EQ(back.values[2].value, 5U);
  EXPECT_EQ(back.values[2].family, kIpv6);
  EXPECT_EQ(back.values[0].family, std::nullopt);
}
TEST(BmpStatisticsMessage, Malformed) {
  EXPECT_EQ(error_of(1, joined({peer_octets(), hex("000000")})), "BMP Statistics Report: too short");
  EXPECT_EQ(error_of(1, joined({peer_octets(), hex("00000001 0000 0004 0000")})),
            "BMP Statistics Report: a value longer than what is left");
  EXPECT_EQ(error_of(1, joined({peer_octets(), hex("ffffffff")})),
            "BMP Statistics Report: a value longer than what is left");
}
TEST(BmpStatisticsMessage, Names) {
  EXPECT_EQ(bmp_statistic_name(0), "prefixes rejected by inbound policy");
  EXPECT_EQ(bmp_statistic_name(7), "routes in Adj-RIBs-In");
  EXPECT_EQ(bmp_statistic_name(17), "routes in post-policy Adj-RIB-Out of a family");
  EXPECT_EQ(bmp_statistic_name(18), "");
}

}  // namespace
}  // namespace weir::bgp
