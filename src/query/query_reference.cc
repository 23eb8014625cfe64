#include "query/query_reference.h"

#include <string_view>

#include "query/query_options.h"
#include "query/validate.h"

namespace weir::query {
namespace {

constexpr std::string_view kIntroduction = R"md(# The question

`weir query` and `/api/v1/query` ask the same question: sums of traffic over a range of time, by columns, the largest first.

    weir query 'dst port 443' --by src_addr --from -30m --top 3
    curl 'http://127.0.0.1:8080/api/v1/query?filter=dst+port+443&by=src_addr&from=-30m&top=3'

    weir query --by dst_as --resolution 5m --rank percentile_95 --no-series
    weir query --by exporter,in_if --resolution 5m --share --compare 7d
    weir query --by src_customer --both --overhead 38
    weir query --by src_addr --metric distinct --distinct dst_addr,dst_port

On the command line options are `--NAME VALUE`, those of yes or no `--NAME`, or `--no-NAME` where yes is the default, and the
words that are no option are the filter. In the API they are parameters of the query string, or members of a form or of a JSON object.

| option | value | default | meaning |
|---|---|---|---|
)md";

constexpr std::string_view kAnswer = R"md(
## What is counted

`bytes` and `packets` are multiplied by the sampling rate. What a flow carried belongs to all the time between its start and
its end: of a flow of ten minutes each of its minutes has its share, and of one that reaches out of the range the part inside
counts. `flows` counts where a flow ended.

A beginning or end that is relative to now is rounded down: to the resolution; and from ranges of 10 minutes on to a minute, of
6 hours to 5 minutes, of 2 days to an hour. So the sums that Weir keeps by the minute, by 5 minutes and by the hour can answer.
They are read wherever they give exactly the same answer as the flows, the coarsest first; the answer says what was read
(`source`: `flows`, `1m`, `5m`, `1h`, or several).

## Statistics

With a resolution each row has, over the buckets of the range, the minimum, maximum, average, last and 95th percentile of the
rate of the metric: bit/s, packets/s or flows/s. A bucket in which nothing happened is a sample of 0. The average is over the
whole range.

The 95th percentile is the one of invoices: all samples of the range are sorted, the top 5 % of them (their number rounded down)
are thrown away, and the highest that is left counts. Of the 8640 samples of 30 days by 5 minutes, 432 are thrown away.

The rank `percentile_95`, like `maximum` and `last`, is found among all rows there are, not among those with most in total.

## The answer

As a table for people, as JSON, or as CSV (RFC 4180, with the units in the header).

JSON: `from`, `to`, `by`, `unit` (of the statistics), `rows`, `other` (what is not in the rows, or null), `total`, `as_names`,
`source`, `rows_read`, `took_ms`. A row has its keys by the name of the column, `bytes`, `packets` and `flows`, and what was asked
for of these:

| member | with | |
|---|---|---|
| `layer2_bytes` | `overhead` | bytes of layer 2 |
| `packet_size` | the metric of that name | bytes by packets; null without packets |
| `distinct` | `distinct` | by column, how many different values |
| `speed_bps` | `share` | the speed of the interface in bit/s, null where it is not known |
| `statistics` | `resolution` | `minimum`, `maximum`, `average`, `last`, `percentile_95` |
| `series` | `resolution` | a list of `time`, `bytes`, `packets`, `flows` |
| `reverse` | `both` | the other way: sums, statistics and series |
| `previous` | `compare` | the earlier time: sums, statistics and series |

CSV has one line for each row; with a series one for each row and bucket, and then without what is of a row as a whole.
)md";

void append_cell(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
}

}  // namespace

std::string query_reference_markdown() {
  std::string out(kIntroduction);
  for (const QueryOptionInfo& info : query_options()) {
    out +=
        "| `" + std::string(info.name) + "` | " + (info.value.empty() ? "yes or no" : std::string(info.value)) + " | ";
    append_cell(out, info.fallback);
    out += " | ";
    append_cell(out, info.meaning);
    out += " |\n";
  }
  out += "\nColumns: [columns.md](columns.md). Filters: [filter.md](filter.md). A question has at most " +
         std::to_string(kMostKeys) + " columns to group by,\n" + std::to_string(kMostTop) + " rows, " +
         std::to_string(kMostBuckets) + " buckets, " + std::to_string(kMostCells) +
         " rows times buckets (counting the other way and the\nearlier time), and " + std::to_string(kMostDistinct) +
         " columns of different values.\n";
  out += kAnswer;
  return out;
}

}  // namespace weir::query
