// Buckets while they are made, and what pipelines do with them.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "serve/es/agg.h"

namespace weir::serve::es {

struct EsBucket {
  std::vector<query::Cell> key;  ///< of all levels from the top to this one
  boost::json::object body;      ///< key, doc_count, and what is within
  std::uint64_t documents = 0;
};

/// The number that a path names in a bucket: "_count", "_key", "1", "1.avg", "1[95.0]", "filter>1". Nothing where there is
/// none; with `gaps`, also where the bucket is empty (unless its count is asked for).
[[nodiscard]] std::optional<double> path_value(const boost::json::object& bucket, std::string_view path, bool gaps);
/// Whether the first step of a path is there at all.
[[nodiscard]] bool has_path(const boost::json::object& bucket, std::string_view path);

/// derivative, bucket_script and the like: writes into the buckets, or drops and sorts them.
[[nodiscard]] Parsed<void> run_parent_pipeline(const Agg& pipeline, std::vector<EsBucket>& buckets);
/// max_bucket and the like, on the results of one level.
[[nodiscard]] Parsed<boost::json::object> run_sibling_pipeline(const Agg& pipeline, const boost::json::object& results);

/// By orders whose paths are in the bodies; ties keep their order.
void sort_buckets(std::vector<EsBucket>& buckets, const std::vector<AggOrder>& orders);

}  // namespace weir::serve::es
