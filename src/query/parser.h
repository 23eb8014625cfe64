// The recursive-descent parser behind filter.h. One function for each rule of the grammar in docs/reference/filter.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <initializer_list>
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

/// What could stand where a filter ends, for completion.h: the parser notes it where it finds the end.
struct Expectation {
  bool test = false;                    ///< a whole test
  bool sided = false;                   ///< a word with a source and a destination
  bool joint = false;                   ///< and, or
  bool closing = false;                 ///< ')' of a parenthesis
  std::optional<flow::Column> compare;  ///< a comparison of this column
  std::optional<flow::Column> value;    ///< a value of this column
  bool list_start = false;              ///< '[' of a list of such values
  bool list_end = false;                ///< its ']'; there is a value already
  std::optional<flow::Column> columns;  ///< another column that can be compared with this one
  bool name = false;                    ///< what may be asked of a name of the DNS
  std::vector<std::string_view> words;  ///< these very words
};

class Parser {
 public:
  /// With `wanted`, what could stand at the end of the tokens is noted there.
  explicit Parser(std::vector<Token> tokens, Expectation* wanted = nullptr)
      : tokens_(std::move(tokens)), wanted_(wanted) {}

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
  Parsed single_test(const WordInfo& word, Side side);
  Parsed label_test();
  Parsed name_test(const WordInfo& word, Side side);
  Parsed mac_of_interface();
  Parsed column_test(flow::Column column);
  Parsed unknown_word() const;

  // What is said of a column (parser_tests.cc).
  std::expected<Test, FilterError> test_of(flow::Column column, bool columns_allowed, bool partial_networks);
  std::expected<Test, FilterError> comparison(flow::Column column, Compare compare, bool columns_allowed,
                                              bool partial_networks);
  std::expected<Test, FilterError> list(flow::Column column, bool partial_networks);
  std::expected<Test, FilterError> pattern(flow::Column column);
  std::expected<Test, FilterError> members(flow::Column column);
  std::expected<Test, FilterError> name_condition();
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

  /// Calls `note` with the Expectation when the tokens end here and somebody wants to know.
  template <typename Note>
  void at_end(Note note) const {
    if (wanted_ != nullptr && now().kind == TokenKind::end) note(*wanted_);
  }
  void expect_words(std::initializer_list<std::string_view> words) const {
    at_end([&](Expectation& wanted) { wanted.words.insert(wanted.words.end(), words.begin(), words.end()); });
  }
  void expect_value(flow::Column column) const {
    at_end([&](Expectation& wanted) { wanted.value = column; });
  }

  std::vector<Token> tokens_;
  Expectation* wanted_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t open_ = 0;  ///< parentheses that are not closed yet
  /// Under an odd number of 'not': there nfdump's flags test means "any of" instead of "all of".
  bool negated_ = false;
};

}  // namespace weir::query
