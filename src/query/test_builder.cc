#include "query/test_builder.h"

#include <re2/re2.h>

#include <algorithm>

#include "query/derived.h"

namespace weir::query {
namespace {

using flow::Column;
using flow::ColumnType;

ExpressionPtr known(Column column) {
  if (flow::info(column).type != ColumnType::prefix) return make({IsKnown{column}});
  const PrefixParts parts = prefix_parts(column);
  return make_and({make({IsKnown{parts.address}}), make({IsKnown{parts.mask}})});
}

/// One of the words of a text with spaces between, such as a community.
ExpressionPtr has_word(Column column, const std::vector<std::string>& words) {
  std::string pattern = "(^| )(";
  for (std::size_t i = 0; i < words.size(); ++i) pattern += (i == 0 ? "" : "|") + re2::RE2::QuoteMeta(words[i]);
  return make({TextMatches{column, pattern + ")( |$)"}});
}

/// An address without a name matches neither a test nor its opposite.
ExpressionPtr name_test(Column column, const Test& test) {
  ExpressionPtr holds = make({NameTest{column, test.is_pattern, test.texts}});
  if (!test.negative) return holds;
  return make_and({make({NameTest{column, true, {""}}}), make_not(std::move(holds))});
}

/// A row without a value matches neither a test nor its opposite.
ExpressionPtr opposite(Column column, ExpressionPtr test) {
  return make_and({known(column), make_not(std::move(test))});
}

/// src_prefix = P: the address lies in it and the mask is just as long.
ExpressionPtr prefix_equals(Column column, const Prefix& prefix) {
  const PrefixParts parts = prefix_parts(column);
  return make_and({make({AddressInNetworks{parts.address, {prefix}}}),
                   make({NumberTest{parts.mask, Compare::equal, 0, prefix.length}})});
}

ExpressionPtr one_of(Column column, const Test& test) {
  switch (flow::info(column).type) {
    case ColumnType::ip:
      return make({AddressInNetworks{column, test.networks}});
    case ColumnType::string:
      return make({TextInList{column, test.texts}});
    case ColumnType::prefix: {
      std::vector<ExpressionPtr> any;
      for (const Prefix& prefix : test.networks) any.push_back(prefix_equals(column, prefix));
      return make_or(std::move(any));
    }
    default:
      return make({NumberInRanges{column, test.ranges}});
  }
}

ExpressionPtr compared(Column column, const Test& test) {
  const ColumnType type = flow::info(column).type;
  const bool whole = type == ColumnType::ip || type == ColumnType::string || type == ColumnType::prefix;
  if (whole) return test.compare == Compare::not_equal ? opposite(column, one_of(column, test)) : one_of(column, test);
  if (type == ColumnType::real) return make({NumberTest{column, test.compare, test.real, 0}});
  const auto [first, last] = test.ranges.front();
  if (first == last) return make({NumberTest{column, test.compare, 0, first}});
  return test.compare == Compare::not_equal ? opposite(column, one_of(column, test)) : one_of(column, test);
}

bool asks_for_zero(const Test& test) {
  const bool kind =
      test.kind == Test::Kind::listed || (test.kind == Test::Kind::compare && test.compare == Compare::equal);
  return kind && !test.negative && std::ranges::any_of(test.ranges, [](const auto& range) { return range.first == 0; });
}

ExpressionPtr build_plain(Column column, const Test& test) {
  switch (test.kind) {
    case Test::Kind::compare:
      return compared(column, test);
    case Test::Kind::listed:
      return test.negative ? opposite(column, one_of(column, test)) : one_of(column, test);
    case Test::Kind::pattern: {
      ExpressionPtr matches = make({TextMatches{column, test.texts.front()}});
      return test.negative ? opposite(column, std::move(matches)) : matches;
    }
    case Test::Kind::known:
      return test.negative ? make_not(known(column)) : known(column);
    case Test::Kind::bits:
      return make({BitTest{column, test.mask, test.ranges.front().first}});
    case Test::Kind::member:
      return test.negative ? opposite(column, has_word(column, test.texts)) : has_word(column, test.texts);
    case Test::Kind::name:
      return name_test(column, test);
    case Test::Kind::column:
      return make({ColumnTest{column, test.compare, test.other}});
  }
  return nullptr;
}

bool is_negative(const Test& test) {
  return test.negative || (test.kind == Test::Kind::compare && test.compare == Compare::not_equal);
}

}  // namespace

ExpressionPtr make(Expression expression) {
  return std::make_shared<const Expression>(std::move(expression));
}

ExpressionPtr make_and(std::vector<ExpressionPtr> parts) {
  std::vector<ExpressionPtr> all;
  for (ExpressionPtr& part : parts) {
    if (const And* inner = std::get_if<And>(&part->node)) {
      all.insert(all.end(), inner->all.begin(), inner->all.end());
    } else {
      all.push_back(std::move(part));
    }
  }
  return all.size() == 1 ? all.front() : make({And{std::move(all)}});
}

ExpressionPtr make_or(std::vector<ExpressionPtr> parts) {
  std::vector<ExpressionPtr> any;
  for (ExpressionPtr& part : parts) {
    if (const Or* inner = std::get_if<Or>(&part->node)) {
      any.insert(any.end(), inner->any.begin(), inner->any.end());
    } else {
      any.push_back(std::move(part));
    }
  }
  return any.size() == 1 ? any.front() : make({Or{std::move(any)}});
}

ExpressionPtr make_not(ExpressionPtr inner) {
  return make({Not{std::move(inner)}});
}

ExpressionPtr build(Column column, const Test& test, Zero zero) {
  ExpressionPtr plain = build_plain(column, test);
  if (zero == Zero::is_a_value || !asks_for_zero(test)) return plain;
  return make_or({std::move(plain), make_not(known(column))});
}

ExpressionPtr build_pair(const WordInfo& word, Side side, const Test& test) {
  ExpressionPtr first = build(word.first, test, word.zero);
  ExpressionPtr second = build(word.second, test, word.zero);
  switch (side) {
    case Side::source:
      return first;
    case Side::destination:
      return second;
    case Side::either:
      return make_or({std::move(first), std::move(second)});
    case Side::both:
      return make_and({std::move(first), std::move(second)});
    case Side::unsaid:
      break;
  }
  if (is_negative(test)) return make_and({std::move(first), std::move(second)});
  return make_or({std::move(first), std::move(second)});
}

}  // namespace weir::query
