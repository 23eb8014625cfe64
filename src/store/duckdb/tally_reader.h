// The rows of a compiled count -> query::TallyAnswer.
#pragma once

#include <duckdb.h>

#include "base/error.h"
#include "query/tally.h"
#include "store/duckdb/answer_reader.h"
#include "store/duckdb/relations.h"

namespace weir::store {

/// Gathers the chunks of one statement's result. One thread at a time; the tally outlives it.
class TallyReader {
 public:
  explicit TallyReader(const query::Tally& tally) : tally_(tally) {}
  /// Errors: internal, when the columns are not those of compile_tally.h.
  [[nodiscard]] Result<void> take(duckdb_data_chunk chunk);
  /// All of the answer but took_ms. Call it once, at the end.
  [[nodiscard]] query::TallyAnswer finish();

 private:
  const query::Tally& tally_;
  query::TallyAnswer answer_;
  std::uint64_t groups_ = 0;
  std::uint64_t grouped_ = 0;
  std::uint64_t given_ = 0;  // records in the answer's rows
};

/// Compiles, runs and reads: all of Store::tally() but the connection. Errors: invalid, also where a time zone is not known.
[[nodiscard]] Result<query::TallyAnswer> answer_tally(const query::Tally& tally, Relations& relations, const RunSql& run);

}  // namespace weir::store
