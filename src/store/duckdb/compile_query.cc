#include <algorithm>

#include "flow/spread.h"
#include "query/validate.h"
#include "store/duckdb/compile.h"
#include "store/duckdb/compile_column.h"
#include "store/duckdb/compile_literal.h"

// The statement, from the inside out:
//
//   base    the relation's rows that matter: keys k0.., time t, duration d, and what the row adds in all: b, p, f
//   top     the N largest keys by the metric; only this one sum is made for every key, which is what the question costs
//   ranked  base again, each row with the rank of its key, or NULL
//   sums    of ranked, by rank and bucket; rows that lie within one bucket take the fast path, the others are split
//
// Rollup rows lie within one bucket by construction, so that their duration is 0 and nothing is split.

namespace weir::store {
namespace {

using flow::Column;

constexpr std::string_view kKeyPrefix = "k";
constexpr std::string_view kMostUbigint = "18446744073709551615";

/// What the parts of the statement need to know.
struct Shape {
  const query::Query& query;
  bool rollup = false;
  std::string from;
  std::string to;
  std::vector<std::string> keys;         ///< expressions over the relation
  std::vector<std::string> key_names;    ///< k0, k1, ...
};

Shape shape_of(const query::Query& query, Source source) {
  Shape out{query, source != Source::flows, sql_time(query.from_ms), sql_time(query.to_ms), {}, {}};
  for (const Column column : query.by) {
    for (const std::string& key : key_sql(column)) {
      out.key_names.push_back(std::string(kKeyPrefix) + std::to_string(out.keys.size()));
      out.keys.push_back(key);
    }
  }
  return out;
}

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += between;
    out += part;
  }
  return out;
}

/// flow::share_before() over the columns t and d. In 64 bits: with total = q * n + r, total * into / n = q * into + r * into
/// / n; q * into is at most total, and r and into are below 2^23.
std::string share_before_sql(const std::string& total, const std::string& until) {
  const std::string into = "(" + until + " - (t - d))";
  return "CASE WHEN " + until + " > t THEN " + total + " WHEN " + into + " <= 0 THEN 0 ELSE " + total + " // (d + 1) * " + into + " + " +
         total + " % (d + 1) * " + into + " // (d + 1) END";
}

std::string share_sql(const std::string& total, const std::string& from, const std::string& to) {
  return "((" + share_before_sql(total, to) + ") - (" + share_before_sql(total, from) + "))";
}

/// A counter times the sampling rate, nothing where it is unknown or marked; below flow::kMostCounted, so that BIGINT holds it
/// and sums of it are the fast ones.
std::string weighed_sql(Column counter, unsigned suspect_bit) {
  return "CASE WHEN coalesce(\"suspect\", 0) & " + std::to_string(suspect_bit) + " = 0 THEN coalesce((" + sql_name(counter) +
         " * coalesce(\"sampling_rate\", 1))::BIGINT, 0) ELSE 0 END";
}

std::string base_sql(const Shape& shape, std::string_view relation, const std::string& filter) {
  std::string select = "SELECT ";
  for (std::size_t i = 0; i < shape.keys.size(); ++i) select += shape.keys[i] + " AS " + shape.key_names[i] + ", ";
  const std::string within = " FROM " + std::string(relation) + " WHERE (" + filter + ") AND \"time\" >= " + shape.from;
  if (shape.rollup) {
    const auto counter = [](Column column) { return "least(coalesce(" + sql_name(column) + ", 0), 9223372036854775807)::BIGINT"; };
    return select + "\"time\" AS t, 0::BIGINT AS d, " + counter(Column::bytes) + " AS b, " + counter(Column::packets) + " AS p, " +
           counter(Column::flows) + " AS f" + within + " AND \"time\" < " + shape.to +
           " AND (\"bytes\" > 0 OR \"packets\" > 0 OR \"flows\" > 0)";
  }
  const std::string most = std::to_string(flow::kMostSpreadMs);
  const std::string lasted = "coalesce(\"flow_end\" - \"flow_start\", 0)";
  select += "\"time\" AS t, least(greatest(" + lasted + ", 0), " + most + ") AS d, " + weighed_sql(Column::bytes, flow::kSuspectBytes) +
            " AS b, " + weighed_sql(Column::packets, flow::kSuspectPackets) + " AS p, coalesce(\"flows\", 1)::BIGINT AS f";
  // A flow that ended behind the range matters when it began within or before it, and if only some of it falls in.
  const std::string reaches = " AND \"time\" < " + shape.to + " + " + most + " AND (\"time\" < " + shape.to + " OR least(" + lasted + ", " +
                              most + ") > \"time\" - " + shape.to + ")";
  return "SELECT * FROM (" + select + within + reaches + ") WHERE t < " + shape.to + " OR " + share_sql("b", shape.from, shape.to) +
         " > 0 OR " + share_sql("p", shape.from, shape.to) + " > 0";
}

/// What a row adds to the metric within the range.
std::string metric_sql(const Shape& shape) {
  if (shape.query.metric == query::Metric::flows) return shape.rollup ? "f" : "CASE WHEN t < " + shape.to + " THEN f ELSE 0 END";
  const std::string total = shape.query.metric == query::Metric::bytes ? "b" : "p";
  if (shape.rollup) return total;
  return "CASE WHEN t < " + shape.to + " AND t - " + shape.from + " >= d THEN " + total + " ELSE " + share_sql(total, shape.from, shape.to) +
         " END";
}

std::string top_sql(const Shape& shape) {
  std::string order = "m DESC";
  for (const std::string& key : shape.key_names) order += ", " + key + " NULLS LAST";
  const std::string keys = join(shape.key_names, ", ");
  return "SELECT row_number() OVER (ORDER BY " + order + ") AS rank, " + keys + " FROM (SELECT " + keys + ", sum(" + metric_sql(shape) +
         ") AS m FROM base GROUP BY " + keys + " ORDER BY " + order + " LIMIT " + std::to_string(shape.query.top) + ")";
}

std::string ranked_sql(const Shape& shape) {
  if (shape.keys.empty()) return "SELECT NULL::BIGINT AS rank, t, d, b, p, f FROM base";
  std::vector<std::string> same;
  for (const std::string& key : shape.key_names) same.push_back("base." + key + " IS NOT DISTINCT FROM top." + key);
  return "SELECT rank, t, d, b, p, f FROM base LEFT JOIN top ON " + join(same, " AND ");
}

std::string sums_of(const std::string& rows) {
  return "SELECT rank, i, sum(b) AS b, sum(p) AS p, sum(f) AS f, sum(n) AS n FROM (" + rows + ") GROUP BY rank, i";
}

/// Totals only: one bucket that is the range.
std::string totals_sql(const Shape& shape) {
  if (shape.rollup) return sums_of("SELECT rank, 0::BIGINT AS i, b, p, f, 1 AS n FROM ranked");
  const std::string whole = "t < " + shape.to + " AND t - " + shape.from + " >= d";
  return sums_of("SELECT rank, 0::BIGINT AS i, CASE WHEN " + whole + " THEN b ELSE " + share_sql("b", shape.from, shape.to) + " END AS b, CASE WHEN " +
                 whole + " THEN p ELSE " + share_sql("p", shape.from, shape.to) + " END AS p, CASE WHEN t < " + shape.to +
                 " THEN f ELSE 0 END AS f, 1 AS n FROM ranked");
}

std::string series_sql(const Shape& shape) {
  const std::string step = sql_time(*shape.query.resolution_ms);
  const std::string offset = "(t - " + shape.from + ")";
  const std::string bucket = offset + " // " + step;
  const std::string fast = "SELECT rank, " + bucket + " AS i, b, p, f, 1 AS n FROM ranked";
  if (shape.rollup) return sums_of(fast);
  // The flow began in the bucket it ended in: how far it ended into the bucket is at least how long it lasted.
  const std::string within = "t < " + shape.to + " AND " + offset + " % " + step + " >= d";
  const std::string last = std::to_string(query::bucket_count(shape.query) - 1);
  const std::string first_bucket = "greatest((t - d - " + shape.from + ") // " + step + ", 0)";
  const std::string split = "SELECT *, " + first_bucket + " AS i0, unnest(range(" + first_bucket + ", least(" + bucket + ", " + last +
                            ") + 1)) AS i FROM ranked WHERE NOT (" + within + ")";
  const std::string begin = shape.from + " + i * " + step;
  const std::string end = "least(" + begin + " + " + step + ", " + shape.to + ")";
  const std::string shares = "SELECT rank, i, " + share_sql("b", "(" + begin + ")", end) + " AS b, " + share_sql("p", "(" + begin + ")", end) +
                             " AS p, CASE WHEN t < " + shape.to + " AND i = " + bucket + " THEN f ELSE 0 END AS f, CASE WHEN i = i0 THEN 1 ELSE 0 END AS n FROM (" +
                             split + ")";
  return sums_of(fast + " WHERE " + within + " UNION ALL " + shares);
}

std::string result_sql(const Shape& shape) {
  const auto counter = [](std::string_view name) {
    return ", least(coalesce(sums." + std::string(name) + ", 0), " + std::string(kMostUbigint) + ")::UBIGINT";
  };
  std::string out = "SELECT sums.rank, sums.i::BIGINT" + counter("b") + counter("p") + counter("f") + counter("n");
  for (const std::string& key : shape.key_names) out += ", top." + key;
  out += " FROM sums";
  if (!shape.keys.empty()) out += " LEFT JOIN top ON sums.rank = top.rank";
  return out;
}

}  // namespace

std::size_t key_width(Column column) {
  switch (flow::info(column).type) {
    case flow::ColumnType::ip: return 2;
    case flow::ColumnType::prefix: return 3;
    default: return 1;
  }
}

Result<CompiledQuery> compile_query(const query::Query& query, Source source, std::string_view relation) {
  if (const auto fine = query::validate(query); !fine) return std::unexpected(fine.error());
  std::string filter = "true";
  if (query.filter) {
    auto compiled = compile_filter(*query.filter);
    if (!compiled) return std::unexpected(compiled.error());
    filter = *std::move(compiled);
  }
  const Shape shape = shape_of(query, source);
  CompiledQuery out;
  out.sql = "WITH base AS NOT MATERIALIZED (" + base_sql(shape, relation, filter) + ")";
  if (!shape.keys.empty()) out.sql += ", top AS MATERIALIZED (" + top_sql(shape) + ")";
  out.sql += ", ranked AS NOT MATERIALIZED (" + ranked_sql(shape) + ")";
  out.sql += ", sums AS NOT MATERIALIZED (" + (query.resolution_ms ? series_sql(shape) : totals_sql(shape)) + ") " + result_sql(shape);
  const std::size_t buckets = query::bucket_count(query);
  for (std::size_t i = 0; i < buckets; ++i) out.buckets.push_back(query.from_ms + static_cast<UnixMillis>(i) * *query.resolution_ms);
  return out;
}

}  // namespace weir::store
