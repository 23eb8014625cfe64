// One bound UDP socket: its options, its buffer, what it counts.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/endpoint.h"
#include "base/error.h"

namespace weir::receive {

/// What a socket counts. Written by its worker, read by any thread; relaxed.
struct UdpCounters {
  std::atomic<std::uint64_t> datagrams{0};
  std::atomic<std::uint64_t> octets{0};         ///< of payloads
  std::atomic<std::uint64_t> kernel_drops{0};   ///< datagrams that found the socket's buffer full (SO_RXQ_OVFL)
  std::atomic<std::uint64_t> truncated{0};      ///< longer than a slot: left out
  std::atomic<std::uint64_t> errors{0};         ///< receive calls that the kernel refused
  std::atomic<std::uint64_t> buffer_octets{0};  ///< what the kernel gave, its own overhead included
};

/// An address of either family as the socket calls want it.
union SocketAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};
[[nodiscard]] SocketAddress to_socket_address(const Endpoint& endpoint);
[[nodiscard]] socklen_t length_of(const SocketAddress& address);
[[nodiscard]] Endpoint to_endpoint(const SocketAddress& address);

/// A UDP socket bound to an endpoint. IPv6 sockets take no IPv4. Move-only.
class UdpSocket {
 public:
  UdpSocket() = default;
  ~UdpSocket();
  UdpSocket(UdpSocket&& other) noexcept;
  UdpSocket& operator=(UdpSocket&& other) noexcept;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool is_ipv6() const { return !endpoint_.address.is_v4(); }
  /// Where it is bound, with the port that was got for port 0.
  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] UdpCounters& counters() { return *counters_; }
  [[nodiscard]] const UdpCounters& counters() const { return *counters_; }

  /// Takes the kernel's running count of drops, as a message or drops_now() tells it.
  void saw_drops(std::uint32_t total);
  /// Asks the kernel for its count, so that drops behind which nothing more arrived are seen too.
  void look_for_drops();

  /// Opens `count` sockets on one endpoint, that share its datagrams when there are several. `steered` tells whether
  /// they share them by source address; otherwise by the kernel's hash of addresses and ports, and the log says so.
  /// Asks for `buffer_octets` of receive buffer each; UdpCounters::buffer_octets has what came of it.
  /// Errors: a taken port (busy), an address that is not ours, a family the machine does not have (unsupported), and
  /// the rights a port below 1024 needs; each names the endpoint and what to do.
  struct Group;
  [[nodiscard]] static Result<Group> open(const Endpoint& endpoint, std::uint32_t count, std::size_t buffer_octets);

 private:
  [[nodiscard]] static Result<UdpSocket> create(const Endpoint& endpoint);
  Result<void> bind(const Endpoint& endpoint);
  void ask_for_buffer(std::size_t octets);
  /// Sets an option whose value is an int; false when the kernel refuses.
  bool set(int level, int option, int value) const;

  int descriptor_ = -1;
  Endpoint endpoint_;
  std::uint32_t drops_seen_ = 0;
  // Apart, so that it stays where it is when the socket moves.
  std::unique_ptr<UdpCounters> counters_ = std::make_unique<UdpCounters>();
};

struct UdpSocket::Group {
  std::vector<UdpSocket> sockets;
  bool steered = true;
};

}  // namespace weir::receive
