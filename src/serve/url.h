// The request target of RFC 9112 section 3.2.1, taken apart: path and query string, percent-decoded once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "serve/http_message.h"

namespace weir::serve {

/// A query string or form with more parameters than this is refused.
inline constexpr std::size_t kMostParameters = 64;

struct Target {
  std::string path;
  std::vector<Parameter> parameters;
};

/// Takes apart "/path?a=b&c=d". Refused: targets that do not start with '/', broken percent escapes, control characters
/// (also escaped), text that is not UTF-8, and "." or ".." as a segment.
[[nodiscard]] Result<Target> parse_target(std::string_view target);
/// Takes apart "a=b&c=d" (application/x-www-form-urlencoded: '+' is a space).
[[nodiscard]] Result<std::vector<Parameter>> parse_form(std::string_view text);

}  // namespace weir::serve
