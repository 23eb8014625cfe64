#include "query/derived.h"

namespace weir::query {
namespace {

using flow::Column;

// Every column by itself, so that a span of one can be handed out.
constexpr auto kItself = [] {
  std::array<Column, flow::kColumnCount> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<Column>(i);
  return out;
}();

constexpr std::array kSrcPrefix = {Column::src_addr, Column::src_mask};
constexpr std::array kDstPrefix = {Column::dst_addr, Column::dst_mask};
constexpr std::array kDuration = {Column::flow_start, Column::flow_end};
constexpr std::array kBps = {Column::bytes, Column::flow_start, Column::flow_end, Column::sampling_rate};
constexpr std::array kPps = {Column::packets, Column::flow_start, Column::flow_end, Column::sampling_rate};
constexpr std::array kBpp = {Column::bytes, Column::packets};

}  // namespace

std::span<const Column> stored_columns(Column column) {
  switch (column) {
    case Column::src_prefix:
      return kSrcPrefix;
    case Column::dst_prefix:
      return kDstPrefix;
    case Column::duration:
      return kDuration;
    case Column::bps:
      return kBps;
    case Column::pps:
      return kPps;
    case Column::bpp:
      return kBpp;
    default:
      return {&kItself[static_cast<std::size_t>(column)], 1};
  }
}

}  // namespace weir::query
