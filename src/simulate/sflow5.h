// sFlow version 5: flow samples with the sampled packet's header, and what the switch and its routing know of it
// (extended switch, router and gateway data); counter samples of interfaces. Every flow is one sampled packet.
#pragma once

#include <cstdint>
#include <map>

#include "simulate/export_encoder.h"

namespace weir::simulate {

class Sflow5Encoder final : public ExportEncoder {
 public:
  explicit Sflow5Encoder(const SimulatedExporter& exporter) : exporter_(exporter) {}

  std::size_t encode(std::span<const SimulatedFlow> flows, UnixMillis now, ByteWriter& out) override;
  void set_sampling_rate(std::uint32_t rate) override { exporter_.sampling_rate = rate; }
  [[nodiscard]] std::uint32_t sequence() const override { return sequence_; }
  void set_sequence(std::uint32_t sequence) override { sequence_ = sequence; }
  void send_counters(std::span<const flow::InterfaceCounters> readings, UnixMillis now, const Emit& emit) override;

 private:
  // What a data source (an interface) numbers on its own.
  struct Source {
    std::uint32_t flow_samples = 0;
    std::uint32_t counter_samples = 0;
    std::uint32_t pool = 0;  ///< packets that could have been sampled
  };
  void begin(UnixMillis now, ByteWriter& out);
  void write_flow_sample(const SimulatedFlow& flow, ByteWriter& out);
  void write_gateway(const SimulatedFlow& flow, ByteWriter& out) const;
  void write_counter_sample(const flow::InterfaceCounters& reading, ByteWriter& out);

  SimulatedExporter exporter_;
  std::map<std::uint32_t, Source> sources_;  // by ifIndex
  std::uint32_t sequence_ = 1;               // of the next datagram
};

}  // namespace weir::simulate
