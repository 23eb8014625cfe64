#include "snmp/poller.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace weir::snmp {

bool SnmpConfig::is_used() const {
  return !credentials.empty() ||
         std::ranges::any_of(exporters, [](const ExporterAgent& e) { return !e.off && !e.credentials.empty(); });
}

Poller::Poller(SnmpConfig config, const flow::ExporterTable& exporters, flow::CurrentInterfaceTable& table,
               TakeCounters counters, OpenAgent open)
    : exporters_(exporters),
      table_(table),
      counters_(std::move(counters)),
      open_(std::move(open)),
      config_(std::move(config)) {}

void Poller::restore(std::vector<Device> devices) {
  {
    const std::lock_guard lock(mutex_);
    for (Device& device : devices) {
      Target& target = targets_[device.exporter];
      target.status.exporter = device.exporter;
      target.status.name = std::move(device.name);
      target.status.polled_ms = device.polled_ms;
      target.status.interfaces = device.interfaces.size();
      target.interfaces = std::move(device.interfaces);
    }
  }
  publish();
}

void Poller::reconfigure(SnmpConfig config) {
  const std::lock_guard lock(mutex_);
  config_ = std::move(config);
  for (auto& [address, target] : targets_) target.status.next_ms = 0;
}

std::vector<AgentStatus> Poller::status() const {
  const std::lock_guard lock(mutex_);
  std::vector<AgentStatus> out;
  for (const auto& [address, target] : targets_) {
    if (target.wanted) out.push_back(target.status);
  }
  return out;
}

std::vector<Device> Poller::devices() const {
  const std::lock_guard lock(mutex_);
  std::vector<Device> out;
  for (const auto& [address, target] : targets_) {
    if (target.status.polled_ms == 0) continue;
    out.push_back({address, target.status.name, target.status.polled_ms, target.interfaces});
  }
  return out;
}

const ExporterAgent* Poller::agent_of(const SnmpConfig& config, IpAddress exporter) {
  const auto at = std::ranges::find(config.exporters, exporter, &ExporterAgent::exporter);
  return at == config.exporters.end() ? nullptr : &*at;
}

/// Those that are configured, and with credentials for all every exporter whose flows could be read.
void Poller::find_targets(const SnmpConfig& config) {
  const auto seen = exporters_.all();
  const std::lock_guard lock(mutex_);
  for (auto& [address, target] : targets_) target.wanted = false;
  const auto want = [&](IpAddress address) {
    Target& target = targets_[address];
    target.wanted = true;
    target.status.exporter = address;
  };
  for (const ExporterAgent& agent : config.exporters) {
    if (!agent.off && (!agent.credentials.empty() || !config.credentials.empty())) want(agent.exporter);
  }
  if (config.credentials.empty()) return;
  for (const flow::ExporterState* exporter : seen) {
    const ExporterAgent* agent = agent_of(config, exporter->address());
    if (exporter->last_seen_ms() > 0 && (agent == nullptr || !agent->off)) want(exporter->address());
  }
}

bool Poller::check(const std::function<UnixMillis()>& now) {
  SnmpConfig config;
  {
    const std::lock_guard lock(mutex_);
    config = config_;
  }
  find_targets(config);
  std::vector<IpAddress> wanted;
  for (const AgentStatus& status : status()) wanted.push_back(status.exporter);
  bool changed = false;
  for (const IpAddress exporter : wanted) {
    if (stop_.load(std::memory_order_relaxed)) break;
    if (poll(exporter, config, now())) changed = true;
  }
  return changed;
}

/// True when something is to be kept.
bool Poller::poll(IpAddress exporter, const SnmpConfig& config, UnixMillis now) {
  bool due = false;
  bool ask_uptime = false;
  {
    const std::lock_guard lock(mutex_);
    Target& target = targets_[exporter];
    due = now >= target.status.next_ms;
    ask_uptime = !due && target.status.error.empty() && now >= target.uptime_at_ms;
    if (ask_uptime) target.uptime_at_ms = now + kUptimeEveryMs;
  }
  if (!due && !(ask_uptime && has_restarted(config, exporter))) return false;
  auto reading = ask(config, exporter);
  if (!reading && reading.error().code == ErrorCode::cancelled) return false;
  std::vector<flow::InterfaceCounters> counters;
  bool others = false;
  {
    const std::lock_guard lock(mutex_);
    Target& target = targets_[exporter];
    if (!reading) {
      failed(target, reading.error(), now);
      return false;
    }
    counters = std::move(reading->counters);
    others = succeeded(target, *std::move(reading), now, config.interval_ms);
  }
  if (others) publish();
  for (flow::InterfaceCounters& counter : counters) {
    counter.exporter = exporter;
    counter.time_ms = now;
  }
  if (!counters.empty()) counters_(std::move(counters));
  return true;
}

bool Poller::succeeded(Target& target, Reading reading, UnixMillis now, UnixMillis interval_ms) {
  AgentStatus& status = target.status;
  if (status.failing_since_ms != 0) log::info("an SNMP agent answers again", "exporter=" + to_string(status.exporter));
  ++status.polls;
  status.name = std::move(reading.name);
  status.interfaces = reading.interfaces.size();
  status.polled_ms = now;
  status.failing_since_ms = 0;
  status.error.clear();
  status.next_ms = now + interval_ms;
  target.uptime_cs = reading.uptime_cs;
  target.uptime_at_ms = now + kUptimeEveryMs;
  target.retry_ms = kLeastRetryMs;
  if (target.interfaces == reading.interfaces) return false;
  target.interfaces = std::move(reading.interfaces);
  return true;
}

void Poller::failed(Target& target, const Error& why, UnixMillis now) {
  AgentStatus& status = target.status;
  ++status.failures;
  if (status.failing_since_ms == 0) {
    status.failing_since_ms = now;
    log::warn("an SNMP agent cannot be asked",
              "exporter=" + to_string(status.exporter) + " error=\"" + log::escape(why.message) + "\"");
  }
  status.error = why.message;
  status.next_ms = now + target.retry_ms;
  target.retry_ms = std::min(2 * target.retry_ms, kMostRetryMs);
}

Result<std::unique_ptr<Agent>> Poller::agent(const SnmpConfig& config, IpAddress exporter) const {
  const ExporterAgent* own = agent_of(config, exporter);
  Endpoint at{exporter, 161};
  if (own != nullptr) at = {own->agent.is_unspecified() ? exporter : own->agent, own->port};
  const bool own_credentials = own != nullptr && !own->credentials.empty();
  return open_(at, own_credentials ? own->credentials : config.credentials, config.timeout_ms);
}

Result<Reading> Poller::ask(const SnmpConfig& config, IpAddress exporter) const {
  auto opened = agent(config, exporter);
  if (!opened) return std::unexpected(opened.error());
  return (*opened)->read(stop_);
}

/// Whether its sysUpTime went back. One that does not answer did not, as far as we know: the next poll will tell.
bool Poller::has_restarted(const SnmpConfig& config, IpAddress exporter) {
  auto opened = agent(config, exporter);
  if (!opened) return false;
  const auto uptime = (*opened)->uptime();
  if (!uptime) return false;
  const std::lock_guard lock(mutex_);
  Target& target = targets_[exporter];
  // sysUpTime begins again by itself after 497 days, which costs one poll too many.
  const bool restarted = *uptime < target.uptime_cs;
  target.uptime_cs = *uptime;
  if (restarted) ++target.status.restarts;
  return restarted;
}

void Poller::publish() const {
  auto made = std::make_shared<flow::InterfaceTable>();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [address, target] : targets_) {
      for (const Interface& interface : target.interfaces) made->set({address, interface.index}, interface.info);
    }
  }
  table_.set(std::move(made));
}

}  // namespace weir::snmp
