#include "query/csv.h"

#include <array>
#include <charconv>

namespace weir::query {

void append_csv_field(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_csv_real(std::string& out, double real) {
  std::array<char, 40> digits{};
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), real).ptr);
}

void append_csv_cell(std::string& out, const Cell& cell) {
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) out += std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&cell)) append_csv_field(out, *text);
  if (const auto* real = std::get_if<double>(&cell)) append_csv_real(out, *real);
}

}  // namespace weir::query
