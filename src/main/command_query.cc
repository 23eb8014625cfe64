// weir query: a question to a running server or to a data directory.
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/clock.h"
#include "main/answer_from_json.h"
#include "main/command.h"
#include "main/interrupt.h"
#include "main/standard_output.h"
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

/// The question as parameters of /api/v1/query; times in full, so that both ends mean the same.
Parameters parameters_of(const query::Query& query, const query::QueryOptions& typed) {
  std::string by;
  for (const flow::Column column : query.by) by += (by.empty() ? "" : ",") + std::string(flow::name(column));
  Parameters out;
  if (typed.filter) out.emplace_back("filter", *typed.filter);
  if (!by.empty()) out.emplace_back("by", by);
  out.emplace_back("from", to_iso8601(query.from_ms));
  out.emplace_back("to", to_iso8601(query.to_ms));
  if (typed.metric) out.emplace_back("metric", *typed.metric);
  out.emplace_back("top", std::to_string(query.top));
  if (query.resolution_ms) out.emplace_back("resolution", std::to_string(*query.resolution_ms) + "ms");
  return out;
}

Result<std::string> ask_server(const Options& options, const query::Query& query, query::Format format) {
  auto reply = get_from_server(options.where.server, "/api/v1/query", parameters_of(query, options.query));
  if (!reply || format == query::Format::json) return reply;
  const auto answer = answer_from_json(*reply, query);
  if (!answer) return fail(answer.error().code, options.where.server + ": " + answer.error().message);
  return query::format_answer(query, *answer, format);
}

Result<std::string> ask_store(const Options& options, const query::Query& query, query::Format format) {
  flow::StringPool strings;
  auto store = open_for_reading(options.where.data, strings);
  if (!store) return std::unexpected(store.error());
  const auto answer = (*store)->run(query, stop_on_interrupt());
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
  if (!text) return text.error().code == ErrorCode::invalid ? usage_error(text.error().message) : failed(text.error());
  StandardOutput out;
  out.text() = *std::move(text);
  if (!out.text().ends_with('\n')) out.text() += '\n';
  if (const auto written = out.finish(); !written) return failed(written.error());
  return kSuccess;
}

/// An option that stays absent unless it is typed.
CLI::Option* text_option(CLI::App& app, const std::string& name, std::optional<std::string>& to,
                         const std::string& help) {
  return app.add_option_function<std::string>(name, [&to](const std::string& text) { to = text; }, help)->type_name("");
}

}  // namespace

Run declare_query(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  query::QueryOptions& query = options->query;
  app.add_option(
      "filter", options->filter,
      "which flows, such as 'src net 192.0.2.0/24 and dst port 443'; docs/reference/filter.md (default: all)");
  text_option(app, "--by", query.by,
              "columns to group by, separated by commas; docs/reference/columns.md (default: totals only)");
  text_option(app, "--from", query.from, "-1h, -7d, 2026-11-23, '2026-11-23 12:34' (UTC) (default: -1h)");
  text_option(app, "--to", query.to, "the same forms; exclusive (default: now)");
  text_option(app, "--top", query.top, "rows; what is left is summed into 'other' (default: 10)");
  text_option(app, "--metric", query.metric, "bytes, packets or flows: what rows are sorted by (default: bytes)");
  text_option(app, "--resolution", query.resolution, "also a series in steps of this length, such as 5m, or auto");
  app.add_option("--format", options->format, "table, json or csv")->capture_default_str();
  add_where_options(app, options->where);
  return [options] { return ask(*options); };
}

}  // namespace weir::main
