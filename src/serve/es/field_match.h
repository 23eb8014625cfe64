// Tests on one field, as expressions: equal to, between, begins with, looks like.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "query/expression.h"
#include "serve/es/dates.h"
#include "serve/es/es_error.h"
#include "serve/es/field.h"

namespace weir::serve::es {

/// A pattern longer than this is refused.
inline constexpr std::size_t kMostPattern = 1000;

// Trees. and/or of one part is that part; of none: everything, nothing.
[[nodiscard]] query::ExpressionPtr everything();
[[nodiscard]] query::ExpressionPtr nothing();
[[nodiscard]] query::ExpressionPtr all_of(std::vector<query::ExpressionPtr> parts);
[[nodiscard]] query::ExpressionPtr any_of(std::vector<query::ExpressionPtr> parts);
[[nodiscard]] query::ExpressionPtr none_of(query::ExpressionPtr inner);
[[nodiscard]] bool is_nothing(const query::ExpressionPtr& expression);

/// The document has a value for the column. Short fields always show one, but "0", "0.0.0.0" and "-" do not count.
[[nodiscard]] query::ExpressionPtr known(const Field& field);

/// The value of the field is `text`; an address field also takes a network, a date what date math gives (a day is all of
/// the day). A number that the column cannot hold matches nothing.
[[nodiscard]] Parsed<query::ExpressionPtr> equals(const Field& field, std::string_view text, const DateContext& dates,
                                                  bool ignore_case = false);

struct Bound {
  std::string text;
  bool inclusive = true;
};
/// Between two values; addresses by number, texts by code point, dates with date math and rounding.
[[nodiscard]] Parsed<query::ExpressionPtr> between(const Field& field, const std::optional<Bound>& low,
                                                   const std::optional<Bound>& high, const DateContext& dates);

[[nodiscard]] Parsed<query::ExpressionPtr> begins_with(const Field& field, std::string_view text, bool ignore_case);
/// With '*' and '?'. Addresses take a '*' behind whole octets: 192.0.2.*
[[nodiscard]] Parsed<query::ExpressionPtr> looks_like(const Field& field, std::string_view glob, bool ignore_case);
/// Lucene's regular expressions, which match the whole value; of its own operators '@' alone is known.
[[nodiscard]] Parsed<query::ExpressionPtr> matches_regexp(const Field& field, std::string_view pattern, bool ignore_case);

/// The column's value equals a cell of an answer; the empty cell: it is unknown. For going on from buckets.
[[nodiscard]] query::ExpressionPtr is_cell(flow::Column column, const query::Cell& cell);
/// The column's value lies behind (or before) a cell in the order of sorting; unknown ones are behind all.
[[nodiscard]] Parsed<query::ExpressionPtr> is_beyond(flow::Column column, const query::Cell& cell, bool descending);

}  // namespace weir::serve::es
