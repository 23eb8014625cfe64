// From what is on the disk to what the store holds: after a clean stop, a kill, damage, or a loss of hot.duckdb.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "store/duckdb/workshop.h"

namespace weir::store {

struct Recovered {
  std::vector<PartPtr> parts;  ///< live ones, with their numbers
  std::vector<std::pair<Kind, UnixMillis>> dropped_until;
};

/// Holds the manifest against the disk. Half-written files are deleted, retired parts too; Parquet files that cannot be
/// read or that nobody knows are moved to DIR/damaged with an alarm. With `adopt` (the manifest is new) the files that
/// are there make the manifest. All names that are in use are taken. Read-only, nothing is changed: what cannot be read
/// is left out with an alarm. Errors: the manifest cannot be read or written.
Result<Recovered> recover(Workshop& shop, bool adopt, UnixMillis now);

/// Why a Parquet file cannot be used; nothing when its ends and its metadata are whole.
[[nodiscard]] std::optional<std::string> file_trouble(Connection& connection, const std::string& directory,
                                                      const Part& file);

/// Takes a file out of use: moves it to DIR/damaged and raises the alarm "partition_damaged", which names both places.
void set_file_aside(Workshop& shop, const std::string& name, const std::string& why, UnixMillis now);

/// Moves hot.duckdb and its relatives to DIR/damaged with the alarm "hot_tier_damaged". `log_only`: the log alone.
Result<void> set_hot_tier_aside(const DuckDbOptions& options, Alarms& alarms, bool log_only, const std::string& why,
                                UnixMillis now);

/// Alarms about what lies in DIR/damaged: raised for every file there, cleared once it is gone.
void watch_damaged(const DuckDbOptions& options, Alarms& alarms, UnixMillis now);

}  // namespace weir::store
