// weir demo: serve, with a simulated provider whose routers really export to it.
#include <CLI/CLI.hpp>
#include <memory>

#include "base/clock.h"
#include "main/command.h"
#include "main/demo_feed.h"
#include "main/serve_options.h"
#include "main/service.h"

namespace weir::main {
namespace {

/// Beside the directory of the product, so that made-up flows never mix with real ones.
std::filesystem::path demo_directory() {
  return default_data_directory().string() + "-demo";
}

int run_demo(ServeOptions options) {
  if (options.data.empty()) options.data = demo_directory();
  const simulate::DemoNetwork network({.epoch_ms = now_ms()});
  DemoFeed feed(network);
  ServiceHooks hooks;
  hooks.adjust = [&](Config& config) { configure_demo(network, config); };
  hooks.started = [&](Service& service) { return feed.start(service); };
  hooks.stopping = [&] { feed.stop(); };
  return run_service(options, hooks);
}

}  // namespace

Run declare_demo(CLI::App& app) {
  const auto options = std::make_shared<ServeOptions>();
  add_serve_options(app, *options, demo_directory());
  return [options] { return run_demo(*options); };
}

}  // namespace weir::main
