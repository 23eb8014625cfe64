// Which sources answer a question.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "flow/columns.h"
#include "query/query.h"
#include "store/duckdb/relations.h"

namespace weir::store {

/// A stretch of the range and the source it is read from.
struct PlanPart {
  Source source = Source::flows;
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  std::vector<flow::Column> columns;  ///< for Relations::relation()
};

struct Plan {
  std::vector<PlanPart> parts;  ///< in the order of time, without gaps
  /// The range that will be answered: the question's, or wider where `widened`.
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  /// The flows of the range's beginning are gone, and the rollup that still has it begins and ends on its own buckets:
  /// the range was rounded outwards to them.
  bool widened = false;
  std::string why;  ///< one sentence, for the log
};

/// What was read, the coarsest first: "1h", "1h+1m+flows"; for query::Answer::source.
[[nodiscard]] std::string source_name(const Plan& plan);

/// The coarsest rollup that has all columns and whose buckets make up the resolution answers for all its whole buckets
/// within the range; what is left at both ends is answered by finer rollups and by the flows, as all of them add up
/// exactly. A rollup must reach as far back as the flows do or as the range asks. The flows answer alone where rollups
/// would not save much: reading flows costs what ended up to kMostSpreadMs behind each stretch as well.
/// Where the flows no longer reach back to a stretch that needs them, the range is widened to the finest rollup that
/// does.
[[nodiscard]] Plan plan_query(const query::Query& query, const Coverages& coverages);

}  // namespace weir::store
