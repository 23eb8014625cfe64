#include "serve/es/clauses.h"

#include <fmt/format.h>

#include "serve/es/json_text.h"

namespace weir::serve::es {
namespace {

using query::ExpressionPtr;

constexpr std::size_t kMostCombinations = 1000;

/// How many of `count` clauses; nothing when it cannot be read.
std::optional<std::size_t> read_minimum(std::string_view text, std::size_t count) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  std::int64_t number = 0;
  if (!read_whole(text, number) || number > 1'000'000 || number < -1'000'000) return std::nullopt;
  const auto all = static_cast<std::int64_t>(count);
  if (percent) number = number * all / 100;  // rounded towards zero, as Elasticsearch does
  if (number < 0) number += all;
  return static_cast<std::size_t>(std::max<std::int64_t>(number, 0));
}

/// At least `wanted` of the parts from `at` on.
ExpressionPtr at_least(const std::vector<ExpressionPtr>& parts, std::size_t at, std::size_t wanted) {
  if (wanted == 0) return everything();
  if (parts.size() - at < wanted) return nothing();
  if (parts.size() - at == wanted) return all_of({parts.begin() + static_cast<std::ptrdiff_t>(at), parts.end()});
  return any_of({all_of({parts[at], at_least(parts, at + 1, wanted - 1)}), at_least(parts, at + 1, wanted)});
}

double combinations(std::size_t count, std::size_t wanted) {
  double out = 1;
  for (std::size_t i = 0; i < wanted; ++i) out = out * static_cast<double>(count - i) / static_cast<double>(i + 1);
  return out;
}

}  // namespace

Parsed<ExpressionPtr> combine(Clauses clauses, const std::optional<std::string>& minimum) {
  std::vector<ExpressionPtr> parts = std::move(clauses.must);
  const bool optional_only = parts.empty();
  for (ExpressionPtr& clause : clauses.must_not) parts.push_back(none_of(std::move(clause)));
  const std::size_t count = clauses.should.size();
  std::size_t wanted = optional_only && count > 0 ? 1 : 0;
  if (minimum && count > 0) {
    const auto read = read_minimum(*minimum, count);
    if (!read) return illegal(fmt::format("minimum_should_match [{}] is no number and no percentage", *minimum));
    wanted = *read;
  }
  if (wanted == 1) {
    parts.push_back(any_of(std::move(clauses.should)));
  } else if (wanted > count) {
    return nothing();
  } else if (wanted > 0) {
    if (combinations(count, wanted) > static_cast<double>(kMostCombinations))
      return illegal(fmt::format("minimum_should_match {} of {} clauses has more than {} combinations", wanted, count,
                                 kMostCombinations));
    parts.push_back(at_least(clauses.should, 0, wanted));
  }
  return all_of(std::move(parts));
}

}  // namespace weir::serve::es
