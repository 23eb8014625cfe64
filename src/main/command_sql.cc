// weir sql: one SELECT to a running server or to a data directory.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>
#include <string>

#include "main/asked_server.h"
#include "main/command.h"
#include "main/interrupt.h"
#include "main/progress_line.h"
#include "main/where.h"
#include "query/text_grid.h"
#include "serve/api.h"

namespace weir::main {
namespace {

namespace json = boost::json;

struct Options {
  Where where;
  std::string statement;
  std::string format = "table";
  std::uint32_t top = 10'000;
};

/// The table that people read, of the server's JSON.
Result<std::string> as_table(const std::string& text) {
  json::error_code error;
  const json::value document = json::parse(text, error);
  if (error || !document.is_object() || !document.get_object().contains("rows") ||
      !document.get_object().contains("columns"))
    return fail(ErrorCode::malformed, "the answer cannot be read; is it a Weir of another version?");
  query::TextGrid grid;
  for (const json::value& column : document.at("columns").as_array()) {
    const std::string type(column.at("type").as_string());
    const bool text_column = type == "VARCHAR" || type == "BOOLEAN";
    using Align = query::TextGrid::Align;
    grid.add_column(std::string(column.at("name").as_string()), text_column ? Align::left : Align::right);
  }
  for (const json::value& row : document.at("rows").as_array()) {
    grid.start_row();
    for (const json::value& cell : row.as_array())
      grid.add(cell.is_null() ? "" : cell.is_string() ? std::string(cell.as_string()) : json::serialize(cell));
  }
  std::string out = grid.text();
  if (document.at("left_out").as_bool()) out += "(there are more rows; --top sets how many are shown)\n";
  return out;
}

/// The same handler that a server has, so that both say the same.
Result<std::string> ask_store(const Options& options, const Parameters& parameters) {
  flow::StringPool strings;
  auto store = open_for_reading(options.where.data, strings);
  if (!store) return std::unexpected(store.error());
  serve::Request request;
  request.parameters = parameters;
  request.progress = std::make_shared<std::atomic<double>>(0);
  const serve::Response response = [&] {
    const ProgressLine progress([far = request.progress] { return std::optional(far->load()); });
    return serve::run_sql(**store, request, stop_on_interrupt());
  }();
  return body_of(HttpReply{static_cast<long>(response.status), response.content_type, response.body}, options.where.data);
}

int ask(const Options& options) {
  if (options.format != "table" && options.format != "json" && options.format != "csv")
    return usage_error("--format is table, json or csv");
  const Parameters parameters = {{"sql", options.statement},
                                 {"top", std::to_string(options.top)},
                                 {"format", options.format == "csv" ? "csv" : "json"}};
  auto text = options.where.data.empty() ? ask_server_watched(options.where.server, "/api/v1/sql", parameters, true)
                                         : ask_store(options, parameters);
  if (text && options.format == "table") text = as_table(*text);
  return print_answer(std::move(text));
}

}  // namespace

Run declare_sql(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("statement", options->statement,
                 "one SELECT over flows, rollup_1m, rollup_5m, rollup_1h and interface_counters")
      ->required();
  app.add_option("--top", options->top, "rows at most")->capture_default_str()->check(CLI::Range(1U, 1'000'000U));
  app.add_option("--format", options->format, "table, json or csv")->capture_default_str();
  add_where_options(app, options->where);
  return [options] { return ask(*options); };
}

}  // namespace weir::main
