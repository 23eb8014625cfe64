// ip_version: as the exporter says (decode/ has set it), else that of the source address, else of the destination
// address.
#include "enrich/stage.h"

namespace weir::enrich {

void fill_ip_version(const Job& job) {
  using flow::Column;
  flow::FlowBatch& batch = job.batch;
  const auto masks = batch.masks();
  const auto versions = batch.values<Column::ip_version>();
  for (std::size_t row = 0; row < batch.size(); ++row) {
    flow::RowMask& mask = masks[row];
    if (mask.has(Column::ip_version)) continue;
    if (!mask.has(Column::src_addr) && !mask.has(Column::dst_addr)) continue;
    const IpAddress address =
        mask.has(Column::src_addr) ? batch.values<Column::src_addr>()[row] : batch.values<Column::dst_addr>()[row];
    versions[row] = address.is_v4() ? 4 : 6;
    mask.set(Column::ip_version);
  }
}

}  // namespace weir::enrich
