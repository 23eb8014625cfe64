#include "query/filter_reference.h"

#include <string_view>

#include "flow/columns.h"
#include "query/lexer.h"
#include "query/names.h"
#include "query/parser.h"
#include "query/words.h"

namespace weir::query {
namespace {

constexpr std::string_view kIntroduction = R"md(# The filter language

A filter says which flows a question is about. It is the same on the command line (`weir query FILTER`), in the API
(`filter=`) and in the reports. Its words are those of nfdump and tcpdump; beside them every column can be asked for by
name. The empty filter matches every flow. Case does not matter in words; `#` starts a comment up to the end of the line.

    src net 103.64.13.0/24 and dst port in [80 443] and proto tcp
    dst as 15169 and not (port 443 or port 80)
    src_customer in ("Acme", "Beta") and as_path ~ "3491 .* 4134"
    bytes > 1M and duration < 5s

A mistake is shown where it is, with the word that was probably meant:

    filter: unknown word 'prot'; did you mean 'proto'?
      src net 10/8 and prot tcp
                       ^~~~
)md";

constexpr std::string_view kGrammar = R"md(
## Grammar

    filter     = [ or ]
    or         = and { ( "or" | "||" ) and }
    and        = not { ( "and" | "&&" ) not }
    not        = { "not" | "!" } ( "(" or ")" | test )
    test       = "any" | "ipv4" | "ipv6" | "AS" N
               | [ side ] WORD condition             a word of the tables below
               | [ "in" | "out" ] "if" condition
               | ( "router" | "next" | "bgpnext" ) [ "ip" ] condition
               | "next" "as" condition | "mpls" "label1" condition | "ingress" "vrf" condition
               | "in" "src" "mac" condition | "out" "dst" "mac" condition
               | side ADDRESS                        src 192.0.2.1
               | "flags" ( LETTERS | condition )
               | PROTOCOL [ [ side ] port ]          tcp, or tcp dst port 80
               | COLUMN condition
    side       = "src" | "dst" | "src" ( "or" | "and" ) "dst" | "dst" ( "or" | "and" ) "src"
    condition  = [ compare ] value | [ "not" ] "in" list | ( "~" | "!~" ) REGEX
               | "is" [ "not" ] ( "known" | "unknown" ) | "&" MASK "=" N | "has" ( value | list )
    compare    = "=" | "==" | "eq" | "!=" | "<>" | "ne" | "<" | "lt" | "<=" | "le" | ">" | "gt" | ">=" | "ge"
    list       = "[" value { [ "," ] value } "]" | "(" value { [ "," ] value } ")"

Without a comparison `=` is meant: `port 80` is `port = 80`. A value is a word or a text in single or double quotes; texts
with spaces or other characters than letters, digits and `_ . : / - + @ %` need the quotes. In quotes, a backslash stands
before a quote or a backslash that is meant itself; other backslashes stay as they are.
)md";

constexpr std::string_view kValues = R"md(
## Values

| value | forms |
|---|---|
| number | `1500`, `0x1f`; `k`, `m`, `g`, `t` in either case are thousands, millions, ... (`1.5M` is 1500000) |
| range of numbers | `1024-65535`, alone or in a list |
| port | a number, a range or a service: see below |
| protocol | a number or a name: see below |
| AS number | `15169` or `AS15169` |
| address | `192.0.2.1`, `2001:db8::1` |
| network | `192.0.2.0/24`, `2001:db8::/32`; host bits are ignored. After `net` also `172.16/12`, `10`, `192.0.2.0 255.255.255.0` |
| MAC address | `00:1b:54:aa:bb:cc`, `00-1b-54-aa-bb-cc` or `001b.54aa.bbcc` |
| TCP flags | letters: `F` FIN, `S` SYN, `R` RST, `P` PSH, `A` ACK, `U` URG, `E` ECE, `C` CWR; `X` for the first six |
| duration | milliseconds, or with `ms`, `s`, `min`, `h`. (`1m` is a million milliseconds, as in nfdump.) |
| time | in UTC: `2026-11-23`, `"2026-11-23 12:34:56"`, `2026-11-23T12:34`; epoch seconds or milliseconds |
| regular expression | RE2 syntax, found anywhere in the text unless `^` and `$` say otherwise |
)md";

constexpr std::string_view kMeaning = R"md(
## What exactly matches

- **Source and destination.** `port 80` matches when the source or the destination port is 80. The opposites `!=`, `not in`
  and `!~` without `src` or `dst` match when neither is: `port != 80` means both ports differ from 80. `src or dst port != 80`
  says "at least one differs".
- **Unknown values.** A flow that has no value for a column matches no comparison of it, not even `!=`; `not` of that
  comparison does match. `vrf is unknown` finds such flows. With the words `as`, `mask`, `if` and `vlan` a 0 also finds the
  unknown, because 0 is what exporters write there when they have nothing; the columns themselves (`src_as = 0`) do not.
- **Counters.** `bytes` and `packets` are the record's own, before multiplying by the sampling rate. `bps`, `pps` and `bpp`
  are whole numbers, rounded down, as nfdump computes them; `bps` and `pps` are multiplied by the sampling rate and are 0 for
  flows without duration.
- **Flags.** `flags SA` matches TCP flows in which all these flags were seen; under `not`, the letters mean "any of":
  `flags S and not flags AFRPU` finds flows with SYN alone, as in nfdump. `flags = 18` compares all flags at once.
- **Words of a text.** `communities has 65535:666` and `as_path has 3491` find flows whose text holds exactly this word among
  those with spaces between; of a list, one of them. `blackhole`, `no-export`, `no-advertise`, `no-peer` and
  `graceful-shutdown` stand for their communities.
- **Names.** `src_name`, `dst_name` and `name` are names of the reverse DNS. They are not stored: a running Weir first asks which
  addresses the rest of the filter leaves, looks their names up, and then filters by address. So the rest of the filter and the
  range must leave few enough addresses (the error says how many), and an address without a name matches no test of its name.
- **Countries** are compared in upper case, other texts exactly as they are.
)md";

constexpr std::string_view kNfdump = R"md(
## Coming from nfdump or tcpdump

Everything that has the same words has the same meaning as in nfdump 1.7, and more is allowed: protocols without `proto`
(`tcp`), ranges, names of services, `!=`, comparisons after every word, columns by name. Not there: `@include`, `ident`,
`count`, `engine-type`, `engine-id`, `sysid`, labels (`%`), payload and latency filters, MPLS by stack position beyond the
columns `mpls_label1..3`, and names of hosts in place of an address. `out bytes` and `out packets` have no meaning here: the way back is a flow
of its own. Of tcpdump there are `src 192.0.2.1`, `tcp dst port 80`, `portrange`, `net ... mask ...`, `ip6`; not
the list `port 80 or 443`, for which `port in [80 443]` stands.
)md";

std::string_view title(Form form) {
  switch (form) {
    case Form::connective:
      return "Joining tests";
    case Form::any:
      return "";
    case Form::direction:
      return "Source, destination, in, out";
    case Form::pair:
      return "Both sides of a flow";
    case Form::network:
    case Form::port_range:
    case Form::interface:
      return "";
    case Form::peer:
      return "Routers";
    case Form::version:
      return "By themselves";
    case Form::flags:
    case Form::icmp:
    case Form::single:
    case Form::name:
    case Form::label:
    case Form::side:
      return "";
  }
  return "";
}

/// Text for a cell of a table: '|' would end it.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string word_names_of(const WordInfo& word) {
  std::string out = "`" + std::string(word.word) + "`";
  std::string_view also = word.also;
  while (!also.empty()) {
    const std::size_t space = std::min(also.find(' '), also.size());
    out += ", `" + cell(also.substr(0, space)) + "`";
    also.remove_prefix(std::min(space + 1, also.size()));
  }
  return out;
}

std::string words_section() {
  std::string out = "\n## Words\n";
  for (const WordInfo& word : words()) {
    const bool starts =
        !title(word.form).empty() && (&word == words().data() || title((&word - 1)->form) != title(word.form));
    // Forms without a title of their own go on in the section before.
    if (starts && out.find("### " + std::string(title(word.form)) + "\n") == std::string::npos) {
      out += "\n### " + std::string(title(word.form)) +
             "\n\n| word | written | matches when | example |\n|---|---|---|---|\n";
    }
    out += "| " + word_names_of(word) + " | `" + cell(word.syntax) + "` | " + cell(word.meaning) + " | `" +
           cell(word.example) + "` |\n";
  }
  return out;
}

std::string columns_section() {
  std::string out =
      "\n## Columns\n\nEvery column can be tested by its name, its short name or nfdump's name: `dst_as = 15169`, "
      "`in_if_name = \"xe-0/0/0\"`,\n"
      "`src_as != dst_as`. What they mean is in [columns.md](columns.md).\n\n| column | also | tests "
      "|\n|---|---|---|\n";
  for (const flow::ColumnInfo& info : flow::kColumns) {
    std::string also(info.alias.empty() ? "" : "`" + std::string(info.alias) + "`");
    for (const ColumnAlias& alias : column_aliases()) {
      if (alias.column == info.column) also += (also.empty() ? "`" : ", `") + std::string(alias.name) + "`";
    }
    std::string_view tests = "= != < <= > >= in &";
    switch (info.type) {
      case flow::ColumnType::ip:
        tests = "= != in (addresses and networks)";
        break;
      case flow::ColumnType::prefix:
        tests = "= != in (exactly this network)";
        break;
      case flow::ColumnType::string:
        tests = "= != in ~ !~ has";
        break;
      case flow::ColumnType::mac:
        tests = "= != in";
        break;
      case flow::ColumnType::time_ms:
      case flow::ColumnType::real:
        tests = "= != < <= > >=";
        break;
      default:
        break;
    }
    out += "| `" + std::string(info.name) + "` | " + also + " | `" + std::string(tests) + "` |\n";
  }
  return out +
         "\nAll columns also take `is known` and `is unknown`, and another column of the same type in place of a "
         "value.\n";
}

std::string numbers_section(std::string_view heading, std::span<const NamedNumber> names) {
  std::string out = "\n## " + std::string(heading) + "\n\n";
  bool first = true;
  for (const NamedNumber& named : names) {
    if (!first) out += ", ";
    first = false;
    out += "`" + std::string(named.name) + "` " + std::to_string(named.number);
  }
  return out + ".\n";
}

std::string limits_section() {
  return "\n## Limits\n\nA filter holds at most " + std::to_string(kMostFilterOctets / 1024) + " KiB, nests at most " +
         std::to_string(kMostDepth) + " parentheses and `not`, and has lists of at most " +
         std::to_string(kMostListed) + " values, of which " + std::to_string(kMostListedRanges) +
         " may be\nranges. A regular expression has at most " + std::to_string(kMostPattern) + " octets.\n";
}

}  // namespace

std::string filter_reference_markdown() {
  std::string out = "<!-- Written by the program from its tables; do not edit. -->\n\n";
  out += kIntroduction;
  out += kGrammar;
  out += words_section();
  out += kValues;
  out += kMeaning;
  out += columns_section();
  out += numbers_section("Protocols", protocols());
  out += numbers_section("Services", services());
  out += limits_section();
  out += kNfdump;
  return out;
}

}  // namespace weir::query
