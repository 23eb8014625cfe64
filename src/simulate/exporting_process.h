// A router's Exporting Process (RFC 7011 section 2): when it announces templates, when it sends its counters, and flows
// in between.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "simulate/export_encoder.h"

namespace weir::simulate {

/// How often what is not a flow is sent again.
struct ExportIntervals {
  UnixMillis announce_ms = 30 * kSecondMs;
  UnixMillis counters_ms = 20 * kSecondMs;
};

/// One thread at a time. Sequence numbers go on over its whole life.
class ExportingProcess {
 public:
  ExportingProcess(const SimulatedExporter& exporter, const ExportIntervals& intervals);

  /// Sends templates, options and counters if they are due at `now`: at the first call they are. Call it before the
  /// flows of that moment.
  void keep_up(UnixMillis now, const Emit& emit);
  /// Sends flows in as few datagrams as they fit.
  void send(std::span<const SimulatedFlow> flows, UnixMillis now, const Emit& emit);
  /// Another sampling rate from now on; it is announced with the next keep_up().
  void set_sampling_rate(std::uint32_t rate);

  /// What the interfaces have counted: the sum of all flows sent, times their sampling rates.
  [[nodiscard]] std::span<const flow::InterfaceCounters> counters() const { return counters_; }

 private:
  void count(const SimulatedFlow& flow);

  std::unique_ptr<ExportEncoder> encoder_;
  ExportIntervals intervals_;
  std::uint32_t sampling_rate_;
  std::vector<flow::InterfaceCounters> counters_;
  UnixMillis next_announce_ms_ = INT64_MIN;
  UnixMillis next_counters_ms_ = INT64_MIN;
  ByteWriter datagram_;
};

}  // namespace weir::simulate
