#include "bgp/wire/show_text.h"

#include <algorithm>
#include <cctype>

#include "base/number_text.h"

namespace weir::bgp {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Where an escape sequence that begins at `at` ends: "ESC [ digits letter", or ESC and one more.
std::size_t end_of_escape(std::string_view raw, std::size_t at) {
  std::size_t end = at + 1;
  if (end >= raw.size() || raw[end] != '[') return std::min(end + 1, raw.size());
  ++end;
  while (end < raw.size() && !is_letter(raw[end])) ++end;
  return std::min(end + 1, raw.size());
}

/// What stands on the screen after `raw` was printed on one line.
void print(std::string_view raw, std::string& screen) {
  screen.clear();
  std::size_t cursor = 0;
  for (std::size_t at = 0; at < raw.size(); ++at) {
    const char c = raw[at];
    if (c == '\b') {
      cursor -= cursor > 0 ? 1 : 0;
    } else if (c == '\r') {
      cursor = 0;
    } else if (c == '\x1b') {
      at = end_of_escape(raw, at) - 1;
    } else {
      const std::size_t width = c == '\t' ? 8 - cursor % 8 : 1;
      const char shown = static_cast<unsigned char>(c) < ' ' ? ' ' : c;
      if (screen.size() < cursor + width) screen.resize(cursor + width, ' ');
      std::fill_n(screen.begin() + static_cast<std::ptrdiff_t>(cursor), width, shown);
      cursor += width;
    }
  }
}

/// Pagers that do not wipe their prompt leave it at the front of the next line.
std::string_view without_pager(std::string_view line) {
  constexpr std::string_view kPagers[] = {"--More--", "-- More --", "<--- More --->", "--more--"};
  for (const std::string_view pager : kPagers) {
    const std::size_t at = line.find_first_not_of(' ');
    if (at == std::string_view::npos || !line.substr(at).starts_with(pager)) continue;
    line.remove_prefix(at + pager.size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    return line;
  }
  return line;
}

}  // namespace

std::size_t ShownLine::indent() const {
  return std::min(text.find_first_not_of(' '), text.size());
}

void LineSplitter::take(std::string_view chunk, const std::function<void(const ShownLine&)>& on_line) {
  while (!chunk.empty()) {
    const std::size_t end = chunk.find('\n');
    const std::string_view part = chunk.substr(0, end);
    const std::size_t room = ShowIpBgpReader::kMostLineOctets - raw_.size();
    raw_.append(part.substr(0, room));
    cut_ = cut_ || part.size() > room;
    if (end == std::string_view::npos) return;
    chunk.remove_prefix(end + 1);
    end_line(on_line);
  }
}

void LineSplitter::finish(const std::function<void(const ShownLine&)>& on_line) {
  if (!raw_.empty()) end_line(on_line);
}

void LineSplitter::end_line(const std::function<void(const ShownLine&)>& on_line) {
  std::string_view raw = raw_;
  while (raw.ends_with('\r')) raw.remove_suffix(1);
  print(raw, shown_);
  std::string_view text = without_pager(shown_);
  while (text.ends_with(' ')) text.remove_suffix(1);
  on_line({.text = text, .number = ++lines_, .cut = cut_});
  raw_.clear();
  cut_ = false;
}

void ShowResults::route(ShownRoute& route) {
  ++counts.routes;
  if (on_route_) on_route_(route);
}

void ShowResults::not_understood(std::size_t line, std::string_view text, std::string_view why) {
  ++counts.not_understood;
  complain(line, std::string(why) + ": '" + std::string(text.substr(0, 100)) + "'");
}

void ShowResults::complain(std::size_t line, std::string_view what) {
  if (complaints.size() >= ShowIpBgpReader::kMostComplaints) return;
  std::string text = "line " + std::to_string(line) + ": " + std::string(what);
  // What routers and their peers name things is theirs; a complaint is one printable line.
  std::ranges::replace_if(text, [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  complaints.push_back(std::move(text));
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

std::string_view take_word(std::string_view& text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  const std::size_t end = std::min(text.find(' ', begin), text.size());
  const std::string_view word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

std::optional<Prefix> parse_network(std::string_view text) {
  if (text.contains('/')) {
    const auto prefix = parse_prefix(text);
    return prefix ? std::optional(*prefix) : std::nullopt;
  }
  const auto address = parse_ip(text);
  if (!address) return std::nullopt;
  if (!address->is_v4()) return Prefix::of(*address, 128);
  // Routers leave the length out where it is that of the address's class (RFC 791 section 3.2).
  const std::uint32_t bits = address->v4_bits();
  unsigned length = 0;
  if (bits == 0) {
    length = 0;
  } else if (bits >> 31U == 0) {
    length = 8;
  } else if (bits >> 30U == 0b10) {
    length = 16;
  } else if (bits >> 29U == 0b110) {
    length = 24;
  } else {
    return std::nullopt;
  }
  const Prefix prefix = Prefix::of(*address, length);
  if (prefix.address != *address) return std::nullopt;
  return prefix;
}

std::optional<Nlri> parse_vpn_network(std::string_view text) {
  Nlri nlri;
  if (const auto prefix = parse_network(text)) {
    nlri.prefix = *prefix;
    return nlri;
  }
  std::string_view distinguisher, network;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    distinguisher = text.substr(1, close - 1);
    network = text.substr(close + 1);
  } else {
    const std::size_t first = text.find(':');
    const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    distinguisher = text.substr(0, second);
    network = text.substr(second + 1);
  }
  const auto rd = parse_rd(distinguisher);
  const auto prefix = parse_network(network);
  if (!rd || !prefix) return std::nullopt;
  nlri.rd = *rd;
  nlri.prefix = *prefix;
  return nlri;
}

std::optional<IpAddress> parse_shown_address(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open != std::string_view::npos && text.ends_with(')')) {
    const auto inside = parse_ip(text.substr(open + 1, text.size() - open - 2));
    if (inside) return *inside;
    text = text.substr(0, open);
  }
  const auto address = parse_ip(text.substr(0, text.find_first_of("@<")));
  return address ? std::optional(*address) : std::nullopt;
}

bool is_prompt(std::string_view text) {
  const std::size_t end = text.find_first_of("># ");
  // Status codes of the table form ("s>", "Vr>") are shorter than any host name, and no word of a command begins with
  // a digit.
  if (end == std::string_view::npos || end < 3 || text[end] == ' ' || !is_letter(text.front())) return false;
  std::string_view typed = text.substr(end + 1);
  const std::string_view word = take_word(typed);
  return word.empty() || is_letter(word.front());
}

}  // namespace weir::bgp
