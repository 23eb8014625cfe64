// Chance that is repeatable: the same seed gives the same numbers on every machine and with every compiler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weir::simulate {

/// One well-mixed number out of two (SplitMix64's finisher). For seeds and for values that depend on a place, not on an
/// order.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b = 0) {
  std::uint64_t z = a + 0x9e37'79b9'7f4a'7c15 * (b + 1);
  z = (z ^ (z >> 30U)) * 0xbf58'476d'1ce4'e5b9;
  z = (z ^ (z >> 27U)) * 0x94d0'49bb'1331'11eb;
  return z ^ (z >> 31U);
}

/// A stream of numbers from a seed (SplitMix64). Not for secrets.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() { return mix(state_ += 0x9e37'79b9'7f4a'7c15); }
  /// 0 .. bound-1; 0 for a bound of 0.
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>((next() >> 32U) * bound >> 32U); }
  /// low .. high, both included.
  std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1); }
  /// 0 <= x < 1.
  double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
  bool chance(double probability) { return unit() < probability; }
  /// Heavy-tailed, at least 1: most are near 1, a few are very large. The smaller `alpha` (above 1), the heavier the
  /// tail.
  double pareto(double alpha);

 private:
  std::uint64_t state_;
};

/// A smooth wandering value between -1 and 1 at the place `x`, from `key`; it turns about once for each whole step of
/// x.
[[nodiscard]] double smooth_noise(std::uint64_t key, double x);

/// Draws an index with a probability in proportion to its weight, in constant time (Walker's alias method).
class WeightedChoice {
 public:
  /// At least one weight, none negative, not all zero.
  explicit WeightedChoice(std::span<const double> weights);
  [[nodiscard]] std::size_t draw(Random& random) const {
    const auto slot = random.below(static_cast<std::uint32_t>(slots_.size()));
    return random.unit() < slots_[slot].keep ? slot : slots_[slot].other;
  }
  [[nodiscard]] std::size_t size() const { return slots_.size(); }

 private:
  struct Slot {
    double keep = 1;
    std::uint32_t other = 0;
  };
  std::vector<Slot> slots_;
};

/// `count` weights of which the n-th is n^-exponent: few that are popular, many that are not.
[[nodiscard]] std::vector<double> zipf_weights(std::size_t count, double exponent);

}  // namespace weir::simulate
