#include <array>
#include <cstdio>

#include "query/names.h"
#include "query/report/format.h"
#include "query/text_grid.h"

namespace weir::query::report {
namespace {

std::string fixed(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

double number_of(const Cell& cell) {
  if (const auto* real = std::get_if<double>(&cell)) return *real;
  return static_cast<double>(std::get<std::uint64_t>(cell));
}

std::string cell_text(const TableColumn& column, const Cell& cell, bool keyed) {
  if (std::holds_alternative<std::monostate>(cell)) return keyed && column.kind == Kind::id ? "(unknown)" : "-";
  if (const auto* text = std::get_if<std::string>(&cell)) return text->empty() ? "(empty)" : *text;
  switch (column.kind) {
    case Kind::time:
      return to_iso8601(static_cast<UnixMillis>(number_of(cell)));
    case Kind::rate:
    case Kind::amount:
      return scaled(number_of(cell));
    case Kind::share:
      return fixed(number_of(cell), 1);
    case Kind::money:
      return fixed(number_of(cell), 2);
    default:
      break;
  }
  if (column.name == "proto") {
    const std::string_view name = protocol_name(static_cast<std::uint64_t>(number_of(cell)));
    if (!name.empty()) return std::string(name);
  }
  return std::holds_alternative<double>(cell) ? scaled(number_of(cell)) : std::to_string(std::get<std::uint64_t>(cell));
}

bool is_number(Kind kind) {
  return kind != Kind::text && kind != Kind::id && kind != Kind::time;
}

void add_row(TextGrid& grid, const Table& table, const std::string& name, const TableRow& row, bool keyed) {
  grid.start_row();
  grid.add(name);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Cell cell = i < row.cells.size() ? row.cells[i] : Cell();
    const bool blank = !keyed && std::holds_alternative<std::monostate>(cell);
    grid.add(blank ? "" : cell_text(table.columns[i], cell, keyed));
  }
}

std::string grid_of(const Table& table) {
  TextGrid grid;
  grid.add_column("#", TextGrid::Align::right);
  for (const TableColumn& column : table.columns) {
    const bool units = !column.unit.empty() && column.unit != "%" && column.kind != Kind::rate;
    grid.add_column(column.title + (units ? " (" + column.unit + ")" : column.unit == "%" ? " %" : ""),
                    is_number(column.kind) ? TextGrid::Align::right : TextGrid::Align::left);
  }
  for (std::size_t i = 0; i < table.rows.size(); ++i) add_row(grid, table, std::to_string(i + 1), table.rows[i], true);
  if (table.other) add_row(grid, table, "other", *table.other, false);
  if (table.total) add_row(grid, table, "total", *table.total, false);
  return grid.text();
}

}  // namespace

std::string format_table(const Outcome& outcome) {
  std::string out = outcome.title + ", " + to_iso8601(outcome.from_ms) + " to " + to_iso8601(outcome.to_ms);
  if (outcome.resolution_ms) out += ", samples of " + std::to_string(*outcome.resolution_ms / kSecondMs) + " s";
  out += "\n";
  for (const Table& table : outcome.tables) {
    out += "\n" + table.title + (table.unit.empty() ? "" : " (rates in " + table.unit + ")") + "\n";
    out += grid_of(table);
    if (!table.source.empty()) out += "read from " + table.source + "\n";
  }
  if (!outcome.notes.empty()) out += "\n";
  for (const std::string& note : outcome.notes) out += note + "\n";
  return out;
}

std::string format_outcome(const Outcome& outcome, Format format) {
  switch (format) {
    case Format::table:
      return format_table(outcome);
    case Format::json:
      return format_json(outcome);
    case Format::csv:
      return format_csv(outcome);
  }
  return {};
}

}  // namespace weir::query::report
