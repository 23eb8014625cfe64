// weir query: a question to a running server or to a data directory.
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/clock.h"
#include "main/answer_from_json.h"
#include "main/asked_server.h"
#include "main/command.h"
#include "main/interrupt.h"
#include "main/progress_line.h"
#include "main/where.h"
#include "query/format.h"
#include "query/query_options.h"

namespace weir::main {
namespace {

struct Options {
  Where where;
  query::QueryOptions query;
  std::vector<std::string> filter;  ///< words, so that short filters need no quotes
  std::string format = "table";
};

/// The question as parameters of /api/v1/query: what was typed, but times in full, so that both ends mean the same.
Parameters parameters_of(const query::Query& query, const query::QueryOptions& typed) {
  query::QueryOptions out = typed;
  out.from = to_iso8601(query.from_ms);
  out.to = to_iso8601(query.to_ms);
  if (query.resolution_ms) out.resolution = std::to_string(*query.resolution_ms) + "ms";
  Parameters parameters;
  for (const query::QueryOptionInfo& info : query::query_options()) {
    if (const auto& text = query::option(out, info.name)) parameters.emplace_back(info.name, *text);
  }
  return parameters;
}

Result<std::string> ask_server(const Options& options, const query::Query& query, query::Format format) {
  auto reply = ask_server_watched(options.where.server, "/api/v1/query", parameters_of(query, options.query));
  if (!reply || format == query::Format::json) return reply;
  const auto answer = answer_from_json(*reply, query);
  if (!answer) return fail(answer.error().code, options.where.server + ": " + answer.error().message);
  return query::format_answer(query, *answer, format);
}

Result<std::string> ask_store(const Options& options, query::Query query, query::Format format) {
  flow::StringPool strings;
  auto store = open_for_reading(options.where.data, strings);
  if (!store) return std::unexpected(store.error());
  const auto far = std::make_shared<std::atomic<double>>(0);
  query.options.progress = far;
  const auto answer = [&] {
    const ProgressLine progress([far] { return std::optional(far->load()); });
    return (*store)->run(query, stop_on_interrupt());
  }();
  if (!answer) return std::unexpected(answer.error());
  return query::format_answer(query, *answer, format);
}

int ask(Options& options) {
  const auto format = query::parse_format(options.format);
  if (!format) return usage_error(format.error().message);
  std::string filter;
  for (const std::string& word : options.filter) filter += (filter.empty() ? "" : " ") + word;
  if (!filter.empty()) options.query.filter = filter;
  const auto query = query::build_query(options.query, now_ms());
  if (!query) return usage_error(query::show_error(options.query, query.error()));
  auto text = options.where.data.empty() ? ask_server(options, *query, *format) : ask_store(options, *query, *format);
  return print_answer(std::move(text));
}

/// `name` stays absent unless it is typed.
void add_query_option(CLI::App& app, query::QueryOptions& to, const query::QueryOptionInfo& info) {
  const std::string name(info.name);
  if (info.value.empty()) {
    const bool on = info.fallback == "yes";
    app.add_flag_function((on ? "--no-" : "--") + name,
                          [&to, name, on](std::int64_t) { query::set_option(to, name, on ? "no" : "yes"); },
                          on ? "leave out " + std::string(info.meaning) : std::string(info.meaning));
    return;
  }
  app.add_option_function<std::string>(
         "--" + name, [&to, name](const std::string& text) { query::set_option(to, name, text); },
         std::string(info.meaning) + " (default: " + std::string(info.fallback) + ")")
      ->type_name(std::string(info.value));
}

}  // namespace

Run declare_query(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option(
      "filter", options->filter,
      "which flows, such as 'src net 192.0.2.0/24 and dst port 443'; docs/reference/filter.md (default: all)");
  for (const query::QueryOptionInfo& info : query::query_options()) {
    if (info.name != "filter") add_query_option(app, options->query, info);
  }
  app.add_option("--format", options->format, "table, json or csv")->capture_default_str();
  add_where_options(app, options->where);
  return [options] { return ask(*options); };
}

}  // namespace weir::main
