// Messages to a syslog server by UDP (RFC 5426).
#pragma once

#include <string_view>

#include "base/endpoint.h"
#include "base/error.h"

namespace weir::collect {

/// One datagram. UDP tells of no loss: success means that it left.
[[nodiscard]] Result<void> send_syslog(const Endpoint& server, std::string_view message);

}  // namespace weir::collect
