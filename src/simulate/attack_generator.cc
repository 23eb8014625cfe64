#include "simulate/attack_generator.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "simulate/export_encoder.h"
#include "simulate/load_traffic.h"

namespace weir::simulate {
namespace {

constexpr std::chrono::milliseconds kTick{20};
constexpr UnixMillis kAnnounceMs = 5 * kSecondMs;
constexpr UnixMillis kUptimeMs = 3 * kDayMs;
constexpr UnixMillis kMostLasts = 900;  // milliseconds that a flow of several packets lasts at most
constexpr std::size_t kMostAtOnce = 20'000;
constexpr std::uint32_t kSource = 127U << 24U | 3U << 8U | 1U;  // 127.0.3.1

Result<const AttackShape*> check(const AttackOptions& o) {
  const AttackShape* shape = find_attack_shape(o.kind);
  if (shape == nullptr) return fail(ErrorCode::invalid, "'" + o.kind + "' is no kind of attack; there are " + attack_words());
  if (o.target.port == 0) return fail(ErrorCode::invalid, "the target needs a port: ADDRESS:PORT");
  if (!o.own.is_v4() && o.protocol == flow::ExportProtocol::netflow5)
    return fail(ErrorCode::invalid, "NetFlow v5 cannot carry IPv6 flows");
  if (o.sampling_rate < 1) return fail(ErrorCode::invalid, "the sampling rate must be at least 1");
  if (!(o.packets_per_second >= 0 && o.packets_per_second <= 1e9))
    return fail(ErrorCode::invalid, "packets a second must be 0 to 1e9");
  return shape;
}

class Attacker {
 public:
  Attacker(const AttackOptions& options, const AttackShape& shape, UdpSender sender)
      : options_(options), shape_(shape), sender_(std::move(sender)), random_(mix(options.seed, 0xa77)) {
    SimulatedExporter exporter;
    exporter.protocol = options.protocol;
    exporter.name = "attack";
    exporter.address = sender_.local().address.is_v4() ? sender_.local().address : IpAddress::v4(kSource);
    exporter.local_as = kDemoAs;
    exporter.boot_ms = now_ms() - kUptimeMs;
    exporter.sampling_rate = options.sampling_rate;
    exporter.interfaces = LoadTraffic::interfaces();
    outside_if_ = exporter.interfaces.front().index;
    inside_if_ = exporter.interfaces.back().index;
    encoder_ = make_encoder(exporter);
    // An sFlow sample is of one packet; a sampled flow record nearly always too.
    const bool single = options.protocol == flow::ExportProtocol::sflow5 || options.sampling_rate > shape.packets;
    packets_ = single ? 1 : std::max<std::uint64_t>(1, shape.packets / options.sampling_rate);
  }

  GeneratorCounts run(const std::atomic<bool>& stop) {
    const UnixMillis begin = now_ms();
    const std::int64_t start = steady_ms();
    const double pps = options_.packets_per_second > 0 ? options_.packets_per_second : shape_.packets_per_second;
    const double flows_per_ms = pps / options_.sampling_rate / static_cast<double>(packets_) / 1000;
    std::int64_t announced = start - kAnnounceMs;
    for (std::int64_t now = start; now - start < options_.duration_ms && !stop.load(std::memory_order_relaxed);
         now = steady_ms()) {
      if (now - announced >= kAnnounceMs) {
        encoder_->announce(now_ms(), [&](Bytes datagram, std::size_t) {
          if (sender_.send(datagram)) ++counts_.announcements;
        });
        announced = now;
      }
      const double due = flows_per_ms * static_cast<double>(now - start) - static_cast<double>(counts_.flows);
      if (due >= 1) send(std::min<std::size_t>(static_cast<std::size_t>(due), kMostAtOnce), begin);
      std::this_thread::sleep_for(kTick);
    }
    counts_.elapsed_ms = steady_ms() - start;
    counts_.octets = sender_.counts().octets;
    counts_.refused = sender_.counts().refused;
    counts_.failed = sender_.counts().failed;
    return counts_;
  }

 private:
  void send(std::size_t count, UnixMillis begin) {
    flows_.clear();
    const UnixMillis now = now_ms();
    if (counts_.first_ms == 0) counts_.first_ms = now;
    for (std::size_t i = 0; i < count; ++i) {
      SimulatedFlow flow = attack_flow(shape_, options_.own, counts_.flows + i, packets_, random_);
      flow.in_if = shape_.outgoing ? inside_if_ : outside_if_;
      flow.out_if = shape_.outgoing ? outside_if_ : inside_if_;
      flow.end_ms = now;
      const UnixMillis lasts = packets_ == 1 ? 0 : random_.below(static_cast<std::uint32_t>(kMostLasts));
      flow.start_ms = std::max(begin, now - lasts);
      flows_.push_back(flow);
    }
    for (std::span<const SimulatedFlow> left = flows_; !left.empty();) {
      const std::size_t taken = encoder_->encode(left, now, datagram_);
      if (sender_.send(datagram_.view())) ++counts_.datagrams;
      for (const SimulatedFlow& flow : left.first(taken)) {
        counts_.bytes += flow.bytes;
        counts_.packets += flow.packets;
      }
      counts_.flows += taken;
      left = left.subspan(taken);
    }
  }

  const AttackOptions& options_;
  const AttackShape& shape_;
  UdpSender sender_;
  Random random_;
  std::unique_ptr<ExportEncoder> encoder_;
  ByteWriter datagram_;
  std::vector<SimulatedFlow> flows_;
  std::uint64_t packets_ = 1;  // of a flow
  std::uint32_t outside_if_ = 0;
  std::uint32_t inside_if_ = 0;
  GeneratorCounts counts_;
};

}  // namespace

Result<GeneratorCounts> run_attack(const AttackOptions& options, const std::atomic<bool>& stop) {
  const auto shape = check(options);
  if (!shape) return std::unexpected(shape.error());
  std::optional<Endpoint> from;
  if (options.target.address.is_v4() && is_loopback(options.target.address)) from = Endpoint{IpAddress::v4(kSource), 0};
  auto sender = UdpSender::open(options.target, from);
  if (!sender) return std::unexpected(sender.error());
  return Attacker(options, **shape, *std::move(sender)).run(stop);
}

}  // namespace weir::simulate
