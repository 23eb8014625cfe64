#include "detect/networks.h"

#include <algorithm>

namespace weir::detect {

Networks::Networks(std::span<const Prefix> prefixes, std::vector<std::uint32_t> own_ases, Marks marks)
    : own_ases_(std::move(own_ases)), marks_(marks) {
  for (const Prefix& prefix : prefixes) trie_->insert(prefix, 1);
}

Networks::Ways Networks::ways_of(const Record& record) const {
  if (is_configured()) return {.incoming = is_own(record.destination), .outgoing = is_own(record.source)};
  if (record.direction != 0) {
    return {.incoming = record.direction == marks_.in, .outgoing = record.direction == marks_.out};
  }
  if (own_ases_.empty()) return {.incoming = true, .outgoing = false};
  const auto own = [&](std::uint32_t as) { return as != 0 && std::ranges::find(own_ases_, as) != own_ases_.end(); };
  return {.incoming = own(record.destination_as), .outgoing = own(record.source_as)};
}

bool Networks::is_own(IpAddress address) const {
  return trie_->longest(address).value != PrefixTrie::kNone;
}

Prefix Networks::around(IpAddress address) const {
  const PrefixTrie::Match match = trie_->longest(address);
  return Prefix::of(address, match.value == PrefixTrie::kNone ? 0 : match.length);
}

}  // namespace weir::detect
