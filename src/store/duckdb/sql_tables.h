// The tables that SQL of people sees: the store's relations with their columns as people know them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "store/duckdb/catalog.h"

namespace weir::store {

/// flows, rollup_1m, rollup_5m, rollup_1h, interface_counters.
[[nodiscard]] std::span<const std::string_view> sql_tables();

/// A SELECT of one of them. Addresses and MACs are texts, times are milliseconds since 1970 (epoch_ms() makes timestamps of
/// them), the derived `duration` is there; all else is as in flow/columns.h. Of a rollup `time` is a bucket's start, and
/// bytes, packets and flows are multiplied by the sampling rate.
[[nodiscard]] std::string sql_table(std::string_view name, Snapshot& snapshot);

}  // namespace weir::store
