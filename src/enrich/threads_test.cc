// Several workers while everything that they look up changes: for ThreadSanitizer, and for what must hold all the same.
#include <atomic>
#include <thread>

#include "enrich/test_fixture.h"

namespace weir::enrich {
namespace {

using flow::Column;

class ThreadsTest : public testing::Test {
 protected:
  ThreadsTest() {
    const bgp::SourceId source = rib_.set_source({.name = "s", .kind = bgp::SourceKind::bmp, .exporters = {}});
    view_ = rib_.open_view({.key = {.source = source,
                                    .router = ip("203.0.113.1"),
                                    .rib = bgp::RibKind::adj_rib_in_post,
                                    .distinguisher = {},
                                    .peer = ip("203.0.113.2")},
                            .peer_as = 3356,
                            .bgp_id = 0,
                            .router_id = 0,
                            .router_name = {},
                            .internal = false},
                           1000);
    announce("3356 15169");
  }
  void announce(std::string_view path) {
    bgp::PathAttributes attributes;
    attributes.as_path = bgp::parse_as_path(path).value();
    const bgp::Announcement route{.nlri = {.prefix = net("198.51.100.0/24"), .rd = {}}, .next_hop = ip("203.0.113.9")};
    rib_.announce(view_, attributes, {&route, 1}, 1000);
  }
  [[nodiscard]] std::shared_ptr<const EnrichPlan> make_plan(const std::string& customer) {
    EnrichConfig config;
    config.customers = {
        {.name = customer, .region = "MY", .prefixes = {net("192.0.2.0/24")}, .ases = {}, .interfaces = {}}};
    config.interface_classes = {{.exporter = "*", .interface = "*", .description = "transit*", .if_class = "transit"}};
    return std::make_shared<const EnrichPlan>(config, strings_);
  }
  /// Enriches batches until it is told to stop; every row must have one of the routes and one of the customers.
  void work(IpAddress exporter) {
    Enricher enricher(strings_, exporters_, lookups_);
    flow::FlowBatch batch;
    while (!stop_.load()) {
      batch.clear();
      for (int i = 0; i < 100; ++i) {
        const auto row = batch.add_rows(1);
        batch.set<Column::exporter>(row, exporter);
        batch.set<Column::src_addr>(row, ip("192.0.2.1"));
        batch.set<Column::dst_addr>(row, ip("198.51.100.1"));
        batch.set<Column::in_if>(row, 1);
      }
      std::shared_ptr<const EnrichPlan> plan;
      {
        const std::lock_guard lock(mutex_);
        plan = plan_;
      }
      enricher.enrich(plan, batch);
      for (std::size_t row = 0; row < batch.size(); ++row) {
        const auto path = strings_.text(batch.get_or<Column::as_path>(row, 0));
        const auto customer = strings_.text(batch.get_or<Column::src_customer>(row, 0));
        if (path != "3356 15169" && path != "3356 64500") ++wrong_;
        if (customer != "Old" && customer != "New") ++wrong_;
      }
      ++batches_;
    }
  }

  bgp::Rib rib_;
  bgp::ViewId view_ = 0;
  flow::StringPool strings_;
  flow::ExporterTable exporters_;
  CurrentDatabases databases_;
  flow::CurrentInterfaceTable interfaces_;
  Lookups lookups_{.routes = &rib_, .databases = &databases_, .interfaces = &interfaces_};
  std::mutex mutex_;
  std::shared_ptr<const EnrichPlan> plan_ = make_plan("Old");
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> wrong_{0};
  std::atomic<std::uint64_t> batches_{0};
};

TEST_F(ThreadsTest, WorkersSeeOneStateOrTheOther) {
  std::thread first([this] { work(ip("192.0.2.10")); });
  std::thread second([this] { work(ip("192.0.2.11")); });
  for (int round = 0; round < 200 || batches_.load() < 50; ++round) {
    announce(round % 2 == 0 ? "3356 64500" : "3356 15169");
    databases_.set(std::make_shared<const Databases>());
    interfaces_.set(std::make_shared<const flow::InterfaceTable>());
    exporters_.of(ip("192.0.2.10")).describe_interface(1, strings_.intern(round % 2 == 0 ? "transit" : "other"));
    auto plan = make_plan(round % 2 == 0 ? "New" : "Old");
    {
      const std::lock_guard lock(mutex_);
      plan_.swap(plan);
    }
    rib_.upkeep(2000);
  }
  stop_ = true;
  first.join();
  second.join();
  EXPECT_EQ(wrong_.load(), 0U);
}

}  // namespace
}  // namespace weir::enrich
