// Batches of made-up flows for tests of detection, second by second.
#pragma once

#include <string_view>
#include <vector>

#include "detect/engine.h"
#include "detect/record.h"

namespace weir::detect {

[[nodiscard]] inline IpAddress ip(std::string_view text) { return parse_ip(text).value(); }
[[nodiscard]] inline Prefix net(std::string_view text) { return parse_prefix(text).value(); }

/// One kind of flow, to be sent many times.
struct FlowKind {
  std::string_view from = "198.51.100.1";  ///< the first; others count up
  std::string_view to = "192.0.2.10";
  std::uint32_t sources = 1;
  std::uint32_t destinations = 1;
  std::uint8_t proto = kUdp;
  std::uint16_t src_port = 40'000;
  std::uint16_t dst_port = 443;
  std::uint8_t flags = 0;
  std::uint8_t icmp_type = 0;
  bool fragment = false;
  std::uint64_t packets = 10;  ///< of a flow, as exported
  std::uint32_t length = 500;
  std::uint32_t rate = 1;
  UnixMillis lasts_ms = 0;
  UnixMillis late_ms = 0;      ///< between its end and its arrival
  bool random_source_port = false;
  bool random_destination_port = false;
  std::uint8_t routed = 0;     ///< mask of the own side
  std::uint32_t customer = 0;  ///< of the destination: the number of its text
  std::uint32_t to_as = 0;     ///< of the destination
};

class TestFlows {
 public:
  /// `count` flows that arrive spread over the second that begins at `second_ms`.
  void add(flow::FlowBatch& batch, const FlowKind& kind, std::uint32_t count, UnixMillis second_ms) {
    using flow::Column;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::size_t row = batch.add_rows(1);
      const UnixMillis arrival = second_ms + static_cast<UnixMillis>(i) * kSecondMs / count;
      const UnixMillis end = arrival - kind.late_ms;
      ++number_;
      batch.set<Column::time>(row, end);
      batch.set<Column::time_received>(row, arrival);
      batch.set<Column::flow_end>(row, end);
      batch.set<Column::flow_start>(row, end - kind.lasts_ms);
      batch.set<Column::exporter>(row, ip("203.0.113.1"));
      batch.set<Column::sampling_rate>(row, kind.rate);
      batch.set<Column::src_addr>(row, step(ip(kind.from), number_ * 7 % kind.sources));
      batch.set<Column::dst_addr>(row, step(ip(kind.to), number_ % kind.destinations));
      batch.set<Column::proto>(row, kind.proto);
      batch.set<Column::src_port>(row, kind.random_source_port ? random_port() : kind.src_port);
      batch.set<Column::dst_port>(row, kind.random_destination_port ? random_port() : kind.dst_port);
      batch.set<Column::tcp_flags>(row, kind.flags);
      if (kind.proto == kIcmp || kind.proto == kIcmp6) batch.set<Column::icmp_type>(row, kind.icmp_type);
      if (kind.fragment) batch.set<Column::fragment>(row, 2);
      batch.set<Column::packets>(row, kind.packets);
      batch.set<Column::bytes>(row, kind.packets * kind.length);
      batch.set<Column::flows>(row, 1);
      batch.set<Column::in_if>(row, 7);
      batch.set<Column::out_if>(row, 9);
      if (kind.routed != 0) batch.set<Column::dst_mask>(row, kind.routed);
      if (kind.customer != 0) batch.set<Column::dst_customer>(row, kind.customer);
      if (kind.to_as != 0) batch.set<Column::dst_as>(row, kind.to_as);
    }
  }

 private:
  static IpAddress step(IpAddress address, std::uint64_t by) { return {address.hi, address.lo + by}; }
  std::uint16_t random_port() { return static_cast<std::uint16_t>(1024 + number_ * 40'503 % 60'000); }
  std::uint64_t number_ = 0;
};

}  // namespace weir::detect
