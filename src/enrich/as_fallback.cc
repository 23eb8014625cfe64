// src_as, dst_as where neither the routing table nor the exporter knows: from MMDB files, which are guesses of
// yesterday and so come last. Such a row does not count as routed.
#include "enrich/memory.h"
#include "enrich/route_choice.h"
#include "enrich/stage.h"

namespace weir::enrich {
namespace {

using flow::Column;

template <Column Address, Column As>
void fill_side(const Job& job) {
  const auto read = [](const Mmdb& mmdb, Mmdb::Entry entry) { return mmdb.as(entry); };
  const auto& files = job.memory.databases->ases;
  const auto masks = job.batch.masks();
  const auto addresses = job.batch.values<Address>();
  const auto ases = job.batch.values<As>();
  for (std::size_t row = 0; row < job.batch.size(); ++row) {
    if (!masks[row].has(Address)) continue;
    if (masks[row].has(As) && says(ases[row]) != Says::nothing) continue;
    const std::uint32_t as = job.memory.ases.find(files, addresses[row], read);
    if (as == 0) continue;
    ases[row] = as;
    masks[row].set(As);
  }
}

}  // namespace

void fill_as_from_files(const Job& job) {
  if (job.memory.databases == nullptr || job.memory.databases->ases.empty()) return;
  fill_side<Column::src_addr, Column::src_as>(job);
  fill_side<Column::dst_addr, Column::dst_as>(job);
}

}  // namespace weir::enrich
