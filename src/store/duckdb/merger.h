// Several small files of one partition -> one.
#pragma once

#include <functional>

#include "base/error.h"
#include "store/duckdb/workshop.h"

namespace weir::store {

/// Flows that come after their hour was closed make further small files of it. Once a partition has a few, they are
/// written together; its large files are left alone. Merges at most one partition; true when it did.
Result<bool> merge_some(Workshop& shop);

}  // namespace weir::store
