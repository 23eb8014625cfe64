// What the rows of one Message have in common, and where their writers look things up.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/ip_address.h"
#include "decode/announced.h"
#include "decode/decoder.h"
#include "decode/text_cache.h"
#include "flow/exporter_table.h"
#include "flow/string_pool.h"

namespace weir::decode {

/// The clocks of a Message. A parked Data Set keeps those of the Message that it came with.
struct MessageTimes {
  UnixMillis received_ms = 0;
  UnixMillis export_ms = 0;
  std::uint32_t uptime_ms = 0;  ///< the device's sysUptime at export_ms; only where the protocol's header has one
};

/// What became of the rows; added to the exporter's counters once for each datagram.
struct Tally {
  std::uint64_t flows = 0;
  std::uint64_t options_records = 0;
  std::uint64_t sampled = 0;
  std::uint64_t named = 0;
  std::uint64_t clock_wrong = 0;
  std::uint64_t counters_absurd = 0;
  std::uint64_t bad_packet_header = 0;
  std::uint64_t unsupported = 0;

  /// flows_unsampled is what is left of `flows`.
  void add_to(flow::ExporterState& exporter) const;
};

/// Everything a writer may use. References outlive the Message.
struct RowContext {
  const DecodeOptions& options;
  const MessageTimes& times;
  /// What the exporter announced for this Observation Domain, and for domain 0, which stands for the whole exporter
  /// (RFC 7011 section 3.1); null where it announced nothing.
  const Announced* own = nullptr;
  const Announced* whole = nullptr;
  TextCache& texts;
  Tally& tally;
  IpAddress exporter;
  std::uint32_t observation_domain = 0;
  std::uint16_t template_id = 0;
  flow::StringId protocol = 0;
  std::uint32_t header_rate = 0;  ///< NetFlow v5's sampling header; 0 unknown
};

}  // namespace weir::decode
