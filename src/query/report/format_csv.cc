#include <algorithm>

#include "query/csv.h"
#include "query/report/format.h"

namespace weir::query::report {
namespace {

void append_cell(std::string& out, Kind kind, const Cell& cell) {
  const auto* number = std::get_if<std::uint64_t>(&cell);
  if (number != nullptr && kind == Kind::time) {
    out += to_iso8601(static_cast<UnixMillis>(*number));
  } else {
    append_csv_cell(out, cell);
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
  append_csv_field(out, table.name);
  out += ',';
  out += name;
  for (const TableColumn& column : all) {
    out += ',';
    const auto at = std::ranges::find(table.columns, column.name, &TableColumn::name);
    const auto i = static_cast<std::size_t>(at - table.columns.begin());
    if (at != table.columns.end() && i < row.cells.size()) append_cell(out, column.kind, row.cells[i]);
  }
  out += kCsvLineEnd;
}

}  // namespace

std::string format_csv(const Outcome& outcome) {
  const std::vector<TableColumn> all = all_columns(outcome);
  std::string out = "table,row";
  for (const TableColumn& column : all) {
    out += ',';
    append_csv_field(out, column.unit.empty() ? column.name : column.name + " (" + column.unit + ")");
  }
  out += kCsvLineEnd;
  for (const Table& table : outcome.tables) {
    for (std::size_t i = 0; i < table.rows.size(); ++i)
      append_row(out, all, table, std::to_string(i + 1), table.rows[i]);
    if (table.other) append_row(out, all, table, "other", *table.other);
    if (table.total) append_row(out, all, table, "total", *table.total);
  }
  return out;
}

}  // namespace weir::query::report
