#include "receive/udp_socket.h"

#include <linux/sock_diag.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "receive/source_steering.h"

namespace weir::receive {
namespace {

/// What a refused socket or bind means to the operator.
std::unexpected<Error> refused(const Endpoint& endpoint, int problem) {
  const std::string where = "UDP " + to_string(endpoint);
  const std::string port = std::to_string(endpoint.port);
  switch (problem) {
    case EADDRINUSE:
      return fail(ErrorCode::busy, where + " is already in use: 'ss -lunp sport = :" + port +
                                       "' shows by whom; stop that program or listen on another port with --udp");
    case EADDRNOTAVAIL:
      return fail(ErrorCode::invalid,
                  where + ": this machine does not have that address; 'ip address' shows those it has");
    case EAFNOSUPPORT:
      return fail(ErrorCode::unsupported,
                  where + ": this machine has no " + (endpoint.address.is_v4() ? "IPv4" : "IPv6"));
    case EACCES:
      return fail(ErrorCode::io, where + ": ports below 1024 need root or CAP_NET_BIND_SERVICE");
    default:
      return fail(ErrorCode::io, where + ": " + std::strerror(problem));
  }
}

}  // namespace

SocketAddress to_socket_address(const Endpoint& endpoint) {
  SocketAddress out{};
  if (endpoint.address.is_v4()) {
    out.v4 = {};
    out.v4.sin_family = AF_INET;
    out.v4.sin_port = htons(endpoint.port);
    out.v4.sin_addr.s_addr = htonl(endpoint.address.v4_bits());
    return out;
  }
  out.v6 = {};
  out.v6.sin6_family = AF_INET6;
  out.v6.sin6_port = htons(endpoint.port);
  for (unsigned i = 0; i < 8; ++i) {
    out.v6.sin6_addr.s6_addr[i] = static_cast<std::uint8_t>(endpoint.address.hi >> (56 - 8 * i));
    out.v6.sin6_addr.s6_addr[8 + i] = static_cast<std::uint8_t>(endpoint.address.lo >> (56 - 8 * i));
  }
  return out;
}

socklen_t length_of(const SocketAddress& address) {
  return address.any.sa_family == AF_INET ? sizeof address.v4 : sizeof address.v6;
}

Endpoint to_endpoint(const SocketAddress& address) {
  if (address.any.sa_family == AF_INET) {
    return {IpAddress::v4(ntohl(address.v4.sin_addr.s_addr)), ntohs(address.v4.sin_port)};
  }
  if (address.any.sa_family != AF_INET6) return {};
  ByteReader reader(std::as_bytes(std::span(address.v6.sin6_addr.s6_addr)));
  return {IpAddress::v6(reader), ntohs(address.v6.sin6_port)};
}

UdpSocket::~UdpSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

UdpSocket::UdpSocket(UdpSocket&& other) noexcept {
  *this = std::move(other);
}

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(endpoint_, other.endpoint_);
  std::swap(drops_seen_, other.drops_seen_);
  std::swap(counters_, other.counters_);
  return *this;
}

bool UdpSocket::set(int level, int option, int value) const {
  return ::setsockopt(descriptor_, level, option, &value, sizeof value) == 0;
}

Result<UdpSocket> UdpSocket::create(const Endpoint& endpoint) {
  UdpSocket out;
  const bool ipv6 = !endpoint.address.is_v4();
  out.descriptor_ = ::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
  if (out.descriptor_ < 0) return refused(endpoint, errno);
  const bool counted = out.set(SOL_SOCKET, SO_RXQ_OVFL, 1);
  if (!counted || (ipv6 && !out.set(IPPROTO_IPV6, IPV6_V6ONLY, 1))) return refused(endpoint, errno);
  return out;
}

Result<void> UdpSocket::bind(const Endpoint& endpoint) {
  SocketAddress address = to_socket_address(endpoint);
  if (::bind(descriptor_, &address.any, length_of(address)) != 0) return refused(endpoint, errno);
  socklen_t length = sizeof address;
  if (::getsockname(descriptor_, &address.any, &length) != 0) return refused(endpoint, errno);
  endpoint_ = to_endpoint(address);
  return {};
}

void UdpSocket::ask_for_buffer(std::size_t octets) {
  // The kernel doubles what is asked, for its own overhead; the first call needs CAP_NET_ADMIN, the second is bounded
  // by net.core.rmem_max without an error.
  const int wanted = static_cast<int>(std::min<std::size_t>(octets, INT_MAX / 2));
  if (!set(SOL_SOCKET, SO_RCVBUFFORCE, wanted)) (void)set(SOL_SOCKET, SO_RCVBUF, wanted);
  int given = 0;
  socklen_t length = sizeof given;
  if (::getsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &given, &length) != 0) return;
  counters_->buffer_octets.store(static_cast<std::uint64_t>(given), std::memory_order_relaxed);
}

void UdpSocket::saw_drops(std::uint32_t total) {
  // Messages carry the count of when they were queued, so an older one may come behind a newer look.
  const std::uint32_t more = total - drops_seen_;
  if (more == 0 || more > UINT32_MAX / 2) return;
  drops_seen_ = total;
  counters_->kernel_drops.fetch_add(more, std::memory_order_relaxed);
}

void UdpSocket::look_for_drops() {
  std::array<std::uint32_t, SK_MEMINFO_VARS> values{};
  socklen_t length = sizeof values;
  if (::getsockopt(descriptor_, SOL_SOCKET, SO_MEMINFO, values.data(), &length) != 0) return;
  if (length > SK_MEMINFO_DROPS * sizeof(std::uint32_t)) saw_drops(values[SK_MEMINFO_DROPS]);
}

Result<UdpSocket::Group> UdpSocket::open(const Endpoint& endpoint, std::uint32_t count, std::size_t buffer_octets) {
  Group group;
  Endpoint shared = endpoint;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto socket = create(shared);
    if (!socket) return std::unexpected(socket.error());
    socket->ask_for_buffer(buffer_octets);
    // The first binds alone, so that a port that another program of ours listens on with SO_REUSEPORT is seen as taken;
    // the others then join it.
    if (i > 0 && !socket->set(SOL_SOCKET, SO_REUSEPORT, 1)) return refused(shared, errno);
    if (auto bound = socket->bind(shared); !bound) return std::unexpected(bound.error());
    if (i == 0 && count > 1 && !socket->set(SOL_SOCKET, SO_REUSEPORT, 1)) return refused(shared, errno);
    shared = socket->endpoint();
    group.sockets.push_back(std::move(*socket));
  }
  if (count > 1) {
    const auto steered = steer_by_source(group.sockets.front().descriptor(), group.sockets.front().is_ipv6(), count);
    group.steered = steered.has_value();
    if (!steered) {
      log::warn("datagrams of one exporter may reach several workers",
                "udp=" + to_string(shared) + " reason=\"" + log::escape(steered.error().message) + "\"");
    }
  }
  return group;
}

}  // namespace weir::receive
