// A question -> one SQL statement. Pure functions: no connection, no state. What a user typed enters SQL only as
// numbers and escaped literals (compile_literal.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "query/query.h"
#include "store/duckdb/relations.h"

namespace weir::store {

/// The first columns of every compiled statement's result. The columns of the keys follow, from kFirstKey on: for each
/// of Query::by in order key_width() columns, UBIGINT or (text columns) VARCHAR, NULL where unknown. Last come counts of
/// different values, one UBIGINT for each of Query::distinct.
enum ResultColumn : std::size_t {
  kRank,     ///< BIGINT: 1 for the largest; NULL for all that is not among the largest
  kBucket,   ///< BIGINT: index into CompiledQuery::buckets; 0 when no series was asked for; or a DistinctRow
  kBytes,    ///< UBIGINT
  kPackets,  ///< UBIGINT
  kFlows,    ///< UBIGINT
  kMatched,  ///< UBIGINT: rows of the relation that were summed, each counted once over all buckets
  kFirstKey,
};

/// What stands in kBucket of a row that holds no sums but counts of different values.
enum DistinctRow : std::int64_t {
  kDistinctOfRank = -1,   ///< of the row's rank, or of all other keys
  kDistinctOfTotal = -2,
  kProof = -3,  ///< no count: 1 in kBytes where the keys that were found are shown to be the largest (compile_apart.h)
};

/// 2 for addresses (hi, lo), 3 for prefixes (hi, lo, length), 1 for all others.
[[nodiscard]] std::size_t key_width(flow::Column column);

struct CompiledQuery {
  /// Gives rows for each rank and bucket that has something, to be summed where there are several; in no order.
  std::string sql;
  /// The start of each bucket of the series: `from` and every resolution after it; empty when no series was asked for.
  std::vector<UnixMillis> buckets;
  bool totals_apart = false;  ///< what has no rank is the sum of everything, not of what is left
  bool to_prove = false;      ///< there is a row of kProof
};

/// A stretch of the question's range and what it is read from.
struct QueryPart {
  Source source = Source::flows;
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  std::string relation;  ///< Relation::sql
};

/// A row's key as SQL literals of the types of key_sql(), one for each of its columns.
using KeyLiterals = std::vector<std::string>;

/// The whole question over its parts, which follow one another from the query's `from` to its `to`. Where a part is
/// read from a rollup, it begins and ends on its buckets (or ends behind the newest flow), and so do the buckets of the
/// series. Errors: invalid (what query::validate() refuses, text that is not UTF-8), internal (parts that do not fit).
///
/// `rows`, when given, are the keys that are asked for, in the order of their ranks; else they are found.
[[nodiscard]] Result<CompiledQuery> compile_query(const query::Query& query, std::span<const QueryPart> parts,
                                                  const std::vector<KeyLiterals>* rows = nullptr);

/// The condition for a WHERE clause: true where the filter matches, false or NULL where it does not.
[[nodiscard]] Result<std::string> compile_filter(const query::Expression& filter);

/// The stored columns that the filter, the keys and what is counted mention, each once, derived columns resolved into theirs.
[[nodiscard]] std::vector<flow::Column> columns_mentioned(const query::Query& query);
/// What Relations::relation() is asked for: columns_mentioned() and those that the sums need.
[[nodiscard]] std::vector<flow::Column> columns_read(const query::Query& query, Source source);

}  // namespace weir::store
