// One sFlow datagram of any octets: decoded with and without inner addresses, and printed, so that every value is
// touched.
#include "decode/sflow5.h"
#include "flow/value_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  flow::StringPool strings(64, 65'536);
  flow::ExporterState exporter(IpAddress::v4(1));
  decode::Sflow5Decoder decoder;
  static decode::Decoded out;  // its memory is used again
  out.flows.clear();
  out.counters.clear();
  const flow::Datagram datagram{std::as_bytes(std::span(data, size)), {}, 1'700'000'000'000};
  for (const bool inner : {false, true}) {
    decode::DecodeOptions options;
    options.inner_addresses = inner;
    decoder.decode(datagram, decode::Context{options, strings, exporter}, out);
  }
  std::string text;
  for (std::size_t row = 0; row < out.flows.size(); ++row) flow::append_json(text, out.flows, row, strings);
  return 0;
}
