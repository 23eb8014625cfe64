// The nodes of prefix_trie.h, for its own files.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "base/prefix_trie.h"

namespace weir {

/// What a slot holds: the two upper bits say which.
enum class SlotKind : std::uint32_t {
  node = 0,
  fringe = 1,  ///< the value of the prefix that ends exactly at this slot; nothing is longer under it
  leaf = 2,    ///< a Leaf: the only prefix under this slot
};
inline constexpr unsigned kSlotKindShift = 30;
[[nodiscard]] inline SlotKind kind_of(std::uint32_t slot) {
  return static_cast<SlotKind>(slot >> kSlotKindShift);
}
[[nodiscard]] inline std::uint32_t content_of(std::uint32_t slot) {
  return slot & PrefixTrie::kMostValue;
}
[[nodiscard]] inline std::uint32_t slot_of(SlotKind kind, std::uint32_t content) {
  return static_cast<std::uint32_t>(kind) << kSlotKindShift | content;
}

/// 256 bits with ranks.
struct Bits256 {
  std::array<std::uint64_t, 4> words{};

  [[nodiscard]] bool has(unsigned i) const { return (words[i / 64] >> i % 64 & 1U) != 0; }
  void set(unsigned i) { words[i / 64] |= std::uint64_t{1} << i % 64; }
  void clear(unsigned i) { words[i / 64] &= ~(std::uint64_t{1} << i % 64); }
  [[nodiscard]] unsigned count() const {
    return static_cast<unsigned>(std::popcount(words[0]) + std::popcount(words[1]) + std::popcount(words[2]) +
                                 std::popcount(words[3]));
  }
  /// How many bits below `i` are set. No branches: which word it is cannot be foreseen.
  [[nodiscard]] unsigned rank(unsigned i) const {
    const unsigned word = i / 64;
    const std::uint64_t below = (std::uint64_t{1} << i % 64) - 1;
    unsigned out = static_cast<unsigned>(std::popcount(words[word] & below));
    out += word > 0 ? static_cast<unsigned>(std::popcount(words[0])) : 0;
    out += word > 1 ? static_cast<unsigned>(std::popcount(words[1])) : 0;
    out += word > 2 ? static_cast<unsigned>(std::popcount(words[2])) : 0;
    return out;
  }
};

/// One octet of the address. Behind it lie, without gaps, the slots of its children by octet, then the values of its
/// own prefixes by index. The prefixes that end within this octet (0 to 7 bits of it) are numbered as in a binary heap:
/// 1 is the one of no bits, 2i and 2i+1 are the halves of i. Exactly one cache line.
struct PrefixTrie::Node {
  Bits256 children;
  Bits256 prefixes;

  [[nodiscard]] static std::size_t octets(unsigned children, unsigned prefixes) {
    // Whole cache lines, so that the bitmaps lie in one.
    return (sizeof(Node) + (children + prefixes) * sizeof(Slot) + 63) / 64 * 64;
  }
  [[nodiscard]] std::size_t octets() const { return octets(children.count(), prefixes.count()); }
  [[nodiscard]] std::span<const Slot> slots() const {
    return Slab::tail<Slot>(*this, children.count() + prefixes.count());
  }
  [[nodiscard]] std::span<Slot> slots() { return Slab::tail<Slot>(*this, children.count() + prefixes.count()); }
  [[nodiscard]] const Slot& child(unsigned octet) const {
    return (&Slab::tail<Slot>(*this, 1).front())[children.rank(octet)];
  }
  [[nodiscard]] Slot& child(unsigned octet) { return (&Slab::tail<Slot>(*this, 1).front())[children.rank(octet)]; }
  [[nodiscard]] const Slot& value(unsigned index) const {
    return (&Slab::tail<Slot>(*this, 1).front())[children.count() + prefixes.rank(index)];
  }
  [[nodiscard]] Slot& value(unsigned index) {
    return (&Slab::tail<Slot>(*this, 1).front())[children.count() + prefixes.rank(index)];
  }

  /// The index of the prefix of `length` (0 to 7) bits of an octet.
  [[nodiscard]] static unsigned index(unsigned octet, unsigned length) { return (256U | octet) >> (8 - length); }
  [[nodiscard]] static unsigned length(unsigned index) { return static_cast<unsigned>(std::bit_width(index)) - 1; }

  /// The index of the longest prefix here that contains the octet, 0 for none. Indices of up to 5 bits are the first
  /// word, of 6 bits the second, of 7 bits the others.
  [[nodiscard]] unsigned longest(unsigned octet) const {
    const std::uint64_t seven = prefixes.words[2 + (octet >> 7U)] >> (octet >> 1U & 63U) & 1U;
    const std::uint64_t six = prefixes.words[1] >> (octet >> 2U) & 1U;
    const std::uint64_t five = prefixes.words[0] & kAncestors[octet >> 3U];
    if ((seven | six | five) == 0) return 0;
    if (seven != 0) return index(octet, 7);
    if (six != 0) return index(octet, 6);
    return static_cast<unsigned>(std::bit_width(five)) - 1;
  }
  /// The same of those with at most `most` (0 to 7) bits.
  [[nodiscard]] unsigned longest(unsigned octet, unsigned most) const {
    for (unsigned length = most + 1; length-- > 0;) {
      if (prefixes.has(index(octet, length))) return index(octet, length);
    }
    return 0;
  }

 private:
  /// For the upper five bits of an octet: the bits of its prefixes of 0 to 5 bits.
  static constexpr std::array<std::uint64_t, 32> kAncestors = [] {
    std::array<std::uint64_t, 32> out{};
    for (unsigned five = 0; five < 32; ++five) {
      for (unsigned i = 32 | five; i > 0; i /= 2) out[five] |= std::uint64_t{1} << i;
    }
    return out;
  }();
};
static_assert(sizeof(PrefixTrie::Node) == 64);

struct PrefixTrie::Leaf {
  Prefix prefix;
  Slot value;
};

/// The octet of an address at `depth`, in its family.
[[nodiscard]] inline unsigned octet_at(IpAddress address, bool v4, unsigned depth) {
  if (v4) return address.v4_bits() >> (24 - 8 * depth) & 0xffU;
  return static_cast<unsigned>((depth < 8 ? address.hi >> (56 - 8 * depth) : address.lo >> (120 - 8 * depth)) & 0xffU);
}

}  // namespace weir
