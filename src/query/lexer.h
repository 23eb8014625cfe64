// Text of a filter -> tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "query/filter.h"

namespace weir::query {

/// Filters longer than this are refused.
inline constexpr std::size_t kMostFilterOctets = std::size_t{64} << 10U;

enum class TokenKind : std::uint8_t {
  word,    ///< letters, digits and _ . : / - + @ %, or anything beyond ASCII: words, numbers, addresses, MACs, ranges
  text,    ///< between double or single quotes
  symbol,  ///< ( ) [ ] , = != < <= > >= ~ !~ ! & && ||; "==" is given as "=", "<>" as "!="
  end,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;   ///< a quoted text without its quotes and escapes
  std::string lower;  ///< of a word: in lower case
  std::size_t position = 0;
  std::size_t length = 0;
};

/// Splits a filter; the last token is `end`. '#' starts a comment up to the end of the line. In quotes, a backslash
/// before the quote or before another backslash is dropped; other backslashes stay, so that regular expressions read as
/// usual. Errors: not UTF-8, too long, a quote that is not closed, a character that belongs to nothing.
[[nodiscard]] std::expected<std::vector<Token>, FilterError> tokenize(std::string_view text);

/// ASCII letters in lower case, all else as it is.
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace weir::query
