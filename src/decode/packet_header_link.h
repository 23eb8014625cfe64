// The link layers of a sampled packet: everything in front of its IP header.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/byte_reader.h"

namespace weir::decode {

/// What the link layer said; the outermost of each kind.
struct LinkHeader {
  bool has_macs = false;
  std::uint64_t src_mac = 0;
  std::uint64_t dst_mac = 0;
  std::uint16_t vlan = 0;  ///< the outermost tag's VLAN; 0 none (a priority tag has none either)
  std::array<std::uint32_t, 3> labels{};
  std::size_t label_count = 0;  ///< how many of `labels` hold one; deeper ones are not kept
  /// How many encapsulations were entered; bounds how deep a crafted header can nest them.
  unsigned depth = 0;
};

/// What comes behind the link layer.
enum class Network : std::uint8_t {
  ipv4,
  ipv6,
  other,      ///< whole, but not IP: ARP, LLDP, encrypted, ...
  malformed,  ///< cut short or contradictory
};

/// Each reads its layer and all link layers inside it, and leaves `reader` at the network layer.
/// Ethernet II, or IEEE 802.3 with LLC and SNAP.
[[nodiscard]] Network read_ethernet(ByteReader& reader, LinkHeader& link);
/// What an EtherType announces: tags, MPLS, PPPoE, bridged Ethernet, IP.
[[nodiscard]] Network read_ethertype(std::uint16_t type, ByteReader& reader, LinkHeader& link);
/// An MPLS label stack (RFC 3032) and IP or Ethernet behind it, the latter with or without control word (RFC 4448).
[[nodiscard]] Network read_mpls(ByteReader& reader, LinkHeader& link);
/// PPP (RFC 1661), with or without address and control octets.
[[nodiscard]] Network read_ppp(ByteReader& reader, LinkHeader& link);
/// Packet over SONET: PPP in HDLC-like framing (RFC 2615), or Cisco HDLC.
[[nodiscard]] Network read_pos(ByteReader& reader, LinkHeader& link);
/// An IEEE 802.11 MAC frame.
[[nodiscard]] Network read_ieee80211(ByteReader& reader, LinkHeader& link);
/// IPv4 or IPv6 by the version in the first octet, which is not consumed.
[[nodiscard]] Network network_by_version(const ByteReader& reader);

}  // namespace weir::decode
