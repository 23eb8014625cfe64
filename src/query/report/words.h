// Lists that the catalogue holds as one text: "start end router".
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace weir::query::report {

[[nodiscard]] inline std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    out.push_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return out;
}

}  // namespace weir::query::report
