// weir serve: the product.
#include <CLI/CLI.hpp>
#include <memory>

#include "main/command.h"
#include "main/serve_options.h"
#include "main/service.h"

namespace weir::main {

Run declare_serve(CLI::App& app) {
  const auto options = std::make_shared<ServeOptions>();
  add_serve_options(app, *options, default_data_directory());
  return [options] { return run_service(*options, {}); };
}

}  // namespace weir::main
