#include <array>
#include <utility>

#include "query/csv.h"
#include "query/format.h"
#include "query/statistics.h"

namespace weir::query {
namespace {

bool has_series(const Query& query) {
  return query.resolution_ms && query.series;
}

/// The columns of one line's sums.
void append_sums_header(std::string& out, const Query& query, const std::string& prefix) {
  for (const char* header : {"bytes (B)", "packets (p)", "flows"}) out += "," + prefix + header;
  if (query.layer2_overhead) out += "," + prefix + "layer2_bytes (B)";
}

void append_sums(std::string& out, const Query& query, const Sums& sums) {
  out += ',' + std::to_string(sums.bytes) + ',' + std::to_string(sums.packets) + ',' + std::to_string(sums.flows);
  if (query.layer2_overhead) out += ',' + std::to_string(layer2_bytes(sums, *query.layer2_overhead));
}

constexpr std::array<std::string_view, 5> kStatistics = {"minimum", "maximum", "average", "last", "percentile_95"};

void append_statistics_header(std::string& out, const Query& query, const std::string& prefix) {
  for (const std::string_view name : kStatistics)
    out += "," + prefix + std::string(name) + " (" + std::string(rate_unit(query.metric)) + ")";
}

void append_statistics(std::string& out, const std::optional<Statistics>& statistics) {
  if (!statistics) return out.append(kStatistics.size(), ','), void();
  for (const double value : {statistics->minimum, statistics->maximum, statistics->average, statistics->last,
                             statistics->percentile_95}) {
    out += ',';
    append_csv_real(out, value);
  }
}

void append_header(std::string& out, const Query& query) {
  out += "row";
  for (const flow::Column column : query.by) {
    const flow::ColumnInfo& info = flow::info(column);
    out += ',';
    out += info.name;
    if (!info.unit.empty()) out += " (" + std::string(info.unit) + ")";
  }
  if (has_series(query)) out += ",bucket (ms since 1970-01-01 UTC)";
  append_sums_header(out, query, "");
  if (!has_series(query)) {
    if (query.metric == Metric::packet_size) out += ",packet_size (B/p)";
    for (const flow::Column column : query.distinct) out += ",distinct " + std::string(flow::name(column));
    if (query.interface_share) out += ",speed (bit/s)";
    if (query.resolution_ms) append_statistics_header(out, query, "");
  }
  for (const auto& [asked, prefix] :
       {std::pair(query.both_directions, "reverse "), std::pair(query.compare_ms.has_value(), "previous ")}) {
    if (!asked) continue;
    append_sums_header(out, query, prefix);
    if (query.resolution_ms && !has_series(query)) append_statistics_header(out, query, prefix);
  }
  out += kCsvLineEnd;
}

/// What is known of a row as a whole: not on the lines of a series, which are of its buckets.
void append_measures(std::string& out, const Query& query, const Row& row) {
  if (query.metric == Metric::packet_size) {
    out += ',';
    if (const auto size = packet_size(row.sums)) append_csv_real(out, *size);
  }
  for (std::size_t i = 0; i < query.distinct.size(); ++i)
    out += ',' + (i < row.distinct.size() ? std::to_string(row.distinct[i]) : "");
  if (query.interface_share) out += ',' + (row.speed_bps ? std::to_string(*row.speed_bps) : "");
  if (query.resolution_ms) append_statistics(out, row.statistics);
}

Sums at(const std::vector<Sums>& series, std::size_t bucket) {
  return bucket < series.size() ? series[bucket] : Sums{};
}

/// The lines of one row: one, or one for each bucket.
void append_row(std::string& out, const Query& query, const Answer& answer, std::string_view name, const Row& row) {
  std::string start(name);
  for (std::size_t i = 0; i < query.by.size(); ++i) {
    start += ',';
    if (i < row.key.size()) append_csv_cell(start, row.key[i]);
  }
  const std::array others = {std::pair(query.both_directions, &row.reverse),
                             std::pair(query.compare_ms.has_value(), &row.previous)};
  if (!has_series(query)) {
    out += start;
    append_sums(out, query, row.sums);
    append_measures(out, query, row);
    for (const auto& [asked, other] : others) {
      if (!asked) continue;
      const Traffic traffic = other->value_or(Traffic{});
      append_sums(out, query, traffic.sums);
      if (query.resolution_ms) append_statistics(out, traffic.statistics);
    }
    out += kCsvLineEnd;
    return;
  }
  for (std::size_t i = 0; i < answer.buckets.size() && i < row.series.size(); ++i) {
    out += start + "," + std::to_string(answer.buckets[i]);
    append_sums(out, query, row.series[i]);
    for (const auto& [asked, other] : others) {
      if (asked) append_sums(out, query, *other ? at((*other)->series, i) : Sums{});
    }
    out += kCsvLineEnd;
  }
}

}  // namespace

std::string format_csv(const Query& query, const Answer& answer) {
  std::string out;
  append_header(out, query);
  for (std::size_t i = 0; i < answer.rows.size(); ++i)
    append_row(out, query, answer, std::to_string(i + 1), answer.rows[i]);
  if (answer.other) append_row(out, query, answer, "other", *answer.other);
  append_row(out, query, answer, "total", answer.total);
  return out;
}

}  // namespace weir::query
