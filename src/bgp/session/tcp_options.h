// Sockets as BGP and BMP need them: bound, with TCP MD5 (RFC 2385), GTSM (RFC 5082) and keepalives where asked.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "base/endpoint.h"
#include "base/error.h"

namespace weir::bgp {

using Tcp = boost::asio::ip::tcp;

[[nodiscard]] boost::asio::ip::address to_asio(IpAddress address);
/// IPv4-mapped addresses become IPv4.
[[nodiscard]] IpAddress from_asio(const boost::asio::ip::address& address);

/// Opens, binds and listens. The error names the endpoint and, for a taken one, `key`, which configures it. Packets go out
/// with a TTL of 255, so that peers with GTSM answer.
[[nodiscard]] Result<void> listen_on(Tcp::acceptor& acceptor, const Endpoint& endpoint, std::string_view key);
/// Opens and binds a socket to call from; an unspecified `local` leaves the choice to the kernel.
[[nodiscard]] Result<void> open_caller(Tcp::socket& socket, IpAddress remote, IpAddress local);

/// Every segment to and from `remote` is signed with the password; "" takes the password away. A shorter prefix is for
/// listening sockets. The error says so where the kernel has no TCP_MD5SIG.
[[nodiscard]] Result<void> set_password(int socket, const Prefix& remote, const std::string& password);
/// TTL 255 out, and nothing less in.
[[nodiscard]] Result<void> set_ttl_security(int socket, bool is_v4);
/// No delay; a dead router is noticed within about two minutes.
void set_usual(Tcp::socket& socket);

/// An IPv4 address of this machine for the BGP identifier; 127.0.0.1 where there is no other.
[[nodiscard]] std::uint32_t machine_id();

}  // namespace weir::bgp
