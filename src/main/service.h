// A running Weir: store, data path, HTTP; their start in order and their stop in reverse.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "bgp/rib.h"
#include "billing/ledger.h"
#include "collect/collector.h"
#include "collect/detecting.h"
#include "collect/interface_names.h"
#include "collect/mitigation.h"
#include "collect/routing.h"
#include "collect/rpki.h"
#include "collect/web_files.h"
#include "enrich/reference_files.h"
#include "flow/as_names.h"
#include "flow/exporter_table.h"
#include "flow/interface_table.h"
#include "flow/string_pool.h"
#include "main/config.h"
#include "main/customer_store.h"
#include "serve/es/es_service.h"
#include "names/named_store.h"
#include "serve/web_service.h"
#include "store/store.h"

namespace weir::main {

/// Construction is inert. start(), stop() and reload() from one thread.
class Service {
 public:
  explicit Service(Config config);
  ~Service();  ///< stops
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Opens the data directory, the sockets and the server, and writes DIR/state/listening.json when all of them are
  /// open.
  [[nodiscard]] Result<void> start();
  /// Receives what has arrived, commits it, and removes listening.json.
  void stop();
  /// Takes over what can change while running, and logs which other keys differ. No flow is lost.
  void reload(Config config);
  /// What is due beside: reads files again that have changed. Call it about every second.
  void tick();

  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] std::vector<Endpoint> listening() const { return collector_->listening(); }
  [[nodiscard]] Endpoint http() const { return {config_.http.address, web_->port()}; }
  [[nodiscard]] Endpoint es() const { return {config_.es.address, es_->port()}; }
  /// False when a thread of the data path is stuck.
  [[nodiscard]] bool is_alive() const;
  [[nodiscard]] bgp::Rib& rib() { return rib_; }
  /// Valid between start() and stop().
  [[nodiscard]] collect::Routing& routing() { return *routing_; }
  /// Null: attacks are not looked for. Valid between start() and stop().
  [[nodiscard]] collect::Detecting* detecting() { return detecting_.get(); }
  /// What is shared by those who bring further flows. Valid between start() and stop().
  [[nodiscard]] collect::Shared shared() { return {strings_, exporters_, *store_, *plan_, lookups()}; }

 private:
  [[nodiscard]] enrich::Lookups lookups() const {
    return {.routes = &rib_, .vrps = &rpki_.table(), .databases = &databases_, .interfaces = &interfaces_};
  }
  [[nodiscard]] Result<void> open_store();
  /// What is fetched, asked or watched beside the flows: VRPs, names of interfaces, files from the web.
  void configure_background();
  /// Prices and billing groups; at the start and at a reload.
  void configure_billing();
  [[nodiscard]] query::report::Prices prices() const;
  [[nodiscard]] std::string fetched_names() const;
  /// Customers of the configuration and of the page: takes over the configuration's, and says what is wrong.
  void configure_customers();
  /// Makes the plan of what is configured and what the page has saved, and puts it in force. From any thread.
  void put_plan_in_force();
  /// What the API tells of the configuration from now on; `wanted` is what the file says.
  void tell_config(const Config& wanted);
  [[nodiscard]] std::string told_config() const;
  void read_reference_files();
  [[nodiscard]] Result<void> start_mitigation();
  [[nodiscard]] Result<void> start_detecting();
  /// Rules, customers and networks as they are now.
  [[nodiscard]] Result<void> configure_detecting();
  [[nodiscard]] Result<void> start_web();
  [[nodiscard]] Result<void> write_listening() const;
  [[nodiscard]] std::filesystem::path listening_file() const { return config_.data / "state" / "listening.json"; }

  Config config_;
  flow::StringPool strings_;
  flow::ExporterTable exporters_;
  collect::Admission admission_;
  enrich::CurrentDatabases databases_;
  flow::CurrentAsNames as_names_;
  flow::CurrentInterfaceTable interfaces_;
  enrich::ReferenceFiles files_{databases_, as_names_};
  std::string names_from_web_;
  std::int64_t files_looked_at_ = 0;  ///< steady
  Metrics metrics_;
  bgp::Rib rib_;
  collect::Rpki rpki_;
  std::unique_ptr<store::Store> store_;
  mutable std::mutex prices_mutex_;
  query::report::Prices prices_;          ///< as HTTP handlers see them
  std::atomic<bool> stop_billing_{false};  ///< ends a question that the ledger asks
  std::unique_ptr<billing::Ledger> ledger_;
  std::unique_ptr<names::Resolver> resolver_;
  std::unique_ptr<names::NamedStore> named_store_;  ///< what questions are put to
  CustomerStore customers_;
  std::uint64_t customers_detected_ = 0;  ///< the turn of customers that detection knows
  std::mutex plan_mutex_;                 ///< the last plan made is the last put in force
  std::unique_ptr<collect::CurrentPlan> plan_;
  mutable std::mutex told_mutex_;
  std::string told_config_;
  std::unique_ptr<collect::Routing> routing_;
  std::unique_ptr<collect::Mitigation> mitigation_;
  std::unique_ptr<collect::WebFiles> web_files_;
  std::unique_ptr<collect::InterfaceNames> interface_names_;
  std::unique_ptr<collect::Detecting> detecting_;  ///< null: switched off
  std::unique_ptr<collect::Collector> collector_;
  std::unique_ptr<serve::es::EsService> es_;
  std::unique_ptr<serve::WebService> web_;
};

/// What a command adds to `serve`.
struct ServiceHooks {
  /// Called with every configuration that is read, also at a reload.
  std::function<void(Config&)> adjust = [](Config&) {};
  /// Called once everything runs; an error ends the service.
  std::function<Result<void>(Service&)> started = [](Service&) { return Result<void>(); };
  /// Called before anything stops.
  std::function<void()> stopping = [] {};
};

/// Runs until SIGTERM or SIGINT; gives the exit status.
int run_service(const struct ServeOptions& options, const ServiceHooks& hooks);

}  // namespace weir::main
