// The threads of the sources of routes: start, reload, jobs, stop.
#include "collect/routing.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

#include "collect/test_exporter.h"

namespace weir::collect {
namespace {

using testing::eventually;

bgp::StaticRoute static_route(std::string_view prefix) {
  bgp::StaticRoute route;
  route.nlri.prefix = parse_prefix(prefix).value();
  route.attributes.as_path = bgp::parse_as_path("64500").value();
  return route;
}

std::string table(const bgp::Rib& rib) {
  std::string out;
  rib.for_each(bgp::kGlobalTable, [&](const Prefix& prefix, std::span<const bgp::Candidate> candidates) {
    for (const bgp::Candidate& candidate : candidates) out += to_string(prefix) + " " + candidate.source + "\n";
    return true;
  });
  return out;
}

TEST(Routing, StaticRoutesFollowAReload) {
  bgp::Rib rib;
  Routing routing(rib);
  RoutingConfig config;
  config.fixed = {static_route("192.0.2.0/24"), static_route("198.51.100.0/24")};
  ASSERT_TRUE(routing.start(config));
  EXPECT_TRUE(eventually([&] { return table(rib) == "192.0.2.0/24 static\n198.51.100.0/24 static\n"; })) << table(rib);
  config.fixed.pop_back();
  routing.reload(config);
  EXPECT_TRUE(eventually([&] { return table(rib) == "192.0.2.0/24 static\n"; })) << table(rib);
  config.fixed.clear();
  routing.reload(config);
  EXPECT_TRUE(eventually([&] { return table(rib).empty(); })) << table(rib);
  routing.stop();
}

TEST(Routing, AFileIsLoadedAndGoesWithItsConfiguration) {
  const std::string path = ::testing::TempDir() + "routing_test.csv";
  std::ofstream(path) << "prefix,as_path\n192.0.2.0/24,64501\n";
  bgp::Rib rib;
  Routing routing(rib);
  RoutingConfig config;
  RouteFileConfig& file = config.files.emplace_back();
  file.source.name = "list";
  file.source.paths = {path};
  ASSERT_TRUE(routing.start(config));
  EXPECT_TRUE(eventually([&] { return table(rib) == "192.0.2.0/24 list\n"; })) << table(rib);
  EXPECT_TRUE(eventually([&] { return routing.status().files.at(0).routes == 1; }));
  std::ofstream(path) << "prefix,as_path\n203.0.113.0/24,64501\n";
  EXPECT_TRUE(eventually([&] { return table(rib) == "203.0.113.0/24 list\n"; })) << table(rib);
  config.files.clear();
  routing.reload(config);
  EXPECT_TRUE(eventually([&] { return table(rib).empty(); })) << table(rib);
}

TEST(Routing, JobsComeBackAndEndWithTheStop) {
  bgp::Rib rib;
  Routing routing(rib);
  std::atomic<int> before{0}, after{0};
  routing.add_job(1, [&] { ++before; });
  ASSERT_TRUE(routing.start({}));
  routing.add_job(1, [&] { ++after; });
  EXPECT_TRUE(eventually([&] { return before > 3 && after > 3; }));
  routing.stop();
}

TEST(Routing, VrfNamesAreKnown) {
  bgp::Rib rib;
  Routing routing(rib);
  RoutingConfig config;
  config.vrfs = {{.name = "CUST-A", .rd = bgp::parse_rd("64500:12").value()}};
  ASSERT_TRUE(routing.start(config));
  EXPECT_TRUE(rib.find_table("CUST-A"));
}

TEST(Routing, AWrongConfigurationStartsNothing) {
  bgp::Rib rib;
  Routing routing(rib);
  RoutingConfig config;
  config.bgp.peers.emplace_back().remote = parse_prefix("192.0.2.1").value();
  const auto started = routing.start(config);
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.find("'as' is missing"), std::string::npos);
}

}  // namespace
}  // namespace weir::collect
