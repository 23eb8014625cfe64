// A number from a text that holds nothing else.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace weir {

/// The whole of `text` as a number; nothing when there is anything else in it, or the number does not fit. No space and no
/// plus; a minus for types that have a sign. Reals as std::from_chars() has them, "inf" and "nan" included.
template <typename Number>
  requires std::integral<Number> || std::floating_point<Number>
[[nodiscard]] std::optional<Number> number_from(std::string_view text) {
  Number out{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

/// The same in hexadecimal digits, without anything before them.
template <std::unsigned_integral Number>
[[nodiscard]] std::optional<Number> hex_from(std::string_view text) {
  Number out{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace weir
