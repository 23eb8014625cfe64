// The data of the live events, as JSON text. Shapes: web/src/api/types.ts.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "detect/detector.h"
#include "query/query.h"
#include "serve/monitor.h"

namespace weir::serve {

/// A page shows the busiest of many exporters; the others are in /api/v1/status.
inline constexpr std::size_t kMostLiveExporters = 200;

[[nodiscard]] std::string rates_json(const Rates& rates);
[[nodiscard]] std::string history_json(const std::deque<RatePoint>& history);
[[nodiscard]] std::string exporters_json(Diagnosis diagnosis, const Rates& rates, const store::Status& store);

/// One list of top talkers.
struct TopList {
  std::string_view name;  ///< "sources"
  std::vector<flow::Column> by;
};
[[nodiscard]] const std::vector<TopList>& top_lists();
/// A list's rows with rates over the answer's range: {"name", "by", "rows": [{"key", "bits_per_s", "packets_per_s",
/// "share"}]}; `share` is of all traffic of the range, between 0 and 1.
[[nodiscard]] std::string top_json(const std::vector<query::Answer>& answers, UnixMillis from, UnixMillis to);
/// {"step_ms", "points": [{"time", "bits_per_s", "packets_per_s"}]}.
[[nodiscard]] std::string traffic_json(const query::Answer& answer, UnixMillis step_ms);
/// {"number", "change": "opened", "updated" or "ended", "attack": as in /api/v1/attacks}.
[[nodiscard]] std::string attack_change_json(const detect::Change& change);
/// {"error": message}: the store could not answer.
[[nodiscard]] std::string error_json(const Error& error);

}  // namespace weir::serve
