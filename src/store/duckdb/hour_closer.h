// Hot tables of partitions that are over -> Parquet files.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/error.h"
#include "store/duckdb/workshop.h"

namespace weir::store {

/// Moves one partition at a time, a file in each step, so that no step takes long. Closing an hour of the 1-minute
/// rollup also sums it into the coarser ones.
class HourCloser {
 public:
  /// Does one step if something is due. `all`: do not wait for a partition to fall quiet. True when it did something or
  /// must be called again because the writer still holds a table.
  Result<bool> close_some(Workshop& shop, UnixMillis now, bool all);
  /// The parts that are being moved; nobody else may retire them.
  [[nodiscard]] bool busy_with(const PartPtr& part) const;

 private:
  struct Job {
    Kind kind;
    UnixMillis begin;
    std::vector<PartPtr> sources;
    std::uint64_t rows = 0;
    std::size_t slices = 1;
    std::vector<PartPtr> files;
  };
  /// When a partition was seen to change last.
  struct Quiet {
    std::uint64_t rows = 0;
    UnixMillis changed = 0;
    UnixMillis first = 0;
  };
  bool is_due(Workshop& shop, Kind kind, UnixMillis begin, UnixMillis now, bool all);
  /// The next partition to close, frozen; `waiting` when the writer still holds it.
  std::optional<Job> next_job(Workshop& shop, UnixMillis now, bool all, bool& waiting);
  Result<void> write_slice(Workshop& shop);
  Result<void> finish(Workshop& shop);
  /// Gives the job up. What cannot be read is set aside, so that the rest can be closed next time.
  Error give_up(Workshop& shop, Error error, UnixMillis now);

  std::optional<Job> job_;
  std::map<std::pair<Kind, UnixMillis>, Quiet> quiet_;
};

}  // namespace weir::store
