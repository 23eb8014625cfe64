// weir route: which route an address has, from which source, and why.
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/clock.h"
#include "main/command.h"
#include "main/where.h"

namespace weir::main {
namespace {

struct Options {
  std::string server = "http://127.0.0.1:8080";
  std::string address;
  std::string exporter;
  std::string next_hop;
  std::string table;
  std::string time;
  bool past = false;
  bool json = false;
};

Parameters parameters_of(const Options& options) {
  Parameters out = {{"address", options.address}, {"format", options.json ? "json" : "text"}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out.emplace_back(name, value);
  };
  add("exporter", options.exporter);
  add("next_hop", options.next_hop);
  add("table", options.table);
  add("time", options.time);
  if (options.past) out.emplace_back("past", "1");
  return out;
}

int see_route(const Options& options) {
  if (const auto address = parse_ip(options.address); !address) return usage_error(address.error().message);
  const auto text = get_from_server(options.server, "/api/v1/route", parameters_of(options));
  return print_answer(std::move(text));
}

}  // namespace

Run declare_route(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("address", options->address, "an IPv4 or IPv6 address")->required();
  app.add_option("--server", options->server, "the running server")->capture_default_str();
  app.add_option("--exporter", options->exporter, "for this exporter's flows only");
  app.add_option("--next-hop", options->next_hop, "as if the flow had told this next hop");
  app.add_option("--table", options->table, "a VRF's name or route distinguisher; default: the global table");
  app.add_option("--time", options->time, "the route of that time: 2026-11-23T10:00, -5m");
  app.add_flag("--past", options->past, "also routes that are no longer valid");
  app.add_flag("--json", options->json, "for programs");
  return [options] { return see_route(*options); };
}

}  // namespace weir::main
