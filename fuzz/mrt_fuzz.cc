// An MRT file of any octets, in whole and in chunks: both give the same counts, and nothing is read past the end.
#include <cstdlib>

#include "bgp/wire/mrt.h"

namespace {

weir::bgp::MrtCounts read(weir::Bytes file, std::size_t chunk, std::uint64_t& handled) {
  using namespace weir::bgp;
  MrtReader reader({.route = [&](MrtRoute& route) { handled += 1 + communities_text(route.attributes).size() % 2; },
                    .update = [&](MrtUpdate& update) { handled += 1 + to_string(update.update.attributes.as_path).size() % 2; },
                    .state_change = [&](const MrtStateChange&) { ++handled; }});
  while (!file.empty()) {
    const std::size_t size = std::min(chunk, file.size());
    if (!reader.take(file.first(size))) break;
    file = file.subspan(size);
  }
  (void)reader.finish();
  if (reader.complaints().size() > MrtReader::kMostComplaints) std::abort();
  return reader.counts();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const weir::Bytes file = std::as_bytes(std::span(data, size));
  std::uint64_t whole_handled = 0, chunks_handled = 0;
  const auto whole = read(file, size + 1, whole_handled);
  const auto chunks = read(file, 7, chunks_handled);
  if (whole.records != chunks.records || whole.malformed != chunks.malformed || whole_handled != chunks_handled) std::abort();
  (void)weir::bgp::looks_like_mrt(file);
  return 0;
}
