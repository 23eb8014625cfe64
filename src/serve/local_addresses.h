// The addresses of this machine, so that people can be told where to point their routers.
#pragma once

#include <vector>

#include "base/ip_address.h"

namespace weir::serve {

/// Global addresses of interfaces that are up, IPv4 first; no loopback, no link-local. Empty when the system does not
/// tell.
[[nodiscard]] std::vector<IpAddress> local_addresses();

}  // namespace weir::serve
