// Sums flows into minutes by the rollups' dimensions, between two commits.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "flow/batch.h"
#include "store/duckdb/rollup_dimensions.h"

namespace weir::store {

/// Makes every row fit to be stored and summed; every batch passes it before anything else. A row without a time, or
/// with one outside of 1970 to 6000, gets its receive time (or `now`); a start or an end outside of them becomes
/// unknown: both are marked as a suspect clock. Counters that cannot be summed (rollup_columns.h) are marked as
/// suspect.
void prepare_batch(flow::FlowBatch& batch, UnixMillis now);

/// Exact sums by dimensions and minute. One thread. Its memory grows with what was added: watch cells() and
/// combinations().
class RollupAggregator {
 public:
  struct Key {
    std::uint32_t origin = 0;
    std::uint32_t source = 0;
    std::uint32_t target = 0;
    std::int32_t minute = 0;  ///< since the epoch
    bool operator==(const Key&) const = default;
  };
  struct Sums {
    std::uint64_t bytes = 0;
    std::uint64_t packets = 0;
    std::uint64_t flows = 0;
  };
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const Key& key) const noexcept {
      return flow::KeyHash::of_words(std::uint64_t{key.origin} << 32U | key.source,
                                     std::uint64_t{key.target} << 32U | static_cast<std::uint32_t>(key.minute));
    }
  };
  using Cells = boost::unordered_flat_map<Key, Sums, Hash>;

  /// Adds the rows from `first` up to `end`, as rollup_columns.h says.
  void add(const flow::FlowBatch& batch, std::size_t first, std::size_t end);

  [[nodiscard]] const Cells& cells() const { return cells_; }
  [[nodiscard]] UnixMillis earliest_ms() const { return earliest_minute_ * kMinuteMs; }
  [[nodiscard]] UnixMillis latest_ms() const { return latest_minute_ * kMinuteMs; }
  /// Forgets the sums; keeps the numbers of the combinations, and the memory.
  void clear_cells();

  [[nodiscard]] const DimensionTable<kOriginOctets>& origins() const { return origins_; }
  [[nodiscard]] const DimensionTable<kEndOctets>& sources() const { return sources_; }
  [[nodiscard]] const DimensionTable<kEndOctets>& targets() const { return targets_; }
  [[nodiscard]] std::size_t combinations() const {
    return origins_.keys().size() + sources_.keys().size() + targets_.keys().size();
  }
  /// Forgets everything: numbers begin at 0 again.
  void clear();

 private:
  static constexpr std::size_t kBlock = 1024;  // rows that are numbered together
  using Numbers = std::array<std::uint32_t, kBlock>;
  /// What one flow adds.
  struct Addend {
    UnixMillis time_ms = 0;
    UnixMillis duration_ms = 0;
    std::uint64_t bytes = 0;
    std::uint64_t packets = 0;
    std::uint64_t flows = 0;
  };
  static Addend addend_of(const flow::FlowBatch& batch, std::size_t row);
  void spread(Key key, const Addend& flow);
  Sums& cell(const Key& key);

  DimensionTable<kOriginOctets> origins_{kOriginColumns};
  DimensionTable<kEndOctets> sources_{kSourceColumns};
  DimensionTable<kEndOctets> targets_{kTargetColumns};
  Numbers origin_{}, source_{}, target_{};  // of the rows at hand
  Cells cells_;
  std::int64_t earliest_minute_ = 0;
  std::int64_t latest_minute_ = 0;
};

}  // namespace weir::store
