#include "serve/live_events.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "serve/doctor_show.h"
#include "serve/json_cell.h"

namespace weir::serve {
namespace {

namespace json = boost::json;
using flow::Column;

/// Two digits behind the point are plenty for a rate, and short.
double rounded(double rate) {
  return std::round(rate * 100) / 100;
}

double per_second(std::uint64_t count, UnixMillis length_ms) {
  return length_ms <= 0 ? 0 : rounded(static_cast<double>(count) * 1000 / static_cast<double>(length_ms));
}

json::object point_json(const RatePoint& point) {
  return {{"time", point.time_ms},
          {"flows_per_s", rounded(point.flows_per_s)},
          {"datagrams_per_s", rounded(point.datagrams_per_s)}};
}

const ExporterRate* find_rate(const Rates& rates, IpAddress address) {
  const auto at = std::ranges::lower_bound(rates.exporters, address, {}, &ExporterRate::address);
  return at != rates.exporters.end() && at->address == address ? &*at : nullptr;
}

json::object top_list_json(const TopList& list, const query::Answer& answer, UnixMillis length_ms) {
  json::array by;
  for (const Column column : list.by) by.emplace_back(flow::name(column));
  json::array rows;
  const auto all = static_cast<double>(answer.total.sums.bytes);
  for (const query::Row& row : answer.rows) {
    json::array key;
    for (const query::Cell& cell : row.key) key.push_back(cell_json(cell));
    rows.push_back(json::object{{"key", std::move(key)},
                                {"bits_per_s", per_second(row.sums.bytes, length_ms) * 8},
                                {"packets_per_s", per_second(row.sums.packets, length_ms)},
                                {"share", all > 0 ? static_cast<double>(row.sums.bytes) / all : 0.0}});
  }
  return {{"name", list.name}, {"by", std::move(by)}, {"rows", std::move(rows)}};
}

}  // namespace

std::string rates_json(const Rates& rates) {
  std::vector<const ExporterRate*> busiest;
  for (const ExporterRate& rate : rates.exporters) {
    if (rate.datagrams_per_s > 0) busiest.push_back(&rate);
  }
  const std::size_t most = std::min(busiest.size(), kMostLiveExporters);
  std::ranges::partial_sort(busiest, busiest.begin() + static_cast<std::ptrdiff_t>(most), std::ranges::greater{},
                            [](const ExporterRate* rate) { return rate->flows_per_s; });
  busiest.resize(most);
  json::array exporters;
  for (const ExporterRate* rate : busiest) {
    exporters.push_back(json::object{{"address", to_string(rate->address)},
                                     {"flows_per_s", rounded(rate->flows_per_s)},
                                     {"datagrams_per_s", rounded(rate->datagrams_per_s)}});
  }
  return json::serialize(json::object{{"time", rates.time_ms},
                                      {"flows_per_s", rounded(rates.flows_per_s)},
                                      {"datagrams_per_s", rounded(rates.datagrams_per_s)},
                                      {"octets_per_s", rounded(rates.octets_per_s)},
                                      {"last", point_json(rates.last)},
                                      {"exporters", std::move(exporters)}});
}

std::string history_json(const std::deque<RatePoint>& history) {
  json::array points;
  for (const RatePoint& point : history) points.push_back(point_json(point));
  return json::serialize(json::object{{"points", std::move(points)}});
}

std::string exporters_json(Diagnosis diagnosis, const Rates& rates, const store::Status& store) {
  keep_worst(diagnosis, kMostLiveExporters);
  json::object out = doctor_json(diagnosis);
  for (std::size_t i = 0; i < diagnosis.exporters.size(); ++i) {
    const ExporterRate* rate = find_rate(rates, diagnosis.exporters[i].address);
    out["exporters"].as_array()[i].as_object()["flows_per_s"] = rate == nullptr ? 0.0 : rounded(rate->flows_per_s);
  }
  out["exporter_count"] = diagnosis.exporters.size() + diagnosis.left_out;
  out["oldest"] = store.oldest_ms == 0 ? json::value() : json::value(store.oldest_ms);
  out["flows_held"] = store.hot_flows + store.cold_flows;
  return json::serialize(out);
}

const std::vector<TopList>& top_lists() {
  static const std::vector<TopList> lists = {
      {"sources", {Column::src_addr}},
      {"destinations", {Column::dst_addr}},
      {"destination_as", {Column::dst_as}},
      {"in_interfaces", {Column::exporter, Column::exporter_name, Column::in_if, Column::in_if_name}},
      {"out_interfaces", {Column::exporter, Column::exporter_name, Column::out_if, Column::out_if_name}},
  };
  return lists;
}

std::string top_json(const std::vector<query::Answer>& answers, UnixMillis from, UnixMillis to) {
  json::array lists;
  for (std::size_t i = 0; i < answers.size() && i < top_lists().size(); ++i) {
    lists.push_back(top_list_json(top_lists()[i], answers[i], to - from));
  }
  return json::serialize(json::object{{"from", from}, {"to", to}, {"lists", std::move(lists)}});
}

std::string traffic_json(const query::Answer& answer, UnixMillis step_ms) {
  json::array points;
  const std::size_t count = std::min(answer.buckets.size(), answer.total.series.size());
  for (std::size_t i = 0; i < count; ++i) {
    points.push_back(json::object{{"time", answer.buckets[i]},
                                  {"bits_per_s", per_second(answer.total.series[i].bytes, step_ms) * 8},
                                  {"packets_per_s", per_second(answer.total.series[i].packets, step_ms)}});
  }
  return json::serialize(json::object{{"step_ms", step_ms}, {"points", std::move(points)}});
}

std::string error_json(const Error& error) {
  return json::serialize(json::object{{"error", error.message}});
}

}  // namespace weir::serve
