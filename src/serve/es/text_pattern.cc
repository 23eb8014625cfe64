#include "serve/es/text_pattern.h"

#include <fmt/format.h>

#include <cctype>
#include <vector>

namespace weir::serve::es {
namespace {

bool is_plain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ' ' || static_cast<unsigned char>(c) >= 0x80;
}

void append_literal(std::string& out, char c) {
  if (c == '\n') out += "\\n";
  else {
    if (!is_plain(c)) out += '\\';
    out += c;
  }
}

/// Octets of the UTF-8 character that begins `text`; broken ones count as one.
std::size_t length_of(std::string_view text) {
  const auto c = static_cast<unsigned char>(text.front());
  const std::size_t length = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
  return length > text.size() ? 1 : length;
}

/// The code point behind that of a character; 0 where there is none. Surrogates are left out.
char32_t behind(std::string_view character) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  char32_t code = octet(0);
  if (character.size() > 1) {
    code &= 0xffU >> (character.size() + 1);
    for (std::size_t i = 1; i < character.size(); ++i) code = code << 6U | (octet(i) & 0x3fU);
  }
  if (code >= 0x10ffff) return 0;
  return code == 0xd7ff ? 0xe000 : code + 1;
}

std::string opening(bool ignore_case) {
  return ignore_case ? "(?si)^(?:" : "(?s)^(?:";
}

}  // namespace

std::string escape_glob(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '*' || c == '?' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string glob_pattern(std::string_view glob, bool ignore_case) {
  std::string out = opening(ignore_case);
  for (std::size_t at = 0; at < glob.size(); ++at) {
    if (glob[at] == '*') {
      if (!out.ends_with(".*")) out += ".*";
    } else if (glob[at] == '?') {
      out += '.';
    } else {
      if (glob[at] == '\\' && at + 1 < glob.size()) ++at;
      append_literal(out, glob[at]);
    }
  }
  return out + ")$";
}

std::string at_least_pattern(std::string_view text) {
  // "ab" -> begins with [b-] , or a[c-...], or with "ab" itself.
  std::string out = "(?s)^(?:";
  std::string before;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, length_of(text));
    if (const char32_t next = behind(character); next != 0) {
      out += before;
      out += fmt::format("[\\x{{{:x}}}-\\x{{10ffff}}]|", static_cast<std::uint32_t>(next));
    }
    for (const char c : character) append_literal(before, c);
    text.remove_prefix(character.size());
  }
  return out + before + ")";
}

Result<std::string> lucene_regexp(std::string_view pattern, bool ignore_case) {
  std::string out = opening(ignore_case);
  bool in_class = false;
  int open = 0;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (!in_class && c == '(') ++open;
    if (!in_class && c == ')' && --open < 0) return fail(ErrorCode::invalid, "the regular expression has a ')' without a '('");
    if (c == '\\') {
      if (++at == pattern.size()) return fail(ErrorCode::invalid, "the regular expression ends with a backslash");
      if (std::string_view("dDwWsS").find(pattern[at]) != std::string_view::npos) {
        out += '\\';
        out += pattern[at];
      } else {
        append_literal(out, pattern[at]);
      }
    } else if (in_class) {
      if (c == ']') in_class = false;
      if (c == '[') out += '\\';
      out += c;
    } else if (std::string_view("~&#<\"").find(c) != std::string_view::npos) {
      return fail(ErrorCode::invalid, fmt::format("the operator '{}' of regular expressions is not supported; write \\{} for the letter", c, c));
    } else if (c == '(' && at + 1 < pattern.size() && pattern[at + 1] == '?') {
      return fail(ErrorCode::invalid, "the regular expression has a '?' that repeats nothing");
    } else if (c == '@') {
      out += ".*";
    } else if (c == '^' || c == '$') {
      out += '\\';
      out += c;
    } else {
      in_class = c == '[';
      out += c;
    }
  }
  if (open > 0 || in_class) return fail(ErrorCode::invalid, "a group or class of the regular expression is not closed");
  return out + ")$";
}

}  // namespace weir::serve::es
