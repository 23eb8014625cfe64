// Aggregations as a body asks for them: a tree of buckets, metrics and pipelines, checked, not yet run.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "query/tally.h"
#include "serve/es/calendar.h"
#include "serve/es/es_error.h"
#include "serve/es/field.h"
#include "serve/es/hits.h"
#include "serve/es/query_dsl.h"

namespace weir::serve::es {

/// Buckets of one answer in all (search.max_buckets).
inline constexpr std::size_t kMostEsBuckets = 65'536;
/// Aggregations within each other, and in all.
inline constexpr std::size_t kMostAggDepth = 12;
inline constexpr std::size_t kMostAggs = 500;

enum class AggKind : std::uint8_t {
  // buckets
  terms, date_histogram, auto_date_histogram, histogram, range, date_range, ip_range, filter, filters, global, missing, composite,
  // metrics
  top_hits, sum, avg, min, max, stats, extended_stats, value_count, cardinality, percentiles, weighted_avg,
  // pipelines on the buckets around them
  derivative, cumulative_sum, moving_fn, moving_avg, serial_diff, bucket_script, bucket_selector, bucket_sort,
  // pipelines on the buckets of a neighbour
  max_bucket, min_bucket, avg_bucket, sum_bucket, stats_bucket,
};
enum class AggClass : std::uint8_t { bucket, metric, parent_pipeline, sibling_pipeline };

/// One bucket of range, date_range, ip_range, filter, filters or missing.
struct NamedCondition {
  std::string key;
  query::ExpressionPtr condition;
  boost::json::object shown;  ///< from, to, from_as_string...
  double from = 0;            ///< ranges are sorted by these
  double to = 0;
};

struct AggOrder {
  std::string path;  ///< "_count", "_key", or of a metric
  bool descending = true;
};

/// One source of composite.
struct CompositeSource {
  std::string name;
  Field field;
  query::Bucketing by;
  bool descending = false;
  std::string format;  ///< of dates; "": the number
  Zone zone;
};

struct Agg {
  std::string name;
  AggKind kind{};
  AggClass group{};
  std::string_view typed;  ///< how `typed_keys` calls it; terms differ by field
  std::optional<Field> field;
  bool unmapped = false;   ///< a field is named that there is not: nothing has a value
  std::optional<boost::json::value> missing;
  std::string format;
  Zone zone;
  bool keyed = false;

  std::size_t size = 10;
  std::uint64_t min_doc_count = 0;
  std::vector<AggOrder> orders;
  query::ExpressionPtr include;  ///< terms: only values that meet it

  double interval = 1;
  std::optional<Unit> calendar;
  double offset = 0;
  std::optional<std::pair<double, double>> extended_bounds;
  std::optional<std::pair<double, double>> hard_bounds;

  std::vector<NamedCondition> conditions;
  std::vector<CompositeSource> sources;
  std::optional<std::vector<query::Cell>> after;

  std::vector<double> percents;
  std::optional<Field> weight;
  HitsSpec hits;  ///< of top_hits

  std::vector<std::pair<std::string, std::string>> paths;  ///< buckets_path, by variable; "" of a single one
  std::string script;
  std::map<std::string, double> params;
  bool insert_zeros = false;  ///< gap_policy
  std::size_t window = 5;
  std::int64_t shift = 0;
  std::optional<UnixMillis> unit_ms;

  std::optional<boost::json::value> meta;
  std::vector<Agg> subs;
};

/// Reads "aggs". Errors: parsing_exception with line and column for what is no aggregation, illegal_argument_exception for
/// what does not fit the field or exceeds a bound.
[[nodiscard]] Parsed<std::vector<Agg>> parse_aggs(const Node& aggs, const QueryContext& context);

/// A scalar as the cell that the field's column would have; the empty cell where it has no such value.
[[nodiscard]] query::Cell cell_of_json(const Field& field, const boost::json::value& value, const DateContext& dates);

}  // namespace weir::serve::es
