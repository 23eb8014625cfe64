// Metrics: which statistics of the store they need, and how they look.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "serve/es/agg.h"

namespace weir::serve::es {

/// Whether the store answers it in one row with others; top_hits is no such.
[[nodiscard]] bool is_measured(const Agg& agg);
/// Whether it costs little in many buckets that are thrown away again.
[[nodiscard]] bool is_cheap(const Agg& agg);
/// Appends what the metric is made of.
void append_measures(const Agg& agg, std::vector<query::Measure>& to);
/// How many measures that are.
[[nodiscard]] std::size_t measure_count(const Agg& agg);

using MeasureValues = std::vector<std::vector<std::optional<double>>>;
/// The metric from its measures, which begin at `first`; `values` is empty where no record was.
[[nodiscard]] boost::json::object metric_json(const Agg& agg, const MeasureValues& values, std::size_t first, std::uint64_t documents);
/// Which of its measures an order such as "1", "1.avg" or "1.95" sorts by; nothing when it cannot be sorted by.
[[nodiscard]] std::optional<std::size_t> measure_of_path(const Agg& agg, std::string_view property);

}  // namespace weir::serve::es
