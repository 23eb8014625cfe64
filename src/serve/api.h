// The handlers of the API, one function for each address; each in a file of its own.
#pragma once

#include <string>
#include <vector>

#include "serve/documents.h"
#include "serve/http_message.h"
#include "serve/monitor.h"
#include "serve/router.h"
#include "serve/sources.h"
#include "serve/value_catalog.h"

namespace weir::serve {

/// In one answer; the rest is counted as `exporters_left_out`.
inline constexpr std::size_t kMostExportersTold = 2000;

/// GET /healthz: 200 "ok" as long as the server answers at all; for load balancers and service managers.
[[nodiscard]] Response get_healthz(const Request& request);
/// GET /metrics: the Prometheus text format, version 0.0.4.
[[nodiscard]] Response get_metrics(const Metrics& metrics);
/// GET /api/v1/columns: every column of flow/columns.h, with its alias, type, role, unit and meaning.
[[nodiscard]] Response get_columns(const Request& request);
/// GET /api/v1/status: version, uptime, where it listens, rates, exporters with counters and rates, the store, alarms.
[[nodiscard]] Response get_status(const Monitor& monitor, UnixMillis started_ms, UnixMillis now);
/// GET /api/v1/doctor: the diagnosis as JSON, or with ?format=text as a terminal shows it.
[[nodiscard]] Response get_doctor(const Monitor& monitor, const Request& request, UnixMillis now);
/// GET /api/v1/route?address=A: every route to the address, which one each exporter's flows take and why
/// (route_report.h); with ?exporter=, ?next_hop=, ?table=, ?time= and ?past=1; ?format=text as a terminal shows it.
[[nodiscard]] Response get_route(const Sources& sources, const Request& request, UnixMillis now);
/// GET /api/v1/rib: what the routing table holds, its views, and how the sources of routes are.
[[nodiscard]] Response get_rib(const Sources& sources);
/// GET /api/v1/rib/routes: prefixes in order with every route of each; ?prefix= for one and what lies in it, ?table=,
/// ?source=, ?top= (1000, at most 10000). `left_out` is true when there are more.
[[nodiscard]] Response get_rib_routes(const Sources& sources, const Request& request);
/// GET or POST /api/v1/query: a question (query_request.h), answered as JSON, CSV or a table (query/format.h). Errors
/// are problem documents with `parameter` and, for filters, `position`, `length` and `shown`.
/// JSON and table name the autonomous systems in the answer. `interfaces`, which may be null, knows their speeds.
[[nodiscard]] Response run_query(store::Store& store, const flow::AsNames& names,
                                 const flow::CurrentInterfaceTable* interfaces, const Request& request, UnixMillis now);
/// GET /api/v1/reports: the catalogue with the parameters of each, for a form (query/report/format.h).
[[nodiscard]] Response get_reports(const Request& request);
/// GET or POST /api/v1/reports/NAME: runs a report; `format` is json, csv or table. Errors are problem documents with
/// `parameter`.
[[nodiscard]] Response run_report(const Sources& sources, const Request& request, UnixMillis now);
/// GET /api/v1/billing: groups and bills (billing/bill_text.h). .../bill?group=&month=2026-11: one of them, as JSON,
/// CSV (its samples) or table; .../file: a frozen one as it lies there; .../verify: whether it is still in order; POST
/// .../freeze.
[[nodiscard]] Response get_billing(const Sources& sources, UnixMillis now);
[[nodiscard]] Response get_bill(const Sources& sources, const Request& request, UnixMillis now);
[[nodiscard]] Response get_bill_file(const Sources& sources, const Request& request, UnixMillis now);
[[nodiscard]] Response verify_bill(const Sources& sources, const Request& request, UnixMillis now);
[[nodiscard]] Response freeze_bill(const Sources& sources, const Request& request, UnixMillis now);
/// GET /api/v1/as?numbers=15169,3356 or ?search=goo: {"ases": [{"as", "name", "country"}..]}; numbers without a name
/// are left out, of what a search finds the best 50 are told.
[[nodiscard]] Response get_as(const flow::AsNames& names, const Request& request);

/// GET /api/v1/attacks: {"attacks": [..], "next"}, without their evidence; ?open=0|1, ?past=0|1, ?from=, ?to=, ?within=PREFIX,
/// ?customer=, ?top= (200, at most 2000), ?format=text.
[[nodiscard]] Response get_attacks(const Sources& sources, const Request& request, UnixMillis now);
/// GET /api/v1/attacks/ID: all of one attack; with ?format=text for a terminal. GET /api/v1/attacks/ID/evidence?format=json or
/// html: the same as a file to send to an upstream.
[[nodiscard]] Response get_attack(const Sources& sources, const Request& request);
/// GET /api/v1/detect/changes?after=N: {"changes": [{"number", "change", "attack"}..], "next", "lost"}; without `after` nothing
/// but `next`.
[[nodiscard]] Response get_attack_changes(const Sources& sources, const Request& request);
/// GET /api/v1/detect: what detection holds and does. GET /api/v1/detect/rules: what is in force.
[[nodiscard]] Response get_detect(const Sources& sources);
[[nodiscard]] Response get_detect_rules(const Sources& sources, const Request& request);
/// GET /api/v1/detect/explain?address=: which rules govern an address and how near each is; ?format=text.
[[nodiscard]] Response get_explain(const Sources& sources, const Request& request);
/// GET or POST /api/v1/detect/backtest: a rule over stored flows; ?rule=NAME (in force), or ?filter=, ?measure=, ?per=, ?way=,
/// ?window=, ?value=, or neither for all rules; ?from=, ?to=; ?format=text.
[[nodiscard]] Response run_backtest(const Sources& sources, const Request& request, UnixMillis now);
/// GET /api/v1/interfaces/counters?exporter=A&index=N&from=&to=&resolution=5m: what the interface counted itself, by
/// step:
/// {"from", "to", "resolution_ms", "steps": [{"time", "in_bits_per_s", "out_bits_per_s"}]}. Steps without two readings
/// are left out; without any there are none.
[[nodiscard]] Response get_interface_counters(store::Store& store, const Request& request, UnixMillis now);

/// GET /api/v1/config: the configuration that runs (main/config_json.h); secrets are only said to be set.
[[nodiscard]] Response get_config(const Sources& sources);
/// GET /api/v1/customers: customer_book.h. PUT: what the page keeps from now on; `errors` of its problem documents name the
/// places. 401 and 403 by `customers_by`, 409 when somebody else saved meanwhile.
[[nodiscard]] Response get_customers(const Sources& sources);
[[nodiscard]] Response put_customers(const Sources& sources, const Request& request);

/// GET /api/v1/dashboards, /api/v1/filters: {"dashboards": [{"id", "name", "revision", "saved", ...}], "unreadable":
/// [ID]}.
[[nodiscard]] Response list_documents(const Documents& documents, const DocumentKind& kind);
/// GET, PUT, DELETE /api/v1/dashboards/ID (documents.h). PUT answers what was saved; 409 when somebody else saved
/// meanwhile.
[[nodiscard]] Response get_document(const Documents& documents, const DocumentKind& kind, const Request& request);
[[nodiscard]] Response put_document(Documents& documents, const DocumentKind& kind, const Request& request,
                                    UnixMillis now);
[[nodiscard]] Response delete_document(Documents& documents, const DocumentKind& kind, const Request& request);
/// GET or POST /api/v1/flows: flows themselves (flows_request.h); a page of JSON with the cursor `next`, or as many as there
/// are as NDJSON or CSV, made while they are sent.
[[nodiscard]] Response get_flows(store::Store& store, const Request& request, UnixMillis now);
/// GET or POST /api/v1/complete?filter=..&position=..: what could be typed next (query/completion.h): {"unit", "start",
/// "length", "candidates": [{"kind", "text", "description"}]}. Places count octets, or with unit=utf16 code units.
[[nodiscard]] Response get_complete(ValueCatalog& values, const Request& request, UnixMillis now);
/// GET /api/v1/exporters: {"exporters": [{"address", "name", "protocols", "last_seen", "flows", "flows_per_s"}],
/// "exporters_left_out"}.
[[nodiscard]] Response get_exporters(const Monitor& monitor, const Request& request);
/// GET /api/v1/names?addresses=A,B: {"names": [{"address", "name"}], "unasked"}; addresses without a name are left out.
[[nodiscard]] Response get_names(const Sources& sources, const Request& request);
/// GET /api/v1/interfaces?exporter=A: each interface with its index, name, description, class, speed, the rates of the last
/// five whole minutes by flows, and the last reading of its own counters.
[[nodiscard]] Response get_interfaces(const Sources& sources, const Request& request, UnixMillis now);
/// POST or GET /api/v1/sql: one SELECT over the flows (query/sql.h) as JSON or CSV.
[[nodiscard]] Response run_sql(store::Store& store, const Request& request, const query::CancelFlag& cancel);

}  // namespace weir::serve
