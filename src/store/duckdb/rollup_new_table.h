// The hot tables of Kind::rollup_new: one of sums, and one for each group of dimensions.
//
// A part of this kind named X is the table X (time, origin, source, target, bytes, packets, flows) and the tables
// X_origin, X_source and X_target (id and the group's columns). They live and go together.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "store/duckdb/appender.h"
#include "store/duckdb/connection.h"
#include "store/duckdb/rollup_aggregator.h"
#include "store/duckdb/schema.h"

namespace weir::store {

Result<void> create_rollup_new(Connection& connection, const std::string& name);
Result<void> drop_rollup_new(Connection& connection, const std::string& name);

/// How many combinations of each group the tables hold already.
struct StoredCombinations {
  std::size_t origins = 0;
  std::size_t sources = 0;
  std::size_t targets = 0;
};
/// Appends all cells, and the combinations that are not stored yet. Adjusts `stored`.
Result<void> append_rollup_new(Connection& connection, const std::string& name, const RollupAggregator& from,
                               StoredCombinations& stored);

/// A SELECT of the wanted columns of the rollup's schema, in its order. Texts as VARCHAR, or with `ids` as ids.
[[nodiscard]] std::string select_rollup_new(const std::string& name, const ColumnSet& wanted, bool ids);
/// All columns with texts as ids, the rows of one key and minute summed into one, of the times from `from` up to `to`.
[[nodiscard]] std::string sum_up_rollup_new(const std::string& name, UnixMillis from, UnixMillis to);

}  // namespace weir::store
