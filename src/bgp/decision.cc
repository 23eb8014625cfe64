#include "bgp/decision.h"

#include <array>

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

template <std::size_t N>
std::strong_ordering compare(const std::array<Step, N>& steps, const Contender& a, const Contender& b) {
  for (const Step& step : steps) {
    if (step.better(a, b)) return std::strong_ordering::less;
    if (step.better(b, a)) return std::strong_ordering::greater;
  }
  return std::strong_ordering::equal;
}

}  // namespace

std::strong_ordering before_med(const Contender& a, const Contender& b) {
  return compare(kBeforeMed, a, b);
}
std::strong_ordering after_med(const Contender& a, const Contender& b) {
  return compare(kAfterMed, a, b);
}

std::vector<std::size_t> ranked(std::span<const Contender> contenders) {
  std::vector<std::optional<Contender>> left(contenders.begin(), contenders.end());
  std::vector<std::size_t> out;
  while (out.size() < contenders.size()) {
    const auto best = best_of(left.size(), [&](std::size_t i) { return left[i]; });
    out.push_back(best.value_or(0));
    left[out.back()].reset();
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
