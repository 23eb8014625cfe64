// The Query DSL: the "query" of a body, as an expression.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "serve/es/dates.h"
#include "serve/es/es_error.h"
#include "serve/es/field_match.h"
#include "serve/es/json_text.h"

namespace weir::serve::es {

/// Queries within queries, deeper than this, are refused (as indices.query.bool.max_nested_depth).
inline constexpr std::size_t kMostQueryDepth = 30;
/// Values of one terms query.
inline constexpr std::size_t kMostTerms = 65'536;
/// Ids of one ids query.
inline constexpr std::size_t kMostIds = 1000;

struct QueryContext {
  DateContext dates;
  /// Documents by their ids, as an expression; may be empty, then no document has the id.
  std::function<Parsed<query::ExpressionPtr>(const std::vector<std::string>&)> find_ids;
};

/// What matches, and the score that every match gets: nothing is ranked, so that it is how many scoring clauses must
/// match, each with its boost.
struct Scored {
  query::ExpressionPtr filter;
  double score = 1;
};

/// match_all, match_none, bool, term, terms, range, match, match_phrase, match_phrase_prefix, match_bool_prefix,
/// multi_match, exists, prefix, wildcard, regexp, ids, query_string, simple_query_string,
/// constant_score, dis_max, boosting. A field that there is not matches nothing. Errors: parsing_exception with line and
/// column for what is no query, query_shard_exception for values that do not fit their field.
[[nodiscard]] Parsed<Scored> parse_query(const Node& query, const QueryContext& context);

}  // namespace weir::serve::es
