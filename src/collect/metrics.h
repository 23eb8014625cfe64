// What the data path counts, where /metrics and the doctor read it. The names are listed in docs/reference/metrics.md.
#pragma once

#include <string>

#include "base/metrics.h"
#include "flow/exporter_table.h"
#include "flow/string_pool.h"
#include "store/store.h"

namespace weir::collect {

// What is handed in must outlive the last read of `metrics`.

/// weir_exporter_<counter>_total{exporter}, weir_exporter_last_seen_timestamp_seconds{exporter}, weir_exporters.
void register_exporter_metrics(Metrics& metrics, const flow::ExporterTable& exporters);
/// weir_store_...: flows, tiers, queue, alarms.
void register_store_metrics(Metrics& metrics, store::Store& store);
/// weir_build_info, weir_strings..., and process_... as Prometheus clients name them.
void register_process_metrics(Metrics& metrics, const std::string& version, const flow::StringPool& strings);

}  // namespace weir::collect
