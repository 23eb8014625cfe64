#include "main/customer_check.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace weir::main {
namespace {

constexpr std::size_t kMostOverlaps = 100;

/// Who has claimed what; the first one has it.
class Claims {
 public:
  explicit Claims(std::vector<serve::JsonFault>& faults) : faults_(faults) {}
  void configured() { owner_suffix_ = " of the configuration"; }
  void saved() { owner_suffix_ = ""; }
  /// `key` is unique among all kinds of things. True: it is `owner`'s now.
  bool claim(const std::string& key, const std::string& what, const std::string& owner, const std::string& place) {
    const auto [at, is_new] = by_.emplace(key, "'" + owner + "'" + owner_suffix_);
    if (is_new) return true;
    if (faults_.size() < kMostFaults) faults_.push_back({place, what + " belongs to " + at->second + " already"});
    return false;
  }
  bool name(const std::string& kind, const std::string& name, const std::string& place) {
    const auto [at, is_new] = by_.emplace(kind + " " + name, owner_suffix_);
    if (is_new) return true;
    if (faults_.size() < kMostFaults)
      faults_.push_back({place, "there is another " + kind + " '" + name + "'" + at->second});
    return false;
  }

 private:
  std::vector<serve::JsonFault>& faults_;
  std::map<std::string, std::string> by_;
  std::string owner_suffix_;
};

std::string text_of(const enrich::CustomerInterface& interface) {
  return "interface " + (interface.index ? std::to_string(*interface.index) : "'" + interface.name + "'") +
         " of exporter '" + interface.exporter + "'";
}

/// What of `items` is claimed now, in order.
template <typename T, typename Show>
std::vector<T> take(const std::vector<T>& items, Claims& claims, const std::string& kind, const std::string& owner,
                    const std::string& place, Show show) {
  std::vector<T> out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto [what, key] = show(items[i]);
    if (claims.claim(kind + key, what, owner, place + "/" + std::to_string(i))) out.push_back(items[i]);
  }
  return out;
}

using Shown = std::pair<std::string, std::string>;
Shown show_prefix(const Prefix& prefix) {
  const std::string text = to_string(prefix);
  return {text, text};
}

enrich::CustomerConfig take(const enrich::CustomerConfig& customer, Claims& claims, const std::string& place) {
  enrich::CustomerConfig out = customer;
  out.prefixes = take(customer.prefixes, claims, "p ", customer.name, place + "/prefixes", show_prefix);
  out.ases = take(customer.ases, claims, "a ", customer.name, place + "/ases", [](std::uint32_t as) {
    return Shown("AS " + std::to_string(as), std::to_string(as));
  });
  out.interfaces = take(customer.interfaces, claims, "i ", customer.name, place + "/interfaces",
                        [](const enrich::CustomerInterface& one) {
                          const std::string text = text_of(one);
                          return Shown(text, text + (one.index ? one.name : ""));
                        });
  return out;
}

CustomerList take(const CustomerList& list, Claims& claims, bool names_count_for_regions) {
  CustomerList out;
  for (std::size_t i = 0; i < list.customers.size(); ++i) {
    const std::string place = "/customers/" + std::to_string(i);
    if (claims.name("customer", list.customers[i].name, place + "/name"))
      out.customers.push_back(take(list.customers[i], claims, place));
  }
  for (std::size_t i = 0; i < list.regions.size(); ++i) {
    const enrich::RegionConfig& region = list.regions[i];
    const std::string place = "/regions/" + std::to_string(i);
    // A region of the configuration may have further prefixes here.
    if (names_count_for_regions && !claims.name("region", region.name, place + "/name")) continue;
    out.regions.push_back(
        {region.name, take(region.prefixes, claims, "r ", region.name, place + "/prefixes", show_prefix)});
  }
  return out;
}

/// Prefixes of one customer within those of another.
std::vector<std::string> overlaps_of(const CustomerList& configured, const CustomerList& saved) {
  std::vector<std::pair<Prefix, const std::string*>> all;
  for (const CustomerList* list : {&configured, &saved}) {
    for (const enrich::CustomerConfig& customer : list->customers) {
      for (const Prefix& prefix : customer.prefixes) all.emplace_back(prefix, &customer.name);
    }
  }
  std::ranges::sort(all, {}, [](const auto& one) { return std::tuple(one.first.address.is_v4(), one.first); });
  std::vector<std::string> out;
  std::vector<std::pair<Prefix, const std::string*>> around;  // those that hold the one looked at
  for (const auto& [prefix, owner] : all) {
    while (!around.empty() && !around.back().first.contains(prefix.address)) around.pop_back();
    if (!around.empty() && *around.back().second != *owner && out.size() < kMostOverlaps)
      out.push_back(to_string(prefix) + " of '" + *owner + "' lies within " + to_string(around.back().first) + " of '" +
                    *around.back().second + "': its addresses count for '" + *owner + "'");
    around.emplace_back(prefix, owner);
  }
  return out;
}

}  // namespace

CheckedCustomers check_customers(const enrich::EnrichConfig& configured, const CustomerList& list) {
  CheckedCustomers out;
  const CustomerList fixed{configured.customers, configured.regions};
  Claims claims(out.faults);
  claims.configured();
  (void)take(fixed, claims, false);
  out.faults.clear();  // the configuration's own faults are told by parse_config()
  claims.saved();
  out.in_force = take(list, claims, true);
  out.overlaps = overlaps_of(fixed, out.in_force);
  return out;
}

}  // namespace weir::main
