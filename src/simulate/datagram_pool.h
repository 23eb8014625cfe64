// Export datagrams made once and sent many times: before each sending the fields that differ from one datagram to the
// next are written over, so that no two are alike and every counter is known exactly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/byte_reader.h"
#include "simulate/export_encoder.h"
#include "simulate/load_traffic.h"
#include "simulate/random.h"

namespace weir::simulate {

/// What a datagram carries about its sender at the moment of sending.
struct Stamp {
  UnixMillis now_ms = 0;
  UnixMillis boot_ms = 0;
  IpAddress exporter{};  ///< IPFIX element 130, sFlow's agent address
  std::uint32_t observation_domain = 0;
  std::uint32_t sequence = 0;
  std::span<std::uint32_t> samples_by_if{};  ///< sFlow: samples sent so far of each data source, by ifIndex
};

/// Sums over the flow records of a datagram.
struct RecordSums {
  std::uint64_t flows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
};

struct PoolOptions {
  SimulatedExporter exporter;
  std::size_t datagrams = 4096;
  std::size_t most_flows = SIZE_MAX;  ///< in a datagram; the payload limits too
  double ipv6_share = 0;              ///< of flows
  std::uint64_t seed = 1;
  UnixMillis active_timeout_ms = 60 * kSecondMs;
};

/// NetFlow and IPFIX: every sending gives each record a new ephemeral port, a new remote host near the drawn one in its
/// /24 or /120, new packets, bytes and times. sFlow: new sequence numbers, sample pools and ephemeral ports. One thread
/// at a time.
class DatagramPool {
 public:
  explicit DatagramPool(const PoolOptions& options);

  [[nodiscard]] std::size_t size() const { return datagrams_.size(); }
  [[nodiscard]] std::uint32_t flows(std::size_t which) const { return datagrams_[which].flows; }
  /// Writes the stamp into a datagram and returns it; valid until it is stamped again.
  [[nodiscard]] Bytes stamp(std::size_t which, const Stamp& stamp, RecordSums& sums);
  /// Adds one datagram of at most `flows` records, to end on an exact count; returns its number.
  std::size_t add(std::size_t flows);
  /// By how much the protocol's sequence number grows with a datagram of `flows` records.
  [[nodiscard]] std::uint32_t sequence_step(std::uint32_t flows) const;

 private:
  // Where the fields of a record lie, from its start; 0 where there is none of that kind.
  struct RecordLayout {
    std::size_t octets = 0;
    std::size_t bytes = 0, packets = 0, counter_octets = 0;
    std::size_t start = 0, end = 0;
    bool times_are_uptime = true;
    std::size_t src_port = 0, dst_port = 0;
    std::size_t src_low = 0, dst_low = 0;  ///< the last octets of the addresses
    std::size_t exporter = 0;
  };
  // What a record needs to be written over; offsets from the start of the datagram.
  struct Record {
    std::uint32_t at = 0;
    std::uint16_t client_port_at = 0;
    std::uint16_t remote_low_at = 0;
    std::uint16_t packet_octets = 0;
    std::uint16_t in_if = 0;
    std::uint8_t remote_low = 0;
  };
  struct Datagram {
    std::vector<std::byte> octets;
    std::vector<Record> records;
    std::uint32_t flows = 0;
    bool v6 = false;
  };

  [[nodiscard]] static RecordLayout layout_of(const SimulatedExporter& exporter, bool v6);
  Datagram make(std::size_t most_flows, bool v6);
  void find_records(std::span<const DrawnFlow> drawn, Datagram& datagram) const;
  void find_samples(std::span<const DrawnFlow> drawn, Datagram& datagram) const;
  void stamp_header(std::span<std::byte> octets, const Stamp& stamp) const;
  void stamp_records(Datagram& datagram, const Stamp& stamp, RecordSums& sums);
  void stamp_samples(Datagram& datagram, const Stamp& stamp, RecordSums& sums);

  PoolOptions options_;
  LoadTraffic traffic_;
  std::unique_ptr<ExportEncoder> encoder_;
  RecordLayout v4_layout_;
  RecordLayout v6_layout_;
  std::vector<Datagram> datagrams_;
  std::vector<std::uint32_t> packet_counts_;  // heavy-tailed, to be drawn from
  Random random_;
};

}  // namespace weir::simulate
