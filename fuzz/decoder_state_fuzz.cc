// Saved templates of any octets: as they are, and wrapped so that lengths and checksums are right. What was loaded must
// be saved so that it loads again, and must not harm decoding.
#include <cstdlib>

#include "datagrams.h"

namespace {

using namespace weir;

/// Entries of the input (kind, two octets of length, content) as a file whose frame is whole.
std::vector<std::byte> framed(Bytes input) {
  ByteWriter out;
  out.text("WDEC");
  out.u16(1);
  const auto entry = [&](std::uint8_t kind, Bytes content) {
    const std::size_t start = out.size();
    out.u8(kind);
    out.u32(content.size());
    out.bytes(content);
    std::uint64_t sum = 0xcbf2'9ce4'8422'2325;
    for (const std::byte octet : out.view().subspan(start))
      sum = (sum ^ std::to_integer<std::uint64_t>(octet)) * 0x100'0000'01b3;
    out.u64(sum);
  };
  ByteReader reader(input);
  std::uint32_t entries = 0;
  while (reader.remaining() > 3) {
    const std::uint8_t kind = reader.u8();
    const std::size_t length = reader.u16();
    entry(kind, reader.bytes(std::min(length, reader.remaining())));
    ++entries;
  }
  ByteWriter count;
  count.u32(entries);
  entry(255, count.view());
  return out.take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = std::as_bytes(std::span(data, size));
  flow::StringPool strings(4096, 1U << 20U);
  flow::ExporterTable exporters;
  decode::Decoder decoder(fuzz::narrow(), strings, exporters);
  (void)decoder.load(input);
  (void)decoder.load(framed(input));
  const std::vector<std::byte> saved = decoder.save();
  decode::Decoder again(fuzz::narrow(), strings, exporters);
  if (!again.load(saved)) std::abort();
  if (again.save().size() != saved.size()) std::abort();
  fuzz::send_all(again, strings, input, 10);
  return 0;
}
