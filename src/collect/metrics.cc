#include "collect/metrics.h"

#include <array>
#include <memory>
#include <mutex>

#include "base/clock.h"

namespace weir::collect {
namespace {

using Sample = Metrics::Sample;
using Type = Metrics::Type;

double seconds(UnixMillis ms) {
  return static_cast<double>(ms) / 1000.0;
}

/// The store's status, asked once for all families of one scrape.
class StatusOfStore {
 public:
  explicit StatusOfStore(store::Store& store) : store_(store) {}
  store::Status get() {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = steady_ms();
    if (!known_ || now - asked_at_ > kFreshMs) {
      status_ = store_.status();
      asked_at_ = now;
      known_ = true;
    }
    return status_;
  }

 private:
  static constexpr std::int64_t kFreshMs = 200;
  store::Store& store_;
  std::mutex mutex_;
  store::Status status_;
  std::int64_t asked_at_ = 0;
  bool known_ = false;
};

struct StoreNumber {
  const char* name;
  const char* help;
  Type type;
  double (*read)(const store::Status&);
};

#define WEIR_READ(expression) [](const store::Status& s) { return static_cast<double>(expression); }
constexpr std::array kStoreNumbers = {
    StoreNumber{"weir_store_flows_total", "flow records committed since the start", Type::counter,
                WEIR_READ(s.flows_stored)},
    StoreNumber{"weir_store_flows_dropped_total", "flow records lost since the start: queue full or disk full",
                Type::counter, WEIR_READ(s.flows_dropped)},
    StoreNumber{"weir_store_readings_dropped_total", "interface readings lost since the start: queue full or disk full",
                Type::counter, WEIR_READ(s.readings_dropped)},
    StoreNumber{"weir_store_commits_total", "commits since the start", Type::counter, WEIR_READ(s.commits)},
    StoreNumber{"weir_store_last_commit_timestamp_seconds", "when the last commit was, in seconds since the epoch",
                Type::gauge, WEIR_READ(seconds(s.last_commit_ms))},
    StoreNumber{"weir_store_queued_batches", "batches that wait for the writer", Type::gauge,
                WEIR_READ(s.queued_batches)},
    StoreNumber{"weir_store_hot_flows", "flow records in the hot tier", Type::gauge, WEIR_READ(s.hot_flows)},
    StoreNumber{"weir_store_hot_bytes", "size of the hot tier on the disk", Type::gauge, WEIR_READ(s.hot_octets)},
    StoreNumber{"weir_store_cold_flows", "flow records in the cold tier", Type::gauge, WEIR_READ(s.cold_flows)},
    StoreNumber{"weir_store_cold_bytes", "size of the cold tier on the disk", Type::gauge, WEIR_READ(s.cold_octets)},
    StoreNumber{"weir_store_rollup_bytes", "size of the rollups on the disk", Type::gauge, WEIR_READ(s.rollup_octets)},
    StoreNumber{"weir_store_oldest_flow_timestamp_seconds",
                "time of the oldest flow record held, in seconds since the epoch; 0 when there are none", Type::gauge,
                WEIR_READ(seconds(s.oldest_ms))},
};
#undef WEIR_READ

void register_exporter_counter(Metrics& metrics, const flow::ExporterTable& exporters,
                               const flow::CounterInfo& counter) {
  metrics.add(
      "weir_exporter_" + std::string(counter.name) + "_total", std::string(counter.help), Type::counter,
      [&exporters, which = counter.counter] {
        std::vector<Sample> out;
        for (const flow::ExporterState* exporter : exporters.all()) {
          out.push_back({{{"exporter", to_string(exporter->address())}}, static_cast<double>(exporter->get(which))});
        }
        return out;
      });
}

}  // namespace

void register_exporter_metrics(Metrics& metrics, const flow::ExporterTable& exporters) {
  for (const flow::CounterInfo& counter : flow::kCounters) register_exporter_counter(metrics, exporters, counter);
  metrics.add("weir_exporter_last_seen_timestamp_seconds",
              "when the exporter's last good datagram came, in seconds since the epoch; 0 never", Type::gauge,
              [&exporters] {
                std::vector<Sample> out;
                for (const flow::ExporterState* exporter : exporters.all()) {
                  out.push_back({{{"exporter", to_string(exporter->address())}}, seconds(exporter->last_seen_ms())});
                }
                return out;
              });
  metrics.add("weir_exporters", "exporters seen since the start", Type::gauge,
              [&exporters] { return static_cast<double>(exporters.all().size()); });
}

void register_store_metrics(Metrics& metrics, store::Store& store) {
  const auto status = std::make_shared<StatusOfStore>(store);
  for (const StoreNumber& number : kStoreNumbers) {
    metrics.add(number.name, number.help, number.type, [status, read = number.read] { return read(status->get()); });
  }
  metrics.add("weir_store_alarm", "1 for each alarm that stands", Type::gauge, [status] {
    std::vector<Sample> out;
    for (const store::Alarm& alarm : status->get().alarms) out.push_back({{{"alarm", alarm.name}}, 1.0});
    return out;
  });
}

}  // namespace weir::collect
