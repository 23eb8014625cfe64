// Indices: one for each day (UTC) of which there are flows, stat-YYYYMMDD, as the old system named them.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "query/query.h"
#include "serve/es/es_error.h"
#include "store/store.h"

namespace weir::serve::es {

/// "stat-20261123".
[[nodiscard]] std::string index_of(UnixMillis time);
/// The beginning of the day that an index is of; nothing for other names.
[[nodiscard]] std::optional<UnixMillis> day_of_index(std::string_view name);

struct Day {
  UnixMillis begin_ms = 0;
  std::uint64_t documents = 0;
};

/// Which days there are, with their documents. Counting is not free, so that what was found is kept for a moment: a
/// second for the last two days, a minute for the others. Any thread.
class Indices {
 public:
  explicit Indices(store::Store& store) : store_(store) {}
  /// The oldest first.
  [[nodiscard]] Parsed<std::vector<Day>> list(UnixMillis now, const query::CancelFlag& cancel);

 private:
  [[nodiscard]] Parsed<std::vector<Day>> count(UnixMillis from, UnixMillis to, const query::CancelFlag& cancel);

  store::Store& store_;
  std::mutex mutex_;
  std::vector<Day> days_;
  std::optional<UnixMillis> counted_all_ms_;
  std::optional<UnixMillis> counted_recent_ms_;
};

struct IndexOptions {
  bool ignore_unavailable = false;  ///< a day that there is not is left out, instead of an error
  bool allow_no_indices = true;     ///< false: a pattern that fits none is an error
};

/// What a request's names come to.
struct Selection {
  std::vector<Day> days;  ///< the oldest first
  UnixMillis from_ms = 0;  ///< the range that holds them all; from == to when there are none
  UnixMillis to_ms = 0;
  /// Set where days are left out between the first and the last.
  query::ExpressionPtr filter;
};

/// Names, patterns and exclusions, separated by commas: "", "_all", "*", "stat-2026*,-stat-20261101",
/// "<stat-{now/d-1d{yyyyMMdd|+08:00}}>". Errors: index_not_found_exception (404), illegal_argument_exception.
[[nodiscard]] Parsed<Selection> select_indices(std::string_view names, const std::vector<Day>& days,
                                               const IndexOptions& options, UnixMillis now);

}  // namespace weir::serve::es
