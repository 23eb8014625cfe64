// An answer as JSON.
#pragma once

#include <string>

#include "query/query.h"

namespace weir::serve {

/// {"from", "to", "by", "rows": [row..], "other": row or null, "total": row, "source", "rows_read", "took_ms"}; a row
/// has its key columns by name (null where unknown), "bytes", "packets", "flows" and, where a resolution was asked,
/// "series":
/// [{"time", "bytes", "packets", "flows"}]. Times are milliseconds since the epoch. Sums are exact whole numbers that
/// may exceed 2^53, which readers that use doubles round.
[[nodiscard]] std::string answer_json(const query::Query& query, const query::Answer& answer);

}  // namespace weir::serve
