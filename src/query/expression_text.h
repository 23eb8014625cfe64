// Filters as text again: the canonical form, in which every test names its column.
#pragma once

#include <string>

#include "query/expression.h"

namespace weir::query {

/// "src_port = 80 and not (proto = 6 or src_addr in [10.0.0.0/8])". parse_filter() of it gives the same tree, for every
/// tree that parse_filter() made (as long as the text, in which every column is named, does not outgrow what a filter
/// may hold).
[[nodiscard]] std::string to_string(const Expression& expression);

/// Same tree, same values.
[[nodiscard]] bool same(const Expression& a, const Expression& b);

}  // namespace weir::query
