// SQL of people, and readings of interfaces.
#include "store/duckdb/sql_answer.h"
#include "store/duckdb/store_impl.h"

namespace weir::store {

Result<query::SqlAnswer> DuckDbStore::sql(const query::SqlQuestion& question, const query::CancelFlag& cancel) {
  Result<query::SqlAnswer> out;
  const Asking asking{INT64_MIN / 2, INT64_MAX / 2, question.options, cancel, 4};
  const auto took = answer(asking, [&](Snapshot& snapshot, const RunSql& run) {
    out = answer_sql(question, snapshot, run);
    return out ? Result<void>() : std::unexpected(out.error());
  });
  if (!took) return std::unexpected(took.error());
  out->took_ms = *took;
  return out;
}

Result<std::vector<flow::InterfaceCounters>> DuckDbStore::last_counters(UnixMillis since,
                                                                        const query::CancelFlag& cancel) {
  Result<std::vector<flow::InterfaceCounters>> out;
  const query::RunOptions options;
  const Asking asking{since, INT64_MAX / 2, options, cancel, 1};
  const auto took = answer(asking, [&](Snapshot& snapshot, const RunSql& run) {
    out = read_last_counters(since, snapshot, run);
    return out ? Result<void>() : std::unexpected(out.error());
  });
  if (!took) return std::unexpected(took.error());
  return out;
}

}  // namespace weir::store
