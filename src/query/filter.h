// The filter language: nfdump's and tcpdump's words, and any column by name. docs/reference/filter.md has the grammar.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "query/expression.h"

namespace weir::query {

/// Where in the text the trouble is, for the caret under it and for editors.
struct FilterError {
  std::size_t position = 0;  ///< in octets from the start
  std::size_t length = 0;
  std::string message;  ///< "unknown word 'prot'; did you mean 'proto'?"
};

/// Parses a filter. The empty text (or only comments and space) is everything.
[[nodiscard]] std::expected<ExpressionPtr, FilterError> parse_filter(std::string_view text);

/// The error as people see it in a terminal: the message, the line of text, and a caret under the place.
[[nodiscard]] std::string show_error(std::string_view text, const FilterError& error);

}  // namespace weir::query
