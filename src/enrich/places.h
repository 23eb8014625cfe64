// Whose an address is, and where: customers and regions by prefix and by AS, made ready from the configuration.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/prefix_trie.h"
#include "enrich/enrich_config.h"
#include "flow/key_hash.h"
#include "flow/string_pool.h"

namespace weir::enrich {

/// 0: unknown.
struct Place {
  flow::StringId customer = 0;
  flow::StringId region = 0;
  bool operator==(const Place&) const = default;
};

struct CustomerRule {
  std::string exporter;
  std::optional<std::uint32_t> index;
  std::string name;
  Place place;
};

/// Never changes once made; any number of threads read it.
class PlaceTable {
 public:
  PlaceTable(const EnrichConfig& config, flow::StringPool& strings);

  /// Nothing is configured: there is nothing to do.
  [[nodiscard]] bool empty() const { return places_.empty() && by_as_.empty() && rules_.empty(); }
  [[nodiscard]] bool has_prefixes() const { return !places_.empty(); }
  /// By prefix, each as long as the other: the customer of the longest customer's prefix, and the region of the longest
  /// prefix that has one, of its own or its customer's.
  void by_prefix(std::span<const IpAddress> addresses, std::span<Place> out) const;
  /// By the AS that an address belongs to.
  [[nodiscard]] Place by_as(std::uint32_t as) const {
    const auto at = by_as_.find(as);
    return at == by_as_.end() ? Place{} : at->second;
  }
  /// Interfaces behind which customers are, in order; the first that matches decides.
  [[nodiscard]] std::span<const CustomerRule> rules() const { return rules_; }

 private:
  void add_prefixes(const EnrichConfig& config, flow::StringPool& strings);

  // The trie is only written while this is made, so its readers need no Pin.
  std::unique_ptr<Epochs> epochs_;
  std::unique_ptr<PrefixTrie> trie_;  // -> index into places_
  std::vector<Place> places_;
  boost::unordered_flat_map<std::uint32_t, Place, flow::KeyHash> by_as_;
  std::vector<CustomerRule> rules_;
};

}  // namespace weir::enrich
