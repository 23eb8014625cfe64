// One flow as detection looks at it: volumes multiplied by the sampling rate, its kinds of traffic, its life.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "base/ip_address.h"
#include "detect/detect_config.h"
#include "flow/batch.h"

namespace weir::detect {

struct Record {
  IpAddress source;
  IpAddress destination;
  IpAddress exporter;
  UnixMillis start_ms = 0;
  UnixMillis end_ms = 0;
  std::uint64_t bytes = 0;    ///< estimates: multiplied
  std::uint64_t packets = 0;
  std::uint64_t raw_bytes = 0;
  std::uint64_t raw_packets = 0;
  std::uint32_t flows = 1;
  std::uint32_t rate = 1;  ///< one packet in this many was sampled
  std::uint32_t in_if = 0;
  std::uint32_t out_if = 0;
  std::uint32_t source_as = 0;
  std::uint32_t destination_as = 0;
  std::uint32_t source_country = 0;  ///< numbers of texts (flow/string_pool.h); 0: none
  std::uint32_t source_customer = 0;
  std::uint32_t destination_customer = 0;
  std::uint32_t direction = 0;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint16_t kinds = 0;   ///< a bit for each Traffic
  std::uint16_t length = 0;  ///< octets of a packet, on average
  std::uint8_t protocol = 0;
  std::uint8_t tcp_flags = 0;
  std::uint8_t icmp_type = 0;
  std::uint8_t source_mask = 0;
  std::uint8_t destination_mask = 0;
  bool fragment = false;
};

inline constexpr std::uint8_t kFin = 1, kSyn = 2, kRst = 4, kPush = 8, kAck = 16;
inline constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kGre = 47, kEsp = 50, kIcmp6 = 58;

[[nodiscard]] constexpr std::uint16_t bit_of(Traffic traffic) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(traffic));
}

/// Reads rows of one batch. False where a row has no addresses: it is nobody's traffic.
class RecordReader {
 public:
  explicit RecordReader(const flow::FlowBatch& batch);
  [[nodiscard]] bool read(std::size_t row, Record& out) const;

 private:
  const flow::FlowBatch& batch_;
};

/// A flow's share in each second of its life, spread evenly (flow/spread.h): the first second, full seconds, the last.
struct Spread {
  std::int64_t first_s = 0;
  std::uint32_t seconds = 1;
  float head = 1;  ///< the share in the first second
  float middle = 0;
  float tail = 0;  ///< in the last, where there are at least two
  [[nodiscard]] float at(std::uint32_t i) const { return i == 0 ? head : i + 1 == seconds ? tail : middle; }
};
/// Only seconds from `oldest_s` to `newest_s` are told; what lies after `newest_s` counts in it. Nothing: seconds is 0.
[[nodiscard]] Spread spread_of(UnixMillis start_ms, UnixMillis end_ms, std::int64_t oldest_s, std::int64_t newest_s);

}  // namespace weir::detect
