#include "serve/doctor_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/log.h"
#include "serve/quantity_text.h"

namespace weir::serve {
namespace {

using flow::Counter;

/// Lately more than this share of bytes without a route is worth a word where there are routes at all.
constexpr double kMuchUnrouted = 0.05;
constexpr std::uint64_t kEnoughBytes = 1'000'000;

struct Told {
  std::uint64_t routes = 0;
  UnixMillis last_change_ms = 0;
  std::size_t views = 0;
  std::size_t views_up = 0;
};

using ToldBy = std::map<std::string, Told, std::less<>>;

/// What the table holds of each source. Sources that have told nothing are absent.
ToldBy by_source(const bgp::RibStatus& rib) {
  ToldBy out;
  for (const bgp::ViewStatus& view : rib.views) {
    Told& told = out[view.source];
    told.routes += view.routes4 + view.routes6 + view.routes_vpn;
    told.last_change_ms = std::max(told.last_change_ms, view.last_change_ms);
    ++told.views;
    told.views_up += view.up ? 1U : 0U;
  }
  return out;
}

RouteSourceRow row_of(std::string name, std::string kind, const ToldBy& told) {
  RouteSourceRow row{.name = std::move(name), .kind = std::move(kind)};
  if (const auto at = told.find(row.name); at != told.end()) {
    row.routes = at->second.routes;
    row.last_change_ms = at->second.last_change_ms;
    row.views = at->second.views;
    row.views_up = at->second.views_up;
  }
  return row;
}

std::string after(std::string_view error) {
  return error.empty() ? std::string() : fmt::format("; the last error: {}", log::escape(error, 300));
}

void find_peer(const bgp::BgpPeerStatus& peer, UnixMillis now, std::vector<Finding>& findings) {
  if (peer.state != bgp::BgpState::established && now - peer.since_ms >= kSourceDownAfterMs) {
    findings.push_back({.severity = Severity::trouble,
                        .what = fmt::format("the BGP session {} with {} is {} for {}{}", log::escape(peer.name, 60),
                                            to_string(peer.address), to_string(peer.state),
                                            duration_text(now - peer.since_ms), after(peer.last_error)),
                        .advice = fmt::format("look at the other side (`show bgp neighbors {}`): address, AS, password "
                                              "and TCP port must agree; `weir check` shows what is configured here",
                                              to_string(peer.local_address))});
  }
  if (peer.over_most_prefixes) {
    findings.push_back({.severity = Severity::attention,
                        .count = peer.routes,
                        .what = fmt::format("the BGP session {} tells {} prefixes, more than its bound of {}",
                                            log::escape(peer.name, 60), grouped(peer.routes), grouped(peer.most_prefixes)),
                        .advice = "raise most_prefixes of the peer, or filter on the other side"});
  }
}

void find_router(const bgp::BmpRouterStatus& router, UnixMillis now, std::vector<Finding>& findings) {
  if (!router.connected && now - router.since_ms >= kSourceDownAfterMs) {
    findings.push_back(
        {.severity = Severity::trouble,
         .what = fmt::format("the BMP router {} ({}) is not connected for {}{}", log::escape(router.name, 60),
                             to_string(router.address), duration_text(now - router.since_ms), after(router.last_error)),
         .advice = "check its BMP configuration (`show bmp summary`) and that TCP reaches routes.bmp.listen"});
  }
  if (router.malformed > 0) {
    findings.push_back({.severity = Severity::note,
                        .count = router.malformed,
                        .what = fmt::format("{} BMP messages of {} could not be read; each was left out",
                                            grouped(router.malformed), log::escape(router.name, 60)),
                        .advice = "the log names the first of them; report it to the router's maker"});
  }
}

void find_file(const bgp::RouteFileStatus& file, std::vector<Finding>& findings) {
  if (file.last_error.empty()) return;
  findings.push_back({.severity = Severity::trouble,
                      .what = fmt::format("the routes of {} could not be loaded: {}", log::escape(file.name, 60),
                                          log::escape(file.last_error, 300)),
                      .advice = file.routes > 0 ? "what was loaded before stays in use; mend the file"
                                                : "mend the file or its path; `weir rib FILE` shows what it holds"});
}

std::uint64_t sum_of(const Observation* observation, Counter counter) {
  std::uint64_t out = 0;
  if (observation == nullptr) return out;
  for (const ExporterReading& reading : observation->exporters) out += reading.get(counter);
  return out;
}

void measure_share(const Observation& now, const Observation* earlier, RouteDiagnosis& out,
                   std::vector<Finding>& findings) {
  const auto lately = [&](Counter counter) {
    const std::uint64_t all = sum_of(&now, counter);
    const std::uint64_t before = sum_of(earlier, counter);
    return all >= before ? all - before : all;
  };
  out.bytes_routed = lately(Counter::bytes_routed);
  out.bytes_unrouted = lately(Counter::bytes_unrouted);
  const std::uint64_t all = out.bytes_routed + out.bytes_unrouted;
  if (all < kEnoughBytes || out.routes == 0 || out.share_unrouted() < kMuchUnrouted) return;
  findings.push_back({.severity = Severity::attention,
                      .what = fmt::format("{:.1f} % of the bytes lately have no route", 100 * out.share_unrouted()),
                      .advice = "ask `weir query 'not as_path known' --by dst_addr` for what it is, and "
                                "`weir route ADDRESS` for why; a source may lack a default or the customers' prefixes"});
}

}  // namespace

std::optional<RouteDiagnosis> diagnose_routes(const Observation& now, const Observation* earlier,
                                              std::vector<Finding>& findings) {
  if (!now.rib || !now.route_sources) return std::nullopt;
  const bgp::SourcesStatus& sources = *now.route_sources;
  if (sources.bgp.empty() && sources.bmp.empty() && sources.files.empty() && now.rib->routes == 0) return std::nullopt;
  const ToldBy told = by_source(*now.rib);
  RouteDiagnosis out;
  out.prefixes4 = now.rib->prefixes4;
  out.prefixes6 = now.rib->prefixes6;
  out.routes = now.rib->routes;
  out.stale_routes = now.rib->stale_routes;
  out.memory_octets = now.rib->memory_octets;
  for (const bgp::BgpPeerStatus& peer : sources.bgp) {
    RouteSourceRow row = row_of(peer.name, "bgp", told);
    row.state = to_string(peer.state);
    row.good = peer.state == bgp::BgpState::established;
    row.since_ms = peer.since_ms;
    row.error = peer.last_error;
    out.sources.push_back(std::move(row));
    find_peer(peer, now.time_ms, findings);
  }
  for (const bgp::BmpRouterStatus& router : sources.bmp) {
    RouteSourceRow row = row_of(router.name, "bmp", told);
    row.state = router.connected ? fmt::format("connected, {} peers up", router.peers_up) : "not connected";
    row.good = router.connected;
    row.since_ms = router.since_ms;
    row.error = router.last_error;
    out.sources.push_back(std::move(row));
    find_router(router, now.time_ms, findings);
  }
  for (const bgp::RouteFileStatus& file : sources.files) {
    RouteSourceRow row = row_of(file.name, std::string(to_string(file.kind)), told);
    row.state = file.last_error.empty() ? (file.loaded_ms == 0 ? "loading" : "loaded") : "failed";
    row.good = file.last_error.empty();
    row.since_ms = file.loaded_ms;
    row.error = file.last_error;
    out.sources.push_back(std::move(row));
    find_file(file, findings);
  }
  measure_share(now, earlier, out, findings);
  return out;
}

}  // namespace weir::serve
