#include <array>
#include <charconv>

#include "flow/value_text.h"
#include "query/as_names_of.h"
#include "query/format.h"

namespace weir::query {
namespace {

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  flow::append_json_escaped(out, text);
  out += '"';
}

void append_cell(std::string& out, const Cell& cell) {
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) {
    out += std::to_string(*number);
  } else if (const auto* real = std::get_if<double>(&cell)) {
    std::array<char, 40> text{};
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), *real).ptr);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    append_quoted(out, *text);
  } else {
    out += "null";
  }
}

void append_sums(std::string& out, const Sums& sums) {
  out += "\"bytes\":" + std::to_string(sums.bytes) + ",\"packets\":" + std::to_string(sums.packets) +
         ",\"flows\":" + std::to_string(sums.flows);
}

void append_row(std::string& out, const Query& query, const Answer& answer, const Row& row) {
  out += '{';
  for (std::size_t i = 0; i < query.by.size() && i < row.key.size(); ++i) {
    append_quoted(out, flow::name(query.by[i]));
    out += ':';
    append_cell(out, row.key[i]);
    out += ',';
  }
  append_sums(out, row.sums);
  if (query.resolution_ms) {
    out += ",\"series\":[";
    for (std::size_t i = 0; i < answer.buckets.size() && i < row.series.size(); ++i) {
      if (i > 0) out += ',';
      out += "{\"time\":" + std::to_string(answer.buckets[i]) + ',';
      append_sums(out, row.series[i]);
      out += '}';
    }
    out += ']';
  }
  out += '}';
}

/// "as_names":{"15169":{"name":"GOOGLE","country":"US"}}, where names are known.
void append_as_names(std::string& out, const Answer& answer) {
  if (answer.as_names.empty()) return;
  out += ",\"as_names\":{";
  for (const flow::AsName& name : answer.as_names) {
    if (out.back() != '{') out += ',';
    append_quoted(out, std::to_string(name.as));
    out += ":{\"name\":";
    append_quoted(out, name.name);
    out += ",\"country\":";
    append_quoted(out, name.country);
    out += '}';
  }
  out += '}';
}

}  // namespace

std::string format_json(const Query& query, const Answer& answer) {
  std::string out =
      "{\"from\":" + std::to_string(answer.from_ms) + ",\"to\":" + std::to_string(answer.to_ms) + ",\"by\":[";
  for (std::size_t i = 0; i < query.by.size(); ++i) {
    if (i > 0) out += ',';
    append_quoted(out, flow::name(query.by[i]));
  }
  out += "],\"rows\":[";
  for (std::size_t i = 0; i < answer.rows.size(); ++i) {
    if (i > 0) out += ',';
    append_row(out, query, answer, answer.rows[i]);
  }
  out += "],\"other\":";
  if (answer.other) {
    append_row(out, query, answer, *answer.other);
  } else {
    out += "null";
  }
  out += ",\"total\":";
  append_row(out, query, answer, answer.total);
  append_as_names(out, answer);
  out += ",\"source\":";
  append_quoted(out, answer.source);
  return out + ",\"rows_read\":" + std::to_string(answer.rows_read) + ",\"took_ms\":" + std::to_string(answer.took_ms) +
         "}\n";
}

}  // namespace weir::query
