#include "serve/es/field.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

namespace weir::serve::es {
namespace {

namespace json = boost::json;
using flow::Column;
using flow::ColumnType;

constexpr std::array<Field, 22> kShort = {{
    {"ts", Column::time, Shape::number},
    {"ra", Column::exporter, Shape::address},
    {"din", Column::direction, Shape::letter},
    {"sa", Column::src_addr, Shape::address},
    {"sp", Column::src_port, Shape::number},
    {"da", Column::dst_addr, Shape::address},
    {"dp", Column::dst_port, Shape::number},
    {"sas", Column::src_as, Shape::number},
    {"das", Column::dst_as, Shape::number},
    {"pr", Column::proto, Shape::number},
    {"flg", Column::tcp_flags, Shape::flags},
    {"tos", Column::tos, Shape::number},
    {"pps", Column::pps, Shape::number},
    {"bps", Column::bps, Shape::number},
    {"in", Column::in_if, Shape::number},
    {"out", Column::out_if, Shape::number},
    {"smk", Column::src_mask, Shape::number},
    {"dmk", Column::dst_mask, Shape::number},
    {"nh", Column::next_hop, Shape::address},
    {"ssn", Column::src_prefix, Shape::text},
    {"dsn", Column::dst_prefix, Shape::text},
    {"asp", Column::as_path, Shape::text},
}};

std::vector<Field> list_fields() {
  std::vector<Field> out(kShort.begin(), kShort.end());
  for (const flow::ColumnInfo& info : flow::kColumns) {
    const bool is_short = std::ranges::find(kShort, info.name, &Field::name) != kShort.end();
    if (!is_short) out.push_back({info.name, info.column, Shape::plain});
  }
  return out;
}

json::value cell_value(const query::Cell& cell) {
  struct Show {
    json::value operator()(std::monostate) const { return nullptr; }
    json::value operator()(std::uint64_t number) const { return number; }
    json::value operator()(double number) const { return number; }
    json::value operator()(const std::string& text) const { return json::value(text); }
  };
  return std::visit(Show{}, cell);
}

std::string cell_text(const query::Cell& cell) {
  struct Show {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(std::uint64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return fmt::format("{:.0f}", std::trunc(number)); }
    std::string operator()(const std::string& text) const { return text; }
  };
  return std::visit(Show{}, cell);
}

std::uint64_t cell_number(const query::Cell& cell) {
  const auto* number = std::get_if<std::uint64_t>(&cell);
  return number == nullptr ? 0 : *number;
}

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

}  // namespace

bool Field::is_number() const {
  if (shape == Shape::flags) return false;
  switch (info().type) {
    case ColumnType::u8:
    case ColumnType::u16:
    case ColumnType::u32:
    case ColumnType::u64:
    case ColumnType::real:
      return true;
    default:
      return false;
  }
}

std::span<const Field> short_fields() {
  return kShort;
}

const std::vector<Field>& all_fields() {
  static const std::vector<Field> fields = list_fields();
  return fields;
}

std::optional<Field> find_field(std::string_view name) {
  if (const auto* found = std::ranges::find(kShort, name, &Field::name); found != kShort.end()) return *found;
  if (name == "@timestamp") return Field{"@timestamp", Column::time, Shape::plain};
  if (const auto column = flow::find_column(name)) return Field{flow::name(*column), *column, Shape::plain};
  constexpr std::string_view kKeyword = ".keyword";
  if (name.ends_with(kKeyword)) return find_field(name.substr(0, name.size() - kKeyword.size()));
  return std::nullopt;
}

std::vector<Field> match_fields(std::string_view pattern) {
  if (pattern.find('*') == std::string_view::npos) {
    const auto field = find_field(pattern);
    return field ? std::vector{*field} : std::vector<Field>();
  }
  std::vector<Field> out;
  for (const Field& field : all_fields()) {
    if (glob_matches(pattern, field.name)) out.push_back(field);
  }
  return out;
}

std::string_view es_type(const Field& field) {
  if (field.shape == Shape::flags || field.shape == Shape::letter) return "keyword";
  switch (field.info().type) {
    case ColumnType::u8:
      return "short";
    case ColumnType::u16:
      return "integer";
    case ColumnType::u32:
    case ColumnType::u64:
      return "long";
    case ColumnType::time_ms:
      return "date";
    case ColumnType::ip:
      return "ip";
    case ColumnType::real:
      return "double";
    case ColumnType::mac:
    case ColumnType::string:
    case ColumnType::prefix:
      return "keyword";
  }
  return "keyword";
}

json::value source_value(const Field& field, const query::Cell& cell) {
  const bool unknown = std::holds_alternative<std::monostate>(cell);
  switch (field.shape) {
    case Shape::plain:
      return cell_value(cell);
    case Shape::number:
      return json::value(unknown ? "0" : cell_text(cell));
    case Shape::address:
      return json::value(unknown ? "0.0.0.0" : cell_text(cell));
    case Shape::text: {
      const std::string text = cell_text(cell);
      return json::value(text.empty() ? "-" : text);
    }
    case Shape::letter:
      return json::value(cell_text(cell) == "in" ? "I" : cell_text(cell) == "out" ? "O" : "-");
    case Shape::flags:
      return json::value(flag_letters(cell_number(cell)));
  }
  return nullptr;
}

json::value typed_value(const Field& field, const query::Cell& cell) {
  if (field.shape != Shape::number) return source_value(field, cell);
  if (std::holds_alternative<std::monostate>(cell)) return 0;
  return cell_value(cell);
}

std::string flag_letters(std::uint64_t flags) {
  constexpr std::string_view kLetters = "UAPRSF";
  std::string out;
  for (std::size_t i = 0; i < kLetters.size(); ++i) out += (flags >> (kLetters.size() - 1 - i) & 1U) != 0 ? kLetters[i] : '.';
  return out;
}

bool glob_matches(std::string_view pattern, std::string_view text, bool ignore_case) {
  // Two fingers and one place to come back to: behind the last '*'. Linear in practice, never exponential.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
      continue;
    }
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    const std::size_t at = escaped ? p + 1 : p;
    const bool same = at < pattern.size() && ((!escaped && pattern[at] == '?') || pattern[at] == text[t] ||
                                              (ignore_case && lower(pattern[at]) == lower(text[t])));
    if (same) {
      p = at + 1;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace weir::serve::es
