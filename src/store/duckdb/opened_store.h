// One opened data directory: the database, what it holds, and the pieces of upkeep. It is made again when DuckDB gives
// a database up after an error of the disk.
#pragma once

#include <memory>
#include <mutex>

#include "store/duckdb/hour_closer.h"
#include "store/duckdb/lent_connection.h"
#include "store/duckdb/recover.h"
#include "store/duckdb/rollup_fold.h"
#include "store/duckdb/workshop.h"

namespace weir::store {

class OpenedStore {
 public:
  /// Opens the database, makes or migrates its tables, loads the texts into the pool, and recovers. Damaged parts are
  /// set aside, hot.duckdb as a whole too where it cannot be opened.
  static Result<std::unique_ptr<OpenedStore>> open(const DuckDbOptions& options, flow::StringPool& strings,
                                                   Alarms& alarms, UnixMillis now);

  [[nodiscard]] Result<Connection> connect() const { return database_.connect(); }
  /// A connection for one question.
  [[nodiscard]] Result<QuestionConnections::Lent> lend() { return questions_.lend(); }
  [[nodiscard]] bool fatal() const { return database_.fatal(); }
  [[nodiscard]] Catalog& catalog() { return catalog_; }
  [[nodiscard]] HotTables& tables() { return tables_; }
  [[nodiscard]] PartNames& names() { return names_; }
  [[nodiscard]] flow::StringId strings_stored() const { return strings_stored_; }
  /// For upkeep's thread.
  [[nodiscard]] Workshop& workshop() { return workshop_; }

  /// One step of folding, closing, merging or retiring; true when there was something to do. `all`: whatever is due at
  /// once.
  Result<bool> step(UnixMillis now, bool all);
  /// Everything hot goes to files, due or not. For a store that takes no rows.
  Result<void> empty_hot_tier();
  /// Makes the views `flows`, `rollup_1m`, `rollup_5m`, `rollup_1h` and `interface_counters` again if parts changed.
  /// They are in the default database of every connection, and change all at once.
  Result<void> refresh_views();

 private:
  OpenedStore(Database database, Connection connection, std::vector<Connection> questions, const DuckDbOptions& options,
              Alarms& alarms);
  static std::expected<std::unique_ptr<OpenedStore>, Error> open_once(const DuckDbOptions& options,
                                                                      flow::StringPool& strings, Alarms& alarms,
                                                                      UnixMillis now, bool& damaged);
  Result<void> take_in(bool adopt, flow::StringPool& strings, UnixMillis now);

  Database database_;
  Connection connection_;
  QuestionConnections questions_;
  Catalog catalog_;
  HotTables tables_;
  PartNames names_;
  Workshop workshop_;
  flow::StringId strings_stored_ = 0;
  RollupFold fold_;
  HourCloser closer_;
  UnixMillis retention_due_ = 0;
  std::mutex views_mutex_;
  std::uint64_t views_version_ = UINT64_MAX;
  std::shared_ptr<Snapshot> views_hold_;  // so that what the views name does not vanish
};

}  // namespace weir::store
