#include "bgp/wire/printable.h"

#include <array>
#include <cstdint>

namespace weir::bgp {
namespace {

/// A character at the front of a text: how many octets it takes, 0 when they are no UTF-8.
struct Character {
  std::size_t octets = 0;
  std::uint32_t code = 0;
};

/// The forms of UTF-8 by their first octet (RFC 3629 section 3).
struct Form {
  std::uint8_t mask, lead;
  std::uint32_t least;
};
constexpr std::array<Form, 4> kForms = {
    {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x1'0000}}};

std::uint8_t octet(char c) {
  return static_cast<std::uint8_t>(c);
}

Character front(std::string_view text) {
  for (std::size_t more = 0; more < kForms.size(); ++more) {
    const Form& form = kForms[more];
    if ((octet(text[0]) & form.mask) != form.lead) continue;
    if (text.size() <= more) return {};
    std::uint32_t code = octet(text[0]) & static_cast<std::uint8_t>(~form.mask);
    for (std::size_t i = 1; i <= more; ++i) {
      if ((octet(text[i]) & 0xc0U) != 0x80) return {};
      code = code << 6U | (octet(text[i]) & 0x3fU);
    }
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    if (code < form.least || code > 0x10'ffff || surrogate) return {};
    return {more + 1, code};
  }
  return {};
}

bool shows(std::uint32_t code) {
  const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const bool separator = code == 0x2028 || code == 0x2029;
  const bool direction =
      code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return !control && !separator && !direction;
}

void append_escaped(std::string& out, std::string_view octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : octets) {
    out += "\\x";
    out += kDigits[octet(c) >> 4U];
    out += kDigits[octet(c) & 0xfU];
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character character = front(text);
    const std::string_view octets = text.substr(0, character.octets == 0 ? 1 : character.octets);
    text.remove_prefix(octets.size());
    if (character.octets == 0 || !shows(character.code)) {
      append_escaped(out, octets);
    } else {
      out += octets;
      if (character.code == '\\') out += '\\';
    }
  }
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Character character = front(text);
    if (character.octets == 0) return false;
    text.remove_prefix(character.octets);
  }
  return true;
}

}  // namespace weir::bgp
