// What a person types for a FlowSpec rule.
#include <array>
#include <utility>

#include "base/number_text.h"
#include "detect/mitigation/plan.h"

namespace weir::detect {
namespace {

constexpr std::size_t kMostOctets = 1000;
constexpr std::array<std::pair<std::string_view, std::uint8_t>, 7> kProtocols = {
    {{"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"gre", 47}, {"esp", 50}, {"icmp6", 58}, {"icmpv6", 58}}};
constexpr std::string_view kFlagLetters = "FSRPAUEC";

class Parser {
 public:
  Parser(std::string_view text, const Prefix& target) : text_(text) {
    out_.target = target;
    out_.attack_share = 1;
  }

  Result<Signature> parse() {
    if (text_.size() > kMostOctets) return fail(ErrorCode::invalid, "match: longer than 1000 characters");
    for (std::string word = next(); !word.empty(); word = next()) {
      if (auto read = test(word); !read) return std::unexpected(read.error());
    }
    return out_;
  }

 private:
  std::string next() {
    const std::size_t begin = text_.find_first_not_of(" \t\r\n", at_);
    if (begin == std::string_view::npos) return {};
    at_ = std::min(text_.find_first_of(" \t\r\n", begin), text_.size());
    std::string word(text_.substr(begin, at_ - begin));
    return word == "and" ? next() : word;
  }
  std::unexpected<Error> wrong(const std::string& word, std::string_view expected) const {
    return fail(ErrorCode::invalid, "match: " + (word.empty() ? "the end" : "'" + word + "'") + " where " +
                                        std::string(expected) + " is expected");
  }

  template <typename T>
  Result<void> number(std::optional<T>& into, std::uint32_t most, std::string_view what) {
    const std::string word = next();
    const auto value = parse_number(word, most);
    if (!value) return wrong(word, what);
    if (into) return fail(ErrorCode::invalid, "match: " + std::string(what) + " is given twice");
    into = static_cast<T>(*value);
    return {};
  }

  Result<void> test(const std::string& word) {
    if (word == "proto") return protocol(next());
    if (word == "src" || word == "dst") return side(word == "src");
    if (word == "icmp" || word == "icmp-type") return icmp(word);
    if (word == "tcp" || word == "flags") return flags(word);
    if (word == "length") return length(next());
    if (word == "fragment") return set(out_.fragment, true);
    return protocol(word);
  }

  template <typename T>
  Result<void> set(std::optional<T>& into, T value) {
    if (into) return fail(ErrorCode::invalid, "match: something is given twice");
    into = value;
    return {};
  }

  Result<void> protocol(const std::string& word) {
    for (const auto& [name, value] : kProtocols) {
      if (word == name) return set(out_.protocol, value);
    }
    const auto value = parse_number(word, 255);
    if (!value) return wrong(word, "a protocol, src, dst, port, net, length, flags, icmp-type or fragment");
    return set(out_.protocol, static_cast<std::uint8_t>(*value));
  }

  Result<void> side(bool source) {
    const std::string word = next();
    if (word == "port") return number(source ? out_.source_port : out_.destination_port, 0xffff, "a port");
    if (word != "net" || !source) return wrong(word, source ? "port or net" : "port (the target is the destination)");
    const std::string text = next();
    const auto prefix = parse_prefix(text);
    if (!prefix) return fail(ErrorCode::invalid, "match: " + prefix.error().message);
    if (prefix->address.is_v4() != out_.target.address.is_v4())
      return wrong(text, "a network of the target's address family");
    return set(out_.source, *prefix);
  }

  /// "icmp type 8", "icmp-type 8", or the protocol alone.
  Result<void> icmp(const std::string& word) {
    if (word == "icmp") {
      if (auto read = protocol(out_.target.address.is_v4() ? "icmp" : "icmp6"); !read) return read;
      const std::size_t before = at_;
      if (next() != "type") {
        at_ = before;
        return {};
      }
    }
    return number(out_.icmp_type, 255, "an ICMP type");
  }

  /// "tcp flags S/SA": S is set, A is not. "flags S": S is set, whatever else is.
  Result<void> flags(const std::string& word) {
    if (word == "tcp") {
      if (auto read = protocol(word); !read) return read;
      const std::size_t before = at_;
      if (next() != "flags") {
        at_ = before;
        return {};
      }
    }
    const std::string text = next();
    const std::size_t slash = std::min(text.find('/'), text.size());
    const auto set_flags = letters(std::string_view(text).substr(0, slash));
    const auto mask = slash == text.size() ? set_flags : letters(std::string_view(text).substr(slash + 1));
    if (!set_flags || !mask || *mask == 0 || (*set_flags & ~*mask) != 0)
      return wrong(text, "TCP flags like S/SA (S is set, of S and A)");
    if (out_.tcp_flags) return wrong(text, "TCP flags only once");
    out_.tcp_flags = set_flags;
    out_.tcp_flags_mask = mask;
    return {};
  }
  static std::optional<std::uint8_t> letters(std::string_view text) {
    unsigned out = 0;
    for (const char letter : text) {
      const std::size_t bit = kFlagLetters.find(letter);
      if (bit == std::string_view::npos) return std::nullopt;
      out |= 1U << bit;
    }
    return static_cast<std::uint8_t>(out);
  }

  Result<void> length(const std::string& text) {
    const std::size_t dash = std::min(text.find('-'), text.size());
    const auto from = parse_number(std::string_view(text).substr(0, dash), 0xffff);
    const auto to = dash == text.size() ? from : parse_number(std::string_view(text).substr(dash + 1), 0xffff);
    if (!from || !to || *from > *to || out_.length_from)
      return wrong(text, "a length, or a range like 400-1500, once");
    out_.length_from = static_cast<std::uint16_t>(*from);
    out_.length_to = static_cast<std::uint16_t>(*to);
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Signature out_;
};

}  // namespace

Result<Signature> parse_signature(std::string_view text, const Prefix& target) {
  return Parser(text, target).parse();
}

}  // namespace weir::detect
