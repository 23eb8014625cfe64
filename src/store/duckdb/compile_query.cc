#include "query/statistics.h"
#include "query/validate.h"
#include "store/duckdb/compile.h"
#include "store/duckdb/compile_literal.h"
#include "store/duckdb/compile_part.h"
#include "store/duckdb/compile_statement.h"

// The statement, from the inside out:
//
//   base0..  for each part of the range the rows that matter, with their keys (compile_part.h)
//   top      the N largest keys by the metric, with their ranks
//   sums     by rank (NULL for all other keys) and bucket
//
// Keys that may be many (addresses) are summed by the metric alone to find the top ones, and a second pass over the
// rows makes the other sums and the series of those only: this is half the cost of all sums for all keys. Keys that are
// few are summed in one pass (`groups`), of which `top` and `sums` are made.

namespace weir::store {
namespace {

using flow::Column;
using flow::ColumnType;

/// The place of a bucket's sums b and p or f among rows, as a sample: query::rate_of().
std::string sample_sql(const query::Query& query) {
  std::string amount = "sum(b)";
  std::string_view scale = "8000";
  if (query.metric == query::Metric::packets) amount = "sum(p)", scale = "1000";
  if (query.metric == query::Metric::flows) amount = "sum(f)", scale = "1000";
  if (query.metric == query::Metric::layer2_bytes)
    amount = "sum(b) + " + std::to_string(query.layer2_overhead.value_or(0)) + " * sum(p)";
  const auto buckets = static_cast<UnixMillis>(query::bucket_count(query));
  const UnixMillis last = query.to_ms - query.from_ms - (buckets - 1) * *query.resolution_ms;
  return "least(" + amount + ", " + std::string(kMostUbigint) + ")::UBIGINT::DOUBLE * " + std::string(scale) +
         " / (CASE WHEN i = " + std::to_string(buckets - 1) + " THEN " + sql_time(last) + " ELSE " +
         sql_time(*query.resolution_ms) + " END)::DOUBLE";
}

/// The same of the samples v of a key; buckets that are not there are zero.
std::string samples_sql(const query::Query& query) {
  const std::size_t buckets = query::bucket_count(query);
  if (query.rank == query::Rank::maximum) return "max(v)";
  if (query.rank == query::Rank::last)
    return "max(CASE WHEN i = " + std::to_string(buckets - 1) + " THEN v ELSE 0 END)";
  const std::string place = std::to_string(query::discarded_samples(buckets) + 1);
  return "coalesce(max(v, " + place + ")[" + place + "], 0)";
}

/// Ranks the keys of `rows`, which hold the sums that the metric needs (for ranks by samples also the bucket i).
std::string top_sql(const Statement& statement, const std::string& rows) {
  const query::Query& query = statement.query;
  const std::string& keys = statement.keys.list;
  const std::string order = order_sql(statement.keys);
  std::string ranked = "SELECT " + keys + ", ";
  if (query.rank == query::Rank::total) {
    ranked += total_sql(query) + " AS m FROM " + rows;
  } else {
    ranked += samples_sql(query) + " AS m FROM (SELECT " + keys + ", i, " + sample_sql(query) + " AS v FROM " + rows +
              " GROUP BY " + keys + ", i)";
  }
  return "SELECT row_number() OVER (ORDER BY " + order + ") AS rank, " + keys + " FROM (" + ranked + " GROUP BY " +
         keys + " ORDER BY " + order + " LIMIT " + std::to_string(query.top) + ")";
}

/// Rows of `rows` with the rank of their key, NULL for keys that are not among the largest.
std::string ranked_sql(const Statement& statement, const std::string& rows) {
  return "(SELECT top.rank, x.* FROM " + rows + " AS x LEFT JOIN top ON " + same_key_sql(statement.keys) + ")";
}

std::string totals_sql(const Statement& statement) {
  const auto sums = [&](std::size_t i) { return statement.parts[i].sums(statement.base(i), ""); };
  return ", sums AS NOT MATERIALIZED (SELECT NULL::BIGINT AS rank, * FROM (" + union_of(statement, sums) + "))";
}

/// The sums of the keys in `top`, and of all others, from the rows.
std::string second_pass_sql(const Statement& statement) {
  const auto sums = [&](std::size_t i) {
    return statement.parts[i].sums(ranked_sql(statement, statement.base(i)), "rank");
  };
  return ", sums AS NOT MATERIALIZED (" + union_of(statement, sums) + ")";
}

std::string two_passes_sql(const Statement& statement) {
  const bool samples = statement.query.rank != query::Rank::total;
  const auto metrics = [&](std::size_t i) {
    return samples ? statement.parts[i].sums(statement.base(i), statement.keys.list)
                   : "SELECT " + statement.keys.list + statement.parts[i].metric() + " FROM " + statement.base(i);
  };
  return ", top AS MATERIALIZED (" + top_sql(statement, "(" + union_of(statement, metrics) + ")") + ")" +
         second_pass_sql(statement);
}

std::string one_pass_sql(const Statement& statement) {
  const auto sums = [&](std::size_t i) { return statement.parts[i].sums(statement.base(i), statement.keys.list); };
  return ", groups AS MATERIALIZED (" + union_of(statement, sums) + "), top AS MATERIALIZED (" +
         top_sql(statement, "groups") +
         "), sums AS NOT MATERIALIZED (SELECT rank, i, sum(b) AS b, sum(p) AS p, sum(f) AS f, sum(n) AS n FROM " +
         ranked_sql(statement, "groups") + " GROUP BY rank, i)";
}

/// Rows of the result that hold counts of different values.
std::string distinct_rows_sql(const Statement& statement) {
  const std::size_t count = statement.query.distinct.size();
  std::string values;
  std::string counts;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    values += (i == 0 ? "h" : ", h") + number;
    counts += ", count(DISTINCT h" + number + ") AS d" + number;
  }
  const auto select = [&](std::string_view rank, DistinctRow row, const std::string& from) {
    return "SELECT " + std::string(rank) + ", " + std::to_string(row) + " AS i, 0 AS b, 0 AS p, 0 AS f, 0 AS n" + counts +
           " FROM (" + from + ")";
  };
  const auto all = [&](std::size_t i) { return "SELECT " + values + " FROM " + statement.base(i); };
  std::string out = select("NULL::BIGINT AS rank", kDistinctOfTotal, union_of(statement, all));
  if (statement.query.by.empty()) return out;
  const auto ranked = [&](std::size_t i) {
    return "SELECT rank, " + values + " FROM " + ranked_sql(statement, statement.base(i));
  };
  return out + " UNION ALL " + select("rank", kDistinctOfRank, union_of(statement, ranked)) + " GROUP BY rank";
}

std::string result_sql(const Statement& statement) {
  const auto counter = [](const std::string& name) { return ", " + counter_sql("all_sums." + name); };
  std::string sums = "SELECT rank, i, b, p, f, n";
  for (std::size_t i = 0; i < statement.query.distinct.size(); ++i) sums += ", 0 AS d" + std::to_string(i);
  sums += " FROM sums";
  if (!statement.query.distinct.empty()) sums += " UNION ALL " + distinct_rows_sql(statement);
  std::string out = "SELECT all_sums.rank, all_sums.i::BIGINT" + counter("b") + counter("p") + counter("f") + counter("n");
  out += result_keys_sql(statement.keys);
  for (std::size_t i = 0; i < statement.query.distinct.size(); ++i) out += counter("d" + std::to_string(i));
  out += " FROM (" + sums + ") AS all_sums";
  if (!statement.keys.names.empty()) out += " LEFT JOIN top ON all_sums.rank = top.rank";
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

Result<CompiledQuery> compile_query(const query::Query& query, std::span<const QueryPart> parts,
                                    const std::vector<KeyLiterals>* rows) {
  if (const auto fine = query::validate(query); !fine) return std::unexpected(fine.error());
  if (const auto fine = check_parts(query, parts); !fine) return std::unexpected(fine.error());
  const auto filter = filter_sql(query);
  if (!filter) return std::unexpected(filter.error());
  const Statement statement(query, parts);
  CompiledQuery out;
  out.sql = "WITH " + statement.bases(*filter);
  if (query.by.empty()) {
    out.sql += totals_sql(statement);
  } else if (rows != nullptr) {
    out.sql += ", top AS MATERIALIZED (" + given_sql(statement.keys, *rows) + ")" + second_pass_sql(statement);
  } else {
    out.sql += groups_may_be_many(query) ? two_passes_sql(statement) : one_pass_sql(statement);
  }
  out.sql += " " + result_sql(statement);
  out.buckets = buckets_of(query);
  return out;
}

}  // namespace weir::store
