// Attribute sets, each kept once however many routes have it.
//
// A set is one block: the fixed part that rib.h declares, then words of 32 bits: the segments of the path (type << 24 |
// number of ASes, then these), communities, extended communities (two words each), large ones (three), the cluster
// list, then originator, and aggregator (AS and four words of address), where the flags say so.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/slab.h"
#include "bgp/rib.h"
#include "bgp/seeded_hash.h"

namespace weir::bgp {

/// The number of a set: its block.
using AttributesId = Slab::Block;
inline constexpr AttributesId kNoAttributes = 0;

/// What the decision process asks of a set; its fixed part alone is read.
struct DecisionFacts {
  std::uint32_t local_pref = 0;
  std::uint32_t path_length = 0;
  Origin origin = Origin::incomplete;
  As neighbour_as = 0;
  std::uint32_t med = 0;
};

/// One writer at a time; who holds a Pin of `epochs` reads sets.
class AttributeTable {
 public:
  explicit AttributeTable(Epochs& epochs);

  /// Its number, with one reference for the caller; kNoAttributes for one larger than any message can carry.
  [[nodiscard]] AttributesId intern(const PathAttributes& attributes);
  void add_reference(AttributesId id) { ++slab_.at<AttributeSet>(id)->references_; }
  /// The last one frees it, in a later collect(), once no reader can see it.
  void drop_reference(AttributesId id);

  [[nodiscard]] const AttributeSet& operator[](AttributesId id) const { return *slab_.at<AttributeSet>(id); }
  [[nodiscard]] DecisionFacts facts(AttributesId id) const;

  [[nodiscard]] std::size_t size() const { return sets_.size(); }
  [[nodiscard]] std::size_t memory() const;
  void collect() { slab_.collect(); }
  void collect_if_due() { slab_.collect_if_due(); }

 private:
  friend class AttributeSet;

  /// A set as it would be stored, before it is known whether it is there.
  struct Packed;
  struct Hash {
    using is_transparent = void;
    const AttributeTable* table;
    std::size_t operator()(AttributesId id) const { return (*table)[id].fixed_.hash; }
    std::size_t operator()(const Packed& packed) const;
  };
  struct Equal {
    using is_transparent = void;
    const AttributeTable* table;
    bool operator()(AttributesId a, AttributesId b) const { return a == b; }
    bool operator()(const Packed& packed, AttributesId id) const;
    bool operator()(AttributesId id, const Packed& packed) const { return (*this)(packed, id); }
  };

  [[nodiscard]] static bool fits(const PathAttributes& attributes);
  static void pack(const PathAttributes& attributes, Packed& into);
  [[nodiscard]] static std::size_t tail_words(const AttributeSet& set);
  [[nodiscard]] static std::span<const std::uint32_t> tail(const AttributeSet& set);

  Slab slab_;
  SeededHash hash_;
  std::vector<std::uint32_t> scratch_;
  boost::unordered_flat_set<AttributesId, Hash, Equal> sets_;
};

}  // namespace weir::bgp
