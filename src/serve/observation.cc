#include "serve/observation.h"

#include <algorithm>

namespace weir::serve {

std::vector<ExporterReading> read_exporters(const flow::ExporterTable& table) {
  const auto states = table.all();
  std::vector<ExporterReading> out;
  out.reserve(states.size());
  for (const flow::ExporterState* state : states) {
    ExporterReading reading{
        .address = state->address(), .protocols = state->protocols(), .last_seen_ms = state->last_seen_ms()};
    for (const flow::CounterInfo& info : flow::kCounters) {
      reading.counters[static_cast<std::size_t>(info.counter)] = state->get(info.counter);
    }
    out.push_back(reading);
  }
  // The entry of "::", which all behind the bound share, comes last in the table.
  std::ranges::sort(out, {}, &ExporterReading::address);
  return out;
}

const ExporterReading* find_reading(const std::vector<ExporterReading>& readings, IpAddress address) {
  const auto at = std::ranges::lower_bound(readings, address, {}, &ExporterReading::address);
  return at != readings.end() && at->address == address ? &*at : nullptr;
}

std::vector<std::string_view> protocol_names(std::uint8_t bits) {
  using enum flow::ExportProtocol;
  std::vector<std::string_view> out;
  for (const auto protocol : {netflow5, netflow7, netflow9, ipfix, sflow5}) {
    if ((bits & static_cast<std::uint8_t>(protocol)) != 0) out.push_back(flow::to_string(protocol));
  }
  return out;
}

}  // namespace weir::serve
