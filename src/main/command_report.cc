// weir report: the reports of the catalogue, asked of a running server or of a data directory.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "enrich/reference_files.h"
#include "main/asked_server.h"
#include "main/command.h"
#include "main/config.h"
#include "main/interrupt.h"
#include "main/progress_line.h"
#include "main/standard_output.h"
#include "main/where.h"
#include "query/report/catalogue.h"
#include "query/report/format.h"

namespace weir::main {
namespace {

namespace report = query::report;

struct Options {
  Where where;
  std::string config;
  std::string name;
  std::map<std::string, std::string> typed;  ///< by parameter; only those that were typed
  std::string format = "table";
};

std::vector<report::Typed> typed_of(const Options& options) {
  return {options.typed.begin(), options.typed.end()};
}

Result<std::string> ask_server(const Options& options) {
  Parameters parameters = typed_of(options);
  parameters.emplace_back("format", options.format);
  return ask_server_watched(options.where.server, "/api/v1/reports/" + options.name, parameters);
}

Result<std::string> ask_store(const Options& options, const report::Report& wanted, query::Format format) {
  Config config;
  if (!options.config.empty()) {
    auto read = read_config(options.config);
    if (!read) return fail(ErrorCode::invalid, to_string(read.error().front(), options.config));
    config = *std::move(read);
  }
  enrich::CurrentDatabases unused;
  flow::CurrentAsNames names;
  enrich::ReferenceFiles files(unused, names);
  config.enrich.country_files.clear();
  config.enrich.as_files.clear();
  files.configure(config.enrich);
  const auto as_names = names.get();
  report::Context context;
  context.prices = config.prices;
  context.as_names = as_names.get();
  flow::StringPool strings;
  auto store = open_for_reading(options.where.data, strings);
  if (!store) return std::unexpected(store.error());
  store::Store& engine = **store;
  context.engine.run = [&engine](const query::Query& query) { return engine.run(query, stop_on_interrupt()); };
  context.engine.tally = [&engine](const query::Tally& tally) { return engine.tally(tally, stop_on_interrupt()); };
  context.engine.search = [&engine](const query::Search& search) { return engine.search(search, stop_on_interrupt()); };
  context.now = now_ms();
  const auto outcome = [&] {
    const ProgressLine progress([]() -> std::optional<double> { return std::nullopt; });
    return report::run_report(wanted, typed_of(options), context);
  }();
  if (!outcome) return std::unexpected(outcome.error().error);
  return report::format_outcome(*outcome, format);
}

/// What reports there are, with their parameters.
std::string overview() {
  std::string out = "reports:\n";
  for (const report::Report& one : report::reports()) {
    out += "  " + std::string(one.name) + "\n      " + std::string(one.purpose) + "\n      ";
    for (const std::string_view name : report::parameters_of(one)) out += "--" + std::string(name) + " ";
    out += "\n";
  }
  return out;
}

int ask(const Options& options) {
  const auto format = query::parse_format(options.format);
  if (!format) return usage_error(format.error().message);
  StandardOutput out;
  if (options.name.empty()) {
    out.text() = overview();
  } else {
    const report::Report* wanted = report::find_report(options.name);
    if (wanted == nullptr) return usage_error(report::unknown_report(options.name).message);
    auto text = options.where.data.empty() ? ask_server(options) : ask_store(options, *wanted, *format);
    if (!text) return text.error().code == ErrorCode::invalid ? usage_error(text.error().message) : failed(text.error());
    out.text() = *std::move(text);
  }
  if (const auto written = out.finish(); !written) return failed(written.error());
  return kSuccess;
}

}  // namespace

Run declare_report(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("name", options->name, "which report; without a name: what there is");
  for (const report::ParameterInfo& info : report::parameters()) {
    const std::string name(info.name);
    std::string flags = "--" + name;
    if (name.find('_') != std::string::npos) {
      std::string dashed = name;
      std::ranges::replace(dashed, '_', '-');
      flags += ",--" + dashed;
    }
    const std::string fallback = info.fallback.empty() ? "" : " (default: " + std::string(info.fallback) + ")";
    app.add_option_function<std::string>(
           flags, [options, name](const std::string& text) { options->typed[name] = text; },
           std::string(info.meaning) + fallback)
        ->type_name("");
  }
  app.add_option("--format", options->format, "table, json or csv")->capture_default_str();
  app.add_option("--config", options->config, "a configuration with prices and AS names; with --data only")->type_name("FILE");
  add_where_options(app, options->where);
  return [options] { return ask(*options); };
}

}  // namespace weir::main
