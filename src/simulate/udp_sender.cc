#include "simulate/udp_sender.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "simulate/socket_address.h"

namespace weir::simulate {
namespace {

constexpr int kSendBuffer = 4 << 20;
constexpr int kMostRetries = 100;
constexpr int kWaitForRoomMs = 10;

std::unexpected<Error> refuse(std::string_view what, const Endpoint& endpoint) {
  return fail(ErrorCode::io, std::string(what) + " " + to_string(endpoint) + ": " + std::strerror(errno));
}

}  // namespace

bool is_loopback(IpAddress address) {
  return address.is_v4() ? address.v4_bits() >> 24U == 127 : address.hi == 0 && address.lo == 1;
}

Result<UdpSender> UdpSender::open(const Endpoint& to, const std::optional<Endpoint>& from) {
  const SocketAddress target = to_socket_address(to);
  const int fd = ::socket(target.get()->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return refuse("no socket to send to", to);
  UdpSender sender(fd);
  const int yes = 1;
  (void)::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  (void)::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
  if (from) {
    const SocketAddress source = to_socket_address(*from);
    if (::bind(fd, source.get(), source.length) != 0) return refuse("cannot send from", *from);
  }
  if (::connect(fd, target.get(), target.length) != 0) return refuse("cannot send to", to);
  return sender;
}

UdpSender::UdpSender(UdpSender&& other) noexcept : fd_(std::exchange(other.fd_, -1)), counts_(other.counts_) {}

UdpSender& UdpSender::operator=(UdpSender&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
    counts_ = other.counts_;
  }
  return *this;
}

UdpSender::~UdpSender() {
  close();
}

void UdpSender::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Endpoint UdpSender::local() const {
  SocketAddress address;
  address.length = sizeof address.storage;
  if (::getsockname(fd_, address.get(), &address.length) != 0) return {};
  return from_socket_address(address);
}

bool UdpSender::send(Bytes datagram) {
  return send_batch({&datagram, 1}) == 1;
}

// What the kernel reports belongs to an earlier datagram (nobody listened) or passes (no room): the call is made anew.
bool UdpSender::may_retry(int error) {
  if (error == ECONNREFUSED) {
    ++counts_.refused;
    return true;
  }
  if (error == EINTR) return true;
  if (error != EAGAIN && error != EWOULDBLOCK && error != ENOBUFS) return false;
  pollfd room{.fd = fd_, .events = POLLOUT, .revents = 0};
  (void)::poll(&room, 1, kWaitForRoomMs);
  return true;
}

std::size_t UdpSender::send_batch(std::span<const Bytes> datagrams) {
  std::array<iovec, kMostBatch> parts;
  std::array<mmsghdr, kMostBatch> messages;
  const std::size_t count = std::min(datagrams.size(), kMostBatch);
  for (std::size_t i = 0; i < count; ++i) {
    // sendmmsg() only reads, but iovec has no const form.
    parts[i] = {.iov_base = const_cast<std::byte*>(datagrams[i].data()), .iov_len = datagrams[i].size()};
    messages[i] = {};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  std::size_t sent = 0;
  for (int retries = 0; sent < count && retries < kMostRetries;) {
    const int now = ::sendmmsg(fd_, &messages[sent], static_cast<unsigned>(count - sent), 0);
    if (now < 0) {
      ++retries;
      if (!may_retry(errno)) break;
      continue;
    }
    for (std::size_t i = sent; i < sent + static_cast<std::size_t>(now); ++i) counts_.octets += datagrams[i].size();
    sent += static_cast<std::size_t>(now);
  }
  counts_.datagrams += sent;
  counts_.failed += count - sent;
  return sent;
}

}  // namespace weir::simulate
