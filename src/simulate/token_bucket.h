// How many flows may be sent by now, at a steady rate.
#pragma once

#include <algorithm>
#include <cstdint>

namespace weir::simulate {

/// Grants tokens at a rate. What was not used within `most_backlog_ns` is lost, so that a pause does not end in a
/// burst.
class TokenBucket {
 public:
  TokenBucket(double per_second, std::int64_t most_backlog_ns, std::int64_t now_ns)
      : per_ns_(per_second * 1e-9),
        most_(std::max(1.0, per_ns_ * static_cast<double>(most_backlog_ns))),
        last_ns_(now_ns) {}

  /// Brings the bucket up to `now_ns`, which never goes back, and tells how many whole tokens it holds.
  std::int64_t refill(std::int64_t now_ns) {
    // At least one datagram's worth must be able to gather, however few tokens the backlog is.
    tokens_ = std::min(tokens_ + static_cast<double>(now_ns - last_ns_) * per_ns_, std::max(most_, wanted_));
    last_ns_ = now_ns;
    return static_cast<std::int64_t>(tokens_);
  }
  void take(std::int64_t count) { tokens_ -= static_cast<double>(count); }
  /// Nanoseconds until there are `count` tokens, 0 if there are; the bucket can then hold so many.
  [[nodiscard]] std::int64_t wait_for(std::int64_t count) {
    wanted_ = static_cast<double>(count);
    return tokens_ >= wanted_ ? 0 : static_cast<std::int64_t>((wanted_ - tokens_) / per_ns_) + 1;
  }

 private:
  double per_ns_;
  double most_;
  double tokens_ = 0;
  double wanted_ = 0;
  std::int64_t last_ns_;
};

}  // namespace weir::simulate
