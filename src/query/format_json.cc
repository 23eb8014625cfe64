#include <array>
#include <charconv>

#include "flow/value_text.h"
#include "query/as_names_of.h"
#include "query/format.h"
#include "query/statistics.h"
#include "query/text_of_json.h"

namespace weir::query {
namespace {

void append_sums(std::string& out, const Query& query, const Sums& sums) {
  out += "\"bytes\":" + std::to_string(sums.bytes) + ",\"packets\":" + std::to_string(sums.packets) +
         ",\"flows\":" + std::to_string(sums.flows);
  if (query.layer2_overhead)
    out += ",\"layer2_bytes\":" + std::to_string(layer2_bytes(sums, *query.layer2_overhead));
}

/// "packet_size": null where there are no packets.
void append_packet_size(std::string& out, const Sums& sums) {
  out += ",\"packet_size\":";
  if (const auto size = packet_size(sums)) {
    append_real(out, *size);
  } else {
    out += "null";
  }
}

void append_statistics(std::string& out, const std::optional<Statistics>& statistics) {
  if (!statistics) return;
  const auto member = [&](std::string_view name, double value) {
    append_quoted(out, name);
    out += ':';
    append_real(out, value);
  };
  out += ",\"statistics\":{";
  member("minimum", statistics->minimum), out += ',';
  member("maximum", statistics->maximum), out += ',';
  member("average", statistics->average), out += ',';
  member("last", statistics->last), out += ',';
  member("percentile_95", statistics->percentile_95);
  out += '}';
}

void append_series(std::string& out, const Query& query, const Answer& answer, const std::vector<Sums>& series) {
  if (!query.resolution_ms || !query.series) return;
  out += ",\"series\":[";
  for (std::size_t i = 0; i < answer.buckets.size() && i < series.size(); ++i) {
    if (i > 0) out += ',';
    out += "{\"time\":" + std::to_string(answer.buckets[i]) + ',';
    append_sums(out, query, series[i]);
    out += '}';
  }
  out += ']';
}

void append_traffic(std::string& out, std::string_view name, const Query& query, const Answer& answer,
                    const std::optional<Traffic>& traffic) {
  if (!traffic) return;
  out += ",\"" + std::string(name) + "\":{";
  append_sums(out, query, traffic->sums);
  append_statistics(out, traffic->statistics);
  append_series(out, query, answer, traffic->series);
  out += '}';
}

void append_row(std::string& out, const Query& query, const Answer& answer, const Row& row) {
  out += '{';
  for (std::size_t i = 0; i < query.by.size() && i < row.key.size(); ++i) {
    append_quoted(out, flow::name(query.by[i]));
    out += ':';
    append_cell(out, row.key[i]);
    out += ',';
  }
  append_sums(out, query, row.sums);
  if (query.metric == Metric::packet_size) append_packet_size(out, row.sums);
  if (!query.distinct.empty()) {
    out += ",\"distinct\":{";
    for (std::size_t i = 0; i < query.distinct.size() && i < row.distinct.size(); ++i) {
      if (i > 0) out += ',';
      append_quoted(out, flow::name(query.distinct[i]));
      out += ":" + std::to_string(row.distinct[i]);
    }
    out += '}';
  }
  if (query.interface_share) out += ",\"speed_bps\":" + (row.speed_bps ? std::to_string(*row.speed_bps) : "null");
  append_statistics(out, row.statistics);
  append_series(out, query, answer, row.series);
  append_traffic(out, "reverse", query, answer, row.reverse);
  append_traffic(out, "previous", query, answer, row.previous);
  out += '}';
}

/// "as_names":{"15169":{"name":"GOOGLE","country":"US"}}, where names are known.
void append_as_names(std::string& out, const Answer& answer) {
  if (answer.as_names.empty()) return;
  out += ",\"as_names\":{";
  for (const flow::AsName& name : answer.as_names) {
    if (out.back() != '{') out += ',';
    append_quoted(out, std::to_string(name.as));
    out += ":{\"name\":";
    append_quoted(out, name.name);
    out += ",\"country\":";
    append_quoted(out, name.country);
    out += '}';
  }
  out += '}';
}

}  // namespace

std::string format_json(const Query& query, const Answer& answer) {
  std::string out =
      "{\"from\":" + std::to_string(answer.from_ms) + ",\"to\":" + std::to_string(answer.to_ms) + ",\"by\":[";
  for (std::size_t i = 0; i < query.by.size(); ++i) {
    if (i > 0) out += ',';
    append_quoted(out, flow::name(query.by[i]));
  }
  out += ']';
  if (query.resolution_ms) {
    out += ",\"unit\":";
    append_quoted(out, rate_unit(query.metric));
  }
  out += ",\"rows\":[";
  for (std::size_t i = 0; i < answer.rows.size(); ++i) {
    if (i > 0) out += ',';
    append_row(out, query, answer, answer.rows[i]);
  }
  out += "],\"other\":";
  if (answer.other) {
    append_row(out, query, answer, *answer.other);
  } else {
    out += "null";
  }
  out += ",\"total\":";
  append_row(out, query, answer, answer.total);
  append_as_names(out, answer);
  out += ",\"source\":";
  append_quoted(out, answer.source);
  return out + ",\"rows_read\":" + std::to_string(answer.rows_read) + ",\"took_ms\":" + std::to_string(answer.took_ms) +
         "}\n";
}

}  // namespace weir::query
