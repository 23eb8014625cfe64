#include <algorithm>
#include <boost/json.hpp>

#include "base/number_from.h"
#include "serve/api.h"
#include "serve/problem.h"
#include "serve/route_report.h"
#include "serve/sources_json.h"

namespace weir::serve {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostViewsTold = 2000;
constexpr std::size_t kUsualPrefixes = 1000;
constexpr std::size_t kMostPrefixes = 10'000;

json::object table_json(const bgp::RibStatus& rib) {
  return {{"prefixes4", rib.prefixes4},
          {"prefixes6", rib.prefixes6},
          {"routes", rib.routes},
          {"stale_routes", rib.stale_routes},
          {"past_routes", rib.past_routes},
          {"attribute_sets", rib.attribute_sets},
          {"tables", rib.tables},
          {"refused", rib.refused},
          {"memory_octets", rib.memory_octets}};
}

json::array views_json(const bgp::RibStatus& rib) {
  json::array out;
  for (const bgp::ViewStatus& view : rib.views) {
    if (out.size() == kMostViewsTold) break;
    json::object one = view_json(view.info);
    one["up"] = view.up;
    one["synced"] = view.synced;
    one["since"] = view.since_ms == 0 ? json::value() : json::value(view.since_ms);
    one["last_change"] = view.last_change_ms == 0 ? json::value() : json::value(view.last_change_ms);
    one["routes4"] = view.routes4;
    one["routes6"] = view.routes6;
    one["routes_vpn"] = view.routes_vpn;
    one["announced"] = view.announced;
    one["withdrawn"] = view.withdrawn;
    out.push_back(std::move(one));
  }
  return out;
}

/// What of the table is asked for.
struct Selection {
  bgp::TableId table = bgp::kGlobalTable;
  std::optional<Prefix> within;
  std::optional<std::string> source;
  std::size_t top = kUsualPrefixes;
};

Result<std::size_t> read_top(std::string_view text) {
  const auto top = number_from<std::size_t>(text);
  if (!top || *top == 0 || *top > kMostPrefixes)
    return fail(ErrorCode::invalid, "top is a number from 1 to " + std::to_string(kMostPrefixes));
  return *top;
}

Result<Selection> selection_of(const bgp::Rib& rib, const Request& request) {
  Selection out;
  if (const auto table = parameter(request, "table"); table && !table->empty()) {
    const auto found = rib.find_table(*table);
    if (!found) return fail(ErrorCode::not_found, "no routing table is called '" + std::string(*table) + "'");
    out.table = *found;
  }
  if (const auto text = parameter(request, "prefix")) {
    const auto prefix = parse_prefix(*text);
    if (!prefix) return fail(ErrorCode::invalid, "prefix: " + prefix.error().message);
    out.within = *prefix;
  }
  if (const auto source = parameter(request, "source")) out.source = *source;
  if (const auto text = parameter(request, "top")) {
    const auto top = read_top(*text);
    if (!top) return std::unexpected(top.error());
    out.top = *top;
  }
  return out;
}

bool is_within(const Prefix& prefix, const std::optional<Prefix>& outer) {
  return !outer || (prefix.length >= outer->length && outer->contains(prefix.address));
}

}  // namespace

Response get_rib(const Sources& sources) {
  if (sources.rib == nullptr) return problem(404, "this server holds no routes");
  const bgp::RibStatus rib = sources.rib->status();
  json::object out{{"table", table_json(rib)},
                   {"views", views_json(rib)},
                   {"views_left_out", rib.views.size() - std::min(rib.views.size(), kMostViewsTold)}};
  for (auto& [name, part] : sources_json(sources.routing ? sources.routing() : bgp::SourcesStatus{}))
    out[name] = std::move(part);
  Response response;
  response.body = json::serialize(out);
  return response;
}

Response get_rib_routes(const Sources& sources, const Request& request) {
  if (sources.rib == nullptr) return problem(404, "this server holds no routes");
  const auto wanted = selection_of(*sources.rib, request);
  if (!wanted) return problem(wanted.error());
  json::array prefixes;
  bool more = false;
  sources.rib->for_each(wanted->table, [&](const Prefix& prefix, std::span<const bgp::Candidate> candidates) {
    if (*request.cancel) return false;
    if (!is_within(prefix, wanted->within)) return true;
    json::array routes;
    for (const bgp::Candidate& candidate : candidates) {
      if (!wanted->source || candidate.source == *wanted->source)
        routes.push_back(candidate_json(candidate, std::nullopt));
    }
    if (routes.empty()) return true;
    more = prefixes.size() == wanted->top;
    if (!more) prefixes.push_back(json::object{{"prefix", to_string(prefix)}, {"routes", std::move(routes)}});
    return !more;
  });
  Response response;
  response.body = json::serialize(json::object{{"prefixes", std::move(prefixes)}, {"left_out", more}});
  return response;
}

}  // namespace weir::serve
