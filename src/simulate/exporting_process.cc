#include "simulate/exporting_process.h"

namespace weir::simulate {

ExportingProcess::ExportingProcess(const SimulatedExporter& exporter, const ExportIntervals& intervals)
    : encoder_(make_encoder(exporter)), intervals_(intervals), sampling_rate_(exporter.sampling_rate) {
  for (const SimulatedInterface& interface : exporter.interfaces) {
    flow::InterfaceCounters counters;
    counters.exporter = exporter.address;
    counters.if_index = interface.index;
    counters.speed_bps = interface.speed_bps;
    counters.admin_up = true;
    counters.oper_up = true;
    counters_.push_back(counters);
  }
}

void ExportingProcess::keep_up(UnixMillis now, const Emit& emit) {
  if (now >= next_announce_ms_) {
    encoder_->announce(now, emit);
    next_announce_ms_ = now + intervals_.announce_ms;
  }
  if (now >= next_counters_ms_) {
    for (flow::InterfaceCounters& counters : counters_) counters.time_ms = now;
    encoder_->send_counters(counters_, now, emit);
    next_counters_ms_ = now + intervals_.counters_ms;
  }
}

void ExportingProcess::send(std::span<const SimulatedFlow> flows, UnixMillis now, const Emit& emit) {
  for (const SimulatedFlow& flow : flows) count(flow);
  while (!flows.empty()) {
    const std::size_t taken = encoder_->encode(flows, now, datagram_);
    emit(datagram_.view(), taken);
    flows = flows.subspan(taken);
  }
}

void ExportingProcess::set_sampling_rate(std::uint32_t rate) {
  encoder_->set_sampling_rate(rate);
  sampling_rate_ = rate;
  next_announce_ms_ = INT64_MIN;
}

void ExportingProcess::count(const SimulatedFlow& flow) {
  for (flow::InterfaceCounters& counters : counters_) {
    if (counters.if_index == flow.in_if) {
      counters.in_octets += flow.bytes * sampling_rate_;
      counters.in_packets += flow.packets * sampling_rate_;
    }
    if (counters.if_index == flow.out_if) {
      counters.out_octets += flow.bytes * sampling_rate_;
      counters.out_packets += flow.packets * sampling_rate_;
    }
  }
}

}  // namespace weir::simulate
