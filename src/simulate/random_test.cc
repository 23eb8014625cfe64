#include "simulate/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace weir::simulate {
namespace {

TEST(Random, IsTheSameForTheSameSeedAndDiffersForOthers) {
  Random a(1);
  Random b(1);
  Random c(2);
  EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(a.next(), c.next());
  // The first number of seed 1, written down once: other machines and compilers must give it too.
  EXPECT_EQ(Random(1).next(), 13'757'245'211'066'428'519U);
}

TEST(Random, StaysWithinItsBounds) {
  Random random(3);
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_LT(random.below(7), 7U);
    const std::uint32_t between = random.between(5, 6);
    EXPECT_TRUE(between == 5 || between == 6);
    const double unit = random.unit();
    EXPECT_TRUE(unit >= 0 && unit < 1);
    EXPECT_GE(random.pareto(1.2), 1.0);
  }
  EXPECT_EQ(random.below(0), 0U);
}

TEST(WeightedChoice, DrawsInProportionAndNeverWhatHasNoWeight) {
  const std::array<double, 4> weights = {5, 0, 1, 4};
  const WeightedChoice choice(weights);
  Random random(4);
  std::array<int, 4> counts{};
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) ++counts.at(choice.draw(random));
  EXPECT_NEAR(counts[0], kDraws * 0.5, kDraws * 0.01);
  EXPECT_EQ(counts[1], 0);
  EXPECT_NEAR(counts[2], kDraws * 0.1, kDraws * 0.01);
  EXPECT_NEAR(counts[3], kDraws * 0.4, kDraws * 0.01);
}

TEST(WeightedChoice, OneWeightIsAlwaysDrawn) {
  const std::array<double, 1> weights = {0.001};
  Random random(5);
  EXPECT_EQ(WeightedChoice(weights).draw(random), 0U);
}

TEST(SmoothNoise, IsBoundedAndHasNoJumps) {
  double last = smooth_noise(6, -3);
  double least = last;
  double most = last;
  for (double x = -3; x < 300; x += 0.01) {
    const double value = smooth_noise(6, x);
    EXPECT_LE(std::abs(value - last), 0.05) << x;
    last = value;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  EXPECT_GE(least, -1);
  EXPECT_LE(most, 1);
  EXPECT_GT(most - least, 1.5);
}

TEST(ZipfWeights, FallWithTheRank) {
  const std::vector<double> weights = zipf_weights(10, 1.0);
  ASSERT_EQ(weights.size(), 10U);
  EXPECT_DOUBLE_EQ(weights[0], 1);
  EXPECT_DOUBLE_EQ(weights[4], 0.2);
}

}  // namespace
}  // namespace weir::simulate
