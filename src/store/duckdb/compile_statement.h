// What the statements of a question have in common: compile_query.cc makes one of a piece, compile_apart.cc one whose rows and
// totals are read apart.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/query.h"
#include "store/duckdb/compile.h"
#include "store/duckdb/compile_part.h"

namespace weir::store {

inline constexpr std::string_view kMostUbigint = "18446744073709551615";

/// The parts of a range, what each makes, and the name of its base (compile_part.h). The query outlives it.
struct Statement {
  const query::Query& query;
  KeyNames keys;
  std::vector<PartSql> parts;
  std::string prefix = "base";  ///< of the names of the bases

  Statement(const query::Query& query_, std::span<const QueryPart> from, std::string prefix_ = "base");
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  [[nodiscard]] std::string base(std::size_t part) const { return prefix + std::to_string(part); }
  /// "base0 AS NOT MATERIALIZED (...), base1 AS ...". With `keep` they are read once and held.
  [[nodiscard]] std::string bases(const std::string& filter, bool keep = false) const;
};

/// `make(part)` of every part, put together.
template <typename Make>
std::string union_of(const Statement& statement, Make make) {
  std::string out;
  for (std::size_t i = 0; i < statement.parts.size(); ++i) out += (i == 0 ? "" : " UNION ALL ") + make(i);
  return out;
}

/// The number m that a key is ranked by, from rows that hold the sums its metric needs.
[[nodiscard]] std::string total_sql(const query::Query& query);
/// How ranks are given: by m, then by key.
[[nodiscard]] std::string order_sql(const KeyNames& keys);
/// Keys that are given, with their ranks.
[[nodiscard]] std::string given_sql(const KeyNames& keys, const std::vector<KeyLiterals>& rows);
/// "x.k0 IS NOT DISTINCT FROM top.k0 AND ...".
[[nodiscard]] std::string same_key_sql(const KeyNames& keys);
/// A sum of the result as UBIGINT, at most as large as one can be.
[[nodiscard]] std::string counter_sql(const std::string& sum);
/// ", top.k0::UBIGINT, ...": the keys in the result.
[[nodiscard]] std::string result_keys_sql(const KeyNames& keys);

/// Whether so many keys and buckets may come together that they are better not summed all at once.
[[nodiscard]] bool groups_may_be_many(const query::Query& query);

/// Whether the parts follow one another from the query's beginning to its end.
[[nodiscard]] Result<void> check_parts(const query::Query& query, std::span<const QueryPart> parts);
/// compile_filter(), or "true" where there is none.
[[nodiscard]] Result<std::string> filter_sql(const query::Query& query);
/// CompiledQuery::buckets.
[[nodiscard]] std::vector<UnixMillis> buckets_of(const query::Query& query);

}  // namespace weir::store
