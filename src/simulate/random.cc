#include "simulate/random.h"

#include <cmath>
#include <numeric>

namespace weir::simulate {

double Random::pareto(double alpha) {
  return std::pow(1.0 - unit(), -1.0 / alpha);
}

double smooth_noise(std::uint64_t key, double x) {
  const double floor = std::floor(x);
  const auto step = static_cast<std::uint64_t>(static_cast<std::int64_t>(floor));
  const auto at = [key](std::uint64_t i) { return static_cast<double>(mix(key, i) >> 11U) * 0x1.0p-52 - 1.0; };
  const double t = x - floor;
  const double ease = t * t * (3 - 2 * t);
  return at(step) * (1 - ease) + at(step + 1) * ease;
}

WeightedChoice::WeightedChoice(std::span<const double> weights) : slots_(weights.size()) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double count = static_cast<double>(weights.size());
  std::vector<double> share(weights.size());
  std::vector<std::uint32_t> poor;
  std::vector<std::uint32_t> rich;
  for (std::uint32_t i = 0; i < weights.size(); ++i) {
    share[i] = weights[i] * count / total;
    slots_[i].other = i;
    (share[i] < 1 ? poor : rich).push_back(i);
  }
  while (!poor.empty() && !rich.empty()) {
    const std::uint32_t low = poor.back();
    const std::uint32_t high = rich.back();
    poor.pop_back();
    slots_[low] = {share[low], high};
    share[high] -= 1 - share[low];
    if (share[high] < 1) {
      rich.pop_back();
      poor.push_back(high);
    }
  }
}

std::vector<double> zipf_weights(std::size_t count, double exponent) {
  std::vector<double> weights(count);
  for (std::size_t i = 0; i < count; ++i) weights[i] = std::pow(static_cast<double>(i + 1), -exponent);
  return weights;
}

}  // namespace weir::simulate
