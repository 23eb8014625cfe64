#include "bgp/rpki/rtr_cache.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace weir::bgp {
namespace {

constexpr UnixMillis kConnectMs = 10 * kSecondMs;
/// Read in one turn, so that a stop or another cache does not wait for one that talks without end.
constexpr std::size_t kMostInTurn = std::size_t{4} << 20U;
constexpr std::size_t kBlock = std::size_t{1} << 16U;

std::unexpected<Error> broke(int number) {
  return fail(ErrorCode::io, std::string("the connection broke: ") + std::strerror(number));
}

}  // namespace

std::string_view to_string(RtrState state) {
  switch (state) {
    case RtrState::stopped:
      return "stopped";
    case RtrState::connecting:
      return "connecting";
    case RtrState::syncing:
      return "syncing";
    case RtrState::established:
      return "established";
    case RtrState::no_data:
      return "no data";
    case RtrState::lost:
      break;
  }
  return "lost";
}

RtrCache::RtrCache(std::string host, std::uint16_t port, const RtrTimes& times)
    : host_(std::move(host)), port_(std::to_string(port)), times_(times), session_(times) {}

RtrCache::~RtrCache() {
  close();
}

void RtrCache::start() {
  started_ = true;
  retry_at_ms_ = 0;
}

void RtrCache::stop() {
  close();
  started_ = false;
  error_.clear();
  session_ = RtrSession(times_);
}

RtrState RtrCache::state() const {
  if (!started_) return RtrState::stopped;
  if (fd_ < 0) return error_.empty() ? RtrState::connecting : RtrState::lost;
  if (connecting_) return RtrState::connecting;
  if (session_.has_no_data()) return RtrState::no_data;
  return session_.waits_for_end() ? RtrState::syncing : RtrState::established;
}

short RtrCache::events() const {
  if (connecting_) return POLLOUT;
  return session_.outgoing().empty() ? POLLIN : POLLIN | POLLOUT;
}

void RtrCache::turn(UnixMillis now) {
  if (!started_) return;
  session_.expire(now);
  if (fd_ < 0 && now >= retry_at_ms_) open(now);
  if (fd_ >= 0 && connecting_) finish_connecting(now);
  if (fd_ >= 0 && !connecting_) exchange(now);
}

// -------------------------------------------------------------------------------------------------------- connecting

void RtrCache::open(UnixMillis now) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int why = ::getaddrinfo(host_.c_str(), port_.c_str(), &hints, &found); why != 0) {
    return lose("cannot look up " + host_ + ": " + ::gai_strerror(why), now);
  }
  addresses_.reset(found);
  next_ = found;
  open_next("the name has no address", now);
}

/// Tries the next address; without any, the cache is lost for the reason given.
void RtrCache::open_next(std::string why, UnixMillis now) {
  while (next_ != nullptr) {
    const addrinfo& to = *std::exchange(next_, next_->ai_next);
    close();
    fd_ = ::socket(to.ai_family, to.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to.ai_protocol);
    if (fd_ >= 0 && (::connect(fd_, to.ai_addr, to.ai_addrlen) == 0 || errno == EINPROGRESS)) {
      connecting_ = true;
      deadline_ms_ = now + kConnectMs;
      return;
    }
    why = std::string("cannot connect: ") + std::strerror(errno);
  }
  lose(std::move(why), now);
}

void RtrCache::finish_connecting(UnixMillis now) {
  pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
  if (::poll(&ready, 1, 0) == 0) {
    if (now >= deadline_ms_) open_next("cannot connect: no answer", now);
    return;
  }
  int why = 0;
  socklen_t size = sizeof why;
  if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &why, &size) != 0) why = errno;
  if (why != 0) return open_next(std::string("cannot connect: ") + std::strerror(why), now);
  connecting_ = false;
  session_.connected(now);
}

// --------------------------------------------------------------------------------------------------------- connected

void RtrCache::exchange(UnixMillis now) {
  Result<void> well = read(now);
  if (well) well = session_.tick(now);
  if (const Result<void> written = write(); well && !written) well = written;
  if (!well) return lose(well.error().message, now);
  if (session_.has_no_data()) {
    error_ = "the cache has no data yet";
  } else if (!session_.waits_for_end()) {
    error_.clear();
  }
}

Result<void> RtrCache::read(UnixMillis now) {
  std::vector<std::byte> block(kBlock);
  for (std::size_t total = 0; total < kMostInTurn;) {
    const ssize_t got = ::recv(fd_, block.data(), block.size(), MSG_DONTWAIT);
    if (got == 0) return fail(ErrorCode::io, "the cache closed the connection");
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? Result<void>() : broke(errno);
    const auto octets = static_cast<std::size_t>(got);
    if (auto taken = session_.receive(Bytes(block).first(octets), now); !taken) return taken;
    total += octets;
  }
  return {};
}

Result<void> RtrCache::write() {
  while (!session_.outgoing().empty()) {
    const Bytes rest = session_.outgoing();
    const ssize_t put = ::send(fd_, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? Result<void>() : broke(errno);
    session_.sent(static_cast<std::size_t>(put));
  }
  return {};
}

void RtrCache::lose(std::string why, UnixMillis now) {
  close();
  error_ = std::move(why);
  retry_at_ms_ = session_.retry_at_once() ? now : now + times_.retry_ms;
}

void RtrCache::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  connecting_ = false;
  session_.disconnected();
}

}  // namespace weir::bgp
