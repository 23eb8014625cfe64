#include "bgp/wire/attribute_encoder.h"

#include <algorithm>

#include "bgp/wire/attribute_reading.h"

namespace weir::bgp {
namespace {

constexpr std::size_t kMostInSegment = 255;

/// The flags that the table has for a type.
std::uint8_t flags_of(std::uint8_t type) {
  const AttributeRow* row = find_attribute(type);
  return row == nullptr ? kOptional : row->flags;
}

void write_known(std::uint8_t type, Bytes value, ByteWriter& out) {
  write_attribute(type, flags_of(type), value, out);
}

bool is_confederation(const AsSegment& segment) {
  return segment.type == SegmentType::confed_sequence || segment.type == SegmentType::confed_set;
}

void write_as(As as, bool four_octet_as, ByteWriter& out) {
  if (four_octet_as) return out.u32(as);
  out.u16(as > 0xffff ? kAsTrans : as);
}

/// A long sequence goes on in a further segment.
void write_segment(const AsSegment& segment, bool four_octet_as, ByteWriter& out) {
  for (std::size_t at = 0; at < segment.as.size(); at += kMostInSegment) {
    const std::size_t size = std::min(kMostInSegment, segment.as.size() - at);
    out.u8(static_cast<std::uint8_t>(segment.type));
    out.u8(size);
    for (std::size_t i = at; i < at + size; ++i) write_as(segment.as[i], four_octet_as, out);
  }
}

bool needs_as4_path(const AsPath& path) {
  return std::ranges::any_of(path.segments, [](const AsSegment& segment) {
    return !is_confederation(segment) && std::ranges::any_of(segment.as, [](As as) { return as > 0xffff; });
  });
}

void write_as_path(const AsPath& path, bool four_octet_as, ByteWriter& out) {
  ByteWriter value;
  for (const AsSegment& segment : path.segments) write_segment(segment, four_octet_as, value);
  write_known(kAsPath, value.view(), out);
}

void write_as4_path(const AsPath& path, ByteWriter& out) {
  ByteWriter value;
  for (const AsSegment& segment : path.segments) {
    if (!is_confederation(segment)) write_segment(segment, true, value);
  }
  write_known(kAs4Path, value.view(), out);
}

void write_aggregator(std::uint8_t type, const Aggregator& aggregator, bool four_octet_as, ByteWriter& out) {
  ByteWriter value;
  write_as(aggregator.as, four_octet_as, value);
  value.u32(aggregator.address.v4_bits());
  write_known(type, value.view(), out);
}

void write_u32(std::uint8_t type, std::uint32_t number, ByteWriter& out) {
  ByteWriter value;
  value.u32(number);
  write_known(type, value.view(), out);
}

/// A list of numbers, where there are any.
template <typename Number>
void write_list(std::uint8_t type, const std::vector<Number>& numbers, ByteWriter& out) {
  if (numbers.empty()) return;
  ByteWriter value;
  for (const Number number : numbers) value.unsigned_be(number, sizeof(Number));
  write_known(type, value.view(), out);
}

void write_large(const std::vector<LargeCommunity>& communities, ByteWriter& out) {
  if (communities.empty()) return;
  ByteWriter value;
  for (const LargeCommunity& community : communities) {
    for (const std::uint32_t part : community) value.u32(part);
  }
  write_known(kLargeCommunity, value.view(), out);
}

}  // namespace

void write_attribute(std::uint8_t type, std::uint8_t flags, Bytes value, ByteWriter& out) {
  const bool extended = value.size() > 0xff;
  out.u8(flags | (extended ? kExtendedLength : 0U));
  out.u8(type);
  out.unsigned_be(value.size(), extended ? 2 : 1);
  out.bytes(value);
}

void write_attributes(const PathAttributes& attributes, IpAddress classic_next_hop, bool four_octet_as,
                      ByteWriter& out) {
  const PathAttributes& a = attributes;
  ByteWriter origin;
  origin.u8(static_cast<std::uint8_t>(a.origin));
  write_known(kOrigin, origin.view(), out);
  write_as_path(a.as_path, four_octet_as, out);
  if (classic_next_hop.is_v4()) write_u32(kNextHop, classic_next_hop.v4_bits(), out);
  if (a.med) write_u32(kMultiExitDisc, *a.med, out);
  if (a.local_pref) write_u32(kLocalPref, *a.local_pref, out);
  if (a.atomic_aggregate) write_known(kAtomicAggregate, {}, out);
  if (a.aggregator) write_aggregator(kAggregator, *a.aggregator, four_octet_as, out);
  write_list(kCommunities, a.communities, out);
  if (a.originator_id) write_u32(kOriginatorId, *a.originator_id, out);
  write_list(kClusterList, a.cluster_list, out);
  write_list(kExtendedCommunities, a.extended_communities, out);
  if (!four_octet_as && needs_as4_path(a.as_path)) write_as4_path(a.as_path, out);
  if (!four_octet_as && a.aggregator && a.aggregator->as > 0xffff) {
    write_aggregator(kAs4Aggregator, *a.aggregator, true, out);
  }
  write_large(a.large_communities, out);
}

}  // namespace weir::bgp
