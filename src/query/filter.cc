#include "query/filter.h"

#include <algorithm>

#include "query/lexer.h"
#include "query/parser.h"

namespace weir::query {
namespace {

// A terminal line; longer ones are cut around the place.
constexpr std::size_t kMostShown = 100;

/// The line of text around `position` as it is printed, and where the position is in it.
struct ShownLine {
  std::string text;
  std::size_t column = 0;
};

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80;
}

ShownLine line_around(std::string_view text, std::size_t position) {
  std::size_t start = position == 0 ? 0 : text.rfind('\n', position - 1) + 1;  // npos + 1 is 0
  const std::size_t stop = std::min(text.find('\n', position), text.size());
  ShownLine out;
  if (position - start > kMostShown / 2) {
    start = position - kMostShown / 2;
    while (start < position && is_continuation(text[start])) ++start;
    out.text = "...";
  }
  out.column = out.text.size();
  for (std::size_t at = start; at < stop && out.text.size() < kMostShown; ++at) {
    // One column for each character, not for each octet.
    if (at < position && !is_continuation(text[at])) ++out.column;
    out.text += static_cast<unsigned char>(text[at]) < 0x20 || text[at] == 0x7f ? ' ' : text[at];
  }
  return out;
}

}  // namespace

std::expected<ExpressionPtr, FilterError> parse_filter(std::string_view text) {
  auto tokens = tokenize(text);
  if (!tokens) return std::unexpected(std::move(tokens.error()));
  return Parser(*std::move(tokens)).parse();
}

std::string show_error(std::string_view text, const FilterError& error) {
  const std::size_t position = std::min(error.position, text.size());
  const ShownLine line = line_around(text, position);
  std::string out = error.message + "\n  " + line.text + "\n  " + std::string(line.column, ' ') + '^';
  const std::size_t room = line.text.size() > line.column ? line.text.size() - line.column : 1;
  const std::size_t marked = std::min(error.length, room);
  if (marked > 1) out += std::string(marked - 1, '~');
  return out;
}

}  // namespace weir::query
