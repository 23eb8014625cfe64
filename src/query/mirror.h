// The traffic the other way: source and destination, in and out exchanged.
#pragma once

#include <optional>

#include "base/error.h"
#include "flow/columns.h"
#include "query/expression.h"
#include "query/query.h"

namespace weir::query {

/// src_addr for dst_addr, in_if_name for out_if_name, nat_src_port for nat_dst_port and so on; a column that has no
/// opposite (proto, exporter, also as_path, which is of the route to the destination) is its own.
[[nodiscard]] flow::Column mirrored(flow::Column column);

/// The filter with every column mirrored; tests on `direction` look for the opposite. Null for null. Errors: invalid, for a
/// regular expression or a comparison between columns on `direction`, which has no opposite.
[[nodiscard]] Result<ExpressionPtr> mirrored(const ExpressionPtr& filter);

/// The question about the other way: `filter` and `by` mirrored. Errors: invalid, as above and when `by` holds direction.
[[nodiscard]] Result<Query> mirrored(const Query& query);

}  // namespace weir::query
