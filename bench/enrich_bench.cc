// How fast one core enriches: batches of 8192 flows through the whole chain, with a table of a million prefixes,
// countries and customers, and each of them alone.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <memory>
#include <random>

#include "enrich/enricher.h"
#include "enrich/reference_files.h"
#include "enrich/test_mmdb.h"

namespace weir::enrich {
namespace {

constexpr std::size_t kPrefixes = 1'000'000;
constexpr std::size_t kPaths = 100'000;
constexpr std::size_t kCustomers = 500;
constexpr std::size_t kFlows = 64 * flow::FlowBatch::kTargetRows;

/// Lengths as in a full table: six of ten are /24.
unsigned length_of(std::mt19937_64& random) {
  const std::uint64_t draw = random() % 10;
  return draw < 6 ? 24 : 16 + static_cast<unsigned>(draw - 6) * 2;
}

IpAddress public_address(std::mt19937_64& random) {
  return IpAddress::v4(0x0100'0000U + static_cast<std::uint32_t>(random() % 0xde00'0000U));
}

class World {
 public:
  World() {
    fill_routes();
    for (std::size_t i = 0; i < kCustomers; ++i) {
      config.customers.push_back({.name = "customer " + std::to_string(i),
                                  .region = i % 2 == 0 ? "MY" : "SG",
                                  .prefixes = {Prefix::of(public_address(random_), 22)},
                                  .ases = {static_cast<std::uint32_t>(1000 + i)},
                                  .interfaces = {}});
    }
    fill_countries();
    fill_flows();
  }
  ~World() { std::filesystem::remove(file_); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// The next batch: fresh columns, as decode/ leaves them.
  void fill(flow::FlowBatch& batch) {
    using enum flow::Column;
    batch.clear();
    batch.add_rows(flow::FlowBatch::kTargetRows);
    for (std::size_t row = 0; row < batch.size(); ++row) {
      batch.set<exporter>(row, IpAddress::v4(0xc0000201U + static_cast<std::uint32_t>(row / 30 % 5)));
      batch.set<time>(row, 1'700'000'000'000);
      batch.set<src_addr>(row, sources_[next_]);
      batch.set<dst_addr>(row, destinations_[next_]);
      batch.set<next_hop>(row, IpAddress::v4(0x0a000001U + static_cast<std::uint32_t>(row % 4)));
      batch.set<bytes>(row, 1000);
      batch.set<in_if>(row, 1);
      batch.set<out_if>(row, 2);
      next_ = (next_ + 1) % kFlows;
    }
  }

  EnrichConfig config;
  bgp::Rib rib;
  bgp::VrpTable vrps;
  CurrentDatabases databases;
  flow::CurrentAsNames names;
  flow::StringPool strings;
  flow::ExporterTable exporters;

 private:
  void fill_routes() {
    const bgp::SourceId source = rib.set_source({.name = "bench", .kind = bgp::SourceKind::bmp, .exporters = {}});
    const bgp::ViewId view = rib.open_view({.key = {.source = source,
                                                    .router = IpAddress::v4(0xc0000201),
                                                    .rib = bgp::RibKind::adj_rib_in_post,
                                                    .distinguisher = {},
                                                    .peer = IpAddress::v4(0xc6336401)},
                                            .peer_as = 3356,
                                            .bgp_id = 0,
                                            .router_id = 0,
                                            .router_name = {},
                                            .internal = false},
                                           1000);
    for (std::size_t i = 0; i < kPaths; ++i) {
      bgp::PathAttributes attributes;
      attributes.as_path.segments = {{bgp::SegmentType::as_sequence,
                                      {3356, static_cast<bgp::As>(1000 + i % 4000), static_cast<bgp::As>(1000 + i)}}};
      attributes.communities = {3356U << 16U | static_cast<std::uint32_t>(i % 500)};
      std::vector<bgp::Announcement> routes;
      for (std::size_t n = 0; n < kPrefixes / kPaths; ++n) {
        routes.push_back({.nlri = {.prefix = Prefix::of(public_address(random_), length_of(random_)), .rd = {}},
                          .next_hop = IpAddress::v4(0x0a000001U + static_cast<std::uint32_t>(i % 4))});
      }
      rib.announce(view, attributes, routes, 1000);
    }
    std::vector<bgp::Vrp> list;
    for (std::size_t i = 0; i < 200'000; ++i) {
      list.push_back({.prefix = Prefix::of(public_address(random_), 20),
                      .most_length = 24,
                      .as = static_cast<std::uint32_t>(1000 + random_() % kPaths)});
    }
    vrps.replace(0, std::move(list));
  }
  /// A file as large as those that are sold: every /20.
  void fill_countries() {
    file_ = std::filesystem::temp_directory_path() / ("weir_enrich_bench_" + std::to_string(std::random_device{}()));
    MmdbWriter writer;
    for (std::uint32_t i = 0x01000; i < 0xe0000; ++i) {
      const std::string code = {static_cast<char>('A' + i * 7 % 26), static_cast<char>('A' + i * 11 % 10)};
      writer.add(Prefix::of(IpAddress::v4(i << 12U), 20), country_entry(code));
    }
    writer.write(file_);
    EnrichConfig with_file;
    with_file.country_files = {file_.string()};
    ReferenceFiles files(databases, names);
    for (const FileEvent& event : files.configure(with_file)) {
      if (event.error) std::abort();
    }
  }
  /// Half of the flows go to few addresses, as traffic does.
  void fill_flows() {
    std::vector<IpAddress> popular;
    for (std::size_t i = 0; i < 5000; ++i) popular.push_back(public_address(random_));
    for (std::size_t i = 0; i < kFlows; ++i) {
      sources_.push_back(random_() % 2 == 0 ? popular[random_() % popular.size()] : public_address(random_));
      destinations_.push_back(random_() % 2 == 0 ? popular[random_() % popular.size()] : public_address(random_));
    }
  }

  std::mt19937_64 random_{7};
  std::filesystem::path file_;
  std::vector<IpAddress> sources_;
  std::vector<IpAddress> destinations_;
  std::size_t next_ = 0;
};

World& world() {
  static World made;
  return made;
}

enum Part : unsigned { kRoutes = 1, kVrps = 2, kCountries = 4, kCustomersPart = 8 };

void run(benchmark::State& state, unsigned parts) {
  World& w = world();
  Lookups lookups;
  if ((parts & kRoutes) != 0) lookups.routes = &w.rib;
  if ((parts & kVrps) != 0) lookups.vrps = &w.vrps;
  if ((parts & kCountries) != 0) lookups.databases = &w.databases;
  EnrichConfig config;
  if ((parts & kCustomersPart) != 0) config = w.config;
  const auto plan = std::make_shared<const EnrichPlan>(config, w.strings);
  Enricher enricher(w.strings, w.exporters, lookups);
  flow::FlowBatch batch;
  for (int i = 0; i < 64; ++i) {  // what is met for the first time costs once
    w.fill(batch);
    enricher.enrich(plan, batch);
  }
  std::uint64_t rows = 0;
  for (auto _ : state) {
    state.PauseTiming();
    w.fill(batch);
    state.ResumeTiming();
    enricher.enrich(plan, batch);
    rows += batch.size();
  }
  state.counters["rows/s"] = benchmark::Counter(static_cast<double>(rows), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(run, nothing_configured, 0U)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, routes, unsigned{kRoutes})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, routes_and_rpki, unsigned{kRoutes} | kVrps)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, countries, unsigned{kCountries})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, customers, unsigned{kCustomersPart})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run, whole_chain, unsigned{kRoutes} | kVrps | kCountries | kCustomersPart)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace weir::enrich
