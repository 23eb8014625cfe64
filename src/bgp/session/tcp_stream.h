// One TCP connection: reads into a bounded buffer and hands on at once, so that a flood fills the sender's buffers, not
// ours; writes in order from a bounded queue.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "base/byte_reader.h"
#include "bgp/session/tcp_options.h"

namespace weir::bgp {

class TcpStream : public std::enable_shared_from_this<TcpStream> {
 public:
  static constexpr std::size_t kReadOctets = std::size_t{64} << 10U;
  /// Of a peer that does not read. Then the connection is ended.
  static constexpr std::size_t kMostQueuedOctets = std::size_t{64} << 20U;
  /// How long what was sent may take to go out after close().
  static constexpr std::chrono::seconds kLinger{2};

  struct Events {
    std::function<void(Bytes)> received;
    std::function<void(const std::string& reason)> lost;  ///< at most once, last; not after close()
  };

  explicit TcpStream(Tcp::socket socket) : socket_(std::move(socket)), linger_(socket_.get_executor()) {}

  void start(Events events);
  void send(std::vector<std::byte> octets);
  /// No more events; closes once what was sent has gone out.
  void close();
  /// No more events; closes now.
  void close_at_once();

  [[nodiscard]] const Tcp::socket& socket() const { return socket_; }

 private:
  void read();
  void write();
  void fail_with(const std::string& reason);
  void drain();

  Tcp::socket socket_;
  boost::asio::steady_timer linger_;
  Events events_;
  std::vector<std::byte> buffer_;
  std::deque<std::vector<std::byte>> queue_;
  std::size_t queued_octets_ = 0;
  bool closing_ = false;
};

}  // namespace weir::bgp
