// Lists and paths of index names, which may hold date math: "<stat-{now/d}>".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::serve::es {

/// The pieces between separators that stand outside of <...> and {...}; empty ones are left out.
[[nodiscard]] inline std::vector<std::string> split_names(std::string_view text, char separator) {
  std::vector<std::string> out;
  std::string now;
  int depth = 0;
  const auto take = [&] {
    if (!now.empty()) out.push_back(std::move(now));
    now.clear();
  };
  for (const char c : text) {
    if (c == '<' || c == '{') ++depth;
    if (c == '>' || c == '}') --depth;
    if (c == separator && depth <= 0) {
      take();
    } else {
      now += c;
    }
  }
  take();
  return out;
}

}  // namespace weir::serve::es
