// For tests: an in-memory DuckDB with a relation as relations.h describes it, filled from a FlowBatch; and random
// flows.
#pragma once

#include <duckdb.h>

#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "flow/batch.h"
#include "flow/string_pool.h"
#include "store/duckdb/answer_reader.h"

namespace weir::store::test {

class ScratchDatabase {
 public:
  ScratchDatabase() {
    duckdb_open(nullptr, &database_);
    duckdb_connect(database_, &connection_);
  }
  ~ScratchDatabase() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  Result<void> run(const std::string& sql, const TakeChunk& take = [](duckdb_data_chunk) { return Result<void>(); });
  [[nodiscard]] RunSql runner() {
    return [this](const std::string& sql, const TakeChunk& take) { return run(sql, take); };
  }
  /// The rows' numbers for which the condition is true, ascending.
  Result<std::vector<std::size_t>> rows_where(const std::string& relation, const std::string& condition);

  /// Makes the table `name`: all stored columns and `id`, the row's number.
  void fill_flows(const std::string& name, const flow::FlowBatch& rows, const flow::StringPool& strings);
  /// Makes the table `name` as a rollup of the rows.
  void fill_rollup(const std::string& name, const flow::FlowBatch& rows, const flow::StringPool& strings,
                   UnixMillis bucket);

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

/// Flows of about an hour from `kFirst` on: few different values in every column, unknown ones in a fifth, short and
/// long durations, flows beyond the spreading limit, clocks that go back, absurd counters that are marked so.
inline constexpr UnixMillis kFirst = 1'763'856'000'000;
void add_random_flows(flow::FlowBatch& to, std::size_t count, std::mt19937_64& random, flow::StringPool& strings);

/// What flow/spread.h and rollup_columns.h say that a row adds to [from, to), without a database.
struct Share {
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  std::uint64_t flows = 0;
};
[[nodiscard]] Share share_of(const flow::FlowBatch& rows, std::size_t row, UnixMillis from, UnixMillis to);

}  // namespace weir::store::test
