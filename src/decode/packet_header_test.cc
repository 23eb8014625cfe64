#include "decode/packet_header.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/byte_writer.h"

namespace weir::decode {
namespace {

using flow::Column;
using Octets = std::vector<std::byte>;

constexpr std::uint64_t kDstMac = 0x02'00'00'00'00'02;
constexpr std::uint64_t kSrcMac = 0x02'00'00'00'00'01;

Octets operator+(Octets left, const Octets& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}
Octets cut(Octets octets, std::size_t size) {
  octets.resize(size);
  return octets;
}
Octets words(std::initializer_list<std::uint16_t> values) {
  ByteWriter w;
  for (const auto value : values) w.u16(value);
  return w.take();
}
Octets ethernet(std::uint16_t type) {
  ByteWriter w;
  w.unsigned_be(kDstMac, 6);
  w.unsigned_be(kSrcMac, 6);
  w.u16(type);
  return w.take();
}
Octets ports(std::uint16_t src, std::uint16_t dst) {
  return words({src, dst, 0, 0});
}
Octets tcp(std::uint16_t src, std::uint16_t dst, std::uint16_t flags) {
  ByteWriter w;
  w.u16(src);
  w.u16(dst);
  w.u64(0);
  w.u16(0x5000U | flags);
  w.zeros(6);
  return w.take();
}

struct Ipv4 {
  std::uint8_t proto = 17;
  std::uint32_t src = 0xc0000201;
  std::uint32_t dst = 0xc6336401;
  std::uint16_t fragment = 0;
  std::uint8_t options = 0;  ///< in 32-bit words
  int length = -1;           ///< -1: what is right for `payload`

  [[nodiscard]] Octets with(const Octets& payload) const {
    ByteWriter w;
    const std::size_t header = 20 + 4UL * options;
    w.u8(0x45U + options);
    w.u8(0xb8);
    w.u16(length < 0 ? header + payload.size() : static_cast<std::size_t>(length));
    w.u16(1);
    w.u16(fragment);
    w.u8(63);
    w.u8(proto);
    w.u16(0);
    w.u32(src);
    w.u32(dst);
    w.zeros(4UL * options);
    w.bytes(payload);
    return w.take();
  }
};
Octets ipv6(std::uint8_t next, const Octets& payload, int length = -1) {
  ByteWriter w;
  w.u32(0x6a512345);  // traffic class 0xa5
  w.u16(length < 0 ? payload.size() : static_cast<std::size_t>(length));
  w.u8(next);
  w.u8(61);
  w.u64(0x20010db8'00000000);
  w.u64(1);
  w.u64(0x20010db8'00000000);
  w.u64(2);
  w.bytes(payload);
  return w.take();
}

/// One row, decoded.
struct Row {
  PacketFacts facts;
  flow::FlowBatch batch;

  Row(const Octets& header, HeaderProtocol protocol, bool inner = false) {
    batch.add_rows(1);
    facts = decode_packet_header(header, protocol, inner, batch, 0);
  }
  explicit Row(const Octets& header, bool inner = false) : Row(header, HeaderProtocol::ethernet, inner) {}

  template <Column C>
  [[nodiscard]] std::uint64_t number() const {
    EXPECT_TRUE(batch.masks()[0].has(C)) << flow::name(C) << " is unknown";
    return batch.get_or<C>(0, 0);
  }
  template <Column C>
  [[nodiscard]] std::string address() const {
    return to_string(batch.get_or<C>(0, IpAddress{}));
  }
  [[nodiscard]] bool has(Column c) const { return batch.masks()[0].has(c); }
  [[nodiscard]] bool is_empty() const { return batch.masks()[0] == flow::RowMask{}; }
};

const Octets kUdp = ports(5000, 53);
const Octets kPacket = Ipv4{}.with(kUdp);

void expect_outer_udp(const Row& row) {
  EXPECT_TRUE(row.facts.understood);
  EXPECT_EQ(row.address<Column::src_addr>(), "192.0.2.1");
  EXPECT_EQ(row.address<Column::dst_addr>(), "198.51.100.1");
  EXPECT_EQ(row.number<Column::src_port>(), 5000U);
  EXPECT_EQ(row.number<Column::dst_port>(), 53U);
}

TEST(PacketHeader, EthernetAndIpv4SetEveryColumnTheyHold) {
  const Row row(ethernet(0x0800) + Ipv4{.proto = 6}.with(tcp(443, 50000, 0x112)));
  EXPECT_EQ(row.number<Column::src_mac>(), kSrcMac);
  EXPECT_EQ(row.number<Column::dst_mac>(), kDstMac);
  EXPECT_EQ(row.address<Column::src_addr>(), "192.0.2.1");
  EXPECT_EQ(row.address<Column::dst_addr>(), "198.51.100.1");
  EXPECT_EQ(row.number<Column::src_port>(), 443U);
  EXPECT_EQ(row.number<Column::dst_port>(), 50000U);
  EXPECT_EQ(row.number<Column::proto>(), 6U);
  EXPECT_EQ(row.number<Column::tcp_flags>(), 0x112U);
  EXPECT_EQ(row.number<Column::tos>(), 0xb8U);
  EXPECT_EQ(row.number<Column::ttl>(), 63U);
  EXPECT_EQ(row.number<Column::ip_version>(), 4U);
  EXPECT_EQ(row.number<Column::fragment>(), 0U);
  EXPECT_FALSE(row.has(Column::src_vlan));
  EXPECT_FALSE(row.has(Column::icmp_type));
  EXPECT_FALSE(row.has(Column::bytes));
  EXPECT_EQ(row.facts.ip_octets, 40U);
  EXPECT_EQ(row.facts.network_offset, 14U);
}

TEST(PacketHeader, VlanAndQinqGiveTheOutermostVlan) {
  const Row one(ethernet(0x8100) + words({0x6064, 0x0800}) + kPacket);
  EXPECT_EQ(one.number<Column::src_vlan>(), 100U);
  expect_outer_udp(one);
  const Row two(ethernet(0x88a8) + words({0x0426, 0x8100, 0x05d5, 0x0800}) + kPacket);
  EXPECT_EQ(two.number<Column::src_vlan>(), 0x426U);
  expect_outer_udp(two);
  EXPECT_EQ(two.facts.network_offset, 22U);
}

TEST(PacketHeader, PriorityTagIsNoVlan) {
  const Row row(ethernet(0x8100) + words({0xe000, 0x0800}) + kPacket);
  EXPECT_FALSE(row.has(Column::src_vlan));
  expect_outer_udp(row);
}

TEST(PacketHeader, LlcAndSnapAreReadLikeAnEtherType) {
  const Row row(ethernet(36) + words({0xaaaa, 0x0300, 0x0000, 0x0800}) + kPacket);
  expect_outer_udp(row);
}

TEST(PacketHeader, FramesWithoutIpAreWholeButNotUnderstood) {
  for (const Octets& frame :
       {ethernet(0x0806) + Octets(28), ethernet(38) + words({0x4242, 0x0300}), ethernet(0x88cc) + Octets(20)}) {
    const Row row(frame);
    EXPECT_FALSE(row.facts.understood);
    EXPECT_FALSE(row.facts.malformed);
    EXPECT_EQ(row.number<Column::src_mac>(), kSrcMac);
    EXPECT_FALSE(row.has(Column::src_addr));
  }
}

TEST(PacketHeader, Ipv4OptionsArePassedOver) {
  const Row row(ethernet(0x0800) + Ipv4{.options = 10}.with(kUdp));
  expect_outer_udp(row);
}

TEST(PacketHeader, Ipv6WithExtensionHeadersReachesTheTransport) {
  const Octets options = words({0x3c00, 0, 0, 0});                  // hop-by-hop, then destination options
  const Octets destination = words({0x3301, 0, 0, 0, 0, 0, 0, 0});  // 16 octets, then authentication
  const Octets authentication = words({0x0604, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});  // 24 octets, then TCP
  const Row row(ethernet(0x86dd) + ipv6(0, options + destination + authentication + tcp(1, 2, 0x02)));
  EXPECT_EQ(row.address<Column::src_addr>(), "2001:db8::1");
  EXPECT_EQ(row.address<Column::dst_addr>(), "2001:db8::2");
  EXPECT_EQ(row.number<Column::proto>(), 6U);
  EXPECT_EQ(row.number<Column::src_port>(), 1U);
  EXPECT_EQ(row.number<Column::tcp_flags>(), 2U);
  EXPECT_EQ(row.number<Column::tos>(), 0xa5U);
  EXPECT_EQ(row.number<Column::ttl>(), 61U);
  EXPECT_EQ(row.number<Column::ip_version>(), 6U);
  EXPECT_EQ(row.facts.ip_octets, 40U + 8 + 16 + 24 + 20);
}

TEST(PacketHeader, Ipv6ExtensionHeaderCutShortLeavesTheProtocolUnknown) {
  const Row row(ipv6(0, words({0x1105, 0, 0, 0}), 100), HeaderProtocol::ipv6);
  EXPECT_TRUE(row.facts.understood);
  EXPECT_EQ(row.address<Column::dst_addr>(), "2001:db8::2");
  EXPECT_FALSE(row.has(Column::proto));
  EXPECT_FALSE(row.has(Column::src_port));
}

TEST(PacketHeader, Ipv4FragmentsTellTheirPartAndOnlyTheFirstHasPorts) {
  const Row first(Ipv4{.fragment = 0x2000}.with(kUdp), HeaderProtocol::ipv4);
  EXPECT_EQ(first.number<Column::fragment>(), 1U);
  expect_outer_udp(first);
  const Row later(Ipv4{.fragment = 0x2010}.with(kUdp), HeaderProtocol::ipv4);
  EXPECT_EQ(later.number<Column::fragment>(), 2U);
  EXPECT_EQ(later.number<Column::proto>(), 17U);
  EXPECT_FALSE(later.has(Column::src_port));
}

TEST(PacketHeader, Ipv6FragmentsTellTheirPartAndOnlyTheFirstHasPorts) {
  const auto fragment = [](std::uint16_t offset) { return ipv6(44, words({0x1100, offset, 0, 7}) + kUdp); };
  const Row first(fragment(0x0001), HeaderProtocol::ipv6);
  EXPECT_EQ(first.number<Column::fragment>(), 1U);
  EXPECT_EQ(first.number<Column::src_port>(), 5000U);
  const Row later(fragment(0x0010), HeaderProtocol::ipv6);
  EXPECT_EQ(later.number<Column::fragment>(), 2U);
  EXPECT_EQ(later.number<Column::proto>(), 17U);
  EXPECT_FALSE(later.has(Column::src_port));
  const Row atomic(fragment(0), HeaderProtocol::ipv6);
  EXPECT_EQ(atomic.number<Column::fragment>(), 0U);
  EXPECT_EQ(atomic.number<Column::src_port>(), 5000U);
}

TEST(PacketHeader, IcmpHasTypeAndCodeAndNoPorts) {
  const Row v4(Ipv4{.proto = 1}.with(words({0x0304, 0, 0, 0})), HeaderProtocol::ipv4);
  EXPECT_EQ(v4.number<Column::icmp_type>(), 3U);
  EXPECT_EQ(v4.number<Column::icmp_code>(), 4U);
  EXPECT_FALSE(v4.has(Column::src_port));
  const Row v6(ipv6(58, words({0x8700, 0})), HeaderProtocol::ipv6);
  EXPECT_EQ(v6.number<Column::icmp_type>(), 135U);
  EXPECT_EQ(v6.number<Column::icmp_code>(), 0U);
}

TEST(PacketHeader, IcmpOfTheOtherFamilyIsNotIcmp) {
  const Row row(Ipv4{.proto = 58}.with(words({0x8700, 0})), HeaderProtocol::ipv4);
  EXPECT_EQ(row.number<Column::proto>(), 58U);
  EXPECT_FALSE(row.has(Column::icmp_type));
}

TEST(PacketHeader, SctpUdpLiteAndDccpHavePorts) {
  for (const std::uint8_t proto : std::initializer_list<std::uint8_t>{132, 136, 33}) {
    const Row row(Ipv4{.proto = proto}.with(kUdp), HeaderProtocol::ipv4);
    EXPECT_EQ(row.number<Column::dst_port>(), 53U) << int{proto};
  }
}

TEST(PacketHeader, TransportCutBehindThePortsHasNoFlags) {
  const Row row(cut(ethernet(0x0800) + Ipv4{.proto = 6}.with(tcp(443, 1, 0x10)), 14 + 20 + 8));
  EXPECT_EQ(row.number<Column::src_port>(), 443U);
  EXPECT_FALSE(row.has(Column::tcp_flags));
  EXPECT_FALSE(row.facts.malformed);
}

TEST(PacketHeader, TransportCutWithinThePortsHasNone) {
  const Row row(cut(ethernet(0x0800) + kPacket, 14 + 20 + 3));
  EXPECT_TRUE(row.facts.understood);
  EXPECT_FALSE(row.has(Column::src_port));
  EXPECT_FALSE(row.has(Column::dst_port));
}

TEST(PacketHeader, LinkPaddingIsNoTransportHeader) {
  const Row row(ethernet(0x0800) + Ipv4{}.with({}) + Octets(26));
  EXPECT_TRUE(row.facts.understood);
  EXPECT_EQ(row.facts.ip_octets, 20U);
  EXPECT_FALSE(row.has(Column::src_port));
}

TEST(PacketHeader, LengthsOfSegmentationOffloadAreUnknown) {
  const Row v4(Ipv4{.length = 0}.with(kUdp), HeaderProtocol::ipv4);
  expect_outer_udp(v4);
  EXPECT_EQ(v4.facts.ip_octets, 0U);
  const Row v6(ipv6(17, kUdp, 0), HeaderProtocol::ipv6);
  EXPECT_EQ(v6.number<Column::src_port>(), 5000U);
  EXPECT_EQ(v6.facts.ip_octets, 0U);
  const Row none(ipv6(59, {}), HeaderProtocol::ipv6);
  EXPECT_EQ(none.facts.ip_octets, 40U);
}

TEST(PacketHeader, CutEthernetIsMalformed) {
  const Row row(cut(ethernet(0x0800), 13));
  EXPECT_TRUE(row.facts.malformed);
  EXPECT_TRUE(row.is_empty());
}

TEST(PacketHeader, CutVlanTagIsMalformed) {
  EXPECT_TRUE(Row(ethernet(0x8100) + words({0x0064})).facts.malformed);
}

TEST(PacketHeader, CutIpv4HeaderIsMalformedButTheMacsStay) {
  const Row row(cut(ethernet(0x0800) + kPacket, 14 + 19));
  EXPECT_TRUE(row.facts.malformed);
  EXPECT_FALSE(row.facts.understood);
  EXPECT_EQ(row.number<Column::dst_mac>(), kDstMac);
  EXPECT_FALSE(row.has(Column::src_addr));
  EXPECT_EQ(row.facts.network_offset, 14U);
}

TEST(PacketHeader, CutIpv6HeaderIsMalformed) {
  EXPECT_TRUE(Row(cut(ipv6(17, kUdp), 39), HeaderProtocol::ipv6).facts.malformed);
}

TEST(PacketHeader, WrongIpVersionIsMalformed) {
  EXPECT_TRUE(Row(ethernet(0x0800) + ipv6(17, kUdp)).facts.malformed);
  EXPECT_TRUE(Row(ethernet(0x86dd) + kPacket + Octets(40)).facts.malformed);
}

TEST(PacketHeader, Ipv4HeaderLengthBelowFiveWordsIsMalformed) {
  Octets packet = kPacket;
  packet[0] = std::byte{0x44};
  EXPECT_TRUE(Row(packet, HeaderProtocol::ipv4).facts.malformed);
}

TEST(PacketHeader, Ipv4OptionsBehindTheEndLeaveTheAddresses) {
  Octets packet = kPacket;
  packet[0] = std::byte{0x4f};
  const Row row(packet, HeaderProtocol::ipv4);
  EXPECT_TRUE(row.facts.understood);
  EXPECT_EQ(row.address<Column::src_addr>(), "192.0.2.1");
  EXPECT_FALSE(row.has(Column::src_port));
}

TEST(PacketHeader, EmptyHeaderIsMalformedForEveryProtocol) {
  for (const auto protocol :
       {HeaderProtocol::ethernet, HeaderProtocol::ppp, HeaderProtocol::aal5_ip, HeaderProtocol::ipv4,
        HeaderProtocol::ipv6, HeaderProtocol::mpls, HeaderProtocol::pos, HeaderProtocol::ieee80211}) {
    const Row row(Octets{}, protocol);
    EXPECT_TRUE(row.facts.malformed) << static_cast<unsigned>(protocol);
    EXPECT_TRUE(row.is_empty());
  }
}

TEST(PacketHeader, UnknownLinkLayerIsUnsupported) {
  const Row row(kPacket, static_cast<HeaderProtocol>(4));
  EXPECT_TRUE(row.facts.unsupported);
  EXPECT_FALSE(row.facts.malformed);
  EXPECT_TRUE(row.is_empty());
}

Octets label(std::uint32_t value, bool bottom) {
  ByteWriter w;
  w.u32(value << 12U | (bottom ? 0x100U : 0U) | 64U);
  return w.take();
}

TEST(PacketHeader, MplsLabelsAreKeptUpToThree) {
  const Row row(ethernet(0x8847) + label(16, false) + label(17, false) + label(18, false) + label(19, true) + kPacket);
  EXPECT_EQ(row.number<Column::mpls_label1>(), 16U);
  EXPECT_EQ(row.number<Column::mpls_label2>(), 17U);
  EXPECT_EQ(row.number<Column::mpls_label3>(), 18U);
  expect_outer_udp(row);
}

TEST(PacketHeader, MplsWithoutLinkLayerCarriesIpv6) {
  const Row row(label(1048575, true) + ipv6(17, kUdp), HeaderProtocol::mpls);
  EXPECT_EQ(row.number<Column::mpls_label1>(), 1048575U);
  EXPECT_EQ(row.number<Column::src_port>(), 5000U);
  EXPECT_FALSE(row.has(Column::mpls_label2));
}

TEST(PacketHeader, EthernetOverMplsWithAndWithoutControlWord) {
  const Octets inside = words({0x0000, 0x0000, 0x00aa, 0x0000, 0x0000, 0x00bb, 0x0800}) + kPacket;
  for (const Octets& word : {Octets{}, words({0, 9})}) {
    const Row row(ethernet(0x8847) + label(100, true) + word + inside);
    expect_outer_udp(row);
    EXPECT_EQ(row.number<Column::src_mac>(), kSrcMac) << "the MACs are those of the outer frame";
    EXPECT_EQ(row.number<Column::mpls_label1>(), 100U);
  }
}

TEST(PacketHeader, EthernetOverMplsWhoseMacLooksLikeIpv4) {
  const Octets inside = words({0x4000, 0x0000, 0x00aa, 0x0000, 0x0000, 0x00bb, 0x0800}) + kPacket;
  expect_outer_udp(Row(ethernet(0x8847) + label(100, true) + inside));
}

TEST(PacketHeader, VlanInsideEthernetOverMplsIsSomebodyElses) {
  const Octets inside = words({0, 0, 0xaa, 0, 0, 0xbb, 0x8100, 0x0005, 0x0800}) + kPacket;
  const Row row(ethernet(0x8100) + words({7, 0x8847}) + label(100, true) + inside);
  EXPECT_EQ(row.number<Column::src_vlan>(), 7U);
  const Row untagged(ethernet(0x8847) + label(100, true) + inside);
  EXPECT_FALSE(untagged.has(Column::src_vlan));
  expect_outer_udp(untagged);
}

TEST(PacketHeader, MplsStackWithoutBottomIsMalformed) {
  EXPECT_TRUE(Row(ethernet(0x8847) + label(16, false) + label(17, false)).facts.malformed);
}

TEST(PacketHeader, PppWithAndWithoutAddressAndControl) {
  expect_outer_udp(Row(words({0xff03, 0x0021}) + kPacket, HeaderProtocol::ppp));
  expect_outer_udp(Row(words({0x0021}) + kPacket, HeaderProtocol::ppp));
  expect_outer_udp(Row(Octets{std::byte{0x21}} + kPacket, HeaderProtocol::ppp));
  EXPECT_FALSE(Row(words({0xff03, 0xc021}) + kPacket, HeaderProtocol::ppp).facts.malformed);
}

TEST(PacketHeader, PppoeSessionCarriesPpp) {
  expect_outer_udp(Row(ethernet(0x8864) + words({0x1100, 1, 30, 0x0021}) + kPacket));
}

TEST(PacketHeader, PacketOverSonetIsPppOrCiscoHdlc) {
  expect_outer_udp(Row(words({0xff03, 0x0021}) + kPacket, HeaderProtocol::pos));
  expect_outer_udp(Row(words({0x0f00, 0x0800}) + kPacket, HeaderProtocol::pos));
}

TEST(PacketHeader, Aal5IpIsToldByTheVersion) {
  expect_outer_udp(Row(kPacket, HeaderProtocol::aal5_ip));
  EXPECT_EQ(Row(ipv6(17, kUdp), HeaderProtocol::aal5_ip).number<Column::ip_version>(), 6U);
}

Octets wireless(std::uint16_t control, const Octets& behind) {
  ByteWriter w;
  w.u16(control);
  w.u16(0);
  for (const std::uint64_t address : {0x02'00'00'00'00'0a, 0x02'00'00'00'00'0b, 0x02'00'00'00'00'0c})
    w.unsigned_be(address, 6);
  w.u16(0);
  w.bytes(behind);
  return w.take();
}
const Octets kSnap = words({0xaaaa, 0x0300, 0x0000, 0x0800});

TEST(PacketHeader, WirelessDataFramesInEveryDirection) {
  const Row from(wireless(0x0802, kSnap + kPacket), HeaderProtocol::ieee80211);
  expect_outer_udp(from);
  EXPECT_EQ(from.number<Column::dst_mac>(), 0x02'00'00'00'00'0aU);
  EXPECT_EQ(from.number<Column::src_mac>(), 0x02'00'00'00'00'0cU);
  const Row to(wireless(0x8801, words({0}) + kSnap + kPacket), HeaderProtocol::ieee80211);
  expect_outer_udp(to);
  EXPECT_EQ(to.number<Column::dst_mac>(), 0x02'00'00'00'00'0cU);
  EXPECT_EQ(to.number<Column::src_mac>(), 0x02'00'00'00'00'0bU);
  const Row bridged(wireless(0x0803, words({0x0200, 0, 0x000d}) + kSnap + kPacket), HeaderProtocol::ieee80211);
  expect_outer_udp(bridged);
  EXPECT_EQ(bridged.number<Column::src_mac>(), 0x02'00'00'00'00'0dU);
}

TEST(PacketHeader, EncryptedWirelessFrameIsWholeButNotUnderstood) {
  const Row row(wireless(0x0842, kSnap + kPacket), HeaderProtocol::ieee80211);
  EXPECT_FALSE(row.facts.understood);
  EXPECT_FALSE(row.facts.malformed);
}

TEST(PacketHeader, EncapsulationsNestOnlySoDeep) {
  Octets frame;
  for (int i = 0; i < 2000; ++i) frame = frame + ethernet(0x6558);
  const Row row(frame + ethernet(0x0800) + kPacket);
  EXPECT_FALSE(row.facts.understood);
}

// Tunnels: what is inside has other addresses, ports and protocol.
const Octets kInner = Ipv4{.proto = 6, .src = 0x0a000001, .dst = 0x0a000002}.with(tcp(1234, 80, 0x18));

void expect_inner(const Octets& packet) {
  const Row outer(packet, HeaderProtocol::ipv4, false);
  EXPECT_EQ(outer.address<Column::src_addr>(), "192.0.2.1");
  EXPECT_FALSE(outer.has(Column::tcp_flags));
  const Row inner(packet, HeaderProtocol::ipv4, true);
  EXPECT_EQ(inner.address<Column::src_addr>(), "10.0.0.1");
  EXPECT_EQ(inner.address<Column::dst_addr>(), "10.0.0.2");
  EXPECT_EQ(inner.number<Column::src_port>(), 1234U);
  EXPECT_EQ(inner.number<Column::proto>(), 6U);
  EXPECT_EQ(inner.number<Column::tcp_flags>(), 0x18U);
  EXPECT_EQ(inner.facts.ip_octets, packet.size()) << "the volume is that of the outer packet";
}

TEST(PacketHeader, InnerOfIpInIp) {
  expect_inner(Ipv4{.proto = 4}.with(kInner));
}

TEST(PacketHeader, InnerOf6in4) {
  const Row row(Ipv4{.proto = 41}.with(ipv6(17, kUdp)), HeaderProtocol::ipv4, true);
  EXPECT_EQ(row.address<Column::src_addr>(), "2001:db8::1");
  EXPECT_EQ(row.number<Column::ip_version>(), 6U);
}

TEST(PacketHeader, InnerOfGreWithAndWithoutItsOptions) {
  expect_inner(Ipv4{.proto = 47}.with(words({0, 0x0800}) + kInner));
  expect_inner(Ipv4{.proto = 47}.with(words({0xb000, 0x0800, 1, 2, 3, 4, 5, 6}) + kInner));
  expect_inner(Ipv4{.proto = 47}.with(words({0, 0x6558}) + ethernet(0x0800) + kInner));
  expect_inner(Ipv4{.proto = 47}.with(words({0x3081, 0x880b, 1, 2, 3, 4, 5, 6, 0xff03, 0x0021}) + kInner));
}

TEST(PacketHeader, InnerOfVxlan) {
  const Octets vxlan = words({0x0800, 0, 0, 0x0500}) + ethernet(0x0800) + kInner;
  expect_inner(Ipv4{}.with(ports(50000, 4789) + vxlan));
  const Row other(Ipv4{}.with(ports(50000, 4788) + vxlan), HeaderProtocol::ipv4, true);
  EXPECT_EQ(other.number<Column::proto>(), 17U);
}

TEST(PacketHeader, TunnelCutShortKeepsTheOuterAddresses) {
  for (const Octets& payload :
       {words({0x2000, 0x0800}), words({0, 0x0800, 0x4500}), words({0x4000, 0x0800}) + kInner}) {
    const Row row(Ipv4{.proto = 47}.with(payload), HeaderProtocol::ipv4, true);
    EXPECT_EQ(row.address<Column::src_addr>(), "192.0.2.1");
    EXPECT_EQ(row.number<Column::proto>(), 47U);
  }
}

TEST(PacketHeader, LaterFragmentsOfATunnelAreNotEntered) {
  const Row row(Ipv4{.proto = 4, .fragment = 5}.with(kInner), HeaderProtocol::ipv4, true);
  EXPECT_EQ(row.address<Column::src_addr>(), "192.0.2.1");
}

TEST(PacketHeader, TunnelsInTunnelsEndSomewhere) {
  Octets packet = kInner;
  for (int i = 0; i < 50; ++i) packet = Ipv4{.proto = 4}.with(packet);
  const Row row(packet, HeaderProtocol::ipv4, true);
  EXPECT_EQ(row.number<Column::proto>(), 4U);
}

}  // namespace
}  // namespace weir::decode
