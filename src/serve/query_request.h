// The parameters of /api/v1/query as a question.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "query/filter.h"
#include "query/query.h"
#include "serve/http_message.h"

namespace weir::serve {

/// What is wrong with a request for an answer.
struct RequestError {
  std::string parameter;  ///< "" where none is to blame
  std::string message;
  std::string filter_text;  ///< of a filter that does not parse, with `filter`
  std::optional<query::FilterError> filter = {};
};

/// filter (text), by (names, comma-separated), from (default -1h), to (default now), metric (bytes, packets, flows),
/// top (rows, default 10), resolution (e.g. 5m). Unknown and repeated parameters are errors, so that a misspelt one is
/// noticed.
[[nodiscard]] std::expected<query::Query, RequestError> make_query(const std::vector<Parameter>& parameters,
                                                                   UnixMillis now);

/// The parameters of a request: of the query string, and of the body of a POST (a form or one JSON object of texts,
/// numbers and, for `by`, a list).
[[nodiscard]] std::expected<std::vector<Parameter>, RequestError> request_parameters(const Request& request);

}  // namespace weir::serve
