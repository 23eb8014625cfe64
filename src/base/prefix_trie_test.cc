#include "base/prefix_trie.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>
#include <vector>

namespace weir {
namespace {

/// Whole random words, to be cut as needed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t word() { return engine_(); }
  std::uint32_t half() { return static_cast<std::uint32_t>(engine_()); }
  unsigned below(unsigned end) { return static_cast<unsigned>(engine_() % end); }

 private:
  std::mt19937_64 engine_;
};

Prefix net(std::string_view text) {
  return parse_prefix(text).value();
}
IpAddress ip(std::string_view text) {
  return parse_ip(text).value();
}

/// What the trie must equal.
class Naive {
 public:
  std::uint32_t insert(const Prefix& prefix, std::uint32_t value) {
    const auto [at, fresh] = all_.try_emplace(prefix, value);
    return fresh ? PrefixTrie::kNone : std::exchange(at->second, value);
  }
  std::uint32_t erase(const Prefix& prefix) {
    const auto at = all_.find(prefix);
    if (at == all_.end()) return PrefixTrie::kNone;
    const std::uint32_t value = at->second;
    all_.erase(at);
    return value;
  }
  [[nodiscard]] std::uint32_t exact(const Prefix& prefix) const {
    const auto at = all_.find(prefix);
    return at == all_.end() ? PrefixTrie::kNone : at->second;
  }
  [[nodiscard]] PrefixTrie::Match longest(IpAddress address, unsigned most) const {
    for (unsigned length = std::min(most, address.is_v4() ? 32U : 128U) + 1; length-- > 0;) {
      const auto value = exact(Prefix::of(address, length));
      if (value != PrefixTrie::kNone) return {value, static_cast<std::uint8_t>(length)};
    }
    return {};
  }
  [[nodiscard]] const auto& all() const { return all_; }

 private:
  std::map<Prefix, std::uint32_t> all_;
};

TEST(PrefixTrie, FindsTheLongestOfNestedPrefixes) {
  Epochs epochs;
  PrefixTrie trie(epochs);
  EXPECT_EQ(trie.insert(net("0.0.0.0/0"), 1), PrefixTrie::kNone);
  EXPECT_EQ(trie.insert(net("10.0.0.0/8"), 2), PrefixTrie::kNone);
  EXPECT_EQ(trie.insert(net("10.1.0.0/17"), 3), PrefixTrie::kNone);
  EXPECT_EQ(trie.insert(net("10.1.2.0/24"), 4), PrefixTrie::kNone);
  EXPECT_EQ(trie.insert(net("10.1.2.3/32"), 5), PrefixTrie::kNone);
  EXPECT_EQ(trie.longest(ip("10.1.2.3")), (PrefixTrie::Match{5, 32}));
  EXPECT_EQ(trie.longest(ip("10.1.2.4")), (PrefixTrie::Match{4, 24}));
  EXPECT_EQ(trie.longest(ip("10.1.3.4")), (PrefixTrie::Match{3, 17}));
  EXPECT_EQ(trie.longest(ip("10.1.128.4")), (PrefixTrie::Match{2, 8}));
  EXPECT_EQ(trie.longest(ip("11.1.1.1")), (PrefixTrie::Match{1, 0}));
  EXPECT_EQ(trie.longest(ip("10.1.2.3"), 31), (PrefixTrie::Match{4, 24}));
  EXPECT_EQ(trie.longest(ip("10.1.2.3"), 16), (PrefixTrie::Match{2, 8}));
  EXPECT_EQ(trie.longest(ip("2001:db8::1")), PrefixTrie::Match{});
  EXPECT_EQ(trie.size(), 5U);
}

TEST(PrefixTrie, FamiliesDoNotMix) {
  Epochs epochs;
  PrefixTrie trie(epochs);
  trie.insert(net("::/0"), 1);
  EXPECT_EQ(trie.longest(ip("192.0.2.1")), PrefixTrie::Match{});
  EXPECT_EQ(trie.longest(ip("2001:db8::1")), (PrefixTrie::Match{1, 0}));
  trie.insert(net("2001:db8::1/128"), 2);
  EXPECT_EQ(trie.longest(ip("2001:db8::1")), (PrefixTrie::Match{2, 128}));
  EXPECT_EQ(trie.longest(ip("2001:db8::1"), 127), (PrefixTrie::Match{1, 0}));
  EXPECT_EQ(trie.longest(ip("2001:db8::2")), (PrefixTrie::Match{1, 0}));
}

TEST(PrefixTrie, InsertAndEraseTellTheValueBefore) {
  Epochs epochs;
  PrefixTrie trie(epochs);
  for (const char* text : {"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/9", "10.2.3.4/31", "10.0.0.0/16", "2001:db8::/33"}) {
    EXPECT_EQ(trie.insert(net(text), 7), PrefixTrie::kNone) << text;
    EXPECT_EQ(trie.insert(net(text), PrefixTrie::kMostValue), 7U) << text;
    EXPECT_EQ(trie.exact(net(text)), PrefixTrie::kMostValue) << text;
  }
  for (const char* text : {"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/9", "10.2.3.4/31", "10.0.0.0/16", "2001:db8::/33"}) {
    EXPECT_EQ(trie.erase(net(text)), PrefixTrie::kMostValue) << text;
    EXPECT_EQ(trie.erase(net(text)), PrefixTrie::kNone) << text;
  }
  EXPECT_EQ(trie.size(), 0U);
}

TEST(PrefixTrie, GivesBackAllOfASharedSlab) {
  Epochs epochs;
  Slab slab(epochs, std::size_t{1} << 28U);
  {
    PrefixTrie trie(slab);
    Random random(1);
    for (int i = 0; i < 20'000; ++i) trie.insert(Prefix::of(IpAddress::v4(random.half()), random.below(33)), 1);
    for (int i = 0; i < 20'000; ++i) trie.insert(Prefix::of({random.word(), random.word()}, random.below(129)), 1);
  }
  slab.collect();
  EXPECT_LT(slab.memory() - slab.unused(), std::size_t{128} << 10U);  // the page of block 0, and what counts pages
}

TEST(PrefixTrie, EndsWhereTheVisitorSaysSo) {
  Epochs epochs;
  PrefixTrie trie(epochs);
  for (const char* text : {"10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "11.0.0.0/8", "2001:db8::/32"}) {
    trie.insert(net(text), 1);
  }
  std::vector<std::string> seen;
  EXPECT_FALSE(trie.for_each([&](const Prefix& prefix, std::uint32_t) {
    seen.push_back(to_string(prefix));
    return seen.size() < 2;
  }));
  EXPECT_EQ(seen, (std::vector<std::string>{"10.0.0.0/8", "10.1.0.0/16"}));
  seen.clear();
  EXPECT_TRUE(trie.for_each_in(net("10.1.0.0/16"), [&](const Prefix& prefix, std::uint32_t) {
    seen.push_back(to_string(prefix));
    return true;
  }));
  EXPECT_EQ(seen, (std::vector<std::string>{"10.1.0.0/16", "10.1.2.0/24"}));
}

/// Prefixes that lie close together, so that nodes split, fill and shrink.
Prefix crowded(Random& random) {
  const bool v4 = random.below(2) == 0;
  if (v4) return Prefix::of(IpAddress::v4(random.half() & 0x0303'070fU), random.below(33));
  const std::uint64_t hi = random.word() & 0x0100'0003'0000'0107U;
  return Prefix::of({hi, random.word() & 0x8000'0000'0000'0303U}, random.below(129));
}

// With 5,000 prefixes elsewhere there is the table of first bits too.
TEST(PrefixTrie, EqualsANaiveMapAfterRandomChanges) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Random random(seed);
    Epochs epochs;
    PrefixTrie trie(epochs);
    Naive naive;
    for (std::uint32_t i = 0; seed % 2 == 0 && i < 5000; ++i) {
      const Prefix elsewhere = Prefix::of(IpAddress::v4(0x2000'0000U + i * 4096), 20);
      trie.insert(elsewhere, i);
      naive.insert(elsewhere, i);
    }
    for (int round = 0; round < 30; ++round) {
      const unsigned erasing = round % 3 == 2 ? 80 : 30;  // of a hundred
      for (int i = 0; i < 500; ++i) {
        const Prefix prefix = crowded(random);
        if (random.below(100) < erasing) {
          ASSERT_EQ(trie.erase(prefix), naive.erase(prefix)) << to_string(prefix);
        } else {
          const auto value = static_cast<std::uint32_t>(random.word() & PrefixTrie::kMostValue);
          ASSERT_EQ(trie.insert(prefix, value), naive.insert(prefix, value)) << to_string(prefix);
        }
      }
      ASSERT_EQ(trie.size(), naive.all().size());
      std::vector<IpAddress> addresses;
      for (int i = 0; i < 300; ++i) {
        const Prefix near = crowded(random);
        addresses.push_back(near.address);
        const unsigned most = random.below(129);
        ASSERT_EQ(trie.longest(near.address, most), naive.longest(near.address, most)) << to_string(near);
        ASSERT_EQ(trie.exact(near), naive.exact(near)) << to_string(near);
      }
      std::vector<PrefixTrie::Match> matches(addresses.size());
      trie.longest(addresses, matches);
      for (std::size_t i = 0; i < addresses.size(); ++i) {
        ASSERT_EQ(matches[i], naive.longest(addresses[i], 128)) << to_string(addresses[i]);
      }
    }
    std::vector<std::pair<Prefix, std::uint32_t>> walked;
    trie.for_each([&](const Prefix& prefix, std::uint32_t value) {
      walked.emplace_back(prefix, value);
      return true;
    });
    std::vector<std::pair<Prefix, std::uint32_t>> expected;
    for (const bool v4 : {true, false}) {
      for (const auto& entry : naive.all()) {
        if (entry.first.address.is_v4() == v4) expected.push_back(entry);
      }
    }
    ASSERT_EQ(walked, expected);
    const Prefix within = Prefix::of(IpAddress::v4(0x0100'0000), 12);
    std::erase_if(expected, [&](const auto& entry) {
      return entry.first.length < within.length || !within.contains(entry.first.address);
    });
    walked.clear();
    trie.for_each_in(within, [&](const Prefix& prefix, std::uint32_t value) {
      walked.emplace_back(prefix, value);
      return true;
    });
    ASSERT_EQ(walked, expected);
  }
}

// The prefixes are their own values, so a reader can tell a wrong answer: 10.0.0.0/8 is always there, the others come
// and go.
TEST(PrefixTrie, ReadersSeeWholeAnswersWhileTheWriterGoesOn) {
  Epochs epochs;
  PrefixTrie trie(epochs);
  const auto value_of = [](const Prefix& prefix) {
    return (prefix.address.v4_bits() >> 3U & 0x3ff'fffU) | prefix.length << 24U;
  };
  trie.insert(net("10.0.0.0/8"), value_of(net("10.0.0.0/8")));
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> longer{0};
  std::atomic<std::uint64_t> wrong{0};
  const auto read = [&](std::uint64_t seed) {
    Epochs::Reader reader(epochs);
    Random random(seed);
    std::vector<IpAddress> addresses(64);
    std::vector<PrefixTrie::Match> matches(64);
    while (!done.load()) {
      for (auto& address : addresses) address = IpAddress::v4(0x0a00'0000U | (random.half() & 0x3'07ffU));
      const Epochs::Pin pin(reader);
      trie.longest(addresses, matches);
      for (std::size_t i = 0; i < addresses.size(); ++i) {
        if (matches[i].value != value_of(Prefix::of(addresses[i], matches[i].length))) ++wrong;
        if (matches[i].length > 8) ++longer;
        if (trie.longest(addresses[i]).value == PrefixTrie::kNone) ++wrong;
      }
    }
  };
  std::vector<std::thread> readers;
  for (std::uint64_t i = 0; i < 3; ++i) readers.emplace_back(read, i);
  Random random(99);
  for (int i = 0; i < 60'000 || longer.load() < 1000; ++i) {
    const Prefix prefix = Prefix::of(IpAddress::v4(0x0a00'0000U | (random.half() & 0x3'07ffU)), 9 + random.below(24));
    if (random.below(2) == 0) {
      trie.insert(prefix, value_of(prefix));
    } else {
      trie.erase(prefix);
    }
  }
  done = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(wrong.load(), 0U);
}

}  // namespace
}  // namespace weir
