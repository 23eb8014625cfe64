#include "store/duckdb/compile_literal.h"

#include <array>
#include <charconv>

#include "query/utf8.h"

namespace weir::store {
namespace {

constexpr std::size_t kPlainList = 16;

}  // namespace

Result<std::string> sql_text(std::string_view text) {
  if (query::invalid_utf8_at(text) != text.size()) return fail(ErrorCode::invalid, "a text in the filter is not UTF-8");
  std::string out = "'";
  for (const char c : text) {
    if (c == '\0') {
      out += "' || chr(0) || '";
    } else {
      if (c == '\'') out += '\'';
      out += c;
    }
  }
  out += '\'';
  return text.find('\0') == std::string_view::npos ? out : "(" + out + ")";
}

std::string sql_name(flow::Column column, std::string_view part) {
  return "\"" + std::string(flow::name(column)) + std::string(part) + "\"";
}

std::string sql_number(std::uint64_t number) {
  return std::to_string(number);
}

std::string sql_time(UnixMillis time) {
  return std::to_string(time);
}

std::string sql_real(double value) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
  return std::string(text.data(), end) + "::DOUBLE";
}

std::string sql_in(std::string_view expression, const std::vector<std::string>& values, std::string_view type) {
  std::string list;
  for (const std::string& value : values) {
    if (!list.empty()) list += ',';
    list += value;
  }
  if (values.size() <= kPlainList) return std::string(expression) + " IN (" + list + ")";
  return std::string(expression) + " IN (SELECT unnest([" + list + "]::" + std::string(type) + "[]))";
}

}  // namespace weir::store
