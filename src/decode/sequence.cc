#include "decode/sequence.h"

namespace weir::decode {

SequenceTracker::Finding SequenceTracker::saw(std::uint32_t sequence) {
  late_ = false;
  const auto ahead = static_cast<std::int32_t>(sequence - next_);
  const bool restart = !known_ || ahead > kMostGap || ahead < -kMostLate;
  known_ = true;
  if (restart || ahead >= 0) {
    late_run_ = 0;
    next_ = sequence;
    return {.lost = restart ? 0 : static_cast<std::uint32_t>(ahead)};
  }
  late_run_ = static_cast<std::uint8_t>(late_run_ > 0 && sequence == late_next_ ? late_run_ + 1 : 1);
  late_next_ = sequence;
  if (late_run_ < kLateRun) {
    late_ = true;
  } else {
    next_ = sequence;
    late_run_ = 0;
  }
  return {.reordered = true};
}

void SequenceTracker::advance(std::uint32_t count) {
  (late_ ? late_next_ : next_) += count;
}

void SequenceTracker::uptime(std::uint32_t uptime_ms) {
  if (has_uptime_ && static_cast<std::int32_t>(uptime_ms - uptime_ms_) < -kUptimeSlackMs) known_ = false;
  if (!has_uptime_ || !known_ || static_cast<std::int32_t>(uptime_ms - uptime_ms_) > 0) uptime_ms_ = uptime_ms;
  has_uptime_ = true;
}

}  // namespace weir::decode
