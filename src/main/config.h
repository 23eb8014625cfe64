// The whole configuration: one struct with its defaults, each part owned by the folder it configures, read from strict
// YAML.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "base/log.h"
#include "billing/billing_config.h"
#include "collect/admission.h"
#include "collect/routing.h"
#include "collect/rpki.h"
#include "decode/decoder.h"
#include "detect/mitigation/mitigation_config.h"
#include "detect/detect_config.h"
#include "enrich/enrich_config.h"
#include "names/resolver.h"
#include "query/report/prices.h"
#include "snmp/snmp_config.h"
#include "store/duckdb/duckdb_store.h"

namespace weir::main {

struct LogConfig {
  log::Format format = log::Format::text;
  log::Level level = log::Level::info;
};

/// UDP ports on which collectors are usually found: NetFlow, IPFIX, sFlow; on all IPv4 and all IPv6 addresses.
[[nodiscard]] std::vector<Endpoint> default_listen();
/// /var/lib/weir as root, else $XDG_DATA_HOME/weir, else ~/.local/share/weir.
[[nodiscard]] std::filesystem::path default_data_directory();

/// A file of AS names from the web, for where none is configured.
struct AsNamesFromWeb {
  std::string url;
  UnixMillis refresh_ms = kDayMs;
};

/// Who may change the customers that the page can change.
enum class CustomersBy : std::uint8_t { everybody, people, nobody };
inline constexpr std::array<std::string_view, 3> kCustomersByWords = {"everybody", "people", "nobody"};

struct Config {
  std::filesystem::path file;  ///< where it was read from; empty: nowhere
  std::vector<Endpoint> listen = default_listen();
  bool listen_is_default = true;  ///< then a machine without IPv6 is no error
  Endpoint http{.address = IpAddress::v4(0x7f00'0001), .port = 8080};
  std::vector<std::string> http_names;  ///< further names of this server (serve/host_names.h)
  Endpoint es{.address = IpAddress::v4(0x7f00'0001), .port = 9200};
  std::filesystem::path data = default_data_directory();
  collect::AdmissionConfig admission;
  unsigned workers = 0;  ///< receive threads; 0 chooses by the number of processors
  LogConfig log;
  decode::DecodeOptions decode;
  enrich::EnrichConfig enrich;
  collect::RoutingConfig routes;
  collect::RpkiConfig rpki;
  snmp::SnmpConfig snmp;
  detect::MitigationConfig mitigation;
  detect::DetectConfig detect;
  names::ResolverOptions names;
  AsNamesFromWeb as_names;
  CustomersBy customers_by = CustomersBy::everybody;
  query::report::Prices prices;
  billing::BillingConfig billing;
  store::DuckDbOptions store;  ///< `directory` is set from `data`
};

/// One thing that is wrong with a configuration file.
struct ConfigError {
  std::size_t line = 0;  ///< from 1; 0 where no line is to blame
  std::string message;   ///< "unknown key 'lisen' ...: expected ..."
};

/// Reads a configuration. Everything wrong with it is found in one go: unknown and duplicate keys, values of the wrong
/// type or out of range, numbers that look octal, a second document. Keys are listed in
/// docs/reference/configuration.md.
[[nodiscard]] std::expected<Config, std::vector<ConfigError>> parse_config(std::string_view yaml);
[[nodiscard]] std::expected<Config, std::vector<ConfigError>> read_config(const std::filesystem::path& file);

/// "FILE:LINE: message", or "FILE: message".
[[nodiscard]] std::string to_string(const ConfigError& error, const std::filesystem::path& file);

}  // namespace weir::main
