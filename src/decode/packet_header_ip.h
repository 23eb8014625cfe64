// The IP header of a sampled packet and what its first octets say of the transport.
#pragma once

#include <cstdint>
#include <optional>

#include "base/byte_reader.h"
#include "base/ip_address.h"

namespace weir::decode {

/// Values of the `fragment` column.
enum class FragmentPart : std::uint8_t { none = 0, first = 1, later = 2 };

struct Ports {
  std::uint16_t src = 0;
  std::uint16_t dst = 0;
};
struct IcmpKind {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
};

/// One IP packet, as far as its octets were there.
struct IpPacket {
  IpAddress src;
  IpAddress dst;
  std::uint8_t version = 0;
  std::uint8_t tos = 0;
  std::uint8_t ttl = 0;
  FragmentPart fragment = FragmentPart::none;
  std::uint64_t octets =
      0;  ///< its length by its own header; 0 when that does not say (segmentation offload, jumbograms)
  std::optional<std::uint8_t> proto;  ///< of the upper layer; nothing when the extension headers are cut short
  std::optional<Ports> ports;
  std::optional<std::uint16_t> tcp_flags;
  std::optional<IcmpKind> icmp;
  Bytes payload;  ///< behind the IP headers, without link padding; empty for later fragments
};

/// Reads from the IP header on. Nothing when it is cut short in front of the end of its addresses, is of another
/// version, or has an impossible header length.
[[nodiscard]] std::optional<IpPacket> read_ipv4(ByteReader reader);
[[nodiscard]] std::optional<IpPacket> read_ipv6(ByteReader reader);

}  // namespace weir::decode
