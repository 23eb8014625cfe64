// What a question reads: SQL text that names only the hot tables and Parquet files it needs, and a lease that keeps
// them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "flow/columns.h"

namespace weir::store {

/// Where an answer is read from; the three rollups by their bucket.
enum class Source : std::uint8_t { flows, rollup_1m, rollup_5m, rollup_1h };
inline constexpr std::array kSources = {Source::flows, Source::rollup_1m, Source::rollup_5m, Source::rollup_1h};

/// "flows", "1m", "5m", "1h": as in query::Answer::source.
[[nodiscard]] std::string_view to_string(Source source);
/// The length of a rollup's buckets; 0 for flows.
[[nodiscard]] constexpr UnixMillis bucket_ms(Source source) {
  switch (source) {
    case Source::flows:
      return 0;
    case Source::rollup_1m:
      return kMinuteMs;
    case Source::rollup_5m:
      return 5 * kMinuteMs;
    case Source::rollup_1h:
      return kHourMs;
  }
  return 0;
}

/// A relation to select from. Its columns are, for each stored column of flow/columns.h, `name` (strings as VARCHAR,
/// times as BIGINT milliseconds, u8 to u64 as UTINYINT to UBIGINT, MACs as UBIGINT), and for address columns `name_hi`
/// and `name_lo` (UBIGINT, the words of IpAddress). Unknown is NULL. `sql` goes into a FROM clause as it is.
///
/// Of a rollup the columns are `time` (the start of a bucket of at most the source's length: newest rows may be finer),
/// the dimensions of rollup_columns.h, and `bytes`, `packets` and `flows` (UBIGINT), already multiplied and spread. A
/// key may come in several rows: sum them.
///
/// Rows outside the range asked for may be among them: the question still compares times.
struct Relation {
  std::string sql;
  std::shared_ptr<const void> lease;  ///< while it lives, nothing that `sql` names vanishes
  std::uint64_t rows = UINT64_MAX;    ///< about so many are read at the most, before any condition
};

/// The moments a source can answer for; [0, 0) when it holds nothing.
struct Coverage {
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
};
/// By Source. A rollup keeps further back than the flows; older than `from_ms` it holds nothing.
using Coverages = std::array<Coverage, kSources.size()>;

/// Implemented by the catalog. Any thread may call it.
class Relations {
 public:
  virtual ~Relations() = default;
  /// What holds every row that adds to a sum within [from, to). For flows that includes flows that end up to
  /// flow::kMostSpreadMs behind `to`. `columns` are those that the question mentions, stored ones only (bytes, packets,
  /// flows, time, sampling_rate, suspect, flow_start and flow_end too where it needs them); the relation may leave out
  /// all others. None means all.
  [[nodiscard]] virtual Relation relation(Source source, UnixMillis from, UnixMillis to,
                                          std::span<const flow::Column> columns) = 0;
  [[nodiscard]] virtual Coverages coverages() = 0;

  /// The flows of relation(), for sums over the whole of [from, to) alone: where a flow lies within it as a whole, flow_start
  /// or flow_end may be unknown, so that they need not be read.
  [[nodiscard]] virtual Relation totals(UnixMillis from, UnixMillis to, std::span<const flow::Column> columns) {
    return relation(Source::flows, from, to, columns);
  }

  /// Flows whose `time` lies within [from, to), and no more of others than must be.
  [[nodiscard]] virtual Relation accounted(UnixMillis from, UnixMillis to, std::span<const flow::Column> columns) {
    return relation(Source::flows, from, to, columns);
  }
  /// Stretches of [from, to) that may be read one by one, in the order of time, without those that hold no flow.
  struct Stretch {
    UnixMillis from_ms = 0;
    UnixMillis to_ms = 0;
  };
  [[nodiscard]] virtual std::vector<Stretch> stretches(UnixMillis from, UnixMillis to) { return {{from, to}}; }
};

}  // namespace weir::store
