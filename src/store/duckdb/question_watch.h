// What stops a question before its end, and how far it is.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "base/error.h"
#include "query/query.h"
#include "store/duckdb/connection.h"

namespace weir::store {

/// Watches one question on one connection. DuckDB calls it between the small pieces of a statement's work (look()); what
/// costs something is done a few times a second.
class QuestionWatch {
 public:
  /// `began` is of the steady clock. `statements` says how many will follow, as far as that is known; for the progress. What
  /// is referred to outlives the watch.
  QuestionWatch(const query::RunOptions& options, const query::CancelFlag& cancel, const std::atomic<bool>& broken,
                std::int64_t began, unsigned statements);

  /// With a memory limit: `second` is a connection for looking at the memory while the question runs on another one. What
  /// DuckDB holds at this moment is not counted.
  Result<void> watch_memory(Connection second);
  /// The next statement will run on this connection.
  void next_statement(const Connection& connection);
  /// Errors: cancelled (by the flag, the time limit, or because the store is broken), no_space (the memory limit).
  Result<void> look();

 private:
  Result<void> look_at_memory();
  void tell_progress();

  const query::RunOptions& options_;
  const query::CancelFlag& cancel_;
  const std::atomic<bool>& broken_;
  const std::int64_t began_;
  const unsigned statements_;
  const Connection* connection_ = nullptr;
  unsigned statement_ = 0;
  std::int64_t told_ = 0;
  std::int64_t measured_ = 0;
  std::optional<Connection> second_;
  std::int64_t held_before_ = 0;
};

}  // namespace weir::store
