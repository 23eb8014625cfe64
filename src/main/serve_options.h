// The options that serve and demo share, laid over the configuration file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "main/command.h"
#include "main/config.h"

namespace weir::main {

struct ServeOptions {
  std::string config;  ///< "" for none
  std::string data;
  std::vector<std::string> udp;
  std::string http;
  std::string es;
};

/// `data` is what the help tells as the default directory.
void add_serve_options(CLI::App& app, ServeOptions& options, const std::filesystem::path& data);

/// The configuration with the options laid over it; what is given on the command line goes before the file. On failure
/// every error was said on standard error, and the exit status comes back.
[[nodiscard]] std::expected<Config, int> load_config(const ServeOptions& options);
/// The same without saying anything: for a reload, whose errors go to the log.
[[nodiscard]] std::expected<Config, std::vector<std::string>> reload_config(const ServeOptions& options);

}  // namespace weir::main
