#include "main/service.h"

#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "collect/state_file.h"
#include "main/all_metrics.h"
#include "main/config_difference.h"
#include "main/version.h"
#include "store/duckdb/duckdb_store.h"

namespace weir::main {
namespace {

/// A turn of a worker takes milliseconds; this long is a thread that hangs.
constexpr std::int64_t kStuckMs = 20'000;
constexpr std::int64_t kLookAtFilesEveryMs = 2000;

void tell(const std::vector<enrich::FileEvent>& events) {
  for (const enrich::FileEvent& event : events) {
    if (event.error) {
      log::error("a file could not be read; what was known before stays", log::escape(event.error->message));
    } else {
      log::info("a file was read", "file=" + log::escape(event.file) + " holds=\"" + log::escape(event.loaded) + "\"");
    }
  }
}

std::string joined(const std::vector<Endpoint>& endpoints) {
  std::string out;
  for (const Endpoint& endpoint : endpoints) out += (out.empty() ? "" : ",") + to_string(endpoint);
  return out;
}

store::Limits limits_of(const store::DuckDbOptions& options) {
  return {.flows = options.flows,
          .rollup_1m = options.rollup_1m,
          .rollup_5m = options.rollup_5m,
          .rollup_1h = options.rollup_1h,
          .disk_budget_octets = options.disk_budget_octets,
          .disk_reserve_octets = options.disk_reserve_octets};
}

void keep_limits(const store::Limits& limits, store::DuckDbOptions& options) {
  options.flows = limits.flows;
  options.rollup_1m = limits.rollup_1m;
  options.rollup_5m = limits.rollup_5m;
  options.rollup_1h = limits.rollup_1h;
  options.disk_budget_octets = limits.disk_budget_octets;
  options.disk_reserve_octets = limits.disk_reserve_octets;
}

}  // namespace

Service::Service(Config config) : config_(std::move(config)) {}

Service::~Service() {
  stop();
}

Result<void> Service::open_store() {
  store::DuckDbOptions options = config_.store;
  options.directory = config_.data;
  auto opened = store::open_duckdb_store(options, strings_);
  if (!opened) return std::unexpected(opened.error());
  store_ = *std::move(opened);
  for (const store::Alarm& alarm : store_->status().alarms)
    log::warn("the store has an alarm", alarm.name + ": " + alarm.message);
  return {};
}

Result<void> Service::start() {
  if (auto opened = open_store(); !opened) return opened;
  tell(files_.configure(config_.enrich));
  plan_ = std::make_unique<collect::CurrentPlan>(std::make_shared<const enrich::EnrichPlan>(config_.enrich, strings_));
  collect::CollectorOptions options;
  options.listen = config_.listen;
  options.ipv6_if_possible = config_.listen_is_default;
  options.workers = config_.workers == 0 ? collect::suitable_workers() : config_.workers;
  options.state_directory = config_.data / "state";
  options.decode = config_.decode;
  collector_ = std::make_unique<collect::Collector>(std::move(options), shared());
  if (auto started = collector_->start(); !started) return started;
  if (auto started = start_web(); !started) return started;
  if (auto written = write_listening(); !written) return written;
  log::info("ready",
            "udp=" + joined(listening()) + " http=http://" + to_string(http()) + "/ data=" + config_.data.string());
  return {};
}

Result<void> Service::start_web() {
  serve::Sources sources{
      .exporters = exporters_,
      .store = *store_,
      .metrics = metrics_,
      .exporter_name = [this](IpAddress address) { return std::string(strings_.text(plan_->get()->of(address).name)); },
      .version = kVersion,
      .listen = listening(),
      .as_names = &as_names_};
  serve::HttpOptions options;
  options.listen = config_.http;
  web_ = std::make_unique<serve::WebService>(std::move(sources), options);
  register_all_metrics(metrics_, shared(), *collector_, *web_);
  return web_->start();
}

Result<void> Service::write_listening() const {
  boost::json::array udp;
  for (const Endpoint& endpoint : listening()) udp.emplace_back(to_string(endpoint));
  boost::json::object out;
  out["pid"] = ::getpid();
  out["version"] = kVersion;
  out["udp"] = std::move(udp);
  out["http"] = to_string(http());
  return collect::write_atomically(listening_file(), as_octets(boost::json::serialize(out) + "\n"));
}

void Service::stop() {
  if (store_ == nullptr) return;
  std::error_code ignored;
  std::filesystem::remove(listening_file(), ignored);
  if (web_ != nullptr) web_->stop();
  if (collector_ != nullptr) collector_->stop();
  web_.reset();
  collector_.reset();
  plan_.reset();
  store_.reset();
}

void Service::reload(Config config) {
  for (const std::string& key : keys_that_need_a_restart(config_, config)) {
    log::warn("a changed key takes effect at the next start", "key=" + key);
  }
  log::configure(config.log.format, config.log.level);
  tell(files_.configure(config.enrich));
  plan_->set(std::make_shared<const enrich::EnrichPlan>(config.enrich, strings_));
  const store::Limits limits = limits_of(config.store);
  store_->set_limits(limits);
  keep_limits(limits, config_.store);
  config_.log = config.log;
  config_.enrich = std::move(config.enrich);
  log::info("the configuration was reloaded", "exporters=" + std::to_string(config_.enrich.exporters.size()));
}

void Service::tick() {
  if (steady_ms() - files_looked_at_ < kLookAtFilesEveryMs) return;
  files_looked_at_ = steady_ms();
  tell(files_.refresh());
}

bool Service::is_alive() const {
  return collector_->is_alive(kStuckMs);
}

}  // namespace weir::main
