// What detection costs: processor time for each flow and memory, with few and with five million active own addresses, under a
// flood of addresses that no table can hold, and while attacks are followed.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <unistd.h>

#include "detect/engine.h"

namespace weir::detect {
namespace {

constexpr std::size_t kRows = flow::FlowBatch::kTargetRows;
constexpr UnixMillis kStart = 1'790'000'000'000;

double resident_mib() {
  std::ifstream file("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  file >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

class World {
 public:
  World(std::uint32_t addresses, double heavy_share) : addresses_(addresses), heavy_share_(heavy_share) {
    const OwnNetwork network{.prefixes = {{IpAddress::v4(10U << 24U), 8}}, .ases = {}};
    before_mib_ = resident_mib();
    engine = *Engine::of(DetectConfig{}, network, strings_);
    engine->advance(now_, changes_);
  }

  /// Flows to random own addresses; some to a hundred busy ones.
  void fill(flow::FlowBatch& batch) {
    using flow::Column;
    batch.clear();
    batch.add_rows(kRows);
    for (std::size_t row = 0; row < kRows; ++row) {
      const std::uint64_t draw = random_();
      const bool heavy = static_cast<double>(draw >> 44U) < heavy_share_ * 0x1p20;
      const auto host = heavy ? static_cast<std::uint32_t>(draw % 100) : static_cast<std::uint32_t>(draw % addresses_);
      batch.set<Column::time>(row, now_);
      batch.set<Column::flow_end>(row, now_);
      batch.set<Column::flow_start>(row, now_ - static_cast<UnixMillis>(draw >> 50U));
      batch.set<Column::src_addr>(row, IpAddress::v4(0xc6120000U + static_cast<std::uint32_t>(draw >> 20U & 0x1ffff)));
      batch.set<Column::dst_addr>(row, IpAddress::v4((10U << 24U) + host));
      batch.set<Column::proto>(row, static_cast<std::uint8_t>(draw % 3 == 0 ? kUdp : kTcp));
      batch.set<Column::src_port>(row, static_cast<std::uint16_t>(1024 + draw % 60'000));
      batch.set<Column::dst_port>(row, std::uint16_t{443});
      batch.set<Column::tcp_flags>(row, std::uint16_t{kAck});
      batch.set<Column::packets>(row, 1 + draw % 20);
      batch.set<Column::bytes>(row, (1 + draw % 20) * 600);
      batch.set<Column::dst_mask>(row, std::uint8_t{16});
    }
  }

  /// As time passes at `flows_per_second`.
  void pass(double flows_per_second) {
    passed_ += static_cast<double>(kRows) / flows_per_second * 1000;
    while (passed_ >= 200) {
      passed_ -= 200;
      now_ += 200;
      changes_.clear();
      engine->advance(now_, changes_);
    }
  }
  [[nodiscard]] double used_mib() const { return resident_mib() - before_mib_; }

  std::unique_ptr<Engine> engine;

 private:
  flow::StringPool strings_;
  std::uint32_t addresses_;
  double heavy_share_;
  double before_mib_ = 0;
  double passed_ = 0;
  UnixMillis now_ = kStart;
  std::mt19937_64 random_{1};
  std::vector<Change> changes_;
};

void count_flows(benchmark::State& state, const World& world) {
  const DetectStatus status = world.engine->status();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRows));
  state.counters["targets"] = static_cast<double>(status.targets);
  state.counters["detailed"] = static_cast<double>(status.detailed);
  state.counters["own_MiB"] = static_cast<double>(status.memory_octets) / (1 << 20);
  state.counters["resident_MiB"] = world.used_mib();
  state.counters["evicted"] = static_cast<double>(status.evicted);
  state.counters["refused"] = static_cast<double>(status.refused);
  state.counters["attacks"] = static_cast<double>(status.open_attacks);
}

/// Items a second are flows; the batches are made outside the measured time.
void run(benchmark::State& state, std::uint32_t addresses, double heavy_share, double flows_per_second) {
  World world(addresses, heavy_share);
  flow::FlowBatch batch;
  // Each address several times, so that all of them are active.
  const std::uint64_t rounds = std::uint64_t{addresses} * 4 / kRows + 20;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    world.fill(batch);
    world.engine->add(batch);
    world.pass(flows_per_second);
  }
  for (auto _ : state) {
    state.PauseTiming();
    world.fill(batch);
    state.ResumeTiming();
    world.engine->add(batch);
    world.pass(flows_per_second);
  }
  count_flows(state, world);
}

void BM_few_addresses(benchmark::State& state) { run(state, 10'000, 0.3, 100'000); }
void BM_five_million_addresses(benchmark::State& state) { run(state, 5'000'000, 0.3, 1'000'000); }
void BM_more_than_there_is_room_for(benchmark::State& state) { run(state, 16'000'000, 0.1, 1'000'000); }
/// A million flows a second to a hundred addresses: all of them under attack.
void BM_attacks(benchmark::State& state) { run(state, 10'000, 0.95, 1'000'000); }

BENCHMARK(BM_few_addresses)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_five_million_addresses)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_more_than_there_is_room_for)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_attacks)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir::detect
