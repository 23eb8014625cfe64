// Texts are never removed one by one. When there are too many, they all go at a start.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "store/duckdb/alarms.h"
#include "store/duckdb/duckdb_store.h"

namespace weir::store {

/// Files hold texts themselves; only hot tables need the numbered ones. So when years of AS paths and names have filled
/// half of what a StringPool takes, everything hot is written to files and the texts begin anew. Does nothing before
/// that, and nothing when the directory does not open (the ordinary opening will say why). `most`: texts above which it
/// acts.
Result<void> renew_strings(const DuckDbOptions& options, Alarms& alarms, UnixMillis now,
                           std::size_t most = std::size_t{1} << 21U);

}  // namespace weir::store
