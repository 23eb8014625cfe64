// The interfaces of the exporters: what flows, SNMP and counters tell of them, put together.
#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "serve/api.h"
#include "serve/problem.h"
#include "serve/request_parameters.h"

namespace weir::serve {
namespace {

namespace json = boost::json;
using flow::Column;

constexpr std::array<std::string_view, 1> kKnown = {"exporter"};
constexpr UnixMillis kRateMs = 5 * kMinuteMs;
constexpr UnixMillis kReadingsMs = kHourMs;
constexpr std::size_t kMostInterfaces = 10'000;

struct Side {
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
};
struct Interface {
  std::string exporter_name = {};
  std::string name = {};
  std::string description = {};
  std::string class_ = {};
  std::uint64_t speed_bps = 0;
  Side in = {};
  Side out = {};
  std::vector<flow::InterfaceCounters> readings = {};  ///< the newest first, at most two
};
using Key = std::pair<IpAddress, std::uint32_t>;
using Interfaces = std::map<Key, Interface>;

std::string text_of(const query::Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? "" : *text;
}

/// What went in (or out) by each interface, with the names that flows carry.
Result<void> add_traffic(store::Store& store, query::Query query, bool in, const query::CancelFlag& cancel,
                         Interfaces& to) {
  query.by = {Column::exporter, in ? Column::in_if : Column::out_if, in ? Column::in_if_name : Column::out_if_name,
              in ? Column::in_if_class : Column::out_if_class, Column::exporter_name};
  const auto answer = store.run(query, cancel);
  if (!answer) return std::unexpected(answer.error());
  for (const query::Row& row : answer->rows) {
    const auto exporter = parse_ip(text_of(row.key[0]));
    const auto* index = std::get_if<std::uint64_t>(&row.key[1]);
    if (!exporter || index == nullptr) continue;
    Interface& interface = to[{*exporter, static_cast<std::uint32_t>(*index)}];
    Side& side = in ? interface.in : interface.out;
    side.bytes += row.sums.bytes;
    side.packets += row.sums.packets;
    if (interface.name.empty()) interface.name = text_of(row.key[2]);
    if (interface.class_.empty()) interface.class_ = text_of(row.key[3]);
    if (interface.exporter_name.empty()) interface.exporter_name = text_of(row.key[4]);
  }
  return {};
}

void add_told(const Sources& sources, Interfaces& to) {
  if (sources.interfaces == nullptr) return;
  const auto table = sources.interfaces->get();
  table->for_each([&](const flow::InterfaceTable::Key& key, const flow::InterfaceInfo& info) {
    Interface& interface = to[{key.exporter, key.index}];
    if (!info.name.empty()) interface.name = info.name;
    interface.description = info.description;
    interface.speed_bps = info.speed_bps;
  });
}

json::value or_null(const std::string& text) {
  return text.empty() ? json::value() : json::value(text);
}

/// Whole bits a second over the range of flows.
double rate(std::uint64_t sum, double scale) {
  return static_cast<double>(sum) * scale * 1000 / static_cast<double>(kRateMs);
}

/// Of a counter that only grows; null where it was reset or the readings are too close.
json::value counter_rate(std::uint64_t now, std::uint64_t before, UnixMillis apart_ms, double scale) {
  if (now < before || apart_ms <= 0) return nullptr;
  return static_cast<double>(now - before) * scale * 1000 / static_cast<double>(apart_ms);
}

json::value counters_json(const std::vector<flow::InterfaceCounters>& readings) {
  if (readings.empty()) return nullptr;
  const flow::InterfaceCounters& last = readings.front();
  json::object out = {{"time", last.time_ms},
                      {"admin_up", last.admin_up},
                      {"oper_up", last.oper_up},
                      {"in_octets", last.in_octets},
                      {"in_packets", last.in_packets},
                      {"in_discards", last.in_discards},
                      {"in_errors", last.in_errors},
                      {"out_octets", last.out_octets},
                      {"out_packets", last.out_packets},
                      {"out_discards", last.out_discards},
                      {"out_errors", last.out_errors},
                      {"in_bits_per_s", nullptr},
                      {"out_bits_per_s", nullptr}};
  if (readings.size() > 1) {
    const UnixMillis apart = last.time_ms - readings[1].time_ms;
    out["in_bits_per_s"] = counter_rate(last.in_octets, readings[1].in_octets, apart, 8);
    out["out_bits_per_s"] = counter_rate(last.out_octets, readings[1].out_octets, apart, 8);
  }
  return out;
}

json::object interface_json(const Key& key, const Interface& interface, const Sources& sources) {
  const std::uint64_t read = interface.readings.empty() ? 0 : interface.readings.front().speed_bps;
  const std::uint64_t speed = interface.speed_bps != 0 ? interface.speed_bps : read;
  return {{"exporter", to_string(key.first)},
          {"exporter_name", or_null(interface.exporter_name.empty() && sources.exporter_name
                                        ? sources.exporter_name(key.first)
                                        : interface.exporter_name)},
          {"index", key.second},
          {"name", or_null(interface.name)},
          {"description", or_null(interface.description)},
          {"class", or_null(interface.class_)},
          {"speed_bps", speed == 0 ? json::value() : json::value(speed)},
          {"in_bits_per_s", rate(interface.in.bytes, 8)},
          {"in_packets_per_s", rate(interface.in.packets, 1)},
          {"out_bits_per_s", rate(interface.out.bytes, 8)},
          {"out_packets_per_s", rate(interface.out.packets, 1)},
          {"counters", counters_json(interface.readings)}};
}

}  // namespace

Response get_interfaces(const Sources& sources, const Request& request, UnixMillis now) {
  const auto all = request_parameters(request, kKnown);
  if (!all) return wrong_parameter(all.error());
  query::Query query;
  // Whole minutes that are over, so that sums by the minute can answer.
  query.to_ms = now - now % kMinuteMs;
  query.from_ms = query.to_ms - kRateMs;
  query.top = static_cast<std::uint32_t>(kMostInterfaces);
  std::optional<IpAddress> only;
  if (const auto text = value_of(*all, "exporter")) {
    const auto address = parse_ip(*text);
    if (!address) return problem(400, "exporter: expected its address, such as 192.0.2.1", {{"parameter", "exporter"}});
    only = *address;
    query.filter = std::make_shared<const query::Expression>(
        query::Expression{query::AddressInNetworks{Column::exporter, {Prefix::of(*only, only->is_v4() ? 32 : 128)}}});
  }
  Interfaces interfaces;
  for (const bool in : {true, false}) {
    if (const auto added = add_traffic(sources.store, query, in, *request.cancel, interfaces); !added)
      return problem(added.error());
  }
  add_told(sources, interfaces);
  const auto readings = sources.store.last_counters(now - kReadingsMs, *request.cancel);
  if (!readings && readings.error().code != ErrorCode::unsupported) return problem(readings.error());
  for (const flow::InterfaceCounters& reading : readings.value_or(std::vector<flow::InterfaceCounters>()))
    interfaces[{reading.exporter, reading.if_index}].readings.push_back(reading);
  json::array out;
  std::size_t left_out = 0;
  for (const auto& [key, interface] : interfaces) {
    if (only && key.first != *only) continue;
    if (out.size() == kMostInterfaces) {
      ++left_out;
    } else {
      out.push_back(interface_json(key, interface, sources));
    }
  }
  Response response;
  response.body = json::serialize(json::object{{"from", query.from_ms},
                                               {"to", query.to_ms},
                                               {"interfaces", std::move(out)},
                                               {"interfaces_left_out", left_out}});
  return response;
}

}  // namespace weir::serve
