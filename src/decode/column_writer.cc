// Numbers, addresses and MACs, and the few values that are packed in a way of their own.
#include "decode/column_writer.h"

#include <limits>

namespace weir::decode {
namespace {

using flow::Column;
using flow::Value;

/// What of a number belongs to the column: VLAN tags carry priority bits, the TCP header's word carries its length.
template <Column C>
constexpr std::uint64_t kKeep = C == Column::src_vlan || C == Column::dst_vlan || C == Column::tcp_flags
                                    ? 0x0fff
                                    : std::numeric_limits<std::uint64_t>::max();

template <Column C, std::size_t Width>
void put_number(const Run& run, const Step& step) {
  std::size_t at = step.at[0].offset;
  for (auto& value : rows_of<C>(run)) {
    value = static_cast<Value<C>>(load_be<Width>(run.records, at) & kKeep<C>);
    at += run.stride;
  }
}

template <Column C>
void put_number_if_empty(const Run& run, const Step& step) {
  std::size_t at = step.at[0].offset;
  for (auto& value : rows_of<C>(run)) {
    if (value == 0) value = static_cast<Value<C>>(load_any(run.records, at, step.at[0].length) & kKeep<C>);
    at += run.stride;
  }
}

template <Column C>
Writer number_writer(std::size_t length, bool if_empty) {
  if (length == 0 || length > 8) return nullptr;
  if (if_empty) return put_number_if_empty<C>;
  switch (length) {
    case 1:
      return put_number<C, 1>;
    case 2:
      return put_number<C, 2>;
    case 3:
      return put_number<C, 3>;
    case 4:
      return put_number<C, 4>;
    case 5:
      return put_number<C, 5>;
    case 6:
      return put_number<C, 6>;
    case 7:
      return put_number<C, 7>;
    default:
      return put_number<C, 8>;
  }
}

template <Column C, std::size_t Octets>
void put_address(const Run& run, const Step& step) {
  std::size_t at = step.at[0].offset;
  for (IpAddress& value : rows_of<C>(run)) {
    if (!step.if_empty || value.is_unspecified()) {
      if constexpr (Octets == 4) {
        value = IpAddress::v4(static_cast<std::uint32_t>(load_be<4>(run.records, at)));
      } else {
        value = {load_be<8>(run.records, at), load_be<8>(run.records, at + 8)};
      }
    }
    at += run.stride;
  }
}

template <Column C>
Writer address_writer(AbstractType type, std::size_t length) {
  if (type == AbstractType::ipv4_address) return length == 4 ? put_address<C, 4> : nullptr;
  return length == 16 ? put_address<C, 16> : nullptr;
}

template <Column C>
void put_mac(const Run& run, const Step& step) {
  std::size_t at = step.at[0].offset;
  for (auto& value : rows_of<C>(run)) {
    value = load_be<6>(run.records, at);
    at += run.stride;
  }
}

/// Every stored column that Information Elements fill with their bare value, and the function that picks its writer.
template <Column C>
Writer pick(AbstractType type, std::size_t length, bool if_empty) {
  constexpr flow::ColumnType kind = flow::info(C).type;
  if constexpr (kind == flow::ColumnType::ip) {
    return address_writer<C>(type, length);
  } else if constexpr (kind == flow::ColumnType::mac) {
    return length == 6 ? put_mac<C> : nullptr;
  } else {
    return number_writer<C>(length, if_empty);
  }
}

struct ColumnPick {
  Column column;
  Writer (*pick)(AbstractType, std::size_t, bool);
};
template <Column... C>
constexpr std::array<ColumnPick, sizeof...(C)> picks() {
  return {{{C, pick<C>}...}};
}
constexpr auto kPicks = [] {
  using enum Column;
  return picks<in_if, out_if, src_addr, dst_addr, src_port, dst_port, proto, tcp_flags, tos, ip_version, ttl, bytes,
               packets, flows, src_as, dst_as, src_mask, dst_mask, next_hop, bgp_next_hop, src_vlan, dst_vlan, src_mac,
               dst_mac, nat_src_addr, nat_dst_addr, nat_src_port, nat_dst_port, nat_event, forwarding_status>();
}();

/// Type and code from one field of two octets (type * 256 + code) or from two fields. Of several forms in one Template
/// the first that is not zero counts.
void put_icmp(const Run& run, const Step& step) {
  const auto types = rows_of<Column::icmp_type>(run);
  const auto codes = rows_of<Column::icmp_code>(run);
  const bool together = step.element->meaning == Meaning::icmp_type_and_code;
  std::size_t record = 0;
  for (std::size_t i = 0; i < run.count; ++i, record += run.stride) {
    if (step.if_empty && (types[i] != 0 || codes[i] != 0)) continue;
    const std::uint64_t first = load_any(run.records, record + step.at[0].offset, step.at[0].length);
    const std::uint64_t second = load_any(run.records, record + step.at[1].offset, step.at[1].length);
    types[i] = static_cast<std::uint8_t>(together ? first >> 8U : first);
    codes[i] = static_cast<std::uint8_t>(together ? first : second);
  }
}

/// Three octets of a label stack entry, or all four with the TTL. Exporters fill up with zeros behind the bottom of the
/// stack, where an entry would have its lowest bit set: those are no labels.
template <Column C>
void put_mpls_label(const Run& run, const Step& step) {
  const unsigned below = step.at[0].length == 4 ? 12 : 4;
  const auto values = rows_of<C>(run);
  const auto masks = masks_of(run);
  std::size_t at = step.at[0].offset;
  for (std::size_t i = 0; i < run.count; ++i, at += run.stride) {
    const std::uint64_t entry = load_any(run.records, at, step.at[0].length);
    if (entry == 0) continue;
    values[i] = static_cast<std::uint32_t>(entry >> below);
    masks[i].set(C);
  }
}

Writer mpls_writer(const Step& step) {
  if (step.at[0].length != 3 && step.at[0].length != 4) return nullptr;
  if (step.column == Column::mpls_label1) return put_mpls_label<Column::mpls_label1>;
  return step.column == Column::mpls_label2 ? put_mpls_label<Column::mpls_label2> : put_mpls_label<Column::mpls_label3>;
}

void put_direction(const Run& run, const Step& step) {
  const auto values = rows_of<Column::direction>(run);
  const auto masks = masks_of(run);
  std::size_t at = step.at[0].offset;
  for (std::size_t i = 0; i < run.count; ++i, at += run.stride) {
    const std::uint64_t direction = load_any(run.records, at, step.at[0].length);
    if (direction > 1) continue;  // 255 and the like: the exporter does not know
    values[i] = direction == 0 ? run.context.texts.direction_in() : run.context.texts.direction_out();
    masks[i].set(Column::direction);
  }
}

void put_dscp(const Run& run, const Step& step) {
  std::size_t at = step.at[0].offset;
  for (auto& value : rows_of<Column::tos>(run)) {
    value = static_cast<std::uint8_t>(load_any(run.records, at, step.at[0].length) << 2U);
    at += run.stride;
  }
}

/// The first field is the offset, the second the flags; either may be absent. Without flags the first fragment cannot
/// be told from a whole packet, and reads as one.
void put_fragment(const Run& run, const Step& step) {
  constexpr std::uint64_t kOffset = 0x1fff;
  constexpr std::uint64_t kMoreFragments = 0x20;
  std::size_t record = 0;
  for (auto& value : rows_of<Column::fragment>(run)) {
    const std::uint64_t offset = load_any(run.records, record + step.at[0].offset, step.at[0].length) & kOffset;
    const std::uint64_t flags = load_any(run.records, record + step.at[1].offset, step.at[1].length);
    value = offset != 0 ? 2 : (flags & kMoreFragments) != 0 ? 1 : 0;
    record += run.stride;
  }
}

/// Adds the other direction's counter, staying at the largest number instead of wrapping.
template <Column C>
void add_responder(const Run& run, const Step& step) {
  std::size_t at = step.at[0].offset;
  for (auto& value : rows_of<C>(run)) {
    const std::uint64_t other = load_any(run.records, at, step.at[0].length);
    value = value + other < value ? std::numeric_limits<std::uint64_t>::max() : value + other;
    at += run.stride;
  }
}

bool numeric(Slice slice) {
  return slice.length >= 1 && slice.length <= 8;
}

}  // namespace

Writer value_writer(AbstractType type, flow::Column column, std::size_t length, bool if_empty) {
  if (flow::info(column).type == flow::ColumnType::time_ms) return time_writer(type, column, length);
  for (const ColumnPick& candidate : kPicks) {
    if (candidate.column == column) return candidate.pick(type, length, if_empty);
  }
  return nullptr;
}

Writer special_writer(const Step& step) {
  switch (step.element->meaning) {
    case Meaning::mpls_label:
      return mpls_writer(step);
    case Meaning::flow_direction:
      return numeric(step.at[0]) ? put_direction : nullptr;
    case Meaning::dscp:
      return numeric(step.at[0]) ? put_dscp : nullptr;
    case Meaning::fragment_offset:
    case Meaning::fragment_flags:
      return step.at[0].length <= 8 && step.at[1].length <= 8 ? put_fragment : nullptr;
    case Meaning::responder:
      if (!numeric(step.at[0])) return nullptr;
      return step.column == Column::bytes ? add_responder<Column::bytes> : add_responder<Column::packets>;
    case Meaning::frame:
    case Meaning::ip_header:
      return frame_writer(step);
    case Meaning::uptime:
    case Meaning::delta_microseconds:
    case Meaning::flow_duration:
      return special_time_writer(step);
    default:
      return lookup_writer(step);
  }
}

Writer writer_for(const Step& step) {
  const Meaning meaning = step.element->meaning;
  if (step.column == flow::Column::icmp_type) {
    const bool length =
        meaning == Meaning::value ? numeric(step.at[0]) && step.at[1].length <= 8 : step.at[0].length == 2;
    return length ? put_icmp : nullptr;
  }
  if (meaning == Meaning::value || meaning == Meaning::observation_time) {
    return value_writer(step.element->type, step.column, step.at[0].length, step.if_empty);
  }
  return special_writer(step);
}

}  // namespace weir::decode
