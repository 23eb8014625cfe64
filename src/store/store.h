// The store: takes batches of flows, answers questions about them, looks after itself. Engines live in folders beside this
// file; nothing outside a folder knows its engine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "flow/batch.h"
#include "flow/interface_counters.h"
#include "query/query.h"
#include "query/sql.h"
#include "query/tally.h"

namespace weir::store {

/// One alarm that stands until its cause is gone, e.g. a full disk or a partition set aside.
struct Alarm {
  std::string name;     ///< "disk_full", "partition_damaged", ...
  std::string message;  ///< what, where, what to do
  UnixMillis since_ms = 0;
};

/// What the store holds and does; for /metrics, the doctor and the page.
struct Status {
  std::uint64_t flows_stored = 0;   ///< committed since start
  std::uint64_t flows_dropped = 0;  ///< lost since start: queue full, disk full
  std::uint64_t readings_dropped = 0;  ///< interface readings lost since start
  std::uint64_t commits = 0;
  UnixMillis last_commit_ms = 0;
  std::size_t queued_batches = 0;
  std::uint64_t hot_flows = 0;
  std::uint64_t hot_octets = 0;   ///< on disk
  std::uint64_t cold_flows = 0;
  std::uint64_t cold_octets = 0;
  std::uint64_t rollup_octets = 0;
  UnixMillis oldest_ms = 0;  ///< of the flows held; 0 when there are none
  std::vector<Alarm> alarms;
};

/// Retention of one tier: the older of the two limits wins; 0 means no limit.
struct Retention {
  UnixMillis age_ms = 0;
  std::uint64_t octets = 0;
  bool operator==(const Retention&) const = default;
};

/// How much is kept, as far as that can change while the store is open.
struct Limits {
  Retention flows{};
  Retention rollup_1m{};
  Retention rollup_5m{};
  Retention rollup_1h{};
  std::uint64_t disk_budget_octets = 0;   ///< over all tiers; the oldest flows go first; 0 means no budget
  std::uint64_t disk_reserve_octets = 0;  ///< storing stops below this much free space
};

/// Thread rule: append() from any thread; write() and upkeep() each from one thread of their own; run() and status() from
/// any thread at any time. None of them throws.
class Store {
 public:
  virtual ~Store() = default;

  /// Queues a batch by move. False when it was dropped because the queue is full or storing is stopped by an alarm; the
  /// rows are then counted in Status::flows_dropped. With `wait`, waits for room instead (imports: nothing may be lost).
  virtual bool append(flow::FlowBatch&& batch, bool wait) = 0;
  /// Queues interface readings; they follow the same commits.
  virtual void append(std::vector<flow::InterfaceCounters>&& readings) = 0;

  /// The writer's loop: takes queued batches, and commits at least every commit interval. Returns after stop(), when all
  /// that was queued is committed.
  virtual void write() = 0;
  /// One round of housekeeping, for which the wall clock is handed in: closes hours, compacts rollups, applies retention,
  /// checks the disk. Call it every second or so; it does a bounded piece of work each time.
  virtual void upkeep(UnixMillis now) = 0;
  /// Makes append() refuse and write() drain and return. From any thread.
  virtual void stop() = 0;

  /// Answers a question from what is committed. Ends early with ErrorCode::cancelled when `cancel` is set.
  virtual Result<query::Answer> run(const query::Query& query, const query::CancelFlag& cancel) = 0;
  /// Counts records, and gives records themselves, from what is committed. As run() otherwise.
  virtual Result<query::TallyAnswer> tally(const query::Tally& tally, const query::CancelFlag& cancel) {
    (void)tally, (void)cancel;
    return fail(ErrorCode::unsupported, "this store does not count records");
  }
  virtual Result<query::SearchAnswer> search(const query::Search& search, const query::CancelFlag& cancel) {
    (void)search, (void)cancel;
    return fail(ErrorCode::unsupported, "this store does not give records");
  }
  /// Answers SQL. Errors: invalid (no SQL, or more than it may do; the message says what and where), cancelled, no_space.
  virtual Result<query::SqlAnswer> sql(const query::SqlQuestion& question, const query::CancelFlag& cancel) {
    (void)question, (void)cancel;
    return fail(ErrorCode::unsupported, "this store takes no SQL");
  }
  /// Of every interface with readings from `since` on the last two of them, the newest first, by exporter and index.
  virtual Result<std::vector<flow::InterfaceCounters>> last_counters(UnixMillis since, const query::CancelFlag& cancel) {
    (void)since, (void)cancel;
    return fail(ErrorCode::unsupported, "this store does not give interface readings");
  }
  /// Does all upkeep that is due at once: every closed hour goes to the cold tier. For imports and tests.
  virtual Result<void> settle(UnixMillis now) = 0;

  [[nodiscard]] virtual Status status() = 0;
  /// Other limits from now on; the next rounds of upkeep hold to them. From any thread.
  virtual void set_limits(const Limits& limits) { (void)limits; }
};

}  // namespace weir::store
