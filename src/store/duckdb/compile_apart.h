// A question whose largest keys, whose rows and whose totals are read apart, each from the source that is cheapest for it.
//
// The whole statement of compile_query() sums everything for every key at the finest source that any of it needs. Here the keys
// are found without buckets (a coarser rollup may do), only their rows are read for the series, and the totals, of which `other`
// is what the rows leave, come from whatever has the filter's columns.
//
// Keys that may be many are found in two looks instead of by a sum for each. The first sums the metric by a short hash of the
// key, its cell. The second sums by key, but only within the largest cells. No key has more than its cell: where the last of the
// keys found has more than the largest cell that was not looked into, no other key can belong to them. Where it has not, the
// answer is not proven (AnswerReader::proven()) and must be asked for with `cells` off.
//
// Where the rows are few enough to be held in memory, all that is cheap beside reading them: they are read once and kept, and the
// keys are found in them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "store/duckdb/compile.h"

namespace weir::store {

/// The parts of each; they all make up the query's range.
struct ApartParts {
  std::span<const QueryPart> find;    ///< columns of columns_read(find_query()); not looked at where the keys are given
  std::span<const QueryPart> rows;    ///< columns of columns_read(query)
  std::span<const QueryPart> totals;  ///< columns of columns_read(totals_query())
};
/// The questions that they are planned for.
[[nodiscard]] query::Query find_query(query::Query query);
[[nodiscard]] query::Query totals_query(query::Query query);

struct ApartWays {
  bool keep_rows = false;       ///< `rows` are read once and held; `find` is not looked at
  bool totals_of_kept = false;  ///< the totals come from them too; `totals` is not looked at
  bool cells = true;
  unsigned bits = 16;        ///< 2^bits cells: they and their sums should fit a processor's cache
  std::uint32_t most = 512;  ///< so many are looked into
};

/// Whether a question can be asked, and is better asked, this way. Keys are found by their totals here, and different values are
/// not counted.
[[nodiscard]] bool is_better_apart(const query::Query& query, bool rows_given);

/// For a question of which is_better_apart() is true. Errors as compile_query().
[[nodiscard]] Result<CompiledQuery> compile_apart(const query::Query& query, const ApartParts& parts,
                                                  const std::vector<KeyLiterals>* rows = nullptr, const ApartWays& ways = {});

}  // namespace weir::store
