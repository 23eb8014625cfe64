#include "query/filter_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "query/lexer.h"
#include "query/names.h"
#include "query/nearest.h"

namespace weir::query {
namespace {

using flow::Column;
using flow::ColumnType;

constexpr std::uint64_t kMost = ~std::uint64_t{0};
// 9999-12-31T23:59:59.999Z: later times have no text that reads back.
constexpr UnixMillis kLastTime = 253'402'300'799'999;

struct Unit {
  std::string_view suffix;
  std::uint64_t scale;
};
constexpr std::array<Unit, 4> kScales = {
    {{"k", 1000}, {"m", 1'000'000}, {"g", 1'000'000'000}, {"t", 1'000'000'000'000}}};
constexpr std::array<Unit, 4> kDurations = {{{"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::unexpected<std::string> refuse(std::string message) {
  return std::unexpected(std::move(message));
}
std::string quoted(std::string_view word) {
  return "'" + std::string(word) + "'";
}

bool is_port(Column column) {
  return column == Column::src_port || column == Column::dst_port || column == Column::nat_src_port ||
         column == Column::nat_dst_port;
}
bool is_as(Column column) {
  return column == Column::src_as || column == Column::dst_as || column == Column::first_as;
}

std::optional<std::uint64_t> find_scale(Column column, std::string_view suffix) {
  if (suffix.empty()) return 1;
  for (const Unit& unit : kScales) {
    if (unit.suffix == suffix) return unit.scale;
  }
  if (column != Column::duration) return std::nullopt;
  for (const Unit& unit : kDurations) {
    if (unit.suffix == suffix) return unit.scale;
  }
  return std::nullopt;
}

/// "1.5k": what is behind the point must not be finer than one.
std::optional<std::uint64_t> scaled(std::string_view digits, std::string_view decimals, std::uint64_t scale) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  std::uint64_t out = 0;
  if (__builtin_mul_overflow(value, scale, &out)) return std::nullopt;
  for (const char digit : decimals) {
    if (scale % 10 != 0) return std::nullopt;
    scale /= 10;
    if (__builtin_add_overflow(out, scale * static_cast<std::uint64_t>(digit - '0'), &out)) return std::nullopt;
  }
  return out;
}

std::optional<std::uint64_t> plain_number(Column column, std::string_view word) {
  const std::string lower = lower_case(word);
  std::string_view rest = lower;
  if (rest.starts_with("0x")) {
    std::uint64_t value = 0;
    rest.remove_prefix(2);
    const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), value, 16);
    return problem == std::errc{} && end == rest.data() + rest.size() ? std::optional(value) : std::nullopt;
  }
  const auto take_digits = [&rest] {
    const auto stop = std::ranges::find_if_not(rest, is_digit);
    const auto digits = rest.substr(0, static_cast<std::size_t>(stop - rest.begin()));
    rest.remove_prefix(digits.size());
    return digits;
  };
  const std::string_view digits = take_digits();
  std::string_view decimals;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    decimals = take_digits();
    if (decimals.empty()) return std::nullopt;
  }
  const auto scale = find_scale(column, rest);
  return digits.empty() || !scale ? std::nullopt : scaled(digits, decimals, *scale);
}

std::optional<std::uint64_t> parse_mac(std::string_view word) {
  std::string hex;
  for (const char c : lower_case(word)) {
    if (c != ':' && c != '-' && c != '.') hex += c;
  }
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
  const bool separated = word.size() == 17 || word.size() == 14;  // aa:bb:cc:dd:ee:ff or aabb.ccdd.eeff
  if (hex.size() != 12 || !separated || problem != std::errc{} || end != hex.data() + hex.size()) return std::nullopt;
  return value;
}

/// One number of the column, without a range.
std::optional<std::uint64_t> one_number(Column column, std::string_view word) {
  const std::string lower = lower_case(word);
  if (column == Column::proto) {
    if (const auto number = find_number(protocols(), lower)) return number;
  }
  if (is_port(column)) {
    if (const auto number = find_number(services(), lower)) return number;
  }
  if (is_as(column) && lower.starts_with("as")) return plain_number(column, word.substr(2));
  if (column == Column::tcp_flags && !word.empty() && !is_digit(word.front())) {
    const auto bits = parse_flags(word);
    return bits ? std::optional(*bits) : std::nullopt;
  }
  return plain_number(column, word);
}

std::string what_is_expected(Column column) {
  const std::string most = std::to_string(largest(column));
  if (is_port(column))
    return "expected a port (0 to " + most + ", a range such as 1024-65535 or a service such as https)";
  if (column == Column::proto) return "expected a protocol (0 to " + most + " or a name such as tcp)";
  if (is_as(column)) return "expected an AS number (15169 or AS15169)";
  if (column == Column::duration) return "expected a duration in milliseconds, or with a unit: ms, s, min, h";
  if (column == Column::tcp_flags) return "expected TCP flags (letters of FSRPAUEC, or a number)";
  if (flow::info(column).type == ColumnType::mac) return "expected a MAC address such as 00:1b:54:aa:bb:cc";
  return "expected a number from 0 to " + most + " (k, m, g and t are thousands, millions, ...)";
}

std::string suggest_number(Column column, std::string_view word) {
  if (column != Column::proto && !is_port(column)) return "";
  std::vector<std::string_view> names;
  for (const NamedNumber& named : column == Column::proto ? protocols() : services()) names.push_back(named.name);
  return suggestion(lower_case(word), names);
}

std::string too_large(Column column, std::string_view word) {
  return quoted(word) + " is too large: at most " + std::to_string(largest(column)) + " is possible";
}

ValueResult<NumberRange> check_range(Column column, std::string_view word, NumberRange range) {
  if (range.first > range.second) return refuse(quoted(word) + ": the range ends before it begins");
  if (range.second > largest(column)) {
    return refuse(too_large(column, word));
  }
  return range;
}

/// "172.16/12": the missing octets as zeros; `octets` is how many were given.
std::string complete_v4(std::string_view address, unsigned& octets) {
  std::string out(address);
  octets = static_cast<unsigned>(std::ranges::count(address, '.')) + 1;
  for (unsigned i = octets; i < 4; ++i) out += ".0";
  return out;
}

bool is_cut_short_v4(std::string_view address) {
  return !address.empty() && std::ranges::all_of(address, [](char c) { return is_digit(c) || c == '.'; }) &&
         std::ranges::count(address, '.') < 3;
}

}  // namespace

std::uint64_t largest(Column column) {
  if (column == Column::src_mask || column == Column::dst_mask) return 128;
  switch (flow::info(column).type) {
    case ColumnType::u8:
      return 0xff;
    case ColumnType::u16:
      return 0xffff;
    case ColumnType::u32:
      return 0xffff'ffff;
    case ColumnType::mac:
      return 0xffff'ffff'ffff;
    case ColumnType::time_ms:
      return static_cast<std::uint64_t>(kLastTime);
    default:
      return kMost;
  }
}

ValueResult<NumberRange> parse_numbers(Column column, std::string_view word) {
  if (flow::info(column).type == ColumnType::mac) {
    const auto mac = parse_mac(word);
    if (!mac) return refuse(quoted(word) + " is not a MAC address; " + what_is_expected(column));
    return NumberRange{*mac, *mac};
  }
  if (const auto number = one_number(column, word)) return check_range(column, word, {*number, *number});
  if (const std::size_t dash = word.find('-'); dash != std::string_view::npos) {
    const auto first = one_number(column, word.substr(0, dash));
    const auto last = one_number(column, word.substr(dash + 1));
    if (first && last) return check_range(column, word, {*first, *last});
  }
  if (!word.empty() && std::ranges::all_of(word, is_digit)) return refuse(too_large(column, word));
  return refuse(quoted(word) + ": " + what_is_expected(column) + suggest_number(column, word));
}

ValueResult<double> parse_real(std::string_view word) {
  const auto bad = [&] {
    return refuse(quoted(word) +
                  ": expected a number, such as 1500, 2.5m or 10g (k, m, g and t are thousands, millions, ...)");
  };
  if (word.empty() || !is_digit(word.front())) return bad();
  double value = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
  const std::string suffix = lower_case(word.substr(static_cast<std::size_t>(end - word.data())));
  const auto scale = find_scale(Column::bps, suffix);
  if (problem != std::errc{} || !scale) return bad();
  value *= static_cast<double>(*scale);
  if (!std::isfinite(value)) return bad();
  return value;
}

ValueResult<std::uint64_t> parse_filter_time(std::string_view text) {
  if (text == "now" || text.starts_with('-'))
    return refuse(quoted(text) + ": a filter takes absolute times only; the range of the question takes relative ones");
  const auto time = parse_time(text, 0);
  if (!time)
    return refuse(quoted(text) +
                  ": expected a time such as \"2026-11-23 12:34:56\" (UTC) or epoch seconds or milliseconds");
  if (*time < 0 || *time > kLastTime) return refuse(quoted(text) + " lies outside the years 1970 to 9999");
  return static_cast<std::uint64_t>(*time);
}

ValueResult<Prefix> parse_network(std::string_view word, bool partial) {
  const std::size_t slash = word.find('/');
  std::string address(word.substr(0, slash));
  unsigned given_octets = 4;
  if (partial && is_cut_short_v4(address)) address = complete_v4(address, given_octets);
  if (partial && address.find(':') != std::string::npos && address.find("::") == std::string::npos &&
      std::ranges::count(address, ':') < 7)
    address += "::";
  const auto parsed = parse_ip(address);
  if (!parsed) return refuse(quoted(word) + " is not an address or network");
  const unsigned most = parsed->is_v4() ? 32 : 128;
  unsigned length = parsed->is_v4() ? given_octets * 8 : most;
  if (slash == std::string_view::npos) return Prefix::of(*parsed, length);
  const std::string_view digits = word.substr(slash + 1);
  if (parsed->is_v4() && digits.find('.') != std::string_view::npos) {
    const auto masked = parse_netmask(digits);
    if (!masked) return std::unexpected(masked.error());
    return Prefix::of(*parsed, *masked);
  }
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (problem != std::errc{} || end != digits.data() + digits.size() || length > most) {
    return refuse(quoted(word) + ": the prefix length must be a number from 0 to " + std::to_string(most));
  }
  if (length > given_octets * 8 && parsed->is_v4())
    return refuse(quoted(word) + ": the length asks for more octets than the address has; write all four");
  return Prefix::of(*parsed, length);
}

ValueResult<unsigned> parse_netmask(std::string_view word) {
  const auto mask = parse_ip(word);
  if (!mask || !mask->is_v4()) return refuse(quoted(word) + " is not a netmask such as 255.255.240.0");
  const std::uint32_t bits = mask->v4_bits();
  const auto length = static_cast<unsigned>(std::countl_one(bits));
  if (Prefix::of(IpAddress::v4(~std::uint32_t{0}), length).address.v4_bits() != bits) {
    return refuse(quoted(word) + " is not a netmask: its ones must come first");
  }
  return length;
}

ValueResult<std::uint64_t> parse_flags(std::string_view word) {
  constexpr std::string_view kLetters = "fsrpauec";
  std::uint64_t bits = 0;
  for (const char letter : lower_case(word)) {
    const std::size_t bit = kLetters.find(letter);
    if (letter != 'x' && bit == std::string_view::npos) {
      return refuse(quoted(word) + ": TCP flags are letters of F S R P A U E C, or X for the first six");
    }
    bits |= letter == 'x' ? std::uint64_t{0x3f} : std::uint64_t{1} << bit;
  }
  if (bits == 0) return refuse("expected TCP flags (letters of F S R P A U E C)");
  return bits;
}

}  // namespace weir::query
