// The Store over an opened data directory: queue, writer, upkeep and questions, each in a file of its own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <vector>

#include "base/bounded_queue.h"
#include "store/duckdb/alarms.h"
#include "store/duckdb/answer_reader.h"
#include "store/duckdb/disk.h"
#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/hot_writer.h"
#include "store/duckdb/opened_store.h"

namespace weir::store {

class DuckDbStore final : public Store {
 public:
  DuckDbStore(DuckDbOptions options, flow::StringPool& strings, DirectoryLock lock);
  /// Opens the directory; once, before anything else.
  Result<void> open(UnixMillis now);

  bool append(flow::FlowBatch&& batch, bool wait) override;
  void append(std::vector<flow::InterfaceCounters>&& readings) override;
  void write() override;
  void upkeep(UnixMillis now) override;
  void stop() override;
  Result<query::Answer> run(const query::Query& query, const query::CancelFlag& cancel) override;
  Result<query::TallyAnswer> tally(const query::Tally& tally, const query::CancelFlag& cancel) override;
  Result<query::SearchAnswer> search(const query::Search& search, const query::CancelFlag& cancel) override;
  Result<query::SqlAnswer> sql(const query::SqlQuestion& question, const query::CancelFlag& cancel) override;
  Result<std::vector<flow::InterfaceCounters>> last_counters(UnixMillis since, const query::CancelFlag& cancel) override;
  Result<void> settle(UnixMillis now) override;
  Status status() override;
  void set_limits(const Limits& limits) override;

 private:
  // store_write.cc
  /// Writes until the queue is closed and empty (true) or the database is broken (false).
  bool write_while_whole(OpenedStore& opened);
  Result<void> write_batch(HotWriter& writer, flow::FlowBatch& batch);
  Result<void> commit(HotWriter& writer);
  bool commit_is_due(const HotWriter& writer) const;
  void lost(std::uint64_t rows, const Error& why);
  std::vector<flow::InterfaceCounters> take_readings();
  void drop_queue();

  // store_upkeep.cc
  void watch_disk(UnixMillis now);
  void reopen(UnixMillis now);
  void note_upkeep(const Result<void>& done, UnixMillis now);

  // store_read.cc
  /// What a question is about, apart from its form.
  struct Asking {
    UnixMillis from_ms;
    UnixMillis to_ms;
    const query::RunOptions& options;
    const query::CancelFlag& cancel;
    unsigned statements;  ///< roughly how many it takes
  };
  using AskSnapshot = std::function<Result<void>(Snapshot& snapshot, const RunSql& run)>;
  /// Runs `ask` within one transaction, again where files were moved under it or found damaged. How long it took, in ms.
  Result<UnixMillis> answer(const Asking& asking, const AskSnapshot& ask);
  Result<void> ask_once(OpenedStore& opened, const Asking& asking, std::int64_t began, const AskSnapshot& ask);
  bool set_damaged_aside(OpenedStore& opened, const Asking& asking, const Error& error);

  DuckDbOptions options_;  // only what Limits holds changes, and only with upkeep_mutex_
  flow::StringPool& strings_;
  const DirectoryLock lock_;
  Alarms alarms_;

  BoundedQueue<flow::FlowBatch, WhenFull::wait> queue_;
  std::mutex readings_mutex_;
  std::vector<flow::InterfaceCounters> readings_;

  // Whoever works with the opened store shares the mutex; who opens it anew has it alone. When broken_ is set the
  // sharers leave as soon as they can.
  std::shared_mutex opened_mutex_;
  std::unique_ptr<OpenedStore> opened_;
  std::atomic<bool> broken_{false};

  std::mutex upkeep_mutex_;  // upkeep() and settle()
  std::mutex damage_mutex_;  // one question at a time looks for damage
  UnixMillis damaged_due_ = 0;
  UnixMillis retry_at_ = 0;

  std::atomic<bool> stopping_{false};
  std::atomic<bool> disk_full_{false};
  std::atomic<bool> write_failed_{false};  // for want of space, since the last good look at the disk
  std::int64_t transaction_since_ = 0;     // steady; the writer's

  std::atomic<std::uint64_t> flows_stored_{0};
  std::atomic<std::uint64_t> flows_dropped_{0};
  std::atomic<std::uint64_t> readings_dropped_{0};
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<UnixMillis> last_commit_ms_{0};
};

}  // namespace weir::store
