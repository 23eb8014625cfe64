// Globs, Lucene's regular expressions and the order of texts, as RE2 patterns for query::TextMatches.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::serve::es {

/// Texts longer than this are not compared by order.
inline constexpr std::size_t kMostOrderedText = 128;

/// `text` with '\' before '*', '?' and '\'.
[[nodiscard]] std::string escape_glob(std::string_view text);
/// The whole value looks like the glob.
[[nodiscard]] std::string glob_pattern(std::string_view glob, bool ignore_case);
/// The whole value is at or behind `text`, by code point.
[[nodiscard]] std::string at_least_pattern(std::string_view text);
/// Lucene's syntax: matches the whole value; '^' and '$' are letters; '@' is any text. Errors: its operators ~ & # < "
/// unless escaped, escapes and groups that it does not have.
[[nodiscard]] Result<std::string> lucene_regexp(std::string_view pattern, bool ignore_case);

}  // namespace weir::serve::es
