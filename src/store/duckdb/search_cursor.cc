#include "store/duckdb/search_cursor.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/number_from.h"
#include "query/utf8.h"
#include "store/duckdb/search_order.h"

// "1.ORDER.UNTIL.WORDS..HASH.GIVEN", all numbers in hexadecimal. A word is n (unknown), u and a number, d and the bits of a
// real one, or s and the octets of a text.

namespace weir::store {
namespace {

constexpr std::string_view kVersion = "1";
constexpr std::size_t kMostLength = 64 * 1024;

std::unexpected<Error> refuse() {
  return fail(ErrorCode::invalid, "'after' is not where an answer to this question ended; leave it out to begin anew");
}

std::string hex(std::uint64_t number) {
  std::array<char, 20> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number, 16).ptr};
}

/// Tells one order from another.
std::string signature(const query::Search& search) {
  std::uint64_t out = 0xcbf29ce484222325U;
  const auto add = [&](std::uint64_t octet) { out = (out ^ octet) * 0x100000001b3U; };
  for (const query::Search::Order& order : search.order) {
    for (const char c : flow::name(order.column)) add(static_cast<unsigned char>(c));
    add(order.descending ? 1 : 2);
  }
  return hex(out & 0xffffffffU);
}

std::string word_text(const query::Cell& word) {
  if (const auto* number = std::get_if<std::uint64_t>(&word)) return "u" + hex(*number);
  if (const auto* real = std::get_if<double>(&word)) return "d" + hex(std::bit_cast<std::uint64_t>(*real));
  const auto* text = std::get_if<std::string>(&word);
  if (text == nullptr) return "n";
  std::string out = "s";
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : *text) {
    out += kDigits[static_cast<unsigned char>(c) >> 4U];
    out += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

std::optional<std::string> octets_of(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto octet = hex_from<std::uint64_t>(text.substr(i, 2));
    if (!octet) return std::nullopt;
    out += static_cast<char>(*octet);
  }
  return query::invalid_utf8_at(out) == out.size() ? std::optional(out) : std::nullopt;
}

/// A word of the type that the order has there.
std::optional<query::Cell> parse_word(std::string_view text, OrderWord::Type type) {
  if (text == "n") return query::Cell();
  if (text.empty()) return std::nullopt;
  const std::string_view value = text.substr(1);
  if (text.front() == 's' && type == OrderWord::Type::text) {
    auto octets = octets_of(value);
    return octets ? std::optional<query::Cell>(*std::move(octets)) : std::nullopt;
  }
  const auto number = hex_from<std::uint64_t>(value);
  if (!number) return std::nullopt;
  if (text.front() == 'u' && type == OrderWord::Type::number) return query::Cell(*number);
  if (text.front() == 'd' && type == OrderWord::Type::real) {
    const auto real = std::bit_cast<double>(*number);
    if (std::isfinite(real)) return query::Cell(real);
  }
  return std::nullopt;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find('.', at);
    out.push_back(text.substr(at, end - at));
    if (end == std::string_view::npos) return out;
    at = end + 1;
  }
}

}  // namespace

std::string to_text(const Cursor& cursor, const query::Search& search) {
  std::string out = std::string(kVersion) + "." + signature(search) + "." + hex(static_cast<std::uint64_t>(cursor.until_ms));
  for (const query::Cell& word : cursor.place) out += "." + word_text(word);
  return out + "." + hex(cursor.hash) + "." + hex(cursor.given);
}

Result<Cursor> parse_cursor(std::string_view text, const query::Search& search) {
  if (text.size() > kMostLength) return refuse();
  const std::vector<std::string_view> parts = split(text);
  const std::vector<OrderWord> order = order_words(search);
  constexpr std::size_t kBefore = 3;
  if (parts.size() != kBefore + order.size() + 2 || parts[0] != kVersion || parts[1] != signature(search)) return refuse();
  const auto until = hex_from<std::uint64_t>(parts[2]);
  const auto hash = hex_from<std::uint64_t>(parts[parts.size() - 2]);
  const auto given = hex_from<std::uint64_t>(parts.back());
  constexpr std::uint64_t kMostTime = 253'402'300'800'000;
  constexpr std::uint64_t kMostGiven = std::uint64_t{1} << 40U;
  if (!until || *until > kMostTime || !hash || !given || *given > kMostGiven) return refuse();
  Cursor out{static_cast<UnixMillis>(*until), {}, *hash, *given};
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto word = parse_word(parts[kBefore + i], order[i].type);
    if (!word) return refuse();
    out.place.push_back(*std::move(word));
  }
  return out;
}

}  // namespace weir::store
