// IPFIX (RFC 7011): a header of 16 octets and Sets. Two flow Templates (IPv4, IPv6), two Options Templates: how it
// samples (RFC 5477's selectors), and what its interfaces are called, in variable-length text.
#pragma once

#include "simulate/export_encoder.h"
#include "simulate/template_field.h"

namespace weir::simulate {

class IpfixEncoder final : public ExportEncoder {
 public:
  static constexpr std::size_t kHeaderOctets = 16;
  static constexpr std::size_t kSetHeaderOctets = 4;

  explicit IpfixEncoder(const SimulatedExporter& exporter);

  std::size_t encode(std::span<const SimulatedFlow> flows, UnixMillis now, ByteWriter& out) override;
  void announce(UnixMillis now, const Emit& emit) override;
  void set_sampling_rate(std::uint32_t rate) override { exporter_.sampling_rate = rate; }
  [[nodiscard]] std::uint32_t sequence() const override { return sequence_; }
  void set_sequence(std::uint32_t sequence) override { sequence_ = sequence; }

 private:
  void begin(UnixMillis now, ByteWriter& out);
  void finish(std::size_t data_records, ByteWriter& out);
  std::size_t write_data_set(std::span<const SimulatedFlow> flows, ByteWriter& out) const;
  void write_templates(ByteWriter& out) const;
  void write_selector(ByteWriter& out) const;
  std::size_t write_interfaces(std::span<const SimulatedInterface> interfaces, ByteWriter& out) const;

  SimulatedExporter exporter_;
  FlowTemplate v4_;
  FlowTemplate v6_;
  std::uint32_t sequence_ = 0;  ///< Data Records sent so far, those of options included
};

}  // namespace weir::simulate
