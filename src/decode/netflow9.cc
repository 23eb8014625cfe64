#include "decode/netflow9.h"

namespace weir::decode {

using flow::Counter;
using flow::ExportProtocol;

void decode_netflow9(const flow::Datagram& datagram, const Workshop& workshop, flow::FlowBatch& out) {
  ByteReader reader(datagram.payload);
  reader.skip(4);  // version, count
  MessageTimes times{.received_ms = datagram.received_ms};
  times.uptime_ms = reader.u32();
  times.export_ms = UnixMillis{reader.u32()} * kSecondMs;
  const std::uint32_t sequence = reader.u32();
  const std::uint32_t source_id = reader.u32();
  if (reader.failed()) return workshop.domains.exporter_of(datagram.session.source).add(Counter::bad_header);

  Domain& domain = workshop.domains.of({datagram.session, ExportProtocol::netflow9, source_id}, datagram.received_ms);
  domain.exporter->saw(ExportProtocol::netflow9, datagram.received_ms);
  domain.sequence.uptime(times.uptime_ms);
  count_sequence(domain.sequence.saw(sequence), *domain.exporter);
  domain.sequence.advance(1);
  SetDecoder(workshop, domain, times, out).decode(reader);
}

}  // namespace weir::decode
