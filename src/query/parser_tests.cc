#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "query/filter_values.h"
#include "query/lexer.h"
#include "query/names.h"
#include "query/parser.h"

namespace weir::query {
namespace {

using flow::Column;
using flow::ColumnType;

ColumnType type_of(Column column) {
  return flow::info(column).type;
}

bool is_whole_number(ColumnType type) {
  return type == ColumnType::u8 || type == ColumnType::u16 || type == ColumnType::u32 || type == ColumnType::u64;
}

bool comparable(Column left, Column right) {
  return type_of(left) == type_of(right) || (is_whole_number(type_of(left)) && is_whole_number(type_of(right)));
}

/// Addresses, prefixes, names and MACs have no useful order.
bool has_order(Column column) {
  return is_whole_number(type_of(column)) || type_of(column) == ColumnType::time_ms ||
         type_of(column) == ColumnType::real;
}

/// Communities are stored as numbers; these have names (RFC 1997, 7999, 8326).
std::string community_number(const std::string& text) {
  constexpr auto kNamed = std::to_array<std::pair<std::string_view, std::string_view>>({{"no-export", "65535:65281"},
                                                                                        {"no-advertise", "65535:65282"},
                                                                                        {"no-peer", "65535:65284"},
                                                                                        {"graceful-shutdown", "65535:0"},
                                                                                        {"blackhole", "65535:666"}});
  for (const auto& [name, number] : kNamed) {
    if (lower_case(text) == name) return std::string(number);
  }
  return text;
}

/// Country codes are stored in upper case.
std::string upper_case(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace

std::optional<Compare> Parser::take_compare(bool words) {
  struct Spelled {
    std::string_view symbol;
    std::string_view word;
    Compare compare;
  };
  constexpr auto kSpelled = std::to_array<Spelled>({{"=", "eq", Compare::equal},
                                                    {"!=", "ne", Compare::not_equal},
                                                    {"<", "lt", Compare::less},
                                                    {"<=", "le", Compare::less_equal},
                                                    {">", "gt", Compare::greater},
                                                    {">=", "ge", Compare::greater_equal}});
  for (const Spelled& spelled : kSpelled) {
    if (take_symbol(spelled.symbol) || (words && take_word(spelled.word))) return spelled.compare;
  }
  return std::nullopt;
}

std::expected<Test, FilterError> Parser::test_of(Column column, bool columns_allowed, bool partial_networks) {
  const Token& start = now();
  at_end([&](Expectation& wanted) { wanted.compare = wanted.value = column; });
  // Of a text these words may be the value: LT, NE, IN and IS are countries.
  const bool is_text = type_of(column) == ColumnType::string;
  const bool list_next = ahead(1).text == "[" || ahead(1).text == "(";
  const bool known_next = ahead(1).kind == TokenKind::word && ahead(1).lower != "and" && ahead(1).lower != "or";
  if (const auto compare = take_compare(!is_text)) {
    const bool ordered = *compare != Compare::equal && *compare != Compare::not_equal;
    if (ordered && !has_order(column)) {
      return fail_at(start, std::string(flow::name(column)) + " has no order: compare with = and !=, or with in [...]");
    }
    return comparison(column, *compare, columns_allowed, partial_networks);
  }
  if (take_symbol("~") || at_symbol("!~")) {
    const bool negative = start.text == "!~" && take();
    auto test = pattern(column);
    if (test) test->negative = negative;
    return test;
  }
  if (at_word("not") && ahead(1).lower == "in") {
    take();
    take();
    auto test = list(column, partial_networks);
    if (test) test->negative = true;
    return test;
  }
  if ((!is_text || list_next) && take_word("in")) return list(column, partial_networks);
  if ((!is_text || known_next) && take_word("is")) return known();
  // 'has' may be all there is of a text too.
  if (is_text && wanted_ != nullptr && at_word("is") && ahead(1).kind == TokenKind::end) {
    take();
    return known();
  }
  if (is_text && wanted_ != nullptr && at_word("has") && ahead(1).kind == TokenKind::end) {
    take();
    expect_value(column);
    return expected("a word");
  }
  const bool word_next = known_next || list_next || ahead(1).kind == TokenKind::text;
  if (is_text && at_word("has") && word_next) return members(column);
  if (take_symbol("&")) return bits(column);
  const bool has_value = now().kind == TokenKind::text || (now().kind == TokenKind::word && !at_connective());
  if (!has_value) return expected("a comparison (=, !=, <, in [...], is known) or a value");
  return comparison(column, Compare::equal, columns_allowed, partial_networks);
}

std::expected<Test, FilterError> Parser::comparison(Column column, Compare compare, bool columns_allowed,
                                                    bool partial_networks) {
  Test test;
  test.compare = compare;
  const Token& token = now();
  at_end([&](Expectation& wanted) {
    wanted.value = column;
    if (columns_allowed) wanted.columns = column;
  });
  if (token.kind != TokenKind::word && token.kind != TokenKind::text)
    return expected("a value of " + std::string(flow::name(column)));
  const auto other = columns_allowed && token.kind == TokenKind::word ? find_column_name(token.lower) : std::nullopt;
  const auto is_value = value(column, token, partial_networks, test);
  // Any word is a text, so that among texts a word is a column first; 'tcp_flags = SA' is no column.
  if (other && comparable(column, *other) && (!is_value || type_of(column) == ColumnType::string)) {
    Test columns;
    columns.kind = Test::Kind::column;
    columns.compare = compare;
    columns.other = *other;
    take();
    return columns;
  }
  if (!is_value && other) {
    return fail_at(token, std::string(flow::name(column)) + " and " + std::string(flow::name(*other)) +
                              " are of different types and cannot be compared");
  }
  if (!is_value) return std::unexpected(is_value.error());
  const bool is_range = !test.ranges.empty() && test.ranges.front().first != test.ranges.front().second;
  if (is_range && compare != Compare::equal && compare != Compare::not_equal)
    return fail_at(token, "a range can only be compared with = and !=");
  take();
  return test;
}

std::expected<void, FilterError> Parser::value(Column column, const Token& token, bool partial_networks, Test& into) {
  const auto fail_with = [&](std::string message) { return fail_at(token, std::move(message)); };
  switch (type_of(column)) {
    case ColumnType::string: {
      const bool country = column == Column::src_country || column == Column::dst_country;
      into.texts.push_back(country ? upper_case(token.text) : token.text);
      return {};
    }
    case ColumnType::ip:
    case ColumnType::prefix: {
      const auto network = parse_network(token.text, partial_networks);
      if (!network) return fail_with(network.error());
      into.networks.push_back(*network);
      return {};
    }
    case ColumnType::real: {
      const auto number = parse_real(token.text);
      if (!number) return fail_with(number.error());
      into.real = *number;
      return {};
    }
    case ColumnType::time_ms: {
      const auto time = parse_filter_time(token.text);
      if (!time) return fail_with(time.error());
      into.ranges.emplace_back(*time, *time);
      return {};
    }
    default: {
      const auto range = parse_numbers(column, token.text);
      if (!range) return fail_with(range.error());
      into.ranges.push_back(*range);
      return {};
    }
  }
}

std::expected<Test, FilterError> Parser::list(Column column, bool partial_networks) {
  const Token& open = now();
  const bool round = at_symbol("(");
  at_end([](Expectation& wanted) { wanted.list_start = true; });
  if (!round && !at_symbol("[")) return expected("a list such as [1 2 3]");
  if (type_of(column) == ColumnType::real || type_of(column) == ColumnType::time_ms) {
    return fail_at(open, std::string(flow::name(column)) + " cannot be listed: compare with < and >");
  }
  take();
  Test test;
  test.kind = Test::Kind::listed;
  std::size_t ranges = 0;
  for (std::size_t listed = 0;; ++listed) {
    (void)take_symbol(",");
    if (take_symbol(round ? ")" : "]")) break;
    const Token& token = now();
    at_end([&](Expectation& wanted) {
      wanted.value = column;
      wanted.list_end = listed > 0 && !round;
    });
    if (token.kind == TokenKind::end) return fail_at(open, "this list is not closed");
    if (token.kind != TokenKind::word && token.kind != TokenKind::text)
      return expected(round ? "a value or ')'" : "a value or ']'");
    if (listed == kMostListed)
      return fail_at(token, "more than " + std::to_string(kMostListed) + " values in one list");
    if (const auto fine = value(column, token, partial_networks, test); !fine) return std::unexpected(fine.error());
    if (!test.ranges.empty() && test.ranges.back().first != test.ranges.back().second && ++ranges > kMostListedRanges) {
      return fail_at(token, "more than " + std::to_string(kMostListedRanges) + " ranges in one list");
    }
    take();
  }
  if (test.ranges.empty() && test.networks.empty() && test.texts.empty()) return fail_at(open, "this list is empty");
  return test;
}

std::expected<Test, FilterError> Parser::pattern(Column column) {
  if (type_of(column) != ColumnType::string)
    return fail_at(ahead(0),
                   std::string(flow::name(column)) + " is not a text: regular expressions are for texts only");
  const Token& token = now();
  if (token.kind != TokenKind::word && token.kind != TokenKind::text) return expected("a regular expression in quotes");
  if (token.text.size() > kMostPattern)
    return fail_at(token, "the regular expression is longer than " + std::to_string(kMostPattern) + " octets");
  re2::RE2::Options options;
  options.set_log_errors(false);
  const re2::RE2 compiled(token.text, options);
  if (!compiled.ok()) return fail_at(token, "the regular expression is wrong: " + compiled.error());
  take();
  Test test;
  test.kind = Test::Kind::pattern;
  test.texts.push_back(token.text);
  return test;
}

/// 'has 65535:666', 'has [1:2 3:4]': one of the words of a text with spaces between.
std::expected<Test, FilterError> Parser::members(Column column) {
  take();
  Test test;
  if (at_symbol("[") || at_symbol("(")) {
    auto listed = list(column, false);
    if (!listed) return listed;
    test.texts = std::move(listed->texts);
  } else {
    test.texts.push_back(now().text);
    take();
  }
  if (column == Column::communities) {
    for (std::string& text : test.texts) text = community_number(text);
  }
  test.kind = Test::Kind::member;
  const std::string bad = "' cannot be one of several words: it is empty or holds a space";
  for (const std::string& text : test.texts) {
    if (text.empty() || text.find(' ') != std::string::npos) return fail_at(tokens_[at_ - 1], "'" + text + bad);
  }
  std::size_t octets = 0;
  for (const std::string& text : test.texts) octets += 2 * text.size() + 1;
  if (octets > kMostPattern) return fail_at(tokens_[at_ - 1], "these are too many words for one 'has'");
  return test;
}

/// What may be asked of the name of an address.
std::expected<Test, FilterError> Parser::name_condition() {
  Test test;
  at_end([](Expectation& wanted) { wanted.name = true; });
  const bool turned = at_word("not") && ahead(1).lower == "in";
  if (turned) take();
  if (take_word("in")) {
    auto listed = list(Column::as_path, false);  // any text
    if (!listed) return listed;
    test = *std::move(listed);
    test.negative = turned;
  } else if (at_symbol("~") || at_symbol("!~")) {
    const bool negative = at_symbol("!~");
    take();
    auto matched = pattern(Column::as_path);
    if (!matched) return matched;
    test = *std::move(matched);
    test.negative = negative;
    test.is_pattern = true;
  } else if (at_word("is") && ahead(1).kind == TokenKind::word) {
    take();
    auto whether = known();
    if (!whether) return whether;
    // A name matches nothing at all, so that 'unknown' is the opposite of any name; see the builder.
    test = *std::move(whether);
    if (test.negative) return fail_at(tokens_[at_ - 1], "write 'not (... is known)' for addresses without a name");
    test.texts = {""};
    test.is_pattern = true;
  } else {
    const bool negative = take_symbol("!=");
    if (!negative && !take_symbol("=")) (void)take_word("eq");
    if (at_connective() || (now().kind != TokenKind::word && now().kind != TokenKind::text))
      return expected("a name, or ~ and a regular expression");
    test.texts.push_back(now().text);
    test.negative = negative;
    take();
  }
  test.kind = Test::Kind::name;
  return test;
}

std::expected<Test, FilterError> Parser::known() {
  Test test;
  test.kind = Test::Kind::known;
  const bool turned = take_word("not");
  expect_words({"known", "unknown"});
  if (!at_word("known") && !at_word("unknown")) return expected("'known' or 'unknown'");
  test.negative = at_word("unknown") != turned;
  take();
  return test;
}

std::expected<Test, FilterError> Parser::bits(Column column) {
  if (!is_whole_number(type_of(column))) return fail_at(now(), std::string(flow::name(column)) + " has no bits");
  Test test;
  test.kind = Test::Kind::bits;
  const auto number = [&]() -> std::expected<std::uint64_t, FilterError> {
    const Token& token = now();
    if (token.kind != TokenKind::word) return expected("a number");
    const auto range = parse_numbers(column, token.text);
    if (!range) return fail_at(token, range.error());
    if (range->first != range->second) return fail_at(token, "expected one number, not a range");
    take();
    return range->first;
  };
  const auto mask = number();
  if (!mask) return std::unexpected(mask.error());
  if (!take_symbol("=") && !take_word("eq")) return expected("'=' and the value of these bits");
  const auto value = number();
  if (!value) return std::unexpected(value.error());
  test.mask = *mask;
  test.ranges.emplace_back(*value, *value);
  return test;
}

}  // namespace weir::query
