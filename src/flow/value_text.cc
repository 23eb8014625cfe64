#include "flow/value_text.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace weir::flow {
namespace {

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_json_escaped(out, text);
  out += '"';
}

/// The length of the well-formed UTF-8 sequence at the front of `text`; 0 when it is none (RFC 3629 section 4).
std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0U) != 0x80) return 0;
  }
  if ((lead == 0xe0 && at(1) < 0xa0) || (lead == 0xed && at(1) > 0x9f) || (lead == 0xf0 && at(1) < 0x90) ||
      (lead == 0xf4 && at(1) > 0x8f)) {
    return 0;
  }
  return length;
}

template <Column C>
void append_value(std::string& out, const FlowBatch& batch, std::size_t row, const StringPool& strings) {
  constexpr ColumnType type = info(C).type;
  const auto value = batch.values<C>()[row];
  if constexpr (type == ColumnType::ip) {
    append_quoted(out, to_string(value));
  } else if constexpr (type == ColumnType::mac) {
    append_quoted(out, mac_text(value));
  } else if constexpr (type == ColumnType::string) {
    append_quoted(out, strings.text(value));
  } else if constexpr (type == ColumnType::time_ms) {
    out += std::to_string(value);
  } else {
    append_number(out, value);
  }
}

}  // namespace

std::string mac_text(std::uint64_t mac) {
  std::array<char, 24> text{};
  const auto octet = [&](unsigned i) { return static_cast<unsigned>(mac >> (40 - 8 * i) & 0xffU); };
  std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", octet(0), octet(1), octet(2), octet(3), octet(4), octet(5));
  return text.data();
}

void append_json_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    const std::size_t length = utf8_length(text);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text.front();
    } else if (c < 0x20) {
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c));
      out += escaped.data();
    } else if (length == 0) {
      out += "\xef\xbf\xbd";  // U+FFFD
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

void append_json(std::string& out, const FlowBatch& batch, std::size_t row, const StringPool& strings) {
  const RowMask mask = batch.masks()[row];
  char separator = '{';
#define X(column, alias, type, role, storage, unit, meaning)          \
  if constexpr (is_stored(Column::column)) {                          \
    if (mask.has(Column::column)) {                                   \
      out += separator;                                               \
      separator = ',';                                                \
      out += "\"" #column "\":";                                      \
      append_value<Column::column>(out, batch, row, strings);         \
    }                                                                 \
  }
  WEIR_COLUMNS(X)
#undef X
  if (separator == '{') out += '{';
  out += '}';
}

}  // namespace weir::flow
