// The recursive-descent parser behind filter.h. One function for each rule of the grammar in docs/reference/filter.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/expression.h"
#include "query/filter.h"
#include "query/lexer.h"
#include "query/test_builder.h"
#include "query/words.h"

namespace weir::query {

/// Parentheses and 'not' nested deeper than this are refused.
inline constexpr std::size_t kMostDepth = 100;
/// Values of one list.
inline constexpr std::size_t kMostListed = 10'000;
/// Ranges of one list, beside single values.
inline constexpr std::size_t kMostListedRanges = 256;
/// Octets of a regular expression.
inline constexpr std::size_t kMostPattern = 1000;

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  /// The whole text.
  [[nodiscard]] Parsed parse();

 private:
  // Boolean structure (parser.cc).
  Parsed disjunction();
  Parsed conjunction();
  Parsed negation();
  Parsed primary();
  Parsed parenthesized();

  // Words (parser_words.cc).
  Parsed word_test();
  Parsed known_word(const WordInfo& word);
  Parsed direction_test();
  std::expected<Side, FilterError> direction();
  Parsed pair_test(const WordInfo& word, Side side);
  Parsed address_without_word(Side side);
  Parsed interface_test(const WordInfo& word, Side side);
  Parsed peer_test(const WordInfo& word);
  Parsed flags_test();
  Parsed icmp_test(const WordInfo& word);
  Parsed protocol_test(std::uint16_t number);
  Parsed column_test(flow::Column column);
  Parsed unknown_word() const;

  // What is said of a column (parser_tests.cc).
  std::expected<Test, FilterError> test_of(flow::Column column, bool columns_allowed, bool partial_networks);
  std::expected<Test, FilterError> comparison(flow::Column column, Compare compare, bool columns_allowed,
                                              bool partial_networks);
  std::expected<Test, FilterError> list(flow::Column column, bool partial_networks);
  std::expected<Test, FilterError> pattern(flow::Column column);
  std::expected<Test, FilterError> known();
  std::expected<Test, FilterError> bits(flow::Column column);
  std::expected<void, FilterError> value(flow::Column column, const Token& token, bool partial_networks, Test& into);
  std::optional<Compare> take_compare(bool words);

  [[nodiscard]] const Token& now() const { return tokens_[at_]; }
  [[nodiscard]] const Token& ahead(std::size_t by) const { return tokens_[std::min(at_ + by, tokens_.size() - 1)]; }
  [[nodiscard]] bool at_word(std::string_view lower) const {
    return now().kind == TokenKind::word && now().lower == lower;
  }
  [[nodiscard]] bool at_symbol(std::string_view symbol) const {
    return now().kind == TokenKind::symbol && now().text == symbol;
  }
  bool take_word(std::string_view lower) { return at_word(lower) && take(); }
  bool take_symbol(std::string_view symbol) { return at_symbol(symbol) && take(); }
  bool take() {
    if (at_ + 1 < tokens_.size()) ++at_;
    return true;
  }
  /// "and", "or", "not" and their symbols.
  [[nodiscard]] bool at_connective() const;
  [[nodiscard]] static std::unexpected<FilterError> fail_at(const Token& token, std::string message);
  /// "expected WHAT", at the present token, which is named.
  [[nodiscard]] std::unexpected<FilterError> expected(std::string_view what) const;

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  /// Under an odd number of 'not': there nfdump's flags test means "any of" instead of "all of".
  bool negated_ = false;
};

}  // namespace weir::query
