// What a question about records may ask: the one place for its limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "query/tally.h"

namespace weir::query {

inline constexpr std::size_t kMostBucketings = 16;     ///< Tally::by
inline constexpr std::size_t kMostMeasures = 200;      ///< Tally::measures
inline constexpr std::size_t kMostConditions = 1000;   ///< of one ByConditions
inline constexpr std::size_t kMostPercents = 100;      ///< of one Measure
inline constexpr std::uint32_t kMostTallyRows = 1'000'000;
inline constexpr std::uint32_t kMostRecords = 100'000;  ///< Search::most
inline constexpr std::size_t kMostOrder = 16;

/// "+08:00", "-03:30", "Z" or "UTC" as minutes; nothing for names of the IANA data base.
[[nodiscard]] std::optional<int> zone_offset_minutes(std::string_view time_zone);

/// Refuses empty ranges, statistics that do not fit their column's type, intervals that are not positive, orders by measures
/// that are not there, names that cannot be a time zone's, and what exceeds the limits. Whether a named time zone exists is
/// for the engine.
[[nodiscard]] Result<void> validate(const Tally& tally);
/// Refuses empty ranges, columns that come twice in the order, and what exceeds the limits. The cursor is the engine's.
[[nodiscard]] Result<void> validate(const Search& search);

}  // namespace weir::query
