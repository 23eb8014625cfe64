// Messages missing or late by their sequence numbers: NetFlow v5 counts flows, v9 messages, IPFIX Data Records.
#pragma once

#include <cstdint>

#include "flow/exporter_table.h"

namespace weir::decode {

/// Follows the numbers of one stream. A number is what was sent before this message, modulo 2^32.
///
/// Tolerant: the first number is taken as it is; a jump too far to be a loss or a delay, and a run of late messages
/// that continue each other, are a restart and count nothing further. What is counted lost and then arrives late is
/// counted again as reordered.
class SequenceTracker {
 public:
  /// A gap larger than this is a restart.
  static constexpr std::int32_t kMostGap = 1 << 24;
  /// A message further behind than this is a restart.
  static constexpr std::int32_t kMostLate = 1 << 16;
  /// This many late messages in a row, each continuing the one before, are a restart.
  static constexpr unsigned kLateRun = 3;
  /// sysUptime that is further behind than this is a restart; less is reordering.
  static constexpr std::int32_t kUptimeSlackMs = 60'000;

  struct Finding {
    std::uint32_t lost = 0;
    bool reordered = false;
  };
  /// A message numbered `sequence` arrived. Call advance() or lose_count() for it afterwards.
  Finding saw(std::uint32_t sequence);
  /// The message just seen held `count` of what is counted.
  void advance(std::uint32_t count);
  /// Nobody knows how much the message held (a Data Set without its Template): the next number is taken as it is.
  void lose_count() { known_ = false; }
  /// The device's sysUptime in this message; call it before saw(). A device that restarted begins a new count.
  void uptime(std::uint32_t uptime_ms);

 private:
  std::uint32_t next_ = 0;
  std::uint32_t late_next_ = 0;
  std::uint32_t uptime_ms_ = 0;
  std::uint8_t late_run_ = 0;
  bool known_ = false;
  bool late_ = false;  // the message just seen
  bool has_uptime_ = false;
};

inline void count_sequence(const SequenceTracker::Finding& finding, flow::ExporterState& exporter) {
  if (finding.lost != 0) exporter.add(flow::Counter::sequence_lost, finding.lost);
  if (finding.reordered) exporter.add(flow::Counter::sequence_reordered);
}

}  // namespace weir::decode
