// What the store holds right now: the hot tables and Parquet files, as snapshots that questions keep while they run.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "store/duckdb/relations.h"
#include "store/duckdb/schema.h"

namespace weir::store {

/// One hot table or one Parquet file. The numbers of a hot table grow while it is written; all else is fixed.
struct Part {
  Part(Kind kind_, UnixMillis begin_, std::string name_, ColumnSet columns_)
      : kind(kind_), begin(begin_), name(std::move(name_)), hot(!name.ends_with(".parquet")), columns(columns_) {}

  const Kind kind;
  const UnixMillis begin;  ///< of its partition
  const std::string name;  ///< of the table, or of the file relative to the data directory
  const bool hot;
  const ColumnSet columns;
  std::atomic<std::uint64_t> rows{0};
  std::atomic<std::uint64_t> octets{0};  ///< of a file
  /// The first and the last moment that the rows tell of: of flows with their durations, of rollups the buckets'
  /// starts.
  std::atomic<UnixMillis> earliest_ms{INT64_MAX};
  std::atomic<UnixMillis> latest_ms{INT64_MIN};

  /// Takes rows that are about to be committed into account.
  void grow(std::uint64_t more_rows, UnixMillis earliest, UnixMillis latest);
};
using PartPtr = std::shared_ptr<Part>;

/// "SELECT ... UNION ALL SELECT ...": the wanted columns of parts of one kind (rollups: of any of them), in the
/// schema's order. `directory` is where the files are.
[[nodiscard]] std::string select_parts(const std::string& directory, Kind kind, const std::vector<PartPtr>& parts,
                                       const ColumnSet& wanted);

/// The parts at one moment. Immutable but for the numbers of hot parts. While it lives, its parts are not deleted.
class Snapshot final : public Relations, public std::enable_shared_from_this<Snapshot> {
 public:
  /// `directory` is absolute. `dropped_until` tells for each kind up to which moment retention has deleted.
  Snapshot(std::string directory, std::vector<PartPtr> parts, std::array<UnixMillis, kKinds.size()> dropped_until)
      : directory_(std::move(directory)), parts_(std::move(parts)), dropped_until_(dropped_until) {}

  [[nodiscard]] Relation relation(Source source, UnixMillis from, UnixMillis to,
                                  std::span<const flow::Column> columns) override;
  [[nodiscard]] Coverages coverages() override;
  [[nodiscard]] Relation totals(UnixMillis from, UnixMillis to, std::span<const flow::Column> columns) override;
  [[nodiscard]] Relation accounted(UnixMillis from, UnixMillis to, std::span<const flow::Column> columns) override;
  [[nodiscard]] std::vector<Stretch> stretches(UnixMillis from, UnixMillis to) override;

  /// Everything of one kind, as a SELECT of all its columns.
  [[nodiscard]] std::string whole(Kind kind) const;
  [[nodiscard]] const std::vector<PartPtr>& parts() const { return parts_; }
  [[nodiscard]] std::vector<PartPtr> parts_of(Kind kind) const;
  [[nodiscard]] std::vector<PartPtr> partition(Kind kind, UnixMillis begin) const;
  [[nodiscard]] UnixMillis dropped_until(Kind kind) const { return dropped_until_[static_cast<std::size_t>(kind)]; }

 private:
  [[nodiscard]] std::vector<PartPtr> touched(Source source, UnixMillis from, UnixMillis to) const;
  [[nodiscard]] Relation relation_of(Kind kind, const std::vector<PartPtr>& parts, std::span<const flow::Column> columns);

  const std::string directory_;
  const std::vector<PartPtr> parts_;
  const std::array<UnixMillis, kKinds.size()> dropped_until_;
};

/// Holds the current snapshot. Any thread.
///
/// A question's database transaction and its snapshot must tell of the same moment. So what moves rows between parts
/// commits inside publish(), and a question opens its transaction inside view(); the two exclude each other.
class Catalog {
 public:
  explicit Catalog(std::string directory);

  [[nodiscard]] std::shared_ptr<Snapshot> snapshot() const;
  /// Runs `pin`, which opens a transaction, and returns the snapshot that belongs to it.
  Result<std::shared_ptr<Snapshot>> view(const std::function<Result<void>()>& pin) const;

  struct Change {
    std::vector<PartPtr> added;
    std::vector<PartPtr> removed;    ///< handed out by take_unused() once nobody uses them
    std::vector<PartPtr> set_aside;  ///< no longer read, and not deleted
    std::vector<std::pair<Kind, UnixMillis>> dropped_until;
  };
  /// Runs `commit` and, when it succeeds, applies the change.
  Result<void> publish(const Change& change, const std::function<Result<void>()>& commit);

  /// Removed parts that no snapshot holds any more: they are handed out once, for deletion.
  [[nodiscard]] std::vector<PartPtr> take_unused();
  /// Hands a part back that could not be deleted yet.
  void keep_retired(PartPtr part);
  /// Changes with every publish().
  [[nodiscard]] std::uint64_t version() const { return version_.load(std::memory_order_relaxed); }
  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  const std::string directory_;
  mutable std::shared_mutex mutex_;
  std::shared_ptr<Snapshot> current_;
  std::vector<PartPtr> retired_;
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace weir::store
