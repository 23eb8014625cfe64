// Origin validation: questions a second, and how long a change of the whole set takes.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "bgp/rpki/validator.h"

namespace weir::bgp {
namespace {

/// As many VRPs as asked for, shaped as the real ones are: three of four IPv4, mostly /16 to /24; IPv6 /32 to /48.
std::vector<Vrp> world(std::size_t count) {
  std::mt19937_64 random(1);
  std::vector<Vrp> out;
  out.reserve(count);
  while (out.size() < count) {
    const std::uint64_t bits = random();
    const auto as = static_cast<std::uint32_t>(random() % 80'000 + 1);
    if (bits % 4 != 0) {
      const auto length = static_cast<unsigned>(16 + bits / 4 % 9);
      const auto address = static_cast<std::uint32_t>(0x0100'0000 + random() % 0xdeff'ffff);
      out.push_back({Prefix::of(IpAddress::v4(address), length), 24, as});
    } else {
      const auto length = static_cast<unsigned>(32 + bits / 4 % 17);
      out.push_back({Prefix::of({0x2000'0000'0000'0000 | (random() >> 3U), 0}, length), 48, as});
    }
  }
  return out;
}

void replace(benchmark::State& state) {
  const std::vector<Vrp> vrps = world(static_cast<std::size_t>(state.range(0)));
  VrpTable table;
  for (auto _ : state) {
    table.replace(0, vrps);
    benchmark::DoNotOptimize(table.size());
  }
}
BENCHMARK(replace)->Arg(700'000)->Unit(benchmark::kMillisecond);

void validate(benchmark::State& state) {
  const std::vector<Vrp> vrps = world(700'000);
  VrpTable table;
  table.replace(0, vrps);
  VrpTable::Reader reader(table);
  std::mt19937_64 random(2);
  std::vector<std::pair<Prefix, std::uint32_t>> routes;
  for (int i = 0; i < 1 << 16; ++i) {
    const Vrp& vrp = vrps[random() % vrps.size()];
    routes.emplace_back(vrp.prefix, random() % 8 == 0 ? 1 : vrp.as);
  }
  std::size_t i = 0;
  for (auto _ : state) {
    const auto& [prefix, origin] = routes[i++ & 0xffffU];
    benchmark::DoNotOptimize(reader.validate(prefix, origin));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(validate);

}  // namespace
}  // namespace weir::bgp
