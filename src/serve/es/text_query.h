// query_string and simple_query_string: Lucene's syntax, as Grafana, Kibana's search bar and people type it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "serve/es/clauses.h"
#include "serve/es/dates.h"
#include "serve/es/es_error.h"
#include "serve/es/field.h"

namespace weir::serve::es {

/// Text longer than this, and parentheses deeper than that, are refused.
inline constexpr std::size_t kMostQueryText = 32 * 1024;
inline constexpr std::size_t kMostParentheses = 50;

struct TextQuery {
  std::string text;
  std::vector<Field> fields = {};  ///< for words without a field; none: all that the word fits
  bool default_and = false;
  bool lenient = false;  ///< a word that does not fit its field matches nothing, instead of an error
  std::optional<std::string> minimum = std::nullopt;
  DateContext dates = {};
};

/// Lucene's classic syntax: field:value, field:(a b), "phrases", wild*cards, /regular expressions/, [a TO b], {a TO b},
/// field:>=1, _exists_:field, AND OR NOT && || ! + -, escapes. Boosts, fuzziness and slop are read and do nothing. A network
/// (192.0.2.0/24) may stand without quotes. Errors: query_shard_exception with the column.
[[nodiscard]] Parsed<query::ExpressionPtr> parse_query_string(const TextQuery& query);

/// The syntax that never fails: words, "phrases", prefix*, + | - ( ).
[[nodiscard]] Parsed<query::ExpressionPtr> parse_simple_query_string(const TextQuery& query);

/// One word on fields: any of them; of several, those that it does not fit match nothing.
enum class WordKind : std::uint8_t { term, wildcard, regexp };
[[nodiscard]] Parsed<query::ExpressionPtr> word_on_fields(const TextQuery& query, const std::vector<Field>& fields,
                                                          std::string_view word, WordKind kind);

}  // namespace weir::serve::es
