#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "query/text_grid.h"
#include "serve/doctor_routes.h"
#include "serve/quantity_text.h"

namespace weir::serve {
namespace {

boost::json::value or_null(UnixMillis time) {
  return time == 0 ? boost::json::value() : boost::json::value(time);
}

std::string ago(UnixMillis time, UnixMillis now) {
  return time == 0 ? "never" : duration_text(std::max<UnixMillis>(0, now - time)) + " ago";
}

}  // namespace

boost::json::object route_diagnosis_json(const RouteDiagnosis& routes) {
  boost::json::object out;
  out["prefixes4"] = routes.prefixes4;
  out["prefixes6"] = routes.prefixes6;
  out["routes"] = routes.routes;
  out["stale_routes"] = routes.stale_routes;
  out["memory_octets"] = routes.memory_octets;
  out["bytes_routed"] = routes.bytes_routed;
  out["bytes_unrouted"] = routes.bytes_unrouted;
  out["share_unrouted"] = routes.share_unrouted();
  boost::json::array sources;
  for (const RouteSourceRow& row : routes.sources) {
    boost::json::object source;
    source["name"] = row.name;
    source["kind"] = row.kind;
    source["state"] = row.state;
    source["good"] = row.good;
    source["since"] = or_null(row.since_ms);
    source["last_change"] = or_null(row.last_change_ms);
    source["routes"] = row.routes;
    source["views"] = row.views;
    source["views_up"] = row.views_up;
    source["error"] = row.error.empty() ? boost::json::value() : boost::json::value(row.error);
    sources.push_back(std::move(source));
  }
  out["sources"] = std::move(sources);
  return out;
}

std::string route_diagnosis_text(const RouteDiagnosis& routes, UnixMillis now) {
  using query::TextGrid;
  std::string out = fmt::format("\nRoutes: {} prefixes of IPv4, {} of IPv6, {} routes ({} stale), {}", grouped(routes.prefixes4),
                                grouped(routes.prefixes6), grouped(routes.routes), grouped(routes.stale_routes),
                                fmt::format("{:.1f} MiB", static_cast<double>(routes.memory_octets) / (1U << 20U)));
  if (routes.bytes_routed + routes.bytes_unrouted > 0) {
    out += fmt::format("; {:.1f} % of the bytes lately have no route", 100 * routes.share_unrouted());
  }
  out += ".\n";
  if (routes.sources.empty()) return out;
  TextGrid grid;
  for (const auto* header : {"SOURCE", "KIND", "STATE", "SINCE"}) grid.add_column(header, TextGrid::Align::left);
  grid.add_column("ROUTES", TextGrid::Align::right);
  grid.add_column("TABLES", TextGrid::Align::right);
  grid.add_column("LAST CHANGE", TextGrid::Align::left);
  for (const RouteSourceRow& row : routes.sources) {
    grid.start_row();
    grid.add(row.name);
    grid.add(row.kind);
    grid.add(row.state);
    grid.add(ago(row.since_ms, now));
    grid.add(grouped(row.routes));
    grid.add(fmt::format("{} of {} up", row.views_up, row.views));
    grid.add(ago(row.last_change_ms, now));
  }
  return out + grid.text();
}

}  // namespace weir::serve
