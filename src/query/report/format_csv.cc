#include <algorithm>
#include <array>
#include <charconv>

#include "query/report/format.h"

namespace weir::query::report {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

void append_field(std::string& out, std::string_view text) {
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

void append_cell(std::string& out, Kind kind, const Cell& cell) {
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) {
    out += kind == Kind::time ? to_iso8601(static_cast<UnixMillis>(*number)) : std::to_string(*number);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    append_field(out, *text);
  } else if (const auto* real = std::get_if<double>(&cell)) {
    std::array<char, 40> text{};
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), *real).ptr);
  }
}

/// The columns of all tables, each name once, in the order in which they come.
std::vector<TableColumn> all_columns(const Outcome& outcome) {
  std::vector<TableColumn> out;
  for (const Table& table : outcome.tables) {
    for (const TableColumn& column : table.columns) {
      if (std::ranges::find(out, column.name, &TableColumn::name) == out.end()) out.push_back(column);
    }
  }
  return out;
}

void append_row(std::string& out, const std::vector<TableColumn>& all, const Table& table, std::string_view name,
                const TableRow& row) {
  append_field(out, table.name);
  out += ',';
  out += name;
  for (const TableColumn& column : all) {
    out += ',';
    const auto at = std::ranges::find(table.columns, column.name, &TableColumn::name);
    const auto i = static_cast<std::size_t>(at - table.columns.begin());
    if (at != table.columns.end() && i < row.cells.size()) append_cell(out, column.kind, row.cells[i]);
  }
  out += kLineEnd;
}

}  // namespace

std::string format_csv(const Outcome& outcome) {
  const std::vector<TableColumn> all = all_columns(outcome);
  std::string out = "table,row";
  for (const TableColumn& column : all) {
    out += ',';
    append_field(out, column.unit.empty() ? column.name : column.name + " (" + column.unit + ")");
  }
  out += kLineEnd;
  for (const Table& table : outcome.tables) {
    for (std::size_t i = 0; i < table.rows.size(); ++i)
      append_row(out, all, table, std::to_string(i + 1), table.rows[i]);
    if (table.other) append_row(out, all, table, "other", *table.other);
    if (table.total) append_row(out, all, table, "total", *table.total);
  }
  return out;
}

}  // namespace weir::query::report
