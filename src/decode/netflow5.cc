#include "decode/netflow5.h"

#include <span>

namespace weir::decode {
namespace {

using flow::Counter;
using flow::ExportProtocol;

constexpr std::uint16_t kPadding = 210;  // paddingOctets

/// A record's fields as Information Elements and lengths; version 7 has one more at the end.
constexpr FieldSpecifier kCommon[] = {
    {0, 8, 4},         // srcaddr
    {0, 12, 4},        // dstaddr
    {0, 15, 4},        // nexthop
    {0, 10, 2},        // input
    {0, 14, 2},        // output
    {0, 2, 4},         // dPkts
    {0, 1, 4},         // dOctets
    {0, 22, 4},        // First
    {0, 21, 4},        // Last
    {0, 7, 2},         // srcport
    {0, 11, 2},        // dstport
    {0, kPadding, 1},  // pad1; flags in version 7
    {0, 6, 1},         // tcp_flags
    {0, 4, 1},         // prot
    {0, 5, 1},         // tos
    {0, 16, 2},        // src_as
    {0, 17, 2},        // dst_as
    {0, 9, 1},         // src_mask
    {0, 13, 1},        // dst_mask
    {0, kPadding, 2},  // pad2; flags in version 7
};
constexpr FieldSpecifier kRouterShortcut{0, 43, 4};  // router_sc, version 7 only

constexpr std::size_t octets_of(std::span<const FieldSpecifier> fields) {
  std::size_t octets = 0;
  for (const FieldSpecifier& field : fields) octets += field.length;
  return octets;
}
static_assert(octets_of(kCommon) == 48 && octets_of(kCommon) + kRouterShortcut.length == 52, "versions 5 and 7");

constexpr std::uint16_t kSamplingInterval = 0x3fff;  // the two bits above are the sampling mode

FlowPlan compile_format(bool router_shortcut) {
  TemplateRecord record;
  record.id = kFirstDataSet;
  record.fields.assign(std::begin(kCommon), std::end(kCommon));
  if (router_shortcut) record.fields.push_back(kRouterShortcut);
  return compile(record, {.dialect = Dialect::netflow9});
}

struct Header {
  std::size_t count = 0;
  MessageTimes times;
  std::uint32_t sequence = 0;
  std::uint32_t engine = 0;
  std::uint32_t rate = 0;
};

/// Both headers have 24 octets; in version 7 the last four are reserved.
Header read_header(ByteReader& reader, bool netflow5) {
  Header header;
  reader.skip(2);
  header.count = reader.u16();
  header.times.uptime_ms = reader.u32();
  const UnixMillis seconds = reader.u32();
  const UnixMillis nanoseconds = reader.u32();
  header.times.export_ms = seconds * kSecondMs + nanoseconds / 1'000'000;
  header.sequence = reader.u32();
  const std::uint16_t engine = reader.u16();
  const std::uint16_t sampling = reader.u16();
  if (!netflow5) return header;
  header.engine = engine;
  header.rate = sampling & kSamplingInterval;
  return header;
}

}  // namespace

FixedFormats::FixedFormats() : netflow5_(compile_format(false)), netflow7_(compile_format(true)) {}

void FixedFormats::decode(const flow::Datagram& datagram, ExportProtocol protocol, const Workshop& workshop,
                          flow::FlowBatch& out) const {
  const bool netflow5 = protocol == ExportProtocol::netflow5;
  const FlowPlan& plan = netflow5 ? netflow5_ : netflow7_;
  ByteReader reader(datagram.payload);
  Header header = read_header(reader, netflow5);
  if (reader.failed()) return workshop.domains.exporter_of(datagram.session.source).add(Counter::bad_header);
  header.times.received_ms = datagram.received_ms;
  const std::size_t octets = header.count * plan.least_octets;
  if (header.count == 0 || octets > reader.remaining()) {
    return workshop.domains.exporter_of(datagram.session.source).add(Counter::bad_count);
  }

  Domain& domain = workshop.domains.of({datagram.session, protocol, header.engine}, datagram.received_ms);
  domain.exporter->saw(protocol, datagram.received_ms);
  domain.sequence.uptime(header.times.uptime_ms);
  count_sequence(domain.sequence.saw(header.sequence), *domain.exporter);
  domain.sequence.advance(static_cast<std::uint32_t>(header.count));
  if (reader.remaining() != octets) domain.exporter->add(Counter::bad_count);

  const RowContext context{.options = workshop.options,
                           .times = header.times,
                           .texts = workshop.texts,
                           .tally = workshop.tally,
                           .exporter = datagram.session.source,
                           .observation_domain = header.engine,
                           .protocol = workshop.texts.protocol(protocol),
                           .header_rate = header.rate};
  run_plan(plan, reader.bytes(octets), context, out);
}

}  // namespace weir::decode
