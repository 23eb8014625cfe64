// Texts for the pages that the program writes about itself.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// For the inside of a table of Markdown.
[[nodiscard]] inline std::string markdown_cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

/// The same as code; nothing of nothing.
[[nodiscard]] inline std::string markdown_code(std::string_view text) {
  return text.empty() ? "" : "`" + markdown_cell(text) + "`";
}

}  // namespace weir
