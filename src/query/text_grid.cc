#include "query/text_grid.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace weir::query {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80;
}

/// Characters, near enough to columns of a terminal.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octet = static_cast<unsigned char>(text[i]);
    // C0, DEL, and C1 as UTF-8 writes it (0xc2 0x80..0x9f): all that terminals take for commands.
    const bool c1 = octet == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (octet >= 0x20 && octet != 0x7f && !c1) {
      out += text[i];
      continue;
    }
    std::array<char, 8> hex{};
    std::snprintf(hex.data(), hex.size(), "\\x%02x",
                  static_cast<unsigned>(c1 ? static_cast<unsigned char>(text[++i]) : octet));
    out += hex.data();
  }
  return out;
}

std::string cut(std::string text) {
  if (width_of(text) <= TextGrid::kMostWidth) return text;
  std::size_t at = 0;
  for (std::size_t characters = 0; at < text.size(); ++at) {
    if (!is_continuation(text[at]) && ++characters > TextGrid::kMostWidth - 3) break;
  }
  return text.substr(0, at) + "...";
}

}  // namespace

void TextGrid::add_column(std::string header, Align align) {
  headers_.push_back(std::move(header));
  aligns_.push_back(align);
}

void TextGrid::add(std::string_view cell) {
  rows_.back().push_back(cut(escaped(cell)));
}

void TextGrid::append_line(std::string& out, const std::vector<std::string>& cells,
                           const std::vector<std::size_t>& widths) const {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string gap(widths[i] - width_of(cells[i]), ' ');
    if (i > 0) line += "  ";
    line += aligns_[i] == Align::right ? gap + cells[i] : cells[i] + gap;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + '\n';
}

std::string TextGrid::text() const {
  std::vector<std::size_t> widths;
  for (const std::string& header : headers_) widths.push_back(width_of(header));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  append_line(out, headers_, widths);
  for (const auto& row : rows_) append_line(out, row, widths);
  return out;
}

}  // namespace weir::query
