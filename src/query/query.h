// The question and its answer, neutral of engines: what the API, the command line and the reports all build.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ip_address.h"
#include "flow/as_names.h"
#include "flow/columns.h"
#include "query/expression.h"

namespace weir::query {

/// What rows are sorted by, and what their statistics are of.
enum class Metric : std::uint8_t {
  bytes,         ///< of layer 3
  packets,
  flows,
  layer2_bytes,  ///< bytes and Query::layer2_overhead for each packet
  packet_size,   ///< bytes by packets; statistics are of bytes
  distinct,      ///< different values of the first of Query::distinct; statistics are of bytes
};

/// By which of its numbers a row has its place. All but `total` are of the samples of the metric (see Statistics) and need a
/// resolution. The average has no entry: it sorts as the total does.
enum class Rank : std::uint8_t { total, maximum, last, percentile_95 };

/// How a question is run: nothing here changes its answer.
struct RunOptions {
  UnixMillis time_limit_ms = 0;           ///< 0: none. ErrorCode::cancelled when it is over
  /// What the engine may hold for running questions, beyond its caches; ErrorCode::no_space above it. 0: the engine's own
  /// limit. It is looked at while the question runs, and an engine may not be able to tell questions that run at once apart.
  std::uint64_t memory_limit_octets = 0;
  /// The engine writes here how far it is, from 0 to 1; it never goes back. Null: nobody asks.
  std::shared_ptr<std::atomic<double>> progress = nullptr;
  /// The speed of an interface in bit/s, where it is known; for Query::interface_share.
  std::function<std::optional<std::uint64_t>(const IpAddress& exporter, std::uint32_t if_index)> speed_of = nullptr;
};

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
  Rank rank = Rank::total;
  /// What layer 2 adds to each packet, in octets: 18 for an Ethernet header and checksum, 38 with preamble and gap.
  std::optional<std::uint32_t> layer2_overhead = std::nullopt;
  /// Columns whose different known values are counted for each row, over the whole range: Row::distinct. Approximate, within
  /// 2 %.
  std::vector<flow::Column> distinct = {};
  /// Also the traffic the other way (mirror.h): the same keys with source and destination, in and out exchanged in `by` and
  /// `filter`. Rows are found and sorted by the way that was asked for: Row::reverse.
  bool both_directions = false;
  /// Also what the same rows had this long before: Row::previous.
  std::optional<UnixMillis> compare_ms = std::nullopt;
  /// Row::speed_bps; needs exporter and one of in_if and out_if in `by`.
  bool interface_share = false;
  /// False: the series only serves the statistics and is not in the answer.
  bool series = true;
  RunOptions options = {};
};

/// Three sums that every row has, whichever the query sorts by.
struct Sums {
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  std::uint64_t flows = 0;
};

/// Of one row over the buckets of the resolution. Every bucket of the range is one sample: the rate of the metric over it
/// (bit/s, packets/s or flows/s), 0 where nothing happened. Buckets begin at the range's beginning, so that only the last
/// one may be cut short by its end; its rate is over the time that it has.
///
/// The 95th percentile is the one of invoices: the samples are sorted, the top 5 % of them thrown away (their number
/// rounded down), and it is the highest that is left. Of 40 samples two are thrown away and it is the third highest; of 19
/// none and it is the highest; of the 8640 of 30 days at 5 minutes 432, and it is the 433rd.
struct Statistics {
  double minimum = 0;
  double maximum = 0;
  double average = 0;  ///< over the range, not of the samples: the same unless the last bucket is cut short
  double last = 0;
  double percentile_95 = 0;
};

/// A cell: nothing (unknown), a number, or text as shown (addresses, MACs, prefixes, names).
using Cell = std::variant<std::monostate, std::uint64_t, double, std::string>;

/// What another question says of the same row.
struct Traffic {
  Sums sums;
  std::vector<Sums> series;
  std::optional<Statistics> statistics = std::nullopt;
};

struct Row {
  std::vector<Cell> key;  ///< one for each of Query::by
  Sums sums;
  std::vector<Sums> series;  ///< one for each bucket, when a resolution was asked
  std::optional<Statistics> statistics = std::nullopt;  ///< when a resolution was asked
  std::vector<std::uint64_t> distinct = {};             ///< one for each of Query::distinct
  std::optional<Traffic> reverse = std::nullopt;        ///< with Query::both_directions
  std::optional<Traffic> previous = std::nullopt;       ///< with Query::compare_ms
  std::optional<std::uint64_t> speed_bps = std::nullopt;  ///< with Query::interface_share, where it is known
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
