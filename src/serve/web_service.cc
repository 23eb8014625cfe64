#include "serve/web_service.h"

#include <boost/json/serialize.hpp>

#include "serve/api.h"
#include "serve/api_mitigation.h"
#include "serve/assets.h"
#include "serve/live_feed.h"
#include "serve/openapi.h"
#include "serve/running_queries.h"

namespace weir::serve {

class WebService::Impl {
 public:
  Impl(Sources sources, const HttpOptions& options, std::vector<Route> more)
      : sources_(std::move(sources)),
        monitor_(sources_),
        feed_(monitor_),
        documents_(sources_.saved),
        server_(options, routes(std::move(more))) {}
  ~Impl() { stop(); }

  Result<void> start() {
    started_ms_ = now_ms();
    if (auto started = server_.start(); !started) return started;
    feed_.start();
    return {};
  }
  void stop() {
    feed_.stop();
    server_.stop();
  }
  const HttpServer& server() const { return server_; }
  std::shared_ptr<const EventStream> stream() const { return feed_.stream(); }

 private:
  std::vector<Route> document_routes() {
    std::vector<Route> out;
    for (const DocumentKind& kind : document_kinds()) {
      const std::string path = "/api/v1/" + std::string(kind.name);
      out.push_back(
          {"GET", path, Lane::quick, [this, &kind](const Request&) { return list_documents(documents_, kind); }});
      out.push_back({"GET", path + "/*", Lane::quick,
                     [this, &kind](const Request& r) { return get_document(documents_, kind, r); }});
      out.push_back({"PUT", path + "/*", Lane::quick,
                     [this, &kind](const Request& r) { return put_document(documents_, kind, r, now_ms()); }});
      out.push_back({"DELETE", path + "/*", Lane::quick,
                     [this, &kind](const Request& r) { return delete_document(documents_, kind, r); }});
    }
    return out;
  }
  /// All that is served. The document of the API is made of the finished table.
  /// `more` first: the last row takes every address.
  std::vector<Route> routes(std::vector<Route> more) {
    std::vector<Route> out = std::move(more);
    for (Route& route : document_routes()) out.push_back(std::move(route));
    const std::vector<Route> own = handlers();
    out.insert(out.end(), own.begin(), own.end());
    out.push_back({"GET", "/api/v1/openapi.json", Lane::quick, [this](const Request&) {
                     Response document;
                     document.body = openapi_;
                     return document;
                   }});
    openapi_ = boost::json::serialize(openapi_document(sources_.version, out));
    return out;
  }
  std::vector<Route> handlers() {
    const auto query = [this](const Request& request) {
      return run_query(sources_.store, *as_names(), sources_.interfaces, request, now_ms());
    };
    const auto report = [this](const Request& request) { return run_report(sources_, request, now_ms()); };
    const auto backtest = [this](const Request& request) { return run_backtest(sources_, request, now_ms()); };
    const auto flows = [this](const Request& request) { return get_flows(sources_.store, request, now_ms()); };
    const auto sql = [this](const Request& request) { return run_sql(sources_.store, request, *request.cancel); };
    const auto complete = [this](const Request& request) { return get_complete(values_, request, now_ms()); };
    return {
        {"GET", "/healthz", Lane::quick, get_healthz},
        {"GET", "/metrics", Lane::quick, [this](const Request&) { return get_metrics(sources_.metrics); }},
        {"GET", "/api/v1/columns", Lane::quick, get_columns},
        {"GET", "/api/v1/status", Lane::quick,
         [this](const Request&) { return get_status(monitor_, started_ms_, now_ms()); }},
        {"GET", "/api/v1/doctor", Lane::quick, [this](const Request& r) { return get_doctor(monitor_, r, now_ms()); }},
        {"GET", "/api/v1/route", Lane::quick, [this](const Request& r) { return get_route(sources_, r, now_ms()); }},
        {"GET", "/api/v1/rib", Lane::quick, [this](const Request&) { return get_rib(sources_); }},
        {"GET", "/api/v1/rib/routes", Lane::query, [this](const Request& r) { return get_rib_routes(sources_, r); }},
        {"GET", "/api/v1/as", Lane::quick, [this](const Request& r) { return get_as(*as_names(), r); }},
        {"GET", "/api/v1/attacks", Lane::quick, [this](const Request& r) { return get_attacks(sources_, r, now_ms()); }},
        {"GET", "/api/v1/attacks/*", Lane::quick, [this](const Request& r) { return get_attack(sources_, r); }},
        {"GET", "/api/v1/detect", Lane::quick, [this](const Request&) { return get_detect(sources_); }},
        {"GET", "/api/v1/detect/changes", Lane::quick, [this](const Request& r) { return get_attack_changes(sources_, r); }},
        {"GET", "/api/v1/detect/rules", Lane::quick, [this](const Request& r) { return get_detect_rules(sources_, r); }},
        {"GET", "/api/v1/detect/explain", Lane::quick, [this](const Request& r) { return get_explain(sources_, r); }},
        {"GET", "/api/v1/detect/backtest", Lane::query, backtest},
        {"POST", "/api/v1/detect/backtest", Lane::query, backtest},
        {"GET", "/api/v1/live", Lane::quick, [this](const Request&) { return get_live(); }},
        {"GET", "/api/v1/query", Lane::query, running_.tracked(query)},
        {"POST", "/api/v1/query", Lane::query, running_.tracked(query)},
        {"GET", "/api/v1/flows", Lane::query, running_.tracked(flows)},
        {"POST", "/api/v1/flows", Lane::query, running_.tracked(flows)},
        {"GET", "/api/v1/sql", Lane::query, running_.tracked(sql)},
        {"POST", "/api/v1/sql", Lane::query, running_.tracked(sql)},
        {"GET", "/api/v1/complete", Lane::query, complete},
        {"POST", "/api/v1/complete", Lane::query, complete},
        {"GET", "/api/v1/exporters", Lane::quick, [this](const Request& r) { return get_exporters(monitor_, r); }},
        {"GET", "/api/v1/interfaces", Lane::query,
         [this](const Request& r) { return get_interfaces(sources_, r, now_ms()); }},
        {"GET", "/api/v1/names", Lane::query, [this](const Request& r) { return get_names(sources_, r); }},
        {"GET", "/api/v1/queries", Lane::quick, [this](const Request&) { return get_queries(running_, now_ms()); }},
        {"DELETE", "/api/v1/queries/*", Lane::quick, [this](const Request& r) { return delete_query(running_, r); }},
        {"GET", "/api/v1/reports", Lane::quick, get_reports},
        {"GET", "/api/v1/reports/*", Lane::query, running_.tracked(report)},
        {"POST", "/api/v1/reports/*", Lane::query, running_.tracked(report)},
        {"GET", "/api/v1/billing", Lane::query, [this](const Request&) { return get_billing(sources_, now_ms()); }},
        {"GET", "/api/v1/billing/bill", Lane::query,
         [this](const Request& r) { return get_bill(sources_, r, now_ms()); }},
        {"GET", "/api/v1/billing/file", Lane::query,
         [this](const Request& r) { return get_bill_file(sources_, r, now_ms()); }},
        {"GET", "/api/v1/billing/verify", Lane::query,
         [this](const Request& r) { return verify_bill(sources_, r, now_ms()); }},
        {"POST", "/api/v1/billing/freeze", Lane::query,
         [this](const Request& r) { return freeze_bill(sources_, r, now_ms()); }},
        {"GET", "/api/v1/mitigations", Lane::quick,
         [this](const Request& r) { return get_mitigations(sources_.mitigator, r); }},
        {"POST", "/api/v1/mitigations", Lane::quick,
         [this](const Request& r) { return propose_mitigation(sources_.mitigator, r); }},
        {"GET", "/api/v1/mitigations/log", Lane::query,
         [this](const Request& r) { return get_mitigation_log(sources_.mitigator, r); }},
        {"POST", "/api/v1/mitigations/check", Lane::quick,
         [this](const Request& r) { return check_mitigation(sources_.mitigator, r); }},
        {"GET", "/api/v1/mitigations/*", Lane::quick,
         [this](const Request& r) { return get_mitigation(sources_.mitigator, r); }},
        {"POST", "/api/v1/mitigations/*", Lane::quick,
         [this](const Request& r) { return decide_mitigation(sources_.mitigator, r); }},
        {"GET", "/api/v1/interfaces/counters", Lane::query,
         [this](const Request& r) { return get_interface_counters(sources_.store, r, now_ms()); }},
        {"GET", "/api/v1/config", Lane::quick, [this](const Request&) { return get_config(sources_); }},
        {"GET", "/api/v1/customers", Lane::quick, [this](const Request&) { return get_customers(sources_); }},
        {"PUT", "/api/v1/customers", Lane::quick, [this](const Request& r) { return put_customers(sources_, r); }},
        {"GET", "/*", Lane::quick, [](const Request& request) { return serve_asset(embedded_assets(), request); }},
    };
  }
  std::shared_ptr<const flow::AsNames> as_names() const {
    return sources_.as_names == nullptr ? std::make_shared<const flow::AsNames>() : sources_.as_names->get();
  }
  Response get_live() const {
    Response out;
    out.content_type = "text/event-stream; charset=utf-8";
    out.body = feed_.greeting();
    out.stream = feed_.stream();
    return out;
  }

  const Sources sources_;
  Monitor monitor_;
  LiveFeed feed_;
  Documents documents_;
  ValueCatalog values_{sources_};
  RunningQueries running_;
  std::string openapi_;
  std::atomic<UnixMillis> started_ms_{0};
  HttpServer server_;
};

WebService::WebService(Sources sources, const HttpOptions& options, std::vector<Route> more)
    : impl_(std::make_unique<Impl>(std::move(sources), options, std::move(more))) {}
WebService::~WebService() = default;
Result<void> WebService::start() {
  return impl_->start();
}
void WebService::stop() {
  impl_->stop();
}
std::uint16_t WebService::port() const {
  return impl_->server().port();
}

void WebService::add_metrics(Metrics& metrics) const {
  const auto counters = impl_->server().counters();
  const auto counter = [&](std::string name, std::string help, std::atomic<std::uint64_t> HttpCounters::* member) {
    metrics.add(std::move(name), std::move(help), Metrics::Type::counter,
                [counters, member] { return static_cast<double>((counters.get()->*member).load()); });
  };
  counter("weir_http_connections_total", "HTTP connections accepted", &HttpCounters::connections);
  counter("weir_http_connections_refused_total", "HTTP connections refused because there were too many",
          &HttpCounters::connections_refused);
  counter("weir_http_timeouts_total", "HTTP connections closed because they were too slow", &HttpCounters::timeouts);
  counter("weir_http_requests_abandoned_total", "requests whose client went away while they ran",
          &HttpCounters::requests_abandoned);
  metrics.add(
      "weir_http_responses_total", "HTTP responses by class", Metrics::Type::counter, Metrics::Read([counters] {
        return std::vector<Metrics::Sample>{
            {.labels = {{"class", "ok"}}, .value = static_cast<double>(counters->responses_ok.load())},
            {.labels = {{"class", "refused"}}, .value = static_cast<double>(counters->responses_refused.load())},
            {.labels = {{"class", "failed"}}, .value = static_cast<double>(counters->responses_failed.load())}};
      }));
  metrics.add("weir_http_connections", "HTTP connections open", Metrics::Type::gauge,
              [counters] { return static_cast<double>(counters->connections_open.load()); });
  metrics.add("weir_http_live_clients", "pages that watch the live feed", Metrics::Type::gauge,
              [stream = impl_->stream()] { return static_cast<double>(stream->clients()); });
}

}  // namespace weir::serve
