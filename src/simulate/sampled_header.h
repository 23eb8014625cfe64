// The first octets of the packet that a flow stands for, as a switch samples them: Ethernet, perhaps an 802.1Q tag,
// IPv4 or IPv6, and TCP, UDP or ICMP.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_writer.h"
#include "simulate/simulated_flow.h"

namespace weir::simulate {

inline constexpr std::size_t kSampledOctets = 128;  ///< what switches copy of each sampled packet
inline constexpr std::size_t kFcsOctets = 4;        ///< the frame check sequence, which they strip

/// What a header was written as.
struct SampledHeader {
  std::size_t octets = 0;        ///< written; kSampledOctets, or the whole frame without its FCS if that is shorter
  std::size_t frame_octets = 0;  ///< of the whole frame on the wire, FCS included
};

/// Octets of the IP and transport headers of the flow's packets (without options): a packet cannot be shorter.
[[nodiscard]] std::uint32_t header_octets(const SimulatedFlow& flow);

/// Writes the header. The packet's IP length is bytes / packets of the flow, at least its headers and at most 65,535;
/// the payload is zeros. The IPv4 header checksum is right; those of TCP and UDP are 0, for the payload that they cover
/// is cut.
SampledHeader write_sampled_header(const SimulatedFlow& flow, ByteWriter& out);

}  // namespace weir::simulate
