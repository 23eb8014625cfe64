#include "simulate/demo_bmp.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "simulate/socket_address.h"

namespace weir::simulate {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 100ms;
constexpr std::int64_t kAgainMs = 1000;

/// One router's session.
class Session {
 public:
  Session(const DemoNetwork& network, std::size_t router, const Endpoint& to)
      : network_(network), router_(router), to_(to) {}
  ~Session() { close(); }
  Session(Session&& other) noexcept
      : network_(other.network_), router_(other.router_), to_(other.to_), fd_(std::exchange(other.fd_, -1)) {}
  Session& operator=(Session&&) = delete;

  [[nodiscard]] bool told() const { return fd_ >= 0 && at_ == stream_.size(); }

  /// Connects where it is not, sends what the socket takes, notices the end.
  void tick() {
    if (fd_ < 0 && (steady_ms() < again_at_ || !connect())) return;
    while (at_ < stream_.size()) {
      const ssize_t sent = ::send(fd_, &stream_[at_], stream_.size() - at_, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? void() : close();
      at_ += static_cast<std::size_t>(sent);
    }
    std::byte octet{};
    if (::recv(fd_, &octet, 1, MSG_DONTWAIT) == 0) close();  // the station never speaks: this is its end
  }

 private:
  bool connect() {
    again_at_ = steady_ms() + kAgainMs;
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return false;
    const auto from = to_socket_address({.address = network_.routers()[router_].source.address, .port = 0});
    const auto to = to_socket_address(to_);
    if (::bind(fd_, from.get(), from.length) != 0 || ::connect(fd_, to.get(), to.length) != 0) {
      close();
      return false;
    }
    stream_.clear();
    at_ = 0;
    for (const auto& message : demo_bmp_messages(network_, router_, now_ms())) {
      stream_.insert(stream_.end(), message.begin(), message.end());
    }
    return true;
  }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    stream_.clear();
    at_ = 0;
  }

  const DemoNetwork& network_;
  const std::size_t router_;
  const Endpoint to_;
  int fd_ = -1;
  std::int64_t again_at_ = 0;
  std::vector<std::byte> stream_;
  std::size_t at_ = 0;
};

}  // namespace

void DemoBmp::run(const std::atomic<bool>& stop) {
  std::vector<Session> sessions;
  for (std::size_t router = 0; router < network_.routers().size(); ++router) sessions.emplace_back(network_, router, to_);
  while (!stop.load(std::memory_order_relaxed)) {
    std::size_t told = 0;
    for (Session& session : sessions) {
      session.tick();
      told += session.told() ? 1U : 0U;
    }
    told_.store(told);
    std::this_thread::sleep_for(told == sessions.size() ? kPatience : kPatience / 10);
  }
}

}  // namespace weir::simulate
