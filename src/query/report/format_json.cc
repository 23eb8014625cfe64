#include <array>

#include "query/report/format.h"
#include "query/report/words.h"
#include "query/text_of_json.h"

namespace weir::query::report {
namespace {

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_name(out, name);
  append_quoted(out, text);
}

void append_row(std::string& out, const TableRow& row, bool other) {
  out += "{\"cells\":";
  append_list(out, row.cells, [&](const Cell& cell) { append_cell(out, cell); });
  out += ",\"filter\":";
  if (other || (row.filter.empty() && row.series.empty())) {
    out += "null";
  } else {
    append_quoted(out, row.filter);
  }
  out += ",\"series\":";
  append_list(out, row.series, [&](double rate) { append_real(out, rate); });
  out += '}';
}

void append_maybe(std::string& out, const std::optional<TableRow>& row, bool other) {
  if (row) {
    append_row(out, *row, other);
  } else {
    out += "null";
  }
}

void append_table(std::string& out, const Table& table) {
  out += '{';
  append_text(out, "name", table.name), out += ',';
  append_text(out, "title", table.title), out += ',';
  append_text(out, "unit", table.unit), out += ',';
  append_text(out, "filter", table.filter);
  out += ",\"by\":";
  append_list(out, table.by, [&](const std::string& name) { append_quoted(out, name); });
  out += ',';
  append_text(out, "source", table.source);
  out += ",\"rows_read\":" + std::to_string(table.rows_read) + ",\"buckets\":";
  append_list(out, table.buckets, [&](UnixMillis time) { out += std::to_string(time); });
  out += ",\"columns\":";
  append_list(out, table.columns, [&](const TableColumn& column) {
    out += '{';
    append_text(out, "name", column.name), out += ',';
    append_text(out, "title", column.title), out += ',';
    append_text(out, "unit", column.unit), out += ',';
    append_text(out, "kind", kind_name(column.kind)), out += '}';
  });
  out += ",\"rows\":";
  append_list(out, table.rows, [&](const TableRow& row) { append_row(out, row, false); });
  out += ",\"other\":";
  append_maybe(out, table.other, true);
  out += ",\"total\":";
  append_maybe(out, table.total, false);
  out += '}';
}

void append_parameter(std::string& out, const ParameterInfo& info) {
  out += '{';
  append_text(out, "name", info.name), out += ',';
  append_text(out, "title", info.title), out += ',';
  append_text(out, "type", type_name(info.type)), out += ",\"default\":";
  if (info.fallback.empty()) {
    out += "null";
  } else {
    append_quoted(out, info.fallback);
  }
  out += ",\"choices\":";
  append_list(out, words_of(info.choices), [&](std::string_view word) { append_quoted(out, word); });
  out += ',';
  append_text(out, "meaning", info.meaning), out += ',';
  append_text(out, "example", info.example), out += '}';
}

}  // namespace

std::string_view kind_name(Kind kind) {
  constexpr auto kNames =
      std::to_array<std::string_view>({"text", "number", "id", "rate", "amount", "share", "money", "time"});
  return kNames[static_cast<std::size_t>(kind)];
}

std::string format_json(const Outcome& outcome) {
  std::string out = "{";
  append_text(out, "report", outcome.report), out += ',';
  append_text(out, "title", outcome.title);
  out += ",\"from\":" + std::to_string(outcome.from_ms) + ",\"to\":" + std::to_string(outcome.to_ms) +
         ",\"resolution_ms\":" + (outcome.resolution_ms ? std::to_string(*outcome.resolution_ms) : "null") + ",\"notes\":";
  append_list(out, outcome.notes, [&](const std::string& note) { append_quoted(out, note); });
  out += ",\"questions\":" + std::to_string(outcome.questions) + ",\"took_ms\":" + std::to_string(outcome.took_ms) +
         ",\"tables\":";
  append_list(out, outcome.tables, [&](const Table& table) { append_table(out, table); });
  return out + "}\n";
}

std::string catalogue_json() {
  std::string out = "{\"reports\":";
  append_list(out, reports(), [&](const Report& report) {
    out += '{';
    append_text(out, "name", report.name), out += ',';
    append_text(out, "title", report.title), out += ',';
    append_text(out, "purpose", report.purpose), out += ",\"parameters\":";
    append_list(out, parameters_of(report),
                [&](std::string_view name) { append_parameter(out, *find_parameter(name)); });
    out += '}';
  });
  return out + "}\n";
}

}  // namespace weir::query::report
