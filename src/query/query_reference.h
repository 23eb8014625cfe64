// The reference page of the question: its options and its answer.
#pragma once

#include <string>

namespace weir::query {

/// docs/reference/query.md, written from query_options().
[[nodiscard]] std::string query_reference_markdown();

}  // namespace weir::query
