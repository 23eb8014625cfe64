#include "decode/packet_header_ip.h"

#include <algorithm>

namespace weir::decode {
namespace {

enum Protocol : std::uint8_t {
  kHopByHop = 0,
  kIcmp = 1,
  kTcp = 6,
  kUdp = 17,
  kDccp = 33,
  kRouting = 43,
  kFragment = 44,
  kAuthentication = 51,
  kIcmp6 = 58,
  kNoNext = 59,
  kDestination = 60,
  kSctp = 132,
  kMobility = 135,
  kUdpLite = 136,
  kHip = 139,
  kShim6 = 140,
};

constexpr std::size_t kIpv6Header = 40;

bool has_ports(std::uint8_t proto) {
  return proto == kTcp || proto == kUdp || proto == kDccp || proto == kSctp || proto == kUdpLite;
}

bool is_extension(std::uint8_t proto) {
  return proto == kHopByHop || proto == kRouting || proto == kFragment || proto == kAuthentication ||
         proto == kDestination || proto == kMobility || proto == kHip || proto == kShim6;
}

/// The transport's first octets. What is cut off stays unknown.
void read_transport(IpPacket& packet) {
  if (!packet.proto || packet.fragment == FragmentPart::later) return;
  ByteReader reader(packet.payload);
  const std::uint8_t proto = *packet.proto;
  if (has_ports(proto) && reader.remaining() >= 4) {
    const std::uint16_t src = reader.u16();
    packet.ports = Ports{src, reader.u16()};
  }
  if (proto == kTcp) {
    reader.skip(8);
    // 4 bits of data offset, then 12 of flags (RFC 9565 section 3).
    const std::uint16_t word = reader.u16();
    if (reader.ok()) packet.tcp_flags = static_cast<std::uint16_t>(word & 0x0fffU);
  }
  const bool icmp = packet.version == 4 ? proto == kIcmp : proto == kIcmp6;
  if (icmp && reader.remaining() >= 2) {
    const std::uint8_t type = reader.u8();
    packet.icmp = IcmpKind{type, reader.u8()};
  }
}

/// The rest of the reader, cut to the packet's own length so that link padding is not taken for a transport header.
Bytes payload_of(const ByteReader& reader, std::uint64_t octets, std::size_t header) {
  const Bytes rest = reader.peek_rest();
  if (octets < header) return rest;
  return rest.first(std::min<std::uint64_t>(rest.size(), octets - header));
}

/// A fragment header (RFC 8200 section 4.5).
std::uint8_t read_fragment_header(ByteReader& reader, FragmentPart& part) {
  const std::uint8_t next = reader.u8();
  reader.skip(1);
  const std::uint16_t word = reader.u16();
  reader.skip(4);
  const bool more = (word & 1U) != 0;
  part = word >> 3U != 0 ? FragmentPart::later : more ? FragmentPart::first : FragmentPart::none;
  return next;
}

/// Walks the extension headers; nothing when one is cut short. Leaves the reader at the upper layer.
std::optional<std::uint8_t> read_extensions(std::uint8_t next, ByteReader& reader, FragmentPart& part) {
  while (is_extension(next) && part != FragmentPart::later) {
    if (next == kFragment) {
      next = read_fragment_header(reader, part);
    } else {
      // Lengths count 8 octets behind the first 8; in an authentication header 4 octets behind the first 8.
      const std::size_t unit = next == kAuthentication ? 4 : 8;
      next = reader.u8();
      const std::size_t length = reader.u8();
      reader.skip(6 + length * unit);
    }
    if (reader.failed()) return std::nullopt;
  }
  return next;
}

}  // namespace

std::optional<IpPacket> read_ipv4(ByteReader reader) {
  const std::uint8_t first = reader.u8();
  IpPacket packet;
  packet.version = 4;
  packet.tos = reader.u8();
  packet.octets = reader.u16();
  reader.skip(2);
  const std::uint16_t fragment = reader.u16();
  packet.ttl = reader.u8();
  packet.proto = reader.u8();
  reader.skip(2);
  packet.src = IpAddress::v4(reader.u32());
  packet.dst = IpAddress::v4(reader.u32());
  const std::size_t header = std::size_t{4} * (first & 0xfU);
  if (reader.failed() || first >> 4U != 4 || header < 20) return std::nullopt;

  const bool more = (fragment & 0x2000U) != 0;
  const bool later = (fragment & 0x1fffU) != 0;
  packet.fragment = later ? FragmentPart::later : more ? FragmentPart::first : FragmentPart::none;
  if (packet.octets < header) packet.octets = 0;
  reader.skip(header - 20);
  if (reader.ok() && !later) packet.payload = payload_of(reader, packet.octets, header);
  read_transport(packet);
  return packet;
}

std::optional<IpPacket> read_ipv6(ByteReader reader) {
  const std::uint32_t first = reader.u32();
  const std::uint16_t length = reader.u16();
  const std::uint8_t next = reader.u8();
  IpPacket packet;
  packet.version = 6;
  packet.tos = static_cast<std::uint8_t>(first >> 20U);
  packet.ttl = reader.u8();
  packet.src = IpAddress::v6(reader);
  packet.dst = IpAddress::v6(reader);
  if (reader.failed() || first >> 28U != 6) return std::nullopt;

  if (length != 0 || next == kNoNext) packet.octets = kIpv6Header + length;
  ByteReader behind(payload_of(reader, packet.octets, kIpv6Header));
  packet.proto = read_extensions(next, behind, packet.fragment);
  if (packet.proto && packet.fragment != FragmentPart::later) packet.payload = behind.rest();
  read_transport(packet);
  return packet;
}

}  // namespace weir::decode
