#include <bit>

#include "query/validate.h"
#include "store/duckdb/compile.h"
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

/// Ranks the keys by the sum of `metric` over `rows`.
std::string top_sql(const Statement& statement, const std::string& metric, const std::string& rows) {
  const std::string& keys = statement.keys.list;
  std::string order = "m DESC";
  for (const std::string& key : statement.keys.names) order += ", " + key + " NULLS LAST";
  return "SELECT row_number() OVER (ORDER BY " + order + ") AS rank, " + keys + " FROM (SELECT " + keys + ", sum(" +
         metric + ") AS m FROM " + rows + " GROUP BY " + keys + " ORDER BY " + order + " LIMIT " +
         std::to_string(statement.query.top) + ")";
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

std::string two_passes_sql(const Statement& statement) {
  const auto metrics = [&](std::size_t i) {
    return "SELECT " + statement.keys.list + ", " + statement.parts[i].metric() + " AS a FROM " + Statement::base(i);
  };
  const auto sums = [&](std::size_t i) {
    return statement.parts[i].sums(ranked_sql(statement, Statement::base(i)), "rank");
  };
  return ", top AS MATERIALIZED (" + top_sql(statement, "a", "(" + union_of(statement, metrics) + ")") +
         "), sums AS NOT MATERIALIZED (" + union_of(statement, sums) + ")";
}

std::string one_pass_sql(const Statement& statement) {
  constexpr auto kMetrics = std::to_array<std::string_view>({"b", "p", "f"});
  const std::string metric(kMetrics[static_cast<std::size_t>(statement.query.metric)]);
  const auto sums = [&](std::size_t i) { return statement.parts[i].sums(Statement::base(i), statement.keys.list); };
  return ", groups AS MATERIALIZED (" + union_of(statement, sums) + "), top AS MATERIALIZED (" +
         top_sql(statement, metric, "groups") +
         "), sums AS NOT MATERIALIZED (SELECT rank, i, sum(b) AS b, sum(p) AS p, sum(f) AS f, sum(n) AS n FROM " +
         ranked_sql(statement, "groups") + " GROUP BY rank, i)";
}

std::string result_sql(const Statement& statement) {
  const auto counter = [](std::string_view name) {
    return ", least(coalesce(sums." + std::string(name) + ", 0), " + std::string(kMostUbigint) + ")::UBIGINT";
  };
  std::string out = "SELECT sums.rank, sums.i::BIGINT" + counter("b") + counter("p") + counter("f") + counter("n");
  for (std::size_t i = 0; i < statement.keys.names.size(); ++i) {
    out += ", top." + statement.keys.names[i] + (statement.keys.is_text[i] ? "" : "::UBIGINT");
  }
  out += " FROM sums";
  if (!statement.keys.names.empty()) out += " LEFT JOIN top ON sums.rank = top.rank";
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

Result<CompiledQuery> compile_query(const query::Query& query, std::span<const QueryPart> parts) {
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
