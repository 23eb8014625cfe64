// The SNMP poller at work: its thread, and its memory in DIR/state/interfaces.json.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "flow/exporter_table.h"
#include "flow/interface_table.h"
#include "snmp/poller.h"

namespace weir::collect {

/// start(), reload() and stop() from one thread, the rest from any.
class InterfaceNames {
 public:
  /// All that is referred to outlives it. `counters` is called from its thread.
  InterfaceNames(std::filesystem::path file, const flow::ExporterTable& exporters, flow::CurrentInterfaceTable& table,
                 snmp::Poller::TakeCounters counters);
  ~InterfaceNames();  ///< stops
  InterfaceNames(const InterfaceNames&) = delete;
  InterfaceNames& operator=(const InterfaceNames&) = delete;

  /// What was known before is in force when it returns. Without anything to ask there is no thread.
  void start(const snmp::SnmpConfig& config);
  void reload(const snmp::SnmpConfig& config);
  /// Takes as long as the request that is under way, at most twice its time-out.
  void stop();

  [[nodiscard]] std::vector<snmp::AgentStatus> status() const { return poller_.status(); }
  /// weir_snmp_...; read only while this lives.
  void register_metrics(Metrics& metrics) const;

 private:
  void load();
  void save() const;
  void run();

  const std::filesystem::path file_;
  snmp::Poller poller_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
};

}  // namespace weir::collect
