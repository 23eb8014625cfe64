// An input as the datagrams of one exporter: each two octets of length, then its octets; the rest of the input is the
// last one. So a fuzzer can send a Template first and data later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "decode/decoder.h"
#include "flow/value_text.h"

namespace weir::fuzz {

/// Sends the datagrams to `decoder`, the version word of each set to `version` (0: as it is), and prints every row, so
/// that every value is touched. The decoder ages in between.
inline void send_all(decode::Decoder& decoder, flow::StringPool& strings, Bytes input, std::uint16_t version) {
  static decode::Decoded out;  // its memory is used again
  ByteReader reader(input);
  UnixMillis now = 1'700'000'000'000;
  while (!reader.empty()) {
    const std::size_t length = reader.u16();
    ByteWriter datagram;
    datagram.bytes(reader.bytes(std::min(length, reader.remaining())));
    if (version != 0 && datagram.size() >= 2) datagram.patch_u16(0, version);
    decoder.decode({datagram.view(), {IpAddress::v4(1), 1, 2055}, now}, out);
    now += 20'000;
    decoder.age(now);
    std::string text;
    for (std::size_t row = 0; row < out.flows.size(); ++row) flow::append_json(text, out.flows, row, strings);
    out.flows.clear();
    out.counters.clear();
  }
}

/// Options under which every bound is near.
inline decode::DecodeOptions narrow() {
  decode::DecodeOptions options;
  options.most_sessions = 4;
  options.most_templates_per_exporter = 16;
  options.most_names = 64;
  options.most_names_per_domain = 32;
  options.parked_octets = 16'384;
  options.template_octets = 65'536;
  return options;
}

}  // namespace weir::fuzz
