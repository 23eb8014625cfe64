#include "simulate/demo_history.h"

#include <algorithm>

namespace weir::simulate {

DemoHistory::DemoHistory(const DemoNetwork& network, DemoExporters& exporters, UnixMillis from_ms, UnixMillis to_ms,
                         std::uint16_t local_port)
    : network_(network), exporters_(exporters), now_ms_(from_ms), to_ms_(to_ms), local_port_(local_port) {
  exporters_.set_coarsening(kHistoryCoarsening);
  for (std::size_t i = 0; i < network.routers().size(); ++i) {
    streams_.emplace_back(network, i, kHistoryCoarsening, from_ms);
  }
}

std::optional<flow::Datagram> DemoHistory::next() {
  while (next_ == pending_.size()) {
    if (now_ms_ >= to_ms_) return std::nullopt;
    step();
  }
  const Pending& pending = pending_[next_++];
  const Endpoint& source = network_.routers()[pending.router].source;
  return flow::Datagram{.payload = Bytes(octets_).subspan(pending.start, pending.octets),
                        .session = {source.address, source.port, local_port_},
                        .received_ms = now_ms_};
}

void DemoHistory::step() {
  now_ms_ = std::min(now_ms_ + kStepMs, to_ms_);
  octets_.clear();
  pending_.clear();
  next_ = 0;
  for (std::size_t router = 0; router < streams_.size(); ++router) {
    const Emit keep = [&](Bytes datagram, std::size_t flows) {
      pending_.push_back({octets_.size(), datagram.size(), router});
      octets_.insert(octets_.end(), datagram.begin(), datagram.end());
      flows_ += flows;
    };
    ExportingProcess& process = exporters_.of(router);
    process.keep_up(now_ms_, keep);
    for (auto flows = streams_[router].take(now_ms_); !flows.empty(); flows = streams_[router].take(now_ms_)) {
      process.send(flows, now_ms_, keep);
    }
  }
}

}  // namespace weir::simulate
