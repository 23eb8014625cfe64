// NLRI of Flow Specifications: never crashes; what is read can be written and is then read as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bgp/wire/flowspec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::bgp;
  if (size == 0) return 0;
  const auto octets = std::as_bytes(std::span(data + 1, size - 1));
  const Afi afi = data[0] % 2 == 0 ? Afi::ipv4 : Afi::ipv6;
  const auto rule = decode_flowspec(octets, afi);
  if (!rule) return rule.error().message.empty() ? (std::abort(), 0) : 0;
  (void)to_string(*rule);
  const auto written = encode_flowspec(*rule);
  if (!written) std::abort();
  const auto again = decode_flowspec(*written, afi);
  if (!again || *again != *rule) std::abort();
  return 0;
}
