// Columns as SQL: stored ones by name, derived ones computed. The same rules in C++ are in query/evaluate.h.
#pragma once

#include <string>
#include <vector>

#include "flow/columns.h"

namespace weir::store {

/// The stored columns a column is made of: itself, or what a derived one is computed from.
[[nodiscard]] std::vector<flow::Column> stored_columns(flow::Column column);

/// The value of a column that has one: not addresses (columns `_hi`, `_lo`) and prefixes (key_sql). bps, pps and bpp
/// are DOUBLE, durations UBIGINT.
[[nodiscard]] std::string value_sql(flow::Column column);

/// The expressions that rows are grouped by: key_width() of them, whole numbers not below zero, or VARCHAR.
[[nodiscard]] std::vector<std::string> key_sql(flow::Column column);

/// A value that differs where the column's values do, for counting them; of 64 bits (a hash) where they are wider. NULL where
/// unknown.
[[nodiscard]] std::string distinct_sql(flow::Column column);

}  // namespace weir::store
