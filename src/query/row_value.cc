#include "query/row_value.h"

#include "query/derived.h"

namespace weir::query {
namespace {

using flow::Column;
using flow::ColumnType;
using flow::FlowBatch;

template <Column C>
RowValue stored_value(const FlowBatch& batch, std::size_t row) {
  const auto value = batch.values<C>()[row];
  constexpr ColumnType type = flow::info(C).type;
  if constexpr (type == ColumnType::ip || type == ColumnType::time_ms) {
    return value;
  } else if constexpr (type == ColumnType::string) {
    return RowValue(std::in_place_type<flow::StringId>, value);
  } else {
    return RowValue(std::in_place_type<std::uint64_t>, value);
  }
}

std::optional<RowValue> any_stored_value(const FlowBatch& batch, std::size_t row, Column column) {
  if (!batch.masks()[row].has(column)) return std::nullopt;
  switch (column) {
#define X(name, alias, type, role, storage, unit, meaning)                                      \
  case Column::name:                                                                            \
    if constexpr (flow::is_stored(Column::name)) return stored_value<Column::name>(batch, row); \
    break;
    WEIR_COLUMNS(X)
#undef X
  }
  return std::nullopt;
}

template <Column C>
std::optional<flow::Value<C>> get(const FlowBatch& batch, std::size_t row) {
  if (!batch.masks()[row].has(C)) return std::nullopt;
  return batch.values<C>()[row];
}

std::optional<std::uint64_t> duration(const FlowBatch& batch, std::size_t row) {
  const auto start = get<Column::flow_start>(batch, row);
  const auto end = get<Column::flow_end>(batch, row);
  if (!start || !end) return std::nullopt;
  return *end > *start ? static_cast<std::uint64_t>(*end - *start) : 0;
}

template <Column Address, Column Mask>
std::optional<RowValue> prefix(const FlowBatch& batch, std::size_t row) {
  const auto address = get<Address>(batch, row);
  const auto mask = get<Mask>(batch, row);
  if (!address || !mask) return std::nullopt;
  return Prefix::of(*address, *mask);
}

template <Column Counter>
std::optional<RowValue> rate_value(const FlowBatch& batch, std::size_t row, std::uint64_t scale) {
  const auto count = get<Counter>(batch, row);
  const auto lasted = duration(batch, row);
  if (!count || !lasted) return std::nullopt;
  return rate(*count, scale, batch.get_or<Column::sampling_rate>(row, 1), *lasted);
}

}  // namespace

std::optional<RowValue> row_value(const FlowBatch& batch, std::size_t row, Column column) {
  switch (column) {
    case Column::src_prefix:
      return prefix<Column::src_addr, Column::src_mask>(batch, row);
    case Column::dst_prefix:
      return prefix<Column::dst_addr, Column::dst_mask>(batch, row);
    case Column::duration:
      return duration(batch, row);
    case Column::bps:
      return rate_value<Column::bytes>(batch, row, 8000);
    case Column::pps:
      return rate_value<Column::packets>(batch, row, 1000);
    case Column::bpp: {
      const auto bytes = get<Column::bytes>(batch, row);
      const auto packets = get<Column::packets>(batch, row);
      if (!bytes || !packets) return std::nullopt;
      return bytes_per_packet(*bytes, *packets);
    }
    default:
      return any_stored_value(batch, row, column);
  }
}

}  // namespace weir::query
