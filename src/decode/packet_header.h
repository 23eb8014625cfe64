// A sampled packet's first octets -> columns: sFlow raw headers (sFlow v5 section 5.3) and IPFIX dataLinkFrameSection,
// ipHeaderPacketSection and relatives (IE 313, 314, 315).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_reader.h"
#include "flow/batch.h"

namespace weir::decode {

/// What the first octet belongs to; the values are sFlow's header_protocol. Others are `unsupported`.
enum class HeaderProtocol : std::uint32_t {
  ethernet = 1,
  ppp = 7,
  aal5_ip = 10,
  ipv4 = 11,
  ipv6 = 12,
  mpls = 13,
  pos = 14,
  ieee80211 = 15,
};

/// What the header said beside the columns.
struct PacketFacts {
  bool understood = false;   ///< an IP header was found (columns are set)
  bool malformed = false;    ///< cut short or contradictory before the IP addresses; the caller counts it
  bool unsupported = false;  ///< a link layer that Weir does not read
  std::uint64_t ip_octets =
      0;  ///< the outermost IP packet's own length: total length, or 40 + payload length; 0 if not seen
  std::size_t network_offset = 0;  ///< octets before the network layer, as far as the link layer was read
};

/// Reads Ethernet (II and LLC/SNAP), 802.1Q and QinQ, PPPoE, PPP, 802.11 data frames, MPLS (and EoMPLS with or without
/// control word), IPv4 with options, IPv6 with extension headers, fragments, TCP, UDP, UDP-Lite, DCCP, SCTP, ICMP and
/// ICMPv6, and sets the columns that are there: MACs, VLAN (src_vlan, the outermost tag), MPLS labels, addresses,
/// ports, proto, tcp_flags, tos, ttl, fragment, ICMP type and code, ip_version. A header cut short sets what is whole.
/// With `inner`, what belongs to IP and above is taken from inside GRE, VXLAN, IP-in-IP or 6in4 where that can be read;
/// MACs, VLAN, labels and ip_octets stay those of the packet on the wire. A frame that is whole but carries no IP (ARP,
/// LLDP) is neither understood nor malformed. Never touches bytes, packets, times, interfaces.
PacketFacts decode_packet_header(Bytes header, HeaderProtocol protocol, bool inner, flow::FlowBatch& out,
                                 std::size_t row);

}  // namespace weir::decode
