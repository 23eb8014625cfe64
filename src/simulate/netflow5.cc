#include "simulate/netflow5.h"

#include <algorithm>

namespace weir::simulate {
namespace {

constexpr std::uint32_t kRandomSampling = 2;  // the upper two bits of the sampling field

std::uint32_t v4_or_zero(IpAddress address) {
  return address.is_v4() ? address.v4_bits() : 0;
}

}  // namespace

std::size_t Netflow5Encoder::encode(std::span<const SimulatedFlow> flows, UnixMillis now, ByteWriter& out) {
  const std::size_t count = std::min(flows.size(), kMostRecords);
  out.clear();
  out.u16(5);
  out.u16(count);
  out.u32(uptime_at(now, boot_ms_));
  out.u32(static_cast<std::uint64_t>(now / kSecondMs));
  out.u32(static_cast<std::uint64_t>(now % kSecondMs) * 1'000'000);
  out.u32(sequence_);
  out.u16(domain_);
  out.u16(sampling_rate_ > 1 ? kRandomSampling << 14U | std::min(sampling_rate_, 0x3fffU) : 0);
  for (const SimulatedFlow& flow : flows.first(count)) write_record(flow, out);
  sequence_ += static_cast<std::uint32_t>(count);
  return count;
}

void Netflow5Encoder::write_record(const SimulatedFlow& flow, ByteWriter& out) const {
  const bool icmp = flow.proto == 1;
  out.u32(flow.src_addr.v4_bits());
  out.u32(flow.dst_addr.v4_bits());
  out.u32(v4_or_zero(flow.next_hop));
  out.u16(flow.in_if);
  out.u16(flow.out_if);
  out.u32(flow.packets);
  out.u32(flow.bytes);
  out.u32(uptime_at(flow.start_ms, boot_ms_));
  out.u32(uptime_at(flow.end_ms, boot_ms_));
  out.u16(flow.src_port);
  // Routers put ICMP type and code where the destination port is.
  out.u16(icmp ? static_cast<std::uint32_t>(flow.icmp_type << 8U | flow.icmp_code) : flow.dst_port);
  out.u8(0);
  out.u8(flow.tcp_flags);
  out.u8(flow.proto);
  out.u8(flow.tos);
  out.u16(two_octet_as(flow.src_as));
  out.u16(two_octet_as(flow.dst_as));
  out.u8(flow.src_mask);
  out.u8(flow.dst_mask);
  out.u16(0);
}

}  // namespace weir::simulate
