// What filters mean: text -> canonical form. And for every form: the canonical text gives the same tree again.
#include "query/filter.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "query/expression_text.h"
#include "query/parser.h"
#include "query/words.h"

namespace weir::query {
namespace {

struct Meaning {
  std::string_view text;
  std::string_view canonical;
};

// clang-format off
constexpr auto kMeanings = std::to_array<Meaning>({
    {"", "any"},
    {"any", "any"},
    {"src net 103.64.13.0/24 and dst port in [80 443] and proto tcp", "src_addr in [103.64.13.0/24] and dst_port in [80 443] and proto = 6"},
    {"tcp or udp and port 80", "proto = 6 or (proto = 17 and (src_port = 80 or dst_port = 80))"},
    {"not (tcp or udp)", "not (proto = 6 or proto = 17)"},
    {"! tcp && udp || icmp", "(not proto = 6 and proto = 17) or proto = 1"},
    {"ip 1.2.3.4", "src_addr in [1.2.3.4] or dst_addr in [1.2.3.4]"},
    {"src ip 10.0.0.1", "src_addr in [10.0.0.1]"},
    {"src or dst ip 10.0.0.1", "src_addr in [10.0.0.1] or dst_addr in [10.0.0.1]"},
    {"dst and src net 172.16/12", "src_addr in [172.16.0.0/12] and dst_addr in [172.16.0.0/12]"},
    {"net 10", "src_addr in [10.0.0.0/8] or dst_addr in [10.0.0.0/8]"},
    {"net 172.16", "src_addr in [172.16.0.0/16] or dst_addr in [172.16.0.0/16]"},
    {"net 10.1.2.3/8", "src_addr in [10.0.0.0/8] or dst_addr in [10.0.0.0/8]"},
    {"net 10.0.0.0 255.0.0.0", "src_addr in [10.0.0.0/8] or dst_addr in [10.0.0.0/8]"},
    {"net 10.0.0.0/255.255.0.0", "src_addr in [10.0.0.0/16] or dst_addr in [10.0.0.0/16]"},
    {"net 10.0.0.0 mask 255.255.0.0", "src_addr in [10.0.0.0/16] or dst_addr in [10.0.0.0/16]"},
    {"net 2001:db8/32", "src_addr in [2001:db8::/32] or dst_addr in [2001:db8::/32]"},
    {"net ::/0", "src_addr in [::/0] or dst_addr in [::/0]"},
    {"ip in [1.2.3.4, 10.0.0.0/8 2001:db8::1]", "src_addr in [1.2.3.4 10.0.0.0/8 2001:db8::1] or dst_addr in [1.2.3.4 10.0.0.0/8 2001:db8::1]"},
    {"ip not in [1.2.3.4]", "src_addr is known and not src_addr in [1.2.3.4] and dst_addr is known and not dst_addr in [1.2.3.4]"},
    {"port 80", "src_port = 80 or dst_port = 80"},
    {"port > 1024", "src_port > 1024 or dst_port > 1024"},
    {"port in [80 443 1024-65535]", "src_port in [80 443 1024-65535] or dst_port in [80 443 1024-65535]"},
    {"port in (http,https)", "src_port in [80 443] or dst_port in [80 443]"},
    {"port != 80", "src_port != 80 and dst_port != 80"},
    {"src or dst port != 80", "src_port != 80 or dst_port != 80"},
    {"portrange 20-30", "src_port in [20-30] or dst_port in [20-30]"},
    {"port 20-30", "src_port in [20-30] or dst_port in [20-30]"},
    {"port https", "src_port = 443 or dst_port = 443"},
    {"as 15169", "src_as = 15169 or dst_as = 15169"},
    {"AS15169", "src_as = 15169 or dst_as = 15169"},
    {"as in [AS1 2 3]", "src_as in [1 2 3] or dst_as in [1 2 3]"},
    {"as 0", "src_as = 0 or not src_as is known or dst_as = 0 or not dst_as is known"},
    {"not as 0", "not (src_as = 0 or not src_as is known or dst_as = 0 or not dst_as is known)"},
    {"dst as != 3", "dst_as != 3"},
    {"mask 24", "src_mask = 24 or dst_mask = 24"},
    {"if 3", "in_if = 3 or out_if = 3"},
    {"in if 3", "in_if = 3"},
    {"out if in [3 4]", "out_if in [3 4]"},
    {"in = 3", "in_if = 3"},
    {"out in [1 2]", "out_if in [1 2]"},
    {"vlan 0", "src_vlan = 0 or not src_vlan is known or dst_vlan = 0 or not dst_vlan is known"},
    {"mac 00:1B:54:aa:bb:cc", "src_mac = 00:1b:54:aa:bb:cc or dst_mac = 00:1b:54:aa:bb:cc"},
    {"src mac 001b.54aa.bbcc", "src_mac = 00:1b:54:aa:bb:cc"},
    {"proto tcp", "proto = 6"},
    {"proto 6", "proto = 6"},
    {"proto in [tcp udp 50]", "proto in [6 17 50]"},
    {"proto != tcp", "proto != 6"},
    {"icmp6", "proto = 58"},
    {"flags S", "proto = 6 and tcp_flags & 2 = 2"},
    {"flags SA", "proto = 6 and tcp_flags & 18 = 18"},
    {"flags S and not flags AFRPU", "proto = 6 and tcp_flags & 2 = 2 and not (proto = 6 and (tcp_flags & 1 = 1 or tcp_flags & 4 = 4 or tcp_flags & 8 = 8 or tcp_flags & 16 = 16 or tcp_flags & 32 = 32))"},
    {"not (flags S or not flags A)", "not ((proto = 6 and tcp_flags & 2 = 2) or not (proto = 6 and tcp_flags & 16 = 16))"},
    {"flags = 18", "proto = 6 and tcp_flags = 18"},
    {"flags > 2", "proto = 6 and tcp_flags > 2"},
    {"flags X", "proto = 6 and tcp_flags & 63 = 63"},
    {"next ip 1.2.3.4", "next_hop in [1.2.3.4]"},
    {"bgpnext ip in [1.2.3.4]", "bgp_next_hop in [1.2.3.4]"},
    {"router ip 1.2.3.4", "exporter in [1.2.3.4]"},
    {"router 1.2.3.4", "exporter in [1.2.3.4]"},
    {"exporter 1.2.3.4", "exporter in [1.2.3.4]"},
    {"bytes > 1M", "bytes > 1000000"},
    {"bytes>1.5k", "bytes > 1500"},
    {"bytes 100", "bytes = 100"},
    {"in bytes > 3", "bytes > 3"},
    {"duration > 1000", "duration > 1000"},
    {"duration >= 5s", "duration >= 5000"},
    {"duration > 1m", "duration > 1000000"},
    {"bps > 1m", "bps > 1000000"},
    {"bps > 2.5g", "bps > 2500000000"},
    {"bpp < 100", "bpp < 100"},
    {"icmp-type 8", "proto in [1 58] and icmp_type = 8"},
    {"icmp-code = 3", "proto in [1 58] and icmp_code = 3"},
    {"ipv4", "ip_version = 4"},
    {"inet6", "ip_version = 6"},
    {"dst_as = 15169", "dst_as = 15169"},
    {"srcip = 10.0.0.0/8", "src_addr in [10.0.0.0/8]"},
    {"src_addr in [10.0.0.0/8 ::1]", "src_addr in [10.0.0.0/8 ::1]"},
    {"src_addr != 10.0.0.1", "src_addr is known and not src_addr in [10.0.0.1]"},
    {"src_customer in (\"Acme\", \"Beta\")", "src_customer in [\"Acme\" \"Beta\"]"},
    {"src_customer = Acme", "src_customer in [\"Acme\"]"},
    {"src_customer != \"Ac\\\"me \\\\ x\"", "src_customer is known and not src_customer in [\"Ac\\\"me \\\\ x\"]"},
    {"customer \"Acme\"", "src_customer in [\"Acme\"] or dst_customer in [\"Acme\"]"},
    {"in_if_name = \"xe-0/0/0\"", "in_if_name in [\"xe-0/0/0\"]"},
    {"in_if_name = xe-0/0/0", "in_if_name in [\"xe-0/0/0\"]"},
    {"as_path ~ \"3491 .* 4134\"", "as_path ~ \"3491 .* 4134\""},
    {"as_path !~ \"\\d+\"", "as_path is known and not as_path ~ \"\\\\d+\""},
    {"src_as != dst_as", "src_as != dst_as"},
    {"src_port = dst_port", "src_port = dst_port"},
    {"vrf is known", "vrf is known"},
    {"vrf is unknown", "not vrf is known"},
    {"vrf is not known", "not vrf is known"},
    {"country MY", "src_country in [\"MY\"] or dst_country in [\"MY\"]"},
    {"country IN", "src_country in [\"IN\"] or dst_country in [\"IN\"]"},
    {"country in [LT IN my]", "src_country in [\"LT\" \"IN\" \"MY\"] or dst_country in [\"LT\" \"IN\" \"MY\"]"},
    {"src_country LT", "src_country in [\"LT\"]"},
    {"direction = in", "direction in [\"in\"]"},
    {"src_prefix = 10.0.0.0/8", "src_addr in [10.0.0.0/8] and src_mask = 8"},
    {"prefix in [10.0.0.0/8 11.0.0.0/8]", "(src_addr in [10.0.0.0/8] and src_mask = 8) or (src_addr in [11.0.0.0/8] and src_mask = 8) or (dst_addr in [10.0.0.0/8] and dst_mask = 8) or (dst_addr in [11.0.0.0/8] and dst_mask = 8)"},
    {"src_prefix != dst_prefix", "src_prefix != dst_prefix"},
    {"src prefix is known", "src_addr is known and src_mask is known"},
    {"tcp_flags & 18 = 2", "tcp_flags & 18 = 2"},
    {"tcp_flags = SA", "tcp_flags = 18"},
    {"time >= \"2026-11-23 12:00\"", "time >= \"2026-11-23T12:00:00.000Z\""},
    {"time > 2026-11-23", "time > \"2026-11-23T00:00:00.000Z\""},
    {"time > 5", "time > \"1970-01-01T00:00:05.000Z\""},
    {"tcp port 80", "proto = 6 and (src_port = 80 or dst_port = 80)"},
    {"udp dst port 53", "proto = 17 and dst_port = 53"},
    {"tcp src or dst port 80", "proto = 6 and (src_port = 80 or dst_port = 80)"},
    {"src 10.0.0.1", "src_addr in [10.0.0.1]"},
    {"dst 10.0.0.0/8", "dst_addr in [10.0.0.0/8]"},
    {"src port 53 and not dst net 10/8 # comment", "src_port = 53 and not dst_addr in [10.0.0.0/8]"},
    {"TCP AND NOT PORT 80", "proto = 6 and not (src_port = 80 or dst_port = 80)"},
    {"vlan in [1-100 200]", "src_vlan in [1-100 200] or dst_vlan in [1-100 200]"},
    {"nip 1.2.3.4", "nat_src_addr in [1.2.3.4] or nat_dst_addr in [1.2.3.4]"},
    {"src_mac in [00:00:00:00:00:01 aa-bb-cc-dd-ee-ff]", "src_mac in [00:00:00:00:00:01 aa:bb:cc:dd:ee:ff]"},
    {"(((tcp)))", "proto = 6"},
    {"tcp and (udp and icmp)", "proto = 6 and proto = 17 and proto = 1"},
    {"not not tcp", "not not proto = 6"},
    {"bps > 1e6", "bps > 1000000"},
    {"src_country in (my, \"SG\")", "src_country in [\"MY\" \"SG\"]"},
    {"dst region HK", "dst_region in [\"HK\"]"},
    {"host 10.0.0.1 || host 10.0.0.2", "src_addr in [10.0.0.1] or dst_addr in [10.0.0.1] or src_addr in [10.0.0.2] or dst_addr in [10.0.0.2]"},
    {"dst portrange 1-1023", "dst_port in [1-1023]"},
    {"tcp_flags ne 0", "tcp_flags != 0"},
    {"bytes ge 1g and bytes lt 2t", "bytes >= 1000000000 and bytes < 2000000000000"},
    {"port eq 53", "src_port = 53 or dst_port = 53"},
    {"port in[80,443]", "src_port in [80 443] or dst_port in [80 443]"},
    {"\ttcp\n and # the rest\n udp", "proto = 6 and proto = 17"},
    {"src_as = 0x10", "src_as = 16"},
    {"icmp and not icmp-type in [0 8]", "proto = 1 and not (proto in [1 58] and icmp_type in [0 8])"},
    {"src_mac = dst_mac", "src_mac = dst_mac"},
    {"flow_end != time", "flow_end != time"},
    {"application ~ \"^http(s)?$\"", "application ~ \"^http(s)?$\""},
    {"src net in [10/8 172.16/12]", "src_addr in [10.0.0.0/8 172.16.0.0/12]"},
    {"ip in (10.0.0.0/8,192.168.0.0/16)", "src_addr in [10.0.0.0/8 192.168.0.0/16] or dst_addr in [10.0.0.0/8 192.168.0.0/16]"},
    {"proto gre", "proto = 47"},
    {"esp or ah", "proto = 50 or proto = 51"},
    {"time lt 1763856000000", "time < \"2025-11-23T00:00:00.000Z\""},
    {"sampling_rate is unknown", "not sampling_rate is known"},
    {"in_if_name = out_if_name", "in_if_name = out_if_name"},
    {"pps <= 0.5", "pps <= 0.5"},
    {"sa = 10.0.0.1 and dp = 80", "src_addr in [10.0.0.1] and dst_port = 80"},
    {"bgpnexthop 10.0.0.1", "bgp_next_hop in [10.0.0.1]"},
    {"not any", "not any"},
    {"tos 184", "tos = 184"},
    {"src tos in [8 16]", "tos in [8 16]"},
    {"in src mac 001b.54aa.bbcc", "src_mac = 00:1b:54:aa:bb:cc"},
    {"out dst mac 001b.54aa.bbcc", "dst_mac = 00:1b:54:aa:bb:cc"},
    {"next as 3491", "first_as = 3491"},
    {"mpls label2 > 15", "mpls_label2 > 15"},
    {"ingress vrf blue", "vrf in [\"blue\"]"},
    {"communities has 65535:666", "communities ~ \"(^| )(65535\\\\:666)( |$)\""},
    {"communities has [1:2 3:4]", "communities ~ \"(^| )(1\\\\:2|3\\\\:4)( |$)\""},
    {"as_path has 3491 and tcp", "as_path ~ \"(^| )(3491)( |$)\" and proto = 6"},
    {"communities has", "communities in [\"has\"]"},
    {"src_name ~ \"example\"", "src_name ~ \"example\""},
    {"dst_name = www.example.net", "dst_name in [\"www.example.net\"]"},
    {"name ~ x", "src_name ~ \"x\" or dst_name ~ \"x\""},
    {"dst name !~ x", "dst_name is known and not dst_name ~ \"x\""},
    {"src_name not in [a b]", "src_name is known and not src_name in [\"a\" \"b\"]"},
    {"src_name != a", "src_name is known and not src_name in [\"a\"]"},
});
// clang-format on

TEST(Filter, MeansWhatTheTableSays) {
  for (const Meaning& row : kMeanings) {
    const auto parsed = parse_filter(row.text);
    ASSERT_TRUE(parsed) << show_error(row.text, parsed.error());
    EXPECT_EQ(to_string(**parsed), row.canonical) << row.text;
  }
}

TEST(Filter, CanonicalTextGivesTheSameTree) {
  for (const Meaning& row : kMeanings) {
    const auto parsed = parse_filter(row.text);
    const auto again = parse_filter(row.canonical);
    ASSERT_TRUE(parsed && again) << row.canonical;
    EXPECT_TRUE(same(**parsed, **again)) << row.text;
  }
}

TEST(Filter, SameTellsTreesApart) {
  for (const Meaning& a : kMeanings) {
    for (const Meaning& b : kMeanings) {
      const auto left = parse_filter(a.text);
      const auto right = parse_filter(b.text);
      ASSERT_TRUE(left && right);
      EXPECT_EQ(same(**left, **right), a.canonical == b.canonical) << a.text << " | " << b.text;
    }
  }
}

TEST(Filter, EveryExampleOfTheWordTableParses) {
  for (const WordInfo& word : words()) {
    const auto parsed = parse_filter(word.example);
    EXPECT_TRUE(parsed) << show_error(word.example, parsed.error());
    EXPECT_NE(word.example.find(word.word), std::string_view::npos) << word.word << " is not in its own example";
  }
}

TEST(Filter, EveryWordOfTheTableIsFoundInAnyCase) {
  for (const std::string_view name : word_names()) EXPECT_NE(find_word(name), nullptr) << name;
  EXPECT_EQ(find_word("prot"), nullptr);
  EXPECT_TRUE(parse_filter("SRC PORT 80 OR NOT Host 10.0.0.1"));
}

TEST(Filter, AndBindsMoreTightlyThanOr) {
  const auto parsed = parse_filter("tcp or udp and icmp or gre");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(to_string(**parsed), "proto = 6 or (proto = 17 and proto = 1) or proto = 47");
}

TEST(Filter, TextsMayHoldAnyCharacter) {
  const std::string text("src_customer = 'a\0b\n\"\xc3\xbc'", 24);
  const auto parsed = parse_filter(text);
  ASSERT_TRUE(parsed) << show_error(text, parsed.error());
  const auto& list = std::get<TextInList>((*parsed)->node);
  EXPECT_EQ(list.texts.at(0), std::string("a\0b\n\"\xc3\xbc", 7));
  const auto again = parse_filter(to_string(**parsed));
  ASSERT_TRUE(again);
  EXPECT_TRUE(same(**parsed, **again));
}

TEST(Filter, NestsToTheLimitAndNotBeyond) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '(') + "any" + std::string(depth, ')'); };
  EXPECT_TRUE(parse_filter(nested(kMostDepth)));
  const auto deeper = parse_filter(nested(kMostDepth + 1));
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().position, kMostDepth);
  std::string nots;
  for (std::size_t i = 0; i <= kMostDepth; ++i) nots += "not ";
  EXPECT_FALSE(parse_filter(nots + "any"));
}

TEST(Filter, CanonicalTextNestsNoDeeperThanAllowed) {
  // Each level needs a second pair of parentheses in canonical form.
  const auto mixed = [](std::size_t depth) {
    std::string open;
    for (std::size_t i = 0; i < depth; ++i) open += "tcp or udp and (";
    return open + "tcp or udp" + std::string(depth, ')');
  };
  const auto parsed = parse_filter(mixed(kMostDepth / 2));
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parse_filter(to_string(**parsed)));
  const auto deeper = parse_filter(mixed(kMostDepth / 2 + 1));
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().length, mixed(kMostDepth / 2 + 1).size());
}

TEST(Filter, ListsGoToTheLimitAndNotBeyond) {
  std::string list = "port in [";
  for (std::size_t i = 0; i < kMostListed; ++i) list += "1 ";
  EXPECT_TRUE(parse_filter(list + "]"));
  const auto longer = parse_filter(list + "1 ]");
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().position, list.size());
}

TEST(Filter, RangesInAListGoToTheLimitAndNotBeyond) {
  std::string list = "port in [";
  for (std::size_t i = 0; i < kMostListedRanges; ++i) list += "1-2 ";
  EXPECT_TRUE(parse_filter(list + "5 6]"));
  EXPECT_FALSE(parse_filter(list + "3-4]"));
}

TEST(Filter, LongTextsAreRefused) {
  const std::string longest = "any #" + std::string(kMostFilterOctets - 5, 'x');
  EXPECT_TRUE(parse_filter(longest));
  EXPECT_FALSE(parse_filter(longest + "x"));
}

TEST(Filter, LongPatternsAreRefused) {
  EXPECT_TRUE(parse_filter("as_path ~ '" + std::string(kMostPattern, 'x') + "'"));
  EXPECT_FALSE(parse_filter("as_path ~ '" + std::string(kMostPattern + 1, 'x') + "'"));
}

}  // namespace
}  // namespace weir::query
