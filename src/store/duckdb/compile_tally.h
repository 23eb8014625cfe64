// A count of records -> one SQL statement. Pure functions, as in compile.h.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.h"
#include "query/tally.h"

namespace weir::store {

/// The first columns of the result, whose rows are the buckets in no order; one row without a rank when there is none. The
/// words of the keys follow (UBIGINT, BIGINT, DOUBLE or VARCHAR), then the measures' values (DOUBLE), NULL where there is none.
enum TallyColumn : std::size_t {
  kTallyGroups,   ///< UBIGINT: buckets in all
  kTallyGrouped,  ///< UBIGINT: records in all of them together
  kTallyRecords,  ///< UBIGINT: records that matched
  kTallyRank,     ///< BIGINT: 1 for the first
  kTallyCount,    ///< UBIGINT: records in the bucket
  kTallyKeys,
};

/// How many columns of the result a bucketing's key has.
[[nodiscard]] std::size_t key_width(const query::Bucketing& by);
/// How many values a measure has.
[[nodiscard]] std::size_t value_count(const query::Measure& measure);

/// `relation` is Relation::sql of flows. Errors: invalid (what query::validate() refuses, text that is not UTF-8).
[[nodiscard]] Result<std::string> compile_tally(const query::Tally& tally, const std::string& relation);

/// The stored columns that it reads.
[[nodiscard]] std::vector<flow::Column> columns_read(const query::Tally& tally);

/// The named time zones in it, which must exist.
[[nodiscard]] std::vector<std::string> zones_named(const query::Tally& tally);

}  // namespace weir::store
