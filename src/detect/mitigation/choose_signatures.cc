// Which signatures become rules.
#include <algorithm>
#include <bit>

#include "detect/mitigation/plan.h"

namespace weir::detect {
namespace {

/// All sets of so many are tried; of more signatures the best are kept.
constexpr std::size_t kMostTried = 12;
constexpr double kEnough = 0.95;

template <typename T>
bool differ(const std::optional<T>& a, const std::optional<T>& b) {
  return a && b && *a != *b;
}

/// No packet can match both.
bool exclude_each_other(const Signature& a, const Signature& b) {
  const bool sources = a.source && b.source && !a.source->contains(b.source->address) &&
                       !b.source->contains(a.source->address);
  const bool targets = !a.target.contains(b.target.address) && !b.target.contains(a.target.address);
  const bool lengths = (a.length_to && b.length_from && *a.length_to < *b.length_from) ||
                       (b.length_to && a.length_from && *b.length_to < *a.length_from);
  return sources || targets || lengths || differ(a.protocol, b.protocol) || differ(a.source_port, b.source_port) ||
         differ(a.destination_port, b.destination_port) || differ(a.icmp_type, b.icmp_type) ||
         differ(a.fragment, b.fragment);
}

struct Catch {
  double attack = 0;
  double other = 0;
};

/// Signatures that exclude each other add up; of those that may overlap the larger share counts for the attack, and the sum
/// for the rest: wrong on the careful side both times.
Catch caught_by(std::span<const Signature> from, unsigned set) {
  Catch out;
  std::vector<const Signature*> taken;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if ((set >> i & 1U) == 0) continue;
    out.other += from[i].other_share;
    double overlapping = 0;
    for (const Signature* other : taken) {
      if (!exclude_each_other(from[i], *other)) overlapping = std::max(overlapping, other->attack_share);
    }
    out.attack += std::max(0.0, from[i].attack_share - overlapping);
    taken.push_back(&from[i]);
  }
  out.attack = std::min(out.attack, 1.0);
  out.other = std::min(out.other, 1.0);
  return out;
}

/// Whether a set that catches `a` with `a_rules` rules is better.
bool better(const Catch& a, int a_rules, const Catch& b, int b_rules) {
  const bool a_enough = a.attack >= kEnough;
  if (a_enough != (b.attack >= kEnough)) return a_enough;
  if (!a_enough && a.attack != b.attack) return a.attack > b.attack;
  if (a_rules != b_rules) return a_rules < b_rules;
  if (a.other != b.other) return a.other < b.other;
  return a.attack > b.attack;
}

}  // namespace

std::vector<Signature> choose_signatures(std::span<const Signature> from, std::size_t most_rules, double most_other) {
  std::vector<Signature> candidates(from.begin(), from.end());
  std::erase_if(candidates, [&](const Signature& s) { return s.attack_share <= 0 || s.other_share > most_other; });
  std::ranges::stable_sort(candidates, std::greater{}, [](const Signature& s) { return s.attack_share - s.other_share; });
  if (candidates.size() > kMostTried) candidates.resize(kMostTried);
  unsigned best = 0;
  Catch best_catch;
  for (unsigned set = 1; set < 1U << candidates.size(); ++set) {
    const int rules = std::popcount(set);
    if (static_cast<std::size_t>(rules) > most_rules) continue;
    const Catch caught = caught_by(candidates, set);
    if (caught.other > most_other) continue;
    if (best == 0 || better(caught, rules, best_catch, std::popcount(best))) {
      best = set;
      best_catch = caught;
    }
  }
  std::vector<Signature> out;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if ((best >> i & 1U) != 0) out.push_back(candidates[i]);
  }
  return out;
}

}  // namespace weir::detect
