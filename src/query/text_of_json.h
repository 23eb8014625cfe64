// JSON that is written, not read: as few words as that takes.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include "flow/value_text.h"
#include "query/query.h"

namespace weir::query {

inline void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  flow::append_json_escaped(out, text);
  out += '"';
}

/// "name":
inline void append_name(std::string& out, std::string_view name) {
  append_quoted(out, name);
  out += ':';
}

inline void append_real(std::string& out, double real) {
  if (!std::isfinite(real)) {
    out += "null";
    return;
  }
  std::array<char, 40> text{};
  out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), real).ptr);
}

inline void append_cell(std::string& out, const Cell& cell) {
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) {
    out += std::to_string(*number);
  } else if (const auto* real = std::get_if<double>(&cell)) {
    append_real(out, *real);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    append_quoted(out, *text);
  } else {
    out += "null";
  }
}

/// [a,b]: `append` writes one.
template <typename List, typename Append>
void append_list(std::string& out, const List& list, Append append) {
  out += '[';
  bool first = true;
  for (const auto& item : list) {
    if (!first) out += ',';
    first = false;
    append(item);
  }
  out += ']';
}

}  // namespace weir::query
