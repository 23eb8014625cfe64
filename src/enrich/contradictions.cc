// What of customers and regions cannot be meant as it stands.
#include <map>
#include <string>

#include "enrich/enrich_config.h"

namespace weir::enrich {
namespace {

/// Who has claimed what; a second, other claimant is a contradiction.
template <typename Key>
class Claims {
 public:
  Claims(std::string_view kind, std::vector<std::string>& out) : kind_(kind), out_(out) {}
  void claim(const Key& key, const std::string& what, const std::string& by) {
    const auto [at, is_new] = by_.emplace(key, by);
    if (is_new) return;
    out_.push_back(what +
                   (at->second == by ? " is listed twice for " + kind_ + " '" + by + "'"
                                     : " belongs to " + kind_ + " '" + at->second + "' and to '" + by + "'") +
                   ": expected each once");
  }

 private:
  std::string kind_;
  std::vector<std::string>& out_;
  std::map<Key, std::string> by_;
};

std::string text_of(const CustomerInterface& interface) {
  return "interface " + (interface.index ? std::to_string(*interface.index) : "'" + interface.name + "'") +
         " of exporter '" + interface.exporter + "'";
}

}  // namespace

std::vector<std::string> find_contradictions(const EnrichConfig& config) {
  std::vector<std::string> out;
  Claims<Prefix> prefixes("customer", out);
  Claims<std::uint32_t> ases("customer", out);
  Claims<std::string> interfaces("customer", out);
  for (const CustomerConfig& customer : config.customers) {
    for (const Prefix& prefix : customer.prefixes) prefixes.claim(prefix, to_string(prefix), customer.name);
    for (const std::uint32_t as : customer.ases) ases.claim(as, "AS " + std::to_string(as), customer.name);
    for (const CustomerInterface& interface : customer.interfaces) {
      const std::string text = text_of(interface);
      interfaces.claim(text + (interface.index ? interface.name : ""), text, customer.name);
      if (interface.exporter != "*" || interface.index || interface.name != "*") continue;
      out.push_back("customer '" + customer.name +
                    "' has every interface of every exporter: expected an exporter, an index or a name");
    }
  }
  Claims<Prefix> regions("region", out);
  for (const RegionConfig& region : config.regions) {
    for (const Prefix& prefix : region.prefixes) regions.claim(prefix, to_string(prefix), region.name);
  }
  return out;
}

}  // namespace weir::enrich
