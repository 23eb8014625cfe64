// The filter parser: never crashes; what it takes, it takes again in canonical form, as the same tree.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "query/expression_text.h"
#include "query/filter.h"
#include "query/lexer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = weir::query::parse_filter(text);
  if (!parsed) {
    const auto& error = parsed.error();
    if (error.position > size || error.length > size - error.position || error.message.empty()) std::abort();
    (void)weir::query::show_error(text, error);
    return 0;
  }
  const auto again = weir::query::parse_filter(to_string(**parsed));
  // The canonical text names every column in full, so that it can be longer than what is allowed.
  if (!again && to_string(**parsed).size() <= weir::query::kMostFilterOctets) std::abort();
  if (again && !same(**parsed, **again)) std::abort();
  return 0;
}
