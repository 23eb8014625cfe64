#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "serve/api.h"
#include "serve/local_addresses.h"

namespace weir::serve {
namespace {

namespace json = boost::json;

double rounded(double rate) {
  return std::round(rate * 100) / 100;
}
json::value time_or_null(UnixMillis time) {
  return time == 0 ? json::value() : json::value(time);
}

json::object listen_json(const std::vector<Endpoint>& listen) {
  json::array udp;
  json::array ports;
  std::vector<std::uint16_t> seen;
  for (const Endpoint& endpoint : listen) {
    udp.emplace_back(to_string(endpoint));
    if (std::ranges::find(seen, endpoint.port) != seen.end()) continue;
    seen.push_back(endpoint.port);
    ports.emplace_back(endpoint.port);
  }
  json::array addresses;
  for (const IpAddress address : local_addresses()) addresses.emplace_back(to_string(address));
  return {{"udp", std::move(udp)}, {"udp_ports", std::move(ports)}, {"addresses", std::move(addresses)}};
}

json::object exporter_json(const ExporterReading& reading, const ExporterDiagnosis& diagnosis,
                           const ExporterRate* rate) {
  json::object counters;
  for (const flow::CounterInfo& info : flow::kCounters) counters[info.name] = reading.get(info.counter);
  json::array protocols;
  for (const auto protocol : protocol_names(reading.protocols)) protocols.emplace_back(protocol);
  return {{"address", to_string(reading.address)},
          {"name", diagnosis.name.empty() ? json::value() : json::value(diagnosis.name)},
          {"protocols", std::move(protocols)},
          {"last_seen", time_or_null(reading.last_seen_ms)},
          {"health", health_word(diagnosis)},
          {"flows_per_s", rate == nullptr ? 0.0 : rounded(rate->flows_per_s)},
          {"datagrams_per_s", rate == nullptr ? 0.0 : rounded(rate->datagrams_per_s)},
          {"counters", std::move(counters)}};
}

json::object store_json(const store::Status& store) {
  return {{"flows_stored", store.flows_stored},
          {"flows_dropped", store.flows_dropped},
          {"commits", store.commits},
          {"last_commit", time_or_null(store.last_commit_ms)},
          {"queued_batches", store.queued_batches},
          {"hot_flows", store.hot_flows},
          {"hot_octets", store.hot_octets},
          {"cold_flows", store.cold_flows},
          {"cold_octets", store.cold_octets},
          {"rollup_octets", store.rollup_octets},
          {"oldest", time_or_null(store.oldest_ms)}};
}

}  // namespace

Response get_status(const Monitor& monitor, UnixMillis started_ms, UnixMillis now) {
  const Observation observation = monitor.observe(now);
  Diagnosis diagnosis = monitor.diagnose(observation);
  keep_worst(diagnosis, kMostExportersTold);
  const Rates rates = monitor.rates();
  json::array exporters;
  for (const ExporterDiagnosis& exporter : diagnosis.exporters) {
    const auto at = std::ranges::lower_bound(rates.exporters, exporter.address, {}, &ExporterRate::address);
    const bool has_rate = at != rates.exporters.end() && at->address == exporter.address;
    exporters.push_back(
        exporter_json(*find_reading(observation.exporters, exporter.address), exporter, has_rate ? &*at : nullptr));
  }
  json::array alarms;
  for (const store::Alarm& alarm : observation.store.alarms) {
    alarms.push_back(json::object{{"name", alarm.name}, {"message", alarm.message}, {"since", alarm.since_ms}});
  }
  Response out;
  out.body = json::serialize(json::object{
      {"version", monitor.sources().version},
      {"started", started_ms},
      {"now", now},
      {"uptime_s", (now - started_ms) / kSecondMs},
      {"health", to_string(diagnosis.health)},
      {"listen", listen_json(monitor.sources().listen)},
      {"flows_per_s", rounded(rates.flows_per_s)},
      {"datagrams_per_s", rounded(rates.datagrams_per_s)},
      {"octets_per_s", rounded(rates.octets_per_s)},
      {"exporters", std::move(exporters)},
      {"exporters_left_out", diagnosis.left_out},
      {"store", store_json(observation.store)},
      {"alarms", std::move(alarms)},
  });
  return out;
}

}  // namespace weir::serve
