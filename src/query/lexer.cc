#include "query/lexer.h"

#include <algorithm>
#include <array>

#include "query/utf8.h"

namespace weir::query {
namespace {

constexpr std::string_view kSpace = " \t\r\n\v\f";
// Longest first.
constexpr std::array<std::string_view, 20> kSymbols = {"==", "!=", "<>", "<=", ">=", "!~", "&&", "||", "=", "!",
                                                       "<",  ">",  "~",  "&",  "(",  ")",  "[",  "]",  ",", "|"};

bool is_word_character(char c) {
  const auto octet = static_cast<unsigned char>(c);
  const bool letter_or_digit =
      (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
  return letter_or_digit || octet >= 0x80 || std::string_view("_.:/-+@%").find(c) != std::string_view::npos;
}

std::unexpected<FilterError> fail_at(std::size_t position, std::size_t length, std::string message) {
  return std::unexpected(FilterError{position, length, std::move(message)});
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::expected<std::vector<Token>, FilterError> run() {
    for (skip_space(); at_ < text_.size(); skip_space()) {
      auto token = next();
      if (!token) return std::unexpected(std::move(token.error()));
      tokens_.push_back(*std::move(token));
    }
    tokens_.push_back({TokenKind::end, "", "", text_.size(), 0});
    return std::move(tokens_);
  }

 private:
  void skip_space() {
    while (at_ < text_.size()) {
      if (kSpace.find(text_[at_]) != std::string_view::npos) {
        ++at_;
      } else if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return;
      }
    }
  }

  std::expected<Token, FilterError> next() {
    const char first = text_[at_];
    if (first == '"' || first == '\'') return quoted(first);
    if (is_word_character(first)) return word();
    for (const std::string_view symbol : kSymbols) {
      if (text_.substr(at_).starts_with(symbol)) return take_symbol(symbol);
    }
    const std::string shown =
        static_cast<unsigned char>(first) < 0x20 ? "control character" : "character '" + std::string(1, first) + "'";
    return fail_at(at_, 1, "unexpected " + shown + "; put texts in quotes");
  }

  std::expected<Token, FilterError> take_symbol(std::string_view symbol) {
    if (symbol == "|") return fail_at(at_, 1, "unexpected '|'; write 'or' or '||'");
    const std::size_t start = at_;
    at_ += symbol.size();
    const std::string_view name = symbol == "==" ? "=" : symbol == "<>" ? "!=" : symbol;
    return Token{TokenKind::symbol, std::string(name), "", start, symbol.size()};
  }

  Token word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_word_character(text_[at_])) ++at_;
    const std::string_view spelled = text_.substr(start, at_ - start);
    return {TokenKind::word, std::string(spelled), lower_case(spelled), start, spelled.size()};
  }

  std::expected<Token, FilterError> quoted(char quote) {
    const std::size_t start = at_++;
    std::string out;
    while (at_ < text_.size() && text_[at_] != quote) {
      const bool escape =
          text_[at_] == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == quote || text_[at_ + 1] == '\\');
      if (escape) ++at_;
      out += text_[at_++];
    }
    if (at_ == text_.size())
      return fail_at(start, text_.size() - start, "the text that begins here has no closing quote");
    ++at_;
    return Token{TokenKind::text, std::move(out), "", start, at_ - start};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::expected<std::vector<Token>, FilterError> tokenize(std::string_view text) {
  if (text.size() > kMostFilterOctets) {
    return fail_at(kMostFilterOctets, text.size() - kMostFilterOctets,
                   "the filter is too long: at most " + std::to_string(kMostFilterOctets) + " octets are allowed");
  }
  if (const std::size_t bad = invalid_utf8_at(text); bad < text.size())
    return fail_at(bad, 1, "the filter is not UTF-8 here");
  return Lexer(text).run();
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace weir::query
