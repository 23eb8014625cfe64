// The rollups' dimensions in three groups, each combination of a group's values held once and referred to by a number.
//
// Traffic has few origins (a router and its interfaces), some thousand sources and some thousand targets, but very many
// combinations of the three. Numbering the groups makes the aggregator's keys 16 octets instead of 96, and the rows
// that every commit writes as small.
#pragma once

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "flow/batch.h"
#include "flow/key_hash.h"
#include "store/duckdb/rollup_columns.h"

namespace weir::store {

inline constexpr std::array kOriginColumns = {
    flow::Column::exporter,   flow::Column::exporter_name, flow::Column::in_if,       flow::Column::out_if,
    flow::Column::in_if_name, flow::Column::out_if_name,   flow::Column::in_if_class, flow::Column::out_if_class,
    flow::Column::direction,  flow::Column::ip_version,    flow::Column::proto,
};
inline constexpr std::array kSourceColumns = {flow::Column::src_as, flow::Column::src_country,
                                              flow::Column::src_customer, flow::Column::src_region};
inline constexpr std::array kTargetColumns = {flow::Column::dst_as, flow::Column::first_as, flow::Column::dst_country,
                                              flow::Column::dst_customer, flow::Column::dst_region};
static_assert(kOriginColumns.size() + kSourceColumns.size() + kTargetColumns.size() == kRollupColumns.size());

enum class DimensionGroup : std::uint8_t { origin, source, target };
inline constexpr std::array kDimensionGroups = {DimensionGroup::origin, DimensionGroup::source, DimensionGroup::target};
[[nodiscard]] std::span<const flow::Column> columns_of(DimensionGroup group);
/// The group that a rollup column is in.
[[nodiscard]] DimensionGroup group_of(flow::Column column);

/// One combination: the values the widest first, so that all are aligned, then a mask of those that are known. What is
/// not known is zero, so that equal combinations are equal octets.
template <std::size_t Octets>
struct DimensionKey {
  alignas(8) std::array<std::byte, Octets> octets{};
  bool operator==(const DimensionKey& other) const {
    return std::memcmp(octets.data(), other.octets.data(), Octets) == 0;
  }

  template <typename T>
  [[nodiscard]] T read(std::size_t offset) const {
    T out;
    std::memcpy(&out, octets.data() + offset, sizeof(T));
    return out;
  }
};

/// Where a group's columns lie in its keys.
struct DimensionLayout {
  static constexpr std::size_t kMostColumns = 16;
  std::array<std::size_t, kMostColumns> offset{};
  std::size_t mask = 0;    ///< a u32, a bit for each column
  std::size_t octets = 0;  ///< of the whole key, a multiple of 8
};
[[nodiscard]] constexpr DimensionLayout layout_of(std::span<const flow::Column> columns) {
  DimensionLayout out;
  std::size_t at = 0;
  for (const std::size_t width : {std::size_t{16}, std::size_t{8}, std::size_t{4}, std::size_t{2}, std::size_t{1}}) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (flow::width(columns[i]) != width) continue;
      out.offset[i] = at;
      at += width;
    }
  }
  out.mask = (at + 3) / 4 * 4;
  out.octets = (out.mask + 4 + 7) / 8 * 8;
  return out;
}

/// The combinations of one group that were seen since clear(), numbered from 0. One thread.
template <std::size_t Octets>
class DimensionTable {
 public:
  using Key = DimensionKey<Octets>;
  explicit DimensionTable(std::span<const flow::Column> columns) : columns_(columns), layout_(layout_of(columns)) {}

  /// The numbers of the combinations of the batch's rows from `first` on, one for each element of `numbers`.
  void number(const flow::FlowBatch& batch, const flow::FlowBatch::Presence& presence, std::size_t first,
              std::span<std::uint32_t> numbers);
  [[nodiscard]] const std::vector<Key>& keys() const { return keys_; }
  [[nodiscard]] std::span<const flow::Column> columns() const { return columns_; }
  [[nodiscard]] const DimensionLayout& layout() const { return layout_; }
  void clear() {
    numbers_.clear();
    keys_.clear();
  }

 private:
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const Key& key) const noexcept { return flow::KeyHash::of_bytes(key.octets.data(), Octets); }
  };
  void build(const flow::FlowBatch& batch, const flow::FlowBatch::Presence& presence, std::size_t first);

  std::span<const flow::Column> columns_;
  DimensionLayout layout_;
  boost::unordered_flat_map<Key, std::uint32_t, Hash> numbers_;
  std::vector<Key> keys_;   // by number
  std::vector<Key> built_;  // of the rows at hand
};

inline constexpr std::size_t kOriginOctets = layout_of(kOriginColumns).octets;
/// Of a source or a target.
inline constexpr std::size_t kEndOctets = std::max(layout_of(kSourceColumns).octets, layout_of(kTargetColumns).octets);
static_assert(kEndOctets != kOriginOctets, "one instantiation for each");

}  // namespace weir::store
