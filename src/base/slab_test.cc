#include "base/slab.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace weir {
namespace {

TEST(Epochs, WhatIsRetiredStaysUntilThePinIsGone) {
  Epochs epochs;
  Epochs::Reader reader(epochs);
  int freed = 0;
  {
    const Epochs::Pin pin(reader);
    epochs.retire([&] { ++freed; });
    epochs.collect();
    const Epochs::Pin again(reader);
    epochs.collect();
    EXPECT_EQ(freed, 0);
  }
  epochs.collect();
  EXPECT_EQ(freed, 1);
}

TEST(Epochs, APinMadeLaterHoldsNothingUp) {
  Epochs epochs;
  Epochs::Reader early(epochs);
  Epochs::Reader late(epochs);
  int freed = 0;
  epochs.retire([&] { ++freed; });
  epochs.collect();
  EXPECT_EQ(freed, 1);
  epochs.retire([&] { ++freed; });
  (void)epochs.advance();
  const Epochs::Pin pin(late);
  epochs.collect();
  EXPECT_EQ(freed, 2);
}

TEST(Epochs, TheEndFreesAll) {
  int freed = 0;
  {
    Epochs epochs;
    epochs.retire([&] { ++freed; });
  }
  EXPECT_EQ(freed, 1);
}

TEST(Slab, BlocksDoNotOverlapAndKeepWhatTheyHold) {
  Epochs epochs;
  Slab slab(epochs, std::size_t{1} << 30U);
  std::mt19937 random(5);
  std::map<Slab::Block, std::size_t> held;
  const auto check = [&] {
    std::size_t end = 0;
    for (const auto& [block, octets] : held) {
      ASSERT_GE(block * Slab::kUnit, end);
      end = block * Slab::kUnit + octets;
      if (octets % 64 == 0) {
        ASSERT_EQ(block * Slab::kUnit % 64, 0U);
      }
      for (const std::uint8_t* at = slab.at<std::uint8_t>(block); at != slab.at<std::uint8_t>(block) + octets; ++at) {
        ASSERT_EQ(*at, static_cast<std::uint8_t>(block));
      }
    }
  };
  for (int i = 0; i < 20'000; ++i) {
    if (held.size() > 500 || (!held.empty() && random() % 3 == 0)) {
      auto at = held.lower_bound(static_cast<Slab::Block>(random() % (held.rbegin()->first + 1)));
      if (i % 2 == 0) {
        slab.free(at->first, at->second);
      } else {
        slab.retire(at->first, at->second);
      }
      held.erase(at);
    } else {
      const std::size_t octets = 1 + (random() % 50 == 0 ? random() % 200'000 : random() % 900);
      const Slab::Block block = slab.allocate(octets);
      ASSERT_NE(block, 0U);
      ASSERT_TRUE(held.emplace(block, octets).second);
      std::fill_n(slab.at<std::uint8_t>(block), octets, static_cast<std::uint8_t>(block));
    }
    if (i % 1000 == 0) check();
  }
  check();
}

TEST(Slab, MemoryOfOneSizeServesAnother) {
  Epochs epochs;
  Slab slab(epochs, std::size_t{1} << 30U);
  std::size_t first = 0;
  for (std::size_t octets = 16; octets <= 4096; octets += 16) {
    std::vector<Slab::Block> blocks;
    for (std::size_t held = 0; held < 8 << 20; held += octets) blocks.push_back(slab.allocate(octets));
    for (const Slab::Block block : blocks) slab.free(block, octets);
    if (first == 0) first = slab.memory();
  }
  EXPECT_LT(slab.memory(), first * 5 / 4);
}

TEST(Slab, ARetiredBlockIsNotGivenOutWhileSomebodyMayLook) {
  Epochs epochs;
  Slab slab(epochs, std::size_t{1} << 28U);
  Epochs::Reader reader(epochs);
  std::vector<Slab::Block> blocks;
  {
    const Epochs::Pin pin(reader);
    const Slab::Block block = slab.allocate(64);
    slab.retire(block, 64);
    for (int i = 0; i < 5000; ++i) {
      blocks.push_back(slab.allocate(64));
      ASSERT_NE(blocks.back(), block);
      slab.collect();
    }
    blocks.front() = block;
  }
  slab.collect();
  EXPECT_EQ(slab.allocate(64), blocks.front());
}

TEST(ReservedArray, GrowsWithoutMoving) {
  ReservedArray<int> numbers(1 << 20);
  const int* first = &numbers.emplace_back();
  for (int i = 1; i < 1 << 20; ++i) numbers.emplace_back() = i;
  EXPECT_EQ(first, &numbers[0]);
  EXPECT_TRUE(numbers.full());
  EXPECT_EQ(numbers[(1 << 20) - 1], (1 << 20) - 1);
  EXPECT_THROW(numbers.emplace_back(), std::bad_alloc);
}

}  // namespace
}  // namespace weir
