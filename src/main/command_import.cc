// weir import: capture files into a data directory, as fast as it goes.
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "collect/import.h"
#include "enrich/reference_files.h"
#include "main/command.h"
#include "main/config.h"
#include "main/interrupt.h"
#include "main/serve_options.h"
#include "main/standard_output.h"
#include "main/totals.h"

namespace weir::main {
namespace {

struct Options {
  std::vector<std::string> files;
  ServeOptions serve;
};

/// The store's writer runs while flows come in; the end commits them and moves closed hours to the cold tier.
class ImportCommand {
 public:
  explicit ImportCommand(const Config& config) : config_(config) {}

  int run(const std::vector<std::string>& files) {
    store::DuckDbOptions options = config_.store;
    options.directory = config_.data;
    // What somebody imports is wanted, whatever its age; warn_of_age() says what a server will do with it.
    options.flows.age_ms = options.rollup_1m.age_ms = options.rollup_5m.age_ms = options.rollup_1h.age_ms = 0;
    auto opened = store::open_duckdb_store(options, strings_);
    if (!opened) return failed(opened.error());
    store_ = *std::move(opened);
    int status = import_all(files);
    if (const auto settled = store_->settle(now_ms()); !settled) status = failed(settled.error());
    print_totals();
    warn_of_age();
    if (const auto written = out_.finish(); !written) status = failed(written.error());
    return status;
  }

 private:
  int import_all(const std::vector<std::string>& files) {
    int status = kSuccess;
    const std::atomic<bool>& stop = stop_on_interrupt();
    const collect::CurrentPlan plan(std::make_shared<const enrich::EnrichPlan>(config_.enrich, strings_));
    std::thread writer([this] { store_->write(); });
    enrich::CurrentDatabases databases;
    flow::CurrentAsNames unused_names;
    enrich::ReferenceFiles reference_files(databases, unused_names);
    for (const enrich::FileEvent& event : reference_files.configure(config_.enrich)) {
      if (event.error) status = failed(*event.error);
    }
    collect::Pipeline pipeline({strings_, exporters_, *store_, plan, {.databases = &databases}}, config_.decode,
                               collect::WhenStoreIsFull::wait);
    for (const std::string& file : files) {
      collect::ImportCounts counts;
      const auto imported =
          collect::import_capture(file == "-" ? "/dev/stdin" : file, pipeline, [&] { return stop.load(); }, counts);
      add_to(captures_, counts.capture);
      flows_ += counts.flows_stored;
      if (!imported) status = failed(imported.error());
      if (stop) status = failed({ErrorCode::cancelled, "interrupted; what was read so far is stored"});
      if (stop || counts.flows_refused > 0) break;
    }
    store_->stop();
    writer.join();
    return status;
  }

  void warn_of_age() const {
    const UnixMillis age = config_.store.flows.age_ms;
    const UnixMillis oldest = store_->status().oldest_ms;
    if (age == 0 || oldest == 0 || oldest >= now_ms() - age) return;
    std::cerr << "weir: warning: there are flows of " << to_iso8601(oldest)
              << ", older than store.retention.flows.age: a server on this directory will delete them; raise it, or ask "
                 "with `weir query --data`\n";
  }

  void print_totals() {
    boost::json::object totals;
    totals["datagrams"] = captures_.datagrams;
    totals["flows"] = sum_of(exporters_, flow::Counter::flows);
    totals["flows_stored"] = flows_;
    totals["exporters"] = exporter_totals(exporters_);
    totals["capture"] = capture_totals(captures_);
    out_.text() += boost::json::serialize(totals) + "\n";
  }

  const Config& config_;
  flow::StringPool strings_;
  flow::ExporterTable exporters_;
  std::unique_ptr<store::Store> store_;
  receive::CaptureStats captures_;
  std::uint64_t flows_ = 0;
  StandardOutput out_;
};

}  // namespace

Run declare_import(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("files", options->files, "capture files, pcap or pcapng; - is standard input")->required();
  app.add_option("--data", options->serve.data,
                 "the data directory; no server may have it open (default: " + default_data_directory().string() + ")");
  app.add_option("--config", options->serve.config, "YAML file: names, sampling rates and decoding as in 'weir serve'");
  return [options]() -> int {
    const auto config = load_config(options->serve);
    return config ? ImportCommand(*config).run(options->files) : config.error();
  };
}

}  // namespace weir::main
