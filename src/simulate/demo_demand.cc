#include "simulate/demo_demand.h"

#include <array>
#include <span>

#include "simulate/random.h"

namespace weir::simulate {
namespace {

// The tables below are in units; one unit is this many bits a second. So chosen that outgoing traffic peaks at about
// 6.8 Gbit/s.
constexpr double kUnitBps = 93e6;

// Networks whose figures are given: Max, Avg, Min and 95 % of a day.
struct KnownRow {
  std::uint32_t as;
  bool outgoing;
  DayFigures figures;
};

constexpr auto kKnown = std::to_array<KnownRow>({
    {4134, true, {31.40, 14.20, 5.01, 23.30}},
    {4837, true, {9.36, 2.47, 0.28, 6.12}},
    {56040, true, {3.09, 0.87, 0.01, 2.38}},
    {4812, true, {2.93, 0.81, 0.10, 1.80}},
    {9808, true, {2.58, 0.62, 0.10, 1.80}},
    {4808, true, {0.83, 0.30, 0.09, 0.64}},
    {15169, false, {18.62, 10.04, 2.54, 16.56}},
    // These three show as 23456 where the exporter has only two octets; together 1.19.
    {131334, false, {2.17 * 0.5, 1.19 * 0.5, 0.34 * 0.5, 2.04 * 0.5}},
    {131090, false, {2.17 * 0.3, 1.19 * 0.3, 0.34 * 0.3, 2.04 * 0.3}},
    {131222, false, {2.17 * 0.2, 1.19 * 0.2, 0.34 * 0.2, 2.04 * 0.2}},
    {54335, false, {1.40, 1.00, 0.40, 1.23}},
    {4134, false, {1.95, 0.92, 0.30, 1.60}},
    {55720, false, {1.24, 0.55, 0.05, 1.19}},
});

// By which exits they go, as shares.
struct ExitShare {
  std::uint32_t as;
  bool outgoing;
  ExitId exit;
  double share;
};

constexpr auto kExitShares = std::to_array<ExitShare>({
    {4134, true, ExitId::pccw, 1},
    {4837, true, ExitId::ntt, 0.62},
    {4837, true, ExitId::ntt_hk, 0.38},
    {56040, true, ExitId::cmi_sg, 0.64},
    {56040, true, ExitId::cmi_hk, 0.36},
    {4812, true, ExitId::pccw, 1},
    {9808, true, ExitId::cmi_sg, 0.64},
    {9808, true, ExitId::cmi_hk, 0.36},
    {4808, true, ExitId::pccw, 1},
    {15169, false, ExitId::pccw, 0.5},
    {15169, false, ExitId::myix, 0.3},
    {15169, false, ExitId::equinix, 0.2},
    {131334, false, ExitId::pccw, 1},
    {131090, false, ExitId::pccw, 1},
    {131222, false, ExitId::pccw, 1},
    {54335, false, ExitId::pccw, 1},
    {4134, false, ExitId::pccw, 1},
    {55720, false, ExitId::myix, 1},
});

// The rest of the world by exit: units out and in for the whole group, shared among its networks, the first more than
// the last.
struct Group {
  ExitId exit;
  double out;
  double in;
  std::span<const std::uint32_t> networks;
};

constexpr auto kByPccw =
    std::to_array<std::uint32_t>({7922, 16509, 4766,  17676, 3462, 8075,  20940, 17816, 9318,  2516,  37963, 7018,
                                  701,  9394,  45090, 14618, 1221, 18881, 28573, 9829,  3786,  9498,  17421, 15133,
                                  4804, 209,   27699, 20115, 7545, 22773, 18101, 22822, 21928, 17623, 23724});
constexpr auto kByMyix =
    std::to_array<std::uint32_t>({4788,  9534,  9930,  38322, 4818,  10030, 45960, 24218, 38182,  38466, 46015,
                                  45839, 10204, 23678, 24028, 17971, 45668, 24514, 18206, 133014, 38199, 24321});
constexpr auto kByTelia = std::to_array<std::uint32_t>(
    {3320, 16276, 24940, 2856, 12322, 3215, 5089, 12389, 3269, 9121, 12876, 6830, 3352, 8402, 5617, 3301, 1136, 8708});
constexpr auto kByStarhub = std::to_array<std::uint32_t>({55430, 9506, 3758, 4773, 36351, 18106});
constexpr auto kByEquinix = std::to_array<std::uint32_t>(
    {17639, 7552, 17974, 9299, 32934, 45899, 23693, 4775, 13335, 18403, 17552, 4761, 45758, 10139});
constexpr auto kByHurricane = std::to_array<std::uint32_t>({14061, 6939, 19994});
constexpr auto kByNtt = std::to_array<std::uint32_t>({4713, 2497, 17506});
constexpr auto kByHkix = std::to_array<std::uint32_t>({4760, 9269, 9304, 4515});
constexpr auto kGooglePeering = std::to_array<std::uint32_t>({15169});
constexpr auto kUnicom = std::to_array<std::uint32_t>({4837});
constexpr auto kHostingNeighbours = std::to_array<std::uint32_t>({55720});

constexpr auto kGroups = std::to_array<Group>({
    {ExitId::pccw, 6.70, 4.05, kByPccw},
    {ExitId::myix, 4.50, 1.90, kByMyix},
    {ExitId::telia, 2.95, 1.65, kByTelia},
    {ExitId::starhub, 1.05, 0.62, kByStarhub},
    {ExitId::equinix, 1.65, 0.70, kByEquinix},
    {ExitId::hurricane, 0.25, 0.20, kByHurricane},
    {ExitId::ntt, 0.35, 0.20, kByNtt},
    {ExitId::hkix, 0.17, 0.10, kByHkix},
    {ExitId::equinix, 0.20, 0.0, kGooglePeering},
    {ExitId::ntt, 0.0, 0.10, kUnicom},
    {ExitId::myix, 0.15, 0.0, kHostingNeighbours},
});

// Networks that are not neighbours of our neighbour.
struct TransitPath {
  std::uint32_t as;
  std::uint32_t neighbour_as;
  std::uint32_t between;
};

constexpr auto kTransitPaths = std::to_array<TransitPath>({
    {4837, 2914, 1239},
    {56040, 58453, 9808},
    {4812, 3491, 4809},
    {4808, 3491, 9929},
});

std::uint64_t key_of(std::uint64_t seed, std::uint32_t as, bool outgoing) {
  return mix(seed, static_cast<std::uint64_t>(as) << 1U | (outgoing ? 1U : 0U));
}

void add_known(const Internet& internet, std::uint64_t seed, std::vector<Demand>& out) {
  for (const KnownRow& row : kKnown) {
    for (const ExitShare& share : kExitShares) {
      if (share.as != row.as || share.outgoing != row.outgoing) continue;
      // The three that show as one AS rise and fall together.
      const std::uint32_t rhythm = row.as > 0xffff ? 23456 : row.as;
      out.push_back({.network = internet.find(row.as),
                     .exit = share.exit,
                     .outgoing = row.outgoing,
                     .mean_bps = row.figures.average * share.share * kUnitBps,
                     .shape = DayShape(row.figures),
                     .key = key_of(seed, rhythm, row.outgoing)});
    }
  }
}

void add_group(const Internet& internet, std::uint64_t seed, const Group& group, std::vector<Demand>& out) {
  const auto count = static_cast<double>(group.networks.size());
  for (std::size_t i = 0; i < group.networks.size(); ++i) {
    // From 1.25 times the mean down to 0.75 times.
    const double weight = (1.25 - (count > 1 ? 0.5 * static_cast<double>(i) / (count - 1) : 0.25)) / count;
    for (const bool outgoing : {true, false}) {
      const double units = (outgoing ? group.out : group.in) * weight;
      if (units <= 0) continue;
      out.push_back({.network = internet.find(group.networks[i]),
                     .exit = group.exit,
                     .outgoing = outgoing,
                     .mean_bps = units * kUnitBps,
                     .shape = DayShape::ordinary(),
                     .key = key_of(seed, group.networks[i], outgoing)});
    }
  }
}

}  // namespace

double rate_of(const Demand& demand, UnixMillis time) {
  return demand.mean_bps * weekday_factor(time) * demand.shape.at(rank_at(time, demand.key));
}

std::vector<Demand> demo_demands(const Internet& internet, std::uint64_t seed) {
  std::vector<Demand> out;
  add_known(internet, seed, out);
  for (const Group& group : kGroups) add_group(internet, seed, group, out);
  return out;
}

std::vector<std::uint32_t> as_path_to(std::uint32_t as, std::uint32_t neighbour_as) {
  for (const TransitPath& path : kTransitPaths) {
    if (path.as == as && path.neighbour_as == neighbour_as) return {neighbour_as, path.between, as};
  }
  if (neighbour_as == 0 || neighbour_as == as) return {as};
  return {neighbour_as, as};
}

}  // namespace weir::simulate
