// Places in a text, in octets of UTF-8 or in the code units of UTF-16 that browsers count in.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::serve {

/// How many code units the text has in UTF-16. The text is UTF-8.
[[nodiscard]] inline std::size_t utf16_length(std::string_view text) {
  std::size_t out = 0;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if ((octet & 0xc0U) != 0x80) out += octet >= 0xf0 ? 2 : 1;
  }
  return out;
}

/// The octet at which the code unit `position` stands; behind the end the end, within a character its start.
[[nodiscard]] inline std::size_t octets_before_utf16(std::string_view text, std::size_t position) {
  std::size_t units = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto octet = static_cast<unsigned char>(text[at]);
    if ((octet & 0xc0U) == 0x80) continue;
    const std::size_t next = units + (octet >= 0xf0 ? 2 : 1);
    if (next > position) return at;
    units = next;
  }
  return text.size();
}

}  // namespace weir::serve
