// What is said of filters that are wrong, and where.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "query/filter.h"
#include "query/nearest.h"

namespace weir::query {
namespace {

struct Wrong {
  std::string_view text;
  std::size_t position;
  std::size_t length;
  std::string_view message;
};

// clang-format off
constexpr auto kWrong = std::to_array<Wrong>({
    {"prot tcp", 0, 4, "unknown word 'prot'; did you mean 'proto'?"},
    {"scr port 80", 0, 3, "unknown word 'scr'; did you mean 'src'?"},
    {"src_adr = 1.2.3.4", 0, 7, "unknown word 'src_adr'; did you mean 'src_addr'?"},
    {"qwertyuiop", 0, 10, "unknown word 'qwertyuiop'"},
    {"port", 4, 0, "expected a comparison (=, !=, <, in [...], is known) or a value, but the filter ends here"},
    {"port 80 90", 8, 2, "expected 'and', 'or' or the end of the filter, not '90'"},
    {"tcp udp", 4, 3, "expected 'and', 'or' or the end of the filter, not 'udp'"},
    {"port 80 and", 11, 0, "expected a test, but the filter ends here"},
    {"tcp and not", 11, 0, "expected a test, but the filter ends here"},
    {"and tcp", 0, 3, "expected a test, not 'and'"},
    {"\"tcp\"", 0, 5, "expected a test, not a quoted text"},
    {"port 99999", 5, 5, "'99999' is too large: at most 65535 is possible"},
    {"port in [80 70000]", 12, 5, "'70000' is too large: at most 65535 is possible"},
    {"tos 256", 4, 3, "'256' is too large: at most 255 is possible"},
    {"port htps", 5, 4, "'htps': expected a port (0 to 65535, a range such as 1024-65535 or a service such as https); did you mean 'https'?"},
    {"proto tpc", 6, 3, "'tpc': expected a protocol (0 to 255 or a name such as tcp); did you mean 'tcp'?"},
    {"as ASX", 3, 3, "'ASX': expected an AS number (15169 or AS15169)"},
    {"src foo 3", 4, 3, "'foo' has no source and destination: after 'src' and 'dst' comes ip, net, port, as, mask, vlan, mac or the like"},
    {"src prot 3", 4, 4, "'prot' has no source and destination: after 'src' and 'dst' comes ip, net, port, as, mask, vlan, mac or the like; did you mean 'port'?"},
    {"src ip 300.1.1.1", 7, 9, "'300.1.1.1' is not an address or network"},
    {"ip 10.1", 3, 4, "'10.1' is not an address or network"},
    {"net 10.0.0.0/33", 4, 11, "'10.0.0.0/33': the prefix length must be a number from 0 to 32"},
    {"net 10/16", 4, 5, "'10/16': the length asks for more octets than the address has; write all four"},
    {"net 10.0.0.0 255.0.255.0", 13, 11, "'255.0.255.0' is not a netmask: its ones must come first"},
    {"net 2001:db8:: 255.0.0.0", 15, 9, "a netmask is for IPv4 networks; write ADDRESS/LENGTH"},
    {"(tcp", 0, 1, "this parenthesis is not closed"},
    {"tcp)", 3, 1, "expected 'and', 'or' or the end of the filter, not ')'"},
    {"(tcp udp)", 5, 3, "expected 'and', 'or' or ')', not 'udp'"},
    {"port in [", 8, 1, "this list is not closed"},
    {"port in [80", 8, 1, "this list is not closed"},
    {"port in []", 8, 1, "this list is empty"},
    {"port in 80", 8, 2, "expected a list such as [1 2 3], not '80'"},
    {"port in [80)", 11, 1, "expected a value or ']', not ')'"},
    {"src or port 80", 7, 4, "expected 'dst', not 'port'"},
    {"in mac 00:11:22:33:44:55", 3, 3, "kept are 'in src mac' and 'out dst mac' (or just 'src mac' and 'dst mac'); otherwise 'in' and 'out' are for 'if'"},
    {"out src mac 00:11:22:33:44:55", 4, 3, "kept are 'in src mac' and 'out dst mac' (or just 'src mac' and 'dst mac'); otherwise 'in' and 'out' are for 'if'"},
    {"dst tos 8", 8, 1, "only the tos with which a flow came in is kept; write 'tos' or 'src tos'"},
    {"mpls label4 1", 5, 6, "expected label1, label2 or label3, not 'label4'"},
    {"ingress 3", 8, 1, "expected 'vrf', not '3'"},
    {"src_name", 8, 0, "expected a name, or ~ and a regular expression, but the filter ends here"},
    {"src_name > a", 9, 1, "expected a name, or ~ and a regular expression, not '>'"},
    {"src_name is unknown", 12, 7, "write 'not (... is known)' for addresses without a name"},
    {"src_name ~ \"(\"", 11, 3, "the regular expression is wrong: missing ): ("},
    {"communities has \"1:2 3:4\"", 16, 9, "'1:2 3:4' cannot be one of several words: it is empty or holds a space"},
    {"out bytes > 3", 4, 5, "a flow has one direction here, the way back is a flow of its own; write 'bytes' or 'packets'"},
    {"flags Q", 6, 1, "'Q': expected TCP flags (letters of FSRPAUEC, or a number)"},
    {"as_path ~ \"(\"", 10, 3, "the regular expression is wrong: missing ): ("},
    {"src_as ~ \"x\"", 9, 3, "src_as is not a text: regular expressions are for texts only"},
    {"src_addr > 10.0.0.1", 9, 1, "src_addr has no order: compare with = and !=, or with in [...]"},
    {"src_as = src_addr", 9, 8, "src_as and src_addr are of different types and cannot be compared"},
    {"src_customer = \"abc", 15, 4, "the text that begins here has no closing quote"},
    {"bytes > -1", 8, 2, "'-1': expected a number from 0 to 18446744073709551615 (k, m, g and t are thousands, millions, ...)"},
    {"bytes > 18446744073709551616", 8, 20, "'18446744073709551616' is too large: at most 18446744073709551615 is possible"},
    {"bytes > 99999999t", 8, 9, "'99999999t': expected a number from 0 to 18446744073709551615 (k, m, g and t are thousands, millions, ...)"},
    {"bytes > 1.5", 8, 3, "'1.5': expected a number from 0 to 18446744073709551615 (k, m, g and t are thousands, millions, ...)"},
    {"src_port > 80-90", 11, 5, "a range can only be compared with = and !="},
    {"port 90-80", 5, 5, "'90-80': the range ends before it begins"},
    {"time > -1h", 7, 3, "'-1h': a filter takes absolute times only; the range of the question takes relative ones"},
    {"time > yesterday", 7, 9, "'yesterday': expected a time such as \"2026-11-23 12:34:56\" (UTC) or epoch seconds or milliseconds"},
    {"time > 999999999999999", 7, 15, "'999999999999999' lies outside the years 1970 to 9999"},
    {"time in [1 2]", 8, 1, "time cannot be listed: compare with < and >"},
    {"bps > nan", 6, 3, "'nan': expected a number, such as 1500, 2.5m or 10g (k, m, g and t are thousands, millions, ...)"},
    {"bps > 1e999", 6, 5, "'1e999': expected a number, such as 1500, 2.5m or 10g (k, m, g and t are thousands, millions, ...)"},
    {"10.0.0.1", 0, 8, "expected a test; write 'ip 10.0.0.1' or 'net 10.0.0.1'"},
    {"vrf is foo", 7, 3, "expected 'known' or 'unknown', not 'foo'"},
    {"mac 00:11", 4, 5, "'00:11' is not a MAC address; expected a MAC address such as 00:1b:54:aa:bb:cc"},
    {"tcp_flags & 3", 13, 0, "expected '=' and the value of these bits, but the filter ends here"},
    {"src_addr & 3 = 3", 11, 1, "src_addr has no bits"},
    {"tcp ; udp", 4, 1, "unexpected character ';'; put texts in quotes"},
    {"tcp | udp", 4, 1, "unexpected '|'; write 'or' or '||'"},
    {"tcp \x01", 4, 1, "unexpected control character; put texts in quotes"},
    {"src_customer = \"a\xff\"", 17, 1, "the filter is not UTF-8 here"},
    {"src_customer = \"\xc0\x80\"", 16, 1, "the filter is not UTF-8 here"},
});
// clang-format on

TEST(FilterError, SaysWhatAndWhere) {
  for (const Wrong& row : kWrong) {
    const auto parsed = parse_filter(row.text);
    ASSERT_FALSE(parsed) << row.text;
    EXPECT_EQ(parsed.error().message, row.message) << row.text;
    EXPECT_EQ(parsed.error().position, row.position) << row.text;
    EXPECT_EQ(parsed.error().length, row.length) << row.text;
  }
}

TEST(FilterError, IsShownWithACaret) {
  const std::string_view text = "src port 80 and\nprot tcp";
  const auto parsed = parse_filter(text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(show_error(text, parsed.error()), "unknown word 'prot'; did you mean 'proto'?\n  prot tcp\n  ^~~~");
}

TEST(FilterError, CaretCountsCharactersNotOctets) {
  const std::string_view text = "src_customer = \"M\xc3\xbcller\" and prot tcp";
  const auto parsed = parse_filter(text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(show_error(text, parsed.error()),
            "unknown word 'prot'; did you mean 'proto'?\n  src_customer = \"M\xc3\xbcller\" and prot tcp\n" +
                std::string(30, ' ') + "^~~~");
}

TEST(FilterError, LongLinesAreCutAroundThePlace) {
  const std::string text = "port in [" + std::string(2000, '1') + "] and prot tcp";
  const FilterError error{text.find("prot "), 4, "unknown word 'prot'"};
  const std::string shown = show_error(text, error);
  EXPECT_NE(shown.find("prot tcp"), std::string::npos);
  EXPECT_LT(shown.size(), 400U);
  const std::size_t caret = shown.rfind('\n');
  const std::size_t line = shown.rfind('\n', caret - 1);
  EXPECT_EQ(shown.find('^') - caret, shown.find("prot tcp") - line);
}

TEST(FilterError, ControlCharactersAreNotPrinted) {
  const std::string_view text = "src_customer = \"\x1b[31m\" prot";
  const auto parsed = parse_filter(text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(show_error(text, parsed.error()).find('\x1b'), std::string::npos);
}

TEST(Nearest, TakesTheFewestEdits) {
  constexpr auto kWords = std::to_array<std::string_view>({"port", "proto", "packets"});
  EXPECT_EQ(nearest("prot", kWords), "proto");
  EXPECT_EQ(nearest("porp", kWords), "port");
  EXPECT_EQ(nearest("packtes", kWords), "packets");
  EXPECT_EQ(nearest("zzz", kWords), "");
  EXPECT_EQ(nearest("", kWords), "");
  EXPECT_EQ(nearest(std::string(5000, 'p'), kWords), "");
}

}  // namespace
}  // namespace weir::query
