// The IP header of a captured packet: what is needed to reassemble fragments and to find UDP.
#pragma once

#include <cstdint>
#include <expected>

#include "base/byte_reader.h"
#include "base/ip_address.h"

namespace weir::receive {

/// One IPv4 or IPv6 packet, its lengths checked.
struct IpPacket {
  IpAddress source;
  IpAddress destination;
  std::uint8_t protocol = 0;  ///< of `payload`: behind IPv6's extension headers
  Bytes payload;              ///< of a fragment: its part
  bool is_fragment = false;
  bool more_fragments = false;
  std::uint32_t fragment_offset = 0;  ///< in octets
  std::uint32_t identification = 0;
};

enum class IpProblem : std::uint8_t {
  malformed,  ///< not IP, or impossible lengths
  cut,        ///< longer than what was captured
};

/// Reads the IP packet at the front of `octets`; padding behind it is left away. A packet whose length field is 0
/// (captured before segmentation offload) reaches to the end.
[[nodiscard]] std::expected<IpPacket, IpProblem> read_ip_packet(Bytes octets);

}  // namespace weir::receive
