#include "store/duckdb/compile_part.h"

#include "flow/spread.h"
#include "query/validate.h"
#include "store/duckdb/compile_column.h"
#include "store/duckdb/compile_literal.h"
#include "store/duckdb/compile_share.h"

namespace weir::store {
namespace {

using flow::Column;

/// The columns of base().
const FlowSpan& base_span() {
  static const FlowSpan kSpan{"t", "d"};
  return kSpan;
}

/// "SELECT k0, k1, " or "SELECT ".
std::string select(const std::string& group) {
  return group.empty() ? "SELECT " : "SELECT " + group + ", ";
}

}  // namespace

KeyNames key_names(const query::Query& query) {
  KeyNames out;
  for (const Column column : query.by) {
    for (const std::string& key : key_sql(column)) {
      out.names.push_back("k" + std::to_string(out.names.size()));
      out.expressions.push_back(key);
      out.is_text.push_back(flow::info(column).type == flow::ColumnType::string);
      out.list += (out.list.empty() ? "" : ", ") + out.names.back();
    }
  }
  return out;
}

PartSql::PartSql(const query::Query& query, const KeyNames& keys, const QueryPart& part)
    : query_(query),
      keys_(keys),
      part_(part),
      rollup_(part.source != Source::flows),
      from_(sql_time(part.from_ms)),
      to_(sql_time(part.to_ms)) {}

/// Flows that ended behind the part matter when they began before its end, and if at least one unit of them falls in.
std::string PartSql::reaches() const {
  const FlowSpan span{"\"time\"", lasted_sql()};
  const auto adds = [&](Column column, unsigned bit) {
    return share_sql(span, weighed_sql(column, bit), from_, to_) + " > 0";
  };
  // Not OR, which sorts the rows that it has found.
  return "CASE WHEN \"time\" < " + to_ + " THEN true ELSE " + span.lasted + " > \"time\" - " + to_ + " AND (" +
         adds(Column::bytes, flow::kSuspectBytes) + " OR " + adds(Column::packets, flow::kSuspectPackets) + ") END";
}

std::string PartSql::base(const std::string& filter) const {
  std::string out = "SELECT ";
  for (std::size_t i = 0; i < keys_.names.size(); ++i) out += keys_.expressions[i] + " AS " + keys_.names[i] + ", ";
  for (std::size_t i = 0; i < query_.distinct.size(); ++i)
    out += distinct_sql(query_.distinct[i]) + " AS h" + std::to_string(i) + ", ";
  const std::string within =
      " FROM " + part_.relation + " WHERE (" + filter + ") AND \"time\" >= " + from_ + " AND \"time\" < " + to_;
  if (rollup_) {
    const auto bounded = [](Column column) {
      // Not least(), which sorts: it took a seventh of the whole.
      const std::string name = sql_name(column);
      return "CASE WHEN " + name + " <= 9223372036854775807 THEN " + name + "::BIGINT WHEN " + name +
             " IS NULL THEN 0 ELSE 9223372036854775807 END";
    };
    return out + "\"time\" AS t, " + bounded(Column::bytes) + " AS b, " + bounded(Column::packets) + " AS p, " +
           bounded(Column::flows) + " AS f" + within + " AND CASE WHEN \"bytes\" > 0 THEN true WHEN \"packets\" > 0 THEN true ELSE \"flows\" > 0 END";
  }
  return out + "\"time\" AS t, " + lasted_sql() + " AS d, " + weighed_sql(Column::bytes, flow::kSuspectBytes) +
         " AS b, " + weighed_sql(Column::packets, flow::kSuspectPackets) +
         " AS p, coalesce(\"flows\", 1)::BIGINT AS f" + within + " + " + std::to_string(flow::kMostSpreadMs) +
         " AND (" + reaches() + ")";
}

/// What a row adds to b or p within the part.
std::string PartSql::counter(const std::string& total) const {
  if (rollup_) return total;
  return "CASE WHEN t < " + to_ + " AND t - " + from_ + " >= d THEN " + total + " ELSE " +
         share_sql(base_span(), total, from_, to_) + " END";
}

std::string PartSql::flows() const {
  return rollup_ ? "f" : "CASE WHEN t < " + to_ + " THEN f ELSE 0 END";
}

std::string PartSql::metric() const {
  const std::string bytes = ", " + counter("b") + " AS b";
  const std::string packets = ", " + counter("p") + " AS p";
  switch (query_.metric) {
    case query::Metric::bytes:
      return bytes;
    case query::Metric::packets:
      return packets;
    case query::Metric::flows:
      return ", " + flows() + " AS f";
    case query::Metric::layer2_bytes:
    case query::Metric::packet_size:
      return bytes + packets;
    case query::Metric::distinct:
      break;
  }
  return ", h0";
}

std::string PartSql::sums(const std::string& rows, const std::string& group) const {
  return query_.resolution_ms ? series(rows, group) : totals(rows, group);
}

std::string PartSql::totals(const std::string& rows, const std::string& group) const {
  return select(group) + "0::BIGINT AS i, sum(" + counter("b") + ") AS b, sum(" + counter("p") + ") AS p, sum(" +
         flows() + ") AS f, count(*) AS n FROM " + rows + (group.empty() ? "" : " GROUP BY " + group);
}

/// Rows within one bucket take a path without arithmetic, the others are split over their buckets.
std::string PartSql::series(const std::string& rows, const std::string& group) const {
  const std::string step = sql_time(*query_.resolution_ms);
  const std::string offset = "(t - " + sql_time(query_.from_ms) + ")";
  const std::string fast = select(group) + offset + " // " + step +
                           " AS i, sum(b) AS b, sum(p) AS p, sum(f) AS f, count(*) AS n FROM " + rows;
  const std::string grouped = " GROUP BY " + (group.empty() ? "" : group + ", ") + "i";
  if (rollup_) return fast + grouped;
  // The flow began in the bucket it ended in: how far it ended into the bucket is at least how long it lasted.
  std::string within = "t < " + to_ + " AND " + offset + " % " + step + " >= d";
  if (part_.from_ms != query_.from_ms) within += " AND t - " + from_ + " >= d";
  return fast + " WHERE " + within + grouped + " UNION ALL " + split_series(rows, group, within) + grouped;
}

std::string PartSql::split_series(const std::string& rows, const std::string& group, const std::string& within) const {
  const UnixMillis step_ms = *query_.resolution_ms;
  const std::string step = sql_time(step_ms);
  const std::string origin = sql_time(query_.from_ms);
  const std::string lowest = std::to_string((part_.from_ms - query_.from_ms) / step_ms);
  const std::string highest = std::to_string((part_.to_ms - 1 - query_.from_ms) / step_ms);
  const std::string bucket = "(t - " + origin + ") // " + step;
  const std::string first = "greatest((t - d - " + origin + ") // " + step + ", " + lowest + ")";
  const std::string split = "SELECT *, " + first + " AS i0, unnest(range(" + first + ", least(" + bucket + ", " +
                            highest + ") + 1)) AS i FROM " + rows + " WHERE NOT (" + within + ")";
  const std::string begin = "greatest(" + origin + " + i * " + step + ", " + from_ + ")";
  const std::string end = "least(" + origin + " + (i + 1) * " + step + ", " + to_ + ")";
  return select(group) + "i, sum(" + share_sql(base_span(), "b", begin, end) + ") AS b, sum(" +
         share_sql(base_span(), "p", begin, end) + ") AS p, sum(CASE WHEN t < " + to_ + " AND i = " + bucket +
         " THEN f ELSE 0 END) AS f, sum(CASE WHEN i = i0 THEN 1 ELSE 0 END) AS n FROM (" + split + ")";
}

}  // namespace weir::store
