// A capture file of any octets, from its format through link layers and reassembly to UDP payloads.
#include "receive/capture_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  auto reader = receive::CaptureReader::of_memory(std::as_bytes(std::span(data, size)));
  if (!reader) return 0;
  unsigned sum = 0;
  while (const auto datagram = reader->next()) {
    for (const std::byte octet : datagram->payload) sum += std::to_integer<unsigned>(octet);
  }
  return reader->stats().datagrams == 0 && sum != 0 ? __builtin_trap(), 1 : 0;
}
