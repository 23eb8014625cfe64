// A hash for keys that peers choose: seeded for each table, so that nobody can make them collide on purpose.
#pragma once

#include <cstdint>
#include <random>
#include <span>

#include "base/ip_address.h"

namespace weir::bgp {

class SeededHash {
 public:
  SeededHash() : seed_(std::uint64_t{std::random_device{}()} << 32U | std::random_device{}()) {}

  [[nodiscard]] std::uint64_t operator()(std::span<const std::uint32_t> words) const {
    std::uint64_t h = seed_ ^ words.size();
    std::size_t i = 0;
    for (; i + 1 < words.size(); i += 2) h = mix(h ^ (std::uint64_t{words[i]} << 32U | words[i + 1]));
    if (i < words.size()) h = mix(h ^ words[i]);
    return mix(h ^ seed_ >> 1U);
  }
  [[nodiscard]] std::uint64_t operator()(IpAddress address) const { return mix(mix(seed_ ^ address.hi) ^ address.lo); }

 private:
  /// The halves of a 128-bit product, folded: every bit of the input reaches every bit of the output.
  [[nodiscard]] std::uint64_t mix(std::uint64_t value) const {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(value ^ 0xa076'1d64'78bd'642fU) * (seed_ | 1U);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
  }
  std::uint64_t seed_;
};

}  // namespace weir::bgp
