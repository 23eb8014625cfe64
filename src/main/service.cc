#include "main/service.h"

#include <unistd.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "base/state_file.h"
#include "main/all_metrics.h"
#include "main/config_difference.h"
#include "main/config_json.h"
#include "main/outages.h"
#include "main/version.h"
#include "store/duckdb/duckdb_store.h"

namespace weir::main {
namespace {

// Files from the web: the directory in DIR, and their names there.
constexpr const char* kFetched = "fetched";
constexpr const char* kBilling = "billing";
constexpr const char* kVrpsFile = "vrps";
constexpr const char* kAsNamesFile = "as-names";

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

/// Freezes what is due, and says so.
void keep_bills(billing::Ledger& ledger, UnixMillis now) {
  const auto event = ledger.tick(now);
  if (!event) return;
  const std::string what = "group=\"" + log::escape(event->group) + "\" month=" + billing::to_string(event->month);
  if (event->error) {
    log::error("a bill could not be frozen; it is tried again", what + " " + log::escape(event->error->message));
  } else {
    log::info("a bill was frozen", what);
  }
}

std::string joined(const std::vector<Endpoint>& endpoints) {
  std::string out;
  for (const Endpoint& endpoint : endpoints) out += (out.empty() ? "" : ",") + to_string(endpoint);
  return out;
}

std::vector<IpAddress> exporter_addresses(const Config& config) {
  std::vector<IpAddress> out;
  for (const enrich::ExporterConfig& exporter : config.enrich.exporters) out.push_back(exporter.address);
  return out;
}

/// What is known to be ours, beside what detection itself is told.
detect::OwnNetwork own_network(const enrich::EnrichConfig& config) {
  detect::OwnNetwork out;
  for (const enrich::CustomerConfig& customer : config.customers) {
    out.prefixes.insert(out.prefixes.end(), customer.prefixes.begin(), customer.prefixes.end());
  }
  out.ases = config.own_ases;
  return out;
}

/// Names that HTTP is asked for under: the configured ones, and what the machine calls itself.
std::vector<std::string> names_of(const Config& config) {
  std::vector<std::string> out = config.http_names;
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0') out.emplace_back(name.data());
  return out;
}

std::vector<detect::CustomerPrefix> customer_prefixes(const enrich::EnrichConfig& config) {
  std::vector<detect::CustomerPrefix> out;
  for (const enrich::CustomerConfig& customer : config.customers) {
    for (const Prefix& prefix : customer.prefixes) out.push_back({prefix, customer.name});
  }
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

Service::Service(Config config)
    : config_(std::move(config)), rib_(config_.routes.rib), customers_(customers_file_in(config_.data), now_ms) {}

Service::~Service() {
  stop();
}

Result<void> Service::open_store() {
  store::DuckDbOptions options = config_.store;
  options.directory = config_.data;
  auto opened = store::open_duckdb_store(options, strings_);
  if (!opened) return std::unexpected(opened.error());
  store_ = *std::move(opened);
  resolver_ = std::make_unique<names::Resolver>(config_.names);
  named_store_ = std::make_unique<names::NamedStore>(*store_, *resolver_);
  for (const store::Alarm& alarm : store_->status().alarms)
    log::warn("the store has an alarm", alarm.name + ": " + alarm.message);
  return {};
}

Result<void> Service::start() {
  if (auto opened = open_store(); !opened) return opened;
  read_reference_files();
  configure_customers();
  plan_ = std::make_unique<collect::CurrentPlan>(
      std::make_shared<const enrich::EnrichPlan>(customers_.effective(), strings_));
  customers_.listen([this] { put_plan_in_force(); });
  tell_config(config_);
  admission_.configure(config_.admission, exporter_addresses(config_));
  collect::CollectorOptions options;
  options.listen = config_.listen;
  options.ipv6_if_possible = config_.listen_is_default;
  options.workers = config_.workers == 0 ? collect::suitable_workers() : config_.workers;
  options.state_directory = config_.data / "state";
  options.decode = config_.decode;
  options.beside_upkeep = [this](UnixMillis now) { keep_bills(*ledger_, now); };
  stop_billing_ = false;
  ledger_ = std::make_unique<billing::Ledger>(
      config_.data / kBilling, [this](const query::Query& query) { return store_->run(query, stop_billing_); });
  configure_billing();
  // The sources of routes first, so that the first flows find routes.
  routing_ = std::make_unique<collect::Routing>(rib_);
  if (auto started = routing_->start(config_.routes); !started) return started;
  configure_background();
  if (auto started = start_mitigation(); !started) return started;
  if (auto started = start_detecting(); !started) return started;
  collect::Shared watched = shared();
  watched.detecting = detecting_.get();
  watched.admission = &admission_;
  collector_ = std::make_unique<collect::Collector>(std::move(options), watched);
  if (auto started = collector_->start(); !started) return started;
  if (auto started = start_web(); !started) return started;
  if (auto written = write_listening(); !written) return written;
  log::info("ready",
            "udp=" + joined(listening()) + " http=http://" + to_string(http()) + "/ es=http://" + to_string(es()) +
                "/ data=" + config_.data.string());
  return {};
}

void Service::configure_billing() {
  ledger_->configure(config_.billing);
  const std::lock_guard lock(prices_mutex_);
  prices_ = config_.prices;
}

query::report::Prices Service::prices() const {
  const std::lock_guard lock(prices_mutex_);
  return prices_;
}

void Service::configure_background() {
  if (web_files_ == nullptr) web_files_ = std::make_unique<collect::WebFiles>(config_.data / kFetched);
  std::vector<collect::WantedFile> wanted;
  if (!config_.rpki.url.empty()) wanted.push_back({kVrpsFile, config_.rpki.url, config_.rpki.refresh_ms});
  if (!config_.as_names.url.empty())
    wanted.push_back({kAsNamesFile, config_.as_names.url, config_.as_names.refresh_ms});
  web_files_->configure(wanted);
  rpki_.configure(config_.rpki, web_files_->path(kVrpsFile));
  if (interface_names_ != nullptr) return interface_names_->reload(config_.snmp);
  interface_names_ = std::make_unique<collect::InterfaceNames>(
      config_.data / "state" / "interfaces.json", exporters_, interfaces_,
      [this](std::vector<flow::InterfaceCounters>&& readings) { store_->append(std::move(readings)); });
  interface_names_->start(config_.snmp);
}

void Service::configure_customers() {
  for (const std::string& what : customers_.configure(config_.enrich, config_.customers_by))
    log::error("customers of the page", log::escape(what, 4096));
}

void Service::put_plan_in_force() {
  const std::scoped_lock lock(plan_mutex_);
  plan_->set(std::make_shared<const enrich::EnrichPlan>(customers_.effective(), strings_));
}

void Service::tell_config(const Config& wanted) {
  std::string told = config_json(config_, wanted, now_ms());
  const std::scoped_lock lock(told_mutex_);
  told_config_ = std::move(told);
}

std::string Service::told_config() const {
  const std::scoped_lock lock(told_mutex_);
  return told_config_;
}

Result<void> Service::start_mitigation() {
  mitigation_ = std::make_unique<collect::Mitigation>(
      config_.data,
      collect::MitigationSurroundings{.announcer = routing_->announcer(),
                                      .vrps = rpki_.table(),
                                      .store = *store_,
                                      .sources = [this] { return routing_->status(); }},
      config_.mitigation);
  return mitigation_->start();
}

Result<void> Service::start_detecting() {
  if (!config_.detect.enabled) return {};
  customers_detected_ = customers_.turn();
  const enrich::EnrichConfig effective = customers_.effective();
  auto opened = collect::Detecting::open(config_.detect, own_network(effective), strings_, config_.data,
                                         customer_prefixes(effective));
  if (!opened) return std::unexpected(opened.error());
  detecting_ = *std::move(opened);
  detecting_->listen([this](const detect::Change& change) { mitigation_->on_change(change); });
  detecting_->start();
  return {};
}

Result<void> Service::start_web() {
  serve::Sources sources{
      .exporters = exporters_,
      .store = *named_store_,
      .metrics = metrics_,
      .exporter_name = [this](IpAddress address) { return std::string(strings_.text(plan_->get()->of(address).name)); },
      .version = kVersion,
      .listen = listening(),
      .rib = &rib_,
      .vrps = &rpki_.table(),
      .as_names = &as_names_,
      .interfaces = &interfaces_,
      .names = resolver_.get(),
      .routing = [this] { return routing_->status(); },
      .detector = detecting_.get(),
      .outages =
          [this] { return outages_of(rpki_.status(), web_files_->status(), interface_names_->status(), now_ms()); },
      .prices = [this] { return prices(); },
      .ledger = ledger_.get(),
      .mitigator = &mitigation_->mitigator(),
      .customers = &customers_,
      .config = [this] { return told_config(); },
      .saved = config_.data / "saved"};
  serve::HttpOptions options;
  options.listen = config_.http;
  options.names = names_of(config_);
  serve::HttpOptions es_options;
  es_options.listen = config_.es;
  es_options.names = options.names;
  es_options.option = "--es";
  es_ = std::make_unique<serve::es::EsService>(*store_, kVersion, es_options);
  web_ = std::make_unique<serve::WebService>(std::move(sources), options, es_->routes_below());
  register_all_metrics(metrics_, shared(), *collector_, *routing_, *web_);
  es_->add_metrics(metrics_);
  register_background_metrics(metrics_, *web_files_, rpki_, *interface_names_, *mitigation_);
  if (detecting_ != nullptr) collect::Detecting::register_metrics(metrics_, detecting_.get());
  admission_.register_metrics(metrics_);
  if (auto started = web_->start(); !started) return started;
  return es_->start();
}

Result<void> Service::write_listening() const {
  const auto texts = [](const std::vector<Endpoint>& endpoints) {
    boost::json::array out;
    for (const Endpoint& endpoint : endpoints) out.emplace_back(to_string(endpoint));
    return out;
  };
  const bgp::ListenerStatus routes = routing_->status().listeners;
  boost::json::object out;
  out["pid"] = ::getpid();
  out["version"] = kVersion;
  out["udp"] = texts(listening());
  out["bgp"] = texts(routes.bgp);
  out["bmp"] = texts(routes.bmp);
  out["http"] = to_string(http());
  out["es"] = to_string(es());
  return write_atomically(listening_file(), as_octets(boost::json::serialize(out) + "\n"));
}

void Service::stop() {
  if (store_ == nullptr) return;
  std::error_code ignored;
  std::filesystem::remove(listening_file(), ignored);
  if (es_ != nullptr) es_->stop();
  if (web_ != nullptr) web_->stop();
  stop_billing_ = true;
  if (collector_ != nullptr) collector_->stop();
  if (detecting_ != nullptr) detecting_->stop();
  if (mitigation_ != nullptr) mitigation_->stop();
  if (routing_ != nullptr) routing_->stop();
  if (interface_names_ != nullptr) interface_names_->stop();
  if (web_files_ != nullptr) web_files_->stop();
  rpki_.stop();
  web_.reset();
  es_.reset();
  collector_.reset();
  detecting_.reset();
  mitigation_.reset();
  routing_.reset();
  interface_names_.reset();
  web_files_.reset();
  ledger_.reset();
  plan_.reset();
  named_store_.reset();
  store_.reset();
}

void Service::reload(Config config) {
  const Config wanted = config;
  for (const std::string& key : keys_that_need_a_restart(config_, config)) {
    log::warn("a changed key takes effect at the next start", "key=" + key);
  }
  log::configure(config.log.format, config.log.level);
  config_.admission = config.admission;
  admission_.configure(config.admission, exporter_addresses(config));
  const store::Limits limits = limits_of(config.store);
  store_->set_limits(limits);
  keep_limits(limits, config_.store);
  config_.log = config.log;
  config_.enrich = std::move(config.enrich);
  config_.customers_by = config.customers_by;
  configure_customers();
  put_plan_in_force();
  config.routes.rib = config_.routes.rib;
  config_.routes = std::move(config.routes);
  routing_->reload(config_.routes);
  config_.mitigation = std::move(config.mitigation);
  mitigation_->configure(config_.mitigation);
  config_.rpki = std::move(config.rpki);
  config_.snmp = std::move(config.snmp);
  config_.as_names = std::move(config.as_names);
  config_.prices = std::move(config.prices);
  config_.billing = std::move(config.billing);
  configure_billing();
  configure_background();
  config.detect.enabled = config_.detect.enabled;
  config.detect.memory_octets = config_.detect.memory_octets;
  config_.detect = std::move(config.detect);
  if (detecting_ != nullptr) {
    if (const auto done = configure_detecting(); !done)
      log::error("the rules of detection were not reloaded; the old ones stay", done.error().message);
  }
  read_reference_files();
  tell_config(wanted);
  log::info("the configuration was reloaded", "exporters=" + std::to_string(config_.enrich.exporters.size()));
}

Result<void> Service::configure_detecting() {
  customers_detected_ = customers_.turn();
  const enrich::EnrichConfig effective = customers_.effective();
  return detecting_->configure(config_.detect, own_network(effective), customer_prefixes(effective));
}

void Service::tick() {
  if (detecting_ != nullptr && customers_.turn() != customers_detected_) {
    if (const auto done = configure_detecting(); !done)
      log::error("detection does not know the changed customers", done.error().message);
  }
  if (steady_ms() - files_looked_at_ < kLookAtFilesEveryMs) return;
  files_looked_at_ = steady_ms();
  if (fetched_names() != names_from_web_) return read_reference_files();
  tell(files_.refresh());
}

/// The file of AS names from the web; "" while there is none, or where another is configured.
std::string Service::fetched_names() const {
  if (config_.as_names.url.empty() || !config_.enrich.as_names_file.empty()) return {};
  const std::filesystem::path file = config_.data / kFetched / kAsNamesFile;
  std::error_code ignored;
  return std::filesystem::exists(file, ignored) ? file.string() : std::string();
}

void Service::read_reference_files() {
  names_from_web_ = fetched_names();
  enrich::EnrichConfig config = config_.enrich;
  if (!names_from_web_.empty()) config.as_names_file = names_from_web_;
  tell(files_.configure(config));
}

bool Service::is_alive() const {
  return collector_->is_alive(kStuckMs);
}

}  // namespace weir::main
