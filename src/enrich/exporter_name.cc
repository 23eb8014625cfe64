// exporter_name: the configured name of the exporter's address. Nothing else gives it.
#include "enrich/stage.h"

namespace weir::enrich {

void name_exporters(const Job& job) {
  using flow::Column;
  for (const Run& run : job.runs) {
    const flow::StringId name = run.exporter->plan->name;
    if (name == 0) continue;
    const auto names = job.batch.values<Column::exporter_name>();
    const auto masks = job.batch.masks();
    for (std::size_t row = run.first; row < run.first + run.count; ++row) {
      names[row] = name;
      masks[row].set(Column::exporter_name);
    }
  }
}

}  // namespace weir::enrich
