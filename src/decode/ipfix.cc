#include "decode/ipfix.h"

#include <algorithm>

namespace weir::decode {

using flow::Counter;
using flow::ExportProtocol;

namespace {
constexpr std::size_t kHeader = 16;
}

void decode_ipfix(const flow::Datagram& datagram, const Workshop& workshop, flow::FlowBatch& out) {
  ByteReader reader(datagram.payload);
  reader.skip(2);  // version
  const std::size_t length = reader.u16();
  const UnixMillis export_ms = UnixMillis{reader.u32()} * kSecondMs;
  const std::uint32_t sequence = reader.u32();
  const std::uint32_t observation_domain = reader.u32();
  if (reader.failed()) return workshop.domains.exporter_of(datagram.session.source).add(Counter::bad_header);
  if (length < kHeader) return workshop.domains.exporter_of(datagram.session.source).add(Counter::bad_length);

  Domain& domain =
      workshop.domains.of({datagram.session, ExportProtocol::ipfix, observation_domain}, datagram.received_ms);
  domain.exporter->saw(ExportProtocol::ipfix, datagram.received_ms);
  if (length != datagram.payload.size()) domain.exporter->add(Counter::bad_length);
  count_sequence(domain.sequence.saw(sequence), *domain.exporter);

  const MessageTimes times{.received_ms = datagram.received_ms, .export_ms = export_ms};
  SetDecoder sets(workshop, domain, times, out);
  sets.decode(reader.sub(std::min(length - kHeader, reader.remaining())));
  if (const auto records = sets.records(); records && length <= datagram.payload.size()) {
    domain.sequence.advance(*records);
  } else {
    domain.sequence.lose_count();
  }
}

}  // namespace weir::decode
