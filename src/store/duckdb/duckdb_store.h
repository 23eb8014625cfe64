// The embedded engine: a hot tier in DuckDB tables, a cold tier of hourly Parquet files, rollups beside them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/error.h"
#include "flow/string_pool.h"
#include "store/store.h"

namespace weir::store {

struct DuckDbOptions {
  std::filesystem::path directory;  ///< made if absent; one process at a time
  UnixMillis commit_interval_ms = 1000;
  std::size_t queue_batches = 64;
  std::uint64_t memory_octets = std::uint64_t{1} << 30U;  ///< DuckDB's memory_limit
  unsigned threads = 2;
  UnixMillis hot_hours_ms = 2 * kHourMs;  ///< an hour stays in the hot tier this long after its end, for late flows
  Retention flows{.age_ms = 30 * kDayMs, .octets = 0};
  Retention rollup_1m{.age_ms = 14 * kDayMs, .octets = 0};
  Retention rollup_5m{.age_ms = 90 * kDayMs, .octets = 0};
  Retention rollup_1h{.age_ms = 730 * kDayMs, .octets = 0};
  std::uint64_t disk_budget_octets = 0;  ///< over all tiers; the oldest flows go first; 0 means no budget
  std::uint64_t disk_reserve_octets = std::uint64_t{256} << 20U;  ///< storing stops below this much free space
  bool read_only = false;                                         ///< for `weir query --data`
};

/// Opens or makes the data directory. Damaged parts are set aside into DIR/damaged and named by an alarm; the rest
/// opens. Errors: io, no_space, busy (another process has it open), unsupported (made by a newer Weir). `strings` must
/// be fresh: the directory's own texts are loaded into it first.
[[nodiscard]] Result<std::unique_ptr<Store>> open_duckdb_store(const DuckDbOptions& options, flow::StringPool& strings);

}  // namespace weir::store
