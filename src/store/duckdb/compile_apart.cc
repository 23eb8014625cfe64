#include "store/duckdb/compile_apart.h"

#include <string>
#include <vector>

#include "query/validate.h"
#include "store/duckdb/compile_statement.h"

// The statement, from the inside out:
//
//   find0..   for each part of the range the rows that matter, with their keys
//   cells     their sums by cell, and `near`, the largest of them with their places
//   found     the sums by key, within `near` or everywhere
//   top       the largest keys with their ranks
//   rows0..   for each part the rows that matter once more, with what a series needs, and `picked`, those of the top keys
//   sums      by rank and bucket
//   total0..  for each part the rows without keys; their sums by bucket have no rank
//
// Where the rows are kept, rows0.. come first, and take the place of find0.., and perhaps of total0...

namespace weir::store {
namespace {

// More keys than this are not to be found in a few cells.
constexpr std::uint32_t kMostFromCells = 100;

/// Whether no key has more than its cell: not so for an average.
bool adds_up(query::Metric metric) {
  return metric != query::Metric::packet_size && metric != query::Metric::distinct;
}

bool use_cells(const query::Query& query, const ApartWays& ways) {
  return ways.cells && !ways.keep_rows && query.top <= kMostFromCells && adds_up(query.metric) && groups_may_be_many(find_query(query));
}

std::string cell_sql(const KeyNames& keys, const ApartWays& ways) {
  return "hash(" + keys.list + ") >> " + std::to_string(64 - ways.bits);
}

std::string cells_sql(const Statement& find, const ApartWays& ways) {
  const std::string cell = cell_sql(find.keys, ways) + " AS g";
  const auto metric = [&](std::size_t i) { return "SELECT " + cell + find.parts[i].metric() + " FROM " + find.base(i); };
  return ", cells AS MATERIALIZED (SELECT g, " + total_sql(find.query) + " AS m FROM (" + union_of(find, metric) +
         ") GROUP BY g), near AS MATERIALIZED (SELECT g, m, row_number() OVER (ORDER BY m DESC, g) AS place FROM (SELECT * FROM "
         "cells ORDER BY m DESC, g LIMIT " +
         std::to_string(ways.most + 1) + "))";
}

/// All three sums of every key within the cells.
std::string found_in_cells_sql(const Statement& find, const ApartWays& ways) {
  const std::string chosen = "(SELECT g FROM near WHERE place <= " + std::to_string(ways.most) + ")";
  const auto sums = [&](std::size_t i) {
    return find.parts[i].sums("(SELECT x.* FROM (SELECT *, " + cell_sql(find.keys, ways) + " AS g FROM " + find.base(i) +
                                  ") AS x SEMI JOIN " + chosen + " AS y ON x.g = y.g)",
                              find.keys.list);
  };
  return ", found AS MATERIALIZED (SELECT " + find.keys.list + ", " + total_sql(find.query) +
         " AS m, sum(b) AS b, sum(p) AS p, sum(f) AS f FROM (" + union_of(find, sums) + ") GROUP BY " + find.keys.list + ")";
}

/// The metric of every key.
std::string found_sql(const Statement& find) {
  const auto metric = [&](std::size_t i) {
    return "SELECT " + find.keys.list + find.parts[i].metric() + " FROM " + find.base(i);
  };
  return ", found AS NOT MATERIALIZED (SELECT " + find.keys.list + ", " + total_sql(find.query) + " AS m FROM (" +
         union_of(find, metric) + ") GROUP BY " + find.keys.list + ")";
}

std::string top_of_found_sql(const Statement& find) {
  const std::string order = order_sql(find.keys);
  return ", top AS MATERIALIZED (SELECT row_number() OVER (ORDER BY " + order + ") AS rank, * FROM (SELECT * FROM found ORDER BY " +
         order + " LIMIT " + std::to_string(find.query.top) + "))";
}

/// Of each part the rows of the keys in `top`. They are kept where they are read twice and are few.
std::string rows_sql(const Statement& rows, std::size_t part, bool keep) {
  std::string carried = "x.t, x.b, x.p, x.f";
  if (rows.parts[part].of_flows()) carried += ", x.d";
  return ", picked" + std::to_string(part) + " AS " + (keep ? "" : "NOT ") + "MATERIALIZED (SELECT top.rank, " + carried + " FROM " +
         rows.base(part) + " AS x JOIN top ON " + same_key_sql(rows.keys) + ")";
}

std::string sums_of_rows_sql(const Statement& rows, const ApartWays& ways) {
  const bool keep = ways.keep_rows || (rows.query.resolution_ms && rows.query.top <= kMostFromCells && groups_may_be_many(find_query(rows.query)));
  std::string out;
  for (std::size_t i = 0; i < rows.parts.size(); ++i) out += rows_sql(rows, i, keep && rows.parts[i].of_flows());
  const auto sums = [&](std::size_t i) { return rows.parts[i].sums("picked" + std::to_string(i), "rank"); };
  return out + ", sums AS NOT MATERIALIZED (" + union_of(rows, sums) + ")";
}

/// What was found holds the sums already.
std::string sums_of_found_sql() {
  return ", sums AS NOT MATERIALIZED (SELECT rank, 0::BIGINT AS i, b, p, f, 0::BIGINT AS n FROM top)";
}

/// Whether the keys that were found are the largest.
std::string proof_sql(const Statement& find, const ApartWays& ways) {
  const std::string cut = std::to_string(ways.most + 1);
  return "SELECT NULL::BIGINT AS rank, " + std::to_string(kProof) + " AS i, CASE WHEN (SELECT count(*) FROM near) < " + cut +
         " OR ((SELECT count(*) FROM top) = " + std::to_string(find.query.top) +
         " AND (SELECT min(m) FROM top) > (SELECT m FROM near WHERE place = " + cut + ")) THEN 1 ELSE 0 END AS b, 0 AS p, 0 AS f, "
         "0 AS n";
}

std::string result_sql(const Statement& rows, const Statement& totals, const std::string& proof) {
  const auto sums = [&](std::size_t i) { return totals.parts[i].sums(totals.base(i), ""); };
  std::string all = "SELECT rank, i, b, p, f, 0 AS n FROM sums UNION ALL SELECT NULL::BIGINT AS rank, i, b, p, f, n FROM (" +
                    union_of(totals, sums) + ")";
  // So that every row has its key, whatever was read for it.
  all += " UNION ALL SELECT rank, 0::BIGINT AS i, 0 AS b, 0 AS p, 0 AS f, 0 AS n FROM top";
  if (!proof.empty()) all += " UNION ALL " + proof;
  std::string out = "SELECT all_sums.rank, all_sums.i::BIGINT";
  for (const char* sum : {"b", "p", "f", "n"}) out += ", " + counter_sql(std::string("all_sums.") + sum);
  return out + result_keys_sql(rows.keys) + " FROM (" + all + ") AS all_sums LEFT JOIN top ON all_sums.rank = top.rank";
}

}  // namespace

query::Query find_query(query::Query query) {
  query.resolution_ms.reset();
  return query;
}

query::Query totals_query(query::Query query) {
  query.by.clear();
  return query;
}

bool is_better_apart(const query::Query& query, bool rows_given) {
  if (query.by.empty() || query.top == 0 || !query.distinct.empty()) return false;
  if (query.metric == query::Metric::distinct || query.rank != query::Rank::total) return false;
  return rows_given || query.resolution_ms || groups_may_be_many(query);
}

Result<CompiledQuery> compile_apart(const query::Query& query, const ApartParts& parts, const std::vector<KeyLiterals>* rows,
                                    const ApartWays& ways) {
  if (const auto fine = query::validate(query); !fine) return std::unexpected(fine.error());
  const std::span<const QueryPart> find_parts = ways.keep_rows ? parts.rows : parts.find;
  const std::span<const QueryPart> totals_parts = ways.totals_of_kept ? parts.rows : parts.totals;
  for (const auto& some : {rows == nullptr ? find_parts : parts.rows, parts.rows, totals_parts}) {
    if (const auto fine = check_parts(query, some); !fine) return std::unexpected(fine.error());
  }
  const auto filter = filter_sql(query);
  if (!filter) return std::unexpected(filter.error());
  const query::Query finding = find_query(query);
  const query::Query totaling = totals_query(query);
  const Statement reading(query, parts.rows, "rows");
  const Statement find(finding, find_parts, ways.keep_rows ? "rows" : "find");
  const Statement totals(totaling, totals_parts, ways.totals_of_kept ? "rows" : "total");
  const bool in_cells = rows == nullptr && use_cells(query, ways);
  const bool sums_are_found = in_cells && !query.resolution_ms;
  std::vector<std::string> bases;
  if (!sums_are_found) bases.push_back(reading.bases(*filter, ways.keep_rows));
  if (!ways.keep_rows && rows == nullptr) bases.push_back(find.bases(*filter));
  if (!ways.totals_of_kept) bases.push_back(totals.bases(*filter));
  CompiledQuery out;
  for (const std::string& base : bases) out.sql += (out.sql.empty() ? "WITH " : ", ") + base;
  std::string proof;
  if (rows != nullptr) {
    out.sql += ", top AS MATERIALIZED (" + given_sql(reading.keys, *rows) + ")";
  } else {
    out.sql += in_cells ? cells_sql(find, ways) + found_in_cells_sql(find, ways) : found_sql(find);
    out.sql += top_of_found_sql(find);
    if (in_cells) proof = proof_sql(find, ways);
  }
  out.sql += sums_are_found ? sums_of_found_sql() : sums_of_rows_sql(reading, ways);
  out.sql += " " + result_sql(reading, totals, proof);
  out.buckets = buckets_of(query);
  out.totals_apart = true;
  out.to_prove = in_cells;
  return out;
}

}  // namespace weir::store
