// Which source answers a question.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "flow/columns.h"
#include "query/query.h"
#include "store/duckdb/relations.h"

namespace weir::store {

struct Plan {
  Source source = Source::flows;
  /// The range that will be answered: the question's, or wider where `widened`.
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  /// The flows of the range's beginning are gone, and the rollup that still has it begins and ends on its own buckets:
  /// the range was rounded outwards to them.
  bool widened = false;
  std::vector<flow::Column> columns;  ///< for Relations::relation()
  std::string why;                    ///< one sentence, for the log
};

/// The coarsest rollup that answers exactly: it has all the columns that are mentioned, the range and the resolution
/// are multiples of its bucket, and it reaches as far back as the flows do or as the range asks. Else the flows; and
/// where they no longer reach back to the range's beginning, the finest rollup that has the columns and reaches
/// further.
[[nodiscard]] Plan plan_query(const query::Query& query, const Coverages& coverages);

}  // namespace weir::store
