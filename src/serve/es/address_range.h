// Ranges of addresses as networks.
#pragma once

#include <vector>

#include "base/ip_address.h"

namespace weir::serve::es {

/// The next and the previous address; false at the end of all.
bool step_up(IpAddress& address);
bool step_down(IpAddress& address);

/// The fewest networks that hold exactly the addresses from `first` to `last`, both included. IPv4 and IPv6 are one order
/// (base/ip_address.h); a range over both gives networks of both.
[[nodiscard]] std::vector<Prefix> networks_between(IpAddress first, IpAddress last);

}  // namespace weir::serve::es
