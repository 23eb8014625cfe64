// What of the page's customers and regions can be in force beside those of the configuration.
#pragma once

#include <string>
#include <vector>

#include "main/customer_list.h"

namespace weir::main {

struct CheckedCustomers {
  CustomerList in_force;                  ///< the page's, without what is faulty
  std::vector<serve::JsonFault> faults;   ///< what two claim: names, prefixes, AS numbers, interfaces
  std::vector<std::string> overlaps;      ///< prefixes within another's: allowed, the longer counts; worth a look
};

/// The configuration goes first: what it claims, the page's cannot have. A customer whose name is taken is left out as a
/// whole; of others only what is claimed twice.
[[nodiscard]] CheckedCustomers check_customers(const enrich::EnrichConfig& configured, const CustomerList& list);

}  // namespace weir::main
