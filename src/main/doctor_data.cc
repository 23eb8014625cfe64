#include "main/doctor_data.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "query/query.h"

namespace weir::main {
namespace {

using flow::Column;
using flow::Counter;
using query::Answer;
using query::Query;

constexpr std::uint32_t kMostExporters = 10'000;
constexpr UnixMillis kSeenStep = 5 * kMinuteMs;

Result<Answer> ask(store::Store& store, const Query& query) {
  const query::CancelFlag never{false};
  return store.run(query, never);
}

query::ExpressionPtr known(Column column) {
  return std::make_shared<const query::Expression>(query::IsKnown{column});
}

query::ExpressionPtr known(Column one, Column other) {
  return std::make_shared<const query::Expression>(query::Or{{known(one), known(other)}});
}

/// The end of the newest hour with flows; 0 when there are none.
Result<UnixMillis> newest(store::Store& store, UnixMillis now) {
  const UnixMillis oldest = store.status().oldest_ms;
  if (oldest == 0 || oldest >= now) return 0;
  Query query;
  query.from_ms = oldest / kHourMs * kHourMs;
  query.to_ms = now;
  query.metric = query::Metric::flows;
  query.resolution_ms = kHourMs;
  const auto answer = ask(store, query);
  if (!answer) return std::unexpected(answer.error());
  const auto& series = answer->total.series;
  for (std::size_t i = std::min(series.size(), answer->buckets.size()); i-- > 0;) {
    if (series[i].flows > 0) return std::min(now, answer->buckets[i] + kHourMs);
  }
  return 0;
}

/// Everything is asked by exporter over the same day.
class Readings {
 public:
  Readings(store::Store& store, UnixMillis from, UnixMillis to) : store_(store) {
    query_.from_ms = from;
    query_.to_ms = to;
    query_.by = {Column::exporter};
    query_.metric = query::Metric::flows;
    query_.top = kMostExporters;
  }

  Result<void> count(Counter counter, query::ExpressionPtr filter) {
    Query query = query_;
    query.filter = std::move(filter);
    const auto answer = ask(store_, query);
    if (!answer) return std::unexpected(answer.error());
    for (const query::Row& row : answer->rows) {
      if (auto* reading = of(row)) reading->counters[static_cast<std::size_t>(counter)] = row.sums.flows;
    }
    return {};
  }

  Result<void> find_last_seen() {
    Query query = query_;
    query.from_ms = query.from_ms / kSeenStep * kSeenStep;
    query.resolution_ms = kSeenStep;
    const auto answer = ask(store_, query);
    if (!answer) return std::unexpected(answer.error());
    for (const query::Row& row : answer->rows) {
      auto* reading = of(row);
      for (std::size_t i = 0; reading != nullptr && i < row.series.size(); ++i) {
        if (row.series[i].flows > 0) reading->last_seen_ms = std::min(query.to_ms, answer->buckets[i] + kSeenStep);
      }
    }
    return {};
  }

  Result<void> find_names() {
    Query query = query_;
    query.by = {Column::exporter, Column::exporter_name};
    query.filter = known(Column::exporter_name);
    const auto answer = ask(store_, query);
    if (!answer) return std::unexpected(answer.error());
    for (const query::Row& row : answer->rows) {
      const auto address = address_of(row);
      const auto* name = std::get_if<std::string>(&row.key[1]);
      if (address && name != nullptr) names_.try_emplace(*address, *name);
    }
    return {};
  }

  [[nodiscard]] std::vector<serve::ExporterReading> take() const {
    std::vector<serve::ExporterReading> out;
    for (auto [address, reading] : readings_) {
      const std::uint64_t flows = reading.get(Counter::flows);
      reading.counters[static_cast<std::size_t>(Counter::flows_stored)] = flows;
      reading.counters[static_cast<std::size_t>(Counter::flows_unsampled)] =
          flows - std::min(flows, reading.get(Counter::flows_sampled));
      out.push_back(reading);
    }
    return out;
  }
  [[nodiscard]] std::string name_of(IpAddress address) const {
    const auto at = names_.find(address);
    return at == names_.end() ? "" : at->second;
  }

 private:
  static std::optional<IpAddress> address_of(const query::Row& row) {
    const auto* text = std::get_if<std::string>(&row.key[0]);
    if (text == nullptr) return std::nullopt;
    const auto address = parse_ip(*text);
    return address ? std::optional(*address) : std::nullopt;
  }
  serve::ExporterReading* of(const query::Row& row) {
    const auto address = address_of(row);
    if (!address) return nullptr;
    serve::ExporterReading& reading = readings_[*address];
    reading.address = *address;
    return &reading;
  }

  store::Store& store_;
  Query query_;
  std::map<IpAddress, serve::ExporterReading> readings_;
  std::map<IpAddress, std::string> names_;
};

}  // namespace

Result<serve::Diagnosis> diagnose_store(store::Store& store, UnixMillis now, UnixMillis& from) {
  const auto to = newest(store, now);
  if (!to) return std::unexpected(to.error());
  serve::Observation observation;
  observation.store = store.status();
  observation.time_ms = *to == 0 ? now : *to;
  from = observation.time_ms - kDayMs;
  Readings readings(store, from, observation.time_ms);
  const std::array counts = {
      std::pair{Counter::flows, query::ExpressionPtr()},
      std::pair{Counter::flows_sampled, known(Column::sampling_rate)},
      std::pair{Counter::flows_named, known(Column::in_if_name, Column::out_if_name)},
      std::pair{Counter::flows_routed, known(Column::src_as, Column::dst_as)},
  };
  for (const auto& [counter, filter] : counts) {
    if (const auto done = readings.count(counter, filter); !done) return std::unexpected(done.error());
  }
  for (const auto step : {&Readings::find_last_seen, &Readings::find_names}) {
    if (const auto done = (readings.*step)(); !done) return std::unexpected(done.error());
  }
  observation.exporters = readings.take();
  for (const auto& exporter : observation.exporters)
    observation.time_ms = std::max(observation.time_ms, exporter.last_seen_ms);
  return serve::diagnose(observation, nullptr, [&](IpAddress address) { return readings.name_of(address); });
}

}  // namespace weir::main
