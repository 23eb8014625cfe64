#include "detect/networks.h"

#include <algorithm>

namespace weir::detect {

Networks::Networks(std::span<const Prefix> configured, const OwnNetwork& own, std::span<const CustomerPrefix> customers,
                   flow::StringPool& strings)
    : own_ases_(own.ases), marks_{.in = strings.intern("in"), .out = strings.intern("out")} {
  for (const Prefix& prefix : configured) trie_->insert(prefix, 1);
  for (const Prefix& prefix : own.prefixes) trie_->insert(prefix, 1);
  for (const CustomerPrefix& one : customers) {
    if (const std::uint32_t name = strings.intern(one.customer); name != 0) customers_->insert(one.prefix, name);
  }
}

bool Networks::is_own_as(std::uint32_t as) const {
  return as != 0 && std::ranges::find(own_ases_, as) != own_ases_.end();
}

Networks::Ways Networks::ways_of(const Record& record) const {
  if (is_configured()) {
    return {.incoming = is_own(record.destination) || record.destination_customer != 0 || is_own_as(record.destination_as),
            .outgoing = is_own(record.source) || record.source_customer != 0 || is_own_as(record.source_as)};
  }
  if (record.direction != 0) {
    return {.incoming = record.direction == marks_.in, .outgoing = record.direction == marks_.out};
  }
  if (own_ases_.empty()) return {.incoming = true, .outgoing = false};
  return {.incoming = is_own_as(record.destination_as), .outgoing = is_own_as(record.source_as)};
}

bool Networks::is_own(IpAddress address) const {
  return trie_->longest(address).value != PrefixTrie::kNone;
}

Prefix Networks::around(IpAddress address) const {
  const PrefixTrie::Match match = trie_->longest(address);
  return Prefix::of(address, match.value == PrefixTrie::kNone ? 0 : match.length);
}

std::uint32_t Networks::customer_around(const Prefix& prefix) const {
  const PrefixTrie::Match match = customers_->longest(prefix.address, prefix.length);
  return match.value == PrefixTrie::kNone ? 0 : match.value;
}

}  // namespace weir::detect
