#include "simulate/replay.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "simulate/udp_sender.h"

namespace weir::simulate {
namespace {

constexpr std::size_t kMostSockets = 1000;
constexpr std::uint32_t kFirstSource = 127U << 24U | 2U << 8U | 1U;  // 127.0.2.1
constexpr std::uint32_t kHostsOfEach = 254;                          // ... .254, then 127.0.3.1
constexpr std::int64_t kPatienceMs = 50;

// The sockets: one for each recorded session, made when it first appears.
class Senders {
 public:
  Senders(const ReplayOptions& options, ReplayCounts& counts)
      : options_(options),
        counts_(counts),
        own_addresses_(options.distinct_sources && options.target.address.is_v4() &&
                       is_loopback(options.target.address)) {}

  Result<UdpSender*> of(const flow::TransportSession& session) {
    const Endpoint from{session.source, session.source_port};
    if (const auto found = by_session_.find(from); found != by_session_.end()) return &senders_[found->second];
    const auto [exporter, is_new] =
        exporters_.try_emplace(session.source, static_cast<std::uint32_t>(exporters_.size()));
    counts_.exporters += is_new ? 1 : 0;
    ++counts_.sessions;
    Result<UdpSender> sender = open(exporter->second);
    if (!sender) {
      // Too many files, most likely: what has no socket of its own shares the last one.
      if (senders_.empty()) return std::unexpected(sender.error());
      ++counts_.shared;
      by_session_[from] = senders_.size() - 1;
      return &senders_.back();
    }
    by_session_[from] = senders_.size();
    senders_.push_back(std::move(*sender));
    return &senders_.back();
  }

  Result<UdpSender> open(std::uint32_t exporter) const {
    if (senders_.size() >= kMostSockets) return fail(ErrorCode::no_space, "as many sockets as replay opens");
    std::optional<Endpoint> local;
    if (own_addresses_) {
      local = Endpoint{IpAddress::v4(kFirstSource + exporter / kHostsOfEach * 256 + exporter % kHostsOfEach), 0};
    }
    return UdpSender::open(options_.target, local);
  }

  void add_up() const {
    for (const UdpSender& sender : senders_) {
      counts_.datagrams += sender.counts().datagrams;
      counts_.octets += sender.counts().octets;
      counts_.refused += sender.counts().refused;
      counts_.failed += sender.counts().failed;
    }
  }

 private:
  const ReplayOptions& options_;
  ReplayCounts& counts_;
  const bool own_addresses_;
  std::map<Endpoint, std::size_t> by_session_;
  std::map<IpAddress, std::uint32_t> exporters_;
  std::vector<UdpSender> senders_;
};

// Turns the recording's times into waits.
class Rhythm {
 public:
  explicit Rhythm(const ReplayOptions& options) : options_(options), due_ms_(static_cast<double>(steady_ms())) {}

  // Waits until a datagram of this time is due; false when told to stop.
  bool wait_for(UnixMillis recorded_ms, const std::atomic<bool>& stop) {
    if (options_.speed > 0) {
      const UnixMillis gap = last_ms_ ? std::clamp<UnixMillis>(recorded_ms - *last_ms_, 0, options_.most_gap_ms) : 0;
      due_ms_ += static_cast<double>(gap) / options_.speed;
      last_ms_ = std::max(last_ms_.value_or(recorded_ms), recorded_ms);
    }
    while (!stop.load(std::memory_order_relaxed)) {
      const auto left = static_cast<std::int64_t>(due_ms_) - steady_ms();
      if (options_.speed <= 0 || left <= 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(std::min(left, kPatienceMs)));
    }
    return false;
  }

 private:
  const ReplayOptions& options_;
  double due_ms_;  // by the steady clock
  std::optional<UnixMillis> last_ms_;
};

}  // namespace

Result<ReplayCounts> replay(const DatagramSource& source, const ReplayOptions& options, const std::atomic<bool>& stop) {
  if (options.target.port == 0) return fail(ErrorCode::invalid, "the target needs a port: ADDRESS:PORT");
  if (!(options.speed >= 0)) return fail(ErrorCode::invalid, "the speed must be 0 (as fast as possible) or more");
  ReplayCounts counts;
  Senders senders(options, counts);
  Rhythm rhythm(options);
  while (const std::optional<flow::Datagram> datagram = source()) {
    if (!rhythm.wait_for(datagram->received_ms, stop)) break;
    const Result<UdpSender*> sender = senders.of(datagram->session);
    if (!sender) return std::unexpected(sender.error());
    (void)(*sender)->send(datagram->payload);
  }
  senders.add_up();
  return counts;
}

}  // namespace weir::simulate
