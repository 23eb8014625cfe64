#include "base/route_distinguisher.h"

#include <optional>

#include "base/ip_address.h"
#include "base/number_text.h"

namespace weir {
namespace {

enum class RdType : std::uint8_t { as2 = 0, ipv4 = 1, as4 = 2 };

RouteDistinguisher make_rd(std::uint64_t type, std::uint64_t value) {
  return {type << 48U | value};
}

/// "ADMINISTRATOR:NUMBER" of a known type.
std::optional<RouteDistinguisher> parse_typed(RdType type, std::string_view administrator, std::string_view number) {
  if (type == RdType::ipv4) {
    const auto address = parse_ip(administrator);
    const auto low = parse_number(number, 0xffff);
    if (!address || !address->is_v4() || !low) return std::nullopt;
    return make_rd(1, std::uint64_t{address->v4_bits()} << 16U | *low);
  }
  const auto as = parse_number(administrator, type == RdType::as2 ? 0xffff : 0xffff'ffff);
  const auto low = parse_number(number, type == RdType::as2 ? 0xffff'ffff : 0xffff);
  if (!as || !low) return std::nullopt;
  if (type == RdType::as2) return make_rd(0, std::uint64_t{*as} << 32U | *low);
  return make_rd(2, std::uint64_t{*as} << 16U | *low);
}

std::optional<RouteDistinguisher> parse_untyped(std::string_view administrator, std::string_view number) {
  if (administrator.contains('.')) return parse_typed(RdType::ipv4, administrator, number);
  const auto as = parse_number(administrator);
  if (!as) return std::nullopt;
  return parse_typed(*as > 0xffff ? RdType::as4 : RdType::as2, administrator, number);
}

std::optional<RouteDistinguisher> parse_parts(std::string_view text) {
  const std::size_t last = text.rfind(':');
  if (last == std::string_view::npos) return std::nullopt;
  const std::string_view front = text.substr(0, last);
  const std::string_view number = text.substr(last + 1);
  const std::size_t middle = front.find(':');
  if (middle != std::string_view::npos) {
    const auto type = parse_number(front.substr(0, middle), 2);
    if (!type) return std::nullopt;
    return parse_typed(static_cast<RdType>(*type), front.substr(middle + 1), number);
  }
  if (number.starts_with("0x")) {
    const auto type = parse_number(front, 0xffff);
    const auto value = parse_hex(number, 6);
    if (!type || !value) return std::nullopt;
    return make_rd(*type, *value);
  }
  return parse_untyped(front, number);
}

}  // namespace

std::string to_string(RouteDistinguisher rd) {
  if (rd.bits == 0) return "";
  const std::uint64_t value = rd.bits & 0xffff'ffff'ffff;
  switch (rd.bits >> 48U) {
    case 0:
      return std::to_string(value >> 32U) + ":" + std::to_string(value & 0xffff'ffff);
    case 1:
      return to_string(IpAddress::v4(static_cast<std::uint32_t>(value >> 16U))) + ":" + std::to_string(value & 0xffff);
    case 2:
      // With an AS of two octets it would read as type 0.
      return (value >> 32U == 0 ? "2:" : "") + std::to_string(value >> 16U) + ":" + std::to_string(value & 0xffff);
    default:
      return std::to_string(rd.bits >> 48U) + ":" + hex_text(value, 6);
  }
}

Result<RouteDistinguisher> parse_rd(std::string_view text) {
  if (const auto rd = parse_parts(text)) return *rd;
  return fail(ErrorCode::invalid,
              "'" + std::string(text) +
                  "' is not a route distinguisher: expected 64500:100 or 192.0.2.1:100, with 0:, 1: or "
                  "2: before it to say the type");
}

}  // namespace weir
