// The rows of a compiled statement -> query::Answer.
#pragma once

#include <duckdb.h>

#include <functional>
#include <string>

#include "base/error.h"
#include "query/query.h"
#include "store/duckdb/compile.h"
#include "store/duckdb/relations.h"

namespace weir::store {

/// Gathers the chunks of one statement's result. One thread at a time.
class AnswerReader {
 public:
  /// `query` and `compiled` are those of the statement and outlive the reader.
  AnswerReader(const query::Query& query, const CompiledQuery& compiled);
  /// Takes one chunk; does not keep it. Errors: internal, when the columns are not those of compile.h.
  [[nodiscard]] Result<void> take(duckdb_data_chunk chunk);
  /// The keys of the answer's rows, for a question about the same rows.
  [[nodiscard]] Result<std::vector<KeyLiterals>> keys() const;
  /// Whether the rows are the largest: always, but where CompiledQuery::to_prove.
  [[nodiscard]] bool proven() const { return proven_; }
  /// The answer; Answer::source and took_ms are left to the caller. Call it once, at the end.
  [[nodiscard]] query::Answer finish();

 private:
  void take_row(query::Row& into, std::int64_t bucket, const query::Sums& sums);
  query::Row* row_of_rank(std::size_t rank);
  void leave_other();

  const query::Query& query_;
  const CompiledQuery& compiled_;
  query::Answer answer_;
  query::Row other_;
  bool other_seen_ = false;
  bool proven_;
  std::vector<std::vector<query::Cell>> words_;  // of the rows' keys, one for each column of the statement
};

/// Called with each chunk of a result, which it does not keep.
using TakeChunk = std::function<Result<void>(duckdb_data_chunk)>;
/// Runs one SQL statement and hands over its result chunk by chunk. The store implements it with its connections and
/// cancellation. Stops at the first error and returns it.
using RunSql = std::function<Result<void>(const std::string& sql, const TakeChunk& take)>;

/// Plans, compiles, runs and reads: all of Store::run() but the connection. Sets all of Answer but took_ms. The other way and
/// an earlier time are statements of their own, over the keys that the first one found.
[[nodiscard]] Result<query::Answer> answer_query(const query::Query& query, Relations& relations, const RunSql& run);

}  // namespace weir::store
