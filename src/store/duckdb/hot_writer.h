// One transaction of the writer: flows, their sums, interface readings and new texts go in together or not at all.
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "base/error.h"
#include "flow/batch.h"
#include "flow/interface_counters.h"
#include "flow/string_pool.h"
#include "store/duckdb/appender.h"
#include "store/duckdb/catalog.h"
#include "store/duckdb/connection.h"
#include "store/duckdb/hot_tables.h"
#include "store/duckdb/part_names.h"
#include "store/duckdb/rollup_aggregator.h"
#include "store/duckdb/rollup_new_table.h"

namespace weir::store {

/// Row groups of this many rows go straight to the database file when they commit; what is left goes to the log first
/// and is written twice. So full groups are cheaper.
inline constexpr std::size_t kRowGroup = 122'880;

/// The writer's thread only.
class HotWriter {
 public:
  struct Shared {
    Catalog& catalog;
    HotTables& tables;
    PartNames& names;
    const flow::StringPool& strings;
  };
  /// `strings_stored` texts are in the database already.
  HotWriter(Connection connection, const Shared& shared, flow::StringId strings_stored);
  ~HotWriter();

  /// Adds the rows from `first` up to `end` of a batch that passed prepare_batch(). Opens a transaction when none is
  /// open. After an error: rollback().
  Result<void> add(const flow::FlowBatch& batch, std::size_t first, std::size_t end);
  Result<void> add(std::span<const flow::InterfaceCounters> readings);
  /// Commits all that was added; the rows are then seen by questions. After an error all of it is gone.
  Result<void> commit();
  void rollback();

  [[nodiscard]] bool in_transaction() const { return transaction_.has_value(); }
  /// Flows added since the last commit.
  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// True when what waits for the commit takes so much memory that it should not wait.
  [[nodiscard]] bool full() const { return aggregator_.cells().size() >= kMostCells; }

 private:
  static constexpr std::size_t kMostCells = 1'000'000;
  static constexpr std::size_t kMostCombinations = 500'000;
  /// One table that this transaction writes.
  struct Target {
    PartPtr part;
    Appender appender;
    bool created = false;
    std::uint64_t rows = 0;
    UnixMillis earliest_ms = INT64_MAX;
    UnixMillis latest_ms = INT64_MIN;
    void took(std::uint64_t more, UnixMillis earliest, UnixMillis latest);
  };
  Result<void> begin();
  /// The open target of a partition that has these columns; opened or made where there is none.
  Result<Target*> target(Kind kind, UnixMillis begin, const ColumnSet& needed);
  Result<PartPtr> create_table(Kind kind, UnixMillis begin, const ColumnSet& columns);
  Result<void> add_by_hour(const flow::FlowBatch& batch, std::size_t first, std::size_t end);
  /// The table that the sums of this transaction go to; a new one, with numbers from 0, where the old one is gone or
  /// full.
  Result<void> open_rollup();
  Result<void> add_rollup();
  Result<void> close_targets();
  void count_rows();
  void end();

  Connection connection_;
  Shared shared_;
  std::optional<Transaction> transaction_;
  std::deque<Target> targets_;
  RollupAggregator aggregator_;
  PartPtr rollup_;  // whose numbers the aggregator's are; null after a rollback
  StoredCombinations combinations_;
  bool rollup_open_ = false;  // in this transaction
  bool rollup_created_ = false;
  flow::StringId strings_stored_;
  std::size_t rows_ = 0;
};

}  // namespace weir::store
