#include "store/duckdb/rollup_dimensions.h"

#include <algorithm>

namespace weir::store {
namespace {

using flow::Column;
using flow::RowMask;

constexpr bool known_width(Column column) {
  const std::size_t width = flow::width(column);
  return width == 1 || width == 2 || width == 4 || width == 8 || width == 16;
}
static_assert(std::ranges::all_of(kRollupColumns, known_width));
constexpr bool in_a_group(Column column) {
  const auto has = [column](const auto& group) { return std::ranges::find(group, column) != group.end(); };
  return has(kOriginColumns) || has(kSourceColumns) || has(kTargetColumns);
}
static_assert(std::ranges::all_of(kRollupColumns, in_a_group));

/// Where one column goes in a key.
struct Place {
  Column column;
  std::size_t offset;
  std::size_t mask;
  std::uint32_t bit;
};

template <std::size_t Width, typename Key>
void copy_column(std::span<Key> keys, std::span<const RowMask> masks, const std::byte* from, const Place& place) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!masks[i].has(place.column)) continue;
    std::byte* octets = keys[i].octets.data();
    std::memcpy(octets + place.offset, from + i * Width, Width);
    const std::uint32_t mask = keys[i].template read<std::uint32_t>(place.mask) | place.bit;
    std::memcpy(octets + place.mask, &mask, sizeof mask);
  }
}

}  // namespace

std::span<const Column> columns_of(DimensionGroup group) {
  switch (group) {
    case DimensionGroup::origin:
      return kOriginColumns;
    case DimensionGroup::source:
      return kSourceColumns;
    case DimensionGroup::target:
      return kTargetColumns;
  }
  return {};
}

DimensionGroup group_of(Column column) {
  for (const DimensionGroup group : kDimensionGroups) {
    if (std::ranges::find(columns_of(group), column) != columns_of(group).end()) return group;
  }
  return DimensionGroup::origin;
}

template <std::size_t Octets>
void DimensionTable<Octets>::build(const flow::FlowBatch& batch, const flow::FlowBatch::Presence& presence,
                                   std::size_t first) {
  const std::span<Key> keys(built_);
  std::ranges::fill(keys, Key{});
  const auto masks = batch.masks().subspan(first, keys.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column column = columns_[i];
    if (!presence.any.has(column)) continue;
    const Place place{column, layout_.offset[i], layout_.mask, std::uint32_t{1} << i};
    const std::size_t width = flow::width(column);
    const std::byte* from = batch.raw(column) + first * width;
    switch (width) {
      case 1:
        copy_column<1>(keys, masks, from, place);
        break;
      case 2:
        copy_column<2>(keys, masks, from, place);
        break;
      case 4:
        copy_column<4>(keys, masks, from, place);
        break;
      case 8:
        copy_column<8>(keys, masks, from, place);
        break;
      default:
        copy_column<16>(keys, masks, from, place);
        break;
    }
  }
}

template <std::size_t Octets>
void DimensionTable<Octets>::number(const flow::FlowBatch& batch, const flow::FlowBatch::Presence& presence,
                                    std::size_t first, std::span<std::uint32_t> numbers) {
  built_.resize(numbers.size());
  build(batch, presence, first);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    // Neighbours are often alike: records of one datagram have one router.
    if (i > 0 && built_[i] == built_[i - 1]) {
      numbers[i] = numbers[i - 1];
      continue;
    }
    const auto [at, fresh] = numbers_.try_emplace(built_[i], static_cast<std::uint32_t>(keys_.size()));
    if (fresh) keys_.push_back(built_[i]);
    numbers[i] = at->second;
  }
}

template class DimensionTable<kOriginOctets>;
template class DimensionTable<kEndOctets>;

}  // namespace weir::store
