#include "query/report/reference.h"

#include <string_view>

#include "base/markdown.h"
#include "query/report/catalogue.h"

namespace weir::query::report {
namespace {

constexpr std::string_view kIntroduction = R"(<!-- Written by the program from its tables; do not edit. -->

# Reports

Questions that a NOC asks again and again, each as a form of a few fields. The same report is on the page, on the command line
and in the API:

    weir report usage-by-asn --start -24h --customer "Acme" --direction out
    weir report usage-by-interface --router AIMS-PCCW --format csv
    weir report conversation-history --preset spam --start -1h
    curl 'http://127.0.0.1:8080/api/v1/reports'
    curl 'http://127.0.0.1:8080/api/v1/reports/usage-by-asn?start=-24h&direction=out&format=csv'

A report is one or several tables. Rates are in bit/s; Max, Avg, Min and 95 % are over samples as long as the resolution, empty
ones as zero. The 95th percentile is the one of invoices: the samples are sorted, the top 5 % are thrown away (their number
rounded down), and the highest that is left counts. Totals are multiplied by the sampling rate, and a long flow is spread over
the samples that it lasted.

)";

constexpr std::string_view kForms = R"(
## Lists

`customer`, `region`, `router`, `interface` and `home` take names separated by commas; a name with a comma stands in double
quotes (a quote within is doubled). `src_ip` and `dst_ip` take addresses and networks, `src_as` and `dst_as` numbers and ranges
with or without `AS`, `src_port` and `dst_port` numbers, ranges and names of services: `80,443,1024-65535`. A list holds at most
1000 values. Fields of different names must all match; within a list one must.

## Direction

A flow has a direction where its exporter tells one or the classes of its two interfaces say which of them leads outside
(`interface_classes`). A report of what goes out counts `direction = "out"` alone, so that traffic that passes several routers
counts once, at the border. `direction=any` takes all flows whatever their direction. Usage by interface counts everything that
an interface passes, as the router's own counters do.

## Shape of the JSON

    {"report", "title", "from", "to", "resolution_ms" or null, "notes": [text..], "questions", "took_ms", "tables": [
      {"name", "title", "unit", "filter", "by": [column..], "source", "rows_read", "buckets": [ms..],
       "columns": [{"name", "title", "unit", "kind"}..],
       "rows": [{"cells": [..], "filter", "series": [number..]}..], "other": row or null, "total": row or null}..]}

`cells` has one for each of `columns`: null where unknown, a number, or text. `filter` of a row is a filter that finds what the
row is made of, for `weir query` or another report; null where there is none. `series` are rates in the table's `unit`, one for
each of `buckets` (its beginning). Times are milliseconds since 1970 (UTC). `source` says what the store read: `1h+5m` are sums
kept by the hour and by five minutes, `flows` the flows themselves. `kind` is one of `text`, `number` (counts something), `id`
(names something), `rate`, `amount`, `share` (percent), `money`, `time`. What changes is added, never taken away.

In CSV (RFC 4180) all tables are one: `table` and `row` (the rank, `other`, `total`) come first, then the columns of all tables
with their units; times are ISO 8601 (UTC).

## Customer profile

`uplinks_out` and `uplinks_in`: the customer's traffic by interface of class transit, peering or ix. `reach_out` and `reach_in`:
domestic is what has its other end in a home country: those of `home`, else of `billing.home_countries`, else the customer's
region where that is an ISO code. The country is that of the address or, where it is not known, the one in which its AS is
registered. `cost`: for each link with a price (`billing.links`), in the direction in which the link is busier, the customer's
95th percentile and its share of the link's, and two estimates for a month like the range: the price times the customer's own
95th percentile, and the customer's share of the link's bytes times the link's cost (price times the larger of its 95th
percentile and its commitment). The second adds up to the link's cost over all customers; the first may exceed it, because
customers are busy at different times.

## Conversation history

With an `address`: to whom it sent, from whom it received, and its newest flow records. `preset` looks for abuse instead, of one
address or of all: `spam`, sources that reached many different addresses on TCP port 25; `amplification`, large answers from the
UDP ports 19, 53, 123, 161, 389, 1900 and 11211 by victim, with the number of reflectors; `scanning`, sources that reached many
destinations or ports within a minute, looked for among those with most of them over the range.
)";

void append_report(std::string& out, const Report& report) {
  out += "| " + markdown_code(report.name) + " | " + markdown_cell(report.purpose) + " | ";
  bool first = true;
  for (const std::string_view name : parameters_of(report)) {
    out += (first ? "" : ", ") + markdown_code(name);
    first = false;
  }
  out += " |\n";
}

}  // namespace

std::string reports_reference_markdown() {
  std::string out(kIntroduction);
  out += "| report | what it is for | parameters |\n|---|---|---|\n";
  for (const Report& report : reports()) append_report(out, report);
  out += "\n## Parameters\n\nThey have the same names everywhere; on the command line they are options (`--src_ip` or "
         "`--src-ip`).\n\n| parameter | value | default | meaning | example |\n|---|---|---|---|---|\n";
  for (const ParameterInfo& info : parameters()) {
    std::string value(type_name(info.type));
    if (!info.choices.empty()) value = std::string(info.choices);
    out += "| " + markdown_code(info.name) + " | " + markdown_cell(value) + " | " + markdown_code(info.fallback) + " | " + markdown_cell(info.meaning) + " | " +
           markdown_code(info.example) + " |\n";
  }
  out += kForms;
  return out;
}

}  // namespace weir::query::report
