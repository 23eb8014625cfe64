#include "simulate/demo_bgp.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "bgp/wire/message.h"
#include "simulate/socket_address.h"

namespace weir::simulate {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 100ms;
constexpr std::int64_t kAgainMs = 1000;
constexpr std::uint16_t kHoldS = 90;
constexpr std::int64_t kKeepaliveMs = kHoldS * 1000 / 3;
constexpr std::size_t kMostRouters = 3;

bgp::Open open_of(const DemoRouter& router) {
  bgp::Open out;
  out.as = kDemoAs;
  out.hold_time_s = kHoldS;
  out.bgp_id = router.exporter.address.v4_bits();
  out.capabilities.any_multiprotocol = true;
  out.capabilities.four_octet_as = kDemoAs;
  for (const bgp::Afi afi : {bgp::Afi::ipv4, bgp::Afi::ipv6}) {
    for (const bgp::Safi safi : {bgp::Safi::unicast, bgp::Safi::flowspec}) {
      if (const auto at = bgp::index_of({afi, safi})) out.capabilities.families.add(*at);
    }
  }
  return out;
}

/// One router's session (RFC 4271 section 8, as little of it as a peer needs that tells nothing).
class Session {
 public:
  Session(const DemoRouter& router, const Endpoint& to) : router_(router), to_(to) {}
  ~Session() { close(); }
  Session(Session&& other) noexcept : router_(other.router_), to_(other.to_), fd_(std::exchange(other.fd_, -1)) {}
  Session& operator=(Session&&) = delete;

  void tick() {
    const std::int64_t now = steady_ms();
    if (fd_ < 0 && (now < again_at_ || !connect(now))) return;
    read();
    if (fd_ >= 0 && is_open_ && now >= keepalive_at_) {
      send(bgp::encode_keepalive());
      keepalive_at_ = now + kKeepaliveMs;
    }
  }

 private:
  bool connect(std::int64_t now) {
    again_at_ = now + kAgainMs;
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return false;
    const auto from = to_socket_address({.address = router_.source.address, .port = 0});
    const auto to = to_socket_address(to_);
    if (::bind(fd_, from.get(), from.length) != 0 || ::connect(fd_, to.get(), to.length) != 0) {
      close();
      return false;
    }
    is_open_ = false;
    send(bgp::encode_open(open_of(router_)));
    return fd_ >= 0;
  }

  /// Messages of this side are few and small: a socket that does not take one is broken.
  void send(const std::vector<std::byte>& message) {
    const ssize_t sent = ::send(fd_, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent != static_cast<ssize_t>(message.size())) close();
  }

  void read() {
    std::array<std::byte, 65'536> octets;
    while (fd_ >= 0) {
      const ssize_t count = ::recv(fd_, octets.data(), octets.size(), MSG_DONTWAIT);
      if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? void() : close();
      if (count == 0) return close();
      stream_.insert(stream_.end(), octets.begin(), octets.begin() + count);
      take_messages();
    }
  }

  void take_messages() {
    std::size_t at = 0;
    for (;;) {
      const auto frame = bgp::next_frame(Bytes(stream_).subspan(at), bgp::kMostOctetsExtended);
      if (!frame || (*frame && (*frame)->type == bgp::MessageType::notification)) return close();
      if (!*frame) break;
      at += (*frame)->octets;
      if ((*frame)->type != bgp::MessageType::open) continue;
      is_open_ = true;
      keepalive_at_ = 0;  // the answer to an OPEN, at once
    }
    stream_.erase(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    stream_.clear();
  }

  const DemoRouter& router_;
  const Endpoint to_;
  int fd_ = -1;
  bool is_open_ = false;
  std::int64_t again_at_ = 0;
  std::int64_t keepalive_at_ = 0;
  std::vector<std::byte> stream_;
};

}  // namespace

std::span<const DemoRouter> demo_bgp_routers(const DemoNetwork& network) {
  return network.routers().first(std::min(kMostRouters, network.routers().size()));
}

void DemoBgp::run(const std::atomic<bool>& stop) {
  std::vector<Session> sessions;
  for (const DemoRouter& router : demo_bgp_routers(network_)) sessions.emplace_back(router, to_);
  while (!stop.load(std::memory_order_relaxed)) {
    for (Session& session : sessions) session.tick();
    std::this_thread::sleep_for(kPatience);
  }
}

}  // namespace weir::simulate
