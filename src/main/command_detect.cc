// weir detect: attacks, the rules that find them, why, and what a rule would have found.
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/clock.h"
#include "main/command.h"
#include "main/standard_output.h"
#include "main/where.h"

namespace weir::main {
namespace {

struct Options {
  std::string server = "http://127.0.0.1:8080";
  bool json = false;
  std::string id;
  std::string address;
  bool html = false;
  bool open = false;
  bool past = false;
  std::string from;
  std::string to;
  std::string within;
  std::string customer;
  std::string rule;
  std::string filter;
  std::string traffic;
  std::string measure;
  std::string way;
  std::string per;
  std::string window;
  std::string value;
};

void add(Parameters& out, const char* name, const std::string& value) {
  if (!value.empty()) out.emplace_back(name, value);
}

int ask(const Options& options, const std::string& path, Parameters parameters) {
  parameters.emplace_back("format", options.json ? "json" : "text");
  const auto text = get_from_server(options.server, path, parameters);
  return print_answer(std::move(text));
}

int list(const Options& options) {
  Parameters parameters;
  if (options.open != options.past) {
    parameters.emplace_back("open", options.open ? "1" : "0");
    parameters.emplace_back("past", options.past ? "1" : "0");
  }
  add(parameters, "from", options.from);
  add(parameters, "to", options.to);
  add(parameters, "within", options.within);
  add(parameters, "customer", options.customer);
  return ask(options, "/api/v1/attacks", std::move(parameters));
}

int show(const Options& options) {
  if (options.id.empty() || options.id.find_first_not_of("0123456789") != std::string::npos)
    return usage_error("'" + options.id + "' is no number of an attack; weir detect list shows them");
  const std::string path = "/api/v1/attacks/" + options.id;
  if (!options.html) return ask(options, path, {});
  const auto page = get_from_server(options.server, path + "/evidence", {{"format", "html"}});
  if (!page) return failed(page.error());
  StandardOutput out;
  out.text() = *page;
  if (const auto written = out.finish(); !written) return failed(written.error());
  return kSuccess;
}

int explain(const Options& options) {
  if (const auto address = parse_ip(options.address); !address) return usage_error(address.error().message);
  return ask(options, "/api/v1/detect/explain", {{"address", options.address}});
}

int backtest(const Options& options) {
  Parameters parameters;
  add(parameters, "rule", options.rule);
  add(parameters, "filter", options.filter);
  add(parameters, "traffic", options.traffic);
  add(parameters, "measure", options.measure);
  add(parameters, "way", options.way);
  add(parameters, "per", options.per);
  add(parameters, "window", options.window);
  add(parameters, "value", options.value);
  add(parameters, "from", options.from);
  add(parameters, "to", options.to);
  return ask(options, "/api/v1/detect/backtest", std::move(parameters));
}

CLI::App* subcommand(CLI::App& app, Options& options, const char* name, const char* summary) {
  CLI::App* out = app.add_subcommand(name, summary);
  out->add_option("--server", options.server, "the running server")->capture_default_str();
  out->add_flag("--json", options.json, "for programs");
  return out;
}

}  // namespace

Run declare_detect(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  Options& o = *options;
  app.require_subcommand(1);
  CLI::App* const list_app = subcommand(app, o, "list", "attacks, the newest first");
  list_app->add_flag("--open", o.open, "those that go on");
  list_app->add_flag("--past", o.past, "those that ended");
  list_app->add_option("--from", o.from, "under way since: -1d, 2026-11-23");
  list_app->add_option("--to", o.to, "and before");
  list_app->add_option("--within", o.within, "against targets in this prefix");
  list_app->add_option("--customer", o.customer, "against this customer");
  CLI::App* const show_app = subcommand(app, o, "show", "all that is known of one attack");
  show_app->add_option("number", o.id, "its number")->required();
  show_app->add_flag("--html", o.html, "as a page to send to an upstream");
  CLI::App* const explain_app = subcommand(app, o, "explain", "which rules govern an address, and how near each is");
  explain_app->add_option("address", o.address, "an IPv4 or IPv6 address")->required();
  CLI::App* const rules_app = subcommand(app, o, "rules", "the rules in force");
  CLI::App* const test_app = subcommand(app, o, "backtest", "what a rule would have found in the flows that are stored");
  test_app->add_option("rule", o.rule, "a rule in force, by its name; without one and without --filter, all of them");
  test_app->add_option("--filter", o.filter, "the flows that count");
  test_app->add_option("--traffic", o.traffic, "all, udp, syn, rst, icmp, fragment, other, amplified or attempts");
  test_app->add_option("--measure", o.measure, "bits, packets, flows, distinct_sources or distinct_destinations");
  test_app->add_option("--way", o.way, "incoming or outgoing");
  test_app->add_option("--per", o.per, "address, subnet, site, announced, customer or interface");
  test_app->add_option("--window", o.window, "1s to 300s");
  test_app->add_option("--value", o.value, "more than this is an attack: 50k, 500M");
  test_app->add_option("--from", o.from, "default: an hour before the end");
  test_app->add_option("--to", o.to, "default: now");
  return [options, list_app, show_app, explain_app, rules_app, test_app] {
    if (list_app->parsed()) return list(*options);
    if (show_app->parsed()) return show(*options);
    if (explain_app->parsed()) return explain(*options);
    if (rules_app->parsed()) return ask(*options, "/api/v1/detect/rules", {});
    return test_app->parsed() ? backtest(*options) : static_cast<int>(kUsage);
  };
}

}  // namespace weir::main
