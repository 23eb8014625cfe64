#include "query/nearest.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace weir::query {
namespace {

constexpr std::size_t kLongest = 64;

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() < 2 || word.size() > kLongest) return {};
  const std::size_t most = std::max<std::size_t>(1, word.size() / 3);
  std::string_view best;
  std::size_t lowest = 2 * most + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() < 2 || candidate.size() > kLongest) continue;
    const std::size_t count = edits(word, candidate);
    if (count >= candidate.size()) continue;  // nothing of it is left
    // Of equally close ones, that which only was not typed to its end.
    const std::size_t cost = 2 * count + (candidate.starts_with(word) ? 0 : 1);
    if (count <= most && (best.empty() || cost < lowest)) {
      lowest = cost;
      best = candidate;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view best = nearest(word, candidates);
  return best.empty() ? "" : "; did you mean '" + std::string(best) + "'?";
}

}  // namespace weir::query
