// Looking up, and walking through.
#include "base/prefix_trie.h"

#include <algorithm>
#include <array>

#include "base/prefix_trie_node.h"

namespace weir {
namespace {

using Node = PrefixTrie::Node;
using Leaf = PrefixTrie::Leaf;
using Match = PrefixTrie::Match;
using Slot = std::atomic<std::uint32_t>;

/// How many lookups go side by side: enough that memory answers the first when the last has asked.
constexpr std::size_t kSideBySide = 64;
/// Of a kind that no slot has.
constexpr std::uint32_t kNoSlot = 0xffff'ffff;

/// A lookup on its way.
struct Cursor {
  const Node* node = nullptr;
  const Node* best = nullptr;    ///< where the longest prefix so far ends
  const Slot* slot = nullptr;    ///< to be read next
  std::uint32_t last = kNoSlot;  ///< what was read last
  std::uint8_t end_bits = 0;     ///< where it ends
  std::uint8_t best_index = 0;
  std::uint8_t best_depth = 0;

  [[nodiscard]] std::uint8_t best_length() const {
    return static_cast<std::uint8_t>(best_depth * 8U + Node::length(best_index));
  }
  void note_best(unsigned index, unsigned depth) {
    // Written so that no branch is needed: nobody can foresee it.
    best = index != 0 ? node : best;
    best_index = index != 0 ? static_cast<std::uint8_t>(index) : best_index;
    best_depth = index != 0 ? static_cast<std::uint8_t>(depth) : best_depth;
  }
  [[nodiscard]] Match match() const {
    if (best == nullptr) return {};
    return {best->value(best_index).load(std::memory_order_acquire), best_length()};
  }
};

[[nodiscard]] unsigned top_bits(IpAddress address) {
  return static_cast<unsigned>(address.is_v4() ? address.v4_bits() >> 16U : address.hi >> 48U);
}

}  // namespace

PrefixTrie::Match PrefixTrie::longest(IpAddress address, unsigned most_length) const {
  const bool v4 = address.is_v4();
  most_length = std::min(most_length, v4 ? 32U : 128U);
  Cursor at{.node = slab_.at<Node>(content_of(root(v4).load(std::memory_order_acquire)))};
  for (unsigned depth = 0;; ++depth) {
    // Bits of this octet that may be used.
    const unsigned left = most_length - depth * 8;
    const unsigned octet = depth * 8 < (v4 ? 32U : 128U) ? octet_at(address, v4, depth) : 0;
    at.note_best(left >= 7 ? at.node->longest(octet) : at.node->longest(octet, left), depth);
    if (left < 8 || !at.node->children.has(octet)) return at.match();
    const std::uint32_t slot = at.node->child(octet).load(std::memory_order_acquire);
    if (kind_of(slot) == SlotKind::fringe) return {content_of(slot), static_cast<std::uint8_t>(depth * 8 + 8)};
    if (kind_of(slot) == SlotKind::leaf) {
      const Leaf& leaf = *slab_.at<Leaf>(content_of(slot));
      if (leaf.prefix.length > most_length || !leaf.prefix.contains(address)) return at.match();
      return {leaf.value.load(std::memory_order_acquire), leaf.prefix.length};
    }
    at.node = slab_.at<Node>(content_of(slot));
  }
}

// Up to kSideBySide lookups take each step together. A step ends by asking for the memory that the next one needs, and
// by the time the others have done theirs it is there. What still goes on is kept close together in `open`; who goes on
// and who has ended is counted without branches, because nobody can foresee it.
void PrefixTrie::longest(std::span<const IpAddress> addresses, std::span<Match> out) const {
  for (std::size_t from = 0; from < addresses.size(); from += kSideBySide) {
    const std::size_t count = std::min(kSideBySide, addresses.size() - from);
    longest_together(addresses.subspan(from, count), out.subspan(from, count));
  }
}

void PrefixTrie::longest_together(std::span<const IpAddress> addresses, std::span<Match> out) const {
  std::array<Cursor, kSideBySide> cursors;
  std::array<std::uint8_t, kSideBySide> open{};
  const std::size_t count = addresses.size();

  // What the slot of each holds; who goes on to a node is kept in `open`: so many.
  const auto read_slots = [&](std::size_t waiting, unsigned end_bits) {
    std::size_t left = 0;
    for (std::size_t k = 0; k < waiting; ++k) {
      const std::uint8_t i = open[k];
      Cursor& cursor = cursors[i];
      const std::uint32_t slot = cursor.slot->load(std::memory_order_acquire);
      cursor.last = slot;
      cursor.end_bits = static_cast<std::uint8_t>(end_bits);
      const Node* block = slab_.at<Node>(content_of(slot));
      cursor.node = kind_of(slot) == SlotKind::node ? block : cursor.node;
      __builtin_prefetch(kind_of(slot) == SlotKind::leaf ? block : cursor.node);
      open[left] = i;
      left += kind_of(slot) == SlotKind::node ? 1 : 0;
    }
    return left;
  };

  unsigned depth = 0;
  const Slot* const tops4 = tops(true).load(std::memory_order_acquire);
  const Slot* const tops6 = tops(false).load(std::memory_order_acquire);
  const bool by_tops = tops4 != nullptr && tops6 != nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    open[i] = static_cast<std::uint8_t>(i);
    const bool v4 = addresses[i].is_v4();
    if (by_tops) {
      cursors[i].slot = (v4 ? tops4 : tops6) + top_bits(addresses[i]);
      __builtin_prefetch(cursors[i].slot);
    } else {
      cursors[i].node = slab_.at<Node>(content_of(root(v4).load(std::memory_order_acquire)));
    }
  }
  std::size_t left = count;
  if (by_tops) {
    left = read_slots(count, kTopBits);
    depth = kTopBits / 8;
  }
  for (; left > 0; ++depth) {
    // The node is there: its own prefixes, and where its child's slot is.
    std::size_t with_child = 0;
    for (std::size_t k = 0; k < left; ++k) {
      const std::uint8_t i = open[k];
      Cursor& cursor = cursors[i];
      const unsigned octet = octet_at(addresses[i], addresses[i].is_v4(), depth);
      cursor.note_best(cursor.node->longest(octet), depth);
      cursor.last = kNoSlot;
      cursor.slot = &cursor.node->child(octet);
      __builtin_prefetch(cursor.slot);
      open[with_child] = i;
      with_child += cursor.node->children.has(octet) ? 1 : 0;
    }
    left = read_slots(with_child, depth * 8 + 8);
  }

  // What ended elsewhere than in a slot: the leaves, then the values of the longest prefixes on the way.
  std::size_t unanswered = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Cursor& cursor = cursors[i];
    out[i] = {content_of(cursor.last), cursor.end_bits};
    if (kind_of(cursor.last) == SlotKind::fringe) continue;
    if (kind_of(cursor.last) == SlotKind::leaf) {
      const Leaf& leaf = *slab_.at<Leaf>(content_of(cursor.last));
      out[i] = {leaf.value.load(std::memory_order_acquire), leaf.prefix.length};
      if (leaf.prefix.contains(addresses[i])) continue;
    }
    cursor.slot = cursor.best != nullptr ? &cursor.best->value(cursor.best_index) : nullptr;
    __builtin_prefetch(cursor.slot);
    open[unanswered++] = static_cast<std::uint8_t>(i);
  }
  for (std::size_t k = 0; k < unanswered; ++k) {
    const std::uint8_t i = open[k];
    if (cursors[i].slot != nullptr) {
      out[i] = {cursors[i].slot->load(std::memory_order_acquire), cursors[i].best_length()};
    } else {
      // Nothing under the top bits: rare where there is a table of them.
      out[i] = by_tops ? longest(addresses[i]) : Match{};
    }
  }
}

std::uint32_t PrefixTrie::exact(const Prefix& prefix) const {
  const bool v4 = prefix.address.is_v4();
  const Node* node = slab_.at<Node>(content_of(root(v4).load(std::memory_order_acquire)));
  for (unsigned depth = 0;; ++depth) {
    const unsigned left = prefix.length - depth * 8;
    if (left < 8) {
      const unsigned index = left == 0 ? 1 : Node::index(octet_at(prefix.address, v4, depth), left);
      return node->prefixes.has(index) ? node->value(index).load(std::memory_order_acquire) : kNone;
    }
    const unsigned octet = octet_at(prefix.address, v4, depth);
    if (!node->children.has(octet)) return kNone;
    const std::uint32_t slot = node->child(octet).load(std::memory_order_acquire);
    if (kind_of(slot) == SlotKind::fringe) return left == 8 ? content_of(slot) : kNone;
    if (kind_of(slot) == SlotKind::leaf) {
      const Leaf& leaf = *slab_.at<Leaf>(content_of(slot));
      return leaf.prefix == prefix ? leaf.value.load(std::memory_order_acquire) : kNone;
    }
    node = slab_.at<Node>(content_of(slot));
  }
}

namespace {

/// `address` with `octet` at `depth`.
IpAddress with_octet(IpAddress address, bool v4, unsigned depth, unsigned octet) {
  if (v4) return IpAddress::v4(address.v4_bits() | octet << (24 - 8 * depth));
  const std::uint64_t bits = octet;
  return depth < 8 ? IpAddress{address.hi | bits << (56 - 8 * depth), address.lo}
                   : IpAddress{address.hi, address.lo | bits << (120 - 8 * depth)};
}

struct Walk {
  const Slab& slab;
  Prefix within;
  std::optional<Prefix> after;
  void* context;
  bool (*visit)(void*, const Prefix&, std::uint32_t);
  bool v4 = within.address.is_v4();

  /// Whether anything under `prefix` is to be told.
  [[nodiscard]] bool wanted(const Prefix& prefix) const {
    if (after && prefix.last() < after->address) return false;
    return prefix.contains(within.address) || within.contains(prefix.address);
  }
  bool tell(const Prefix& prefix, std::uint32_t value) const {
    if (prefix.length < within.length || !within.contains(prefix.address)) return true;
    return (after && prefix <= *after) || visit(context, prefix, value);
  }

  // The recursion is at most 16 nodes of 8 bits deep.
  bool node(const Node& node, IpAddress base, unsigned depth) const { return subtree(node, base, depth, 1); }

  bool subtree(const Node& node, IpAddress base, unsigned depth, unsigned index) const {
    const unsigned length = Node::length(index);
    const unsigned octet = (index << (8 - length)) & 0xffU;
    const Prefix prefix{depth * 8 < (v4 ? 32U : 128U) ? with_octet(base, v4, depth, octet) : base,
                        static_cast<std::uint8_t>(depth * 8 + length)};
    if (!wanted(prefix)) return true;
    if (length == 8) return !node.children.has(octet) || child(node, prefix, depth, octet);
    if (node.prefixes.has(index) && !tell(prefix, node.value(index).load(std::memory_order_acquire))) return false;
    return subtree(node, base, depth, index * 2) && subtree(node, base, depth, index * 2 + 1);
  }

  bool child(const Node& node, const Prefix& prefix, unsigned depth, unsigned octet) const {
    const std::uint32_t slot = node.child(octet).load(std::memory_order_acquire);
    if (kind_of(slot) == SlotKind::fringe) return tell(prefix, content_of(slot));
    if (kind_of(slot) == SlotKind::node) return this->node(*slab.at<Node>(content_of(slot)), prefix.address, depth + 1);
    const Leaf& leaf = *slab.at<Leaf>(content_of(slot));
    return tell(leaf.prefix, leaf.value.load(std::memory_order_acquire));
  }
};

}  // namespace

bool PrefixTrie::walk(const Prefix& within, const std::optional<Prefix>& after, void* context, Visitor visit) const {
  const Walk walk{slab_, within, after, context, visit};
  const Node& top = *slab_.at<Node>(content_of(root(walk.v4).load(std::memory_order_acquire)));
  return walk.node(top, walk.v4 ? IpAddress::v4(0) : IpAddress{}, 0);
}

}  // namespace weir
