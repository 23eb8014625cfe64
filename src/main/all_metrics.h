// Every metric of a running Weir, registered in one place, so that the reference page lists what /metrics gives.
#pragma once

#include "base/metrics.h"
#include "collect/collector.h"
#include "collect/interface_names.h"
#include "collect/mitigation.h"
#include "collect/routing.h"
#include "collect/rpki.h"
#include "collect/web_files.h"
#include "serve/web_service.h"

namespace weir::main {

/// All that is handed in outlives the last read of `metrics`.
void register_all_metrics(Metrics& metrics, const collect::Shared& shared, const collect::Collector& collector,
                          const collect::Routing& routing, const serve::WebService& web);
/// The rest: what is fetched, asked or watched beside the flows.
void register_background_metrics(Metrics& metrics, const collect::WebFiles& web_files, const collect::Rpki& rpki,
                                 const collect::InterfaceNames& interface_names, const collect::Mitigation& mitigation);

}  // namespace weir::main
