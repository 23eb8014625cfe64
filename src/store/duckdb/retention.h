// What is too old, or too much, goes; the oldest first.
#pragma once

#include <functional>

#include "base/error.h"
#include "store/duckdb/workshop.h"

namespace weir::store {

/// Octets on the disk that the store takes, by tier.
struct Footprint {
  std::uint64_t hot = 0;       ///< hot.duckdb and its log
  std::uint64_t hot_used = 0;  ///< of those, what is not free inside the file
  std::uint64_t flows = 0;     ///< Parquet files of flows
  std::uint64_t others = 0;    ///< Parquet files of rollups and interface readings
  [[nodiscard]] std::uint64_t all() const { return hot + flows + others; }
};
Result<Footprint> footprint(Workshop& shop);

/// Retires at most one partition: the oldest that breaks its kind's limits or, when the disk budget is exceeded, the
/// oldest flows. `busy` tells of parts that must be left. True when something went. Raises the alarm "disk_budget" when
/// the budget cannot be met by deleting flows.
Result<bool> retire_some(Workshop& shop, UnixMillis now, const std::function<bool(const PartPtr&)>& busy);

}  // namespace weir::store
