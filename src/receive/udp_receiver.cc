#include "receive/udp_receiver.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/clock.h"

namespace weir::receive {
namespace {
// Slots that lie a power of two apart would share one set of the processor's cache; a line more spreads them.
constexpr std::size_t kCacheLine = 64;
}  // namespace

UdpReceiver::UdpReceiver(const UdpOptions& options)
    : options_(options),
      stride_((options.slot_octets + kCacheLine - 1) / kCacheLine * kCacheLine + kCacheLine),
      // Not zeroed: pages that no datagram reaches are never touched.
      memory_(std::make_unique_for_overwrite<std::byte[]>(stride_ * options.batch)),
      messages_(options.batch),
      vectors_(options.batch),
      addresses_(options.batch),
      controls_(options.batch),
      used_(options.batch) {
  const std::span all(memory_.get(), stride_ * options.batch);
  for (std::size_t i = 0; i < options.batch; ++i) {
    vectors_[i] = {all.subspan(i * stride_).data(), options.slot_octets};
    messages_[i] = {};
    messages_[i].msg_hdr.msg_name = &addresses_[i];
    messages_[i].msg_hdr.msg_iov = &vectors_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
    messages_[i].msg_hdr.msg_control = controls_[i].octets.data();
  }
  batch_.reserve(options.batch);
}

UdpReceiver::~UdpReceiver() {
  if (wake_event_ >= 0) ::close(wake_event_);
}

Result<std::vector<std::unique_ptr<UdpReceiver>>> UdpReceiver::open(std::span<const Endpoint> endpoints,
                                                                    const UdpOptions& options) {
  if (options.workers == 0 || options.batch == 0 || options.slot_octets == 0) {
    return fail(ErrorCode::invalid, "UDP workers, batch and slot size must be at least 1");
  }
  std::vector<std::unique_ptr<UdpReceiver>> out;
  for (std::uint32_t i = 0; i < options.workers; ++i) {
    out.emplace_back(new UdpReceiver(options));
    out.back()->wake_event_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (out.back()->wake_event_ < 0)
      return fail(ErrorCode::io, std::string("cannot make an eventfd: ") + std::strerror(errno));
  }
  for (const Endpoint& endpoint : endpoints) {
    auto group = UdpSocket::open(endpoint, options.workers, options.buffer_octets);
    if (!group) return std::unexpected(group.error());
    for (std::uint32_t i = 0; i < options.workers; ++i) {
      out[i]->sockets_.push_back(std::move(group->sockets[i]));
      out[i]->steered_ = out[i]->steered_ && group->steered;
    }
  }
  for (auto& receiver : out) {
    for (const UdpSocket& socket : receiver->sockets_) receiver->polled_.push_back({socket.descriptor(), POLLIN, 0});
    receiver->polled_.push_back({receiver->wake_event_, POLLIN, 0});
  }
  return out;
}

void UdpReceiver::wake() {
  const std::uint64_t one = 1;
  // It fails only when the event is already set as often as it can be, and then it wakes anyhow.
  [[maybe_unused]] const ssize_t written = ::write(wake_event_, &one, sizeof one);
}

std::span<const flow::Datagram> UdpReceiver::receive(std::chrono::milliseconds patience) {
  UdpSocket* socket = next_ready(patience);
  if (socket == nullptr) return {};
  return receive_from(*socket);
}

UdpSocket* UdpReceiver::next_ready(std::chrono::milliseconds patience) {
  const int ready = ::poll(polled_.data(), polled_.size(), static_cast<int>(patience.count()));
  if (ready <= 0) {
    for (UdpSocket& socket : sockets_) socket.look_for_drops();
    return nullptr;
  }
  if (polled_.back().revents != 0) {
    std::uint64_t times = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_event_, &times, sizeof times);
    return nullptr;
  }
  for (std::size_t i = 0; i < sockets_.size(); ++i) {
    const std::size_t at = (turn_ + i) % sockets_.size();
    if (polled_[at].revents == 0) continue;
    turn_ = at + 1;
    return &sockets_[at];
  }
  return nullptr;
}

void UdpReceiver::reset_slots() {
  for (std::size_t i = 0; i < used_; ++i) {
    messages_[i].msg_hdr.msg_namelen = sizeof(SocketAddress);
    messages_[i].msg_hdr.msg_controllen = sizeof(Control);
    messages_[i].msg_hdr.msg_flags = 0;
  }
}

std::span<const flow::Datagram> UdpReceiver::receive_from(UdpSocket& socket) {
  reset_slots();
  batch_.clear();
  const int got =
      ::recvmmsg(socket.descriptor(), messages_.data(), static_cast<unsigned>(messages_.size()), MSG_DONTWAIT, nullptr);
  used_ = got > 0 ? static_cast<std::size_t>(got) : 0;
  if (got < 0) {
    const bool nothing = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    if (!nothing) socket.counters().errors.fetch_add(1, std::memory_order_relaxed);
    return {};
  }
  const UnixMillis now = now_ms();
  const std::uint16_t local_port = socket.endpoint().port;
  const Bytes all(memory_.get(), stride_ * options_.batch);
  std::uint64_t octets = 0;
  for (std::size_t i = 0; i < used_; ++i) {
    if (!check(socket, messages_[i])) continue;
    const Endpoint from = to_endpoint(addresses_[i]);
    batch_.push_back({all.subspan(i * stride_, messages_[i].msg_len), {from.address, from.port, local_port}, now});
    octets += messages_[i].msg_len;
  }
  socket.counters().datagrams.fetch_add(batch_.size(), std::memory_order_relaxed);
  socket.counters().octets.fetch_add(octets, std::memory_order_relaxed);
  return batch_;
}

bool UdpReceiver::check(UdpSocket& socket, mmsghdr& message) {
  msghdr& header = message.msg_hdr;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL) continue;
    std::uint32_t total = 0;
    std::memcpy(&total, CMSG_DATA(c), sizeof total);
    socket.saw_drops(total);
  }
  if ((header.msg_flags & MSG_TRUNC) == 0) return true;
  socket.counters().truncated.fetch_add(1, std::memory_order_relaxed);
  return false;
}

}  // namespace weir::receive
