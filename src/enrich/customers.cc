// src_customer, dst_customer, src_region, dst_region.
//
// Customer: the longest configured prefix that holds the address; else the customer whose AS the address belongs to
// (src_as, dst_as, as the stages before have found them); else the customer behind the interface, the incoming one for
// the source, the outgoing one for the destination. Region: that of the longest prefix that has one, a region's own or
// a customer's; else that of the customer found.
#include "enrich/glob.h"
#include "enrich/memory.h"
#include "enrich/stage.h"

namespace weir::enrich {
namespace {

using flow::Column;

/// Names come from the network: behind this many, what is remembered of an exporter's interfaces is found anew.
constexpr std::size_t kMostInterfaces = 65'536;

Place behind_interface(KnownExporter& exporter, std::uint32_t index, flow::StringId name,
                       const flow::StringPool& strings) {
  const std::uint64_t key = std::uint64_t{index} << 32U | name;
  if (const auto at = exporter.customer_behind.find(key); at != exporter.customer_behind.end()) return at->second;
  Place found;
  for (const CustomerRule* rule : exporter.customer_rules) {
    if (rule->index && *rule->index != index) continue;
    if (!glob_matches(rule->name, strings.text(name))) continue;
    found = rule->place;
    break;
  }
  if (exporter.customer_behind.size() >= kMostInterfaces) exporter.customer_behind.clear();
  exporter.customer_behind.emplace(key, found);
  return found;
}

template <Column Address>
void find_by_prefix(const Job& job) {
  const auto addresses = job.batch.values<Address>();
  job.memory.places.resize(job.batch.size());
  // Addresses of rows without one are whatever was there; what is found for them is not looked at.
  job.plan.places.by_prefix(addresses, job.memory.places);
}

template <Column Address, Column As, Column If, Column Name, Column Customer, Column Region>
void place_side(const Job& job) {
  const PlaceTable& table = job.plan.places;
  flow::FlowBatch& batch = job.batch;
  const bool has_prefixes = table.has_prefixes();
  if (has_prefixes) find_by_prefix<Address>(job);
  const auto masks = batch.masks();
  const auto customers = batch.values<Customer>();
  const auto regions = batch.values<Region>();
  for (const Run& run : job.runs) {
    for (std::size_t row = run.first; row < run.first + run.count; ++row) {
      flow::RowMask& mask = masks[row];
      Place place = has_prefixes && mask.has(Address) ? job.memory.places[row] : Place{};
      Place other;
      if (place.customer == 0 && mask.has(As)) other = table.by_as(batch.values<As>()[row]);
      if (place.customer == 0 && other.customer == 0 && !run.exporter->customer_rules.empty() && mask.has(If)) {
        other = behind_interface(*run.exporter, batch.values<If>()[row], batch.get_or<Name>(row, 0), job.strings);
      }
      if (place.customer == 0) place.customer = other.customer;
      if (place.region == 0) place.region = other.region;
      if (place.customer != 0) {
        customers[row] = place.customer;
        mask.set(Customer);
      }
      if (place.region != 0) {
        regions[row] = place.region;
        mask.set(Region);
      }
    }
  }
}

}  // namespace

void find_customers(const Job& job) {
  if (job.plan.places.empty()) return;
  using enum Column;
  place_side<src_addr, src_as, in_if, in_if_name, src_customer, src_region>(job);
  place_side<dst_addr, dst_as, out_if, out_if_name, dst_customer, dst_region>(job);
}

}  // namespace weir::enrich
