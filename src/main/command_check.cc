// weir check: validates a configuration without starting.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "main/command.h"
#include "main/config.h"

namespace weir::main {
namespace {

int check(const std::string& file) {
  const auto config = read_config(file);
  if (config) {
    std::printf("%s: the configuration is valid\n", file.c_str());
    return kSuccess;
  }
  for (const ConfigError& error : config.error()) (void)failed({ErrorCode::invalid, to_string(error, file)});
  return kFailed;
}

}  // namespace

Run declare_check(CLI::App& app) {
  const auto file = std::make_shared<std::string>("/etc/weir/weir.yaml");
  app.add_option("file,--config", *file, "the configuration file")->capture_default_str();
  return [file] { return check(*file); };
}

}  // namespace weir::main
