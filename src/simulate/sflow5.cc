#include "simulate/sflow5.h"

#include <algorithm>

#include "simulate/sampled_header.h"

namespace weir::simulate {
namespace {

constexpr std::size_t kSampleCountOffset = 24;  // in a datagram with an IPv4 agent address
constexpr std::uint32_t kFlowSample = 1;
constexpr std::uint32_t kCounterSample = 2;
constexpr std::uint32_t kRawHeader = 1;
constexpr std::uint32_t kExtendedSwitch = 1001;
constexpr std::uint32_t kExtendedRouter = 1002;
constexpr std::uint32_t kExtendedGateway = 1003;
constexpr std::uint32_t kGenericInterface = 1;
constexpr std::uint32_t kEthernetCsmacd = 6;  // IANAifType

// Writes a type and, at the end of its scope, the length of all that was written since.
class LengthWriter {
 public:
  LengthWriter(std::uint32_t type, ByteWriter& out) : out_(out) {
    out_.u32(type);
    out_.u32(0);
    start_ = out_.size();
  }
  ~LengthWriter() { out_.patch_u32(start_ - 4, out_.size() - start_); }
  LengthWriter(const LengthWriter&) = delete;
  LengthWriter& operator=(const LengthWriter&) = delete;

 private:
  ByteWriter& out_;
  std::size_t start_;
};

// address: type 1 or 2, then 4 or 16 octets.
void write_address(IpAddress address, ByteWriter& out) {
  if (address.is_v4() || address.is_unspecified()) {
    out.u32(1);
    out.u32(address.v4_bits());
  } else {
    out.u32(2);
    out.u64(address.hi);
    out.u64(address.lo);
  }
}

void write_raw_header(const SimulatedFlow& flow, ByteWriter& out) {
  const LengthWriter record(kRawHeader, out);
  out.u32(1);  // Ethernet
  const std::size_t lengths = out.size();
  out.u32(0);
  out.u32(kFcsOctets);
  out.u32(0);
  const std::size_t start = out.size();
  const SampledHeader header = write_sampled_header(flow, out);
  out.patch_u32(lengths, header.frame_octets);
  out.patch_u32(lengths + 8, header.octets);
  out.pad(4, start);
}

void write_switch(const SimulatedFlow& flow, ByteWriter& out) {
  const LengthWriter record(kExtendedSwitch, out);
  out.u32(flow.src_vlan);
  out.u32(0);
  out.u32(flow.dst_vlan);
  out.u32(0);
}

void write_router(const SimulatedFlow& flow, ByteWriter& out) {
  const LengthWriter record(kExtendedRouter, out);
  write_address(flow.next_hop, out);
  out.u32(flow.src_mask);
  out.u32(flow.dst_mask);
}

}  // namespace

void Sflow5Encoder::begin(UnixMillis now, ByteWriter& out) {
  out.clear();
  out.u32(5);
  write_address(exporter_.address, out);
  out.u32(exporter_.observation_domain);
  out.u32(sequence_++);
  out.u32(uptime_at(now, exporter_.boot_ms));
  out.u32(0);  // the count of samples, patched when they are written
}

std::size_t Sflow5Encoder::encode(std::span<const SimulatedFlow> flows, UnixMillis now, ByteWriter& out) {
  // Header, four records with their own headers, an AS path of the longest kind in the tables, padding.
  constexpr std::size_t kMostSampleOctets = 40 + 24 + kSampledOctets + 24 + 36 + 100;
  begin(now, out);
  std::size_t taken = 0;
  while (taken < flows.size() && (taken == 0 || out.size() + kMostSampleOctets <= kMostPayload)) {
    write_flow_sample(flows[taken], out);
    ++taken;
  }
  out.patch_u32(kSampleCountOffset, taken);
  return taken;
}

void Sflow5Encoder::write_flow_sample(const SimulatedFlow& flow, ByteWriter& out) {
  Source& source = sources_[flow.in_if];
  source.pool += exporter_.sampling_rate;
  const LengthWriter sample(kFlowSample, out);
  out.u32(++source.flow_samples);
  out.u32(flow.in_if);  // source ID: type 0, an ifIndex
  out.u32(exporter_.sampling_rate);
  out.u32(source.pool);
  out.u32(0);  // drops
  out.u32(flow.in_if);
  out.u32(flow.out_if);
  out.u32(4);  // records
  write_raw_header(flow, out);
  write_switch(flow, out);
  write_router(flow, out);
  write_gateway(flow, out);
}

void Sflow5Encoder::write_gateway(const SimulatedFlow& flow, ByteWriter& out) const {
  const LengthWriter record(kExtendedGateway, out);
  write_address(flow.bgp_next_hop, out);
  out.u32(exporter_.local_as);
  out.u32(flow.src_as);
  out.u32(flow.src_peer_as);
  if (flow.as_path.empty()) {
    out.u32(0);
  } else {
    out.u32(1);  // one segment
    out.u32(2);  // AS_SEQUENCE
    out.u32(flow.as_path.size());
    for (const std::uint32_t as : flow.as_path) out.u32(as);
  }
  out.u32(0);    // communities
  out.u32(100);  // local preference
}

void Sflow5Encoder::send_counters(std::span<const flow::InterfaceCounters> readings, UnixMillis now, const Emit& emit) {
  constexpr std::size_t kSampleOctets = 8 + 12 + 8 + 88;
  ByteWriter out;
  while (!readings.empty()) {
    begin(now, out);
    const std::size_t count = std::min(readings.size(), (kMostPayload - out.size()) / kSampleOctets);
    for (const flow::InterfaceCounters& reading : readings.first(count)) write_counter_sample(reading, out);
    out.patch_u32(kSampleCountOffset, count);
    emit(out.view(), 0);
    readings = readings.subspan(count);
  }
}

void Sflow5Encoder::write_counter_sample(const flow::InterfaceCounters& reading, ByteWriter& out) {
  const LengthWriter sample(kCounterSample, out);
  out.u32(++sources_[reading.if_index].counter_samples);
  out.u32(reading.if_index);  // source ID
  out.u32(1);                 // records
  const LengthWriter record(kGenericInterface, out);
  out.u32(reading.if_index);
  out.u32(kEthernetCsmacd);
  out.u64(reading.speed_bps);
  out.u32(1);  // full duplex
  out.u32((reading.admin_up ? 1U : 0U) | (reading.oper_up ? 2U : 0U));
  out.u64(reading.in_octets);
  out.u32(reading.in_packets);
  out.u32(0);  // multicast
  out.u32(0);  // broadcast
  out.u32(reading.in_discards);
  out.u32(reading.in_errors);
  out.u32(0);  // unknown protocols
  out.u64(reading.out_octets);
  out.u32(reading.out_packets);
  out.u32(0);
  out.u32(0);
  out.u32(reading.out_discards);
  out.u32(reading.out_errors);
  out.u32(0);  // promiscuous
}

}  // namespace weir::simulate
