// The reports: their catalogue, and each of them.
#include "query/report/format.h"
#include "serve/api.h"
#include "serve/problem.h"
#include "serve/query_request.h"

namespace weir::serve {
namespace {

namespace report = query::report;

/// Says which parameter is wrong and, of a filter, where.
Response refuse(const report::ReportError& error) {
  boost::json::object more;
  if (!error.option.option.empty()) more["parameter"] = error.option.option;
  if (error.option.filter) {
    more["position"] = error.option.filter->position;
    more["length"] = error.option.filter->length;
  }
  if (error.error.code == ErrorCode::cancelled) {
    return problem(504, "the report took too long and was ended; ask for a shorter range or a longer resolution");
  }
  return error.error.code == ErrorCode::invalid ? problem(400, error.error.message, more) : problem(error.error);
}

/// The parameters as typed, and the form of the answer.
struct ReportRequest {
  std::vector<report::Typed> typed;
  query::Format format = query::Format::json;
};

std::expected<ReportRequest, query::OptionError> read_report_request(const Request& request) {
  auto all = all_parameters(request);
  if (!all) return std::unexpected(all.error());
  ReportRequest out;
  for (Parameter& parameter : *all) {
    if (parameter.first != "format") {
      out.typed.push_back(std::move(parameter));
      continue;
    }
    const auto format = query::parse_format(parameter.second);
    if (!format) return std::unexpected(query::OptionError{"format", format.error().message, std::nullopt});
    out.format = *format;
  }
  return out;
}

}  // namespace

Response get_reports(const Request&) {
  Response out;
  out.body = report::catalogue_json();
  return out;
}

Response run_report(const Sources& sources, const Request& request, UnixMillis now) {
  const std::string_view name = std::string_view(request.path).substr(std::string_view("/api/v1/reports/").size());
  const report::Report* wanted = report::find_report(name);
  if (wanted == nullptr) return problem(report::unknown_report(name));
  const auto asked = read_report_request(request);
  if (!asked) {
    return refuse({{ErrorCode::invalid, asked.error().option.empty()
                                            ? asked.error().message
                                            : asked.error().option + ": " + asked.error().message},
                   asked.error()});
  }
  const auto names = sources.as_names == nullptr ? std::make_shared<const flow::AsNames>() : sources.as_names->get();
  report::Context context;
  const auto cancel = request.cancel;
  store::Store& store = sources.store;
  context.engine.run = [&store, cancel](const query::Query& query) { return store.run(query, *cancel); };
  context.engine.tally = [&store, cancel](const query::Tally& tally) { return store.tally(tally, *cancel); };
  context.engine.search = [&store, cancel](const query::Search& search) { return store.search(search, *cancel); };
  context.now = now;
  context.as_names = names.get();
  if (sources.prices) context.prices = sources.prices();
  const auto outcome = report::run_report(*wanted, asked->typed, context);
  if (!outcome) return refuse(outcome.error());
  Response out;
  out.content_type = query::content_type(asked->format);
  out.body = report::format_outcome(*outcome, asked->format);
  if (asked->format == query::Format::csv) {
    out.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + std::string(name) + ".csv\"");
  }
  return out;
}

}  // namespace weir::serve
