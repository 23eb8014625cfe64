#include <algorithm>
#include <bit>

#include "flow/spread.h"
#include "query/validate.h"
#include "store/duckdb/compile.h"
#include "store/duckdb/compile_column.h"
#include "store/duckdb/compile_literal.h"
#include "store/duckdb/compile_share.h"

// The statement, from the inside out:
//
//   base     the relation's rows that matter: keys k0.., time t, duration d, and what the row adds in all: b, p, f
//   top      the N largest keys by the metric, with their ranks
//   sums     by rank (NULL for all other keys) and bucket: rows that lie within one bucket take the fast path, the
//   others
//            are split over their buckets
//
// Keys that may be many (addresses) are summed by the metric alone to find the top ones, and a second pass over the
// rows makes the other sums and the series of those only: this is half the cost of all sums for all keys. Keys that are
// few are summed in one pass (`groups`), of which `top` and `sums` are made.
//
// Rollup rows lie within one bucket by construction, so that nothing is split.

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;

constexpr std::string_view kMostUbigint = "18446744073709551615";
// Groups that may be made of few keys, as a power of two.
constexpr unsigned kFewGroupsBits = 18;

const FlowSpan& base_span() {
  static const FlowSpan kSpan{"t", "d"};
  return kSpan;
}

/// What the parts of the statement need to know.
struct Shape {
  const query::Query& query;
  bool rollup = false;
  std::string from;
  std::string to;
  std::vector<std::string> keys;       ///< expressions over the relation
  std::vector<std::string> key_names;  ///< k0, k1, ...
  std::vector<bool> key_is_text;
};

Shape shape_of(const query::Query& query, Source source) {
  Shape out{query, source != Source::flows, sql_time(query.from_ms), sql_time(query.to_ms), {}, {}, {}};
  for (const Column column : query.by) {
    for (const std::string& key : key_sql(column)) {
      out.key_names.push_back("k" + std::to_string(out.keys.size()));
      out.keys.push_back(key);
      out.key_is_text.push_back(flow::info(column).type == ColumnType::string);
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

/// How many different values a column may have, roughly, as a power of two.
unsigned value_bits(Column column) {
  switch (flow::info(column).type) {
    case ColumnType::ip:
    case ColumnType::mac:
    case ColumnType::time_ms:
      return column == Column::exporter ? 6 : 24;
    case ColumnType::prefix:
      return 18;
    case ColumnType::u8:
      return 6;
    case ColumnType::u16:
      return 16;
    case ColumnType::string:
      return column == Column::as_path || column == Column::communities ? 17 : 7;
    case ColumnType::u64:
      return 24;
    default:
      return column == Column::in_if || column == Column::out_if ? 8 : 14;
  }
}

bool groups_may_be_many(const query::Query& query) {
  auto bits = static_cast<unsigned>(std::bit_width(query::bucket_count(query)));
  for (const Column column : query.by) bits += value_bits(column);
  return bits > kFewGroupsBits;
}

/// Flows that ended behind the range matter when they began before its end, and if at least one unit of them falls in.
std::string reaches_sql(const Shape& shape) {
  const FlowSpan span{"\"time\"", lasted_sql()};
  const std::string late = span.lasted + " > \"time\" - " + shape.to;
  return "\"time\" < " + shape.to + " OR (" + late + " AND (" +
         share_sql(span, weighed_sql(Column::bytes, flow::kSuspectBytes), shape.from, shape.to) + " > 0 OR " +
         share_sql(span, weighed_sql(Column::packets, flow::kSuspectPackets), shape.from, shape.to) + " > 0))";
}

std::string base_sql(const Shape& shape, std::string_view relation, const std::string& filter) {
  std::string select = "SELECT ";
  for (std::size_t i = 0; i < shape.keys.size(); ++i) select += shape.keys[i] + " AS " + shape.key_names[i] + ", ";
  const std::string within =
      " FROM " + std::string(relation) + " WHERE (" + filter + ") AND \"time\" >= " + shape.from + " AND \"time\" < ";
  if (shape.rollup) {
    const auto counter = [](Column column) {
      return "least(coalesce(" + sql_name(column) + ", 0), 9223372036854775807)::BIGINT";
    };
    return select + "\"time\" AS t, " + counter(Column::bytes) + " AS b, " + counter(Column::packets) + " AS p, " +
           counter(Column::flows) + " AS f" + within + shape.to +
           " AND (\"bytes\" > 0 OR \"packets\" > 0 OR \"flows\" > 0)";
  }
  return select + "\"time\" AS t, " + lasted_sql() + " AS d, " + weighed_sql(Column::bytes, flow::kSuspectBytes) +
         " AS b, " + weighed_sql(Column::packets, flow::kSuspectPackets) +
         " AS p, coalesce(\"flows\", 1)::BIGINT AS f" + within + shape.to + " + " +
         std::to_string(flow::kMostSpreadMs) + " AND (" + reaches_sql(shape) + ")";
}

/// What a row adds to b or p within the range.
std::string counter_sql(const Shape& shape, const std::string& total) {
  if (shape.rollup) return total;
  return "CASE WHEN t < " + shape.to + " AND t - " + shape.from + " >= d THEN " + total + " ELSE " +
         share_sql(base_span(), total, shape.from, shape.to) + " END";
}

std::string flows_sql(const Shape& shape) {
  return shape.rollup ? "f" : "CASE WHEN t < " + shape.to + " THEN f ELSE 0 END";
}

std::string_view metric_name(const Shape& shape) {
  switch (shape.query.metric) {
    case query::Metric::bytes:
      return "b";
    case query::Metric::packets:
      return "p";
    case query::Metric::flows:
      return "f";
  }
  return "b";
}

/// The sums of rows that need no splitting, or that one bucket holds altogether. `keys` are the columns to group by.
std::string plain_sums(const Shape& shape, const std::string& rows, const std::string& keys) {
  const std::string group = keys.empty() ? "" : " GROUP BY " + keys;
  const std::string select = keys.empty() ? "SELECT " : "SELECT " + keys + ", ";
  return select + "0::BIGINT AS i, sum(" + counter_sql(shape, "b") + ") AS b, sum(" + counter_sql(shape, "p") +
         ") AS p, sum(" + flows_sql(shape) + ") AS f, count(*) AS n FROM " + rows + group;
}

std::string series_sums(const Shape& shape, const std::string& rows, const std::string& keys) {
  const std::string keyed = keys.empty() ? "" : keys + ", ";
  const std::string step = sql_time(*shape.query.resolution_ms);
  const std::string offset = "(t - " + shape.from + ")";
  const std::string bucket = offset + " // " + step;
  const std::string fast =
      "SELECT " + keyed + bucket + " AS i, sum(b) AS b, sum(p) AS p, sum(f) AS f, count(*) AS n FROM " + rows;
  const std::string group = " GROUP BY " + keyed + "i";
  if (shape.rollup) return fast + group;
  // The flow began in the bucket it ended in: how far it ended into the bucket is at least how long it lasted.
  const std::string within = "t < " + shape.to + " AND " + offset + " % " + step + " >= d";
  const std::string last = std::to_string(query::bucket_count(shape.query) - 1);
  const std::string first = "greatest((t - d - " + shape.from + ") // " + step + ", 0)";
  const std::string split = "SELECT *, " + first + " AS i0, unnest(range(" + first + ", least(" + bucket + ", " + last +
                            ") + 1)) AS i FROM " + rows + " WHERE NOT (" + within + ")";
  const std::string begin = "(" + shape.from + " + i * " + step + ")";
  const std::string end = "least(" + begin + " + " + step + ", " + shape.to + ")";
  return fast + " WHERE " + within + group + " UNION ALL SELECT " + keyed + "i, sum(" +
         share_sql(base_span(), "b", begin, end) + ") AS b, sum(" + share_sql(base_span(), "p", begin, end) +
         ") AS p, sum(CASE WHEN t < " + shape.to + " AND i = " + bucket +
         " THEN f ELSE 0 END) AS f, sum(CASE WHEN i = i0 THEN 1 ELSE 0 END) AS n FROM (" + split + ")" + group;
}

std::string sums_sql(const Shape& shape, const std::string& rows, const std::string& keys) {
  return shape.query.resolution_ms ? series_sums(shape, rows, keys) : plain_sums(shape, rows, keys);
}

/// Ranks the keys by the sum of `metric` over `rows`.
std::string top_sql(const Shape& shape, const std::string& metric, std::string_view rows) {
  std::string order = "m DESC";
  for (const std::string& key : shape.key_names) order += ", " + key + " NULLS LAST";
  const std::string keys = join(shape.key_names, ", ");
  return "SELECT row_number() OVER (ORDER BY " + order + ") AS rank, " + keys + " FROM (SELECT " + keys + ", sum(" +
         metric + ") AS m FROM " + std::string(rows) + " GROUP BY " + keys + " ORDER BY " + order + " LIMIT " +
         std::to_string(shape.query.top) + ")";
}

/// Rows of `rows` with the rank of their key, NULL for keys that are not among the largest.
std::string ranked_sql(const Shape& shape, const std::string& rows) {
  std::vector<std::string> same;
  for (const std::string& key : shape.key_names) same.push_back("x." + key + " IS NOT DISTINCT FROM top." + key);
  return "(SELECT top.rank, x.* FROM " + rows + " AS x LEFT JOIN top ON " + join(same, " AND ") + ")";
}

/// Everything between base and the result: the last of these is `sums`, with rank, i, b, p, f and n.
std::string parts_sql(const Shape& shape) {
  if (shape.keys.empty())
    return ", sums AS NOT MATERIALIZED (SELECT NULL::BIGINT AS rank, * FROM (" + sums_sql(shape, "base", "") + "))";
  if (groups_may_be_many(shape.query)) {
    const std::string metric = shape.query.metric == query::Metric::flows
                                   ? flows_sql(shape)
                                   : counter_sql(shape, std::string(metric_name(shape)));
    return ", top AS MATERIALIZED (" + top_sql(shape, metric, "base") + "), sums AS NOT MATERIALIZED (" +
           sums_sql(shape, ranked_sql(shape, "base"), "rank") + ")";
  }
  return ", groups AS MATERIALIZED (" + sums_sql(shape, "base", join(shape.key_names, ", ")) +
         "), top AS MATERIALIZED (" + top_sql(shape, std::string(metric_name(shape)), "groups") +
         "), sums AS NOT MATERIALIZED (SELECT rank, i, sum(b) AS b, sum(p) AS p, sum(f) AS f, sum(n) AS n FROM " +
         ranked_sql(shape, "groups") + " GROUP BY rank, i)";
}

std::string result_sql(const Shape& shape) {
  const auto counter = [](std::string_view name) {
    return ", least(coalesce(sums." + std::string(name) + ", 0), " + std::string(kMostUbigint) + ")::UBIGINT";
  };
  std::string out = "SELECT sums.rank, sums.i::BIGINT" + counter("b") + counter("p") + counter("f") + counter("n");
  for (std::size_t i = 0; i < shape.keys.size(); ++i)
    out += ", top." + shape.key_names[i] + (shape.key_is_text[i] ? "" : "::UBIGINT");
  out += " FROM sums";
  if (!shape.keys.empty()) out += " LEFT JOIN top ON sums.rank = top.rank";
  return out;
}

}  // namespace

std::size_t key_width(Column column) {
  switch (flow::info(column).type) {
    case ColumnType::ip:
      return 2;
    case ColumnType::prefix:
      return 3;
    default:
      return 1;
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
  out.sql = "WITH base AS NOT MATERIALIZED (" + base_sql(shape, relation, filter) + ")" + parts_sql(shape) + " " +
            result_sql(shape);
  const std::size_t buckets = query::bucket_count(query);
  for (std::size_t i = 0; i < buckets; ++i)
    out.buckets.push_back(query.from_ms + static_cast<UnixMillis>(i) * *query.resolution_ms);
  return out;
}

}  // namespace weir::store
