// Whose datagrams are taken: everybody's, or only those of known exporters.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/ip_address.h"
#include "base/metrics.h"

namespace weir::collect {

struct AdmissionConfig {
  bool refuse_unknown = false;
  std::vector<Prefix> known = {};  ///< where known exporters are, beside those that are configured one by one
};

/// Asked once for each datagram, before anything of it is read: who is refused costs a lookup and leaves nothing behind but
/// a count. Any thread may call anything.
class Admission {
 public:
  /// `exporters` are those with a configuration of their own.
  void configure(const AdmissionConfig& config, std::vector<IpAddress> exporters);

  [[nodiscard]] bool admits(IpAddress source) {
    if (!refusing_.load(std::memory_order_relaxed)) return true;
    return look_up(source);
  }
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

  /// weir_datagrams_refused_total; read only while this lives.
  void register_metrics(Metrics& metrics) const;

 private:
  static constexpr std::int64_t kSayEveryMs = 60'000;

  [[nodiscard]] bool look_up(IpAddress source);
  [[nodiscard]] bool is_known(IpAddress source) const;  // under mutex_
  void say(IpAddress source);

  std::atomic<bool> refusing_{false};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::int64_t> said_at_{0};  // steady
  std::mutex mutex_;
  std::vector<IpAddress> exporters_;  // sorted
  std::vector<Prefix> known_;         // shortest first
};

}  // namespace weir::collect
