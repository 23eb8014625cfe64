// Questions about records rather than traffic: counts and statistics of any columns in any buckets, and the records
// themselves. The Elasticsearch-compatible API, the raw flows of the API and the reports' presets ask in this form.
//
// A record counts here as one, with its values as stored: nothing is multiplied by the sampling rate and nothing is spread
// over time. Whoever wants traffic asks a Query.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "query/query.h"

namespace weir::query {

/// A value of one column is the bucket. Unknown values make a bucket of their own (an empty cell) only with `missing`.
struct ByColumn {
  flow::Column column;
  bool missing = false;
};
/// Buckets of a fixed length: of time columns in ms (whole ones), of numbers in their unit. The bucket is its lower end: a
/// whole number for time columns, a real one for all others. Unknown values are in no bucket.
struct ByInterval {
  flow::Column column;
  double interval = 1;
  double offset = 0;
};
/// Calendar buckets of a time column in a time zone (IANA name, or "+08:00"); weeks begin on Monday. The bucket is the moment
/// when it begins.
struct ByCalendar {
  enum class Unit : std::uint8_t { minute, hour, day, week, month, quarter, year };
  flow::Column column;
  Unit unit = Unit::day;
  std::string time_zone = "UTC";
};
/// Named conditions; a record is in the bucket of each that it meets. The bucket is its index, a number.
struct ByConditions {
  std::vector<ExpressionPtr> conditions;
};
using Bucketing = std::variant<ByColumn, ByInterval, ByCalendar, ByConditions>;

enum class Statistic : std::uint8_t {
  count,           ///< records, or with a column those in which it is known
  sum,
  minimum,
  maximum,
  average,
  sum_of_squares,
  distinct,        ///< known values; approximate from 10,000 on, within 2 %
  percentiles,     ///< of `percents`, interpolated; exact up to 100,000 records of a bucket, then within 1 %
  weighted_average,  ///< of `column`, by `weight`; records that lack one of them do not count
};

struct Measure {
  Statistic statistic = Statistic::count;
  std::optional<flow::Column> column;  ///< a number, a time; for distinct and count any
  std::optional<flow::Column> weight;
  std::vector<double> percents;        ///< 0 to 100
};

/// Counts records in the time range [from_ms, to_ms) of `time` that match `filter`, by all combinations of `by`.
struct Tally {
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  ExpressionPtr filter;  ///< null: everything
  std::vector<Bucketing> by;
  std::vector<Measure> measures;
  /// What the rows are sorted by: a measure (of percentiles the first), or the key (nothing); ties by key. What is unknown
  /// comes last.
  struct Order {
    std::optional<std::size_t> measure;
    bool descending = true;
  };
  std::vector<Order> order = {};
  std::uint32_t top = 10'000;  ///< rows of the answer; further ones are counted in TallyAnswer::left_out
  RunOptions options = {};
};

struct TallyRow {
  std::vector<Cell> key;  ///< one for each of Tally::by
  /// One for each of Tally::measures; of percentiles as many as asked. No value where no record had one.
  std::vector<std::vector<std::optional<double>>> values;
};

struct TallyAnswer {
  std::vector<TallyRow> rows;          ///< only buckets that hold a record; without `by` one row, also of none
  std::uint64_t left_out = 0;          ///< rows behind `top`
  std::uint64_t left_out_records = 0;  ///< the records in them
  std::uint64_t records = 0;           ///< that matched, each once
  UnixMillis took_ms = 0;
};

/// Records themselves, in an order that is the same whenever it is asked: by the sort columns (what is unknown comes last),
/// then the newest first, then by what they hold, so that it is the same after they were moved within the store.
///
/// Sorted by time first (or by nothing), a page reads no more of the store than the stretch of time it comes from; any
/// other order reads the whole range for every page.
struct Search {
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  ExpressionPtr filter;
  std::vector<flow::Column> columns;  ///< stored or derived; none: all
  struct Order {
    flow::Column column;
    bool descending = true;
  };
  std::vector<Order> order;           ///< none: the newest first
  std::uint32_t most = 100;
  /// Where the last answer ended (SearchAnswer::next); "": from the beginning. It stays good while flows come in: what is
  /// newer than the first page's answer is not in later ones.
  std::string after;
  RunOptions options = {};
};

struct SearchAnswer {
  std::vector<flow::Column> columns;
  std::vector<std::vector<Cell>> rows;  ///< one cell for each column
  std::string next;                     ///< "" when this is the end
  UnixMillis took_ms = 0;
};

}  // namespace weir::query
