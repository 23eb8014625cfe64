// Questions to 20 million flows that no rollup answers: the flows themselves are read, from the hot tier's tables and
// from the cold tier's files.
//
//     build/query_bench                               makes the flows first; some minutes
//     WEIR_BENCH_FLOWS=2000000 build/query_bench      fewer of them
//     WEIR_BENCH_DIR=/srv/flows build/query_bench     keeps the store there, and finds it again
//     WEIR_BENCH_TIER=hot                             leaves the flows where they were written; else they go to the cold tier first
//
// CPU is that of the whole process, all threads.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "query/filter.h"
#include "store/duckdb/duckdb_store.h"

namespace weir::store {
namespace {

using flow::Column;

constexpr UnixMillis kBegin = 1'772'323'200'000;  // 2026-03-01T00:00Z
constexpr UnixMillis kEnd = kBegin + 4 * kHourMs;

std::uint64_t flows_asked() {
  const char* text = std::getenv("WEIR_BENCH_FLOWS");
  return text == nullptr ? 20'000'000 : std::strtoull(text, nullptr, 10);
}

/// A provider's traffic: many hosts of which few carry most, ASes that go with the addresses, routers with some
/// interfaces.
class Traffic {
 public:
  explicit Traffic(flow::StringPool& strings) : strings_(strings) {
    for (std::uint32_t i = 0; i < kHosts; ++i) hosts_.push_back(static_cast<std::uint32_t>(random_()));
    for (std::uint32_t i = 0; i < kCustomers; ++i) customers_.push_back(0x67400000U + (i << 3U));  // 103.64/14
    for (std::uint32_t i = 0; i < 48; ++i) names_.push_back(strings_.intern("xe-0/0/" + std::to_string(i)));
    for (std::uint32_t i = 0; i < 20'000; ++i)
      paths_.push_back(strings_.intern("3491 " + std::to_string(4134 + i % 97) + " " + std::to_string(as_of(i))));
  }

  void fill(flow::FlowBatch& out, std::size_t count, UnixMillis from, UnixMillis to) {
    const std::size_t first = out.add_rows(count);
    for (std::size_t row = first; row < first + count; ++row) {
      const UnixMillis end =
          from + static_cast<UnixMillis>((row - first) * static_cast<std::uint64_t>(to - from) / count);
      const bool outwards = random_() % 3 != 0;
      const std::uint32_t inner = customers_[skewed(kCustomers)];
      const std::uint32_t host = skewed(kHosts);
      one(out, row, end, inner, host, outwards);
    }
  }

 private:
  static constexpr std::uint32_t kHosts = 400'000;
  static constexpr std::uint32_t kCustomers = 30'000;

  static std::uint32_t as_of(std::uint32_t host) { return 1000 + host * 7 % 30'011; }
  std::uint32_t skewed(std::uint32_t count) {
    const double u = static_cast<double>(random_() >> 11U) * 0x1p-53;
    return static_cast<std::uint32_t>(u * u * u * static_cast<double>(count));
  }

  void one(flow::FlowBatch& out, std::size_t row, UnixMillis end, std::uint32_t inner, std::uint32_t host,
           bool outwards) {
    const std::uint64_t dice = random_();
    const auto lasted = static_cast<UnixMillis>(dice % 16 == 0 ? dice % 60'000 : dice % 3'000);
    const std::uint64_t packets = 1 + dice % 13 * (dice % 7 == 0 ? 40 : 1);
    static constexpr std::array<std::uint16_t, 8> kPorts = {443, 443, 80, 443, 53, 22, 8080, 25};
    const std::uint16_t service = kPorts[dice >> 20U & 7U];
    const auto other = static_cast<std::uint16_t>(1024 + (dice >> 24U) % 60'000);
    const IpAddress outer_address = IpAddress::v4(hosts_[host]);
    const IpAddress inner_address = IpAddress::v4(inner);
    out.set<Column::time>(row, end);
    out.set<Column::time_received>(row, end + static_cast<UnixMillis>(dice % 900));
    out.set<Column::flow_start>(row, end - lasted);
    out.set<Column::flow_end>(row, end);
    out.set<Column::exporter>(row, IpAddress::v4(0xd2052800U + (host & 3U)));
    out.set<Column::sampling_rate>(row, 1000);
    out.set<Column::in_if>(row, static_cast<std::uint32_t>(dice >> 40U) % 24);
    out.set<Column::out_if>(row, 24 + static_cast<std::uint32_t>(dice >> 45U) % 24);
    out.set<Column::in_if_name>(row, names_[(dice >> 40U) % 24]);
    out.set<Column::out_if_name>(row, names_[24 + (dice >> 45U) % 24]);
    out.set<Column::src_addr>(row, outwards ? inner_address : outer_address);
    out.set<Column::dst_addr>(row, outwards ? outer_address : inner_address);
    out.set<Column::src_port>(row, outwards ? service : other);
    out.set<Column::dst_port>(row, outwards ? other : service);
    out.set<Column::proto>(row, service == 53 ? 17 : 6);
    out.set<Column::tcp_flags>(row, 0x1b);
    out.set<Column::bytes>(row, packets * (60 + dice % 1400));
    out.set<Column::packets>(row, packets);
    out.set<Column::src_as>(row, outwards ? 45352 : as_of(host));
    out.set<Column::dst_as>(row, outwards ? as_of(host) : 45352);
    out.set<Column::src_mask>(row, 24);
    out.set<Column::dst_mask>(row, 22);
    out.set<Column::next_hop>(row, IpAddress::v4(0xd2052801U + (host & 15U)));
    out.set<Column::as_path>(row, paths_[host % paths_.size()]);
  }

  std::mt19937_64 random_{1};
  flow::StringPool& strings_;
  std::vector<std::uint32_t> hosts_;
  std::vector<std::uint32_t> customers_;
  std::vector<flow::StringId> names_;
  std::vector<flow::StringId> paths_;
};

/// The store that all questions are asked of.
class Bench {
 public:
  Bench() {
    const char* kept = std::getenv("WEIR_BENCH_DIR");
    std::string name = (std::filesystem::temp_directory_path() / "weir_query_bench_XXXXXX").string();
    options_.directory = kept != nullptr ? std::filesystem::path(kept) : std::filesystem::path(::mkdtemp(name.data()));
    if (kept == nullptr) own_ = options_.directory;
    options_.flows.age_ms = options_.rollup_1m.age_ms = options_.rollup_5m.age_ms = options_.rollup_1h.age_ms = 0;
    auto opened = open_duckdb_store(options_, strings_);
    if (!opened) {
      std::fprintf(stderr, "query_bench: %s\n", opened.error().message.c_str());
      std::exit(1);
    }
    store_ = *std::move(opened);
    writer_ = std::thread([this] { store_->write(); });
    const std::uint64_t held = store_->status().hot_flows + store_->status().cold_flows;
    if (held < flows_asked()) fill(flows_asked() - held);
  }
  ~Bench() {
    store_->stop();
    writer_.join();
    store_.reset();
    std::error_code ignored;
    if (!own_.empty()) std::filesystem::remove_all(own_, ignored);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  [[nodiscard]] Status status() { return store_->status(); }
  /// All hours go to the cold tier.
  void close_hours() {
    if (store_->status().hot_flows > 0) (void)store_->settle(kEnd + 10 * kDayMs);
  }

  void ask(benchmark::State& state, const query::Query& query) {
    query::CancelFlag cancel{false};
    std::uint64_t read = 0;
    for (auto _ : state) {
      const auto answer = store_->run(query, cancel);
      if (!answer) return state.SkipWithError(answer.error().message.c_str());
      state.SetLabel(answer->source);
      read = answer->rows_read;
    }
    state.counters["rows"] = static_cast<double>(read);
  }

 private:
  void fill(std::uint64_t flows) {
    Traffic traffic(strings_);
    constexpr std::size_t kRows = flow::FlowBatch::kTargetRows;
    for (std::uint64_t done = 0; done < flows;) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kRows, flows - done));
      const auto at = [&](std::uint64_t n) {
        return kBegin + static_cast<UnixMillis>(static_cast<double>(kEnd - kBegin) * static_cast<double>(n) /
                                                static_cast<double>(flows));
      };
      flow::FlowBatch batch;
      traffic.fill(batch, count, at(done), at(done + count));
      done += count;
      store_->append(std::move(batch), true);
    }
    while (store_->status().queued_batches > 0 || store_->status().flows_stored < flows)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }

  flow::StringPool strings_;
  DuckDbOptions options_;
  std::filesystem::path own_;
  std::unique_ptr<Store> store_;
  std::thread writer_;
};

query::Query question(std::vector<Column> by, const char* filter) {
  query::Query out;
  out.from_ms = kBegin;
  out.to_ms = kEnd;
  out.by = std::move(by);
  auto parsed = query::parse_filter(filter);
  if (parsed) out.filter = *std::move(parsed);
  return out;
}

struct Named {
  const char* name;
  query::Query query;
};

std::vector<Named> questions() {
  // That a column is asked for which no rollup has keeps the question from the rollups; src_port is known in every
  // flow.
  constexpr const char* kFlowsOnly = "src_port >= 0";
  std::vector<Named> out;
  out.push_back({"top_10_sources", question({Column::src_addr}, "")});
  out.push_back({"top_10_conversations", question({Column::src_addr, Column::dst_addr}, "")});
  out.push_back({"top_10_dst_as", question({Column::dst_as}, kFlowsOnly)});
  out.push_back({"top_10_as_path", question({Column::as_path}, "")});
  out.push_back({"top_10_in_if_name", question({Column::exporter, Column::in_if_name}, kFlowsOnly)});
  out.push_back({"one_24_and_port", question({Column::dst_addr}, "net 103.64.13.0/24 and port 443")});
  // With the statistics of the ten largest; then with the 95th percentile of every AS there is.
  out.push_back({"series_top_10_dst_as", question({Column::dst_as}, kFlowsOnly)});
  out.back().query.resolution_ms = kMinuteMs;
  out.push_back({"series_top_10_dst_as_by_p95", question({Column::dst_as}, kFlowsOnly)});
  out.back().query.resolution_ms = kMinuteMs;
  out.back().query.rank = query::Rank::percentile_95;
  out.push_back({"series_top_10_sources", question({Column::src_addr}, "")});
  out.back().query.resolution_ms = kMinuteMs;
  out.push_back({"top_10_dst_as_by_rollups", question({Column::dst_as}, "")});
  return out;
}

void add(Bench& bench, const std::string& tier) {
  for (const Named& named : questions()) {
    benchmark::RegisterBenchmark((tier + "/" + named.name).c_str(),
                                 [&bench, query = named.query](benchmark::State& state) { bench.ask(state, query); })
        ->Unit(benchmark::kMillisecond)
        ->MeasureProcessCPUTime()
        ->UseRealTime();
  }
}

}  // namespace
}  // namespace weir::store

int main(int argc, char** argv) {
  using weir::store::Bench;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Bench bench;
  const char* tier = std::getenv("WEIR_BENCH_TIER");
  const bool hot = tier != nullptr && std::string_view(tier) == "hot";
  if (!hot) bench.close_hours();
  weir::store::add(bench, hot ? "hot" : "cold");
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
