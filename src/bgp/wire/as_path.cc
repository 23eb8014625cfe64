#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/number_text.h"
#include "bgp/wire/path_attributes.h"

namespace weir::bgp {
namespace {

/// How `show ip bgp` writes a segment.
struct Notation {
  SegmentType type;
  char open;
  char close;
  char between;
};
constexpr std::array<Notation, 4> kNotations = {{{SegmentType::as_set, '{', '}', ','},
                                                 {SegmentType::as_sequence, '\0', '\0', ' '},
                                                 {SegmentType::confed_sequence, '(', ')', ' '},
                                                 {SegmentType::confed_set, '[', ']', ','}}};

const Notation& notation_of(SegmentType type) {
  const auto at = static_cast<std::size_t>(type) - 1;
  return kNotations[at < kNotations.size() ? at : 1];
}
static_assert(std::ranges::all_of(kNotations, [](const Notation& n) {
  return &n == &kNotations[static_cast<std::size_t>(n.type) - 1];
}));

bool is_confederation(const AsSegment& segment) {
  return segment.type == SegmentType::confed_sequence || segment.type == SegmentType::confed_set;
}

void append(std::string& out, const AsSegment& segment) {
  const Notation& notation = notation_of(segment.type);
  if (notation.open != '\0') out += notation.open;
  bool first = true;
  for (const As as : segment.as) {
    if (!first) out += notation.between;
    first = false;
    std::array<char, 12> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), as).ptr;
    out.append(digits.data(), end);
  }
  if (notation.close != '\0') out += notation.close;
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == ',';
}

/// The next word of `text`: a bracket, or what stands between brackets and spaces. Empty at the end.
std::string_view next_word(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  std::size_t size = 0;
  while (size < text.size() && !is_space(text[size]) && !std::string_view("{}()[]").contains(text[size])) ++size;
  if (size == 0 && !text.empty()) size = 1;
  const std::string_view word = text.substr(0, size);
  text.remove_prefix(size);
  return word;
}

std::unexpected<Error> refuse(std::string_view word, std::string_view why) {
  return fail(ErrorCode::invalid, "AS path: '" + std::string(word) + "' " + std::string(why));
}

}  // namespace

std::optional<As> AsPath::origin() const {
  if (segments.empty()) return std::nullopt;
  const AsSegment& last = segments.back();
  if (last.type != SegmentType::as_sequence || last.as.empty()) return std::nullopt;
  return last.as.back();
}

std::optional<As> AsPath::first() const {
  const auto at = std::ranges::find_if_not(segments, is_confederation);
  if (at == segments.end() || at->type != SegmentType::as_sequence || at->as.empty()) return std::nullopt;
  return at->as.front();
}

unsigned AsPath::length() const {
  std::size_t length = 0;
  for (const AsSegment& segment : segments) {
    if (segment.type == SegmentType::as_sequence) length += segment.as.size();
    if (segment.type == SegmentType::as_set) length += 1;
  }
  return static_cast<unsigned>(length);
}

std::string to_string(const AsPath& path) {
  std::string out;
  for (const AsSegment& segment : path.segments) {
    if (!out.empty()) out += ' ';
    append(out, segment);
  }
  return out;
}

Result<AsPath> parse_as_path(std::string_view text) {
  AsPath out;
  const Notation* open = nullptr;  // within brackets
  for (std::string_view word = next_word(text); !word.empty(); word = next_word(text)) {
    const auto opens = std::ranges::find(kNotations, word.front(), &Notation::open);
    if (word.size() == 1 && opens != kNotations.end()) {
      if (open != nullptr) return refuse(word, "opens within another bracket");
      open = &*opens;
      out.segments.push_back({open->type, {}});
      continue;
    }
    if (word.size() == 1 && std::string_view("})]").contains(word.front())) {
      if (open == nullptr || open->close != word.front()) return refuse(word, "closes what was not opened");
      if (out.segments.back().as.empty()) return refuse(word, "closes an empty segment");
      open = nullptr;
      continue;
    }
    const auto as = parse_as_number(word);
    if (!as) return refuse(word, "is not an AS number");
    if (open == nullptr && (out.segments.empty() || out.segments.back().type != SegmentType::as_sequence)) {
      out.segments.push_back({SegmentType::as_sequence, {}});
    }
    out.segments.back().as.push_back(*as);
  }
  if (open != nullptr) return refuse(std::string_view(&open->open, 1), "is not closed");
  return out;
}

std::string_view to_string(Origin origin) {
  constexpr std::array<std::string_view, 3> kNames = {"igp", "egp", "incomplete"};
  const auto at = static_cast<std::size_t>(origin);
  return at < kNames.size() ? kNames[at] : "?";
}

}  // namespace weir::bgp
