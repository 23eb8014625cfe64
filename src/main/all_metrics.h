// Every metric of a running Weir, registered in one place, so that the reference page lists what /metrics gives.
#pragma once

#include "base/metrics.h"
#include "collect/collector.h"
#include "serve/web_service.h"

namespace weir::main {

/// All that is handed in outlives the last read of `metrics`.
void register_all_metrics(Metrics& metrics, const collect::Shared& shared, const collect::Collector& collector,
                          const serve::WebService& web);

}  // namespace weir::main
