#include "store/duckdb/flow_rows.h"

#include <algorithm>
#include <cstring>

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;
using flow::FlowBatch;
using flow::RowMask;
using Word = PhysicalColumn::Word;

/// The rows of one chunk: a run of the batch, or picked ones.
struct Rows {
  std::size_t first = 0;
  std::size_t count = 0;
  std::span<const std::uint32_t> picked;  ///< empty for a run

  [[nodiscard]] std::size_t at(std::size_t i) const { return picked.empty() ? first + i : picked[i]; }
};

/// Whether some row's address is not IPv4.
bool has_high_word(const BatchView& view, Column column) {
  const auto* values = reinterpret_cast<const IpAddress*>(view.batch.raw(column));
  const auto masks = view.batch.masks();
  if (view.presence.all.has(column)) {
    return std::any_of(values, values + view.batch.size(), [](const IpAddress& a) { return a.hi != 0; });
  }
  for (std::size_t row = 0; row < masks.size(); ++row) {
    if (masks[row].has(column) && values[row].hi != 0) return true;
  }
  return false;
}

bool ends_differ(const BatchView& view) {
  if (!view.presence.all.has(Column::flow_end)) return true;
  return !std::ranges::equal(view.batch.values<Column::time>(), view.batch.values<Column::flow_end>());
}

bool flows_differ(const BatchView& view) {
  if (!view.presence.all.has(Column::flows)) return true;
  return std::ranges::any_of(view.batch.values<Column::flows>(), [](std::uint32_t flows) { return flows != 1; });
}

bool needed(const PhysicalColumn& physical, const BatchView& view) {
  const Column column = *physical.column;
  if (column == Column::flow_end) return ends_differ(view);
  if (column == Column::flows) return flows_differ(view);
  if (!view.presence.any.has(column)) return false;
  return physical.word != Word::hi || has_high_word(view, column);
}

template <typename T>
void copy_values(std::span<T> to, const std::byte* from, const Rows& rows) {
  const T* values = reinterpret_cast<const T*>(from);
  if (rows.picked.empty()) {
    std::copy_n(values + rows.first, rows.count, to.begin());
  } else {
    for (std::size_t i = 0; i < rows.count; ++i) to[i] = values[rows.picked[i]];
  }
}

void copy_word(std::span<std::uint64_t> to, const std::byte* from, const Rows& rows, std::uint64_t IpAddress::* word) {
  const auto* values = reinterpret_cast<const IpAddress*>(from);
  if (rows.picked.empty()) {
    for (std::size_t i = 0; i < rows.count; ++i) to[i] = values[rows.first + i].*word;
  } else {
    for (std::size_t i = 0; i < rows.count; ++i) to[i] = values[rows.picked[i]].*word;
  }
}

void copy_column(Appender& to, std::size_t at, const PhysicalColumn& physical, const std::byte* from,
                 const Rows& rows) {
  switch (flow::info(*physical.column).type) {
    case ColumnType::u8:
      return copy_values(to.values<std::uint8_t>(at), from, rows);
    case ColumnType::u16:
      return copy_values(to.values<std::uint16_t>(at), from, rows);
    case ColumnType::u32:
    case ColumnType::string:
      return copy_values(to.values<std::uint32_t>(at), from, rows);
    case ColumnType::u64:
    case ColumnType::mac:
    case ColumnType::time_ms:
      return copy_values(to.values<std::uint64_t>(at), from, rows);
    case ColumnType::ip:
      return copy_word(to.values<std::uint64_t>(at), from, rows,
                       physical.word == Word::hi ? &IpAddress::hi : &IpAddress::lo);
    case ColumnType::prefix:
    case ColumnType::real:
      return;  // derived only
  }
}

/// One bit for each row that has the column.
void copy_validity(std::span<std::uint64_t> to, std::span<const RowMask> masks, Column column, const Rows& rows) {
  for (std::size_t word = 0; word * 64 < rows.count; ++word) {
    std::uint64_t bits = 0;
    const std::size_t count = std::min<std::size_t>(64, rows.count - word * 64);
    for (std::size_t bit = 0; bit < count; ++bit) {
      bits |= static_cast<std::uint64_t>(masks[rows.at(word * 64 + bit)].has(column)) << bit;
    }
    to[word] = bits;
  }
}

void fill_chunk(Appender& to, const ColumnSet& columns, const BatchView& view, const Rows& rows) {
  to.clear();
  const Schema& schema = schema_of(Kind::flows);
  std::size_t at = 0;
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    if (!columns[i]) continue;
    const PhysicalColumn& physical = schema.columns[i];
    const Column column = *physical.column;
    if (!view.presence.any.has(column)) {
      std::ranges::fill(to.validity(at), std::uint64_t{0});
    } else {
      copy_column(to, at, physical, view.batch.raw(column), rows);
      if (!view.presence.all.has(column)) copy_validity(to.validity(at), view.batch.masks(), column, rows);
    }
    ++at;
  }
}

}  // namespace

ColumnSet needed_columns(const BatchView& view) {
  ColumnSet out;
  const Schema& schema = schema_of(Kind::flows);
  for (std::size_t i = 0; i < schema.columns.size(); ++i) out.set(i, needed(schema.columns[i], view));
  return out;
}

Result<void> append_flows(Appender& to, const ColumnSet& columns, const BatchView& view, std::size_t first,
                          std::size_t end) {
  while (first < end) {
    const std::size_t count = std::min(to.capacity(), end - first);
    fill_chunk(to, columns, view, {first, count, {}});
    if (auto added = to.add(count); !added) return added;
    first += count;
  }
  return {};
}

Result<void> append_flows(Appender& to, const ColumnSet& columns, const BatchView& view,
                          std::span<const std::uint32_t> rows) {
  while (!rows.empty()) {
    const std::size_t count = std::min(to.capacity(), rows.size());
    fill_chunk(to, columns, view, {0, count, rows.first(count)});
    if (auto added = to.add(count); !added) return added;
    rows = rows.subspan(count);
  }
  return {};
}

}  // namespace weir::store
