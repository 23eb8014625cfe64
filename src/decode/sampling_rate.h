// Sampling as exporters write it -> one packet in N (RFC 5477, RFC 3954 section 8, RFC 7012).
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace weir::decode {

/// Rates are 32 bits; a larger one is garbage and reads as the largest. 0 means unknown.
[[nodiscard]] constexpr std::uint32_t bounded_rate(std::uint64_t rate) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(rate, std::numeric_limits<std::uint32_t>::max()));
}

/// samplingPacketInterval packets are taken, then samplingPacketSpace are left out. Exporters that send no space (0
/// here) mean one packet in `interval`.
[[nodiscard]] constexpr std::uint32_t rate_of_interval(std::uint64_t interval, std::uint64_t space, bool has_space) {
  if (!has_space) return bounded_rate(interval);
  if (interval == 0) return space == 0 ? 0 : bounded_rate(space + 1);
  const std::uint64_t sum = space > std::numeric_limits<std::uint64_t>::max() - interval
                                ? std::numeric_limits<std::uint64_t>::max()
                                : interval + space;
  return bounded_rate((sum + interval / 2) / interval);
}

/// samplingSize packets out of every samplingPopulation.
[[nodiscard]] constexpr std::uint32_t rate_of_size(std::uint64_t size, std::uint64_t population) {
  return size == 0 ? 0 : bounded_rate((population / size) + (population % size >= (size + 1) / 2 ? 1 : 0));
}

/// samplingProbability, as the bits of an IEEE 754 number of `octets` (4 or 8); 0 when it is no probability.
[[nodiscard]] inline std::uint32_t rate_of_probability(std::uint64_t bits, std::size_t octets) {
  if (octets != 4 && octets != 8) return 0;
  const double probability = octets == 8 ? std::bit_cast<double>(bits)
                                         : static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  if (!(probability > 0.0 && probability <= 1.0)) return 0;
  return static_cast<std::uint32_t>(std::min(std::round(1.0 / probability), 4294967295.0));
}

}  // namespace weir::decode
