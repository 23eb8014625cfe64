#include "serve/answer_json.h"

#include <boost/json.hpp>

#include "serve/json_cell.h"

namespace weir::serve {
namespace {

namespace json = boost::json;

void add_sums(json::object& to, const query::Sums& sums) {
  to["bytes"] = sums.bytes;
  to["packets"] = sums.packets;
  to["flows"] = sums.flows;
}

json::object row_json(const query::Query& query, const query::Answer& answer, const query::Row& row) {
  json::object out;
  for (std::size_t i = 0; i < row.key.size() && i < query.by.size(); ++i)
    out[flow::name(query.by[i])] = cell_json(row.key[i]);
  add_sums(out, row.sums);
  if (!query.resolution_ms) return out;
  json::array series;
  for (std::size_t i = 0; i < row.series.size() && i < answer.buckets.size(); ++i) {
    json::object bucket{{"time", answer.buckets[i]}};
    add_sums(bucket, row.series[i]);
    series.push_back(std::move(bucket));
  }
  out["series"] = std::move(series);
  return out;
}

}  // namespace

std::string answer_json(const query::Query& query, const query::Answer& answer) {
  json::array by;
  for (const flow::Column column : query.by) by.emplace_back(flow::name(column));
  json::array rows;
  for (const query::Row& row : answer.rows) rows.push_back(row_json(query, answer, row));
  json::object out{{"from", answer.from_ms}, {"to", answer.to_ms}, {"by", std::move(by)}, {"rows", std::move(rows)}};
  out["other"] = answer.other ? json::value(row_json(query, answer, *answer.other)) : json::value();
  out["total"] = row_json(query, answer, answer.total);
  out["source"] = answer.source;
  out["rows_read"] = answer.rows_read;
  out["took_ms"] = answer.took_ms;
  return json::serialize(out);
}

}  // namespace weir::serve
