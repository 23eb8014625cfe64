#include "bgp/attribute_table.h"

#include <algorithm>
#include <limits>

#include "bgp/decision.h"

namespace weir::bgp {
namespace {

constexpr std::uint8_t kHasMed = 1;
constexpr std::uint8_t kHasLocalPref = 2;
constexpr std::uint8_t kAtomicAggregate = 4;
constexpr std::uint8_t kHasOriginator = 8;
constexpr std::uint8_t kHasAggregator = 16;

constexpr std::uint32_t kCountMask = 0x00ff'ffff;

std::uint32_t upper(std::uint64_t word) {
  return static_cast<std::uint32_t>(word >> 32U);
}
std::uint32_t lower(std::uint64_t word) {
  return static_cast<std::uint32_t>(word);
}
std::uint64_t both(std::uint32_t upper, std::uint32_t lower) {
  return std::uint64_t{upper} << 32U | lower;
}

/// Takes words off the front of a set's tail.
class Words {
 public:
  explicit Words(std::span<const std::uint32_t> words) : words_(words) {}
  [[nodiscard]] bool empty() const { return words_.empty(); }
  std::span<const std::uint32_t> take(std::size_t count) {
    const auto out = words_.first(count);
    words_ = words_.subspan(count);
    return out;
  }
  std::uint32_t one() { return take(1).front(); }
  std::uint64_t two() {
    const auto words = take(2);
    return both(words[0], words[1]);
  }

 private:
  std::span<const std::uint32_t> words_;
};

AsPath path_of(std::span<const std::uint32_t> stored) {
  AsPath out;
  Words words(stored);
  while (!words.empty()) {
    const std::uint32_t head = words.one();
    const auto as = words.take(head & kCountMask);
    out.segments.push_back({static_cast<SegmentType>(head >> 24U), {as.begin(), as.end()}});
  }
  return out;
}

}  // namespace

struct AttributeTable::Packed {
  AttributeSet::Fixed fixed;
  std::span<const std::uint32_t> tail;
};

// ------------------------------------------------------------------------------------------------------- AttributeSet

PathAttributes AttributeSet::attributes() const {
  Words words(AttributeTable::tail(*this));
  PathAttributes out;
  out.origin = fixed_.origin;
  out.as_path = path_of(words.take(fixed_.path_words));
  if ((fixed_.flags & kHasMed) != 0) out.med = fixed_.med;
  if ((fixed_.flags & kHasLocalPref) != 0) out.local_pref = fixed_.local_pref;
  out.atomic_aggregate = (fixed_.flags & kAtomicAggregate) != 0;
  const auto communities = words.take(fixed_.communities);
  out.communities.assign(communities.begin(), communities.end());
  for (unsigned i = 0; i < fixed_.extended_communities; ++i) out.extended_communities.push_back(words.two());
  for (unsigned i = 0; i < fixed_.large_communities; ++i) {
    const auto parts = words.take(3);
    out.large_communities.push_back({parts[0], parts[1], parts[2]});
  }
  const auto clusters = words.take(fixed_.clusters);
  out.cluster_list.assign(clusters.begin(), clusters.end());
  if ((fixed_.flags & kHasOriginator) != 0) out.originator_id = words.one();
  if ((fixed_.flags & kHasAggregator) != 0) {
    const As as = words.one();
    const std::uint64_t hi = words.two();
    out.aggregator = Aggregator{as, {hi, words.two()}};
  }
  return out;
}

As AttributeSet::origin_as() const {
  return fixed_.origin_as;
}
As AttributeSet::first_as() const {
  return fixed_.first_as;
}
unsigned AttributeSet::path_length() const {
  return fixed_.path_length;
}
std::string AttributeSet::as_path_text() const {
  return to_string(path_of(AttributeTable::tail(*this).first(fixed_.path_words)));
}
std::string AttributeSet::communities_text() const {
  return bgp::communities_text(attributes());
}
std::atomic<std::uint32_t>& AttributeSet::note(std::size_t which) const {
  return notes_[which];
}

// ----------------------------------------------------------------------------------------------------- AttributeTable

AttributeTable::AttributeTable(Epochs& epochs) : slab_(epochs), sets_(0, Hash{this}, Equal{this}) {}

std::size_t AttributeTable::tail_words(const AttributeSet& set) {
  return std::size_t{set.fixed_.path_words} + set.fixed_.communities +
         set.fixed_.extended_communities * std::size_t{2} + set.fixed_.large_communities * std::size_t{3} +
         set.fixed_.clusters + ((set.fixed_.flags & kHasOriginator) != 0 ? 1 : 0) +
         ((set.fixed_.flags & kHasAggregator) != 0 ? 5 : 0);
}

std::span<const std::uint32_t> AttributeTable::tail(const AttributeSet& set) {
  return Slab::tail<std::uint32_t>(set, tail_words(set));
}

bool AttributeTable::fits(const PathAttributes& attributes) {
  constexpr std::size_t kMost = std::numeric_limits<std::uint16_t>::max();
  std::size_t path_words = 0;
  for (const AsSegment& segment : attributes.as_path.segments) path_words += 1 + segment.as.size();
  return path_words <= kMost && attributes.communities.size() <= kMost &&
         attributes.extended_communities.size() <= kMost && attributes.large_communities.size() <= kMost &&
         attributes.cluster_list.size() <= kMost;
}

void AttributeTable::pack(const PathAttributes& attributes, Packed& into) {
  AttributeSet::Fixed& fixed = into.fixed;
  fixed.origin = attributes.origin;
  fixed.origin_as = attributes.as_path.origin().value_or(0);
  fixed.first_as = attributes.as_path.first().value_or(0);
  fixed.path_length = static_cast<std::uint16_t>(attributes.as_path.length());
  fixed.med = attributes.med.value_or(0);
  fixed.local_pref = attributes.local_pref.value_or(0);
  fixed.flags = static_cast<std::uint8_t>((attributes.med ? kHasMed : 0) | (attributes.local_pref ? kHasLocalPref : 0) |
                                          (attributes.atomic_aggregate ? kAtomicAggregate : 0) |
                                          (attributes.originator_id ? kHasOriginator : 0) |
                                          (attributes.aggregator ? kHasAggregator : 0));
  fixed.communities = static_cast<std::uint16_t>(attributes.communities.size());
  fixed.extended_communities = static_cast<std::uint16_t>(attributes.extended_communities.size());
  fixed.large_communities = static_cast<std::uint16_t>(attributes.large_communities.size());
  fixed.clusters = static_cast<std::uint16_t>(attributes.cluster_list.size());
}

std::size_t AttributeTable::Hash::operator()(const Packed& packed) const {
  return packed.fixed.hash;
}

bool AttributeTable::Equal::operator()(const Packed& packed, AttributesId id) const {
  return packed.fixed == (*table)[id].fixed_ && std::ranges::equal(packed.tail, tail((*table)[id]));
}

AttributesId AttributeTable::intern(const PathAttributes& attributes) {
  if (!fits(attributes)) return kNoAttributes;
  Packed packed;
  pack(attributes, packed);
  auto& words = scratch_;
  words.clear();
  for (const AsSegment& segment : attributes.as_path.segments) {
    words.push_back(static_cast<std::uint32_t>(segment.type) << 24U | static_cast<std::uint32_t>(segment.as.size()));
    words.insert(words.end(), segment.as.begin(), segment.as.end());
  }
  packed.fixed.path_words = static_cast<std::uint16_t>(words.size());
  words.insert(words.end(), attributes.communities.begin(), attributes.communities.end());
  for (const std::uint64_t community : attributes.extended_communities) {
    words.insert(words.end(), {upper(community), lower(community)});
  }
  for (const LargeCommunity& community : attributes.large_communities) {
    words.insert(words.end(), community.begin(), community.end());
  }
  words.insert(words.end(), attributes.cluster_list.begin(), attributes.cluster_list.end());
  if (attributes.originator_id) words.push_back(*attributes.originator_id);
  if (attributes.aggregator) {
    const IpAddress& address = attributes.aggregator->address;
    words.insert(words.end(), {attributes.aggregator->as, upper(address.hi), lower(address.hi), upper(address.lo),
                               lower(address.lo)});
  }
  // What is no word of the tail goes into the hash behind it.
  const std::size_t tail_size = words.size();
  words.insert(words.end(), {packed.fixed.local_pref, packed.fixed.med,
                             static_cast<std::uint32_t>(packed.fixed.origin) << 8U | packed.fixed.flags});
  packed.fixed.hash = static_cast<std::uint32_t>(hash_(words) >> 32U);
  packed.tail = std::span(words).first(tail_size);

  if (const auto at = sets_.find(packed); at != sets_.end()) {
    add_reference(*at);
    return *at;
  }
  const AttributesId id = slab_.allocate(sizeof(AttributeSet) + tail_size * sizeof(std::uint32_t));
  AttributeSet& set = *new (slab_.at<void>(id)) AttributeSet;
  set.references_ = 1;
  set.fixed_ = packed.fixed;
  std::ranges::copy(packed.tail, Slab::tail<std::uint32_t>(set, tail_size).begin());
  sets_.insert(id);
  return id;
}

void AttributeTable::drop_reference(AttributesId id) {
  AttributeSet& set = *slab_.at<AttributeSet>(id);
  if (--set.references_ > 0) return;
  sets_.erase(id);
  slab_.retire(id, sizeof(AttributeSet) + tail_words(set) * sizeof(std::uint32_t));
}

DecisionFacts AttributeTable::facts(AttributesId id) const {
  const AttributeSet& set = (*this)[id];
  return {.local_pref = (set.fixed_.flags & kHasLocalPref) != 0 ? set.fixed_.local_pref : kDefaultLocalPref,
          .path_length = set.fixed_.path_length,
          .origin = set.fixed_.origin,
          .neighbour_as = set.fixed_.first_as,
          .med = set.fixed_.med};
}

std::size_t AttributeTable::memory() const {
  return slab_.memory() + sets_.bucket_count() * (sizeof(AttributesId) + 1);
}

}  // namespace weir::bgp
