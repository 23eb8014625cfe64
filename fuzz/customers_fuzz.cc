// Customers and regions as the page sends them. What is taken comes back as it was written, and what is in force of it
// contradicts nothing.
#include <cstdlib>
#include <string_view>

#include "main/customer_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  using namespace weir::main;
  const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
  std::vector<serve::JsonFault> faults;
  const CustomerDocument document = parse_customers(text, faults);
  if (faults.size() > kMostFaults) std::abort();
  if (!faults.empty()) return 0;
  const std::string file = customers_file(document);
  const CustomerDocument again = parse_customers(file, faults);
  if (!faults.empty() || customers_file(again) != file) std::abort();
  enrich::EnrichConfig configured;
  if (!document.list.customers.empty()) configured.customers.push_back(document.list.customers.front());
  const CheckedCustomers checked = check_customers(configured, document.list);
  enrich::EnrichConfig whole = configured;
  whole.customers.insert(whole.customers.end(), checked.in_force.customers.begin(), checked.in_force.customers.end());
  whole.regions = checked.in_force.regions;
  // A configuration that repeats itself is refused before it comes here.
  if (enrich::find_contradictions(configured).empty() && !enrich::find_contradictions(whole).empty()) std::abort();
  return 0;
}
