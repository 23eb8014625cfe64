#include "bgp/decision.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace weir::bgp {
namespace {

std::size_t best(const std::vector<Contender>& all) {
  return best_of(all.size(), [&](std::size_t i) { return std::optional(all[i]); }).value();
}

TEST(Decision, EachStepDecidesBeforeTheNext) {
  // Each of these beats the one before it by one step, and loses in all later ones.
  std::vector<Contender> all;
  Contender one{.preference = 0,
                .stale = true,
                .local_pref = 0,
                .path_length = 9,
                .origin = Origin::incomplete,
                .neighbour_as = 1,
                .med = 9,
                .internal = true,
                .bgp_id = 9,
                .peer = IpAddress::v4(9),
                .path_id = 9,
                .view = 9};
  all.push_back(one);
  const auto add = [&](auto change) {
    change(one);
    all.push_back(one);
  };
  add([](Contender& c) { c.view = 1; });
  add([](Contender& c) { c.path_id = 1, c.view = 10; });
  add([](Contender& c) { c.peer = IpAddress::v4(1), c.path_id = 10; });
  add([](Contender& c) { c.bgp_id = 1, c.peer = IpAddress::v4(10); });
  add([](Contender& c) { c.internal = false, c.bgp_id = 10; });
  add([](Contender& c) { c.med = 1, c.internal = true; });
  add([](Contender& c) { c.origin = Origin::igp, c.med = 10; });
  add([](Contender& c) { c.path_length = 1, c.origin = Origin::incomplete; });
  add([](Contender& c) { c.local_pref = 1, c.path_length = 10; });
  add([](Contender& c) { c.stale = false, c.local_pref = 0; });
  add([](Contender& c) { c.preference = 1, c.stale = true; });
  const std::vector<std::string_view> words = {"known earlier",
                                               "lower path identifier",
                                               "lower address of the peer",
                                               "lower BGP identifier of the peer",
                                               "external before internal",
                                               "lower MED",
                                               "lower origin",
                                               "shorter AS path",
                                               "higher local preference",
                                               "not stale",
                                               "higher source preference"};
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_EQ(best({all[i - 1], all[i]}), 1U) << words[i - 1];
    EXPECT_EQ(best({all[i], all[i - 1]}), 0U) << words[i - 1];
    EXPECT_EQ(why_better(all[i], all[i - 1]), words[i - 1]);
  }
}

TEST(Decision, MedIsComparedWithinOneNeighbourOnly) {
  const Contender low{.neighbour_as = 1, .med = 5, .bgp_id = 3, .peer = {}};
  const Contender high{.neighbour_as = 1, .med = 10, .bgp_id = 1, .peer = {}};
  const Contender other{.neighbour_as = 2, .med = 99, .bgp_id = 2, .peer = {}};
  EXPECT_EQ(best({low, high}), 0U);
  EXPECT_EQ(best({high, other}), 0U);
  // `high` would beat `other`, but is out by MED.
  EXPECT_EQ(best({low, high, other}), 2U);
  EXPECT_EQ(why_better(other, high), "lower MED of another route");
  EXPECT_EQ(why_better(other, low), "lower BGP identifier of the peer");
}

TEST(Decision, TheOrderOfTheRoutesDoesNotMatter) {
  std::mt19937 random(3);
  const auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
  for (int round = 0; round < 300; ++round) {
    std::vector<Contender> all;
    for (std::uint32_t view = 0; view < 7; ++view) {
      all.push_back({.path_length = below(2),
                     .neighbour_as = below(2),
                     .med = below(3),
                     .internal = below(2) == 0,
                     .bgp_id = below(3),
                     .peer = {},
                     .view = view});
    }
    const std::uint32_t winner = all[best(all)].view;
    const auto order = ranked(all);
    EXPECT_EQ(all[order.front()].view, winner);
    EXPECT_EQ(order.size(), all.size());
    for (int i = 0; i < 5; ++i) {
      std::ranges::shuffle(all, random);
      EXPECT_EQ(all[best(all)].view, winner);
    }
  }
}

TEST(Decision, WhoTakesNoPartDoesNotWin) {
  const auto none = [](std::size_t) { return std::optional<Contender>(); };
  EXPECT_EQ(best_of(3, none), std::nullopt);
  EXPECT_EQ(best_of(3, [](std::size_t i) { return i == 2 ? std::optional(Contender{.peer = {}}) : std::nullopt; }), 2U);
}

}  // namespace
}  // namespace weir::bgp
