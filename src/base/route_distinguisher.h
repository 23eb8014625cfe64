// What tells the routes of one VRF from those of another: in BGP and BMP messages, and in what exporters say of their VRFs.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weir {

/// RFC 4364 section 4.2: the 8 octets as one number, type first. 0: the global table.
struct RouteDistinguisher {
  std::uint64_t bits = 0;
  auto operator<=>(const RouteDistinguisher&) const = default;
};
/// "64500:100" (type 0, and type 2 where its AS needs four octets; else "2:64500:100"), "192.0.2.1:100" (type 1); other
/// types "type:0x...". "" for 0.
[[nodiscard]] std::string to_string(RouteDistinguisher rd);
/// Reads "64500:100" (type 0 if the AS fits in two octets, else 2), "192.0.2.1:100", and "0:", "1:", "2:" before them to
/// say the type.
[[nodiscard]] Result<RouteDistinguisher> parse_rd(std::string_view text);

}  // namespace weir
