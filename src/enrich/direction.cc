// direction: as the exporter says (decode/ has set it), else from the classes of the two interfaces. transit, peering
// and ix lead outside; all others, also the unknown, lie inside. From outside to inside is "in", the reverse "out".
// What passes from outside to outside, or stays inside, has no direction.
#include "enrich/stage.h"

namespace weir::enrich {
namespace {

using flow::Column;

template <Column Class>
bool leads_outside(const flow::FlowBatch& batch, const KnownTexts& texts, std::size_t row) {
  const flow::StringId id = batch.get_or<Class>(row, 0);
  return id != 0 && (id == texts.transit || id == texts.peering || id == texts.ix);
}

}  // namespace

void find_direction(const Job& job) {
  const flow::FlowBatch& batch = job.batch;
  // Nothing in this batch has a class: leave the columns untouched.
  if (batch.values<Column::in_if_class>().empty() && batch.values<Column::out_if_class>().empty()) return;
  const auto directions = job.batch.values<Column::direction>();
  const auto masks = job.batch.masks();
  for (std::size_t row = 0; row < batch.size(); ++row) {
    if (masks[row].has(Column::direction)) continue;
    const bool from_outside = leads_outside<Column::in_if_class>(batch, job.plan.texts, row);
    const bool to_outside = leads_outside<Column::out_if_class>(batch, job.plan.texts, row);
    if (from_outside == to_outside) continue;
    directions[row] = from_outside ? job.plan.texts.in : job.plan.texts.out;
    masks[row].set(Column::direction);
  }
}

}  // namespace weir::enrich
