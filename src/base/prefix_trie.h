// Longest-prefix match: a trie with strides of 8 bits whose nodes hold bitmaps and arrays without gaps. IPv4 and IPv6
// in one. One thread writes at a time; any number of threads look up meanwhile, without a lock and without ever
// waiting: the writer replaces nodes whole and frees the old ones when no reader can still stand on them (epoch.h).
//
// A prefix whose length is a multiple of 8 and under which there is nothing longer takes no node: its value stands in
// its parent's slot. So does, with a small block of its own, a prefix that is alone under its slot. A full table of the
// Internet takes about 12 octets for a prefix.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>

#include "base/epoch.h"
#include "base/ip_address.h"
#include "base/slab.h"

namespace weir {

/// Maps prefixes to numbers below 2^30.
class PrefixTrie {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  static constexpr std::uint32_t kMostValue = (std::uint32_t{1} << 30U) - 1;
  /// The most that a Slab for tries may hold: a slot's number of a block has 30 bits.
  static constexpr std::size_t kMostSlabOctets = std::size_t{8} << 30U;

  /// `epochs` outlives the trie; tries that are read under the same Pin share one.
  explicit PrefixTrie(Epochs& epochs);
  /// In a slab of at most kMostSlabOctets that many tries share.
  explicit PrefixTrie(Slab& slab);
  ~PrefixTrie();  ///< no reader may look any more
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
    bool operator==(const Match&) const = default;
  };
  /// The longest prefix that contains `address`, of those no longer than `most_length` (in the family's own bits).
  [[nodiscard]] Match longest(IpAddress address, unsigned most_length = 128) const;
  /// The same for many addresses at once, which hides the waiting for memory: `out` is as long as `addresses`.
  void longest(std::span<const IpAddress> addresses, std::span<Match> out) const;
  /// The value of exactly this prefix, or kNone.
  [[nodiscard]] std::uint32_t exact(const Prefix& prefix) const;
  /// Calls `visit(const Prefix&, std::uint32_t value)` for all prefixes, IPv4 first, in the order of addresses and
  /// shorter first, until it returns false. False when it was ended so. While the writer goes on, what is visited is
  /// some state that each prefix had meanwhile.
  template <typename Visit>
  bool for_each(Visit&& visit) const {
    return for_each_after(std::nullopt, visit);
  }
  /// Only those that come after this one in that order: to go on where one ended.
  template <typename Visit>
  bool for_each_after(const std::optional<Prefix>& after, Visit&& visit) const {
    if ((!after || after->address.is_v4()) && !walk({IpAddress::v4(0), 0}, after, context_of(visit), call<Visit>))
      return false;
    return walk({}, after && after->address.is_v4() ? std::nullopt : after, context_of(visit), call<Visit>);
  }
  /// Only those that lie in `within`, itself included.
  template <typename Visit>
  bool for_each_in(const Prefix& within, Visit&& visit) const {
    return walk(within, std::nullopt, context_of(visit), call<Visit>);
  }

  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_relaxed); }  ///< prefixes
  /// Octets held, waiting to be freed included; of a shared slab all.
  [[nodiscard]] std::size_t memory() const { return slab_.memory() + own_memory(); }
  /// The part of it that is not in the slab.
  [[nodiscard]] std::size_t own_memory() const { return top_slots_ ? sizeof(*top_slots_) : 0; }

  struct Node;
  struct Leaf;

 private:
  using Slot = std::atomic<std::uint32_t>;
  /// A table of a family's first 16 bits, made when a trie grows large: the slot at depth 1 of each, so that a lookup
  /// begins two nodes further on. It holds kNone where that slot is not there; shorter prefixes are not in it.
  static constexpr unsigned kTopBits = 16;
  static constexpr std::size_t kTops = std::size_t{1} << kTopBits;
  static constexpr std::size_t kSizeWithTops = 4096;
  using Tops = std::atomic<const Slot*>;
  using TopSlots = std::array<std::array<Slot, kTops>, 2>;  ///< of IPv4, of IPv6

  using Visitor = bool (*)(void* context, const Prefix& prefix, std::uint32_t value);

  template <typename Visit>
  static void* context_of(Visit& visit) {
    return const_cast<void*>(static_cast<const void*>(&visit));
  }
  template <typename Visit>
  static bool call(void* context, const Prefix& prefix, std::uint32_t value) {
    return (*static_cast<std::remove_reference_t<Visit>*>(context))(prefix, value);
  }
  [[nodiscard]] bool walk(const Prefix& within, const std::optional<Prefix>& after, void* context, Visitor visit) const;
  void longest_together(std::span<const IpAddress> addresses, std::span<Match> out) const;
  void make_tops();
  /// Puts into the tables what an insertion or removal of this prefix changed.
  void update_tops(const Prefix& prefix, bool had_node);
  [[nodiscard]] bool top_octet_has_node(const Prefix& prefix) const;
  std::uint32_t erase_from(const Prefix& prefix);
  [[nodiscard]] std::uint32_t top_slot(bool v4, unsigned top) const;
  [[nodiscard]] const Tops& tops(bool v4) const { return v4 ? tops4_ : tops6_; }
  [[nodiscard]] const Slot& root(bool v4) const { return v4 ? root4_ : root6_; }
  [[nodiscard]] Slot& root(bool v4) { return v4 ? root4_ : root6_; }

  std::unique_ptr<Slab> own_slab_;
  Slab& slab_;
  Slot root4_, root6_;
  std::unique_ptr<TopSlots> top_slots_;
  Tops tops4_{nullptr}, tops6_{nullptr};
  std::atomic<std::size_t> size_{0};
};

}  // namespace weir
