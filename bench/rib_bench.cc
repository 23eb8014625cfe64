// The routing table with as many routes as the Internet has: octets for a route, time to load, lookups.
//
// Run it as a whole or by part: --benchmark_filter=one_peer. `many_peers` takes 4 GiB and some minutes.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <fstream>
#include <memory>

#include "bgp/rib.h"
#include "full_table.h"

namespace weir::bgp {
namespace {

constexpr std::size_t kPrefixes4 = 1'000'000;
constexpr std::size_t kPrefixes6 = 200'000;
/// Prefixes that share all attributes, as a peer of the default-free zone tells them.
constexpr std::size_t kPrefixesOfSet = 6;
constexpr UnixMillis kStart = 1'700'000'000'000;

std::size_t resident_octets() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// What one peer says of the `set`-th group of prefixes.
PathAttributes attributes_of(std::uint64_t peer, std::uint64_t set) {
  std::mt19937_64 random(peer << 32U | set);
  std::mt19937_64 origin(set);
  PathAttributes out;
  out.origin = Origin::igp;
  AsSegment segment;
  segment.as.push_back(static_cast<As>(1000 + peer));
  for (std::uint64_t i = 1 + random() % 3; i > 0; --i) segment.as.push_back(static_cast<As>(2000 + random() % 5000));
  segment.as.push_back(static_cast<As>(10'000 + origin() % 75'000));
  for (std::uint64_t i = random() % 10 == 0 ? random() % 4 : 0; i > 0; --i) segment.as.push_back(segment.as.back());
  out.as_path.segments.push_back(std::move(segment));
  for (std::uint64_t i = random() % 15; i > 0; --i) out.communities.push_back(static_cast<std::uint32_t>(random()));
  if (random() % 5 == 0) out.large_communities.push_back({1, static_cast<std::uint32_t>(random()), 3});
  if (random() % 3 == 0) out.med = static_cast<std::uint32_t>(random() % 100);
  return out;
}

struct Full {
  std::vector<Prefix> prefixes;
  std::vector<IpAddress> addresses;
  std::unique_ptr<Rib> rib = std::make_unique<Rib>();
  std::size_t resident_before = 0;
  double seconds = 0;
  std::size_t peers;

  explicit Full(std::size_t count) : peers(count) {
    bench::TableMaker maker(1);
    prefixes = maker.prefixes(kPrefixes4, kPrefixes6);
    addresses = maker.addresses(prefixes, std::size_t{1} << 20U);
    resident_before = resident_octets();
    const auto begin = std::chrono::steady_clock::now();
    const SourceId source = rib->set_source({.name = "bench", .kind = SourceKind::bmp, .exporters = {}});
    for (std::size_t peer = 0; peer < peers; ++peer) load(source, peer);
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  void load(SourceId source, std::size_t peer) {
    ViewInfo info;
    info.key.source = source;
    info.key.router = IpAddress::v4(static_cast<std::uint32_t>(0xc000'0200 + peer / 5));  // five peers a router
    info.key.peer = IpAddress::v4(static_cast<std::uint32_t>(0xc633'6400 + peer));
    info.bgp_id = static_cast<std::uint32_t>(peer);
    const ViewId view = rib->open_view(info, kStart);
    std::vector<Announcement> routes;
    for (std::size_t at = 0; at < prefixes.size(); at += kPrefixesOfSet) {
      routes.clear();
      for (std::size_t i = at; i < std::min(at + kPrefixesOfSet, prefixes.size()); ++i) {
        routes.push_back({{.prefix = prefixes[i], .rd = {}}, info.key.peer});
      }
      rib->announce(view, attributes_of(peer, at), routes, kStart);
      if (at % (kPrefixesOfSet * 64) == 0) rib->upkeep(kStart);
    }
    rib->end_of_rib(view, {Afi::ipv4, Safi::unicast}, kStart);
    rib->end_of_rib(view, {Afi::ipv6, Safi::unicast}, kStart);
    rib->upkeep(kStart);
  }

  /// One of each size; the last asked for is kept.
  static Full& of(std::size_t peers) {
    static std::unique_ptr<Full> full;
    if (!full || full->peers != peers) {
      full.reset();
      full = std::make_unique<Full>(peers);
    }
    return *full;
  }
};

/// Time and memory of loading; the time of the benchmark itself says nothing.
void load(benchmark::State& state) {
  const Full& full = Full::of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(full.rib.get());
  const RibStatus status = full.rib->status();
  const auto routes = static_cast<double>(status.routes);
  constexpr double kMebi = 1 << 20;
  state.counters["routes"] = routes;
  state.counters["load_s"] = full.seconds;
  state.counters["resident_MiB"] = static_cast<double>(resident_octets() - full.resident_before) / kMebi;
  state.counters["counted_MiB"] = static_cast<double>(status.memory_octets) / kMebi;
  state.counters["octets/route"] = static_cast<double>(resident_octets() - full.resident_before) / routes;
  state.counters["sets"] = static_cast<double>(status.attribute_sets);
}

enum class Asked : std::uint8_t { best, own, time };

/// Batches of 1,024 asks, made of a column of addresses as enrichment makes them; of each answer the attributes are
/// read.
void find(benchmark::State& state, Asked asked) {
  Full& full = Full::of(static_cast<std::size_t>(state.range(0)));
  constexpr std::size_t kBatch = 1024;
  RibReader reader(*full.rib);
  std::vector<Ask> asks(kBatch);
  for (Ask& ask : asks) {
    ask.exporter = asked == Asked::own ? reader.exporter(IpAddress::v4(0xc000'0200)) : 0;
    ask.time_ms = asked == Asked::time ? kStart + 60'000 : 0;
  }
  std::vector<Found> found(kBatch);
  std::size_t at = 0;
  std::uint64_t sum = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < kBatch; ++i) asks[i].address = full.addresses[at + i];
    const RibReader::Pin pin(reader);
    reader.find(asks, found);
    for (const Found& one : found) sum += one.attributes->origin_as() + one.attributes->note(0);
    at = (at + kBatch) % full.addresses.size();
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}

/// A peer of a loaded table announces again what has changed, and withdraws: one route at a time.
void change(benchmark::State& state) {
  Full& full = Full::of(static_cast<std::size_t>(state.range(0)));
  std::size_t i = 0;
  UnixMillis now = kStart + kMinuteMs;
  for (auto _ : state) {
    const Announcement route{{.prefix = full.prefixes[i * 7919 % full.prefixes.size()], .rd = {}}, IpAddress::v4(1)};
    full.rib->announce(0, attributes_of(0, i), {&route, 1}, now);
    if (++i % 64 == 0) full.rib->upkeep(++now);
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(load)->Name("one_peer/load")->Arg(1)->Iterations(1);
BENCHMARK_CAPTURE(find, best, Asked::best)->Name("one_peer/find")->Arg(1);
BENCHMARK_CAPTURE(find, time, Asked::time)->Name("one_peer/find_with_time")->Arg(1);
BENCHMARK_CAPTURE(find, own, Asked::own)->Name("one_peer/find_own_view")->Arg(1);
BENCHMARK(change)->Name("one_peer/change")->Arg(1);
BENCHMARK(load)->Name("many_peers/load")->Arg(25)->Iterations(1);
BENCHMARK_CAPTURE(find, best, Asked::best)->Name("many_peers/find")->Arg(25);
BENCHMARK_CAPTURE(find, own, Asked::own)->Name("many_peers/find_own_view")->Arg(25);
BENCHMARK(change)->Name("many_peers/change")->Arg(25);

}  // namespace
}  // namespace weir::bgp
