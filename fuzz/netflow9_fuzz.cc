// NetFlow v9 datagrams of any octets, by decoders with the default options and with narrow ones.
#include "datagrams.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const Bytes input = std::as_bytes(std::span(data, size));
  flow::StringPool strings(4096, 1U << 20U);
  flow::ExporterTable exporters;
  decode::DecodeOptions narrow = fuzz::narrow();
  narrow.inner_addresses = narrow.split_connections = true;
  narrow.exporter_from_message = {Prefix::of(IpAddress::v4(0), 0)};
  for (const decode::DecodeOptions& options : {decode::DecodeOptions{}, narrow}) {
    decode::Decoder decoder(options, strings, exporters);
    fuzz::send_all(decoder, strings, input, 9);
  }
  return 0;
}
