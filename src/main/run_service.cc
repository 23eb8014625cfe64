// From the command line to the last commit: reads the configuration, starts, waits for signals, stops.
#include <chrono>

#include "base/clock.h"
#include "base/log.h"
#include "main/serve_options.h"
#include "main/service.h"
#include "main/service_manager.h"
#include "main/signals.h"

namespace weir::main {
namespace {

constexpr std::chrono::milliseconds kPatience{500};

bool is_loopback(IpAddress address) {
  return address.is_v4() ? address.v4_bits() >> 24U == 127 : address == IpAddress{0, 1};
}

void tell_how_to_open(const Service& service) {
  if (!is_loopback(service.http().address)) return;
  log::info(
      "the page is open to this machine only; there is no log-in yet, so open it only to a network that you trust",
      "how=\"--http 0.0.0.0:" + std::to_string(service.http().port) + "\"");
}

void reload(Service& service, const ServeOptions& options, const ServiceHooks& hooks, const ServiceManager& manager) {
  manager.reloading();
  auto config = reload_config(options);
  if (config) {
    hooks.adjust(*config);
    service.reload(*std::move(config));
  } else {
    for (const std::string& error : config.error())
      log::error("the configuration was not reloaded; the old one stays", error);
  }
  manager.ready("collecting");
}

void wait_for_stop(Service& service, const ServeOptions& options, const ServiceHooks& hooks, const Signals& signals) {
  ServiceManager manager;
  manager.ready("collecting");
  for (;;) {
    switch (signals.wait(kPatience)) {
      case Signal::stop:
        return manager.stopping();
      case Signal::reload:
        reload(service, options, hooks, manager);
        break;
      case Signal::none:
        break;
    }
    service.tick();
    if (service.is_alive()) manager.alive(steady_ms());
  }
}

}  // namespace

int run_service(const ServeOptions& options, const ServiceHooks& hooks) {
  auto config = load_config(options);
  if (!config) return config.error();
  hooks.adjust(*config);
  log::configure(config->log.format, config->log.level);
  const Signals signals;
  Service service(*std::move(config));
  if (const auto started = service.start(); !started) return failed(started.error());
  tell_how_to_open(service);
  if (const auto started = hooks.started(service); !started) {
    hooks.stopping();
    return failed(started.error());
  }
  wait_for_stop(service, options, hooks, signals);
  log::info("stopping: what was received is committed");
  hooks.stopping();
  service.stop();
  log::info("stopped");
  return kSuccess;
}

}  // namespace weir::main
