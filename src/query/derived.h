// What derived columns are made of, for everything that has to resolve them.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "flow/columns.h"

namespace weir::query {

/// The stored columns a column is made of: itself when it is stored. The span lives as long as the program.
[[nodiscard]] std::span<const flow::Column> stored_columns(flow::Column column);

/// Of src_prefix and dst_prefix: the address and the mask.
struct PrefixParts {
  flow::Column address;
  flow::Column mask;
};
[[nodiscard]] constexpr PrefixParts prefix_parts(flow::Column prefix) {
  using flow::Column;
  return prefix == Column::src_prefix ? PrefixParts{Column::src_addr, Column::src_mask}
                                      : PrefixParts{Column::dst_addr, Column::dst_mask};
}

/// The rates as nfdump has them: whole numbers, rounded down; 0 where the divisor is 0; at most 2^64 - 1.
///
/// counter * scale * sampling_rate / duration_ms: scale 8000 gives bits a second from bytes, 1000 packets a second.
[[nodiscard]] constexpr double rate(std::uint64_t counter, std::uint64_t scale, std::uint64_t sampling_rate,
                                    std::uint64_t duration_ms) {
  if (duration_ms == 0) return 0;
  const auto whole = static_cast<unsigned __int128>(scale) * counter * sampling_rate / duration_ms;
  constexpr auto kMost = ~std::uint64_t{0};
  return static_cast<double>(whole > kMost ? kMost : static_cast<std::uint64_t>(whole));
}
[[nodiscard]] constexpr double bytes_per_packet(std::uint64_t bytes, std::uint64_t packets) {
  return packets == 0 ? 0 : static_cast<double>(bytes / packets);
}

}  // namespace weir::query
