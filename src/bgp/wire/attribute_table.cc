#include "bgp/wire/attribute_table.h"

#include <algorithm>

#include "bgp/wire/attribute_reading.h"
#include "bgp/wire/nlri_codec.h"

namespace weir::bgp {
namespace {

std::string_view origin(Bytes value, AttributeReading& into) {
  const std::uint8_t code = ByteReader(value).u8();
  if (code > static_cast<std::uint8_t>(Origin::incomplete)) return "an undefined value";
  into.attributes.origin = static_cast<Origin>(code);
  return {};
}

std::string_view as_path(Bytes value, AttributeReading& into) {
  AsPath& path = into.attributes.as_path;
  const std::string_view problem = read_as_path(value, into.four_octet_as, path);
  if (problem.empty() || !into.monitored || !read_as_path(value, !into.four_octet_as, path).empty()) return problem;
  into.fault(kAsPath, OnFault::discard, "AS_PATH: in the other width than was said");
  return {};
}

std::string_view next_hop(Bytes value, AttributeReading& into) {
  into.next_hop = IpAddress::v4(ByteReader(value).u32());
  return {};
}

std::string_view multi_exit_disc(Bytes value, AttributeReading& into) {
  into.attributes.med = ByteReader(value).u32();
  return {};
}

std::string_view local_pref(Bytes value, AttributeReading& into) {
  into.attributes.local_pref = ByteReader(value).u32();
  return {};
}

std::string_view atomic_aggregate(Bytes, AttributeReading& into) {
  into.attributes.atomic_aggregate = true;
  return {};
}

std::string_view aggregator(Bytes value, AttributeReading& into) {
  if (value.size() != (into.four_octet_as ? 8U : 6U)) return "a length that does not fit the width of AS numbers";
  ByteReader reader(value);
  Aggregator out;
  out.as = into.four_octet_as ? reader.u32() : reader.u16();
  out.address = IpAddress::v4(reader.u32());
  if (out.as == 0) return "AS 0";
  into.attributes.aggregator = out;
  return {};
}

std::string_view as4_path(Bytes value, AttributeReading& into) {
  if (into.four_octet_as) return {};  // RFC 6793 section 4.1: not for us, passed over
  into.has_as4_path = true;
  const std::string_view problem = read_as_path(value, true, into.as4_path);
  if (!problem.empty()) into.has_as4_path = false;
  return problem;
}

std::string_view as4_aggregator(Bytes value, AttributeReading& into) {
  if (into.four_octet_as) return {};
  ByteReader reader(value);
  const As as = reader.u32();
  if (as == 0) return "AS 0";
  into.as4_aggregator = Aggregator{as, IpAddress::v4(reader.u32())};
  return {};
}

std::string_view communities(Bytes value, AttributeReading& into) {
  for (ByteReader reader(value); !reader.empty();) into.attributes.communities.push_back(reader.u32());
  return {};
}

std::string_view extended_communities(Bytes value, AttributeReading& into) {
  for (ByteReader reader(value); !reader.empty();) into.attributes.extended_communities.push_back(reader.u64());
  return {};
}

std::string_view large_communities(Bytes value, AttributeReading& into) {
  for (ByteReader reader(value); !reader.empty();) {
    LargeCommunity community{};
    for (std::uint32_t& part : community) part = reader.u32();
    into.attributes.large_communities.push_back(community);
  }
  return {};
}

std::string_view originator_id(Bytes value, AttributeReading& into) {
  into.attributes.originator_id = ByteReader(value).u32();
  return {};
}

std::string_view cluster_list(Bytes value, AttributeReading& into) {
  for (ByteReader reader(value); !reader.empty();) into.attributes.cluster_list.push_back(reader.u32());
  return {};
}

std::string_view mp_reach(Bytes value, AttributeReading& into) {
  into.mp_reach = value;
  return {};
}

std::string_view mp_unreach(Bytes value, AttributeReading& into) {
  into.mp_unreach = value;
  return {};
}

std::string_view bgpsec_path(Bytes value, AttributeReading& into) {
  if (into.seen.test(kAsPath)) return {};  // never both (RFC 8205 section 3)
  return read_secure_path(value, into.attributes.as_path);
}

constexpr std::uint8_t kWellKnown = kTransitive;
constexpr std::uint8_t kBoth = kOptional | kTransitive;
constexpr LengthRule kAny{};
constexpr LengthRule exactly(std::uint16_t octets) {
  return {octets, octets, 1};
}
constexpr LengthRule some_of(std::uint16_t octets) {
  return {octets, 0xffff, octets};
}

/// Attributes without a reader are passed over, and judged only where their RFC says how.
constexpr std::array kTable = std::to_array<AttributeRow>({
    {kOrigin, "ORIGIN", kWellKnown, exactly(1), OnFault::withdraw, origin},                              // 7606 7.1
    {kAsPath, "AS_PATH", kWellKnown, kAny, OnFault::withdraw, as_path},                                  // 7606 7.2
    {kNextHop, "NEXT_HOP", kWellKnown, exactly(4), OnFault::withdraw, next_hop},                         // 7606 7.3
    {kMultiExitDisc, "MULTI_EXIT_DISC", kOptional, exactly(4), OnFault::withdraw, multi_exit_disc},      // 7606 7.4
    {kLocalPref, "LOCAL_PREF", kWellKnown, exactly(4), OnFault::withdraw, local_pref},                   // 7606 7.5
    {kAtomicAggregate, "ATOMIC_AGGREGATE", kWellKnown, exactly(0), OnFault::discard, atomic_aggregate},  // 7606 7.6
    {kAggregator, "AGGREGATOR", kBoth, {6, 8, 2}, OnFault::discard, aggregator},                         // 7606 7.7
    {kCommunities, "COMMUNITIES", kBoth, some_of(4), OnFault::withdraw, communities},                    // 7606 7.8
    {kOriginatorId, "ORIGINATOR_ID", kOptional, exactly(4), OnFault::withdraw, originator_id},           // 7606 7.9
    {kClusterList, "CLUSTER_LIST", kOptional, some_of(4), OnFault::withdraw, cluster_list},              // 7606 7.10
    {kMpReachNlri, "MP_REACH_NLRI", kOptional, {5, 0xffff, 1}, OnFault::reset, mp_reach},        // 7606 5.3, 7.11
    {kMpUnreachNlri, "MP_UNREACH_NLRI", kOptional, {3, 0xffff, 1}, OnFault::reset, mp_unreach},  // 7606 5.3, 7.12
    {kExtendedCommunities, "EXTENDED COMMUNITIES", kBoth, some_of(8), OnFault::withdraw, extended_communities},  // 7.14
    {kAs4Path, "AS4_PATH", kBoth, {6, 0xffff, 2}, OnFault::discard, as4_path},                       // 6793 6
    {kAs4Aggregator, "AS4_AGGREGATOR", kBoth, exactly(8), OnFault::discard, as4_aggregator},         // 6793 6
    {25, "IPv6 EXTENDED COMMUNITIES", kBoth, some_of(20), OnFault::withdraw, nullptr},               // 7606 7.15
    {kLargeCommunity, "LARGE_COMMUNITY", kBoth, some_of(12), OnFault::withdraw, large_communities},  // 8092 6
    {kBgpsecPath, "BGPsec_Path", kOptional, {2, 0xffff, 1}, OnFault::withdraw, bgpsec_path},         // 8205 5.2
    {35, "ONLY_TO_CUSTOMER", kBoth, exactly(4), OnFault::withdraw, nullptr},                         // 9234 5
});

constexpr bool well_formed(const AttributeRow& row) {
  const bool well_known = (row.flags & kOptional) == 0;
  return row.type != 0 && !row.name.empty() && row.length.least <= row.length.most && row.length.multiple_of > 0 &&
         (row.flags & ~(kOptional | kTransitive)) == 0 && (!well_known || row.flags == kTransitive) &&
         row.length.least % row.length.multiple_of == 0;
}
static_assert(std::ranges::all_of(kTable, well_formed));
static_assert(std::ranges::is_sorted(kTable, std::ranges::less_equal{}, &AttributeRow::type),
              "in the order of their numbers, each once");
// RFC 7606 section 3 (e), (f): what these may cost is not the session.
static_assert(std::ranges::all_of(kTable, [](const AttributeRow& row) {
  return (row.on_fault == OnFault::reset) == (row.type == kMpReachNlri || row.type == kMpUnreachNlri);
}));
// RFC 7606 section 4: only these may be empty.
static_assert(std::ranges::all_of(kTable, [](const AttributeRow& row) {
  return (row.length.least == 0) == (row.type == kAsPath || row.type == kAtomicAggregate);
}));

constexpr auto make_index() {
  std::array<std::uint8_t, 256> index{};
  for (std::size_t i = 0; i < kTable.size(); ++i) index[kTable[i].type] = static_cast<std::uint8_t>(i + 1);
  return index;
}
constexpr auto kIndex = make_index();

}  // namespace

const AttributeRow* find_attribute(std::uint8_t type) {
  const std::size_t at = kIndex[type];
  return at == 0 ? nullptr : &kTable[at - 1];
}

}  // namespace weir::bgp
