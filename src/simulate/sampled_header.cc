#include "simulate/sampled_header.h"

#include <algorithm>

namespace weir::simulate {
namespace {

constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint8_t kIcmpV6 = 58;
constexpr std::uint32_t kV4Octets = 20;
constexpr std::uint32_t kV6Octets = 40;
constexpr std::uint32_t kV6FragmentOctets = 8;  // RFC 8200 section 4.5
constexpr std::uint32_t kFragmentOffset = 185;  // in units of 8 octets: behind a full Ethernet frame
constexpr std::uint8_t kV6Fragment = 44;

// A locally administered address for the port behind an interface.
void write_mac(std::uint32_t interface, ByteWriter& out) {
  out.u16(0x0200);
  out.u32(0x5e00'0000U | interface);
}

void write_ethernet(const SimulatedFlow& flow, ByteWriter& out) {
  write_mac(flow.out_if, out);
  write_mac(flow.in_if, out);
  if (flow.src_vlan != 0) {
    out.u16(0x8100);
    out.u16(flow.src_vlan);
  }
  out.u16(flow.src_addr.is_v4() ? 0x0800 : 0x86dd);
}

std::uint32_t transport_octets(std::uint8_t proto) {
  switch (proto) {
    case kTcp:
      return 20;
    case kUdp:
    case kIcmp:
    case kIcmpV6:
      return 8;
    default:
      return 0;
  }
}

// RFC 791: the one's complement of the one's complement sum of the header's words.
std::uint16_t header_checksum(Bytes header) {
  ByteReader reader(header);
  std::uint32_t sum = 0;
  while (!reader.empty()) sum += reader.u16();
  while (sum > 0xffff) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

void write_ipv4(const SimulatedFlow& flow, std::size_t length, ByteWriter& out) {
  const std::size_t start = out.size();
  out.u8(0x45);
  out.u8(flow.tos);
  out.u16(length);
  out.u16(flow.src_port);  // identification: any
  out.u16(flow.fragment ? kFragmentOffset : 0x4000U);  // else: don't fragment
  out.u8(flow.ttl);
  out.u8(flow.proto);
  out.u16(0);
  out.u32(flow.src_addr.v4_bits());
  out.u32(flow.dst_addr.v4_bits());
  out.patch_u16(start + 10, header_checksum(out.view().subspan(start)));
}

void write_ipv6(const SimulatedFlow& flow, std::size_t length, ByteWriter& out) {
  out.u32(0x6000'0000U | static_cast<std::uint32_t>(flow.tos) << 20U);
  out.u16(length - kV6Octets);
  out.u8(flow.fragment ? kV6Fragment : flow.proto);
  out.u8(flow.ttl);
  out.u64(flow.src_addr.hi);
  out.u64(flow.src_addr.lo);
  out.u64(flow.dst_addr.hi);
  out.u64(flow.dst_addr.lo);
  if (!flow.fragment) return;
  out.u8(flow.proto);
  out.u8(0);
  out.u16(kFragmentOffset << 3U);
  out.u32(flow.src_addr.lo & 0xffff'ffff);  // identification: any
}

void write_transport(const SimulatedFlow& flow, std::size_t payload, ByteWriter& out) {
  if (flow.fragment) return;
  if (flow.proto == kTcp) {
    out.u16(flow.src_port);
    out.u16(flow.dst_port);
    out.u32(0x1000'0000U | flow.src_port);  // sequence number
    out.u32(0x2000'0000U | flow.dst_port);  // acknowledgement
    out.u8(5U << 4U);
    out.u8(flow.tcp_flags);
    out.u16(0xffff);
    out.u32(0);
  } else if (flow.proto == kUdp) {
    out.u16(flow.src_port);
    out.u16(flow.dst_port);
    out.u16(payload + 8);
    out.u16(0);
  } else if (flow.proto == kIcmp || flow.proto == kIcmpV6) {
    out.u8(flow.icmp_type);
    out.u8(flow.icmp_code);
    out.zeros(6);
  }
}

}  // namespace

std::uint32_t header_octets(const SimulatedFlow& flow) {
  if (flow.fragment) return flow.src_addr.is_v4() ? kV4Octets : kV6Octets + kV6FragmentOctets;
  return (flow.src_addr.is_v4() ? kV4Octets : kV6Octets) + transport_octets(flow.proto);
}

SampledHeader write_sampled_header(const SimulatedFlow& flow, ByteWriter& out) {
  const std::size_t start = out.size();
  const bool is_v4 = flow.src_addr.is_v4();
  const std::size_t headers = header_octets(flow);
  const std::size_t length =
      std::clamp<std::size_t>(flow.bytes / std::max<std::uint64_t>(flow.packets, 1), headers, 65535);
  write_ethernet(flow, out);
  const std::size_t link_octets = out.size() - start;
  if (is_v4) {
    write_ipv4(flow, length, out);
  } else {
    write_ipv6(flow, length, out);
  }
  write_transport(flow, length - headers, out);
  const std::size_t frame = std::max<std::size_t>(link_octets + length, 60);  // Ethernet pads to 60 octets and FCS
  const std::size_t octets = std::min(frame, kSampledOctets);
  out.zeros(octets - (out.size() - start));
  return {octets, frame + kFcsOctets};
}

}  // namespace weir::simulate
