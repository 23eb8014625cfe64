// The one way in which rows change their place: new parts become live and old ones retired in one transaction.
#pragma once

#include <functional>

#include "base/error.h"
#include "store/duckdb/workshop.h"

namespace weir::store {

struct Move {
  std::vector<PartPtr> files;    ///< written by write_file(); they become live
  std::vector<PartPtr> tables;   ///< made in `work`; they become live
  std::vector<PartPtr> retired;  ///< no longer read; deleted once no question uses them
  std::vector<PartPtr> damaged;  ///< no longer read, kept
  std::vector<std::pair<Kind, UnixMillis>> dropped_until;
  /// Rows that went into hot tables; counted when the move is committed.
  struct Growth {
    PartPtr table;
    std::uint64_t rows = 0;
    UnixMillis earliest_ms = 0;
    UnixMillis latest_ms = 0;
  };
  std::vector<Growth> growth;
};

/// Runs `work` and the manifest's changes in one transaction and publishes them together. `work` may add to the move.
Result<void> move_parts(Workshop& shop, Move& move, const std::function<Result<void>(Move&)>& work = {});

/// The open hot table of a rollup's partition, or a new one (added to move.tables), within the transaction of
/// move_parts().
Result<PartPtr> table_for(Workshop& shop, Move& move, Kind kind, UnixMillis begin);
/// Inserts a SELECT that gives the kind's columns (texts as ids) into a hot table. Its times lie between `earliest` and
/// `latest`.
Result<void> insert_into(Workshop& shop, Move& move, const PartPtr& table, const std::string& select,
                         std::pair<UnixMillis, UnixMillis> earliest_and_latest);

/// After `error` in work on hot tables: those that cannot be read are left out of the store from now on, with an alarm,
/// so that the rest of the work succeeds the next time. Returns the error.
Error set_unreadable_aside(Workshop& shop, const std::vector<PartPtr>& tables, Error error, UnixMillis now);

/// Drops a part's table, or tables.
Result<void> drop_table(Connection& connection, const Part& part);
/// Drops the tables and deletes the files that were retired and that nobody reads any more.
Result<void> delete_unused(Workshop& shop);

}  // namespace weir::store
