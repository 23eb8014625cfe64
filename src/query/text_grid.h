// Columns of text, aligned for a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::query {

/// Columns first, then row by row. Control characters become \xNN, cells longer than kMostWidth are cut with "...".
class TextGrid {
 public:
  enum class Align : std::uint8_t { left, right };
  static constexpr std::size_t kMostWidth = 60;

  void add_column(std::string header, Align align);
  void start_row() { rows_.emplace_back(); }
  /// The next cell of the row that was started.
  void add(std::string_view cell);
  /// The header and the rows, two spaces between columns, no space at the end of a line.
  [[nodiscard]] std::string text() const;

 private:
  void append_line(std::string& out, const std::vector<std::string>& cells,
                   const std::vector<std::size_t>& widths) const;
  std::vector<std::string> headers_;
  std::vector<Align> aligns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace weir::query
