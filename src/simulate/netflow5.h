// NetFlow v5: a header of 24 octets and up to 30 records of 48. IPv4 only, AS numbers of 2 octets, no templates; the
// sampling rate (at most 16,383) is in the header.
#pragma once

#include "simulate/export_encoder.h"

namespace weir::simulate {

class Netflow5Encoder final : public ExportEncoder {
 public:
  static constexpr std::size_t kMostRecords = 30;
  static constexpr std::size_t kHeaderOctets = 24;
  static constexpr std::size_t kRecordOctets = 48;

  explicit Netflow5Encoder(const SimulatedExporter& exporter)
      : boot_ms_(exporter.boot_ms), domain_(exporter.observation_domain), sampling_rate_(exporter.sampling_rate) {}

  std::size_t encode(std::span<const SimulatedFlow> flows, UnixMillis now, ByteWriter& out) override;
  void set_sampling_rate(std::uint32_t rate) override { sampling_rate_ = rate; }
  [[nodiscard]] std::uint32_t sequence() const override { return sequence_; }
  void set_sequence(std::uint32_t sequence) override { sequence_ = sequence; }

 private:
  void write_record(const SimulatedFlow& flow, ByteWriter& out) const;

  UnixMillis boot_ms_;
  std::uint32_t domain_;  ///< its low 16 bits: engine type and engine ID
  std::uint32_t sampling_rate_;
  std::uint32_t sequence_ = 0;  ///< flow records sent so far
};

}  // namespace weir::simulate
