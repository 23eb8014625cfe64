// Which hot tables take rows: what the writer and upkeep must agree on.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "store/duckdb/catalog.h"

namespace weir::store {

/// At most one table of each partition is open for writing. The writer pins it for the length of its transaction;
/// upkeep freezes tables that it is about to move. Any thread.
class HotTables {
 public:
  /// The open table, pinned until unpin(); null when there is none.
  PartPtr pin(Kind kind, UnixMillis begin);
  /// The same without a pin: for the tables that upkeep itself writes.
  PartPtr find(Kind kind, UnixMillis begin) const;
  /// Pins a table that the writer made in its transaction, before anybody else can see it.
  void pin_new(const PartPtr& part);
  /// Opens a table that was just committed; it replaces the partition's open one.
  void open(const PartPtr& part);
  /// The writer's transaction has ended: all its pins go, and what upkeep asked for is frozen.
  void unpin();
  /// Makes the table take no more rows. False while the writer has it pinned: ask again, it will be frozen by then.
  bool freeze(const PartPtr& part);
  /// The columns that the newest table of a kind has: what a new one will need too.
  [[nodiscard]] ColumnSet usual_columns(Kind kind) const;
  void forget_all();

 private:
  using Key = std::pair<Kind, UnixMillis>;
  mutable std::mutex mutex_;
  std::map<Key, PartPtr> open_;
  std::set<PartPtr> pinned_;
  std::set<PartPtr> wanted_;
  std::map<Kind, ColumnSet> usual_;
};

}  // namespace weir::store
