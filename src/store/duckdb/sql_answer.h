// SQL of people -> its answer: parse, check (sql_check.h), define the tables, run within limits.
#pragma once

#include "base/error.h"
#include "flow/interface_counters.h"
#include "query/sql.h"
#include "store/duckdb/answer_reader.h"
#include "store/duckdb/catalog.h"

namespace weir::store {

/// Sets all of SqlAnswer but took_ms. Errors: invalid (with the reason), what `run` gives.
[[nodiscard]] Result<query::SqlAnswer> answer_sql(const query::SqlQuestion& question, Snapshot& snapshot,
                                                  const RunSql& run);

/// See Store::last_counters().
[[nodiscard]] Result<std::vector<flow::InterfaceCounters>> read_last_counters(UnixMillis since, Snapshot& snapshot,
                                                                              const RunSql& run);

}  // namespace weir::store
