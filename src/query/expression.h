// A filter as a tree: typed, engine-neutral, already checked. filter.h makes it from text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/ip_address.h"
#include "flow/columns.h"

namespace weir::query {

enum class Compare : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

struct Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;

/// Always true: the empty filter, "any".
struct Anything {};
struct Not {
  ExpressionPtr inner;
};
/// All of them; at least two.
struct And {
  std::vector<ExpressionPtr> all;
};
/// One of them; at least two.
struct Or {
  std::vector<ExpressionPtr> any;
};
/// A numeric column (also times, MACs and derived numbers) against a number.
struct NumberTest {
  flow::Column column;
  Compare compare;
  double real = 0;           ///< for ColumnType::real
  std::uint64_t number = 0;  ///< for all others; times as milliseconds
};
/// A numeric column within one of the inclusive ranges.
struct NumberInRanges {
  flow::Column column;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
};
/// (column & mask) == value, for flags.
struct BitTest {
  flow::Column column;
  std::uint64_t mask;
  std::uint64_t value;
};
/// An address column within one of the networks (a host is a /32 or /128).
struct AddressInNetworks {
  flow::Column column;
  std::vector<Prefix> networks;
};
/// A text column equal to one of the texts.
struct TextInList {
  flow::Column column;
  std::vector<std::string> texts;
};
/// A text column in which an RE2 regular expression matches somewhere.
struct TextMatches {
  flow::Column column;
  std::string pattern;
};
/// Two columns of the same type against each other.
struct ColumnTest {
  flow::Column left;
  Compare compare;
  flow::Column right;
};
/// The reverse DNS name of an address is one of the texts, or holds a match of the one pattern; names are compared without
/// regard to case. No engine knows names: query/name_tests.h makes networks of these tests before a filter is used.
struct NameTest {
  flow::Column column;  ///< src_addr or dst_addr
  bool is_pattern = false;
  std::vector<std::string> texts;
};
/// The row has (or lacks) a value for the column.
struct IsKnown {
  flow::Column column;
};

/// A row in which a compared column is unknown does not match, whatever the comparison (also not_equal); `Not` of it
/// does.
struct Expression {
  std::variant<Anything, Not, And, Or, NumberTest, NumberInRanges, BitTest, AddressInNetworks, TextInList, TextMatches,
               ColumnTest, IsKnown,
               NameTest>
      node;
};

}  // namespace weir::query
