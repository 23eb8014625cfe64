#include "decode/sflow5_counters.h"

#include "decode/sflow5_records.h"

namespace weir::decode {
namespace {

constexpr std::uint32_t kInterfaceCounters = 1;

/// A counter that the device does not keep is all ones (sflow_version_5.txt, section 5); it adds nothing.
std::uint64_t counter32(ByteReader& reader) {
  const std::uint32_t value = reader.u32();
  return value == UINT32_MAX ? 0 : value;
}
std::uint64_t counter64(ByteReader& reader) {
  const std::uint64_t value = reader.u64();
  return value == UINT64_MAX ? 0 : value;
}
std::uint64_t packets(ByteReader& reader) {
  const std::uint64_t unicast = counter32(reader);
  const std::uint64_t multicast = counter32(reader);
  return unicast + multicast + counter32(reader);
}

/// if_counters (after RFC 2863). Fails on the reader.
flow::InterfaceCounters read_interface(ByteReader& reader) {
  flow::InterfaceCounters out;
  out.if_index = reader.u32();
  reader.skip(4);  // ifType
  out.speed_bps = counter64(reader);
  reader.skip(4);  // ifDirection
  const std::uint32_t status = reader.u32();
  out.admin_up = (status & 1U) != 0;
  out.oper_up = (status & 2U) != 0;
  out.in_octets = counter64(reader);
  out.in_packets = packets(reader);
  out.in_discards = counter32(reader);
  out.in_errors = counter32(reader);
  reader.skip(4);  // ifInUnknownProtos
  out.out_octets = counter64(reader);
  out.out_packets = packets(reader);
  out.out_discards = counter32(reader);
  out.out_errors = counter32(reader);
  reader.skip(4);  // ifPromiscuousMode
  return out;
}

}  // namespace

void decode_sflow5_counter_sample(ByteReader sample, bool expanded, const flow::Datagram& datagram,
                                  const Context& context, std::vector<flow::InterfaceCounters>& out) {
  sample.skip(expanded ? 12 : 8);  // sequence number, data source
  const std::uint32_t count = sample.u32();
  if (sample.failed()) return context.exporter.add(flow::Counter::bad_sample);
  context.exporter.add(flow::Counter::counter_samples);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto piece = read_sflow5_piece(sample);
    if (!piece) return context.exporter.add(flow::Counter::bad_sample);
    if (piece->tag.value != kInterfaceCounters) continue;
    flow::InterfaceCounters reading = read_interface(piece->body);
    if (piece->body.failed()) {
      context.exporter.add(flow::Counter::bad_sample);
      continue;
    }
    reading.time_ms = datagram.received_ms;
    reading.exporter = datagram.session.source;
    out.push_back(reading);
  }
}

}  // namespace weir::decode
