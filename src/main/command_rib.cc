// weir rib: loads files of routes and prints what they hold.
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bgp/file/route_loader.h"
#include "main/command.h"
#include "main/rib_listing.h"
#include "main/standard_output.h"
#include "serve/route_report.h"

namespace weir::main {
namespace {

struct Options {
  std::vector<std::string> files;
  bool together = false;
  bool prefixes = false;
  bool routes = false;
  std::string address;
  std::string format = "text";
};

class RibCommand {
 public:
  explicit RibCommand(const Options& options) : options_(options) {}

  int run() {
    IpAddress address;
    if (!options_.address.empty()) {
      const auto parsed = parse_ip(options_.address);
      if (!parsed) return usage_error(parsed.error().message);
      address = *parsed;
    }
    int status = load();
    if (!options_.address.empty()) {
      status = std::max(status, show_address(address));
    } else if (options_.prefixes) {
      list_prefixes(rib_, out_);
    } else if (options_.routes) {
      list_routes(rib_, out_);
    } else {
      summary_.rib = rib_.status();
      summary_.origins = count_origins(rib_);
      out_.text() +=
          options_.format == "json" ? boost::json::serialize(summary_json(summary_)) + "\n" : summary_text(summary_);
    }
    if (const auto written = out_.finish(); !written) return failed(written.error());
    return status;
  }

 private:
  /// Nobody asks for the past of a file, and what a recorded session lost is lost at once.
  static bgp::RibOptions rib_options() {
    bgp::RibOptions options;
    options.hold_ms = options.history_ms = 0;
    return options;
  }

  int load() {
    const std::int64_t start = steady_ms();
    int status = kSuccess;
    std::unique_ptr<bgp::RouteLoader> loader;
    for (const std::string& file : options_.files) {
      if (!loader || !options_.together) {
        if (loader) loader->finish(now_, true);
        const std::string name = file + (loader ? "#" + std::to_string(summary_.files.size()) : "");
        const auto source = rib_.set_source({.name = name, .kind = bgp::SourceKind::mrt, .exporters = {}});
        loader = std::make_unique<bgp::RouteLoader>(rib_, source);
        loader->begin(now_);
      }
      const std::int64_t began = steady_ms();
      summary_.files.push_back({loader->load(file == "-" ? "/dev/stdin" : file, now_), 0});
      summary_.files.back().took_ms = steady_ms() - began;
      if (const auto& error = summary_.files.back().report.error) status = failed(*error);
    }
    if (loader) loader->finish(now_, true);
    while (rib_.upkeep(now_)) {
    }
    summary_.took_ms = steady_ms() - start;
    summary_.peak_octets = peak_memory();
    return status;
  }

  int show_address(IpAddress address) {
    serve::RouteQuestion question;
    question.address = address;
    const auto report = serve::report_route({.rib = rib_, .as_names = {}}, std::move(question));
    if (!report) return failed(report.error());
    out_.text() += options_.format == "json" ? boost::json::serialize(serve::route_json(*report)) + "\n"
                                             : serve::route_text(*report, now_);
    return kSuccess;
  }

  const Options& options_;
  const UnixMillis now_ = now_ms();
  bgp::Rib rib_{rib_options()};
  RibSummary summary_;
  StandardOutput out_;
};

}  // namespace

Run declare_rib(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option(
         "files", options->files,
         "MRT dumps or updates, the text of 'show ip bgp', lists of prefixes; plain, gzip or bzip2; - is standard "
         "input")
      ->required();
  app.add_flag("--together", options->together,
               "the files are one source in this order: a dump, then the updates since");
  auto* prefixes =
      app.add_flag("--prefixes", options->prefixes,
                   "one line for each prefix: the prefix, a tab, its origin ASes with the number of their routes");
  auto* routes =
      app.add_flag("--routes", options->routes,
                   "one line for each route: peer|peer AS|prefix|AS path|origin|next hop|local preference|MED|"
                   "communities|AG or NAG|aggregator|route distinguisher|path identifier|file");
  auto* address = app.add_option("--address", options->address, "every route to this address, and which wins and why");
  prefixes->excludes(routes)->excludes(address);
  routes->excludes(address);
  app.add_option("--format", options->format, "text or json; of the summary and of --address")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "json"}));
  return [options] { return RibCommand(*options).run(); };
}

}  // namespace weir::main
