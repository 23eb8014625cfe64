#include "simulate/demo_live.h"

#include <chrono>
#include <thread>

namespace weir::simulate {
namespace {

constexpr UnixMillis kTickMs = kSecondMs;
constexpr UnixMillis kMostGapMs = kMinuteMs;
constexpr std::chrono::milliseconds kPatience{50};

}  // namespace

Result<DemoLive> DemoLive::open(const DemoNetwork& network, DemoExporters& exporters, const Endpoint& to) {
  if (!to.address.is_v4() || !is_loopback(to.address)) {
    return fail(ErrorCode::invalid,
                "the demo network sends to this machine only, to an address in 127.0.0.0/8, not to " + to_string(to));
  }
  DemoLive live(network, exporters);
  for (const DemoRouter& router : network.routers()) {
    Result<UdpSender> sender = UdpSender::open(to, router.source);
    if (!sender) return std::unexpected(sender.error());
    live.senders_.push_back(std::move(*sender));
  }
  return live;
}

void DemoLive::start_at(UnixMillis from_ms) {
  exporters_->set_coarsening(1);
  streams_.clear();
  for (std::size_t i = 0; i < senders_.size(); ++i) streams_.emplace_back(*network_, i, 1, from_ms);
  done_ms_ = from_ms;
}

void DemoLive::tick(UnixMillis now) {
  if (now < done_ms_) start_at(now);
  if (now - done_ms_ > kMostGapMs) {
    for (DemoFlowStream& stream : streams_) stream.skip_to(now - kMostGapMs);
  }
  for (std::size_t router = 0; router < senders_.size(); ++router) {
    const Emit send = [&](Bytes datagram, std::size_t flows) {
      if (senders_[router].send(datagram)) flows_ += flows;
    };
    ExportingProcess& process = exporters_->of(router);
    process.keep_up(now, send);
    for (auto flows = streams_[router].take(now); !flows.empty(); flows = streams_[router].take(now)) {
      process.send(flows, now, send);
    }
  }
  done_ms_ = now;
}

void DemoLive::run(UnixMillis from_ms, const std::atomic<bool>& stop) {
  start_at(from_ms);
  while (!stop.load(std::memory_order_relaxed)) {
    const UnixMillis now = now_ms();
    if (now - done_ms_ >= kTickMs || done_ms_ - now > kMostGapMs) tick(now);
    std::this_thread::sleep_for(kPatience);
  }
}

SendCounts DemoLive::counts() const {
  SendCounts total;
  for (const UdpSender& sender : senders_) {
    total.datagrams += sender.counts().datagrams;
    total.octets += sender.counts().octets;
    total.refused += sender.counts().refused;
    total.failed += sender.counts().failed;
  }
  return total;
}

}  // namespace weir::simulate
