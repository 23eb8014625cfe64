#include "bgp/decision.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace weir::bgp {
namespace {

// MED stands between these two, because it is compared within one neighbour AS alone.
struct Step {
  bool (*better)(const Contender&, const Contender&);
  std::string_view words;
};
constexpr std::array<Step, 5> kBeforeMed = {{
    {[](const Contender& a, const Contender& b) { return a.preference > b.preference; }, "higher source preference"},
    {[](const Contender& a, const Contender& b) { return !a.stale && b.stale; }, "not stale"},
    {[](const Contender& a, const Contender& b) { return a.local_pref > b.local_pref; }, "higher local preference"},
    {[](const Contender& a, const Contender& b) { return a.path_length < b.path_length; }, "shorter AS path"},
    {[](const Contender& a, const Contender& b) { return a.origin < b.origin; }, "lower origin"},
}};
constexpr std::array<Step, 5> kAfterMed = {{
    {[](const Contender& a, const Contender& b) { return !a.internal && b.internal; }, "external before internal"},
    {[](const Contender& a, const Contender& b) { return a.bgp_id < b.bgp_id; }, "lower BGP identifier of the peer"},
    {[](const Contender& a, const Contender& b) { return a.peer < b.peer; }, "lower address of the peer"},
    {[](const Contender& a, const Contender& b) { return a.path_id < b.path_id; }, "lower path identifier"},
    {[](const Contender& a, const Contender& b) { return a.view < b.view; }, "known earlier"},
}};

bool lower_med(const Contender& a, const Contender& b) {
  return a.neighbour_as == b.neighbour_as && a.med < b.med;
}

/// Keeps of `left` those that no other beats in this step.
void keep_best(std::span<const Contender> contenders, std::vector<std::size_t>& left, const Step& step) {
  std::size_t best = left.front();
  for (const std::size_t i : left) {
    if (step.better(contenders[i], contenders[best])) best = i;
  }
  std::erase_if(left, [&](std::size_t i) { return step.better(contenders[best], contenders[i]); });
}

std::size_t best_among(std::span<const Contender> contenders, std::vector<std::size_t> left) {
  for (const Step& step : kBeforeMed) keep_best(contenders, left, step);
  std::vector<std::size_t> after_med;
  for (const std::size_t i : left) {
    const bool beaten =
        std::ranges::any_of(left, [&](std::size_t other) { return lower_med(contenders[other], contenders[i]); });
    if (!beaten) after_med.push_back(i);
  }
  for (const Step& step : kAfterMed) keep_best(contenders, after_med, step);
  return after_med.front();
}

}  // namespace

std::size_t best_of(std::span<const Contender> contenders) {
  std::vector<std::size_t> all(contenders.size());
  std::iota(all.begin(), all.end(), 0);
  return best_among(contenders, std::move(all));
}

std::vector<std::size_t> ranked(std::span<const Contender> contenders) {
  std::vector<std::size_t> left(contenders.size());
  std::iota(left.begin(), left.end(), 0);
  std::vector<std::size_t> out;
  while (!left.empty()) {
    out.push_back(best_among(contenders, left));
    std::erase(left, out.back());
  }
  return out;
}

std::string_view why_better(const Contender& winner, const Contender& loser) {
  for (const Step& step : kBeforeMed) {
    if (step.better(winner, loser)) return step.words;
    if (step.better(loser, winner)) return "";
  }
  if (lower_med(winner, loser)) return "lower MED";
  for (const Step& step : kAfterMed) {
    if (step.better(winner, loser)) return step.words;
    // The loser was beaten by a third one of its own neighbour AS.
    if (step.better(loser, winner)) return "lower MED of another route";
  }
  return "";
}

}  // namespace weir::bgp
