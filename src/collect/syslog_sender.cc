#include "collect/syslog_sender.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace weir::collect {

Result<void> send_syslog(const Endpoint& server, std::string_view message) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string where = to_string(server);
  if (::getaddrinfo(to_string(server.address).c_str(), std::to_string(server.port).c_str(), &hints, &found) != 0)
    return fail(ErrorCode::invalid, "cannot use " + where);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> address(found, ::freeaddrinfo);
  const int fd = ::socket(address->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(ErrorCode::io, std::string("no socket: ") + std::strerror(errno));
  const ssize_t sent = ::sendto(fd, message.data(), message.size(), MSG_NOSIGNAL, address->ai_addr, address->ai_addrlen);
  const int why = errno;
  ::close(fd);
  if (sent >= 0) return {};
  return fail(ErrorCode::io, "cannot send to " + where + ": " + std::strerror(why));
}

}  // namespace weir::collect
