// What a filter says of a column, apart from which column: so that 'port', 'src port' and 'src_port' share one way.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "query/expression.h"
#include "query/filter.h"
#include "query/words.h"

namespace weir::query {

using Parsed = std::expected<ExpressionPtr, FilterError>;

/// Which columns of a pair a test is about.
enum class Side : std::uint8_t {
  unsaid,  ///< one of them; but both of them when the test is that something is not so
  source,
  destination,
  either,  ///< 'src or dst'
  both,    ///< 'src and dst'
};

struct Test {
  enum class Kind : std::uint8_t { compare, listed, pattern, known, bits, column, member, name };
  Kind kind = Kind::compare;
  Compare compare = Compare::equal;
  bool negative = false;  ///< not in, !~, is unknown
  double real = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  std::vector<Prefix> networks;
  std::vector<std::string> texts;  ///< for pattern the one pattern; for member the words looked for
  bool is_pattern = false;         ///< for name
  std::uint64_t mask = 0;
  flow::Column other{};  ///< for column
};

[[nodiscard]] ExpressionPtr make(Expression expression);
/// Flattened: an And within becomes part of it. One part is that part itself.
[[nodiscard]] ExpressionPtr make_and(std::vector<ExpressionPtr> parts);
[[nodiscard]] ExpressionPtr make_or(std::vector<ExpressionPtr> parts);
[[nodiscard]] ExpressionPtr make_not(ExpressionPtr inner);

/// The test on one column.
[[nodiscard]] ExpressionPtr build(flow::Column column, const Test& test, Zero zero);
/// The test on a pair of columns.
[[nodiscard]] ExpressionPtr build_pair(const WordInfo& word, Side side, const Test& test);

}  // namespace weir::query
