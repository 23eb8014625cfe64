// THE table of columns. The store's DDL, the filter language, the API, the user interface's list of dimensions and the
// reference page (docs/reference/columns.md) all follow from it: to add a column, add one row here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/clock.h"
#include "base/ip_address.h"

namespace weir::flow {

/// How a column's values are held and shown.
enum class ColumnType : std::uint8_t {
  u8, u16, u32, u64,
  time_ms,  ///< UnixMillis
  ip,       ///< IpAddress; shown as text
  mac,      ///< 48 bits in a u64; shown as aa:bb:cc:dd:ee:ff
  string,   ///< StringId in a batch; shown as text
  prefix,   ///< derived only: an address and its mask; shown as address/length
  real,     ///< derived only: a double
};

/// What a column is good for in a question.
enum class Role : std::uint8_t {
  time,       ///< a point in time: ranges
  dimension,  ///< group by it, filter by it
  measure,    ///< sum it, filter by it
};

/// stored: held in FlowBatch and in the store. derived: computed from stored columns when asked for.
enum class Storage : std::uint8_t { stored, derived };

// X(name, alias, type, role, storage, unit, meaning)
// `alias` is the short name of the old system and of nfdump's vocabulary, "" where there is none.
// clang-format off
#define WEIR_COLUMNS(X) \
  X(time,               "ts",  time_ms, time,      stored,  "ms", "the time this flow is accounted to: its end, or the receive time where the exporter's clock is off by more than a bound") \
  X(time_received,      "tr",  time_ms, time,      stored,  "ms", "when the datagram arrived") \
  X(flow_start,         "",    time_ms, time,      stored,  "ms", "the first packet, by the exporter's clock") \
  X(flow_end,           "",    time_ms, time,      stored,  "ms", "the last packet, by the exporter's clock") \
  X(exporter,           "ra",  ip,      dimension, stored,  "",   "the router's address: the datagram's source, or where configured the address in the message") \
  X(exporter_name,      "",    string,  dimension, stored,  "",   "the router's configured name") \
  X(observation_domain, "",    u32,     dimension, stored,  "",   "observation domain, source ID or sub-agent ID") \
  X(export_protocol,    "",    string,  dimension, stored,  "",   "netflow5, netflow7, netflow9, ipfix or sflow5") \
  X(sampling_rate,      "",    u32,     dimension, stored,  "",   "one packet in this many was sampled; bytes and packets stay as exported and every total multiplies") \
  X(in_if,              "in",  u32,     dimension, stored,  "",   "ifIndex of the incoming interface") \
  X(out_if,             "out", u32,     dimension, stored,  "",   "ifIndex of the outgoing interface") \
  X(in_if_name,         "",    string,  dimension, stored,  "",   "name or description of the incoming interface") \
  X(out_if_name,        "",    string,  dimension, stored,  "",   "name or description of the outgoing interface") \
  X(in_if_class,        "",    string,  dimension, stored,  "",   "transit, peering, ix, customer or core") \
  X(out_if_class,       "",    string,  dimension, stored,  "",   "transit, peering, ix, customer or core") \
  X(direction,          "din", string,  dimension, stored,  "",   "in or out of the customer network, from the exporter's flow direction or the interface class") \
  X(src_addr,           "sa",  ip,      dimension, stored,  "",   "source address") \
  X(dst_addr,           "da",  ip,      dimension, stored,  "",   "destination address") \
  X(src_port,           "sp",  u16,     dimension, stored,  "",   "source port") \
  X(dst_port,           "dp",  u16,     dimension, stored,  "",   "destination port") \
  X(proto,              "pr",  u8,      dimension, stored,  "",   "IP protocol number") \
  X(tcp_flags,          "flg", u16,     dimension, stored,  "",   "all TCP flags seen, as bits") \
  X(tos,                "",    u8,      dimension, stored,  "",   "type of service or traffic class octet") \
  X(ip_version,         "",    u8,      dimension, stored,  "",   "4 or 6") \
  X(icmp_type,          "",    u8,      dimension, stored,  "",   "ICMP or ICMPv6 type") \
  X(icmp_code,          "",    u8,      dimension, stored,  "",   "ICMP or ICMPv6 code") \
  X(ttl,                "",    u8,      dimension, stored,  "",   "time to live or hop limit; of several, the smallest") \
  X(fragment,           "",    u8,      dimension, stored,  "",   "0 not a fragment, 1 the first fragment, 2 a later one") \
  X(bytes,              "",    u64,     measure,   stored,  "B",  "layer-3 bytes as exported, before multiplying by the sampling rate") \
  X(packets,            "",    u64,     measure,   stored,  "p",  "packets as exported, before multiplying by the sampling rate") \
  X(flows,              "",    u32,     measure,   stored,  "",   "flows this record stands for, usually 1") \
  X(suspect,            "",    u8,      dimension, stored,  "",   "why a value was refused, as bits: 1 absurd bytes, 2 absurd packets, 4 wrong clock") \
  X(src_as,             "sas", u32,     dimension, stored,  "",   "source autonomous system") \
  X(dst_as,             "das", u32,     dimension, stored,  "",   "destination autonomous system") \
  X(src_mask,           "smk", u8,      dimension, stored,  "",   "length of the source's routed prefix") \
  X(dst_mask,           "dmk", u8,      dimension, stored,  "",   "length of the destination's routed prefix") \
  X(src_prefix,         "ssn", prefix,  dimension, derived, "",   "the source's routed prefix: src_addr and src_mask") \
  X(dst_prefix,         "dsn", prefix,  dimension, derived, "",   "the destination's routed prefix: dst_addr and dst_mask") \
  X(next_hop,           "nh",  ip,      dimension, stored,  "",   "the next router") \
  X(bgp_next_hop,       "",    ip,      dimension, stored,  "",   "the BGP next hop") \
  X(as_path,            "asp", string,  dimension, stored,  "",   "AS path of the route to the destination, AS numbers separated by spaces") \
  X(first_as,           "",    u32,     dimension, stored,  "",   "the neighbour AS of the route to the destination") \
  X(communities,        "",    string,  dimension, stored,  "",   "BGP communities of the route to the destination, separated by spaces") \
  X(rpki,               "",    string,  dimension, stored,  "",   "valid, invalid or not-found: origin validation of the destination's route") \
  X(src_country,        "",    string,  dimension, stored,  "",   "ISO 3166 code of the source's country") \
  X(dst_country,        "",    string,  dimension, stored,  "",   "ISO 3166 code of the destination's country") \
  X(src_customer,       "",    string,  dimension, stored,  "",   "the configured customer of the source") \
  X(dst_customer,       "",    string,  dimension, stored,  "",   "the configured customer of the destination") \
  X(src_region,         "",    string,  dimension, stored,  "",   "the configured region of the source's customer") \
  X(dst_region,         "",    string,  dimension, stored,  "",   "the configured region of the destination's customer") \
  X(src_vlan,           "",    u16,     dimension, stored,  "",   "VLAN on the incoming side") \
  X(dst_vlan,           "",    u16,     dimension, stored,  "",   "VLAN on the outgoing side") \
  X(src_mac,            "",    mac,     dimension, stored,  "",   "source MAC address") \
  X(dst_mac,            "",    mac,     dimension, stored,  "",   "destination MAC address") \
  X(mpls_label1,        "",    u32,     dimension, stored,  "",   "the top MPLS label (20 bits)") \
  X(mpls_label2,        "",    u32,     dimension, stored,  "",   "the second MPLS label") \
  X(mpls_label3,        "",    u32,     dimension, stored,  "",   "the third MPLS label") \
  X(vrf,                "",    string,  dimension, stored,  "",   "name of the incoming VRF, or its number where the name is not known") \
  X(route_distinguisher,"",    string,  dimension, stored,  "",   "route distinguisher of the VRF in whose table the routes are looked for: the incoming one's or, where that has none, the outgoing one's") \
  X(nat_src_addr,       "",    ip,      dimension, stored,  "",   "source address behind the translation") \
  X(nat_dst_addr,       "",    ip,      dimension, stored,  "",   "destination address behind the translation") \
  X(nat_src_port,       "",    u16,     dimension, stored,  "",   "source port behind the translation") \
  X(nat_dst_port,       "",    u16,     dimension, stored,  "",   "destination port behind the translation") \
  X(nat_event,          "",    u8,      dimension, stored,  "",   "NAT event (IPFIX natEvent) or firewall event") \
  X(application,        "",    string,  dimension, stored,  "",   "application as the exporter names it, or engine:selector where the name is not known") \
  X(forwarding_status,  "",    u8,      dimension, stored,  "",   "forwarding status (IPFIX 89): 64..127 forwarded, 128..191 dropped, 192..255 consumed") \
  X(duration,           "td",  u64,     dimension, derived, "ms", "flow_end minus flow_start") \
  X(bps,                "",    real,    dimension, derived, "bit/s", "bits a second over the flow's duration, times the sampling rate") \
  X(pps,                "",    real,    dimension, derived, "p/s", "packets a second over the flow's duration, times the sampling rate") \
  X(bpp,                "",    real,    dimension, derived, "B/p", "bytes a packet")
// clang-format on

enum class Column : std::uint8_t {
#define X(name, ...) name,
  WEIR_COLUMNS(X)
#undef X
};

inline constexpr std::size_t kColumnCount = 0
#define X(...) +1
    WEIR_COLUMNS(X)
#undef X
    ;
static_assert(kColumnCount <= 128, "RowMask has 128 bits");

struct ColumnInfo {
  Column column;
  std::string_view name;
  std::string_view alias;
  ColumnType type;
  Role role;
  Storage storage;
  std::string_view unit;
  std::string_view meaning;
};

/// In the order of the table; `kColumns[size_t(Column::bytes)]` is the row of `bytes`.
inline constexpr std::array<ColumnInfo, kColumnCount> kColumns = {{
#define X(name, alias, type, role, storage, unit, meaning) \
  {Column::name, #name, alias, ColumnType::type, Role::role, Storage::storage, unit, meaning},
    WEIR_COLUMNS(X)
#undef X
}};

[[nodiscard]] constexpr const ColumnInfo& info(Column column) { return kColumns[static_cast<std::size_t>(column)]; }
[[nodiscard]] constexpr std::string_view name(Column column) { return info(column).name; }
[[nodiscard]] constexpr bool is_stored(Column column) { return info(column).storage == Storage::stored; }
/// By name or alias; nothing when there is no such column.
[[nodiscard]] std::optional<Column> find_column(std::string_view name_or_alias);

/// Octets one value takes in a FlowBatch; 0 for derived columns.
[[nodiscard]] constexpr std::size_t width(Column column) {
  if (!is_stored(column)) return 0;
  switch (info(column).type) {
    case ColumnType::u8: return 1;
    case ColumnType::u16: return 2;
    case ColumnType::u32: case ColumnType::string: return 4;
    case ColumnType::u64: case ColumnType::time_ms: case ColumnType::mac: return 8;
    case ColumnType::ip: return 16;
    case ColumnType::prefix: case ColumnType::real: return 0;
  }
  return 0;
}

/// The C++ type of a column's values in a FlowBatch.
template <ColumnType> struct ValueOf;
template <> struct ValueOf<ColumnType::u8> { using type = std::uint8_t; };
template <> struct ValueOf<ColumnType::u16> { using type = std::uint16_t; };
template <> struct ValueOf<ColumnType::u32> { using type = std::uint32_t; };
template <> struct ValueOf<ColumnType::u64> { using type = std::uint64_t; };
template <> struct ValueOf<ColumnType::time_ms> { using type = UnixMillis; };
template <> struct ValueOf<ColumnType::ip> { using type = IpAddress; };
template <> struct ValueOf<ColumnType::mac> { using type = std::uint64_t; };
template <> struct ValueOf<ColumnType::string> { using type = std::uint32_t; };
template <Column C>
using Value = typename ValueOf<info(C).type>::type;

/// Bits of the `suspect` column.
enum Suspect : std::uint8_t { kSuspectBytes = 1, kSuspectPackets = 2, kSuspectClock = 4 };

}  // namespace weir::flow
