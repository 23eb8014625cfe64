// For the tests of this folder: a NetFlow v9 exporter of a few fields, a socket that sends, and a store that only
// counts.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/byte_writer.h"
#include "base/clock.h"
#include "base/endpoint.h"
#include "base/temporary_directory.h"
#include "store/store.h"

namespace weir::collect::testing {

using Octets = std::vector<std::byte>;

/// NetFlow v9 datagrams: Template 256 with addresses, bytes, packets and the incoming interface.
class Exporter9 {
 public:
  Octets announce() {
    ByteWriter out = begin();
    const std::vector<std::pair<int, int>> fields = {{8, 4}, {12, 4}, {1, 4}, {2, 4}, {10, 4}};
    out.u16(0);
    out.u16(8 + 4 * fields.size());
    out.u16(256);
    out.u16(fields.size());
    for (const auto& [element, length] : fields) {
      out.u16(static_cast<std::uint64_t>(element));
      out.u16(static_cast<std::uint64_t>(length));
    }
    return out.take();
  }
  /// `count` flows of 100 bytes and 2 packets each.
  Octets flows(std::size_t count) {
    ByteWriter out = begin();
    out.u16(256);
    out.u16(4 + 20 * count);
    for (std::size_t i = 0; i < count; ++i) {
      out.u32(0xc000'0201);
      out.u32(0xc633'6401);
      out.u32(100);
      out.u32(2);
      out.u32(7);
    }
    return out.take();
  }

 private:
  ByteWriter begin() {
    ByteWriter out;
    out.u16(9);
    out.u16(1);
    out.u32(1'000'000);
    out.u32(static_cast<std::uint64_t>(now_ms() / 1000));
    out.u32(sequence_++);
    out.u32(1);
    return out;
  }
  std::uint32_t sequence_ = 0;
};

/// Sends from one address and port, so that it stays one Transport Session.
class Sender {
 public:
  explicit Sender(const std::string& source = "127.0.0.1") : fd_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in from{};
    from.sin_family = AF_INET;
    ::inet_pton(AF_INET, source.c_str(), &from.sin_addr);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&from), sizeof from), 0) << std::strerror(errno);
  }
  ~Sender() { ::close(fd_); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  void send(const Octets& datagram, std::uint16_t port) const {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::sendto(fd_, datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to),
              static_cast<ssize_t>(datagram.size()))
        << std::strerror(errno);
  }

 private:
  int fd_;
};

/// Keeps what it is given, until it is told to refuse.
class CountingStore final : public store::Store {
 public:
  bool append(flow::FlowBatch&& batch, bool wait) override {
    const std::lock_guard lock(mutex_);
    waits_ = wait;
    if (refusing || stopped_) return false;
    rows_ += batch.size();
    batches_.push_back(std::move(batch));
    return true;
  }
  void append(std::vector<flow::InterfaceCounters>&& readings) override {
    const std::lock_guard lock(mutex_);
    for (auto& reading : readings) readings_.push_back(reading);
  }
  void write() override {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopped_; });
    written_ = rows_;
  }
  void upkeep(UnixMillis) override { ++upkeeps; }
  void stop() override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    wake_.notify_all();
  }
  Result<query::Answer> run(const query::Query&, const query::CancelFlag&) override {
    return fail(ErrorCode::unsupported, "counts only");
  }
  Result<void> settle(UnixMillis) override { return {}; }
  [[nodiscard]] store::Status status() override {
    const std::lock_guard lock(mutex_);
    store::Status out;
    out.flows_stored = rows_;
    out.alarms = alarms;
    return out;
  }

  [[nodiscard]] std::size_t rows() const {
    const std::lock_guard lock(mutex_);
    return rows_;
  }
  [[nodiscard]] std::size_t batches() const {
    const std::lock_guard lock(mutex_);
    return batches_.size();
  }
  [[nodiscard]] std::vector<flow::InterfaceCounters> readings() const {
    const std::lock_guard lock(mutex_);
    return readings_;
  }
  /// What write() had when it returned.
  [[nodiscard]] std::size_t written() const {
    const std::lock_guard lock(mutex_);
    return written_;
  }
  [[nodiscard]] bool waited() const {
    const std::lock_guard lock(mutex_);
    return waits_;
  }
  /// The batch appended last; only while nobody appends.
  [[nodiscard]] const flow::FlowBatch& last() const { return batches_.back(); }

  std::atomic<bool> refusing{false};
  std::atomic<int> upkeeps{0};
  std::vector<store::Alarm> alarms;  ///< set it before anybody asks

 private:
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<flow::FlowBatch> batches_;
  std::vector<flow::InterfaceCounters> readings_;
  std::size_t rows_ = 0;
  std::size_t written_ = 0;
  bool stopped_ = false;
  bool waits_ = false;
};

/// Waits until `true_now` holds; false when it did not within 20 seconds.
inline bool eventually(const std::function<bool()>& true_now) {
  for (int i = 0; i < 2000; ++i) {
    if (true_now()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

using weir::TemporaryDirectory;

}  // namespace weir::collect::testing
