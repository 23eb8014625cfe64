// The UDP side of receive/: one receiver for each worker thread, that listens on every endpoint and hands out batches.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/endpoint.h"
#include "base/error.h"
#include "flow/datagram.h"
#include "receive/udp_socket.h"

namespace weir::receive {

struct UdpOptions {
  /// How many receivers share the datagrams of every endpoint: by source address, so that all that an exporter sends
  /// reaches one of them.
  std::uint32_t workers = 1;
  /// Receive buffer to ask for, for each socket. The kernel may give less: UdpCounters::buffer_octets tells.
  std::size_t buffer_octets = std::size_t{64} << 20U;
  /// Octets of a slot; a longer datagram is counted as truncated and left out. The default holds any UDP datagram.
  /// Memory is taken only as far as datagrams reach into their slots.
  std::size_t slot_octets = 65'536;
  /// Most datagrams of a batch.
  std::size_t batch = 128;
};

/// Receives for one worker: one socket for each endpoint. receive() belongs to one thread; wake() and the counters to
/// any.
class UdpReceiver {
 public:
  /// Opens `options.workers` receivers on all the endpoints; all or none. The errors are UdpSocket::open's.
  [[nodiscard]] static Result<std::vector<std::unique_ptr<UdpReceiver>>> open(std::span<const Endpoint> endpoints,
                                                                              const UdpOptions& options);
  ~UdpReceiver();
  UdpReceiver(const UdpReceiver&) = delete;
  UdpReceiver& operator=(const UdpReceiver&) = delete;

  /// The next batch, all from one socket, valid until the next call; empty when `patience` passed or wake() was called.
  /// received_ms is the wall clock's time of the batch: when datagrams arrive is what this stage has to say.
  [[nodiscard]] std::span<const flow::Datagram> receive(std::chrono::milliseconds patience);
  /// Makes a receive() that waits, or the next one, return at once.
  void wake();

  /// One for each endpoint, in their order.
  [[nodiscard]] std::span<const UdpSocket> sockets() const { return sockets_; }
  /// False when the kernel spreads an exporter's datagrams over several workers.
  [[nodiscard]] bool steered() const { return steered_; }

 private:
  explicit UdpReceiver(const UdpOptions& options);
  [[nodiscard]] UdpSocket* next_ready(std::chrono::milliseconds patience);
  std::span<const flow::Datagram> receive_from(UdpSocket& socket);
  void reset_slots();
  /// Keeps the drops that a message tells of, and returns false for one that did not fit its slot.
  bool check(UdpSocket& socket, mmsghdr& message);

  const UdpOptions options_;
  std::vector<UdpSocket> sockets_;
  bool steered_ = true;
  int wake_event_ = -1;
  std::vector<pollfd> polled_;  // the sockets in their order, then wake_event_
  std::size_t turn_ = 0;        // the socket after the one served last: all get theirs

  // A slot for each datagram of a batch: its octets, where it came from, and room for the kernel's count of drops.
  struct Control {
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(std::uint32_t))> octets;
  };
  std::size_t stride_;
  std::unique_ptr<std::byte[]> memory_;
  std::vector<mmsghdr> messages_;
  std::vector<iovec> vectors_;
  std::vector<SocketAddress> addresses_;
  std::vector<Control> controls_;
  std::size_t used_ = 0;  // slots that the last call wrote to
  std::vector<flow::Datagram> batch_;
};

}  // namespace weir::receive
