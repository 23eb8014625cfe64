#include "serve/url.h"

namespace weir::serve {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The length of the UTF-8 sequence that starts with `lead` (RFC 3629); 0 when no sequence does.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = sequence_length(lead);
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0U) != 0x80) return false;
    }
    const auto second = length > 1 ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const bool overlong_or_surrogate = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second >= 0xa0) ||
                                       (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second >= 0x90);
    if (overlong_or_surrogate) return false;
    i += length;
  }
  return true;
}

bool has_control(std::string_view text, std::string_view allowed) {
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if ((octet < 0x20 || octet == 0x7f) && allowed.find(c) == std::string_view::npos) return true;
  }
  return false;
}

Result<std::string> percent_decode(std::string_view text, bool plus_is_space, std::string_view allowed_control) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        return fail(ErrorCode::malformed, "a '%' in the address is not followed by two hexadecimal digits");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (has_control(out, allowed_control)) return fail(ErrorCode::malformed, "the address holds a control character");
  if (!is_utf8(out)) return fail(ErrorCode::malformed, "the address is not UTF-8");
  return out;
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = path.find('/');
    const auto segment = path.substr(0, end);
    if (segment == "." || segment == "..") return true;
    path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
  }
  return false;
}

}  // namespace

Result<std::vector<Parameter>> parse_form(std::string_view text) {
  std::vector<Parameter> out;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (pair.empty()) continue;
    if (out.size() == kMostParameters) return fail(ErrorCode::malformed, "too many parameters");
    const auto equals = pair.find('=');
    // Filters may be typed on several lines.
    auto name = percent_decode(pair.substr(0, equals), true, "");
    auto value =
        percent_decode(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true, "\t\r\n");
    if (!name) return std::unexpected(name.error());
    if (!value) return std::unexpected(value.error());
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

Result<Target> parse_target(std::string_view target) {
  if (!target.starts_with('/')) return fail(ErrorCode::malformed, "the address does not start with '/'");
  const auto mark = target.find('?');
  auto path = percent_decode(target.substr(0, mark), false, "");
  if (!path) return std::unexpected(path.error());
  if (has_dot_segment(*path)) return fail(ErrorCode::malformed, "the address has a '.' or '..' segment");
  auto parameters = parse_form(mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1));
  if (!parameters) return std::unexpected(parameters.error());
  return Target{std::move(*path), std::move(*parameters)};
}

}  // namespace weir::serve
