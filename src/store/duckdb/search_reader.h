// A page of records: all of Store::search() but the connection.
#pragma once

#include "base/error.h"
#include "query/tally.h"
#include "store/duckdb/answer_reader.h"
#include "store/duckdb/relations.h"

namespace weir::store {

/// Sets all of the answer but took_ms. Errors: invalid, also for a cursor of another question.
[[nodiscard]] Result<query::SearchAnswer> answer_search(const query::Search& search, Relations& relations,
                                                        const RunSql& run);

}  // namespace weir::store
