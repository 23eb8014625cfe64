// The parameters of /api/v1/query, wherever they stand in the request.
#pragma once

#include <expected>
#include <vector>

#include "query/format.h"
#include "query/query_options.h"
#include "serve/http_message.h"

namespace weir::serve {

/// What is asked for, as typed, and the form of the answer.
struct QueryRequest {
  query::QueryOptions options;
  query::Format format = query::Format::json;
};

/// All parameters of the request: of the query string, then of the body of a POST (a form, or one JSON object of texts and
/// whole numbers). None is looked at.
[[nodiscard]] std::expected<std::vector<Parameter>, query::OptionError> all_parameters(const Request& request);

/// Takes the parameters of the query string, and of the body of a POST: a form, or one JSON object of texts, whole
/// numbers, true and false for yes and no and, for `by` and `distinct`, lists. They are the options of
/// query/query_options.h, and `format` (json, csv or table). Parameters that are unknown or given twice are errors, so
/// that a misspelt one is noticed.
[[nodiscard]] std::expected<QueryRequest, query::OptionError> read_query_request(const Request& request);

}  // namespace weir::serve
