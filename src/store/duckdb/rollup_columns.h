// What the rollups hold, and what counts in a sum: one rule for the aggregator here and for questions over raw flows.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "flow/columns.h"
#include "flow/spread.h"

namespace weir::store {

/// The dimensions of every rollup: those with few distinct values. A question that filters and groups by these alone
/// can be answered from a rollup.
inline constexpr std::array kRollupColumns = {
    flow::Column::exporter,     flow::Column::exporter_name, flow::Column::in_if,       flow::Column::out_if,
    flow::Column::in_if_name,   flow::Column::out_if_name,   flow::Column::in_if_class, flow::Column::out_if_class,
    flow::Column::direction,    flow::Column::ip_version,    flow::Column::proto,       flow::Column::src_as,
    flow::Column::dst_as,       flow::Column::first_as,      flow::Column::src_country, flow::Column::dst_country,
    flow::Column::src_customer, flow::Column::dst_customer,  flow::Column::src_region,  flow::Column::dst_region,
};

[[nodiscard]] constexpr bool in_rollup(flow::Column column) {
  return std::ranges::find(kRollupColumns, column) != kRollupColumns.end();
}

/// What one flow adds to a sum:
///   bytes    bytes * coalesce(sampling_rate, 1); nothing where bytes is unknown or suspect has kSuspectBytes
///   packets  packets * coalesce(sampling_rate, 1); nothing where packets is unknown or suspect has kSuspectPackets
///   flows    coalesce(flows, 1), at the flow's `time`
/// Bytes and packets are spread by flow::share_before over the flow's duration: flow_end - flow_start where both are
/// known and the difference is positive, else 0.
///
/// The store marks a counter whose product with the sampling rate reaches this bound as suspect before it stores the
/// flow, so that a product of what is not suspect never overflows 64 bits. It is 4.5 PB, half a day of 800 Gbit/s in
/// one flow.
inline constexpr std::uint64_t kMostCounted = std::uint64_t{1} << 52U;

}  // namespace weir::store
