// weir doctor: for each exporter what arrives, what is kept, what is wrong.
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <string>

#include "base/clock.h"
#include "main/command.h"
#include "main/doctor_data.h"
#include "main/where.h"
#include "serve/doctor_show.h"

namespace weir::main {
namespace {

struct Options {
  Where where;
  bool json = false;
};

Result<std::string> ask_server(const Options& options) {
  return get_from_server(options.where.server, "/api/v1/doctor", {{"format", options.json ? "json" : "text"}});
}

Result<std::string> ask_store(const Options& options) {
  flow::StringPool strings;
  auto store = open_for_reading(options.where.data, strings);
  if (!store) return std::unexpected(store.error());
  UnixMillis from = 0;
  const auto diagnosis = diagnose_store(**store, now_ms(), from);
  if (!diagnosis) return std::unexpected(diagnosis.error());
  if (options.json) return boost::json::serialize(serve::doctor_json(*diagnosis));
  return "What is stored from " + to_iso8601(from) + " on; only a running server knows datagrams and discards.\n\n" +
         serve::doctor_text(*diagnosis);
}

int see_doctor(const Options& options) {
  const auto text = options.where.data.empty() ? ask_server(options) : ask_store(options);
  return print_answer(std::move(text));
}

}  // namespace

Run declare_doctor(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_where_options(app, options->where);
  app.add_flag("--json", options->json, "for programs");
  return [options] { return see_doctor(*options); };
}

}  // namespace weir::main
