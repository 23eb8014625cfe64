// Interface readings -> chunks of a hot table of Kind::counters.
#pragma once

#include <span>

#include "base/error.h"
#include "flow/interface_counters.h"
#include "store/duckdb/appender.h"

namespace weir::store {

/// Appends all readings; the appender's table has all columns of the kind.
Result<void> append_counters(Appender& to, std::span<const flow::InterfaceCounters> readings);

}  // namespace weir::store
