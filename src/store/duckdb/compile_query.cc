#include <bit>

#include "query/statistics.h"
#include "query/validate.h"
#include "store/duckdb/compile.h"
#include "store/duckdb/compile_literal.h"
#include "store/duckdb/compile_part.h"

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

constexpr std::string_view kMostUbigint = "18446744073709551615";
// Groups that may be made of few keys, as a power of two.
constexpr unsigned kFewGroupsBits = 18;

/// The parts of the statement: what each makes, and the name of its base.
struct Statement {
  const query::Query& query;
  KeyNames keys;
  std::vector<PartSql> parts;

  [[nodiscard]] static std::string base(std::size_t part) { return "base" + std::to_string(part); }
};

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
  if (query.metric == query::Metric::distinct) return true;  // groups do not hold what is counted
  auto bits = static_cast<unsigned>(std::bit_width(query::bucket_count(query)));
  for (const Column column : query.by) bits += value_bits(column);
  return bits > kFewGroupsBits;
}

/// `make(part)` of every part, put together.
template <typename Make>
std::string union_of(const Statement& statement, Make make) {
  std::string out;
  for (std::size_t i = 0; i < statement.parts.size(); ++i) out += (i == 0 ? "" : " UNION ALL ") + make(i);
  return out;
}

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

/// The number m that a key is ranked by, from rows that hold the sums its metric needs.
std::string total_sql(const query::Query& query) {
  switch (query.metric) {
    case query::Metric::bytes:
      return "sum(b)";
    case query::Metric::packets:
      return "sum(p)";
    case query::Metric::flows:
      return "sum(f)";
    case query::Metric::layer2_bytes:
      return "sum(b) + " + std::to_string(query.layer2_overhead.value_or(0)) + " * sum(p)";
    case query::Metric::packet_size:
      return "CASE WHEN sum(p) > 0 THEN sum(b)::DOUBLE / sum(p)::DOUBLE ELSE 0 END";
    case query::Metric::distinct:
      break;
  }
  return "count(DISTINCT h0)";
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
  std::string order = "m DESC";
  for (const std::string& key : statement.keys.names) order += ", " + key + " NULLS LAST";
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

/// Keys that are given, with their ranks.
std::string given_sql(const Statement& statement, const std::vector<KeyLiterals>& rows) {
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out += (i == 0 ? "(" : ", (") + std::to_string(i + 1) + "::BIGINT";
    for (const std::string& literal : rows[i]) out += ", " + literal;
    out += ")";
  }
  if (!out.empty()) return "SELECT * FROM (VALUES " + out + ") AS given(rank, " + statement.keys.list + ")";
  out = "SELECT NULL::BIGINT AS rank";
  for (std::size_t i = 0; i < statement.keys.names.size(); ++i) {
    out += std::string(", NULL::") + (statement.keys.is_text[i] ? "VARCHAR" : "UBIGINT") + " AS " + statement.keys.names[i];
  }
  return out + " WHERE false";
}

/// Rows of `rows` with the rank of their key, NULL for keys that are not among the largest.
std::string ranked_sql(const Statement& statement, const std::string& rows) {
  std::string same;
  for (const std::string& key : statement.keys.names) {
    same += (same.empty() ? "x." : " AND x.") + key + " IS NOT DISTINCT FROM top." + key;
  }
  return "(SELECT top.rank, x.* FROM " + rows + " AS x LEFT JOIN top ON " + same + ")";
}

std::string totals_sql(const Statement& statement) {
  const auto sums = [&](std::size_t i) { return statement.parts[i].sums(Statement::base(i), ""); };
  return ", sums AS NOT MATERIALIZED (SELECT NULL::BIGINT AS rank, * FROM (" + union_of(statement, sums) + "))";
}

/// The sums of the keys in `top`, and of all others, from the rows.
std::string second_pass_sql(const Statement& statement) {
  const auto sums = [&](std::size_t i) {
    return statement.parts[i].sums(ranked_sql(statement, Statement::base(i)), "rank");
  };
  return ", sums AS NOT MATERIALIZED (" + union_of(statement, sums) + ")";
}

std::string two_passes_sql(const Statement& statement) {
  const bool samples = statement.query.rank != query::Rank::total;
  const auto metrics = [&](std::size_t i) {
    return samples ? statement.parts[i].sums(Statement::base(i), statement.keys.list)
                   : "SELECT " + statement.keys.list + statement.parts[i].metric() + " FROM " + Statement::base(i);
  };
  return ", top AS MATERIALIZED (" + top_sql(statement, "(" + union_of(statement, metrics) + ")") + ")" +
         second_pass_sql(statement);
}

std::string one_pass_sql(const Statement& statement) {
  const auto sums = [&](std::size_t i) { return statement.parts[i].sums(Statement::base(i), statement.keys.list); };
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
  const auto all = [&](std::size_t i) { return "SELECT " + values + " FROM " + Statement::base(i); };
  std::string out = select("NULL::BIGINT AS rank", kDistinctOfTotal, union_of(statement, all));
  if (statement.query.by.empty()) return out;
  const auto ranked = [&](std::size_t i) {
    return "SELECT rank, " + values + " FROM " + ranked_sql(statement, Statement::base(i));
  };
  return out + " UNION ALL " + select("rank", kDistinctOfRank, union_of(statement, ranked)) + " GROUP BY rank";
}

std::string result_sql(const Statement& statement) {
  const auto counter = [](const std::string& name) {
    return ", least(coalesce(all_sums." + name + ", 0), " + std::string(kMostUbigint) + ")::UBIGINT";
  };
  std::string sums = "SELECT rank, i, b, p, f, n";
  for (std::size_t i = 0; i < statement.query.distinct.size(); ++i) sums += ", 0 AS d" + std::to_string(i);
  sums += " FROM sums";
  if (!statement.query.distinct.empty()) sums += " UNION ALL " + distinct_rows_sql(statement);
  std::string out = "SELECT all_sums.rank, all_sums.i::BIGINT" + counter("b") + counter("p") + counter("f") + counter("n");
  for (std::size_t i = 0; i < statement.keys.names.size(); ++i) {
    out += ", top." + statement.keys.names[i] + (statement.keys.is_text[i] ? "" : "::UBIGINT");
  }
  for (std::size_t i = 0; i < statement.query.distinct.size(); ++i) out += counter("d" + std::to_string(i));
  out += " FROM (" + sums + ") AS all_sums";
  if (!statement.keys.names.empty()) out += " LEFT JOIN top ON all_sums.rank = top.rank";
  return out;
}

Result<void> check_parts(const query::Query& query, std::span<const QueryPart> parts) {
  UnixMillis at = query.from_ms;
  bool fine = !parts.empty();
  for (const QueryPart& part : parts) {
    fine = fine && part.from_ms == at && part.to_ms > part.from_ms;
    at = part.to_ms;
  }
  if (fine && at == query.to_ms) return {};
  return fail(ErrorCode::internal, "the parts of a question do not make up its range");
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
  std::string filter = "true";
  if (query.filter) {
    auto compiled = compile_filter(*query.filter);
    if (!compiled) return std::unexpected(compiled.error());
    filter = *std::move(compiled);
  }
  Statement statement{query, key_names(query), {}};
  for (const QueryPart& part : parts) statement.parts.emplace_back(query, statement.keys, part);
  CompiledQuery out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    out.sql += (i == 0 ? "WITH " : ", ") + Statement::base(i) + " AS NOT MATERIALIZED (" +
               statement.parts[i].base(filter) + ")";
  }
  if (query.by.empty()) {
    out.sql += totals_sql(statement);
  } else if (rows != nullptr) {
    out.sql += ", top AS MATERIALIZED (" + given_sql(statement, *rows) + ")" + second_pass_sql(statement);
  } else {
    out.sql += groups_may_be_many(query) ? two_passes_sql(statement) : one_pass_sql(statement);
  }
  out.sql += " " + result_sql(statement);
  const std::size_t buckets = query::bucket_count(query);
  for (std::size_t i = 0; i < buckets; ++i) {
    out.buckets.push_back(query.from_ms + static_cast<UnixMillis>(i) * *query.resolution_ms);
  }
  return out;
}

}  // namespace weir::store
