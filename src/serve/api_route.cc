#include <boost/json/serialize.hpp>

#include "base/clock.h"
#include "serve/api.h"
#include "serve/problem.h"
#include "serve/route_report.h"

namespace weir::serve {
namespace {

/// For more exporters than these nobody reads the list; the sick and the busy are asked for by name.
constexpr std::size_t kMostAskers = 200;

Result<IpAddress> address_of(const Request& request, std::string_view name) {
  const auto text = parameter(request, name);
  if (!text) return IpAddress{};
  auto address = parse_ip(*text);
  if (!address) return fail(ErrorCode::invalid, std::string(name) + ": " + address.error().message);
  return address;
}

std::vector<RouteAsker> all_askers(const Sources& sources) {
  std::vector<RouteAsker> out;
  for (const flow::ExporterState* exporter : sources.exporters.all()) {
    if (out.size() == kMostAskers) break;
    const std::string name = sources.exporter_name ? sources.exporter_name(exporter->address()) : "";
    out.push_back({.address = exporter->address(), .name = name});
  }
  return out;
}

Result<RouteQuestion> question_of(const Sources& sources, const Request& request, UnixMillis now) {
  RouteQuestion out;
  if (!parameter(request, "address")) {
    return fail(ErrorCode::invalid, "address is missing: /api/v1/route?address=192.0.2.1");
  }
  const auto address = address_of(request, "address");
  if (!address) return std::unexpected(address.error());
  const auto next_hop = address_of(request, "next_hop");
  if (!next_hop) return std::unexpected(next_hop.error());
  const auto exporter = address_of(request, "exporter");
  if (!exporter) return std::unexpected(exporter.error());
  out.address = *address;
  out.next_hop = *next_hop;
  out.table = parameter(request, "table").value_or("");
  out.with_past = parameter(request, "past").value_or("0") == "1";
  if (const auto time = parameter(request, "time")) {
    const auto parsed = parse_time(*time, now);
    if (!parsed) return fail(ErrorCode::invalid, "time: " + parsed.error().message);
    out.time_ms = *parsed;
  }
  if (exporter->is_unspecified()) {
    out.exporters = all_askers(sources);
  } else {
    out.exporters.push_back(
        {.address = *exporter, .name = sources.exporter_name ? sources.exporter_name(*exporter) : ""});
  }
  return out;
}

}  // namespace

Response get_route(const Sources& sources, const Request& request, UnixMillis now) {
  const auto format = parameter(request, "format").value_or("json");
  if (format != "json" && format != "text") return problem(400, "format is json or text");
  if (sources.rib == nullptr) return problem(404, "this server holds no routes");
  auto question = question_of(sources, request, now);
  if (!question) return problem(question.error());
  const RouteSources from{.rib = *sources.rib,
                          .vrps = sources.vrps,
                          .as_names = sources.as_names == nullptr ? nullptr : sources.as_names->get()};
  const auto report = report_route(from, *std::move(question));
  if (!report) return problem(report.error());
  Response out;
  if (format == "text") {
    out.content_type = "text/plain; charset=utf-8";
    out.body = route_text(*report, now);
  } else {
    out.body = boost::json::serialize(route_json(*report));
  }
  return out;
}

}  // namespace weir::serve
