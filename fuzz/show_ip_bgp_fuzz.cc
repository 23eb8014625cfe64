// The text of `show ip bgp` of any octets, in whole and in chunks: both give the same routes, and what is read can be printed
// and read again.
#include <cstdlib>
#include <string>

#include "bgp/wire/show_ip_bgp.h"

namespace {

weir::bgp::ShowCounts read(std::string_view text, std::size_t chunk, std::string& routes) {
  using namespace weir::bgp;
  ShowIpBgpReader reader([&](ShownRoute& route) {
    const std::string path = to_string(route.attributes.as_path);
    if (const auto again = parse_as_path(path); !again || *again != route.attributes.as_path) std::abort();
    routes += to_string(route.nlri.prefix) + to_string(route.next_hop) + path + communities_text(route.attributes);
  });
  while (!text.empty()) {
    reader.take(text.substr(0, chunk));
    text.remove_prefix(std::min(chunk, text.size()));
  }
  reader.finish();
  if (reader.complaints().size() > ShowIpBgpReader::kMostComplaints) std::abort();
  return reader.counts();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = weir::as_text(std::as_bytes(std::span(data, size)));
  std::string whole, chunks;
  const auto counts = read(text, size + 1, whole);
  if (read(text, 5, chunks).not_understood != counts.not_understood || whole != chunks) std::abort();
  (void)weir::bgp::looks_like_show_ip_bgp(text);
  return 0;
}
