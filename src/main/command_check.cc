// weir check: validates a configuration without starting.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "main/command.h"
#include "main/config.h"
#include "main/customer_store.h"

namespace weir::main {
namespace {

/// What the page keeps beside the configuration, where it can be read: what of it would not be in force.
void check_page(const Config& config) {
  const auto kept = read_customers(customers_file_in(config.data));
  if (!kept) {
    (void)failed(kept.error());
    return;
  }
  for (const serve::JsonFault& fault : check_customers(config.enrich, kept->list).faults) {
    (void)failed({ErrorCode::invalid, customers_file_in(config.data).string() + ": " + fault.pointer + ": " + fault.detail +
                                          "; until that is mended it is not in force"});
  }
}

int check(const std::string& file, const std::string& data) {
  auto config = read_config(file);
  if (config) {
    if (!data.empty()) config->data = data;
    check_page(*config);
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
  const auto data = std::make_shared<std::string>();
  app.add_option("--data", *data, "the data directory, where it is not the configured one: customers that the page keeps there "
                                  "are held against the configuration");
  return [file, data] { return check(*file, *data); };
}

}  // namespace weir::main
