// THE table of what the API offers: one row for each row of the router. The document at /api/v1/openapi.json, the page
// docs/reference/api-routes.md and the tests that ask every route follow from it.
#include <algorithm>
#include <array>

#include "serve/openapi.h"

namespace weir::serve {
namespace {

constexpr std::string_view kText = R"({"type":"string"})";
constexpr std::string_view kFilter = R"({"type":"string","maxLength":65536})";
constexpr std::string_view kTime = R"({"type":"string"})";
constexpr std::string_view kNames = R"({"type":"string"})";
constexpr std::string_view kFlag = R"({"type":"string","enum":["true","false"]})";
constexpr std::string_view kAddress = R"({"type":"string"})";

constexpr ParameterDoc kQueryId = {"query_id", R"({"type":"string","maxLength":64,"pattern":"^[A-Za-z0-9_.-]+$"})",
                                   "an id to see and end the question by, in place of the header X-Query-ID"};

constexpr auto kQuery = std::to_array<ParameterDoc>({
    {"filter", kFilter, "which flows, in the filter language; without it all"},
    {"by", kNames, "columns to group by, separated by commas; without it only the total"},
    {"metric", R"({"type":"string","enum":["bytes","packets","flows","layer2_bytes","packet_size","distinct"]})",
     "what rows are sorted by; bytes"},
    {"from", kTime, "the beginning: -24h, 2026-11-23, 2026-11-23 12:00, ...; -1h"},
    {"to", kTime, "the end, exclusive, in the same forms; now"},
    {"top", R"({"type":"integer","minimum":1,"maximum":1000000})", "how many rows; the rest is summed as other; 10"},
    {"resolution", kText, "the length of a step such as 5m, or auto: statistics and a series of each row"},
    {"rank", R"({"type":"string","enum":["total","average","maximum","last","percentile_95"]})",
     "by which of its numbers a row has its place; total"},
    {"overhead", kText, "octets of layer 2 for each packet"},
    {"distinct", kNames, "columns whose different values are counted"},
    {"both", kFlag, "also the other way of every row"},
    {"compare", kText, "also the same range this long before"},
    {"share", kFlag, "also the share of the interface's speed"},
    {"series", kFlag, "false: statistics without the series itself"},
    {"timeout", kText, "how long it may take"},
    {"memory", kText, "how much memory it may take"},
    {"format", R"({"type":"string","enum":["json","csv","table"]})", "json"},
    kQueryId,
});
constexpr auto kQueryAnswers = std::to_array<AnswerDoc>(
    {{"application/json", "Answer"}, {"text/csv", ""}, {"text/plain", ""}});

constexpr auto kFlows = std::to_array<ParameterDoc>({
    {"filter", kFilter, "which flows, in the filter language; without it all"},
    {"columns", kNames, "columns separated by commas, or all; all"},
    {"from", kTime, "the beginning; -1h"},
    {"to", kTime, "the end, exclusive; now"},
    {"order", kNames, "columns to sort by, a '-' before a column for the largest first; -time, the newest first"},
    {"top", R"({"type":"integer","minimum":1})",
     "how many flows: of json at most 10000 a page, 100 without it; of ndjson and csv any number, all without it"},
    {"after", R"({"type":"string","maxLength":8192})", "the cursor `next` of the page before; it holds the range"},
    {"format", R"({"type":"string","enum":["json","ndjson","csv"]})", "json"},
    kQueryId,
});
constexpr auto kFlowsAnswers = std::to_array<AnswerDoc>(
    {{"application/json", "Flows"}, {"application/x-ndjson", ""}, {"text/csv", ""}});

constexpr auto kSql = std::to_array<ParameterDoc>({
    {"sql", R"({"type":"string","maxLength":65536})",
     "one SELECT over flows, rollup_1m, rollup_5m, rollup_1h and interface_counters; also as a body of type application/sql"},
    {"top", R"({"type":"integer","minimum":1,"maximum":1000000})", "how many rows at most; 10000"},
    {"format", R"({"type":"string","enum":["json","csv"]})", "json"},
    kQueryId,
});
constexpr auto kSqlAnswers = std::to_array<AnswerDoc>({{"application/json", "SqlAnswer"}, {"text/csv", ""}});

constexpr auto kComplete = std::to_array<ParameterDoc>({
    {"filter", kFilter, "the filter so far"},
    {"position", R"({"type":"integer","minimum":0})", "the place in it; its end"},
    {"unit", R"({"type":"string","enum":["octets","utf16"]})",
     "what places count: octets of UTF-8, as in problems, or code units of UTF-16, as browsers do; octets"},
});
constexpr auto kInterfaces = std::to_array<ParameterDoc>({{"exporter", kAddress, "only of this exporter, by address"}});
constexpr auto kNamesOf = std::to_array<ParameterDoc>({{"addresses", kAddress, "at most 500, separated by commas", true}});
constexpr auto kQueryPath = std::to_array<ParameterDoc>({{"id", kText, "the id of a question that runs", true}});
constexpr auto kDoctor =
    std::to_array<ParameterDoc>({{"format", R"({"type":"string","enum":["json","text"]})", "text: as weir doctor shows it"}});
constexpr auto kAs = std::to_array<ParameterDoc>({
    {"numbers", kText, "AS numbers separated by commas, at most 1000; this or search"},
    {"search", kText, "what a number begins with or a name holds; the best 50"},
});
constexpr auto kRoute = std::to_array<ParameterDoc>({
    {"address", kAddress, "whose routes", true},
    {"exporter", kAddress, "as this exporter sees it"},
    {"next_hop", kAddress, "the next hop that the flow tells"},
    {"table", kText, "the name or the route distinguisher of a VRF"},
    {"time", kTime, "as it was then"},
    {"past", R"({"type":"string","enum":["0","1"]})", "1: also routes that are gone"},
    {"format", R"({"type":"string","enum":["json","text"]})", "json"},
});
constexpr auto kRibRoutes = std::to_array<ParameterDoc>({
    {"prefix", kText, "this prefix and what lies in it"},
    {"table", kText, "the name or the route distinguisher of a VRF"},
    {"source", kText, "only routes of this source"},
    {"top", R"({"type":"integer","minimum":1,"maximum":10000})", "how many prefixes; 1000"},
});

constexpr auto kReport = std::to_array<ParameterDoc>({
    {"name", kText, "of the report, as the catalogue has it", true},
    {"start", kTime, "where the range begins; -3h"},
    {"end", kTime, "where the range ends, exclusive; now"},
    {"customer", kNames, "customers, separated by commas"},
    {"region", kNames, "regions of the customers"},
    {"router", kNames, "routers by name or address"},
    {"interface", kNames, "interfaces"},
    {"address", kAddress, "the address or network whose conversations are told"},
    {"src_ip", kNames, "source addresses and networks"},
    {"dst_ip", kNames, "destination addresses and networks"},
    {"src_as", kNames, "source autonomous systems"},
    {"dst_as", kNames, "destination autonomous systems"},
    {"src_port", kNames, "source ports and ranges"},
    {"dst_port", kNames, "destination ports and ranges"},
    {"filter", kFilter, "further conditions, in the filter language"},
    {"preset", kText, "what to look for in conversations"},
    {"least", kText, "the threshold of the preset"},
    {"direction", kText, "both, out or in"},
    {"side", kText, "local or remote"},
    {"detail", kText, "hosts, services or ports"},
    {"subnet", kText, "IPv4 subnets of this length instead of routed prefixes"},
    {"subnet6", kText, "IPv6 subnets of this length"},
    {"home", kNames, "the countries that count as domestic"},
    {"size", kText, "rows of a table; 10"},
    {"resolution", kText, "the length of a step"},
    {"sort", kText, "what the rows are sorted by; average"},
    {"layer", kText, "3, or 2 with what lies around IP packets"},
    {"overhead", kText, "octets of layer 2 for each packet; 18"},
    {"format", R"({"type":"string","enum":["json","csv","table"]})", "json"},
    kQueryId,
});
constexpr std::string_view kYesNo = R"({"type":"string","enum":["0","1"]})";
constexpr ParameterDoc kAsText = {"format", R"({"type":"string","enum":["json","text"]})", "text: as a terminal shows it"};
constexpr auto kAttacks = std::to_array<ParameterDoc>({
    {"open", kYesNo, "those that go on"}, {"past", kYesNo, "those that are over"}, {"from", kTime, "the beginning"},
    {"to", kTime, "the end"}, {"within", kText, "targets within this prefix"}, {"customer", kText, "of this customer"},
    {"top", R"({"type":"integer","minimum":1,"maximum":2000})", "how many; 200"}, kAsText,
});
constexpr auto kAttack = std::to_array<ParameterDoc>(
    {{"id", kText, "of the attack; with /evidence behind it a file to send to an upstream, format json or html", true},
     {"format", kText, "text: as a terminal shows it"}});
constexpr auto kAttackChanges = std::to_array<ParameterDoc>({{"after", kText, "the number of the last change that is known"}});
constexpr auto kDetectRules = std::to_array<ParameterDoc>({kAsText});
constexpr auto kExplain = std::to_array<ParameterDoc>({{"address", kAddress, "whose rules", true}, kAsText});
constexpr auto kBacktest = std::to_array<ParameterDoc>({
    {"rule", kText, "a rule in force, by name"}, {"filter", kFilter, "which flows a new rule counts"},
    {"measure", kText, "what it counts"}, {"per", kText, "for whom"}, {"way", kText, "in or out"},
    {"window", kText, "over how long"}, {"value", kText, "its threshold"}, {"from", kTime, "the beginning"},
    {"to", kTime, "the end"}, kAsText,
});
constexpr auto kMitigations = std::to_array<ParameterDoc>({{"closed", kText, "how many closed ones too"}});
constexpr auto kMitigationLog = std::to_array<ParameterDoc>({{"top", kText, "how many lines"}, {"id", kText, "only of this one"}});
constexpr auto kMitigation = std::to_array<ParameterDoc>({{"id", kText, "of the mitigation", true}});
constexpr auto kMitigationWanted = std::to_array<ParameterDoc>({
    {"target", kText, "the prefix"}, {"action", kText, "what is done"}, {"ttl", kText, "for how long"},
    {"dry_run", R"({"type":"boolean"})", "announce nothing"}, {"why", kText, "the reason, for the log"},
    {"attack", kText, "the attack that it is for"}, {"match", R"({"type":"object"})", "the signature, for FlowSpec"},
});
constexpr auto kMitigationDecided = std::to_array<ParameterDoc>({
    {"id", kText, "of the mitigation", true},
    {"decision", R"({"type":"string","enum":["approve","reject","withdraw"]})", "what is decided", true},
    {"why", kText, "the reason, for the log"},
});
constexpr ParameterDoc kGroup = {"group", kText, "the billing group", true};
constexpr ParameterDoc kMonth = {"month", kText, "such as 2026-11; this one"};
constexpr auto kBill = std::to_array<ParameterDoc>(
    {kGroup, kMonth, {"format", R"({"type":"string","enum":["json","csv","table"]})", "json; csv has the samples"},
     {"samples", R"({"type":"string","enum":["yes","no"]})", "with the samples in JSON; no"}});
constexpr auto kCounters = std::to_array<ParameterDoc>({
    {"exporter", kAddress, "whose interface", true},
    {"index", R"({"type":"integer","minimum":0,"maximum":4294967295})", "its ifIndex", true},
    {"from", kTime, "the beginning"},
    {"to", kTime, "the end, exclusive; now"},
    {"resolution", kText, "the length of a step such as 5m"},
});

constexpr std::string_view kDocumentName = R"({"type":"string","minLength":1,"maxLength":100})";
constexpr std::string_view kRevision = R"({"type":"integer","minimum":0})";
constexpr ParameterDoc kDocumentId = {"id", R"({"type":"string","maxLength":64,"pattern":"^[a-z0-9-]+$"})",
                                      "what it is saved as", true};
constexpr auto kDocumentPath = std::to_array<ParameterDoc>({kDocumentId});
constexpr auto kDashboard = std::to_array<ParameterDoc>({
    kDocumentId,
    {"name", kDocumentName, "what people call it", true},
    {"revision", kRevision, "the one that was read; 0 or nothing for a new one"},
    {"tiles", R"({"type":"array","maxItems":40,"items":{"type":"object"}})", "what stands on it", true},
});
constexpr auto kSavedFilter = std::to_array<ParameterDoc>({
    kDocumentId,
    {"name", kDocumentName, "what people call it", true},
    {"revision", kRevision, "the one that was read; 0 or nothing for a new one"},
    {"filter", kFilter, "in the filter language", true},
    {"address", R"({"type":"string","maxLength":4096,"pattern":"^/"})", "the part of a link that begins with /"},
});

constexpr auto kCustomers = std::to_array<ParameterDoc>({
    {"revision", kRevision, "the one that was read", true},
    {"customers", R"({"type":"array","items":{"$ref":"#/components/schemas/Customer"}})", "all that the page keeps"},
    {"regions", R"({"type":"array","items":{"$ref":"#/components/schemas/Region"}})", "all that the page keeps"},
});

constexpr auto kBillOnly = std::to_array<ParameterDoc>({kGroup, kMonth});
constexpr auto kBillVerify = std::to_array<ParameterDoc>(
    {kGroup, kMonth, {"store", R"({"type":"string","enum":["yes","no"]})", "also against what the store still holds; yes"}});
constexpr auto kBillAnswers =
    std::to_array<AnswerDoc>({{"application/json", "Bill"}, {"text/csv", ""}, {"text/plain", ""}});
constexpr auto kReportAnswers =
    std::to_array<AnswerDoc>({{"application/json", "Report"}, {"text/csv", ""}, {"text/plain", ""}});

/// One kind of answer, in JSON of this shape.
template <std::size_t N>
struct Name {
  constexpr Name(const char (&text)[N]) { std::copy_n(text, N, value); }
  char value[N];
};
template <Name name>
constexpr auto kJson = std::to_array<AnswerDoc>({{"application/json", std::string_view(name.value)}});
template <Name name>
constexpr auto kJsonOrText =
    std::to_array<AnswerDoc>({{"application/json", std::string_view(name.value)}, {"text/plain", ""}});
constexpr auto kAttackAnswers =
    std::to_array<AnswerDoc>({{"application/json", "Attack"}, {"text/plain", ""}, {"text/html", ""}});
constexpr auto kPlain = std::to_array<AnswerDoc>({{"text/plain", ""}});
constexpr auto kEvents = std::to_array<AnswerDoc>({{"text/event-stream", ""}});

// clang-format off
constexpr auto kRoutes = std::to_array<RouteDoc>({
  {"GET", "/healthz", "Whether the server answers at all", {}, kPlain},
  {"GET", "/metrics", "All counters, in the text format of Prometheus", {}, kPlain},
  {"GET", "/api/v1/openapi.json", "This description", {}, kJson<"OpenApi">},
  {"GET", "/api/v1/status", "Version, uptime, rates, exporters with their counters, the store, alarms", {}, kJson<"Status">},
  {"GET", "/api/v1/config", "The configuration that runs, without its secrets", {}, kJson<"Config">},
  {"GET", "/api/v1/customers", "Customers and regions, of the configuration and of the page", {}, kJson<"Customers">},
  {"PUT", "/api/v1/customers", "Saves the customers and regions that the page keeps; in force at once", kCustomers, kJson<"Customers">, true},
  {"GET", "/api/v1/doctor", "What is wrong and what to do", kDoctor, kJsonOrText<"Doctor">},
  {"GET", "/api/v1/columns", "Every column of a flow, and what it means", {}, kJson<"Columns">},
  {"GET", "/api/v1/query", "A question about traffic: sums, tops, series", kQuery, kQueryAnswers},
  {"POST", "/api/v1/query", "A question about traffic: sums, tops, series", kQuery, kQueryAnswers, true},
  {"GET", "/api/v1/reports", "The catalogue of reports, with the parameters of each", {}, kJson<"Reports">},
  {"GET", "/api/v1/reports/{name}", "Runs a report; which parameters it takes is told in the catalogue", kReport, kReportAnswers},
  {"POST", "/api/v1/reports/{name}", "Runs a report; which parameters it takes is told in the catalogue", kReport, kReportAnswers, true},
  {"GET", "/api/v1/billing", "Billing groups and their bills", {}, kJson<"Billing">},
  {"GET", "/api/v1/billing/bill", "One bill", kBill, kBillAnswers},
  {"GET", "/api/v1/billing/file", "A frozen bill as it lies on disk", kBillOnly, kJson<"Bill">},
  {"GET", "/api/v1/billing/verify", "Whether a frozen bill is still in order", kBillVerify, kJson<"BillCheck">},
  {"POST", "/api/v1/billing/freeze", "Freezes the bill of a month that is over", kBillOnly, kJson<"Bill">, true},
  {"GET", "/api/v1/attacks", "Attacks, without their evidence", kAttacks, kJsonOrText<"Attacks">},
  {"GET", "/api/v1/attacks/{id}", "All of one attack", kAttack, kAttackAnswers},
  {"GET", "/api/v1/detect", "What detection holds and does", {}, kJson<"Detect">},
  {"GET", "/api/v1/detect/changes", "What became of attacks since a change", kAttackChanges, kJson<"AttackChanges">},
  {"GET", "/api/v1/detect/rules", "The rules in force", kDetectRules, kJsonOrText<"Detect">},
  {"GET", "/api/v1/detect/explain", "Which rules govern an address and how near each is", kExplain, kJsonOrText<"Detect">},
  {"GET", "/api/v1/detect/backtest", "A rule over stored flows", kBacktest, kJsonOrText<"Detect">},
  {"POST", "/api/v1/detect/backtest", "A rule over stored flows", kBacktest, kJsonOrText<"Detect">},
  {"GET", "/api/v1/mitigations", "What is done against attacks, open ones first", kMitigations, kJson<"Mitigations">},
  {"POST", "/api/v1/mitigations", "Proposes a mitigation; with a token, and in JSON; answered 201", kMitigationWanted, kJson<"Mitigation">, true},
  {"GET", "/api/v1/mitigations/log", "The audit log, the newest first", kMitigationLog, kJson<"MitigationLog">},
  {"POST", "/api/v1/mitigations/check", "What a mitigation would do and what forbids it, without a trace", kMitigationWanted, kJson<"Mitigation">, true},
  {"GET", "/api/v1/mitigations/{id}", "One mitigation", kMitigation, kJson<"Mitigation">},
  {"POST", "/api/v1/mitigations/{id}/{decision}", "Approves, rejects or withdraws; with a token, and in JSON", kMitigationDecided, kJson<"Mitigation">, true},
  {"GET", "/api/v1/flows", "Flows themselves: a page, or all as they come", kFlows, kFlowsAnswers},
  {"POST", "/api/v1/flows", "Flows themselves: a page, or all as they come", kFlows, kFlowsAnswers, true},
  {"GET", "/api/v1/sql", "SQL, read only", kSql, kSqlAnswers},
  {"POST", "/api/v1/sql", "SQL, read only", kSql, kSqlAnswers, true},
  {"GET", "/api/v1/complete", "What could be typed next in a filter", kComplete, kJson<"Completion">},
  {"POST", "/api/v1/complete", "What could be typed next in a filter", kComplete, kJson<"Completion">, true},
  {"GET", "/api/v1/exporters", "Who sends flows", {}, kJson<"Exporters">},
  {"GET", "/api/v1/interfaces", "The interfaces of the exporters, with rates and counters", kInterfaces, kJson<"Interfaces">},
  {"GET", "/api/v1/interfaces/counters", "What an interface counted itself, by step", kCounters, kJson<"InterfaceCounters">},
  {"GET", "/api/v1/dashboards", "Dashboards that people saved", {}, kJson<"Dashboards">},
  {"GET", "/api/v1/dashboards/{id}", "One dashboard", kDocumentPath, kJson<"Document">},
  {"PUT", "/api/v1/dashboards/{id}", "Saves a dashboard, in JSON; 409 when somebody else saved it meanwhile", kDashboard, kJson<"Document">, true},
  {"DELETE", "/api/v1/dashboards/{id}", "Deletes a dashboard", kDocumentPath, kJson<"Nothing">},
  {"GET", "/api/v1/filters", "Filters that people saved", {}, kJson<"Filters">},
  {"GET", "/api/v1/filters/{id}", "One saved filter", kDocumentPath, kJson<"Document">},
  {"PUT", "/api/v1/filters/{id}", "Saves a filter, in JSON; 409 when somebody else saved it meanwhile", kSavedFilter, kJson<"Document">, true},
  {"DELETE", "/api/v1/filters/{id}", "Deletes a saved filter", kDocumentPath, kJson<"Nothing">},
  {"GET", "/api/v1/names", "Names of addresses, from the reverse DNS", kNamesOf, kJson<"Names">},
  {"GET", "/api/v1/queries", "The questions that run, and how far they are", {}, kJson<"Queries">},
  {"DELETE", "/api/v1/queries/{id}", "Ends a question that runs", kQueryPath, kJson<"Cancelled">},
  {"GET", "/api/v1/as", "Names of autonomous systems", kAs, kJson<"Ases">},
  {"GET", "/api/v1/route", "Which route an address has, from which source, and why", kRoute, kJsonOrText<"Route">},
  {"GET", "/api/v1/rib", "The routing table and where its routes come from", {}, kJson<"Rib">},
  {"GET", "/api/v1/rib/routes", "What the routing table holds, prefix by prefix", kRibRoutes, kJson<"RibRoutes">},
  {"GET", "/api/v1/live", "Server-sent events: what the page shows moving", {}, kEvents},
});
// clang-format on

}  // namespace

std::span<const RouteDoc> route_docs() {
  return kRoutes;
}

}  // namespace weir::serve
