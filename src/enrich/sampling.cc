// sampling_rate. The first of these that says something: the interface's override, the exporter's override (its own,
// else the one for all), what the exporter announced (decode/ has set it), the interface's default, the exporter's
// default.
//
// The interface is the one at which the packet was metered: the outgoing one where the exporter says that it looked at
// egress (direction "out", flowDirection 1), otherwise the incoming one.
#include "enrich/stage.h"

namespace weir::enrich {
namespace {

using flow::Column;

const InterfacePlan* metering_interface(const Job& job, const ExporterPlan& plan, std::size_t row) {
  const flow::FlowBatch& batch = job.batch;
  const bool egress = batch.get_or<Column::direction>(row, 0) == job.plan.texts.out;
  const flow::RowMask& mask = batch.masks()[row];
  if (!mask.has(egress ? Column::out_if : Column::in_if)) return nullptr;
  const auto at =
      plan.interfaces.find(egress ? batch.values<Column::out_if>()[row] : batch.values<Column::in_if>()[row]);
  return at == plan.interfaces.end() ? nullptr : &at->second;
}

/// The rate that the configuration gives a row; 0 leaves the row as it is.
std::uint32_t configured_rate(const Job& job, const ExporterPlan& plan, std::size_t row, bool announced) {
  const InterfacePlan* interface = plan.interface_sampling ? metering_interface(job, plan, row) : nullptr;
  if (interface != nullptr && interface->sampling_override != 0) return interface->sampling_override;
  if (plan.sampling_override != 0) return plan.sampling_override;
  if (announced) return 0;
  if (interface != nullptr && interface->sampling_default != 0) return interface->sampling_default;
  return plan.sampling_default;
}

}  // namespace

void set_sampling(const Job& job) {
  for (const Run& run : job.runs) {
    const ExporterPlan& plan = *run.exporter->plan;
    if (plan.sampling_override == 0 && plan.sampling_default == 0 && !plan.interface_sampling) continue;
    const auto rates = job.batch.values<Column::sampling_rate>();
    const auto masks = job.batch.masks();
    std::uint64_t filled = 0;
    for (std::size_t row = run.first; row < run.first + run.count; ++row) {
      const bool announced = masks[row].has(Column::sampling_rate);
      const std::uint32_t rate = configured_rate(job, plan, row, announced);
      if (rate == 0) continue;
      rates[row] = rate;
      masks[row].set(Column::sampling_rate);
      if (!announced) ++filled;
    }
    // decode/ has counted the rows whose rate was announced; those filled here it has counted as flows_unsampled, which is
    // about what the exporter said. The doctor takes flows_rate_configured off it.
    if (filled == 0) continue;
    run.exporter->state->add(flow::Counter::flows_sampled, filled);
    run.exporter->state->add(flow::Counter::flows_rate_configured, filled);
  }
}

}  // namespace weir::enrich
