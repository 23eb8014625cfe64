// Counts by exporter how many rows, and how many bytes of traffic, have a route or an AS, and where that is from. AS 0
// is what routers export for "not known". Bytes are multiplied by the sampling rate, as every total is.
#include <array>

#include "enrich/memory.h"
#include "enrich/stage.h"

namespace weir::enrich {
namespace {

using flow::Column;
using flow::Counter;

bool exporter_told(const flow::FlowBatch& batch, std::size_t row) {
  return batch.get_or<Column::dst_as>(row, 0) != 0 || batch.get_or<Column::src_as>(row, 0) != 0 ||
         batch.masks()[row].has(Column::as_path);
}

Counter counter_of(bgp::Choice choice) {
  switch (choice) {
    case bgp::Choice::own_view:
      return Counter::flows_routed_own_view;
    case bgp::Choice::next_hop:
      return Counter::flows_routed_next_hop;
    case bgp::Choice::best:
      return Counter::flows_routed_best;
    case bgp::Choice::none:
      break;
  }
  return Counter::flows_routed_exported;
}

struct Counts {
  std::array<std::uint64_t, 4> by_choice{};
  std::uint64_t octets_routed = 0;
  std::uint64_t octets_unrouted = 0;
};

Counts count(const Job& job, const Run& run) {
  const flow::FlowBatch& batch = job.batch;
  Counts out;
  for (std::size_t row = run.first; row < run.first + run.count; ++row) {
    const bgp::Choice choice = job.memory.choices.empty() ? bgp::Choice::none : job.memory.choices[row];
    const std::uint32_t rate = batch.get_or<Column::sampling_rate>(row, 1);
    const std::uint64_t octets = batch.get_or<Column::bytes>(row, 0) * (rate == 0 ? 1 : rate);
    if (choice == bgp::Choice::none && !exporter_told(batch, row)) {
      out.octets_unrouted += octets;
    } else {
      out.octets_routed += octets;
      ++out.by_choice[static_cast<std::size_t>(choice)];
    }
  }
  return out;
}

}  // namespace

void count_routed(const Job& job) {
  for (const Run& run : job.runs) {
    const Counts counts = count(job, run);
    flow::ExporterState& state = *run.exporter->state;
    std::uint64_t routed = 0;
    for (std::size_t i = 0; i < counts.by_choice.size(); ++i) {
      routed += counts.by_choice[i];
      if (counts.by_choice[i] > 0) state.add(counter_of(static_cast<bgp::Choice>(i)), counts.by_choice[i]);
    }
    if (routed > 0) state.add(Counter::flows_routed, routed);
    if (counts.octets_routed > 0) state.add(Counter::bytes_routed, counts.octets_routed);
    if (counts.octets_unrouted > 0) state.add(Counter::bytes_unrouted, counts.octets_unrouted);
  }
}

}  // namespace weir::enrich
