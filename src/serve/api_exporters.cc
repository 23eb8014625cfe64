// Who sends, in short: for lists to choose from. All counters are in /api/v1/status and /metrics.
#include <boost/json.hpp>
#include <cmath>

#include "serve/api.h"

namespace weir::serve {
namespace {

namespace json = boost::json;

double rounded(double rate) {
  return std::round(rate * 100) / 100;
}

}  // namespace

Response get_exporters(const Monitor& monitor, const Request&) {
  const Sources& sources = monitor.sources();
  const Rates rates = monitor.rates();
  json::array exporters;
  std::size_t left_out = 0;
  for (const ExporterReading& reading : read_exporters(sources.exporters)) {
    if (exporters.size() == kMostExportersTold) {
      ++left_out;
      continue;
    }
    const auto at = std::ranges::lower_bound(rates.exporters, reading.address, {}, &ExporterRate::address);
    const bool has_rate = at != rates.exporters.end() && at->address == reading.address;
    const std::string name = sources.exporter_name ? sources.exporter_name(reading.address) : std::string();
    json::array protocols;
    for (const auto protocol : protocol_names(reading.protocols)) protocols.emplace_back(protocol);
    exporters.push_back(json::object{{"address", to_string(reading.address)},
                                     {"name", name.empty() ? json::value() : json::value(name)},
                                     {"protocols", std::move(protocols)},
                                     {"last_seen", reading.last_seen_ms == 0 ? json::value() : json::value(reading.last_seen_ms)},
                                     {"flows", reading.get(flow::Counter::flows)},
                                     {"flows_per_s", has_rate ? rounded(at->flows_per_s) : 0.0}});
  }
  Response out;
  out.body = json::serialize(json::object{{"exporters", std::move(exporters)}, {"exporters_left_out", left_out}});
  return out;
}

}  // namespace weir::serve
