// Longest-prefix match: a trie with strides of 8 bits whose nodes hold bitmaps and arrays without gaps. IPv4 and IPv6 in
// one. One thread writes at a time; any number of threads look up meanwhile, without a lock and without ever waiting: the
// writer replaces nodes whole and frees the old ones when no reader can still stand on them (epoch.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/epoch.h"
#include "base/ip_address.h"

namespace weir {

/// Maps prefixes to numbers below 2^30.
class PrefixTrie {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  static constexpr std::uint32_t kMostValue = (std::uint32_t{1} << 30U) - 1;

  /// `epochs` outlives the trie; tries that are read under the same Pin share one.
  explicit PrefixTrie(Epochs& epochs);
  ~PrefixTrie();
  PrefixTrie(const PrefixTrie&) = delete;
  PrefixTrie& operator=(const PrefixTrie&) = delete;

  // Writer: one at a time.
  /// The value it had, or kNone.
  std::uint32_t insert(const Prefix& prefix, std::uint32_t value);
  std::uint32_t erase(const Prefix& prefix);

  // Readers: while they hold a Pin of `epochs`.
  struct Match {
    std::uint32_t value = kNone;
    std::uint8_t length = 0;  ///< in the family's own bits
  };
  /// The longest prefix that contains `address`, of those no longer than `most_length` (in the family's own bits).
  [[nodiscard]] Match longest(IpAddress address, unsigned most_length = 128) const;
  /// The same for many addresses at once, which hides the waiting for memory: `out` is as long as `addresses`.
  void longest(std::span<const IpAddress> addresses, std::span<Match> out) const;
  /// The value of exactly this prefix, or kNone.
  [[nodiscard]] std::uint32_t exact(const Prefix& prefix) const;
  /// Calls `visit(Prefix, value)` for all prefixes in the order of addresses, shorter first; ends early when it returns
  /// false. `within`: only those that lie in it (it included).
  template <typename Visit>
  void for_each(Visit visit, Prefix within4 = {IpAddress::v4(0), 0}, Prefix within6 = {}) const;

  [[nodiscard]] std::size_t size() const;    ///< prefixes
  [[nodiscard]] std::size_t memory() const;  ///< octets held, waiting to be freed included
};

}  // namespace weir
