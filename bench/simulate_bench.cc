// What made-up flows cost: encoding them, writing prepared datagrams over, making a day of the demo network.
#include <benchmark/benchmark.h>

#include <array>

#include "simulate/datagram_pool.h"
#include "simulate/demo_history.h"

namespace weir::simulate {
namespace {

constexpr UnixMillis kNow = 1'773'144'000'000;  // 2026-03-10T12:00Z
constexpr std::array kProtocols = {flow::ExportProtocol::netflow5, flow::ExportProtocol::netflow9,
                                   flow::ExportProtocol::ipfix, flow::ExportProtocol::sflow5};

SimulatedExporter exporter_of(flow::ExportProtocol protocol) {
  SimulatedExporter exporter;
  exporter.protocol = protocol;
  exporter.address = IpAddress::v4(0x7f000001);
  exporter.boot_ms = kNow - kDayMs;
  exporter.interfaces = LoadTraffic::interfaces();
  return exporter;
}

void encode(benchmark::State& state) {
  const auto protocol = kProtocols.at(static_cast<std::size_t>(state.range(0)));
  state.SetLabel(std::string(flow::to_string(protocol)));
  LoadTraffic traffic(1);
  std::vector<SimulatedFlow> flows;
  for (int i = 0; i < 30; ++i) flows.push_back(traffic.draw(false).flow);
  const std::unique_ptr<ExportEncoder> encoder = make_encoder(exporter_of(protocol));
  ByteWriter out;
  std::size_t encoded = 0;
  for (auto _ : state) {
    encoded += encoder->encode(flows, kNow, out);
    benchmark::DoNotOptimize(out.view().data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(encoded));
}
BENCHMARK(encode)->DenseRange(0, 3);

void write_over(benchmark::State& state) {
  const auto protocol = kProtocols.at(static_cast<std::size_t>(state.range(0)));
  state.SetLabel(std::string(flow::to_string(protocol)));
  PoolOptions options;
  options.exporter = exporter_of(protocol);
  options.datagrams = 4096;
  DatagramPool pool(options);
  std::vector<std::uint32_t> samples(256);
  RecordSums sums;
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        pool.stamp(next, {.now_ms = kNow, .boot_ms = kNow - kDayMs, .samples_by_if = samples}, sums).data());
    next = (next + 1) % pool.size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(sums.flows));
}
BENCHMARK(write_over)->DenseRange(0, 3);

void one_hour_of_history(benchmark::State& state) {
  const DemoNetwork network({.seed = 1, .epoch_ms = kNow});
  std::uint64_t flows = 0;
  for (auto _ : state) {
    DemoExporters exporters(network);
    DemoHistory history(network, exporters, kNow - kHourMs, kNow, 2055);
    while (history.next()) {
    }
    flows += history.flows();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(flows));
}
BENCHMARK(one_hour_of_history)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir::simulate
