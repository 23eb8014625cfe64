// Writing: every change of a node's shape makes a new node, publishes it by one store into its parent's slot, and
// retires the old one. A change of a value alone is one store.
#include <algorithm>
#include <array>
#include <new>
#include <optional>

#include "base/prefix_trie.h"
#include "base/prefix_trie_node.h"

namespace weir {
namespace {

using Node = PrefixTrie::Node;
using Leaf = PrefixTrie::Leaf;
using Slot = std::atomic<std::uint32_t>;

constexpr auto kRelaxed = std::memory_order_relaxed;

std::uint32_t new_leaf(Slab& slab, const Prefix& prefix, std::uint32_t value) {
  const Slab::Block block = slab.allocate(sizeof(Leaf));
  new (slab.at<Leaf>(block)) Leaf{prefix, value};
  return slot_of(SlotKind::leaf, block);
}

/// A node to be filled with the slots of `children` and `prefixes`, of which it has the bits already.
Node& new_node(Slab& slab, const Bits256& children, const Bits256& prefixes, Slab::Block& block) {
  block = slab.allocate(Node::octets(children.count(), prefixes.count()));
  Node& node = *new (slab.at<Node>(block)) Node{children, prefixes};
  for (Slot& slot : node.slots()) new (&slot) Slot(0);
  return node;
}

/// Copies `from` into a new node, with or without one child or one prefix, and puts it into `place` instead.
class Replacement {
 public:
  Replacement(Slab& slab, Slot& place) : slab_(slab), place_(place), old_(content_of(place.load(kRelaxed))) {}

  void add_child(unsigned octet, std::uint32_t slot) {
    const Node& from = node();
    Bits256 children = from.children;
    children.set(octet);
    const std::size_t at = children.rank(octet);
    copy(children, from.prefixes, at, at, slot);
  }
  void add_prefix(unsigned index, std::uint32_t value) {
    const Node& from = node();
    Bits256 prefixes = from.prefixes;
    prefixes.set(index);
    const std::size_t at = from.children.count() + prefixes.rank(index);
    copy(from.children, prefixes, at, at, value);
  }
  void remove_child(unsigned octet) {
    const Node& from = node();
    Bits256 children = from.children;
    children.clear(octet);
    const std::size_t at = children.rank(octet);
    copy(children, from.prefixes, at, at + 1, std::nullopt);
  }
  void remove_prefix(unsigned index) {
    const Node& from = node();
    Bits256 prefixes = from.prefixes;
    prefixes.clear(index);
    const std::size_t at = from.children.count() + prefixes.rank(index);
    copy(from.children, prefixes, at, at + 1, std::nullopt);
  }

 private:
  [[nodiscard]] const Node& node() const { return *slab_.at<Node>(old_); }

  /// The slots below `at`, then `added` if any, then the old ones from `rest` on.
  void copy(const Bits256& children, const Bits256& prefixes, std::size_t at, std::size_t rest,
            std::optional<std::uint32_t> added) {
    Slab::Block block = 0;
    const auto to = new_node(slab_, children, prefixes, block).slots();
    const Node& from = node();
    const auto old = from.slots();
    std::size_t end = 0;
    for (; end < at; ++end) to[end].store(old[end].load(kRelaxed), kRelaxed);
    if (added) to[end++].store(*added, kRelaxed);
    for (std::size_t i = rest; i < old.size(); ++i) to[end++].store(old[i].load(kRelaxed), kRelaxed);
    place_.store(slot_of(SlotKind::node, block), std::memory_order_release);
    slab_.retire(old_, from.octets());
  }

  Slab& slab_;
  Slot& place_;
  Slab::Block old_;
};

/// What stands for one prefix alone in the slot that ends at `end_bits`.
std::uint32_t lone(Slab& slab, const Prefix& prefix, std::uint32_t value, unsigned end_bits) {
  return prefix.length == end_bits ? slot_of(SlotKind::fringe, value) : new_leaf(slab, prefix, value);
}

/// The slot of a new node at `depth` that holds this prefix alone. Nobody reads it yet.
std::uint32_t node_with(Slab& slab, const Prefix& prefix, std::uint32_t value, unsigned depth) {
  const bool v4 = prefix.address.is_v4();
  const unsigned length = prefix.length - depth * 8;
  Bits256 children;
  Bits256 prefixes;
  if (length < 8) {
    prefixes.set(length == 0 ? 1 : Node::index(octet_at(prefix.address, v4, depth), length));
  } else {
    children.set(octet_at(prefix.address, v4, depth));
  }
  Slab::Block block = 0;
  new_node(slab, children, prefixes, block)
      .slots()
      .front()
      .store(length < 8 ? value : lone(slab, prefix, value, depth * 8 + 8), kRelaxed);
  return slot_of(SlotKind::node, block);
}

/// Puts the prefix into the node that `place` holds or under it. The value it had, or kNone.
std::uint32_t insert_under(Slab& slab, Slot* place, unsigned depth, const Prefix& prefix, std::uint32_t value) {
  const bool v4 = prefix.address.is_v4();
  for (;; ++depth) {
    Node& node = *slab.at<Node>(content_of(place->load(kRelaxed)));
    const unsigned length = prefix.length - depth * 8;
    if (length < 8) {
      const unsigned index = length == 0 ? 1 : Node::index(octet_at(prefix.address, v4, depth), length);
      if (node.prefixes.has(index)) return node.value(index).exchange(value, std::memory_order_release);
      Replacement(slab, *place).add_prefix(index, value);
      return PrefixTrie::kNone;
    }
    const unsigned octet = octet_at(prefix.address, v4, depth);
    const unsigned end_bits = depth * 8 + 8;
    if (!node.children.has(octet)) {
      Replacement(slab, *place).add_child(octet, lone(slab, prefix, value, end_bits));
      return PrefixTrie::kNone;
    }
    Slot& child = node.child(octet);
    const std::uint32_t slot = child.load(kRelaxed);
    if (kind_of(slot) == SlotKind::node) {
      place = &child;
      continue;
    }
    Prefix other = Prefix::of(prefix.address, end_bits);
    std::uint32_t other_value = content_of(slot);
    if (kind_of(slot) == SlotKind::fringe) {
      if (length == 8) {
        child.store(slot_of(SlotKind::fringe, value), std::memory_order_release);
        return other_value;
      }
    } else {
      Leaf& leaf = *slab.at<Leaf>(content_of(slot));
      if (leaf.prefix == prefix) return leaf.value.exchange(value, std::memory_order_release);
      other = leaf.prefix;
      other_value = leaf.value.load(kRelaxed);
    }
    // Two under one slot: a node for both, made aside and published at the end.
    Slot aside(node_with(slab, other, other_value, depth + 1));
    insert_under(slab, &aside, depth + 1, prefix, value);
    child.store(aside.load(kRelaxed), std::memory_order_release);
    if (kind_of(slot) == SlotKind::leaf) slab.retire(content_of(slot), sizeof(Leaf));
    return PrefixTrie::kNone;
  }
}

/// What the node's slot could hold instead of it: nothing (0 in `slot`), or the one prefix that it has left. False: it
/// is needed.
bool shrinks(Slab& slab, const Node& node, const Prefix& erased, unsigned depth,
             std::optional<std::uint32_t>& instead) {
  const unsigned children = node.children.count();
  const unsigned prefixes = node.prefixes.count();
  if (children + prefixes > 1) return false;
  instead = std::nullopt;
  if (children + prefixes == 0) return true;
  const std::uint32_t slot = node.slots().front().load(kRelaxed);
  const bool v4 = erased.address.is_v4();
  const auto first = [](const Bits256& bits) {
    unsigned i = 0;
    while (!bits.has(i)) ++i;
    return i;
  };
  // The erased prefix and what is left share the octets above this node.
  const IpAddress base = erased.address.masked(depth * 8);
  const auto with = [&](unsigned octet) {
    if (octet == 0) return base;
    if (v4) return IpAddress::v4(base.v4_bits() | octet << (24 - 8 * depth));
    const std::uint64_t bits = octet;
    return depth < 8 ? IpAddress{base.hi | bits << (56 - 8 * depth), 0}
                     : IpAddress{base.hi, base.lo | bits << (120 - 8 * depth)};
  };
  if (prefixes == 1) {
    const unsigned index = first(node.prefixes);
    const unsigned length = Node::length(index);
    const Prefix left{with(index << (8 - length) & 0xffU), static_cast<std::uint8_t>(depth * 8 + length)};
    instead = lone(slab, left, slot, depth * 8);
    return true;
  }
  if (kind_of(slot) == SlotKind::node) return false;
  if (kind_of(slot) == SlotKind::leaf) {
    instead = slot;  // the same leaf, one level up
  } else {
    const Prefix left{with(first(node.children)), static_cast<std::uint8_t>(depth * 8 + 8)};
    instead = new_leaf(slab, left, content_of(slot));
  }
  return true;
}

void free_under(Slab& slab, std::uint32_t slot) {
  if (kind_of(slot) == SlotKind::leaf) slab.free(content_of(slot), sizeof(Leaf));
  if (kind_of(slot) != SlotKind::node) return;
  const Node& node = *slab.at<Node>(content_of(slot));
  for (const Slot& child : node.slots().first(node.children.count())) free_under(slab, child.load(kRelaxed));
  slab.free(content_of(slot), node.octets());
}

std::uint32_t empty_node(Slab& slab) {
  Slab::Block block = 0;
  new_node(slab, {}, {}, block);
  return slot_of(SlotKind::node, block);
}

}  // namespace

PrefixTrie::PrefixTrie(Epochs& epochs)
    : own_slab_(std::make_unique<Slab>(epochs, kMostSlabOctets)),
      slab_(*own_slab_),
      root4_(empty_node(slab_)),
      root6_(empty_node(slab_)) {}

PrefixTrie::PrefixTrie(Slab& slab) : slab_(slab), root4_(empty_node(slab_)), root6_(empty_node(slab_)) {}

PrefixTrie::~PrefixTrie() {
  if (own_slab_) return;
  free_under(slab_, root4_.load(kRelaxed));
  free_under(slab_, root6_.load(kRelaxed));
}

std::uint32_t PrefixTrie::insert(const Prefix& prefix, std::uint32_t value) {
  const bool had_node = top_octet_has_node(prefix);
  const std::uint32_t before = insert_under(slab_, &root(prefix.address.is_v4()), 0, prefix, value);
  if (before == kNone) size_.fetch_add(1, kRelaxed);
  update_tops(prefix, had_node);
  if (!top_slots_ && size() >= kSizeWithTops) make_tops();
  if (own_slab_) slab_.collect_if_due();
  return before;
}

bool PrefixTrie::top_octet_has_node(const Prefix& prefix) const {
  const bool v4 = prefix.address.is_v4();
  const unsigned octet = octet_at(prefix.address, v4, 0);
  const Node& top = *slab_.at<const Node>(content_of(root(v4).load(kRelaxed)));
  return top.children.has(octet) && kind_of(top.child(octet).load(kRelaxed)) == SlotKind::node;
}

std::uint32_t PrefixTrie::top_slot(bool v4, unsigned top) const {
  const Node& first = *slab_.at<const Node>(content_of(root(v4).load(kRelaxed)));
  if (!first.children.has(top >> 8U)) return kNone;
  const std::uint32_t slot = first.child(top >> 8U).load(kRelaxed);
  if (kind_of(slot) != SlotKind::node) return kNone;
  const Node& second = *slab_.at<const Node>(content_of(slot));
  return second.children.has(top & 0xffU) ? second.child(top & 0xffU).load(kRelaxed) : kNone;
}

void PrefixTrie::make_tops() {
  top_slots_ = std::make_unique<TopSlots>();
  for (const bool v4 : {true, false}) {
    auto& slots = (*top_slots_)[v4 ? 0 : 1];
    for (unsigned top = 0; top < kTops; ++top) slots[top].store(top_slot(v4, top), kRelaxed);
  }
  tops4_.store((*top_slots_)[0].data(), std::memory_order_release);
  tops6_.store((*top_slots_)[1].data(), std::memory_order_release);
}

void PrefixTrie::update_tops(const Prefix& prefix, bool had_node) {
  if (!top_slots_ || prefix.length < 8) return;
  const bool v4 = prefix.address.is_v4();
  auto& slots = (*top_slots_)[v4 ? 0 : 1];
  const bool has_node = top_octet_has_node(prefix);
  const unsigned first = octet_at(prefix.address, v4, 0) << 8U;
  if (had_node && has_node) {
    const unsigned top = first | octet_at(prefix.address, v4, 1);
    if (prefix.length >= kTopBits) slots[top].store(top_slot(v4, top), std::memory_order_release);
  } else if (had_node || has_node) {
    for (unsigned top = first; top < first + 256; ++top) slots[top].store(top_slot(v4, top), std::memory_order_release);
  }
}

std::uint32_t PrefixTrie::erase(const Prefix& prefix) {
  const bool had_node = top_octet_has_node(prefix);
  const std::uint32_t before = erase_from(prefix);
  if (before == kNone) return before;
  size_.fetch_sub(1, kRelaxed);
  update_tops(prefix, had_node);
  if (own_slab_) slab_.collect_if_due();
  return before;
}

std::uint32_t PrefixTrie::erase_from(const Prefix& prefix) {
  const bool v4 = prefix.address.is_v4();
  std::array<Slot*, 18> path{};
  path[0] = &root(v4);
  std::uint32_t before = kNone;
  unsigned depth = 0;
  for (;; ++depth) {
    Node& node = *slab_.at<Node>(content_of(path[depth]->load(kRelaxed)));
    const unsigned length = prefix.length - depth * 8;
    if (length < 8) {
      const unsigned index = length == 0 ? 1 : Node::index(octet_at(prefix.address, v4, depth), length);
      if (!node.prefixes.has(index)) return kNone;
      before = node.value(index).load(kRelaxed);
      Replacement(slab_, *path[depth]).remove_prefix(index);
      break;
    }
    const unsigned octet = octet_at(prefix.address, v4, depth);
    if (!node.children.has(octet)) return kNone;
    Slot& child = node.child(octet);
    const std::uint32_t slot = child.load(kRelaxed);
    if (kind_of(slot) == SlotKind::node) {
      path[depth + 1] = &child;
      continue;
    }
    if (kind_of(slot) == SlotKind::fringe) {
      if (length != 8) return kNone;
      before = content_of(slot);
    } else {
      const Leaf& leaf = *slab_.at<Leaf>(content_of(slot));
      if (leaf.prefix != prefix) return kNone;
      before = leaf.value.load(kRelaxed);
    }
    Replacement(slab_, *path[depth]).remove_child(octet);
    if (kind_of(slot) == SlotKind::leaf) slab_.retire(content_of(slot), sizeof(Leaf));
    break;
  }
  // Nodes that are empty or hold one prefix alone go, from below.
  for (; depth > 0; --depth) {
    const std::uint32_t block = content_of(path[depth]->load(kRelaxed));
    const Node& node = *slab_.at<Node>(block);
    std::optional<std::uint32_t> instead;
    if (!shrinks(slab_, node, prefix, depth, instead)) break;
    if (instead) {
      path[depth]->store(*instead, std::memory_order_release);
    } else {
      Replacement(slab_, *path[depth - 1]).remove_child(octet_at(prefix.address, v4, depth - 1));
    }
    slab_.retire(block, node.octets());
  }
  return before;
}

}  // namespace weir
