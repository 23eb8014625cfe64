#include "main/all_metrics.h"

#include "collect/metrics.h"
#include "main/version.h"

namespace weir::main {

void register_all_metrics(Metrics& metrics, const collect::Shared& shared, const collect::Collector& collector,
                          const collect::Routing& routing, const serve::WebService& web) {
  collect::register_exporter_metrics(metrics, shared.exporters);
  collect::register_store_metrics(metrics, shared.store);
  collect::register_process_metrics(metrics, kVersion, shared.strings);
  collector.register_metrics(metrics);
  routing.register_metrics(metrics);
  web.add_metrics(metrics);
}

void register_background_metrics(Metrics& metrics, const collect::WebFiles& web_files, const collect::Rpki& rpki,
                                 const collect::InterfaceNames& interface_names,
                                 const collect::Mitigation& mitigation) {
  web_files.register_metrics(metrics);
  rpki.register_metrics(metrics);
  interface_names.register_metrics(metrics);
  mitigation.register_metrics(metrics);
}

}  // namespace weir::main
