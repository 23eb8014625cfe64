// Readers while the table changes: no lock, no waiting, and never an answer that was true at no time.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "bgp/test_rib.h"

namespace weir::bgp {
namespace {

/// Each set says of which prefix it is: its origin AS is made of the address and the length.
As origin_of(const Prefix& prefix) {
  return (prefix.address.v4_bits() >> 7U & 0x1'ffffU) << 6U | prefix.length;
}

std::vector<Announcement> prefixes24(std::uint32_t count) {
  std::vector<Announcement> out;
  for (std::uint32_t i = 0; i < count; ++i) {
    out.push_back({{.prefix = Prefix::of(IpAddress::v4(0x1400'0000 + i * 256), 24), .rd = {}}, ip("192.0.2.1")});
  }
  return out;
}

TEST(RibThreads, ReadersSeeWholeRoutesWhileTwoSourcesWrite) {
  RibFixture t({.hold_ms = 0, .history_ms = 1000, .most_past_routes = 1000});
  const SourceId source = t.source("a");
  const ViewId always = t.view(source, "192.0.2.10", "192.0.2.20");
  t.announce(always, "10.0.0.0/8", path({1, origin_of(net("10.0.0.0/8"))}));
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> longer{0};
  std::atomic<std::uint64_t> wrong{0};

  const auto read = [&](std::uint32_t seed) {
    RibReader reader(t.rib);
    std::mt19937 random(seed);
    std::vector<Ask> asks(100);
    std::vector<Found> found(100);
    while (!done.load()) {
      for (Ask& ask : asks) {
        ask = {.address = IpAddress::v4(0x0a00'0000U | (static_cast<std::uint32_t>(random()) & 0x1f80U)),
               .next_hop = {}};
        if (random() % 4 == 0) ask.time_ms = kStart + static_cast<UnixMillis>(random() % 200'000);
        if (random() % 4 == 0) ask.next_hop = ip("192.0.2.2");
        if (random() % 4 == 0) ask.exporter = reader.exporter(ip("192.0.2.11"));
      }
      const RibReader::Pin pin(reader);
      reader.find(asks, found);
      for (std::size_t i = 0; i < asks.size(); ++i) {
        const Found& one = found[i];
        if (one.attributes == nullptr ||
            one.attributes->origin_as() != origin_of(Prefix::of(asks[i].address, one.length)) ||
            one.attributes->attributes().as_path.segments.front().as.size() != 2) {
          ++wrong;
          continue;
        }
        if (one.length > 8) ++longer;
        one.attributes->note(0) = 1;
      }
    }
  };
  const auto write = [&](std::uint32_t seed, std::string_view router) {
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
    UnixMillis now = kStart;
    ViewId view = t.rib.open_view(RibFixture::info(source, router, "192.0.2.20"), now);
    for (int i = 0; i < 15'000 || longer.load() < 500; ++i) {
      now += below(20);
      Announcement route{
          {.prefix = Prefix::of(IpAddress::v4(0x0a00'0000U | below(64) << 7U), 16 + below(10)), .rd = {}},
          IpAddress::v4(0xc000'0200 + below(3))};
      if (below(3) != 0) {
        PathAttributes attributes = path({1 + below(9), origin_of(route.nlri.prefix)});
        attributes.med = below(3);
        t.rib.announce(view, attributes, {&route, 1}, now);
      } else {
        t.rib.withdraw(view, {&route.nlri, 1}, now);
      }
      if (i % 64 == 0) t.rib.upkeep(now);
      if (i % 200 == 0) t.rib.end_of_rib(view, kV4, now);
      if (i % 500 == 0) t.rib.close_view(view, now, below(2) == 0);
      if (i % 500 == 0) view = t.rib.open_view(RibFixture::info(source, router, "192.0.2.20"), now);
      if (i % 1000 == 0) t.source("a", 100, {ip(router)});
      if (i % 1000 == 0) (void)t.rib.candidates(route.nlri.prefix.address, kGlobalTable, true);
    }
  };
  std::vector<std::thread> readers;
  for (std::uint32_t i = 0; i < 2; ++i) readers.emplace_back(read, i);
  std::thread other(write, 7, "192.0.2.12");
  write(8, "192.0.2.11");
  other.join();
  done = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(wrong.load(), 0U);
}

TEST(RibThreads, ALostPeersRoutesGoInPiecesWhileLookupsGoOn) {
  constexpr std::uint32_t kRoutes = 100'000;
  RibFixture t({.hold_ms = 1000});
  const SourceId source = t.source("a");
  const ViewId lost = t.view(source, "192.0.2.10", "192.0.2.20");
  const ViewId stays = t.view(source, "192.0.2.10", "192.0.2.21");
  const auto routes = prefixes24(kRoutes);
  t.rib.announce(lost, path({1}), routes, kStart);
  t.rib.announce(stays, path({2, 2}), std::span(routes).first(kRoutes / 2), kStart);
  t.rib.upkeep(kStart);
  ASSERT_EQ(t.rib.status().prefixes4, kRoutes);
  EXPECT_EQ(t.found("20.0.0.1"), "24 1");

  t.rib.close_view(lost, kStart);
  t.upkeep(kStart + 500);
  EXPECT_EQ(t.found("20.0.0.1"), "24 2 2") << "what is stale is behind what is not";
  std::uint64_t left = t.rib.status().prefixes4;
  EXPECT_EQ(left, kRoutes);
  int pieces = 0;
  for (bool more = true; more; ++pieces) {
    more = t.rib.upkeep(kStart + 1000);
    const std::uint64_t now = t.rib.status().prefixes4;
    EXPECT_LE(left - now, 5000U) << "one piece is small";
    left = now;
    EXPECT_EQ(t.found("20.0.0.1"), "24 2 2");
    EXPECT_EQ(t.found("21.0.0.1"), "") << "gone at once for who looks";
    EXPECT_EQ(t.found("21.0.0.1", kStart), "24 1") << "but not for flows of before";
  }
  EXPECT_GT(pieces, 20);
  EXPECT_EQ(left, kRoutes / 2);
  EXPECT_EQ(t.rib.status().routes, kRoutes / 2);
  EXPECT_EQ(t.rib.status().past_routes, kRoutes);
}

TEST(RibThreads, MemoryOfALostPeerServesTheNext) {
  RibFixture t({.hold_ms = 0, .most_past_routes = 0});
  const SourceId source = t.source("a");
  const auto routes = prefixes24(20'000);
  std::uint64_t first = 0;
  for (int round = 0; round < 20; ++round) {
    const ViewId view = t.view(source, "192.0.2.10", "192.0.2.20", kStart + round);
    for (std::size_t i = 0; i < routes.size(); i += 10) {
      t.rib.announce(view, path({static_cast<As>(round), static_cast<As>(i)}), std::span(routes).subspan(i, 10),
                     kStart);
    }
    t.rib.close_view(view, kStart + round);
    t.upkeep(kStart + round);
    ASSERT_EQ(t.rib.status().routes, 0U);
    ASSERT_EQ(t.rib.status().attribute_sets, 0U);
    if (round == 2) first = t.rib.status().memory_octets;
  }
  EXPECT_LT(t.rib.status().memory_octets, first * 11 / 10);
}

}  // namespace
}  // namespace weir::bgp
