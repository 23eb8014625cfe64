// Counts the rows with a route or an AS, wherever it came from: flows_routed. AS 0 is what routers export for "not known".
#include "enrich/stage.h"

namespace weir::enrich {
namespace {

using flow::Column;

bool is_routed(const flow::FlowBatch& batch, std::size_t row) {
  return batch.get_or<Column::dst_as>(row, 0) != 0 || batch.get_or<Column::src_as>(row, 0) != 0 ||
         batch.masks()[row].has(Column::as_path);
}

}  // namespace

void count_routed(const Job& job) {
  const flow::FlowBatch& batch = job.batch;
  for (const Run& run : job.runs) {
    std::uint64_t routed = 0;
    for (std::size_t row = run.first; row < run.first + run.count; ++row) routed += is_routed(batch, row) ? 1U : 0U;
    if (routed > 0) run.exporter->state->add(flow::Counter::flows_routed, routed);
  }
}

}  // namespace weir::enrich
