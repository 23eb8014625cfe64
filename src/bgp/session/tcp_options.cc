#include "bgp/session/tcp_options.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>
#include <memory>

#include "base/byte_writer.h"

namespace weir::bgp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr int kMostTtl = 255;

std::string last_error() {
  return error_code(errno, boost::system::system_category()).message();
}

bool set_int(int socket, int level, int option, int value) {
  return ::setsockopt(socket, level, option, &value, sizeof value) == 0;
}

}  // namespace

asio::ip::address to_asio(IpAddress address) {
  if (address.is_v4()) return asio::ip::address_v4(address.v4_bits());
  ByteWriter writer;
  writer.u64(address.hi);
  writer.u64(address.lo);
  asio::ip::address_v6::bytes_type bytes{};
  std::ranges::transform(writer.view(), bytes.begin(), [](std::byte b) { return std::to_integer<unsigned char>(b); });
  return asio::ip::address_v6(bytes);
}

IpAddress from_asio(const asio::ip::address& address) {
  if (address.is_v4()) return IpAddress::v4(address.to_v4().to_uint());
  const auto bytes = address.to_v6().to_bytes();
  ByteReader reader(std::as_bytes(std::span(bytes)));
  return IpAddress::v6(reader);
}

Result<void> listen_on(Tcp::acceptor& acceptor, const Endpoint& endpoint, std::string_view key) {
  error_code error;
  const Tcp::endpoint at(to_asio(endpoint.address), endpoint.port);
  acceptor.open(at.protocol(), error);
  if (!error && at.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(at, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) {
    (void)set_int(acceptor.native_handle(), at.address().is_v4() ? IPPROTO_IP : IPPROTO_IPV6,
                  at.address().is_v4() ? IP_TTL : IPV6_UNICAST_HOPS, kMostTtl);
    return {};
  }
  const std::string where = "TCP port " + to_string(endpoint);
  if (error == asio::error::address_in_use)
    return fail(ErrorCode::busy, where + " is taken; stop the program that has it, or choose another with " +
                                     std::string(key));
  return fail(ErrorCode::io, "cannot listen on " + where + " (" + std::string(key) + "): " + error.message());
}

Result<void> open_caller(Tcp::socket& socket, IpAddress remote, IpAddress local) {
  error_code error;
  socket.open(remote.is_v4() ? Tcp::v4() : Tcp::v6(), error);
  if (!error && !local.is_unspecified()) socket.bind({to_asio(local), 0}, error);
  if (!error) return {};
  return fail(ErrorCode::io, (local.is_unspecified() ? "no socket" : "cannot call from " + to_string(local)) + ": " +
                                 error.message());
}

Result<void> set_password(int socket, const Prefix& remote, const std::string& password) {
  ::tcp_md5sig wanted{};
  if (password.size() > sizeof wanted.tcpm_key)
    return fail(ErrorCode::invalid, "a TCP MD5 password has at most " + std::to_string(sizeof wanted.tcpm_key) + " octets");
  const Tcp::endpoint at(to_asio(remote.address), 0);
  const auto from = std::as_bytes(std::span(at.data(), 1));
  if (at.protocol() == Tcp::v4()) {
    std::ranges::copy(from, std::as_writable_bytes(std::span(&wanted.tcpm_addr, 1)).begin());
  } else {
    ::sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    const auto bytes = at.address().to_v6().to_bytes();
    std::ranges::copy(std::as_bytes(std::span(bytes)), std::as_writable_bytes(std::span(&v6.sin6_addr, 1)).begin());
    std::ranges::copy(std::as_bytes(std::span(&v6, 1)), std::as_writable_bytes(std::span(&wanted.tcpm_addr, 1)).begin());
  }
  wanted.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX;
  wanted.tcpm_prefixlen = remote.length;
  wanted.tcpm_keylen = static_cast<std::uint16_t>(password.size());
  std::ranges::copy(as_octets(password), std::as_writable_bytes(std::span(wanted.tcpm_key)).begin());
  if (::setsockopt(socket, IPPROTO_TCP, TCP_MD5SIG_EXT, &wanted, sizeof wanted) == 0) return {};
  if (password.empty() && errno == ENOENT) return {};
  if (errno == ENOPROTOOPT || errno == EOPNOTSUPP)
    return fail(ErrorCode::unsupported, "this kernel has no TCP MD5 signatures (CONFIG_TCP_MD5SIG); take 'password' "
                                        "away, or use another kernel");
  return fail(ErrorCode::io, "cannot set the TCP MD5 password for " + to_string(remote) + ": " + last_error());
}

Result<void> set_ttl_security(int socket, bool is_v4) {
  const bool done = is_v4 ? set_int(socket, IPPROTO_IP, IP_TTL, kMostTtl) && set_int(socket, IPPROTO_IP, IP_MINTTL, kMostTtl)
                          : set_int(socket, IPPROTO_IPV6, IPV6_UNICAST_HOPS, kMostTtl) &&
                                set_int(socket, IPPROTO_IPV6, IPV6_MINHOPCOUNT, kMostTtl);
  if (done) return {};
  return fail(ErrorCode::io, "cannot set ttl_security: " + last_error());
}

void set_usual(Tcp::socket& socket) {
  error_code ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  constexpr int kIdleSeconds = 60, kBetweenSeconds = 10, kProbes = 6, kUnansweredMs = 120'000;
  (void)set_int(socket.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, kIdleSeconds);
  (void)set_int(socket.native_handle(), IPPROTO_TCP, TCP_KEEPINTVL, kBetweenSeconds);
  (void)set_int(socket.native_handle(), IPPROTO_TCP, TCP_KEEPCNT, kProbes);
  (void)set_int(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, kUnansweredMs);
}

std::uint32_t machine_id() {
  constexpr std::uint32_t kLoopback = 0x7f00'0001;
  ::ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return kLoopback;
  const std::unique_ptr<::ifaddrs, decltype(&::freeifaddrs)> freed(list, &::freeifaddrs);
  std::uint32_t best = 0;
  for (const ::ifaddrs* at = list; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || at->ifa_addr->sa_family != AF_INET) continue;
    ::sockaddr_in v4{};
    std::ranges::copy(std::as_bytes(std::span(at->ifa_addr, 1)), std::as_writable_bytes(std::span(&v4, 1)).begin());
    const std::uint32_t address = ntohl(v4.sin_addr.s_addr);
    if (address >> 24U != 127 && address > best) best = address;
  }
  return best == 0 ? kLoopback : best;
}

}  // namespace weir::bgp
