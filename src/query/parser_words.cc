#include <algorithm>
#include <array>

#include "query/filter_values.h"
#include "query/names.h"
#include "query/nearest.h"
#include "query/parser.h"

namespace weir::query {
namespace {

using flow::Column;

constexpr std::uint64_t kTcp = 6;
constexpr std::uint64_t kIcmp = 1;
constexpr std::uint64_t kIcmp6 = 58;

ExpressionPtr protocol_is(std::uint64_t number) {
  return make({NumberTest{Column::proto, Compare::equal, 0, number}});
}

bool takes_direction(const WordInfo& word) {
  return word.form == Form::pair || word.form == Form::network || word.form == Form::port_range ||
         word.form == Form::single || (word.form == Form::name && word.first != word.second);
}

}  // namespace

Parsed Parser::word_test() {
  const Token& token = now();
  if (const WordInfo* word = find_word(token.lower)) return known_word(*word);
  if (const auto column = find_column_name(token.lower)) {
    take();
    return column_test(*column);
  }
  if (const auto number = find_number(protocols(), token.lower)) {
    take();
    return protocol_test(*number);
  }
  const auto as_number =
      token.lower.starts_with("as") ? parse_numbers(Column::src_as, token.lower) : std::unexpected("");
  if (as_number) {
    take();
    Test test;
    test.ranges = {*as_number};
    return build_pair(*find_word("as"), Side::unsaid, test);
  }
  return unknown_word();
}

Parsed Parser::known_word(const WordInfo& word) {
  switch (word.form) {
    case Form::connective:
      return expected("a test");
    case Form::direction:
      return direction_test();
    case Form::any:
      take();
      return make({Anything{}});
    case Form::pair:
    case Form::network:
    case Form::port_range:
      take();
      return pair_test(word, Side::unsaid);
    case Form::interface:
      take();
      return interface_test(word, Side::unsaid);
    case Form::peer:
      take();
      return peer_test(word);
    case Form::version:
      take();
      return make(
          {NumberTest{word.first, Compare::equal, 0, word.word == "ipv4" ? std::uint64_t{4} : std::uint64_t{6}}});
    case Form::flags:
      take();
      return flags_test();
    case Form::icmp:
      take();
      return icmp_test(word);
    case Form::single:
      take();
      return column_test(word.first);
    case Form::label:
      take();
      return label_test();
    case Form::side:
      take();
      expect_words({"vrf"});
      if (!take_word("vrf")) return expected("'vrf'");
      return column_test(word.first);
    case Form::name:
      take();
      return name_test(word, word.first == word.second ? Side::source : Side::unsaid);
  }
  return unknown_word();
}

Parsed Parser::direction_test() {
  const bool interface_side = at_word("in") || at_word("out");
  if (interface_side) {
    // 'in' and 'out' are also the short names of the interface columns.
    const Token& next = ahead(1);
    const bool counter = next.lower == "bytes" || next.lower == "packets";
    if (wanted_ != nullptr && next.kind == TokenKind::end)
      wanted_->words = {"if", at_word("in") ? "src mac" : "dst mac"};
    if (next.lower != "if" && next.lower != "mac" && next.lower != "src" && next.lower != "dst" && !counter) {
      const auto column = find_column_name(now().lower);
      take();
      return column_test(*column);
    }
    const Side side = at_word("in") ? Side::source : Side::destination;
    take();
    if (at_word("if")) {
      take();
      return interface_test(*find_word("if"), side);
    }
    // nfdump counts both ways in one record; here the way back is a flow of its own.
    if (counter && side == Side::source) return word_test();
    if (counter)
      return fail_at(now(),
                     "a flow has one direction here, the way back is a flow of its own; write 'bytes' or 'packets'");
    return mac_of_interface();
  }
  const auto side = direction();
  if (!side) return std::unexpected(side.error());
  at_end([](Expectation& wanted) {
    wanted.sided = true;
    wanted.value = Column::src_addr;
  });
  const WordInfo* word = now().kind == TokenKind::word ? find_word(now().lower) : nullptr;
  if (word != nullptr && takes_direction(*word)) {
    take();
    if (word->form == Form::single) return single_test(*word, *side);
    return word->form == Form::name ? name_test(*word, *side) : pair_test(*word, *side);
  }
  if (now().kind == TokenKind::word && word == nullptr) return address_without_word(*side);
  return expected("ip, net, port, as, mask, vlan, mac or another word that has a source and a destination");
}

/// src, dst, 'src or dst', 'dst and src', ...
std::expected<Side, FilterError> Parser::direction() {
  const bool source = at_word("src");
  take();
  if (source) {
    expect_words({"or dst", "and dst"});
  } else {
    expect_words({"or src", "and src"});
  }
  const bool or_next = at_word("or") || at_symbol("||");
  const bool and_next = at_word("and") || at_symbol("&&");
  if (!or_next && !and_next) return source ? Side::source : Side::destination;
  take();
  expect_words({source ? "dst" : "src"});
  if (!take_word(source ? "dst" : "src")) return expected(source ? "'dst'" : "'src'");
  return or_next ? Side::either : Side::both;
}

Parsed Parser::pair_test(const WordInfo& word, Side side) {
  if (word.form == Form::port_range) {
    const Token& token = now();
    if (token.kind != TokenKind::word) return expected("a range of ports such as 1024-65535");
    const auto range = parse_numbers(word.first, token.text);
    if (!range) return fail_at(token, range.error());
    take();
    Test test;
    test.ranges = {*range};
    return build_pair(word, side, test);
  }
  auto test = test_of(word.first, false, word.form == Form::network);
  if (wanted_ != nullptr && side == Side::destination) {
    if (wanted_->value == word.first) wanted_->value = word.second;
    if (wanted_->compare == word.first) wanted_->compare = word.second;
  }
  if (!test) return std::unexpected(std::move(test.error()));
  const bool lone_network =
      word.form == Form::network && test->kind == Test::Kind::compare && now().kind == TokenKind::word;
  // 'net 10.0.0.0 255.0.0.0', or tcpdump's 'net 10.0.0.0 mask 255.0.0.0'.
  const bool mask_word = lone_network && at_word("mask") && ahead(1).text.find('.') != std::string::npos;
  if (lone_network && (mask_word || now().text.find('.') != std::string::npos)) {
    if (mask_word) take();
    const auto length = parse_netmask(now().text);
    if (!length) return fail_at(now(), length.error());
    if (!test->networks.front().address.is_v4())
      return fail_at(now(), "a netmask is for IPv4 networks; write ADDRESS/LENGTH");
    test->networks.front() = Prefix::of(test->networks.front().address, *length);
    take();
  }
  return build_pair(word, side, *test);
}

/// tcpdump's 'src 192.0.2.1' and 'dst 10.0.0.0/8'.
Parsed Parser::address_without_word(Side side) {
  const Token& token = now();
  const auto network = parse_network(token.text, false);
  if (!network) {
    std::vector<std::string_view> names;
    for (const WordInfo& word : words()) {
      if (takes_direction(word)) names.push_back(word.word);
    }
    return fail_at(token, "'" + token.text +
                              "' has no source and destination: after 'src' and 'dst' comes ip, net, port, as, mask, "
                              "vlan, mac or the like" +
                              suggestion(token.lower, names));
  }
  take();
  Test test;
  test.networks = {*network};
  return build_pair(*find_word("ip"), side, test);
}

Parsed Parser::interface_test(const WordInfo& word, Side side) {
  auto test = test_of(word.first, false, false);
  if (!test) return std::unexpected(std::move(test.error()));
  return build_pair(word, side, *test);
}

/// nfdump's 'in src mac' and 'out dst mac': the addresses on the wire where the flow came in and went out. The other two
/// are not kept. The word before is taken.
Parsed Parser::mac_of_interface() {
  const bool came_in = ahead(0).position > 0 && tokens_[at_ - 1].lower == "in";
  const bool is_kept = came_in ? at_word("src") : at_word("dst");
  if (!is_kept || ahead(1).lower != "mac") {
    return fail_at(now(), "kept are 'in src mac' and 'out dst mac' (or just 'src mac' and 'dst mac'); otherwise 'in' and "
                          "'out' are for 'if'");
  }
  take();
  take();
  return pair_test(*find_word("mac"), came_in ? Side::source : Side::destination);
}

/// 'src tos': what the exporter saw where the flow came in is all that is kept.
Parsed Parser::single_test(const WordInfo& word, Side side) {
  if (side == Side::source) return column_test(word.first);
  return fail_at(ahead(0), "only the " + std::string(word.word) + " with which a flow came in is kept; write '" +
                               std::string(word.word) + "' or 'src " + std::string(word.word) + "'");
}

/// 'mpls label1 1000'.
Parsed Parser::label_test() {
  constexpr std::array kLabels = {Column::mpls_label1, Column::mpls_label2, Column::mpls_label3};
  expect_words({"label1", "label2", "label3"});
  for (std::size_t i = 0; i < kLabels.size(); ++i) {
    if (take_word("label" + std::to_string(i + 1))) return column_test(kLabels[i]);
  }
  return expected("label1, label2 or label3");
}

Parsed Parser::name_test(const WordInfo& word, Side side) {
  auto test = name_condition();
  if (!test) return std::unexpected(std::move(test.error()));
  return build_pair(word, side, *test);
}

Parsed Parser::peer_test(const WordInfo& word) {
  if (word.first == Column::next_hop) expect_words({"as"});
  expect_words({"ip"});
  // nfdump's 'next as'.
  if (word.first == Column::next_hop && take_word("as")) return column_test(Column::first_as);
  if (!take_word("ip")) (void)take_word("host");
  auto test = test_of(word.first, false, false);
  if (!test) return std::unexpected(std::move(test.error()));
  return build(word.first, *test, word.zero);
}

Parsed Parser::flags_test() {
  // No word of a comparison is made of these letters alone.
  const auto bits = now().kind == TokenKind::word ? parse_flags(now().text) : std::unexpected("");
  if (!bits) {
    auto test = test_of(Column::tcp_flags, false, false);
    if (!test) return std::unexpected(std::move(test.error()));
    return make_and({protocol_is(kTcp), build(Column::tcp_flags, *test, Zero::is_a_value)});
  }
  take();
  if (!negated_) return make_and({protocol_is(kTcp), make({BitTest{Column::tcp_flags, *bits, *bits}})});
  std::vector<ExpressionPtr> any;
  for (std::uint64_t bit = 1; bit <= *bits; bit <<= 1U) {
    if ((*bits & bit) != 0) any.push_back(make({BitTest{Column::tcp_flags, bit, bit}}));
  }
  return make_and({protocol_is(kTcp), make_or(std::move(any))});
}

Parsed Parser::icmp_test(const WordInfo& word) {
  auto test = test_of(word.first, false, false);
  if (!test) return std::unexpected(std::move(test.error()));
  return make_and(
      {make({NumberInRanges{Column::proto, {{kIcmp, kIcmp}, {kIcmp6, kIcmp6}}}}), build(word.first, *test, word.zero)});
}

/// 'tcp', and tcpdump's 'tcp dst port 80'.
Parsed Parser::protocol_test(std::uint16_t number) {
  expect_words({"port", "portrange", "src", "dst"});
  const WordInfo* word = now().kind == TokenKind::word ? find_word(now().lower) : nullptr;
  const bool more = word != nullptr &&
                    (word->word == "port" || word->word == "portrange" || word->word == "src" || word->word == "dst");
  if (!more) return protocol_is(number);
  Parsed rest = word_test();
  if (!rest) return rest;
  return make_and({protocol_is(number), *std::move(rest)});
}

Parsed Parser::column_test(Column column) {
  auto test = test_of(column, true, false);
  if (!test) return std::unexpected(std::move(test.error()));
  return build(column, *test, Zero::is_a_value);
}

Parsed Parser::unknown_word() const {
  std::vector<std::string_view> candidates(word_names().begin(), word_names().end());
  candidates.insert(candidates.end(), column_names().begin(), column_names().end());
  for (const NamedNumber& protocol : protocols()) candidates.push_back(protocol.name);
  const Token& token = now();
  if (const auto network = parse_network(token.text, false))
    return fail_at(token, "expected a test; write 'ip " + token.text + "' or 'net " + token.text + "'");
  return fail_at(token, "unknown word '" + token.text + "'" + suggestion(token.lower, candidates));
}

}  // namespace weir::query
