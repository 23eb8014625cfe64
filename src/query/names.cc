#include "query/names.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "query/lexer.h"

namespace weir::query {
namespace {

using flow::Column;

constexpr auto kProtocols = std::to_array<NamedNumber>({
    {"icmp", 1},   {"igmp", 2},    {"ipip", 4},       {"tcp", 6},       {"egp", 8},          {"udp", 17},
    {"dccp", 33},  {"ipv6", 41},   {"rsvp", 46},      {"gre", 47},      {"esp", 50},         {"ah", 51},
    {"icmp6", 58}, {"icmpv6", 58}, {"ipv6-icmp", 58}, {"eigrp", 88},    {"ospf", 89},        {"pim", 103},
    {"vrrp", 112}, {"l2tp", 115},  {"sctp", 132},     {"udplite", 136}, {"mpls-in-ip", 137},
});

constexpr auto kServices = std::to_array<NamedNumber>({
    {"ftp-data", 20},     {"ftp", 21},           {"ssh", 22},          {"telnet", 23},     {"smtp", 25},
    {"domain", 53},       {"dns", 53},           {"bootps", 67},       {"dhcp", 67},       {"bootpc", 68},
    {"tftp", 69},         {"http", 80},          {"pop3", 110},        {"sunrpc", 111},    {"portmap", 111},
    {"ntp", 123},         {"netbios-ns", 137},   {"netbios-ssn", 139}, {"imap", 143},      {"snmp", 161},
    {"snmptrap", 162},    {"bgp", 179},          {"ldap", 389},        {"https", 443},     {"smb", 445},
    {"isakmp", 500},      {"syslog", 514},       {"ldaps", 636},       {"domain-s", 853},  {"dot", 853},
    {"imaps", 993},       {"pop3s", 995},        {"openvpn", 1194},    {"ms-sql-s", 1433}, {"mssql", 1433},
    {"radius", 1812},     {"ssdp", 1900},        {"netflow", 2055},    {"mysql", 3306},    {"rdp", 3389},
    {"stun", 3478},       {"ipsec-nat-t", 4500}, {"ipfix", 4739},      {"vxlan", 4789},    {"sip", 5060},
    {"postgresql", 5432}, {"vnc", 5900},         {"sflow", 6343},      {"redis", 6379},    {"http-alt", 8080},
    {"memcached", 11211}, {"wireguard", 51820},
});

constexpr auto kAliases = std::to_array<ColumnAlias>({
    {"srcip", Column::src_addr},
    {"dstip", Column::dst_addr},
    {"srcport", Column::src_port},
    {"dstport", Column::dst_port},
    {"srcas", Column::src_as},
    {"dstas", Column::dst_as},
    {"srcmask", Column::src_mask},
    {"dstmask", Column::dst_mask},
    {"srcnet", Column::src_prefix},
    {"dstnet", Column::dst_prefix},
    {"srcvlan", Column::src_vlan},
    {"dstvlan", Column::dst_vlan},
    {"insrcmac", Column::src_mac},
    {"outdstmac", Column::dst_mac},
    {"inif", Column::in_if},
    {"outif", Column::out_if},
    {"srctos", Column::tos},
    {"nexthop", Column::next_hop},
    {"bgpnexthop", Column::bgp_next_hop},
    {"router", Column::exporter},
    {"srcgeo", Column::src_country},
    {"dstgeo", Column::dst_country},
    {"mpls1", Column::mpls_label1},
    {"mpls2", Column::mpls_label2},
    {"mpls3", Column::mpls_label3},
    {"xsrcip", Column::nat_src_addr},
    {"xdstip", Column::nat_dst_addr},
    {"xsrcport", Column::nat_src_port},
    {"xdstport", Column::nat_dst_port},
    {"nsrcip", Column::nat_src_addr},
    {"ndstip", Column::nat_dst_addr},
    {"ivrf", Column::vrf},
});

std::vector<std::string_view> all_column_names() {
  std::vector<std::string_view> out;
  for (const flow::ColumnInfo& info : flow::kColumns) out.push_back(info.name);
  for (const flow::ColumnInfo& info : flow::kColumns) {
    if (!info.alias.empty()) out.push_back(info.alias);
  }
  for (const ColumnAlias& alias : kAliases) out.push_back(alias.name);
  return out;
}

}  // namespace

std::span<const NamedNumber> protocols() {
  return kProtocols;
}
std::span<const NamedNumber> services() {
  return kServices;
}
std::span<const ColumnAlias> column_aliases() {
  return kAliases;
}

std::optional<std::uint16_t> find_number(std::span<const NamedNumber> names, std::string_view name) {
  const auto at = std::ranges::find(names, name, &NamedNumber::name);
  if (at == names.end()) return std::nullopt;
  return at->number;
}

std::string_view protocol_name(std::uint64_t number) {
  const auto at = std::ranges::find(kProtocols, number, &NamedNumber::number);
  return at == kProtocols.end() ? std::string_view() : at->name;
}

std::optional<Column> find_column_name(std::string_view name) {
  std::string wanted = lower_case(name);
  std::ranges::replace(wanted, '-', '_');
  if (const auto column = flow::find_column(wanted)) return column;
  const auto at = std::ranges::find(kAliases, wanted, &ColumnAlias::name);
  if (at == kAliases.end()) return std::nullopt;
  return at->column;
}

std::span<const std::string_view> column_names() {
  static const std::vector<std::string_view> kNames = all_column_names();
  return kNames;
}

}  // namespace weir::query
