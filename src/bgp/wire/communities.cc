// The texts of standard (RFC 1997), extended (RFC 4360, 5668) and large (RFC 8092) communities.
#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/number_text.h"
#include "bgp/wire/path_attributes.h"

namespace weir::bgp {
namespace {

/// Extended communities that have a form of their own, by the low octet of their type.
struct ExtendedKind {
  std::string_view name;
  std::uint8_t subtype;
};
constexpr std::array<ExtendedKind, 2> kExtendedKinds = {{{"rt", 0x02}, {"soo", 0x03}}};

/// The high octet of the type says how the administrator is written (RFC 4360 section 3, RFC 5668 section 2).
constexpr std::uint8_t kTwoOctetAs = 0x00;
constexpr std::uint8_t kIpv4 = 0x01;
constexpr std::uint8_t kFourOctetAs = 0x02;

/// RFC 1997 and the registry; Weir writes them as numbers, and reads what routers show.
struct WellKnown {
  std::string_view name;
  std::uint32_t value;
};
constexpr std::array<WellKnown, 9> kWellKnown = {{{"no-export", 0xffff'ff01},
                                                  {"no-advertise", 0xffff'ff02},
                                                  {"local-AS", 0xffff'ff03},
                                                  {"no-export-subconfed", 0xffff'ff03},
                                                  {"no-peer", 0xffff'ff04},
                                                  {"graceful-shutdown", 0xffff'0000},
                                                  {"accept-own", 0xffff'0001},
                                                  {"blackhole", 0xffff'029a},
                                                  {"internet", 0}}};

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits{};
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

void append_standard(std::string& out, std::uint32_t community) {
  append_number(out, community >> 16U);
  out += ':';
  append_number(out, community & 0xffffU);
}

void append_extended(std::string& out, std::uint64_t community) {
  const auto high = static_cast<std::uint8_t>(community >> 56U);
  const auto kind =
      std::ranges::find(kExtendedKinds, static_cast<std::uint8_t>(community >> 48U), &ExtendedKind::subtype);
  if (kind == kExtendedKinds.end() || high > kFourOctetAs) {
    out += "ext:" + hex_text(community, 8);
    return;
  }
  out += kind->name;
  out += ':';
  if (high == kTwoOctetAs) {
    append_number(out, community >> 32U & 0xffffU);
    out += ':';
    append_number(out, community & 0xffff'ffffU);
    return;
  }
  const auto administrator = static_cast<std::uint32_t>(community >> 16U);
  if (high == kIpv4) {
    out += to_string(IpAddress::v4(administrator));
  } else {
    append_number(out, administrator);
    if (administrator <= 0xffff) out += 'L';  // a four-octet AS community of an AS that two octets could hold
  }
  out += ':';
  append_number(out, community & 0xffffU);
}

/// "ADMINISTRATOR:NUMBER" behind "rt:" or "soo:".
std::optional<std::uint64_t> parse_extended(std::uint8_t subtype, std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view administrator = text.substr(0, colon);
  const std::string_view number = text.substr(colon + 1);
  const auto make = [&](std::uint8_t high, std::uint64_t value) {
    return std::uint64_t{high} << 56U | std::uint64_t{subtype} << 48U | value;
  };
  const auto with_two_octets = [&](std::uint8_t high, std::uint64_t front) -> std::optional<std::uint64_t> {
    const auto low = parse_number(number, 0xffff);
    if (!low) return std::nullopt;
    return make(high, front << 16U | *low);
  };
  if (administrator.contains('.')) {
    const auto address = parse_ip(administrator);
    if (!address || !address->is_v4()) return std::nullopt;
    return with_two_octets(kIpv4, address->v4_bits());
  }
  const bool four_octets = administrator.ends_with('L');
  if (four_octets) administrator.remove_suffix(1);
  const auto as = parse_number(administrator);
  if (!as) return std::nullopt;
  if (four_octets || *as > 0xffff) return with_two_octets(kFourOctetAs, *as);
  const auto low = parse_number(number);
  if (!low) return std::nullopt;
  return make(kTwoOctetAs, std::uint64_t{*as} << 32U | *low);
}

std::optional<std::uint64_t> parse_any_extended(std::string_view word, bool& is_extended) {
  is_extended = true;
  if (word.starts_with("ext:")) return parse_hex(word.substr(4), 8);
  const std::size_t colon = word.find(':');
  const auto kind = std::ranges::find(kExtendedKinds, word.substr(0, colon), &ExtendedKind::name);
  if (colon != std::string_view::npos && kind != kExtendedKinds.end()) {
    return parse_extended(kind->subtype, word.substr(colon + 1));
  }
  is_extended = false;
  return std::nullopt;
}

bool parse_standard(std::string_view word, PathAttributes& into) {
  const auto known = std::ranges::find(kWellKnown, word, &WellKnown::name);
  if (known != kWellKnown.end()) {
    into.communities.push_back(known->value);
    return true;
  }
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos) return false;
  const auto high = parse_number(word.substr(0, colon), 0xffff);
  const auto low = parse_number(word.substr(colon + 1), 0xffff);
  if (!high || !low) return false;
  into.communities.push_back(*high << 16U | *low);
  return true;
}

bool parse_large(std::string_view word, PathAttributes& into) {
  LargeCommunity large{};
  for (std::size_t i = 0; i < large.size(); ++i) {
    const std::size_t colon = word.find(':');
    if ((colon == std::string_view::npos) != (i + 1 == large.size())) return false;
    const auto part = parse_number(word.substr(0, colon));
    if (!part) return false;
    large[i] = *part;
    word.remove_prefix(colon == std::string_view::npos ? word.size() : colon + 1);
  }
  into.large_communities.push_back(large);
  return true;
}

}  // namespace

std::string communities_text(const PathAttributes& attributes) {
  std::string out;
  const auto next = [&out]() -> std::string& {
    if (!out.empty()) out += ' ';
    return out;
  };
  for (const std::uint32_t community : attributes.communities) append_standard(next(), community);
  for (const std::uint64_t community : attributes.extended_communities) append_extended(next(), community);
  for (const LargeCommunity& community : attributes.large_communities) {
    append_number(next(), community[0]);
    for (const std::size_t i : {1U, 2U}) {
      out += ':';
      append_number(out, community[i]);
    }
  }
  return out;
}

Result<void> parse_community(std::string_view word, PathAttributes& into) {
  bool is_extended = false;
  if (const auto extended = parse_any_extended(word, is_extended)) {
    into.extended_communities.push_back(*extended);
    return {};
  }
  if (!is_extended) {
    const bool large = std::ranges::count(word, ':') == 2;
    if (large ? parse_large(word, into) : parse_standard(word, into)) return {};
  }
  return fail(ErrorCode::invalid, "'" + std::string(word) +
                                      "' is not a community: expected 64500:1, 64500:1:2, rt:64500:1, soo:64500:1 or "
                                      "ext:0x and 16 hexadecimal digits");
}

}  // namespace weir::bgp
