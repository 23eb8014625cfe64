// The tables of the demo network: every row can be read, and no two contradict each other.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "simulate/customers.h"
#include "simulate/demo_curve.h"
#include "simulate/demo_demand.h"
#include "simulate/demo_hosts.h"
#include "simulate/demo_network.h"
#include "simulate/internet.h"
#include "simulate/internet_table.h"

namespace weir::simulate {
namespace {

std::size_t words_in(std::string_view text) {
  return text.empty() ? 0 : static_cast<std::size_t>(std::ranges::count(text, ' ')) + 1;
}

TEST(Internet, EveryRowOfTheTableCanBeRead) {
  const Internet internet;
  ASSERT_EQ(internet.networks().size(), kNetworkRows.size());
  for (const NetworkRow& row : kNetworkRows) {
    const RemoteNetwork* network = internet.find(row.as);
    ASSERT_NE(network, nullptr) << row.as;
    EXPECT_EQ(network->name, row.name) << "listed twice: " << row.as;
    EXPECT_EQ(network->prefixes.size(), words_in(row.v4)) << row.as << ": a prefix that cannot be read";
    EXPECT_EQ(network->v6.has_value(), !row.v6.empty()) << row.as;
    EXPECT_EQ(row.country.size(), 2U) << row.as;
    for (const Prefix& prefix : network->prefixes) EXPECT_LE(prefix.length, 24) << to_string(prefix);
  }
  EXPECT_EQ(internet.find(64512), nullptr);
}

// An address must lead to one AS, one customer, one mask: as a routing table would have it.
TEST(Internet, NoAddressBelongsToTwo) {
  std::vector<std::pair<Prefix, std::string>> all;
  const Internet internet;
  for (const RemoteNetwork& network : internet.networks()) {
    for (const Prefix& prefix : network.prefixes) all.emplace_back(prefix, std::to_string(network.as));
    if (network.v6) all.emplace_back(*network.v6, std::to_string(network.as));
  }
  for (const Customer& customer : demo_customers()) {
    for (const Prefix& prefix : customer.prefixes) all.emplace_back(prefix, customer.name);
  }
  std::ranges::sort(all);
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_LT(all[i - 1].first.last(), all[i].first.address)
        << to_string(all[i - 1].first) << " of " << all[i - 1].second << " overlaps " << to_string(all[i].first)
        << " of " << all[i].second;
  }
}

TEST(Internet, HostsAreInTheirNetworkAndStayTheSame) {
  const Internet internet;
  for (const RemoteNetwork& network : internet.networks()) {
    for (const bool v6 : {false, true}) {
      const RemoteHost host = host_of(network, 17, v6);
      EXPECT_EQ(host.address, host_of(network, 17, v6).address);
      EXPECT_EQ(host.address.is_v4(), !(v6 && network.v6));
      const Prefix prefix = Prefix::of(host.address, host.prefix_length);
      EXPECT_TRUE(std::ranges::find(network.prefixes, prefix) != network.prefixes.end() || prefix == network.v6);
      EXPECT_NE(host.address, prefix.address);
      EXPECT_NE(host.address, prefix.last());
    }
  }
}

TEST(Customers, EveryRowCanBeReadAndServersDiffer) {
  for (const Customer& customer : demo_customers()) {
    ASSERT_FALSE(customer.prefixes.empty()) << customer.name;
    EXPECT_TRUE(customer.prefixes.front().address.is_v4());
    std::set<IpAddress> seen;
    for (std::uint32_t i = 0; i < customer.servers; ++i) {
      const ServerAddress server = server_of(customer, i, false);
      EXPECT_TRUE(std::ranges::any_of(customer.prefixes, [&](const Prefix& p) { return p.contains(server.address); }));
      EXPECT_TRUE(seen.insert(server.address).second) << to_string(server.address) << " twice";
    }
  }
  const Customer arcade = demo_customers().front();
  EXPECT_EQ(to_string(server_of(arcade, 0, false).address), "103.64.13.104");
  EXPECT_EQ(arcade.region, Region::sg);
}

TEST(Demands, EachHasANetworkAndEachNetworkADemand) {
  const Internet internet;
  std::set<std::uint32_t> used;
  for (const Demand& demand : demo_demands(internet, 1)) {
    ASSERT_NE(demand.network, nullptr) << "an AS that is not in the table of networks";
    EXPECT_GT(demand.mean_bps, 0);
    used.insert(demand.network->as);
  }
  for (const RemoteNetwork& network : internet.networks()) EXPECT_TRUE(used.contains(network.as)) << network.as;
}

TEST(Demands, PathsAreThoseOfTheUsageReports) {
  using Path = std::vector<std::uint32_t>;
  EXPECT_EQ(as_path_to(4134, 3491), (Path{3491, 4134}));
  EXPECT_EQ(as_path_to(4837, 2914), (Path{2914, 1239, 4837}));
  EXPECT_EQ(as_path_to(56040, 58453), (Path{58453, 9808, 56040}));
  EXPECT_EQ(as_path_to(4812, 3491), (Path{3491, 4809, 4812}));
  EXPECT_EQ(as_path_to(9808, 58453), (Path{58453, 9808}));
  EXPECT_EQ(as_path_to(4808, 3491), (Path{3491, 9929, 4808}));
  EXPECT_EQ(as_path_to(17639, 0), (Path{17639})) << "on the exchange";
  EXPECT_EQ(as_path_to(6939, 6939), (Path{6939}));
}

TEST(Topology, RoutersAndInterfacesAreThoseOfTheReports) {
  const DemoNetwork network({.seed = 1, .epoch_ms = 0});
  std::map<std::string, std::string> routers;
  std::set<Endpoint> sources;
  for (const DemoRouter& router : network.routers()) {
    routers[to_string(router.exporter.address)] = router.exporter.name;
    EXPECT_TRUE(sources.insert(router.source).second);
    std::set<std::uint32_t> indexes;
    for (const SimulatedInterface& interface : router.exporter.interfaces) indexes.insert(interface.index);
    EXPECT_TRUE(indexes.contains(router.customer_if));
    EXPECT_TRUE(indexes.contains(router.core_if));
    EXPECT_EQ(indexes.size(), router.exporter.interfaces.size());
  }
  EXPECT_EQ(routers["210.5.40.21"], "AIMS-PCCW");
  EXPECT_EQ(routers["103.10.156.73"], "CX2-MYIX");
  EXPECT_EQ(routers["103.3.172.227"], "SG1-TELIA/STARHUB");
  EXPECT_EQ(routers["103.3.172.226"], "SG1-EquinixIX");
  EXPECT_EQ(routers["103.21.181.2"], "NTT-CBJ-BR1");
  EXPECT_EQ(routers.size(), 6U);
  std::set<std::uint32_t> neighbours;
  for (const Exit& exit : demo_exits()) {
    neighbours.insert(exit.neighbour_as);
    const auto& interfaces = network.routers()[exit.router].exporter.interfaces;
    EXPECT_NE(std::ranges::find(interfaces, exit.if_index, &SimulatedInterface::index), interfaces.end()) << exit.name;
  }
  for (const std::uint32_t as : {3491U, 2914U, 58453U, 6939U, 0U}) EXPECT_TRUE(neighbours.contains(as)) << as;
  EXPECT_EQ(demo_exits().size(), kExitCount);
}

TEST(Topology, RoutesCoverAllTrafficAndEachPrefixComesOnceFromEachExit) {
  const DemoNetwork network({.seed = 1, .epoch_ms = 0});
  std::map<Prefix, std::set<std::uint32_t>> origins;
  for (const DemoRoute& route : network.routes()) {
    origins[route.prefix].insert(route.as_path.empty() ? 0 : route.as_path.back());
  }
  for (const auto& [prefix, as] : origins) EXPECT_EQ(as.size(), 1U) << to_string(prefix);
  for (const RemoteNetwork& remote : network.internet().networks()) {
    for (const Prefix& prefix : remote.prefixes) EXPECT_TRUE(origins.contains(prefix)) << to_string(prefix);
  }
}

TEST(DayShape, ADayGivesItsFiguresAgain) {
  const DayFigures figures{.max = 9.36, .average = 2.47, .min = 0.28, .p95 = 6.12};
  const DayShape shape(figures);
  double sum = 0;
  constexpr int kSteps = 100'000;
  for (int i = 0; i < kSteps; ++i) sum += shape.at((i + 0.5) / kSteps);
  EXPECT_NEAR(sum / kSteps, 1, 0.001);
  EXPECT_NEAR(shape.at(0) * figures.average, figures.min, 1e-9);
  EXPECT_NEAR(shape.at(0.95) * figures.average, figures.p95, 1e-9);
  EXPECT_NEAR(shape.at(1) * figures.average, figures.max, 1e-9);
}

TEST(DayCurve, IsQuietBeforeDawnAndBusyInTheEveningInKualaLumpur) {
  const UnixMillis midnight = parse_time("2026-03-10", 0).value();  // UTC: eight in the morning there
  double dawn = 0;
  double evening = 0;
  for (std::uint64_t key = 0; key < 100; ++key) {
    dawn += rank_at(midnight + 21 * kHourMs, key);
    evening += rank_at(midnight + 13 * kHourMs + 30 * kMinuteMs, key);
  }
  EXPECT_LT(dawn / 100, 0.15);
  EXPECT_GT(evening / 100, 0.9);
}

TEST(DayCurve, RanksAreEvenlySpreadOverADay) {
  std::array<int, 10> counts{};
  constexpr UnixMillis kStep = 10 * kSecondMs;
  for (UnixMillis t = 0; t < 10 * kDayMs; t += kStep) {
    const double rank = rank_at(t, 77);
    ASSERT_TRUE(rank >= 0 && rank <= 1);
    ++counts.at(std::min<std::size_t>(9, static_cast<std::size_t>(rank * 10)));
  }
  for (const int count : counts) EXPECT_NEAR(count, 8640, 1300);
}

TEST(DayCurve, AWeekHasFiveWorkdaysAndTheMeanOne) {
  double sum = 0;
  int quiet = 0;
  for (int day = 0; day < 7; ++day) {
    const double factor = weekday_factor(parse_time("2026-03-09", 0).value() + day * kDayMs);  // from a Monday
    sum += factor;
    quiet += factor < 1 ? 1 : 0;
    EXPECT_EQ(factor < 1, day >= 5) << day;
  }
  EXPECT_NEAR(sum, 7, 1e-9);
  EXPECT_EQ(quiet, 2);
}

}  // namespace
}  // namespace weir::simulate
