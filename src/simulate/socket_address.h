// An Endpoint as the socket calls want it.
#pragma once

#include <sys/socket.h>

#include "base/endpoint.h"

namespace weir::simulate {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

[[nodiscard]] SocketAddress to_socket_address(const Endpoint& endpoint);
[[nodiscard]] Endpoint from_socket_address(const SocketAddress& address);

}  // namespace weir::simulate
