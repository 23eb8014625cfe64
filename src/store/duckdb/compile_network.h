// "This address lies in one of these networks" as SQL over the two words of an address.
#pragma once

#include <string>
#include <vector>

#include "base/ip_address.h"
#include "flow/columns.h"

namespace weir::store {

/// A condition over `column`_hi and `column`_lo: range comparisons for a few networks, so that zone maps of tables and
/// of Parquet files cut the scan; hash lookups by prefix length for many. False when there are no networks.
[[nodiscard]] std::string networks_sql(flow::Column column, std::vector<Prefix> networks);

}  // namespace weir::store
