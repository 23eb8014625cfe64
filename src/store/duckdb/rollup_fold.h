// rollup_new -> rollup_1m: the sums of many commits become one row for each key and minute.
#pragma once

#include <map>

#include "base/error.h"
#include "store/duckdb/workshop.h"

namespace weir::store {

/// Every minute or so the writer is made to begin a new table, and the finished one is folded into the hours of the
/// 1-minute rollup and retired, in one transaction. So each sum is in exactly one place at any time.
class RollupFold {
 public:
  /// Folds one finished table, if there is one. `all`: do not wait for age. True when it did something or must be
  /// called again because the writer still holds a table.
  Result<bool> fold_some(Workshop& shop, UnixMillis now, bool all);

 private:
  std::map<std::string, UnixMillis> first_seen_;  // by table name
};

}  // namespace weir::store
