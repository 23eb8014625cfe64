#include "main/config_value.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace weir::main {
namespace {

using Reason = std::unexpected<std::string>;

struct Unit {
  std::string_view name;
  std::uint64_t octets;
};
constexpr std::array<Unit, 9> kUnits = {{
    {"TiB", std::uint64_t{1} << 40U},
    {"GiB", std::uint64_t{1} << 30U},
    {"MiB", std::uint64_t{1} << 20U},
    {"KiB", std::uint64_t{1} << 10U},
    {"TB", 1'000'000'000'000},
    {"GB", 1'000'000'000},
    {"MB", 1'000'000},
    {"kB", 1'000},
    {"B", 1},
}};

struct Span {
  std::string_view name;
  UnixMillis length;
};
constexpr std::array<Span, 5> kSpans = {{{"d", kDayMs}, {"h", kHourMs}, {"m", kMinuteMs}, {"s", kSecondMs}, {"ms", 1}}};

std::expected<std::uint64_t, std::string> whole(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return Reason("");
  if (text.size() > 1 && text.front() == '0') {
    return Reason("a leading zero means octal to some readers and nothing to others; leave it out");
  }
  std::uint64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{})
    return Reason("the number is too large");
  return value;
}

std::string with_zero(std::string text, std::string_view zero) {
  if (!zero.empty()) text += fmt::format("; 0: {}", zero);
  return text;
}

std::string duration_text(UnixMillis value) {
  for (const Span& span : kSpans) {
    if (value % span.length == 0) return fmt::format("{}{}", value / span.length, span.name);
  }
  return {};
}

std::string size_text(std::uint64_t value) {
  if (value == 0) return "0";
  for (const Unit& unit : kUnits) {
    if (value % unit.octets == 0) return fmt::format("{}{}", value / unit.octets, unit.name);
  }
  return {};
}

/// Quoted where YAML would read something else.
std::string yaml_text(const std::string& text) {
  constexpr std::string_view kMeansSomething = "[]{}*&!|>'\"%@`#,?:- ";
  return text.empty() || kMeansSomething.contains(text.front()) ? "\"" + text + "\"" : text;
}

}  // namespace

std::string DurationKind::what() const {
  std::string text = fmt::format("duration ({} to {})", duration_text(least), duration_text(most));
  if (most == DurationKind{}.most)
    text = least == 1 ? "duration (30s, 15m, 2h, 30d)" : fmt::format("duration (at least {})", duration_text(least));
  return with_zero(text, zero);
}

std::expected<UnixMillis, std::string> DurationKind::read(Scalar scalar) const {
  if (scalar.text == "0" && !zero.empty()) return 0;
  const std::size_t digits = scalar.text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos) return Reason("");
  const auto count = whole(scalar.text.substr(0, digits));
  if (!count) return Reason(count.error());
  const auto value = parse_duration(scalar.text);
  if (!value) return Reason("");
  if (*value < least) return Reason("too short");
  if (*value > most) return Reason("too long");
  return *value;
}

std::string DurationKind::show(UnixMillis value) const {
  return value == 0 ? "0" : duration_text(value);
}

std::string SizeKind::what() const {
  std::string text = "size (512MiB, 10GiB, 2TB)";
  if (least > 1) text = fmt::format("size (at least {})", size_text(least));
  if (most != SizeKind{}.most) text = fmt::format("size ({} to {})", size_text(least), size_text(most));
  return with_zero(text, zero);
}

std::expected<std::uint64_t, std::string> SizeKind::read(Scalar scalar) const {
  if (scalar.text == "0" && !zero.empty()) return 0;
  const std::size_t digits = scalar.text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos) return Reason("");
  const auto count = whole(scalar.text.substr(0, digits));
  if (!count) return Reason(count.error());
  for (const Unit& unit : kUnits) {
    if (unit.name != scalar.text.substr(digits)) continue;
    if (*count > most / unit.octets) return Reason("too large");
    if (*count * unit.octets < least) return Reason("too small");
    return *count * unit.octets;
  }
  return Reason("");
}

std::string SizeKind::show(std::uint64_t value) const {
  return value == 0 ? "0" : size_text(value);
}

std::string WholeKind::what() const {
  std::string text = fmt::format("whole number ({} to {})", least, most);
  if (most == UINT32_MAX) text = least == 0 ? "whole number" : fmt::format("whole number (at least {})", least);
  return with_zero(text, zero);
}

std::expected<std::uint64_t, std::string> WholeKind::read(Scalar scalar) const {
  if (scalar.quoted) return Reason("a number stands without quotes");
  const auto value = whole(scalar.text);
  if (!value) return Reason(value.error());
  if (*value < least) return Reason("too small");
  if (*value > most) return Reason("too large");
  return *value;
}

std::string WholeKind::show(std::uint64_t value) const {
  return fmt::format("{}", value);
}

std::string FlagKind::what() const {
  return "true or false";
}

std::expected<bool, std::string> FlagKind::read(Scalar scalar) const {
  if (scalar.quoted) return Reason("it stands without quotes");
  if (scalar.text == "true") return true;
  if (scalar.text == "false") return false;
  return Reason("");
}

std::string FlagKind::show(bool value) const {
  return value ? "true" : "false";
}

std::string TextKind::what() const {
  return std::string(meaning);
}

std::expected<std::string, std::string> TextKind::read(Scalar scalar) const {
  if (scalar.text.empty()) return Reason("it is empty");
  return std::string(scalar.text);
}

std::string TextKind::show(const std::string& value) const {
  return value;
}

std::string ChoiceKind::what() const {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::expected<std::size_t, std::string> ChoiceKind::read(Scalar scalar) const {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == scalar.text) return i;
  }
  return Reason("");
}

std::string ChoiceKind::show(std::size_t value) const {
  return value < words.size() ? std::string(words[value]) : "";
}

std::string AddressKind::what() const {
  return "IPv4 or IPv6 address";
}

std::expected<IpAddress, std::string> AddressKind::read(Scalar scalar) const {
  const auto address = parse_ip(scalar.text);
  if (!address) return Reason("");
  return *address;
}

std::string AddressKind::show(IpAddress value) const {
  return to_string(value);
}

std::string PrefixKind::what() const {
  return "network, such as 192.0.2.0/24, or address";
}

std::expected<Prefix, std::string> PrefixKind::read(Scalar scalar) const {
  const auto prefix = parse_prefix(scalar.text);
  if (!prefix) return Reason(prefix.error().message);
  return *prefix;
}

std::string PrefixKind::show(const Prefix& value) const {
  return to_string(value);
}

std::string EndpointKind::what() const {
  return R"(ADDRESS:PORT, such as 0.0.0.0:2055 or "[::]:2055" (in quotes))";
}

std::expected<Endpoint, std::string> EndpointKind::read(Scalar scalar) const {
  const auto endpoint = parse_endpoint(scalar.text);
  if (!endpoint) return Reason("");
  return *endpoint;
}

std::string EndpointKind::show(Endpoint value) const {
  return yaml_text(to_string(value));
}

}  // namespace weir::main
