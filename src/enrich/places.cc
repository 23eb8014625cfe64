#include "enrich/places.h"

#include <algorithm>
#include <array>

namespace weir::enrich {
namespace {

/// Addresses that are looked up at a time.
constexpr std::size_t kChunk = 256;

struct Row {
  Prefix prefix;
  Place place;
  bool is_region = false;
};

std::vector<Row> all_prefixes(const EnrichConfig& config, flow::StringPool& strings) {
  std::vector<Row> rows;
  for (const CustomerConfig& customer : config.customers) {
    const Place place{strings.intern(customer.name), strings.intern(customer.region)};
    for (const Prefix& prefix : customer.prefixes) rows.push_back({prefix, place, false});
  }
  for (const RegionConfig& region : config.regions) {
    for (const Prefix& prefix : region.prefixes) rows.push_back({prefix, {0, strings.intern(region.name)}, true});
  }
  // What contains goes before what is contained; of one prefix a customer before a region, whose word is then the last.
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) {
    return a.prefix.length != b.prefix.length ? a.prefix.length < b.prefix.length : a.is_region < b.is_region;
  });
  return rows;
}

}  // namespace

PlaceTable::PlaceTable(const EnrichConfig& config, flow::StringPool& strings)
    : epochs_(std::make_unique<Epochs>()), trie_(std::make_unique<PrefixTrie>(*epochs_)) {
  add_prefixes(config, strings);
  for (const CustomerConfig& customer : config.customers) {
    const Place place{strings.intern(customer.name), strings.intern(customer.region)};
    for (const std::uint32_t as : customer.ases) by_as_.emplace(as, place);
    for (const CustomerInterface& interface : customer.interfaces) {
      rules_.push_back(
          {.exporter = interface.exporter, .index = interface.index, .name = interface.name, .place = place});
    }
  }
}

void PlaceTable::add_prefixes(const EnrichConfig& config, flow::StringPool& strings) {
  for (const Row& row : all_prefixes(config, strings)) {
    // What a prefix does not say itself it has from the one around it, so that one look-up tells both.
    const PrefixTrie::Match around = trie_->longest(row.prefix.address, row.prefix.length);
    Place place = around.value == PrefixTrie::kNone ? Place{} : places_[around.value];
    if (row.place.customer != 0) place.customer = row.place.customer;
    if (row.place.region != 0) place.region = row.place.region;
    trie_->insert(row.prefix, static_cast<std::uint32_t>(places_.size()));
    places_.push_back(place);
  }
}

void PlaceTable::by_prefix(std::span<const IpAddress> addresses, std::span<Place> out) const {
  std::array<PrefixTrie::Match, kChunk> matches;
  for (std::size_t first = 0; first < addresses.size(); first += kChunk) {
    const std::size_t count = std::min(kChunk, addresses.size() - first);
    trie_->longest(addresses.subspan(first, count), std::span(matches).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      out[first + i] = matches[i].value == PrefixTrie::kNone ? Place{} : places_[matches[i].value];
    }
  }
}

}  // namespace weir::enrich
