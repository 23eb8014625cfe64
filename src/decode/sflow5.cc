#include "decode/sflow5.h"

#include <optional>

#include "decode/sflow5_counters.h"
#include "decode/sflow5_flow_sample.h"
#include "decode/sflow5_gateway.h"
#include "decode/sflow5_records.h"
#include "decode/sflow5_sequence.h"

namespace weir::decode {
namespace {

using flow::Counter;

constexpr std::uint32_t kVersion = 5;

/// The datagram's header (sflow_version_5.txt, sample_datagram_v5).
struct Header {
  std::uint32_t version = 0;
  IpAddress agent;
  std::uint32_t sub_agent = 0;
  std::uint32_t sequence = 0;
  std::uint32_t uptime_ms = 0;
  std::uint32_t samples = 0;
};

Header read_header(ByteReader& reader) {
  Header header;
  header.version = reader.u32();
  if (header.version != kVersion) return header;
  header.agent = read_sflow5_address(reader);
  header.sub_agent = reader.u32();
  header.sequence = reader.u32();
  header.uptime_ms = reader.u32();
  header.samples = reader.u32();
  return header;
}

/// A discarded_packet (sflow_drops.txt): looked through, so that damage is counted, and then only counted.
void read_discard_notice(ByteReader notice, flow::ExporterState& exporter) {
  notice.skip(28);  // sequence number, data source, drops, interfaces, reason
  const std::uint32_t records = notice.u32();
  bool whole = notice.ok();
  for (std::uint32_t i = 0; i < records && whole; ++i) whole = read_sflow5_piece(notice).has_value();
  exporter.add(whole ? Counter::discard_notices : Counter::bad_sample);
}

}  // namespace

class Sflow5Decoder::Impl {
 public:
  explicit Impl(std::size_t most_agents) : sequences_(most_agents) {}

  void decode(const flow::Datagram& datagram, const Context& context, Decoded& out) {
    ByteReader reader(datagram.payload);
    const Header header = read_header(reader);
    if (reader.failed()) return context.exporter.add(Counter::bad_header);
    if (header.version != kVersion) return context.exporter.add(Counter::bad_version);
    context.exporter.saw(flow::ExportProtocol::sflow5, datagram.received_ms);
    sequences_.saw({datagram.session.source, header.agent, header.sub_agent},
                   {header.sequence, header.uptime_ms, datagram.received_ms}, context.exporter);
    if (!protocol_name_) protocol_name_ = context.strings.intern(to_string(flow::ExportProtocol::sflow5));

    const Sflow5Message message{datagram, context, header.sub_agent, *protocol_name_};
    std::uint32_t read = 0;
    for (; read < header.samples && !reader.empty(); ++read) {
      const auto sample = read_sflow5_piece(reader);
      if (!sample) return context.exporter.add(Counter::bad_sample);
      decode_sample(*sample, message, out);
    }
    if (read < header.samples || !reader.empty()) context.exporter.add(Counter::bad_count);
  }

  void age(UnixMillis now) { sequences_.forget(now - kAgentIdleMs); }

 private:
  void decode_sample(const Sflow5Piece& sample, const Sflow5Message& message, Decoded& out) {
    const Context& context = message.context;
    switch (sample.tag.value) {
      case 1:
        return decode_sflow5_flow_sample(sample.body, false, message, gateway_, out.flows);
      case 2:
        return decode_sflow5_counter_sample(sample.body, false, message.datagram, context, out.counters);
      case 3:
        return decode_sflow5_flow_sample(sample.body, true, message, gateway_, out.flows);
      case 4:
        return decode_sflow5_counter_sample(sample.body, true, message.datagram, context, out.counters);
      case 5:
        return read_discard_notice(sample.body, context.exporter);
      default:
        return context.exporter.add(Counter::unsupported);
    }
  }

  Sflow5Sequences sequences_;
  Sflow5Gateway gateway_;
  std::optional<flow::StringId> protocol_name_;
};

Sflow5Decoder::Sflow5Decoder(std::size_t most_agents) : impl_(std::make_unique<Impl>(most_agents)) {}
Sflow5Decoder::~Sflow5Decoder() = default;
Sflow5Decoder::Sflow5Decoder(Sflow5Decoder&&) noexcept = default;
Sflow5Decoder& Sflow5Decoder::operator=(Sflow5Decoder&&) noexcept = default;

void Sflow5Decoder::decode(const flow::Datagram& datagram, const Context& context, Decoded& out) {
  impl_->decode(datagram, context, out);
}
void Sflow5Decoder::age(UnixMillis now) {
  impl_->age(now);
}

}  // namespace weir::decode
