// Where to listen or to send: an address and a port.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/ip_address.h"

namespace weir {

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;
};

/// "192.0.2.1:2055", "[2001:db8::1]:2055".
[[nodiscard]] std::string to_string(const Endpoint& endpoint);
/// Parses what to_string() writes; port 0 is allowed. The error names the text and shows both forms.
[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view text);

}  // namespace weir
