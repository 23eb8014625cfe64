// What the traffic of a target near or above its threshold is made of: the largest of every column, kinds, sample flows.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "detect/detail.h"
#include "detect/hyperloglog.h"
#include "detect/record.h"
#include "flow/string_pool.h"

namespace weir::detect {

/// The heaviest values of one column, by packets: a hundred counters; the lightest gives way to a new value and leaves it its
/// count (Space-Saving; Metwally and others 2005).
class TopValues {
 public:
  static constexpr std::size_t kMost = 96;
  struct Entry {
    std::uint64_t hi = 0;
    std::uint64_t lo = 0;
    std::uint64_t bytes = 0;
    std::uint64_t packets = 0;
    std::uint64_t inherited = 0;  ///< packets that may not be its own
  };
  void add(std::uint64_t hi, std::uint64_t lo, std::uint64_t bytes, std::uint64_t packets);
  void clear() { entries_.clear(); }
  /// The heaviest first, without those that may be owed to others.
  [[nodiscard]] std::vector<Entry> largest(std::size_t most) const;
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

/// Kinds of traffic that tell attacks apart.
enum class Vector : std::uint8_t {
  syn, ack, rst, other_tcp,
  dns, ntp, cldap, ssdp, memcached, snmp, chargen,  ///< as amplifiers; in the order of kAmplifiers
  other_udp, icmp, fragment, gre, esp, other,
};
inline constexpr std::size_t kVectorCount = 17;
[[nodiscard]] Vector vector_of(const Record& record);

struct Volume {
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  std::uint64_t flows = 0;
};

class EvidenceCollector {
 public:
  static constexpr std::size_t kFeatures = 512;
  static constexpr std::size_t kSamples = 50;
  static constexpr std::uint32_t kMostRecordsPerSecond = 3000;

  enum Column : std::uint8_t {
    src_addr, src_as, src_port, dst_port, proto, packet_size, src_country, in_if, tcp_flags, dst_addr, kColumns
  };

  void clear(std::uint32_t now_s);
  /// Of many records a second only some are looked at, and stand for the others.
  void add(const Record& record, std::uint32_t now_s);

  [[nodiscard]] const Volume& total() const { return total_; }
  [[nodiscard]] const Volume& of(Vector vector) const { return vectors_[static_cast<std::size_t>(vector)]; }
  [[nodiscard]] const TopValues& top(Column column) const { return top_[column]; }
  [[nodiscard]] double distinct_sources() const { return sources_.estimate(); }
  [[nodiscard]] double distinct_destinations() const { return destinations_.estimate(); }
  [[nodiscard]] double distinct_ports() const { return ports_.estimate(); }
  [[nodiscard]] const std::vector<Feature>& features() const { return features_; }
  [[nodiscard]] std::uint32_t since_s() const { return since_s_; }
  [[nodiscard]] std::uint64_t records() const { return records_; }
  /// To TCP port 25.
  [[nodiscard]] std::uint64_t smtp_packets() const { return smtp_; }

  /// The parts of an attack's evidence that come from here.
  void describe(Evidence& out, const flow::StringPool& strings) const;

 private:
  [[nodiscard]] std::uint64_t number_of(IpAddress exporter);
  [[nodiscard]] Share share_of(Column column, const TopValues::Entry& entry, const flow::StringPool& strings) const;

  std::uint32_t since_s_ = 0;
  std::uint32_t second_ = 0;
  std::uint32_t in_second_ = 0;
  std::uint32_t stride_ = 1;
  std::uint64_t records_ = 0;
  std::uint64_t smtp_ = 0;
  Volume total_;
  std::array<Volume, kVectorCount> vectors_{};
  std::array<TopValues, kColumns> top_;
  HyperLogLog<1024> sources_;
  HyperLogLog<1024> destinations_;
  HyperLogLog<256> ports_;
  std::vector<Feature> features_;  // any of all records with the same chance
  std::vector<SampleFlow> samples_;
  std::vector<IpAddress> exporters_;  // what the first word of an interface's key stands for
  std::uint64_t random_ = 1;
};

}  // namespace weir::detect
