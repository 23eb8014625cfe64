// Numbers in the texts of AS paths, communities and route distinguishers.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// The whole of `text` as a decimal number from 0 to `most`; no sign, no space.
[[nodiscard]] inline std::optional<std::uint32_t> parse_number(std::string_view text,
                                                               std::uint32_t most = 0xffff'ffff) {
  std::uint32_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

/// An AS number: "64500", or "1.10" (asdot, RFC 5396).
[[nodiscard]] inline std::optional<std::uint32_t> parse_as_number(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return parse_number(text);
  const auto high = parse_number(text.substr(0, dot), 0xffff);
  const auto low = parse_number(text.substr(dot + 1), 0xffff);
  if (!high || !low) return std::nullopt;
  return *high << 16U | *low;
}

/// "0x" and `size` octets as hexadecimal digits; nothing when it is anything else.
[[nodiscard]] inline std::optional<std::uint64_t> parse_hex(std::string_view text, std::size_t size) {
  if (!text.starts_with("0x") || text.size() != 2 + 2 * size) return std::nullopt;
  text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}
/// What parse_hex() reads.
[[nodiscard]] inline std::string hex_text(std::uint64_t value, std::size_t size) {
  std::string out = "0x";
  for (std::size_t i = 2 * size; i-- > 0;) out += "0123456789abcdef"[value >> (4 * i) & 0xfU];
  return out;
}

}  // namespace weir
