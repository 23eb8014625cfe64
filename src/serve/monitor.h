// Watches the counters over time: rates for the page, and what the doctor compares with.
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "serve/rate_meter.h"
#include "serve/sources.h"

namespace weir::serve {

/// tick() from one thread, everything else from any.
class Monitor {
 public:
  /// Trouble that has not grown for this long, up to twice, is past.
  static constexpr UnixMillis kRecentMs = 5 * kMinuteMs;

  explicit Monitor(const Sources& sources) : sources_(sources) {}

  /// Once a second.
  void tick(UnixMillis now, std::int64_t steady);

  [[nodiscard]] Rates rates() const;
  [[nodiscard]] std::deque<RatePoint> history() const;
  /// Everything that is counted, read now.
  [[nodiscard]] Observation observe(UnixMillis now) const;
  /// The doctor's word on `observation`, compared with some minutes ago.
  [[nodiscard]] Diagnosis diagnose(const Observation& observation) const;
  [[nodiscard]] const Sources& sources() const { return sources_; }

 private:
  const Sources& sources_;
  mutable std::mutex mutex_;
  RateMeter meter_;
  // Between kRecentMs and twice that old; null in the first minutes.
  std::shared_ptr<const Observation> earlier_;
  std::shared_ptr<const Observation> next_earlier_;
};

}  // namespace weir::serve
