// A sampled packet's first octets -> columns: sFlow raw headers (sFlow v5 section 5.3) and IPFIX dataLinkFrameSection,
// ipHeaderPacketSection and relatives (IE 313, 314, 315).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_reader.h"
#include "flow/batch.h"

namespace weir::decode {

/// What the first octet belongs to; the values are sFlow's header_protocol.
enum class HeaderProtocol : std::uint32_t {
  ethernet = 1,
  ppp = 7,
  ieee80211 = 15,
  ipv4 = 11,
  ipv6 = 12,
  mpls = 13,
};

/// What the header said beside the columns.
struct PacketFacts {
  bool understood = false;          ///< an IP header was found (columns are set)
  std::uint64_t ip_octets = 0;      ///< the IP packet's own length: total length, or 40 + payload length; 0 if not seen
};

/// Reads Ethernet, 802.1Q and QinQ, MPLS (and EoMPLS with or without control word), IPv4 with options, IPv6 with extension
/// headers, fragments, TCP, UDP, SCTP, ICMP and ICMPv6, and sets the columns that are there: MACs, VLAN, MPLS labels,
/// addresses, ports, proto, tcp_flags, tos, ttl, fragment, ICMP type and code, ip_version. A header cut short sets what is
/// whole. With `inner`, the addresses, ports and protocol are those inside GRE, VXLAN, IP-in-IP or 6in4.
/// Never touches bytes, packets, times, interfaces.
PacketFacts decode_packet_header(Bytes header, HeaderProtocol protocol, bool inner, flow::FlowBatch& out, std::size_t row);

}  // namespace weir::decode
