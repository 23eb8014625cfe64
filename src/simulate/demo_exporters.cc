#include "simulate/demo_exporters.h"

namespace weir::simulate {

DemoExporters::DemoExporters(const DemoNetwork& network, const ExportIntervals& intervals) : network_(network) {
  for (const DemoRouter& router : network.routers()) processes_.emplace_back(router.exporter, intervals);
}

void DemoExporters::set_coarsening(std::uint32_t coarsening) {
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    const std::uint32_t rate = network_.routers()[i].exporter.sampling_rate;
    processes_[i].set_sampling_rate(rate == 1 ? 1 : rate * coarsening);
  }
}

}  // namespace weir::simulate
