// Customers and regions as the page sends them and as they are kept: JSON.
//
//     {"customers": [{"name": "Kelapa Cloud", "region": "MY", "prefixes": ["103.64.13.0/24"], "ases": [64500],
//                     "interfaces": [{"exporter": "edge-*", "index": 17, "name": "*"}]}],
//      "regions": [{"name": "SG", "prefixes": ["198.51.100.0/24"]}]}
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "enrich/enrich_config.h"
#include "serve/customer_book.h"

namespace weir::main {

struct CustomerList {
  std::vector<enrich::CustomerConfig> customers;
  std::vector<enrich::RegionConfig> regions;
};

/// One document, as it is sent and as it lies in its file.
struct CustomerDocument {
  std::int64_t revision = 0;
  std::int64_t time = 0;  ///< of the file: when it was saved
  CustomerList list;
};

inline constexpr std::size_t kMostCustomersOctets = std::size_t{1} << 20U;  ///< what HTTP takes as a body
inline constexpr std::size_t kMostFaults = 100;                            ///< that are told at once

/// Strict: unknown members, values of another type, networks with host bits, AS numbers that nobody can have and
/// customers without anything that is theirs are faults, each with its place. Without a fault the result is whole.
[[nodiscard]] CustomerDocument parse_customers(std::string_view json, std::vector<serve::JsonFault>& faults);

/// {"customers": [...], "regions": [...]}, with every member.
[[nodiscard]] boost::json::object customers_json(const CustomerList& list);
/// The file: one customer a line, so that it can be read and compared.
[[nodiscard]] std::string customers_file(const CustomerDocument& document);

}  // namespace weir::main
