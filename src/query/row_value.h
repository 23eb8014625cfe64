// The value a row has for any column, stored or derived, chosen at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "base/ip_address.h"
#include "flow/batch.h"
#include "flow/string_pool.h"

namespace weir::query {

/// Numbers of all widths and MACs as unsigned; times signed; texts as ids of the pool.
using RowValue = std::variant<std::uint64_t, UnixMillis, double, IpAddress, Prefix, flow::StringId>;

/// Nothing where the row lacks it: of a derived column, where it lacks one of its parts. Durations are 0 where the end
/// lies before the start; rates are those of query/derived.h, with a sampling rate of 1 where it is unknown.
[[nodiscard]] std::optional<RowValue> row_value(const flow::FlowBatch& batch, std::size_t row, flow::Column column);

}  // namespace weir::query
