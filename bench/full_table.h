// A made-up table as large as the Internet's and of its shape: prefixes by length as in 2025, crowded into allocations.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "base/ip_address.h"

namespace weir::bench {

struct LengthShare {
  unsigned length;
  double share;
};
inline constexpr std::array<LengthShare, 16> kLengths4 = {{{24, 0.612},
                                                           {23, 0.098},
                                                           {22, 0.106},
                                                           {21, 0.050},
                                                           {20, 0.044},
                                                           {19, 0.026},
                                                           {18, 0.015},
                                                           {17, 0.009},
                                                           {16, 0.014},
                                                           {15, 0.002},
                                                           {14, 0.001},
                                                           {13, 0.0006},
                                                           {12, 0.0003},
                                                           {11, 0.0001},
                                                           {10, 0.00005},
                                                           {25, 0.0019}}};
inline constexpr std::array<LengthShare, 14> kLengths6 = {{{48, 0.48},
                                                           {32, 0.115},
                                                           {44, 0.09},
                                                           {40, 0.08},
                                                           {36, 0.05},
                                                           {33, 0.035},
                                                           {46, 0.03},
                                                           {47, 0.03},
                                                           {29, 0.025},
                                                           {34, 0.02},
                                                           {42, 0.015},
                                                           {45, 0.015},
                                                           {38, 0.01},
                                                           {64, 0.005}}};

class TableMaker {
 public:
  explicit TableMaker(std::uint64_t seed) : random_(seed) {}

  /// Different prefixes in a random order.
  std::vector<Prefix> prefixes(std::size_t count4, std::size_t count6) {
    std::vector<Prefix> out = some(count4, [this] { return one4(); });
    const std::vector<Prefix> six = some(count6, [this] { return one6(); });
    out.insert(out.end(), six.begin(), six.end());
    std::ranges::shuffle(out, random_);
    return out;
  }
  /// Addresses within prefixes drawn at random: each has a route.
  std::vector<IpAddress> addresses(const std::vector<Prefix>& prefixes, std::size_t count) {
    std::vector<IpAddress> out;
    for (std::size_t i = 0; i < count; ++i) {
      const Prefix& prefix = prefixes[random_() % prefixes.size()];
      const IpAddress last = prefix.last();
      const IpAddress host{last.hi ^ prefix.address.hi, last.lo ^ prefix.address.lo};
      out.push_back({prefix.address.hi | (random_() & host.hi), prefix.address.lo | (random_() & host.lo)});
    }
    return out;
  }
  std::mt19937_64& random() { return random_; }

 private:
  template <typename Make>
  static std::vector<Prefix> some(std::size_t count, Make make) {
    std::vector<Prefix> out;
    while (out.size() < count) {
      while (out.size() < count + count / 50) out.push_back(make());
      std::ranges::sort(out);
      const auto rest = std::ranges::unique(out);
      out.erase(rest.begin(), rest.end());
      if (out.size() > count) out.resize(count);
    }
    return out;
  }
  template <std::size_t N>
  unsigned length(const std::array<LengthShare, N>& shares) {
    double at = std::uniform_real_distribution<>(0, 1)(random_);
    for (const LengthShare& share : shares) {
      if (at < share.share) return share.length;
      at -= share.share;
    }
    return shares.front().length;
  }
  /// Small numbers more often: some allocations are cut into many prefixes, most into few.
  std::uint64_t skewed(std::uint64_t end) {
    const double at = std::uniform_real_distribution<>(0, 1)(random_);
    return static_cast<std::uint64_t>(at * at * static_cast<double>(end));
  }
  static std::uint64_t scatter(std::uint64_t i) { return i * 0x9e37'79b9'7f4a'7c15U; }

  Prefix one4() {
    const auto block = static_cast<std::uint32_t>(scatter(skewed(50'000)) % (223U << 8U)) + (1U << 8U);
    return Prefix::of(IpAddress::v4(block << 16U | (static_cast<std::uint32_t>(random_()) & 0xffffU)),
                      length(kLengths4));
  }
  Prefix one6() {
    static constexpr std::array<std::uint64_t, 7> kRegistries = {0x2001, 0x2400, 0x2600, 0x2800,
                                                                 0x2a00, 0x2a02, 0x2c0f};
    const std::uint64_t block = scatter(skewed(40'000));
    const std::uint64_t top = kRegistries[block % kRegistries.size()] << 48U | (block >> 20U & 0x0003'ffffU) << 32U;
    // Most networks number their sites from the bottom.
    return Prefix::of({top | (random_() % 4 == 0 ? random_() & 0xffff'ffffU : (random_() & 0xfffU) << 16U), 0},
                      length(kLengths6));
  }

  std::mt19937_64 random_;
};

}  // namespace weir::bench
