#include "collect/interface_names.h"

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "base/state_file.h"
#include "collect/named_thread.h"
#include "snmp/device_json.h"

namespace weir::collect {
namespace {

using Sample = Metrics::Sample;
using Type = Metrics::Type;

constexpr std::chrono::seconds kLookEvery{1};
constexpr std::size_t kMostOctets = std::size_t{256} << 20U;

struct Number {
  const char* name;
  const char* help;
  Type type;
  double (*read)(const snmp::AgentStatus&);
};
#define WEIR_READ(expression) [](const snmp::AgentStatus& s) { return static_cast<double>(expression); }
constexpr std::array kNumbers{
    Number{"weir_snmp_up", "1 for an exporter whose SNMP agent answered the last time", Type::gauge,
           WEIR_READ(s.error.empty() && s.polls > 0 ? 1 : 0)},
    Number{"weir_snmp_polls_total", "polls of an exporter's SNMP agent that went well", Type::counter,
           WEIR_READ(s.polls)},
    Number{"weir_snmp_failures_total", "polls of an exporter's SNMP agent that did not", Type::counter,
           WEIR_READ(s.failures)},
    Number{"weir_snmp_restarts_total", "restarts of an exporter seen by its sysUpTime", Type::counter,
           WEIR_READ(s.restarts)},
    Number{"weir_snmp_interfaces", "interfaces known of an exporter by SNMP", Type::gauge, WEIR_READ(s.interfaces)},
    Number{"weir_snmp_polled_timestamp_seconds",
           "when an exporter's SNMP agent last told all, in seconds since the epoch; 0 never", Type::gauge,
           WEIR_READ(static_cast<double>(s.polled_ms) / 1000.0)},
};
#undef WEIR_READ

}  // namespace

InterfaceNames::InterfaceNames(std::filesystem::path file, const flow::ExporterTable& exporters,
                               flow::CurrentInterfaceTable& table, snmp::Poller::TakeCounters counters)
    : file_(std::move(file)), poller_({}, exporters, table, std::move(counters)) {}

InterfaceNames::~InterfaceNames() {
  stop();
}

void InterfaceNames::start(const snmp::SnmpConfig& config) {
  if (!config.is_used()) return;
  load();
  reload(config);
}

void InterfaceNames::reload(const snmp::SnmpConfig& config) {
  poller_.reconfigure(config);
  changed_.notify_all();
  if (config.is_used() && !thread_.joinable()) thread_ = named_thread("weir-snmp", [this] { run(); });
}

void InterfaceNames::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  poller_.stop();
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void InterfaceNames::load() {
  const auto octets = read_whole(file_, kMostOctets);
  if (!octets && octets.error().code == ErrorCode::not_found) return;
  auto devices = octets ? snmp::from_json(as_text(*octets)) : std::unexpected(octets.error());
  if (devices) return poller_.restore(*std::move(devices));
  log::warn("the names of interfaces of before are not known; they are asked for again",
            "file=" + file_.string() + " error=\"" + log::escape(devices.error().message) + "\"");
}

void InterfaceNames::save() const {
  const std::string text = snmp::to_json(poller_.devices());
  if (auto written = write_atomically(file_, as_octets(text)); !written)
    log::warn("the names of interfaces could not be kept", log::escape(written.error().message));
}

void InterfaceNames::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    if (poller_.check(now_ms)) save();
    lock.lock();
    changed_.wait_for(lock, kLookEvery, [this] { return stopping_; });
  }
}

void InterfaceNames::register_metrics(Metrics& metrics) const {
  for (const Number& number : kNumbers) {
    metrics.add(number.name, number.help, number.type, [this, read = number.read] {
      std::vector<Sample> out;
      for (const snmp::AgentStatus& agent : status()) {
        out.push_back({{{"exporter", to_string(agent.exporter)}}, read(agent)});
      }
      return out;
    });
  }
}

}  // namespace weir::collect
