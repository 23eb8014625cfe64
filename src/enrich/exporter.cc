// exporter, exporter_name: the address and the name configured for the address that decode/ has found (the datagram's
// source, or an address in the message). Nothing else gives a name; without a configured address what decode/ found
// stands.
#include "enrich/stage.h"

namespace weir::enrich {

void name_exporters(const Job& job) {
  using flow::Column;
  const auto masks = job.batch.masks();
  for (const Run& run : job.runs) {
    const ExporterPlan& plan = *run.exporter->plan;
    if (plan.shown_as) {
      const auto addresses = job.batch.values<Column::exporter>();
      for (std::size_t row = run.first; row < run.first + run.count; ++row) {
        addresses[row] = *plan.shown_as;
        masks[row].set(Column::exporter);
      }
    }
    if (plan.name == 0) continue;
    const auto names = job.batch.values<Column::exporter_name>();
    for (std::size_t row = run.first; row < run.first + run.count; ++row) {
      names[row] = plan.name;
      masks[row].set(Column::exporter_name);
    }
  }
}

}  // namespace weir::enrich
