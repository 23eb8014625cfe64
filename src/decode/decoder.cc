#include "decode/decoder.h"

#include <algorithm>
#include <span>

#include "decode/context.h"
#include "decode/ipfix.h"
#include "decode/netflow5.h"
#include "decode/netflow9.h"
#include "decode/saved_state.h"
#include "decode/set_decoder.h"
#include "decode/sflow5.h"

namespace weir::decode {

using flow::Counter;
using flow::ExportProtocol;

class Decoder::Impl {
 public:
  Impl(const DecodeOptions& options, flow::StringPool& strings, flow::ExporterTable& exporters)
      : options_(options),
        strings_(strings),
        domains_(options_, exporters),
        texts_(strings),
        sflow5_(options.most_sessions) {}

  void decode(const flow::Datagram& datagram, Decoded& out) {
    flow::ExporterState& exporter = domains_.exporter_of(datagram.session.source);
    exporter.add(Counter::datagrams);
    exporter.add(Counter::octets, datagram.payload.size());
    tally_ = {};
    dispatch(datagram, exporter, out);
    tally_.add_to(exporter);
  }

  void age(UnixMillis now) {
    domains_.age(now);
    sflow5_.age(now);
  }

  [[nodiscard]] bool changed() const { return domains_.changed(); }

  std::vector<std::byte> save() {
    domains_.set_changed(false);
    return save_state(domains_, strings_);
  }

  Result<void> load(Bytes saved) { return load_state(saved, workshop_, strings_); }

 private:
  /// By the version word: 16 bits, but for sFlow, which has 32.
  void dispatch(const flow::Datagram& datagram, flow::ExporterState& exporter, Decoded& out) {
    ByteReader reader(datagram.payload);
    const std::uint16_t version = reader.u16();
    if (reader.failed()) return exporter.add(Counter::bad_header);
    switch (version) {
      case 5:
        return netflow5_.decode(datagram, ExportProtocol::netflow5, workshop_, out.flows);
      case 7:
        return netflow5_.decode(datagram, ExportProtocol::netflow7, workshop_, out.flows);
      case 9:
        return decode_netflow9(datagram, workshop_, out.flows);
      case 10:
        return decode_ipfix(datagram, workshop_, out.flows);
      case 0:
        if (reader.u16() == 5) return decode_sflow5(datagram, exporter, out);
        [[fallthrough]];
      default:
        return exporter.add(Counter::bad_version);
    }
  }

  void decode_sflow5(const flow::Datagram& datagram, flow::ExporterState& exporter, Decoded& out) {
    const std::size_t first = out.flows.size();
    sflow5_.decode(datagram, {options_, strings_, exporter}, out);
    if (out.flows.size() == first || !trusts_exporter_address(options_, datagram.session.source)) return;
    const IpAddress agent = sflow5_agent(datagram.payload);
    if (agent.is_unspecified()) return;
    std::ranges::fill(out.flows.values<flow::Column::exporter>().subspan(first), agent);
  }

  /// The agent's address in the header; :: when it has none.
  static IpAddress sflow5_agent(Bytes payload) {
    ByteReader reader(payload);
    reader.skip(4);
    switch (reader.u32()) {
      case 1:
        return IpAddress::v4(reader.u32());
      case 2:
        return IpAddress::v6(reader);
      default:
        return {};
    }
  }

  const DecodeOptions options_;
  flow::StringPool& strings_;
  DomainTable domains_;
  TextCache texts_;
  Tally tally_;
  const FixedFormats netflow5_;
  Sflow5Decoder sflow5_;
  const Workshop workshop_{options_, domains_, texts_, tally_};
};

Decoder::Decoder(const DecodeOptions& options, flow::StringPool& strings, flow::ExporterTable& exporters)
    : impl_(std::make_unique<Impl>(options, strings, exporters)) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

void Decoder::decode(const flow::Datagram& datagram, Decoded& out) {
  impl_->decode(datagram, out);
}
void Decoder::age(UnixMillis now) {
  impl_->age(now);
}
bool Decoder::changed() const {
  return impl_->changed();
}
std::vector<std::byte> Decoder::save() {
  return impl_->save();
}
Result<void> Decoder::load(Bytes saved) {
  return impl_->load(saved);
}

}  // namespace weir::decode
