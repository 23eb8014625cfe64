// The header of a sampled packet: the first octet chooses the link layer (low 4 bits) and whether tunnels are entered.
#include "decode/packet_header.h"
#include "flow/value_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  ByteReader reader(std::as_bytes(std::span(data, size)));
  const unsigned choice = reader.u8();
  static flow::FlowBatch batch;  // its memory is used again
  batch.clear();
  batch.add_rows(1);
  (void)decode::decode_packet_header(reader.rest(), static_cast<decode::HeaderProtocol>(choice & 0xfU),
                                     (choice & 0x10U) != 0, batch, 0);
  std::string text;
  flow::append_json(text, batch, 0, flow::StringPool(2, 64));
  return 0;
}
