// Longest-prefix match over a table as large as the Internet's: lookups and octets for a prefix.
#include <benchmark/benchmark.h>

#include "base/prefix_trie.h"
#include "full_table.h"

namespace weir::bench {
namespace {

struct Full {
  Epochs epochs;
  PrefixTrie trie{epochs};
  std::vector<IpAddress> addresses;

  Full() {
    TableMaker maker(1);
    const auto prefixes = maker.prefixes(1'000'000, 200'000);
    for (std::uint32_t i = 0; i < prefixes.size(); ++i) trie.insert(prefixes[i], i);
    addresses = maker.addresses(prefixes, std::size_t{1} << 20U);
  }
  static Full& once() {
    static Full full;
    return full;
  }
};

/// `range(0)` addresses are asked for at once; 1: one by one.
void lookup(benchmark::State& state) {
  Full& full = Full::once();
  const auto batch = static_cast<std::size_t>(state.range(0));
  Epochs::Reader reader(full.epochs);
  std::vector<PrefixTrie::Match> matches(batch);
  std::size_t at = 0;
  for (auto _ : state) {
    const Epochs::Pin pin(reader);
    const std::span<const IpAddress> part = std::span(full.addresses).subspan(at, batch);
    if (batch == 1) {
      matches[0] = full.trie.longest(part[0]);
    } else {
      full.trie.longest(part, matches);
    }
    benchmark::DoNotOptimize(matches.data());
    benchmark::ClobberMemory();
    at = (at + batch) % full.addresses.size();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["octets/prefix"] = static_cast<double>(full.trie.memory()) / static_cast<double>(full.trie.size());
}
BENCHMARK(lookup)->Arg(1)->Arg(64)->Arg(1024);

void build(benchmark::State& state) {
  TableMaker maker(1);
  const auto prefixes = maker.prefixes(1'000'000, 200'000);
  for (auto _ : state) {
    Epochs epochs;
    PrefixTrie trie(epochs);
    for (std::uint32_t i = 0; i < prefixes.size(); ++i) trie.insert(prefixes[i], i);
    benchmark::DoNotOptimize(trie.size());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(prefixes.size()));
}
BENCHMARK(build)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir::bench
