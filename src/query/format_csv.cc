#include <array>
#include <charconv>

#include "query/format.h"

namespace weir::query {
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

void append_cell(std::string& out, const Cell& cell) {
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) out += std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&cell)) append_field(out, *text);
  if (const auto* real = std::get_if<double>(&cell)) {
    std::array<char, 40> text{};
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), *real).ptr);
  }
}

void append_header(std::string& out, const Query& query) {
  out += "row";
  for (const flow::Column column : query.by) {
    const flow::ColumnInfo& info = flow::info(column);
    out += ',';
    out += info.name;
    if (!info.unit.empty()) out += " (" + std::string(info.unit) + ")";
  }
  if (query.resolution_ms) out += ",bucket (ms since 1970-01-01 UTC)";
  out += ",bytes (B),packets (p),flows";
  out += kLineEnd;
}

/// The lines of one row: one, or one for each bucket.
void append_row(std::string& out, const Query& query, const Answer& answer, std::string_view name, const Row& row) {
  std::string start(name);
  for (std::size_t i = 0; i < query.by.size(); ++i) {
    start += ',';
    if (i < row.key.size()) append_cell(start, row.key[i]);
  }
  const auto append_line = [&](const std::string& bucket, const Sums& sums) {
    out += start + bucket + ',' + std::to_string(sums.bytes) + ',' + std::to_string(sums.packets) + ',' +
           std::to_string(sums.flows);
    out += kLineEnd;
  };
  if (!query.resolution_ms) return append_line("", row.sums);
  for (std::size_t i = 0; i < answer.buckets.size() && i < row.series.size(); ++i) {
    append_line("," + std::to_string(answer.buckets[i]), row.series[i]);
  }
}

}  // namespace

std::string format_csv(const Query& query, const Answer& answer) {
  std::string out;
  append_header(out, query);
  for (std::size_t i = 0; i < answer.rows.size(); ++i)
    append_row(out, query, answer, std::to_string(i + 1), answer.rows[i]);
  if (answer.other) append_row(out, query, answer, "other", *answer.other);
  append_row(out, query, answer, "total", answer.total);
  return out;
}

}  // namespace weir::query
