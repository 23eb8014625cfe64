#include "bgp/rpki/validator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

namespace weir::bgp {
namespace {

Prefix prefix(const char* text) {
  return *parse_prefix(text);
}

Vrp vrp(const char* text, std::uint8_t most_length, std::uint32_t as) {
  return {prefix(text), most_length, as};
}

/// A table with one source, and an eye on it.
struct Loaded {
  explicit Loaded(std::vector<Vrp> vrps) { table.replace(0, std::move(vrps)); }
  Validity of(const char* text, std::uint32_t origin) { return reader.validate(prefix(text), origin); }
  VrpTable table;
  VrpTable::Reader reader{table};
};

TEST(Validate, NothingCoversTheRoute) {
  Loaded rpki({vrp("192.0.2.0/24", 24, 64496)});
  EXPECT_EQ(Validity::not_found, rpki.of("198.51.100.0/24", 64496));
}

TEST(Validate, LongerThanTheRouteIsNotCovering) {
  Loaded rpki({vrp("192.0.2.0/24", 24, 64496)});
  EXPECT_EQ(Validity::not_found, rpki.of("192.0.2.0/23", 64496));
}

TEST(Validate, TheRightAsAndLengthIsValid) {
  Loaded rpki({vrp("192.0.2.0/24", 24, 64496)});
  EXPECT_EQ(Validity::valid, rpki.of("192.0.2.0/24", 64496));
}

TEST(Validate, AnotherAsIsInvalid) {
  Loaded rpki({vrp("192.0.2.0/24", 24, 64496)});
  EXPECT_EQ(Validity::invalid, rpki.of("192.0.2.0/24", 64511));
}

TEST(Validate, MoreSpecificThanTheMostLengthIsInvalid) {
  Loaded rpki({vrp("10.0.0.0/16", 20, 64496)});
  EXPECT_EQ(Validity::valid, rpki.of("10.0.16.0/20", 64496));
  EXPECT_EQ(Validity::invalid, rpki.of("10.0.16.0/21", 64496));
}

TEST(Validate, OneOfSeveralThatMatchesIsEnough) {
  Loaded rpki({vrp("10.0.0.0/16", 16, 64496), vrp("10.0.0.0/16", 24, 64497), vrp("10.0.0.0/8", 24, 64498)});
  EXPECT_EQ(Validity::valid, rpki.of("10.0.1.0/24", 64497));
  EXPECT_EQ(Validity::valid, rpki.of("10.0.1.0/24", 64498));
  EXPECT_EQ(Validity::invalid, rpki.of("10.0.1.0/24", 64496));
}

TEST(Validate, AsZeroAllowsNobody) {
  Loaded rpki({vrp("192.0.2.0/24", 32, 0)});
  EXPECT_EQ(Validity::invalid, rpki.of("192.0.2.0/24", 64496));
  EXPECT_EQ(Validity::invalid, rpki.of("192.0.2.0/24", 0));
}

TEST(Validate, AsZeroDoesNotTakeAwayWhatAnotherAllows) {
  Loaded rpki({vrp("192.0.2.0/24", 24, 0), vrp("192.0.0.0/16", 24, 64496)});
  EXPECT_EQ(Validity::valid, rpki.of("192.0.2.0/24", 64496));
}

TEST(Validate, ARouteWhosePathEndsInASetIsNeverValid) {
  Loaded rpki({vrp("192.0.2.0/24", 24, 64496)});
  EXPECT_EQ(Validity::invalid, rpki.of("192.0.2.0/24", 0));
  EXPECT_EQ(Validity::not_found, rpki.of("198.51.100.0/24", 0));
}

TEST(Validate, TheFamiliesAreApart) {
  Loaded rpki({vrp("::/0", 128, 64496), vrp("0.0.0.0/0", 8, 64497)});
  EXPECT_EQ(Validity::valid, rpki.of("2001:db8::/32", 64496));
  EXPECT_EQ(Validity::invalid, rpki.of("2001:db8::/32", 64497));
  EXPECT_EQ(Validity::valid, rpki.of("10.0.0.0/8", 64497));
  EXPECT_EQ(Validity::invalid, rpki.of("10.0.0.0/8", 64496));
}

TEST(Validate, HostRoutesAndTheEndsOfTheAddressSpace) {
  Loaded rpki({vrp("255.255.255.255/32", 32, 1), vrp("0.0.0.0/32", 32, 2),
               vrp("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 128, 3)});
  EXPECT_EQ(Validity::valid, rpki.of("255.255.255.255/32", 1));
  EXPECT_EQ(Validity::valid, rpki.of("0.0.0.0/32", 2));
  EXPECT_EQ(Validity::valid, rpki.of("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 3));
  EXPECT_EQ(Validity::not_found, rpki.of("255.255.255.254/32", 1));
}

TEST(Validate, AnEmptyTableFindsNothing) {
  const VrpTable table;
  VrpTable::Reader reader(table);
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(Validity::not_found, reader.validate(prefix("192.0.2.0/24"), 1));
  EXPECT_EQ(Validity::not_found, reader.validate(prefix("2001:db8::/32"), 1));
}

TEST(Table, CountsDistinctVrpsOfAllSources) {
  VrpTable table;
  table.replace(0, {vrp("192.0.2.0/24", 24, 1), vrp("192.0.2.0/24", 24, 1), vrp("2001:db8::/32", 48, 1)});
  table.replace(1, {vrp("192.0.2.0/24", 24, 1), vrp("198.51.100.0/24", 24, 2)});
  EXPECT_EQ(3U, table.size());
  EXPECT_EQ(2U, table.size4());
}

TEST(Table, AReaderSeesTheNextSetAtItsNextQuestion) {
  Loaded rpki({vrp("192.0.2.0/24", 24, 64496)});
  EXPECT_EQ(Validity::valid, rpki.of("192.0.2.0/24", 64496));
  rpki.table.replace(0, {vrp("192.0.2.0/24", 24, 64497)});
  EXPECT_EQ(Validity::invalid, rpki.of("192.0.2.0/24", 64496));
}

TEST(Table, ASourceThatGoesTakesOnlyItsOwn) {
  Loaded rpki({vrp("192.0.2.0/24", 24, 64496)});
  rpki.table.replace(1, {vrp("192.0.2.0/24", 24, 64496), vrp("192.0.2.0/24", 24, 64497)});
  rpki.table.replace(1, {});
  EXPECT_EQ(1U, rpki.table.size());
  EXPECT_EQ(Validity::valid, rpki.of("192.0.2.0/24", 64496));
}

TEST(Table, ShowsWhatCoversAPrefixTheLongestFirst) {
  Loaded rpki(
      {vrp("10.0.0.0/8", 24, 1), vrp("10.0.0.0/16", 24, 2), vrp("10.1.0.0/16", 24, 3), vrp("10.0.0.0/16", 16, 4)});
  const std::vector<Vrp> expected{vrp("10.0.0.0/16", 16, 4), vrp("10.0.0.0/16", 24, 2), vrp("10.0.0.0/8", 24, 1)};
  EXPECT_EQ(expected, rpki.reader.covering(prefix("10.0.1.0/24")));
}

/// Says the same by looking at every VRP.
Validity by_hand(const std::vector<Vrp>& vrps, const Prefix& route, std::uint32_t origin) {
  Validity out = Validity::not_found;
  for (const Vrp& v : vrps) {
    if (v.prefix.length > route.length || !v.prefix.contains(route.address)) continue;
    if (v.as != 0 && v.as == origin && route.length <= v.most_length) return Validity::valid;
    out = Validity::invalid;
  }
  return out;
}

Prefix random_prefix(std::mt19937& random) {
  const auto bits = static_cast<std::uint32_t>(random());
  if (random() % 3 == 0) {
    const IpAddress address{std::uint64_t{0x2001'0db8'0000'0000} | (bits & 0xf0f0U), 0};
    return Prefix::of(address, static_cast<unsigned>(random() % 65));
  }
  return Prefix::of(IpAddress::v4(bits & 0x8301'ff80), static_cast<unsigned>(random() % 33));
}

TEST(Validate, SaysTheSameAsLookingAtEveryVrp) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Vrp> vrps;
    for (int i = 0; i < 60; ++i) {
      const Prefix p = random_prefix(random);
      const unsigned room = (p.address.is_v4() ? 32U : 128U) - p.length;
      vrps.push_back({p, static_cast<std::uint8_t>(p.length + random() % (std::min(room, 8U) + 1)),
                      static_cast<std::uint32_t>(random() % 4)});
    }
    VrpTable table;
    table.replace(0, vrps);
    VrpTable::Reader reader(table);
    for (int i = 0; i < 200; ++i) {
      const Prefix route = random_prefix(random);
      const auto origin = static_cast<std::uint32_t>(random() % 4);
      ASSERT_EQ(by_hand(vrps, route, origin), reader.validate(route, origin)) << to_string(route) << " AS" << origin;
    }
  }
}

TEST(Validate, SaysTheSameOfALargeSet) {
  // Large enough for the table of first 16 bits: a prefix of each of them, and around some of them a shorter one.
  std::vector<Vrp> vrps;
  for (std::uint32_t i = 0; i < 65'536; i += 3) {
    vrps.push_back({Prefix::of(IpAddress::v4(i << 16U), 20), 20, 1 + i % 2});
    if (i % 5 == 0) vrps.push_back({Prefix::of(IpAddress::v4(i << 16U), 12), 12, 3});
  }
  VrpTable table;
  table.replace(0, vrps);
  VrpTable::Reader reader(table);
  std::ranges::sort(vrps);
  std::mt19937 random(8);
  for (int i = 0; i < 400; ++i) {
    const Prefix route = Prefix::of(IpAddress::v4(static_cast<std::uint32_t>(random()) & 0xffff'0fff),
                                    static_cast<unsigned>(8 + random() % 17));
    const auto origin = static_cast<std::uint32_t>(random() % 4);
    ASSERT_EQ(by_hand(vrps, route, origin), reader.validate(route, origin)) << to_string(route) << " AS" << origin;
  }
}

TEST(Table, ReadersSeeWholeSetsWhileTheyChange) {
  // In each of the two sets both prefixes have the same AS; a reader that saw half of one would find them different.
  VrpTable table;
  const auto set_of = [](std::uint32_t as) {
    return std::vector<Vrp>{vrp("192.0.2.0/24", 24, as), vrp("192.0.0.0/16", 24, as)};
  };
  table.replace(0, set_of(1));
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (std::uint32_t i = 0; i < 2000; ++i) table.replace(0, set_of(1 + i % 2));
    done = true;
  });
  VrpTable::Reader reader(table);
  while (!done) {
    const auto found = reader.covering(prefix("192.0.2.0/24"));
    ASSERT_EQ(2U, found.size());
    ASSERT_EQ(found[0].as, found[1].as);
  }
  writer.join();
  EXPECT_EQ(2U, table.size());
}

}  // namespace
}  // namespace weir::bgp
