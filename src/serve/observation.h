// One look at everything that is counted, at one moment: what the doctor and the rates are computed from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"
#include "base/metrics.h"
#include "bgp/rib.h"
#include "bgp/source_status.h"
#include "flow/exporter_table.h"
#include "store/store.h"

namespace weir::serve {

/// The counters of one exporter, copied out.
struct ExporterReading {
  IpAddress address = {};
  std::array<std::uint64_t, flow::kCounterCount> counters{};
  std::uint8_t protocols = 0;   ///< bits of flow::ExportProtocol
  UnixMillis last_seen_ms = 0;  ///< the last good datagram; 0 never

  [[nodiscard]] std::uint64_t get(flow::Counter counter) const { return counters[static_cast<std::size_t>(counter)]; }
};

/// Something beside the flows that is not as it should be, in words: an RPKI cache is down, an SNMP agent does not
/// answer.
struct Outage {
  IpAddress exporter = {};  ///< unspecified: it is the server's own
  bool grave = false;       ///< what people see is wrong or missing; otherwise what was known before serves
  std::string what = {};
  std::string advice = {};
};

struct Observation {
  UnixMillis time_ms = 0;
  std::vector<ExporterReading> exporters = {};  ///< by address
  store::Status store = {};
  std::vector<Metrics::Family> families = {};
  std::optional<bgp::RibStatus> rib = {};  ///< nothing where there is no table
  std::optional<bgp::SourcesStatus> route_sources = {};
  std::vector<Outage> outages = {};
};

/// All exporters of the table, by address.
[[nodiscard]] std::vector<ExporterReading> read_exporters(const flow::ExporterTable& table);

/// The reading of `address`; null when there is none. `readings` are sorted by address.
[[nodiscard]] const ExporterReading* find_reading(const std::vector<ExporterReading>& readings, IpAddress address);

/// The names of the protocols in `bits`, e.g. {"netflow9", "sflow5"}.
[[nodiscard]] std::vector<std::string_view> protocol_names(std::uint8_t bits);

}  // namespace weir::serve
