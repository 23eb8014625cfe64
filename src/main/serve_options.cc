#include "main/serve_options.h"

#include <CLI/CLI.hpp>

namespace weir::main {
namespace {

/// For CLI11: the error, or "" when `text` is an endpoint.
std::string check_endpoint(const std::string& text) {
  const auto endpoint = parse_endpoint(text);
  return endpoint ? "" : endpoint.error().message;
}

void lay_over(const ServeOptions& options, Config& config) {
  if (!options.data.empty()) config.data = options.data;
  if (!options.http.empty()) config.http = parse_endpoint(options.http).value();
  if (!options.es.empty()) config.es = parse_endpoint(options.es).value();
  if (!options.udp.empty()) {
    config.listen.clear();
    for (const std::string& text : options.udp) config.listen.push_back(parse_endpoint(text).value());
    config.listen_is_default = false;
  }
}

}  // namespace

void add_serve_options(CLI::App& app, ServeOptions& options, const std::filesystem::path& data) {
  app.add_option("--config", options.config, "YAML file; what it may hold: docs/reference/configuration.md");
  app.add_option("--data", options.data, "directory for everything that is kept (default: " + data.string() + ")");
  app.add_option("--udp", options.udp,
                 "ADDRESS:PORT to receive on, may be repeated; port 0 takes a free one (default: 2055, 4739 and 6343 "
                 "on all addresses)")
      ->check(check_endpoint)
      ->type_name("ADDR:PORT");
  app.add_option("--http", options.http, "ADDRESS:PORT of the page and the API (default: 127.0.0.1:8080)")
      ->check(check_endpoint)
      ->type_name("ADDR:PORT");
  app.add_option("--es", options.es, "ADDRESS:PORT of the Elasticsearch-compatible API (default: 127.0.0.1:9200)")
      ->check(check_endpoint)
      ->type_name("ADDR:PORT");
}

std::expected<Config, std::vector<std::string>> reload_config(const ServeOptions& options) {
  Config config;
  if (!options.config.empty()) {
    auto read = read_config(options.config);
    if (!read) {
      std::vector<std::string> errors;
      for (const ConfigError& error : read.error()) errors.push_back(to_string(error, options.config));
      return std::unexpected(std::move(errors));
    }
    config = std::move(*read);
    std::error_code ignored;
    config.file = std::filesystem::absolute(options.config, ignored);
  }
  lay_over(options, config);
  return config;
}

std::expected<Config, int> load_config(const ServeOptions& options) {
  auto config = reload_config(options);
  if (config) return *std::move(config);
  for (const std::string& error : config.error()) (void)failed({ErrorCode::invalid, error});
  return std::unexpected(kFailed);
}

}  // namespace weir::main
