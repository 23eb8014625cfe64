// The question and its answer, neutral of engines: what the API, the command line and the reports all build.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "flow/as_names.h"
#include "flow/columns.h"
#include "query/expression.h"

namespace weir::query {

enum class Metric : std::uint8_t { bytes, packets, flows };

/// "Who sent the most?": sums of a metric over a time range, by dimensions, the largest first.
///
/// bytes and packets are multiplied by the sampling rate (1 where unknown); values marked suspect do not count. A
/// flow's bytes and packets belong to the moments between its start and its end: of a flow that began before `from_ms`
/// or ended after `to_ms`, the part within the range counts, split as flow/spread.h says. `flows` counts at the flow's
/// `time`.
struct Query {
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;  ///< exclusive
  ExpressionPtr filter;  ///< null means everything
  std::string filter_text;
  std::vector<flow::Column> by;  ///< none: one row of totals
  Metric metric = Metric::bytes;
  std::uint32_t top = 10;  ///< rows; what is left is summed into Answer::other
  /// Bucket length for a series per row; nothing means totals only. A multiple of a second.
  std::optional<UnixMillis> resolution_ms;
};

/// Three sums that every row has, whichever the query sorts by.
struct Sums {
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  std::uint64_t flows = 0;
};

/// A cell: nothing (unknown), a number, or text as shown (addresses, MACs, prefixes, names).
using Cell = std::variant<std::monostate, std::uint64_t, double, std::string>;

struct Row {
  std::vector<Cell> key;  ///< one for each of Query::by
  Sums sums;
  std::vector<Sums> series;  ///< one for each bucket, when a resolution was asked
};

struct Answer {
  std::vector<Row> rows;            ///< sorted by the metric, largest first; ties by key
  std::optional<Row> other;         ///< all that is not in rows; absent when nothing is left
  Row total;                        ///< rows and other together
  std::vector<UnixMillis> buckets;  ///< the start of each bucket of the series
  /// The range answered: the query's, or wider where only a rollup still has its beginning (then whole buckets of it).
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  std::string source;           ///< what was read, the coarsest first: "flows", "1h", "1h+1m+flows"
  std::uint64_t rows_read = 0;  ///< rows of the source that matched and were summed
  UnixMillis took_ms = 0;
  /// Of the autonomous systems in the rows, by number: for people (as_names_of.h). Engines leave it empty.
  std::vector<flow::AsName> as_names = {};
};

/// Set it from any thread to make a running query end with ErrorCode::cancelled.
using CancelFlag = std::atomic<bool>;

}  // namespace weir::query
