// A lost manifest is made again from the Parquet files themselves.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "store/duckdb/workshop.h"

namespace weir::store {

/// Enters `files` (relative names) as live parts, those that a merged file replaces as retired; unreadable ones are set
/// aside. Then sums the days whose coarser rollups were lost with hot.duckdb again from their minutes.
Result<void> adopt_files(Workshop& shop, const std::vector<std::string>& files, UnixMillis now);

}  // namespace weir::store
