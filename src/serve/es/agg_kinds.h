// THE table of aggregations: how each is called and what reads its body.
#pragma once

#include <span>
#include <string_view>

#include "serve/es/agg.h"

namespace weir::serve::es {

struct AggRow {
  std::string_view name;
  AggKind kind;
  AggClass group;
  std::string_view typed;
  Parsed<void> (*read)(const Node& body, const QueryContext& context, Agg& to);
};

[[nodiscard]] std::span<const AggRow> agg_rows();
[[nodiscard]] const AggRow* find_agg_row(std::string_view name);

// agg_read_buckets.cc
Parsed<void> read_terms(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_date_histogram(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_auto_date_histogram(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_histogram(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_composite(const Node& body, const QueryContext& context, Agg& to);
// agg_read_conditions.cc
Parsed<void> read_range(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_date_range(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_ip_range(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_filter(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_filters(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_global(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_missing(const Node& body, const QueryContext& context, Agg& to);
// agg_read_metrics.cc
Parsed<void> read_top_hits(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_metric(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_percentiles(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_weighted_avg(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_pipeline(const Node& body, const QueryContext& context, Agg& to);
Parsed<void> read_bucket_sort(const Node& body, const QueryContext& context, Agg& to);

// Shared by the readers.
[[nodiscard]] std::optional<Node> member(const Node& body, std::string_view name);
/// The "field" of a body, and what goes with it: missing, format, time_zone, keyed. Other members than these and
/// `known` are errors.
Parsed<void> read_field(const Node& body, std::initializer_list<std::string_view> known, Agg& to);
/// "order": {"_count": "desc"}, or a list of such.
Parsed<void> read_orders(const Node& body, Agg& to);

}  // namespace weir::serve::es
