// Insertions, removals and lookups of any prefixes, against a plain map.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <vector>

#include "base/byte_reader.h"
#include "base/prefix_trie.h"

namespace {

using namespace weir;

void expect(bool held) {
  if (!held) std::abort();
}

/// Few different octets, so that prefixes meet.
Prefix read_prefix(ByteReader& reader) {
  const std::uint8_t kind = reader.u8();
  const unsigned length = reader.u8();
  if (kind % 2 == 0) return Prefix::of(IpAddress::v4(reader.u32()), length % 33);
  const std::uint64_t hi = std::uint64_t{reader.u32()} << 32U;
  return Prefix::of({hi | reader.u16(), std::uint64_t{reader.u16()} << 48U}, length % 129);
}

PrefixTrie::Match longest(const std::map<Prefix, std::uint32_t>& naive, IpAddress address, unsigned most) {
  for (unsigned length = std::min(most, address.is_v4() ? 32U : 128U) + 1; length-- > 0;) {
    const auto at = naive.find(Prefix::of(address, length));
    if (at != naive.end()) return {at->second, static_cast<std::uint8_t>(length)};
  }
  return {};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader reader(std::as_bytes(std::span(data, size)));
  Epochs epochs;
  Slab slab(epochs, PrefixTrie::kMostSlabOctets);
  {
    PrefixTrie trie(slab);
    std::map<Prefix, std::uint32_t> naive;
    std::vector<IpAddress> addresses;
    for (std::uint32_t value = 0; !reader.empty(); ++value) {
      const bool erases = reader.u8() % 3 == 0;
      const Prefix prefix = read_prefix(reader);
      const auto at = naive.find(prefix);
      const std::uint32_t before = at == naive.end() ? PrefixTrie::kNone : at->second;
      expect(trie.exact(prefix) == before);
      if (erases) {
        expect(trie.erase(prefix) == before);
        naive.erase(prefix);
      } else {
        expect(trie.insert(prefix, value) == before);
        naive[prefix] = value;
      }
      addresses.push_back(prefix.address);
      addresses.push_back(prefix.last());
      expect(trie.longest(prefix.address, prefix.length) == longest(naive, prefix.address, prefix.length));
      if (value % 16 == 0) slab.collect();
    }
    std::vector<PrefixTrie::Match> matches(addresses.size());
    trie.longest(addresses, matches);
    for (std::size_t i = 0; i < addresses.size(); ++i) expect(matches[i] == longest(naive, addresses[i], 128));
    std::size_t visited = 0;
    trie.for_each([&](const Prefix& prefix, std::uint32_t value) {
      ++visited;
      expect(naive.at(prefix) == value);
      return true;
    });
    expect(visited == naive.size() && trie.size() == naive.size());
  }
  slab.collect();
  expect(slab.memory() - slab.unused() < (std::size_t{128} << 10U));  // all was given back
  return 0;
}
