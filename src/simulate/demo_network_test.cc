// A whole day of the demo network against the figures that it is made to show.
#include "simulate/demo_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "simulate/sampled_header.h"

namespace weir::simulate {
namespace {

constexpr UnixMillis kStep = 5 * kMinuteMs;
constexpr std::size_t kSteps = kDayMs / kStep;
using Series = std::vector<double>;  // bits a second for each step

struct Figures {
  double max, average, min, p95;
};

Figures figures_of(Series series) {
  std::ranges::sort(series);
  double sum = 0;
  for (const double value : series) sum += value;
  return {series.back(), sum / kSteps, series.front(), series[kSteps * 95 / 100]};
}

// What a report over one day would sum up, by the exporters' own words.
struct Day {
  std::map<std::uint32_t, Series> out_by_as;
  std::map<std::uint32_t, Series> in_by_as;
  std::vector<double> by_router;
  Series out{Series(kSteps)};
  std::uint64_t records = 0;
};

const Day& whole_day() {
  static const Day kDay = [] {
    Day day;
    const UnixMillis from = parse_time("2026-03-09 16:00", 0).value();  // Tuesday, midnight in Kuala Lumpur
    const DemoNetwork network({.seed = 45352, .epoch_ms = from + kDayMs});
    day.by_router.resize(network.routers().size());
    for (std::size_t r = 0; r < network.routers().size(); ++r) {
      const SimulatedExporter& exporter = network.routers()[r].exporter;
      const bool two_octets = exporter.protocol == flow::ExportProtocol::netflow5 ||
                              (exporter.protocol == flow::ExportProtocol::netflow9 && !exporter.extended_template);
      const std::uint32_t rate = exporter.sampling_rate == 1 ? 1 : exporter.sampling_rate * kHistoryCoarsening;
      DemoFlowStream stream(network, r, kHistoryCoarsening, from);
      for (std::size_t step = 0; step < kSteps; ++step) {
        const UnixMillis end = from + static_cast<UnixMillis>(step + 1) * kStep;
        for (auto flows = stream.take(end); !flows.empty(); flows = stream.take(end)) {
          for (const SimulatedFlow& flow : flows) {
            const double bps = static_cast<double>(flow.bytes) * rate * 8 / (kStep / kSecondMs);
            const bool out = flow.dst_as != 0;
            const std::uint32_t as = out ? flow.dst_as : flow.src_as;
            Series& series = (out ? day.out_by_as : day.in_by_as)[two_octets && as > 0xffff ? 23456 : as];
            series.resize(kSteps);
            series[step] += bps;
            if (out) day.out[step] += bps;
            day.by_router[r] += bps / kSteps;
            ++day.records;
          }
        }
      }
    }
    return day;
  }();
  return kDay;
}

std::vector<std::uint32_t> top(const std::map<std::uint32_t, Series>& by_as, std::size_t count) {
  std::vector<std::pair<double, std::uint32_t>> sorted;
  for (const auto& [as, series] : by_as) sorted.emplace_back(figures_of(series).average, as);
  std::ranges::sort(sorted, std::greater());
  std::vector<std::uint32_t> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(sorted.at(i).second);
  return out;
}

struct TableRow {
  std::uint32_t as;
  Figures figures;
};

// The table's unit is found from its first row; all other figures must follow.
void compare(const std::map<std::uint32_t, Series>& by_as, const std::vector<TableRow>& table) {
  std::vector<std::uint32_t> order;
  for (const TableRow& row : table) order.push_back(row.as);
  EXPECT_EQ(top(by_as, table.size()), order);
  const double unit = figures_of(by_as.at(table[0].as)).average / table[0].figures.average;
  for (const TableRow& row : table) {
    const Figures seen = figures_of(by_as.at(row.as));
    EXPECT_NEAR(seen.average / unit, row.figures.average, row.figures.average * 0.12) << row.as;
    EXPECT_NEAR(seen.p95 / unit, row.figures.p95, row.figures.p95 * 0.25) << row.as;
    EXPECT_NEAR(seen.max / unit, row.figures.max, row.figures.max * 0.35) << row.as;
    EXPECT_LT(seen.min / unit, row.figures.min * 1.8 + 0.05) << row.as;
  }
}

TEST(DemoNetwork, OutgoingTrafficByAsIsThatOfTheReport) {
  compare(whole_day().out_by_as, {{4134, {31.40, 14.20, 5.01, 23.30}},
                                  {4837, {9.36, 2.47, 0.28, 6.12}},
                                  {56040, {3.09, 0.87, 0.01, 2.38}},
                                  {4812, {2.93, 0.81, 0.10, 1.80}},
                                  {9808, {2.58, 0.62, 0.10, 1.80}},
                                  {4808, {0.83, 0.30, 0.09, 0.64}}});
}

TEST(DemoNetwork, IncomingTrafficByAsIsThatOfTheReport) {
  compare(whole_day().in_by_as, {{15169, {18.62, 10.04, 2.54, 16.56}},
                                 {23456, {2.17, 1.19, 0.34, 2.04}},
                                 {54335, {1.40, 1.00, 0.40, 1.23}},
                                 {4134, {1.95, 0.92, 0.30, 1.60}},
                                 {55720, {1.24, 0.55, 0.05, 1.19}}});
}

TEST(DemoNetwork, RoutersCarryTheSharesOfTheReport) {
  const std::vector<double>& seen = whole_day().by_router;
  const std::vector<double> table = {29.79, 8.70, 5.30, 5.22, 1.81};
  for (std::size_t i = 1; i < table.size(); ++i) {
    EXPECT_NEAR(seen[i] / seen[0], table[i] / table[0], table[i] / table[0] * 0.1) << i;
    EXPECT_LT(seen[i], seen[i - 1]) << "in the order of the table";
  }
  EXPECT_LT(seen[5], seen[4]) << "Hong Kong is the smallest";
}

TEST(DemoNetwork, SixPointEightGigabitLeaveAtPeakAndLittleAtNight) {
  const Figures out = figures_of(whole_day().out);
  EXPECT_NEAR(out.max, 6.8e9, 0.6e9);
  EXPECT_LT(out.min, out.max * 0.35);
}

TEST(DemoNetwork, ADayOfHistoryIsAboutAMillionAndAThirdRecords) {
  EXPECT_GT(whole_day().records, 1'000'000U);
  EXPECT_LT(whole_day().records, 1'600'000U);
}

// Live, at the routers' own rates.
TEST(DemoNetwork, RoutersExportSomeHundredRecordsASecond) {
  const UnixMillis from = parse_time("2026-03-10 12:00", 0).value();
  const DemoNetwork network({.seed = 45352, .epoch_ms = from + kDayMs});
  std::size_t records = 0;
  for (std::size_t r = 0; r < network.routers().size(); ++r) {
    DemoFlowStream stream(network, r, 1, from);
    for (auto flows = stream.take(from + kHourMs); !flows.empty(); flows = stream.take(from + kHourMs)) {
      records += flows.size();
    }
  }
  EXPECT_GT(records / 3600, 50U);
  EXPECT_LT(records / 3600, 400U);
}

TEST(DemoNetwork, ThePlayerOfTheExampleIsAnswered) {
  // 103.64.13.0/24 to 120.29.116.0/23 in AS 17639, in by 49, out by 47, next hop 27.111.229.79.
  const UnixMillis from = parse_time("2026-03-10 10:00", 0).value();
  const DemoNetwork network({.seed = 45352, .epoch_ms = from + kDayMs});
  const Prefix players = parse_prefix("120.29.116.0/23").value();
  const Prefix games = parse_prefix("103.64.13.0/24").value();
  DemoFlowStream stream(network, 3, 1, from);
  std::size_t found = 0;
  for (auto flows = stream.take(from + 4 * kHourMs); !flows.empty(); flows = stream.take(from + 4 * kHourMs)) {
    for (const SimulatedFlow& flow : flows) {
      if (!games.contains(flow.src_addr) || !players.contains(flow.dst_addr)) continue;
      ++found;
      EXPECT_EQ(flow.src_as, 0U);
      EXPECT_EQ(flow.dst_as, 17639U);
      EXPECT_EQ(flow.in_if, 49U);
      EXPECT_EQ(flow.out_if, 47U);
      EXPECT_EQ(flow.src_mask, 24);
      EXPECT_EQ(flow.dst_mask, 23);
      EXPECT_EQ(to_string(flow.next_hop), "27.111.229.79");
    }
  }
  EXPECT_GT(found, 5U);
}

TEST(DemoNetwork, EveryRecordIsSound) {
  const UnixMillis from = parse_time("2026-03-10 12:00", 0).value();
  const DemoNetwork network({.seed = 7, .epoch_ms = from});
  std::size_t v6 = 0;
  for (std::size_t r = 0; r < network.routers().size(); ++r) {
    const SimulatedExporter& exporter = network.routers()[r].exporter;
    RecordBlock block;
    network.traffic().make(r, from, exporter.sampling_rate, block);
    ASSERT_EQ(block.flows.size(), block.export_ms.size());
    EXPECT_TRUE(std::ranges::is_sorted(block.export_ms));
    for (std::size_t i = 0; i < block.flows.size(); ++i) {
      const SimulatedFlow& flow = block.flows[i];
      ASSERT_EQ(flow.src_addr.is_v4(), flow.dst_addr.is_v4());
      ASSERT_LE(flow.start_ms, flow.end_ms);
      ASSERT_LE(flow.end_ms, block.export_ms[i]);
      ASSERT_LE(flow.end_ms - flow.start_ms, kMinuteMs) << "the active timeout";
      ASSERT_GE(flow.packets, 1U);
      ASSERT_GE(flow.bytes, flow.packets * header_octets(flow));
      ASSERT_LE(flow.bytes, 1500 * flow.packets);
      ASSERT_TRUE(flow.src_as == 0 || flow.dst_as == 0);
      const auto known = [&](std::uint32_t index) {
        return std::ranges::find(exporter.interfaces, index, &SimulatedInterface::index) != exporter.interfaces.end();
      };
      ASSERT_TRUE(known(flow.in_if) && known(flow.out_if));
      v6 += flow.src_addr.is_v4() ? 0 : 1;
      ASSERT_TRUE(flow.src_addr.is_v4() || exporter.protocol != flow::ExportProtocol::netflow5);
    }
  }
  EXPECT_GT(v6, 100U);
}

TEST(DemoFlowStream, TheSameSeedAndTimeGiveTheSameFlowsHoweverTheyAreAskedFor) {
  const UnixMillis from = parse_time("2026-03-10 03:17:23", 0).value();
  const DemoNetwork a({.seed = 9, .epoch_ms = from});
  const DemoNetwork b({.seed = 9, .epoch_ms = from});
  const DemoNetwork other({.seed = 10, .epoch_ms = from});
  const auto key = [](const SimulatedFlow& f) {
    return std::tuple(f.start_ms, f.end_ms, f.src_addr, f.dst_addr, f.src_port, f.dst_port, f.bytes, f.packets);
  };
  const auto collect = [&](const DemoNetwork& network, UnixMillis start, UnixMillis step) {
    std::vector<decltype(key(SimulatedFlow{}))> out;
    DemoFlowStream stream(network, 0, 1, start);
    stream.skip_to(from);
    for (UnixMillis to = from + step; to <= from + 12 * kMinuteMs; to += step) {
      for (auto flows = stream.take(to); !flows.empty(); flows = stream.take(to)) {
        for (const SimulatedFlow& flow : flows) out.push_back(key(flow));
      }
    }
    return out;
  };
  const auto all_at_once = collect(a, from, 12 * kMinuteMs);
  EXPECT_GT(all_at_once.size(), 1000U);
  EXPECT_EQ(all_at_once, collect(b, from, kSecondMs));
  EXPECT_EQ(all_at_once, collect(b, from - kHourMs, 7 * kSecondMs + 500)) << "asked from an hour before";
  EXPECT_NE(all_at_once, collect(other, from, kMinuteMs));
}

TEST(Attacks, TheFirstComesSoonThenOneInTenMinutesAndFewInThePast) {
  const UnixMillis epoch = parse_time("2026-03-10 12:34:56", 0).value();
  const DemoNetwork network({.seed = 45352, .epoch_ms = epoch});
  const std::vector<Attack> hour = network.attacks_between(epoch, epoch + kHourMs);
  ASSERT_EQ(hour.size(), 6U);
  EXPECT_LE(hour[0].start_ms, epoch + 2 * kMinuteMs);
  for (const Attack& attack : hour) {
    EXPECT_GE(attack.end_ms - attack.start_ms, 60 * kSecondMs);
    EXPECT_LE(attack.end_ms - attack.start_ms, 180 * kSecondMs);
    ASSERT_NE(attack.shape, nullptr);
    EXPECT_TRUE(std::ranges::any_of(network.customers()[attack.customer].prefixes,
                                    [&](const Prefix& prefix) { return prefix.contains(attack.victim); }));
  }
  std::set<std::string_view> words;
  for (const Attack& attack : network.attacks_between(epoch - kDayMs, epoch)) words.insert(attack.shape->word);
  for (const char* word : {"syn_flood", "ntp_amplification", "carpet_bombing", "outgoing_amplification"}) {
    EXPECT_TRUE(words.contains(word)) << word << " is in no day";
  }
  const std::size_t past = network.attacks_between(epoch - kDayMs, epoch).size();
  EXPECT_GT(past, 10U);
  EXPECT_LT(past, 45U);
  EXPECT_TRUE(network.attacks_between(epoch, epoch).empty());
}

TEST(Attacks, TheVictimReceivesMoreThanAnybodyElseFromManySources) {
  const UnixMillis epoch = parse_time("2026-03-10 12:34:56", 0).value();
  const DemoNetwork network({.seed = 45352, .epoch_ms = epoch});
  const Attack attack = network.attacks_between(epoch, epoch + 10 * kMinuteMs).at(0);
  std::map<IpAddress, double> received;
  std::map<IpAddress, std::size_t> sources;
  for (std::size_t r = 0; r < network.routers().size(); ++r) {
    DemoFlowStream stream(network, r, 1, attack.start_ms);
    for (auto flows = stream.take(attack.end_ms); !flows.empty(); flows = stream.take(attack.end_ms)) {
      for (const SimulatedFlow& flow : flows) {
        received[flow.dst_addr] += static_cast<double>(flow.bytes) * network.routers()[r].exporter.sampling_rate;
        if (flow.dst_addr == attack.victim) ++sources[flow.src_addr];
      }
    }
  }
  const double seconds = static_cast<double>(attack.end_ms - attack.start_ms) / 1000;
  EXPECT_NEAR(received[attack.victim] * 8 / seconds, attack.bits_per_second, attack.bits_per_second * 0.15);
  for (const auto& [address, octets] : received) {
    EXPECT_TRUE(address == attack.victim || octets < received[attack.victim]) << to_string(address);
  }
  EXPECT_GT(sources.size(), 1000U);
}

}  // namespace
}  // namespace weir::simulate
