#include "query/words.h"

#include <array>

namespace weir::query {
namespace {

using flow::Column;
// Words that are not about a column have this one, unused.
constexpr Column kNone = Column::time;
constexpr Zero kValue = Zero::is_a_value;
constexpr Zero kUnknown = Zero::means_unknown;

// clang-format off
constexpr auto kWords = std::to_array<WordInfo>({
  {"and", "&&", Form::connective, kNone, kNone, kValue, "TEST and TEST", "both match; binds more tightly than 'or'",
   "proto tcp and port 80"},
  {"or", "||", Form::connective, kNone, kNone, kValue, "TEST or TEST", "at least one matches", "port 53 or port 853"},
  {"not", "!", Form::connective, kNone, kNone, kValue, "not TEST", "the test does not match; binds most tightly", "not (port 80 or port 443)"},
  {"any", "", Form::any, kNone, kNone, kValue, "any", "always matches, as the empty filter does", "any"},

  {"src", "", Form::direction, kNone, kNone, kValue, "src TEST", "the source only; 'src or dst' and 'src and dst' say either and both", "src port 53"},
  {"dst", "", Form::direction, kNone, kNone, kValue, "dst TEST", "the destination only", "src and dst net 10.0.0.0/8"},
  {"in", "", Form::direction, kNone, kNone, kValue, "in if N", "the incoming interface only", "in if 3"},
  {"out", "", Form::direction, kNone, kNone, kValue, "out if N", "the outgoing interface only", "out if in [3 4]"},

  {"ip", "host", Form::pair, Column::src_addr, Column::dst_addr, kValue, "ip ADDRESS, ip in [LIST]",
   "the address, or one of the addresses and networks of the list", "src ip in [192.0.2.1 198.51.100.0/24 2001:db8::/32]"},
  {"net", "", Form::network, Column::src_addr, Column::dst_addr, kValue, "net NETWORK, net ADDRESS NETMASK, net in [LIST]",
   "an address within the network; host bits are ignored, IPv4 may be cut short", "dst net 172.16/12"},
  {"port", "", Form::pair, Column::src_port, Column::dst_port, kValue, "port [COMPARE] N, port in [LIST]",
   "the port, by number, name or range", "dst port in [80 https 8000-8080]"},
  {"portrange", "", Form::port_range, Column::src_port, Column::dst_port, kValue, "portrange A-B", "a port within the range", "src portrange 1024-65535"},
  {"as", "", Form::pair, Column::src_as, Column::dst_as, kUnknown, "as [COMPARE] N, as in [LIST]",
   "the autonomous system; AS15169 by itself is the same as 'as 15169'", "dst as in [15169 AS13335]"},
  {"prefix", "", Form::pair, Column::src_prefix, Column::dst_prefix, kValue, "prefix NETWORK, prefix in [LIST]",
   "the routed prefix is exactly this one", "dst prefix 103.64.13.0/24"},
  {"mask", "", Form::pair, Column::src_mask, Column::dst_mask, kUnknown, "mask [COMPARE] N", "the length of the routed prefix", "src mask < 16"},
  {"country", "geo", Form::pair, Column::src_country, Column::dst_country, kValue, "country CODE, country in [LIST]",
   "the country of the address, by its ISO code in any case", "dst country in [MY SG]"},
  {"customer", "", Form::pair, Column::src_customer, Column::dst_customer, kValue, "customer NAME, customer in [LIST]",
   "the configured customer", "customer \"Acme Sdn Bhd\""},
  {"region", "", Form::pair, Column::src_region, Column::dst_region, kValue, "region NAME, region in [LIST]", "the region of the configured customer", "dst region HK"},
  {"if", "", Form::interface, Column::in_if, Column::out_if, kUnknown, "if N, if in [LIST]",
   "the interface, by ifIndex; 'in if' and 'out if' for one side", "if 3"},
  {"vlan", "", Form::pair, Column::src_vlan, Column::dst_vlan, kUnknown, "vlan N, vlan in [LIST]", "the VLAN", "src vlan 100"},
  {"mac", "", Form::pair, Column::src_mac, Column::dst_mac, kValue, "mac ADDRESS, mac in [LIST]", "the MAC address; 'in src mac' and 'out dst mac' are 'src mac' and 'dst mac'", "mac 00:1b:54:aa:bb:cc"},
  {"tos", "", Form::single, Column::tos, Column::tos, kValue, "tos [COMPARE] N, src tos N", "the type of service or traffic class with which the flow came in", "tos 184"},
  {"name", "", Form::name, Column::src_addr, Column::dst_addr, kValue, "name ~ REGEX, name = TEXT, name in [LIST]",
   "the address has a name in the reverse DNS that matches, in any case", "src name ~ \"\\.example\\.net$\" and port 443"},
  {"src_name", "", Form::name, Column::src_addr, Column::src_addr, kValue, "src_name ~ REGEX", "the same of the source only", "src_name ~ \"example\" and bytes > 1M"},
  {"dst_name", "", Form::name, Column::dst_addr, Column::dst_addr, kValue, "dst_name ~ REGEX", "the same of the destination only", "dst_name = www.example.net"},
  {"nip", "xip", Form::pair, Column::nat_src_addr, Column::nat_dst_addr, kValue, "nip ADDRESS, nip in [LIST]", "the address behind the translation", "src nip 192.0.2.7"},
  {"nport", "xport", Form::pair, Column::nat_src_port, Column::nat_dst_port, kValue, "nport [COMPARE] N", "the port behind the translation", "src nport 40000-40999"},

  {"router", "", Form::peer, Column::exporter, Column::exporter, kValue, "router ip ADDRESS", "the exporter that sent the flow", "router ip 103.3.172.227"},
  {"next", "", Form::peer, Column::next_hop, Column::next_hop, kValue, "next ip ADDRESS, next as N", "the next router; the neighbour AS of the route to the destination", "next ip in [192.0.2.1 192.0.2.2]"},
  {"bgpnext", "", Form::peer, Column::bgp_next_hop, Column::bgp_next_hop, kValue, "bgpnext ip ADDRESS", "the BGP next hop", "bgpnext ip 192.0.2.1"},

  {"mpls", "", Form::label, Column::mpls_label1, Column::mpls_label3, kValue, "mpls label1 N", "the MPLS label at this place of the stack, 1 to 3 from the top", "mpls label1 1000"},
  {"ingress", "", Form::side, Column::vrf, Column::vrf, kValue, "ingress vrf NAME", "the VRF that the flow came in by", "ingress vrf blue"},

  {"ipv4", "inet", Form::version, Column::ip_version, Column::ip_version, kValue, "ipv4", "IPv4 flows", "ipv4 and proto udp"},
  {"ipv6", "inet6 ip6", Form::version, Column::ip_version, Column::ip_version, kValue, "ipv6", "IPv6 flows", "ipv6"},
  {"flags", "", Form::flags, Column::tcp_flags, Column::tcp_flags, kValue, "flags LETTERS, flags [COMPARE] N",
   "TCP flows that have all of the flags F S R P A U E C; X stands for the first six; 'not flags' means none of them", "flags S and not flags AFRPU"},
  {"icmp-type", "", Form::icmp, Column::icmp_type, Column::icmp_type, kValue, "icmp-type [COMPARE] N", "ICMP or ICMPv6 flows of this type", "icmp-type 8"},
  {"icmp-code", "", Form::icmp, Column::icmp_code, Column::icmp_code, kValue, "icmp-code [COMPARE] N", "ICMP or ICMPv6 flows of this code", "icmp-type 3 and icmp-code 4"},
});
// clang-format on

/// Calls `take` with each space-separated piece.
template <typename Take>
void each_piece(std::string_view list, Take take) {
  while (!list.empty()) {
    const std::size_t space = std::min(list.find(' '), list.size());
    take(list.substr(0, space));
    list.remove_prefix(std::min(space + 1, list.size()));
  }
}

std::vector<std::string_view> all_word_names() {
  std::vector<std::string_view> out;
  for (const WordInfo& info : kWords) {
    out.push_back(info.word);
    each_piece(info.also, [&](std::string_view other) { out.push_back(other); });
  }
  return out;
}

}  // namespace

std::span<const WordInfo> words() {
  return kWords;
}

const WordInfo* find_word(std::string_view lower) {
  for (const WordInfo& info : kWords) {
    bool found = info.word == lower;
    each_piece(info.also, [&](std::string_view other) { found = found || other == lower; });
    if (found) return &info;
  }
  return nullptr;
}

std::span<const std::string_view> word_names() {
  static const std::vector<std::string_view> kNames = all_word_names();
  return kNames;
}

}  // namespace weir::query
