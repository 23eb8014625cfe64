// What a question may ask: the one place for its limits, so that the API, the command line and every engine agree.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "query/query.h"

namespace weir::query {

inline constexpr std::size_t kMostKeys = 16;          ///< columns in Query::by
inline constexpr std::uint32_t kMostTop = 1'000'000;  ///< rows
inline constexpr std::size_t kMostBuckets = 50'000;   ///< of one series
inline constexpr std::size_t kMostCells = 5'000'000;  ///< rows times buckets, of all that is asked for each row
inline constexpr std::size_t kMostDistinct = 4;       ///< columns in Query::distinct
inline constexpr std::uint32_t kMostOverhead = 1000;  ///< octets a packet
/// Rows for which the other way or an earlier time is asked: they are asked for by name.
inline constexpr std::uint32_t kMostTopAgain = 10'000;

/// How many buckets the series has: the last one may be cut short by `to`. 0 when no series is asked for.
[[nodiscard]] std::size_t bucket_count(const Query& query);

/// Whether rows can be grouped by the column; the error says why not. Measures are summed, real-valued columns hardly
/// ever repeat.
[[nodiscard]] Result<void> may_group_by(flow::Column column);

/// Whether its different values can be counted; measures and real numbers cannot.
[[nodiscard]] Result<void> may_count_distinct(flow::Column column);

/// Refuses an empty or backward range, columns that cannot be grouped by or come twice, a rank without the samples that it is
/// of, and what exceeds the limits.
[[nodiscard]] Result<void> validate(const Query& query);

}  // namespace weir::query
