// Asks the exporters, one after the other, for what they say of their interfaces.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "flow/exporter_table.h"
#include "flow/interface_counters.h"
#include "flow/interface_table.h"
#include "snmp/agent.h"
#include "snmp/device.h"
#include "snmp/snmp_config.h"

namespace weir::snmp {

/// How it goes with one exporter.
struct AgentStatus {
  IpAddress exporter;
  std::string name;  ///< sysName
  std::size_t interfaces = 0;
  UnixMillis polled_ms = 0;         ///< when it last answered in full, also before the start; 0 never
  UnixMillis failing_since_ms = 0;  ///< 0: it answers, or was not asked yet
  UnixMillis next_ms = 0;
  std::uint64_t polls = 0, failures = 0, restarts = 0;
  std::string error;  ///< of the last try; "" it went well
};

/// check() and restore() from one thread; the rest from any.
class Poller {
 public:
  /// Between two polls an exporter is asked for its sysUpTime this often: after a restart its ifIndexes may be others.
  static constexpr UnixMillis kUptimeEveryMs = kMinuteMs;
  static constexpr UnixMillis kLeastRetryMs = kMinuteMs;
  static constexpr UnixMillis kMostRetryMs = kHourMs;

  using OpenAgent =
      std::function<Result<std::unique_ptr<Agent>>(const Endpoint&, const Credentials&, UnixMillis timeout_ms)>;
  using TakeCounters = std::function<void(std::vector<flow::InterfaceCounters>&&)>;

  /// All that is referred to outlives it.
  Poller(SnmpConfig config, const flow::ExporterTable& exporters, flow::CurrentInterfaceTable& table,
         TakeCounters counters, OpenAgent open = Agent::open);
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// What was known before the start; its names are in force at once.
  void restore(std::vector<Device> devices);
  /// Asks those that are due, as many as fit before stop(). Blocks as long as that takes. True when devices() changed.
  bool check(const std::function<UnixMillis()>& now);
  /// Other settings, from the next check() on.
  void reconfigure(SnmpConfig config);
  /// A running check() ends after the request it waits for.
  void stop() { stop_.store(true); }

  [[nodiscard]] std::vector<AgentStatus> status() const;
  /// For restore() after a restart.
  [[nodiscard]] std::vector<Device> devices() const;

 private:
  struct Target {
    AgentStatus status;
    std::vector<Interface> interfaces;
    std::uint64_t uptime_cs = 0;
    UnixMillis uptime_at_ms = 0;  ///< when it is asked for next
    UnixMillis retry_ms = kLeastRetryMs;
    bool wanted = false;
  };

  [[nodiscard]] static const ExporterAgent* agent_of(const SnmpConfig& config, IpAddress exporter);
  void find_targets(const SnmpConfig& config);
  bool poll(IpAddress exporter, const SnmpConfig& config, UnixMillis now);
  [[nodiscard]] Result<std::unique_ptr<Agent>> agent(const SnmpConfig& config, IpAddress exporter) const;
  [[nodiscard]] Result<Reading> ask(const SnmpConfig& config, IpAddress exporter) const;
  /// True when the interfaces are others than before.
  bool succeeded(Target& target, Reading reading, UnixMillis now, UnixMillis interval_ms);
  static void failed(Target& target, const Error& why, UnixMillis now);
  [[nodiscard]] bool has_restarted(const SnmpConfig& config, IpAddress exporter);
  void publish() const;

  const flow::ExporterTable& exporters_;
  flow::CurrentInterfaceTable& table_;
  const TakeCounters counters_;
  const OpenAgent open_;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  SnmpConfig config_;
  std::map<IpAddress, Target> targets_;
};

}  // namespace weir::snmp
