#include "main/config.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "main/config_schema.h"

namespace weir::main {
namespace {

constexpr std::size_t kMostOctets = std::size_t{16} << 20U;

std::unexpected<std::vector<ConfigError>> one_error(std::size_t line, std::string message) {
  return std::unexpected(std::vector<ConfigError>{{.line = line, .message = std::move(message)}});
}

}  // namespace

std::vector<Endpoint> default_listen() {
  std::vector<Endpoint> out;
  for (const IpAddress any : {IpAddress::v4(0), IpAddress{}}) {
    for (const std::uint16_t port : std::array<std::uint16_t, 3>{2055, 4739, 6343})
      out.push_back({.address = any, .port = port});
  }
  return out;
}

std::filesystem::path default_data_directory() {
  if (::geteuid() == 0) return "/var/lib/weir";
  if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg != nullptr && *xdg == '/')
    return std::filesystem::path(xdg) / "weir";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
    return std::filesystem::path(home) / ".local/share/weir";
  return "weir-data";
}

std::expected<Config, std::vector<ConfigError>> parse_config(std::string_view yaml) {
  Config config;
  Complaints complaints;
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(yaml));
    if (documents.empty()) return config;
    if (documents.size() > 1) complaints.add(documents[1].Mark(), "a second document begins here: expected one");
    const YAML::Node& root = documents[0];
    read_struct(root, "", config_keys(), config, complaints);
    config.listen_is_default = !root.IsMap() || !root["listen"];
  } catch (const YAML::Exception& error) {
    return one_error(error.mark.is_null() ? 0 : static_cast<std::size_t>(error.mark.line) + 1,
                     "not YAML: " + error.msg + ": expected 'key: value' lines, indented by spaces");
  }
  std::vector<ConfigError> errors = complaints.take();
  for (std::string& contradiction : enrich::find_contradictions(config.enrich)) {
    errors.push_back({.line = 0, .message = std::move(contradiction)});
  }
  for (std::string& contradiction : billing::find_contradictions(config.billing)) {
    errors.push_back({.line = 0, .message = std::move(contradiction)});
  }
  if (const auto valid = collect::validate(config.routes); !valid && errors.empty())
    errors.push_back({.line = 0, .message = valid.error().message});
  config.mitigation.own_as = config.routes.bgp.as;
  for (const bgp::PeerConfig& peer : config.routes.bgp.peers) config.mitigation.known_peers.insert(peer.source_name());
  if (const auto valid = detect::validate(config.mitigation); !valid && errors.empty())
    errors.push_back({.line = 0, .message = valid.error().message});
  if (!errors.empty()) return std::unexpected(std::move(errors));
  config.prices.currency = config.billing.currency;
  return config;
}

std::expected<Config, std::vector<ConfigError>> read_config(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  std::string text;
  if (in) {
    text.resize(kMostOctets + 1);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
  }
  if (!in && !in.eof()) return one_error(0, std::string("cannot be read: ") + std::strerror(errno));
  if (text.size() > kMostOctets) return one_error(0, "is larger than 16 MiB: expected a configuration file");
  return parse_config(text);
}

std::string to_string(const ConfigError& error, const std::filesystem::path& file) {
  return file.string() + ":" + (error.line == 0 ? "" : std::to_string(error.line) + ":") + " " + error.message;
}

}  // namespace weir::main
