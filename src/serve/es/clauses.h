// What a bool query, and a query string, is made of: clauses that must match, may match and must not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/es/es_error.h"
#include "serve/es/field_match.h"

namespace weir::serve::es {

/// As many clauses as a query may have in all; one more is refused.
inline constexpr std::size_t kMostClauses = 1024;

struct Clauses {
  std::vector<query::ExpressionPtr> must;
  std::vector<query::ExpressionPtr> should;
  std::vector<query::ExpressionPtr> must_not;
};

/// `minimum` is a minimum_should_match ("2", "-1", "75%", "-25%"); nothing: one where nothing must match, else none.
/// Errors: a minimum that is none, or one that gives too many combinations.
[[nodiscard]] Parsed<query::ExpressionPtr> combine(Clauses clauses, const std::optional<std::string>& minimum);

}  // namespace weir::serve::es
