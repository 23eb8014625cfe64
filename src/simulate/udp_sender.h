// The sending side of UDP: one connected socket for each simulated exporter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/byte_reader.h"
#include "base/endpoint.h"
#include "base/error.h"

namespace weir::simulate {

/// What became of datagrams that were to be sent.
struct SendCounts {
  std::uint64_t datagrams = 0;  ///< taken by the kernel
  std::uint64_t octets = 0;     ///< of their payloads
  std::uint64_t refused = 0;    ///< times the kernel told that nobody listens; the datagrams were sent anew
  std::uint64_t failed = 0;     ///< datagrams given up
};

/// True for 127.0.0.0/8 and ::1.
[[nodiscard]] bool is_loopback(IpAddress address);

/// A socket towards one collector. Move-only; one thread at a time.
class UdpSender {
 public:
  static constexpr std::size_t kMostBatch = 64;

  /// `from`, where given, is the source address and port (0: the kernel's choice); several senders may share it,
  /// because nothing is ever received on it. Errors name the address: io.
  static Result<UdpSender> open(const Endpoint& to, const std::optional<Endpoint>& from);
  UdpSender(UdpSender&& other) noexcept;
  UdpSender& operator=(UdpSender&& other) noexcept;
  UdpSender(const UdpSender&) = delete;
  UdpSender& operator=(const UdpSender&) = delete;
  ~UdpSender();

  /// Sends one datagram; false when it was given up.
  bool send(Bytes datagram);
  /// Sends the first kMostBatch datagrams, in one system call where possible; how many from the front went. The rest is
  /// given up and counted.
  std::size_t send_batch(std::span<const Bytes> datagrams);

  [[nodiscard]] const SendCounts& counts() const { return counts_; }
  /// The address and port that the collector sees.
  [[nodiscard]] Endpoint local() const;

 private:
  explicit UdpSender(int fd) : fd_(fd) {}
  bool may_retry(int error);
  void close();

  int fd_ = -1;
  SendCounts counts_;
};

}  // namespace weir::simulate
