#include "receive/ip_packet.h"

namespace weir::receive {
namespace {

using Read = std::expected<IpPacket, IpProblem>;

constexpr std::size_t kIpv6Header = 40;
constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kAuthentication = 51, kDestination = 60;

Read read_ipv4(Bytes octets) {
  ByteReader reader(octets);
  const std::size_t header = std::size_t{4} * (reader.u8() & 0xfU);
  reader.skip(1);
  std::size_t length = reader.u16();
  IpPacket packet;
  packet.identification = reader.u16();
  const std::uint16_t fragment = reader.u16();
  reader.skip(1);
  packet.protocol = reader.u8();
  reader.skip(2);
  packet.source = IpAddress::v4(reader.u32());
  packet.destination = IpAddress::v4(reader.u32());
  if (reader.failed()) return std::unexpected(IpProblem::cut);
  if (length == 0) length = octets.size();
  if (header < 20 || length < header) return std::unexpected(IpProblem::malformed);
  if (length > octets.size()) return std::unexpected(IpProblem::cut);
  packet.payload = octets.first(length).subspan(header);
  packet.more_fragments = (fragment & 0x2000U) != 0;
  packet.fragment_offset = (fragment & 0x1fffU) * 8U;
  packet.is_fragment = packet.more_fragments || packet.fragment_offset != 0;
  return packet;
}

/// Walks the extension headers (RFC 8200 section 4) up to UDP, a fragment, or what it does not know.
bool read_extensions(std::uint8_t next, ByteReader& reader, IpPacket& packet) {
  for (;;) {
    packet.protocol = next;
    if (next == kHopByHop || next == kRouting || next == kDestination || next == kAuthentication) {
      next = reader.u8();
      const std::size_t length = reader.u8();
      reader.skip(6 + length * (packet.protocol == kAuthentication ? 4 : 8));
    } else if (next == kFragment) {
      next = reader.u8();
      reader.skip(1);
      const std::uint16_t word = reader.u16();
      packet.identification = reader.u32();
      packet.fragment_offset = word & 0xfff8U;
      packet.more_fragments = (word & 1U) != 0;
      packet.is_fragment = packet.more_fragments || packet.fragment_offset != 0;
      if (packet.is_fragment) {
        packet.protocol = next;
        return reader.ok();
      }
    } else {
      return reader.ok();
    }
    if (reader.failed()) return false;
  }
}

Read read_ipv6(Bytes octets) {
  ByteReader reader(octets);
  reader.skip(4);
  std::size_t length = kIpv6Header + reader.u16();
  const std::uint8_t next = reader.u8();
  reader.skip(1);
  IpPacket packet;
  packet.source = IpAddress::v6(reader);
  packet.destination = IpAddress::v6(reader);
  if (reader.failed()) return std::unexpected(IpProblem::cut);
  if (length == kIpv6Header) length = octets.size();
  if (length > octets.size()) return std::unexpected(IpProblem::cut);
  ByteReader body(octets.first(length).subspan(kIpv6Header));
  if (!read_extensions(next, body, packet)) return std::unexpected(IpProblem::malformed);
  packet.payload = body.rest();
  return packet;
}

}  // namespace

std::expected<IpPacket, IpProblem> read_ip_packet(Bytes octets) {
  ByteReader reader(octets);
  const unsigned version = reader.u8() >> 4U;
  if (reader.failed()) return std::unexpected(IpProblem::cut);
  if (version == 4) return read_ipv4(octets);
  if (version == 6) return read_ipv6(octets);
  return std::unexpected(IpProblem::malformed);
}

}  // namespace weir::receive
