// For the tests of this folder: a UDP socket on loopback that a thread empties, and what came in.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/endpoint.h"
#include "flow/datagram.h"
#include "simulate/test_support.h"

namespace weir::simulate {

struct SeenDatagram {
  std::vector<std::byte> payload;
  flow::TransportSession session;
};

/// Keeps all datagrams in order. Its buffer and its thread are meant to lose none; tests compare the counts.
class TestSink {
 public:
  TestSink() : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
      throw std::runtime_error("no socket on loopback");
    }
    port_ = ntohs(address.sin_port);
    const int buffer = 64 << 20;
    (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
    (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    const timeval patience{.tv_sec = 0, .tv_usec = 20'000};
    (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    thread_ = std::thread([this] { receive(); });
  }
  ~TestSink() {
    finish();
    ::close(fd_);
  }
  TestSink(const TestSink&) = delete;
  TestSink& operator=(const TestSink&) = delete;

  [[nodiscard]] Endpoint endpoint() const { return {test_ip("127.0.0.1"), port_}; }
  [[nodiscard]] std::size_t count() const { return count_.load(); }

  /// All that came in, once nothing more waits. The socket receives no more after it.
  const std::vector<SeenDatagram>& finish() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return seen_;
  }

 private:
  void receive() {
    std::vector<std::byte> buffer(65536);
    for (;;) {
      sockaddr_in from{};
      socklen_t length = sizeof from;
      const ssize_t got = ::recvfrom(fd_, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
      if (got < 0 && stop_) return;
      if (got < 0) continue;
      const auto payload = std::span(buffer).first(static_cast<std::size_t>(got));
      seen_.push_back({{payload.begin(), payload.end()},
                       {IpAddress::v4(ntohl(from.sin_addr.s_addr)), ntohs(from.sin_port), port_}});
      ++count_;
    }
  }

  int fd_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<std::size_t> count_ = 0;
  std::vector<SeenDatagram> seen_;
  std::thread thread_;
};

}  // namespace weir::simulate
