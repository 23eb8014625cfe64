#include "collect/collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>

#include "collect/metrics.h"
#include "collect/test_exporter.h"

namespace weir::collect {
namespace {

using flow::Counter;
using testing::CountingStore;
using testing::eventually;
using testing::Exporter9;
using testing::Sender;

/// What outlives a Collector; a new one of these is a restart with the same directory.
struct Process {
  explicit Process(const std::filesystem::path& state, unsigned workers = 2, const enrich::EnrichConfig& config = {},
                   std::uint16_t port = 0)
      : plan(std::make_shared<const enrich::EnrichPlan>(config, strings)) {
    CollectorOptions options;
    options.listen = {{.address = IpAddress::v4(0x7f00'0001), .port = port}};
    options.workers = workers;
    options.state_directory = state;
    collector.emplace(std::move(options), Shared{strings, exporters, store, plan});
    const auto started = collector->start();
    EXPECT_TRUE(started) << started.error().message;
  }
  [[nodiscard]] std::uint16_t port() const { return collector->listening().at(0).port; }
  std::uint64_t count(Counter counter, const char* exporter = "127.0.0.1") {
    return exporters.of(parse_ip(exporter).value()).get(counter);
  }

  flow::StringPool strings;
  flow::ExporterTable exporters;
  CountingStore store;
  CurrentPlan plan;
  std::optional<Collector> collector;
};

class CollectorTest : public ::testing::Test {
 protected:
  testing::TemporaryDirectory directory_;
  Exporter9 exporter_;
  Sender sender_;
};

TEST_F(CollectorTest, FlowsGoFromTheSocketToTheStore) {
  Process process(directory_.path());
  sender_.send(exporter_.announce(), process.port());
  sender_.send(exporter_.flows(20), process.port());
  EXPECT_TRUE(eventually([&] { return process.store.rows() == 20; }))
      << "passed on by time, long before a batch is full";
  EXPECT_EQ(process.count(Counter::datagrams), 2U);
  EXPECT_EQ(process.count(Counter::flows), 20U);
  EXPECT_TRUE(eventually([&] { return process.count(Counter::flows_stored) == 20; }));
  EXPECT_EQ(process.count(Counter::flows_not_stored), 0U);
  EXPECT_FALSE(process.store.waited()) << "routers do not wait";
  EXPECT_TRUE(process.collector->is_alive(20'000));
}

TEST_F(CollectorTest, StopDrainsTheSocketsAndCommits) {
  Process process(directory_.path());
  sender_.send(exporter_.announce(), process.port());
  for (int i = 0; i < 200; ++i) sender_.send(exporter_.flows(20), process.port());
  process.collector->stop();
  EXPECT_EQ(process.store.rows(), 4000U);
  EXPECT_EQ(process.store.written(), 4000U) << "the writer ended after the last batch";
  EXPECT_EQ(process.count(Counter::flows_stored), 4000U);
  EXPECT_EQ(process.count(Counter::sequence_lost), 0U);
}

TEST_F(CollectorTest, RefusedFlowsAreCounted) {
  Process process(directory_.path());
  process.store.refusing = true;
  sender_.send(exporter_.announce(), process.port());
  sender_.send(exporter_.flows(20), process.port());
  process.collector->stop();
  EXPECT_EQ(process.store.rows(), 0U);
  EXPECT_EQ(process.count(Counter::flows_stored), 0U);
  EXPECT_EQ(process.count(Counter::flows_not_stored), 20U);
}

TEST_F(CollectorTest, TemplatesSurviveARestart) {
  {
    Process before(directory_.path());
    sender_.send(exporter_.announce(), before.port());
    before.collector->stop();
    EXPECT_EQ(before.count(Counter::templates), 1U);
    // The Transport Session is the same only on the same port.
    const std::uint16_t port = before.port();
    before.collector.reset();
    Process after(directory_.path(), 2, {}, port);
    sender_.send(exporter_.flows(20), after.port());
    after.collector->stop();
    EXPECT_EQ(after.store.rows(), 20U);
    EXPECT_EQ(after.count(Counter::sets_parked), 0U);
  }
}

TEST_F(CollectorTest, TemplatesSurviveAChangeOfTheNumberOfWorkers) {
  Process before(directory_.path(), 2);
  sender_.send(exporter_.announce(), before.port());
  before.collector->stop();
  const std::uint16_t port = before.port();
  before.collector.reset();
  Process after(directory_.path(), 3, {}, port);
  sender_.send(exporter_.flows(20), after.port());
  after.collector->stop();
  EXPECT_EQ(after.store.rows(), 20U);
  EXPECT_EQ(after.count(Counter::sets_parked), 0U);
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory_.path()))
    files.push_back(entry.path().filename());
  EXPECT_THAT(files, ::testing::UnorderedElementsAre("decoder-0-of-3.bin", "decoder-1-of-3.bin", "decoder-2-of-3.bin"));
}

TEST_F(CollectorTest, DamagedStateCostsNothingElse) {
  std::ofstream(directory_.path() / "decoder-0-of-1.bin") << "this is no saved state";
  Process process(directory_.path(), 1);
  sender_.send(exporter_.announce(), process.port());
  sender_.send(exporter_.flows(1), process.port());
  process.collector->stop();
  EXPECT_EQ(process.store.rows(), 1U);
}

TEST_F(CollectorTest, StateDirectoryThatCannotBeWrittenCostsNothingElse) {
  std::ofstream(directory_.path() / "file") << "x";
  Process process(directory_.path() / "file" / "state", 1);
  sender_.send(exporter_.announce(), process.port());
  sender_.send(exporter_.flows(1), process.port());
  process.collector->stop();
  EXPECT_EQ(process.store.rows(), 1U);
}

TEST_F(CollectorTest, NewPlanIsTakenOverWithoutLosingAFlow) {
  enrich::EnrichConfig config;
  config.exporters = {
      {.address = IpAddress::v4(0x7f00'0001), .shown_as = {}, .name = "old", .sampling = {}, .interfaces = {}}};
  Process process(directory_.path(), 1, config);
  sender_.send(exporter_.announce(), process.port());
  sender_.send(exporter_.flows(1), process.port());
  ASSERT_TRUE(eventually([&] { return process.store.rows() == 1; }));
  config.exporters[0].name = "new";
  process.plan.set(std::make_shared<const enrich::EnrichPlan>(config, process.strings));
  sender_.send(exporter_.flows(1), process.port());
  process.collector->stop();
  ASSERT_EQ(process.store.rows(), 2U);
  const auto name = process.store.last().get_or<flow::Column::exporter_name>(0, 0);
  EXPECT_EQ(process.strings.text(name), "new");
}

TEST_F(CollectorTest, UpkeepIsCalled) {
  Process process(directory_.path(), 1);
  EXPECT_TRUE(eventually([&] { return process.store.upkeeps > 0; }));
}

TEST_F(CollectorTest, TakenPortIsAnErrorThatNamesIt) {
  Process first(directory_.path(), 1);
  flow::StringPool strings;
  flow::ExporterTable exporters;
  CountingStore store;
  const CurrentPlan plan(std::make_shared<const enrich::EnrichPlan>(enrich::EnrichConfig{}, strings));
  CollectorOptions options;
  options.listen = first.collector->listening();
  options.state_directory = directory_.path();
  Collector second(std::move(options), Shared{strings, exporters, store, plan});
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::busy);
  EXPECT_THAT(started.error().message, ::testing::HasSubstr(to_string(first.collector->listening()[0])));
}

TEST_F(CollectorTest, ListensOnSeveralAddresses) {
  flow::StringPool strings;
  flow::ExporterTable exporters;
  CountingStore store;
  const CurrentPlan plan(std::make_shared<const enrich::EnrichPlan>(enrich::EnrichConfig{}, strings));
  CollectorOptions options;
  options.listen = {{.address = IpAddress::v4(0x7f00'0001), .port = 0},
                    {.address = IpAddress::v4(0x7f00'0001), .port = 0}};
  options.workers = 2;
  options.state_directory = directory_.path();
  Collector collector(std::move(options), Shared{strings, exporters, store, plan});
  ASSERT_TRUE(collector.start());
  ASSERT_EQ(collector.listening().size(), 2U);
  for (const Endpoint& endpoint : collector.listening()) {
    sender_.send(exporter_.announce(), endpoint.port);
    sender_.send(exporter_.flows(3), endpoint.port);
  }
  collector.stop();
  EXPECT_EQ(store.rows(), 6U);
}

class MetricsTest : public CollectorTest {
 protected:
  static std::optional<double> value(const std::vector<Metrics::Family>& families, std::string_view name,
                                     const std::vector<std::pair<std::string, std::string>>& labels = {}) {
    for (const Metrics::Family& family : families) {
      if (family.name != name) continue;
      for (const Metrics::Sample& sample : family.samples) {
        if (sample.labels == labels) return sample.value;
      }
    }
    return std::nullopt;
  }
};

TEST_F(MetricsTest, EverythingThatMovesIsThere) {
  Process process(directory_.path(), 1);
  process.store.alarms = {{.name = "disk_full", .message = "m", .since_ms = 1}};
  Metrics metrics;
  register_exporter_metrics(metrics, process.exporters);
  register_store_metrics(metrics, process.store);
  register_process_metrics(metrics, "1.2.3", process.strings);
  process.collector->register_metrics(metrics);
  sender_.send(exporter_.announce(), process.port());
  sender_.send(exporter_.flows(20), process.port());
  ASSERT_TRUE(eventually([&] { return process.count(Counter::flows_stored) == 20; }));

  const auto families = metrics.collect();
  for (const flow::CounterInfo& counter : flow::kCounters) {
    const std::string name = "weir_exporter_" + std::string(counter.name) + "_total";
    EXPECT_EQ(value(families, name, {{"exporter", "127.0.0.1"}}), static_cast<double>(process.count(counter.counter)))
        << name;
  }
  const std::string address = to_string(process.collector->listening()[0]);
  EXPECT_EQ(value(families, "weir_socket_datagrams_total", {{"address", address}, {"worker", "0"}}), 2);
  EXPECT_EQ(value(families, "weir_socket_kernel_drops_total", {{"address", address}, {"worker", "0"}}), 0);
  EXPECT_GT(value(families, "weir_socket_buffer_bytes", {{"address", address}, {"worker", "0"}}), 0);
  EXPECT_EQ(value(families, "weir_store_flows_total"), 20);
  EXPECT_EQ(value(families, "weir_store_alarm", {{"alarm", "disk_full"}}), 1);
  EXPECT_EQ(value(families, "weir_build_info", {{"version", "1.2.3"}}), 1);
  EXPECT_EQ(value(families, "weir_exporters"), 1);
  EXPECT_GT(value(families, "process_resident_memory_bytes"), 1e6);
  EXPECT_GT(value(families, "process_open_fds"), 3);
  EXPECT_GT(value(families, "weir_exporter_last_seen_timestamp_seconds", {{"exporter", "127.0.0.1"}}), 1.7e9);
}

}  // namespace
}  // namespace weir::collect
