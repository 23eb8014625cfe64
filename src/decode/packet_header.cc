#include "decode/packet_header.h"

#include <optional>

#include "decode/packet_header_ip.h"
#include "decode/packet_header_link.h"

namespace weir::decode {
namespace {

using flow::Column;

enum Tunnel : std::uint8_t { kIpInIp = 4, kUdp = 17, kIpv6InIp = 41, kGre = 47 };
// IANA's VXLAN port, and the one that Linux used before there was one.
constexpr std::uint16_t kVxlanPort = 4789;
constexpr std::uint16_t kVxlanPortLinux = 8472;
constexpr unsigned kMostTunnels = 4;

std::optional<IpPacket> read_ip(Network network, const ByteReader& reader) {
  switch (network) {
    case Network::ipv4:
      return read_ipv4(reader);
    case Network::ipv6:
      return read_ipv6(reader);
    default:
      return std::nullopt;
  }
}

/// GRE (RFC 2784, 2890) and its version 1 for PPP (RFC 2637).
std::optional<IpPacket> enter_gre(ByteReader reader) {
  const std::uint16_t flags = reader.u16();
  const std::uint16_t type = reader.u16();
  const unsigned version = flags & 7U;
  constexpr std::uint16_t kChecksum = 0x8000, kRouting = 0x4000, kKey = 0x2000, kSequence = 0x1000,
                          kAcknowledge = 0x0080;
  if (version > 1 || (flags & kRouting) != 0) return std::nullopt;
  if ((flags & kChecksum) != 0) reader.skip(4);
  if ((flags & kKey) != 0) reader.skip(4);
  if ((flags & kSequence) != 0) reader.skip(4);
  if (version == 1 && (flags & kAcknowledge) != 0) reader.skip(4);
  if (reader.failed()) return std::nullopt;
  LinkHeader inner;
  const Network network = version == 1 ? read_ppp(reader, inner) : read_ethertype(type, reader, inner);
  return read_ip(network, reader);
}

/// VXLAN (RFC 7348); `reader` is at the UDP header.
std::optional<IpPacket> enter_vxlan(ByteReader reader) {
  reader.skip(8);
  const std::uint32_t flags = reader.u32();
  reader.skip(4);
  if (reader.failed() || (flags & 0x0800'0000U) == 0) return std::nullopt;
  LinkHeader inner;
  const Network network = read_ethernet(reader, inner);
  return read_ip(network, reader);
}

/// The packet inside, when `outer` is a tunnel whose inside can be read.
std::optional<IpPacket> enter_tunnel(const IpPacket& outer) {
  if (!outer.proto || outer.payload.empty()) return std::nullopt;
  const ByteReader reader(outer.payload);
  switch (*outer.proto) {
    case kIpInIp:
      return read_ipv4(reader);
    case kIpv6InIp:
      return read_ipv6(reader);
    case kGre:
      return enter_gre(reader);
    case kUdp:
      if (!outer.ports || (outer.ports->dst != kVxlanPort && outer.ports->dst != kVxlanPortLinux)) return std::nullopt;
      return enter_vxlan(reader);
    default:
      return std::nullopt;
  }
}

void set_link(const LinkHeader& link, flow::FlowBatch& out, std::size_t row) {
  if (link.has_macs) {
    out.set<Column::src_mac>(row, link.src_mac);
    out.set<Column::dst_mac>(row, link.dst_mac);
  }
  if (link.vlan != 0) out.set<Column::src_vlan>(row, link.vlan);
  if (link.label_count > 0) out.set<Column::mpls_label1>(row, link.labels[0]);
  if (link.label_count > 1) out.set<Column::mpls_label2>(row, link.labels[1]);
  if (link.label_count > 2) out.set<Column::mpls_label3>(row, link.labels[2]);
}

void set_packet(const IpPacket& packet, flow::FlowBatch& out, std::size_t row) {
  out.set<Column::ip_version>(row, packet.version);
  out.set<Column::src_addr>(row, packet.src);
  out.set<Column::dst_addr>(row, packet.dst);
  out.set<Column::tos>(row, packet.tos);
  out.set<Column::ttl>(row, packet.ttl);
  out.set<Column::fragment>(row, static_cast<std::uint8_t>(packet.fragment));
  if (packet.proto) out.set<Column::proto>(row, *packet.proto);
  if (packet.ports) {
    out.set<Column::src_port>(row, packet.ports->src);
    out.set<Column::dst_port>(row, packet.ports->dst);
  }
  if (packet.tcp_flags) out.set<Column::tcp_flags>(row, *packet.tcp_flags);
  if (packet.icmp) {
    out.set<Column::icmp_type>(row, packet.icmp->type);
    out.set<Column::icmp_code>(row, packet.icmp->code);
  }
}

/// Nothing for a link layer that Weir does not read.
std::optional<Network> read_link(HeaderProtocol protocol, ByteReader& reader, LinkHeader& link) {
  switch (protocol) {
    case HeaderProtocol::ethernet:
      return read_ethernet(reader, link);
    case HeaderProtocol::ppp:
      return read_ppp(reader, link);
    case HeaderProtocol::aal5_ip:
      return network_by_version(reader);
    case HeaderProtocol::ipv4:
      return Network::ipv4;
    case HeaderProtocol::ipv6:
      return Network::ipv6;
    case HeaderProtocol::mpls:
      return read_mpls(reader, link);
    case HeaderProtocol::pos:
      return read_pos(reader, link);
    case HeaderProtocol::ieee80211:
      return read_ieee80211(reader, link);
  }
  return std::nullopt;
}

}  // namespace

PacketFacts decode_packet_header(Bytes header, HeaderProtocol protocol, bool inner, flow::FlowBatch& out,
                                 std::size_t row) {
  PacketFacts facts;
  ByteReader reader(header);
  LinkHeader link;
  const auto network = read_link(protocol, reader, link);
  if (!network) {
    facts.unsupported = true;
    return facts;
  }
  facts.network_offset = reader.position();
  set_link(link, out, row);
  std::optional<IpPacket> packet = read_ip(*network, reader);
  if (!packet) {
    facts.malformed = *network != Network::other;
    return facts;
  }
  facts.understood = true;
  facts.ip_octets = packet->octets;
  for (unsigned level = 0; inner && level < kMostTunnels; ++level) {
    std::optional<IpPacket> inside = enter_tunnel(*packet);
    if (!inside) break;
    packet = inside;
  }
  set_packet(*packet, out, row);
  return facts;
}

}  // namespace weir::decode
