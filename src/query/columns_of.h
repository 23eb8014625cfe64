// Which columns a filter looks at.
#pragma once

#include <vector>

#include "flow/columns.h"
#include "query/expression.h"

namespace weir::query {

/// Each column once, in the order of the filter; derived columns as they are.
[[nodiscard]] std::vector<flow::Column> columns_of(const Expression& expression);

}  // namespace weir::query
