#include "simulate/generator.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <thread>
#include <vector>

#include "simulate/datagram_pool.h"
#include "simulate/token_bucket.h"

namespace weir::simulate {
namespace {

constexpr std::int64_t kTickNs = 1'000'000;  // datagrams that are due are sent at least this often
constexpr std::int64_t kMostBacklogNs = 50'000'000;
constexpr std::int64_t kPatienceNs = 20'000'000;  // looks at the stop flag at least this often
constexpr std::size_t kBatch = UdpSender::kMostBatch;
constexpr int kMostFruitless = 100;           // batches in a row of which nothing could be sent: the end
constexpr UnixMillis kUptimeMs = 3 * kDayMs;  // how long the simulated routers have been up at the start
constexpr unsigned kMostExporters = 1000;
constexpr std::uint32_t kFirstSource = 127U << 24U | 1U << 8U | 1U;  // 127.0.1.1

std::int64_t steady_ns() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

Result<void> check(const GeneratorOptions& o) {
  const auto refuse = [](std::string message) -> Result<void> { return fail(ErrorCode::invalid, std::move(message)); };
  using enum flow::ExportProtocol;
  if (o.protocol != netflow5 && o.protocol != netflow9 && o.protocol != ipfix && o.protocol != sflow5) {
    return refuse("the generator speaks netflow5, netflow9, ipfix and sflow5, not " +
                  std::string(flow::to_string(o.protocol)));
  }
  if (o.target.port == 0) return refuse("the target needs a port: ADDRESS:PORT");
  if (!(o.flows_per_second >= 0) || o.flows_per_second > 1e9) return refuse("the rate must be 0 to 1e9 flows a second");
  if (o.exporters < 1 || o.exporters > kMostExporters) return refuse("exporters must be 1 to 1000");
  if (o.observation_domains < 1 || o.observation_domains > 1000) return refuse("observation domains must be 1 to 1000");
  if (!(o.ipv6_share >= 0 && o.ipv6_share <= 1)) return refuse("the IPv6 share must be 0 to 1");
  if (o.ipv6_share > 0 && o.protocol == netflow5) return refuse("NetFlow v5 cannot carry IPv6 flows");
  if (o.sampling_rate < 1) return refuse("the sampling rate must be at least 1");
  if (o.protocol == netflow5 && o.sampling_rate > 16383) return refuse("NetFlow v5 can tell rates up to 16383");
  if (o.distinct_datagrams < kBatch || o.distinct_datagrams > 1'000'000) {
    return refuse("distinct datagrams must be " + std::to_string(kBatch) + " to 1000000");
  }
  if (o.active_timeout_ms < 1 || o.active_timeout_ms > kHourMs) return refuse("the active timeout must be 1 ms to 1 h");
  if (o.announce_ms < 100) return refuse("templates cannot be sent more often than every 100 ms");
  return {};
}

SimulatedExporter describe(const GeneratorOptions& options, UnixMillis boot_ms) {
  SimulatedExporter exporter;
  exporter.protocol = options.protocol;
  exporter.name = "generator";
  exporter.address = IpAddress::v4(kFirstSource);
  exporter.local_as = kDemoAs;
  exporter.boot_ms = boot_ms;
  exporter.sampling_rate = options.sampling_rate;
  exporter.interfaces = LoadTraffic::interfaces();
  return exporter;
}

// At low rates, some datagrams every second rather than a full one now and then.
std::size_t most_flows(const GeneratorOptions& options) {
  if (options.flows_per_datagram > 0) return options.flows_per_datagram;
  if (options.flows_per_second <= 0) return SIZE_MAX;
  return static_cast<std::size_t>(std::ceil(options.flows_per_second / 20));
}

// One Transport Session and Observation Domain.
struct Stream {
  std::size_t sender = 0;
  IpAddress exporter;
  std::uint32_t domain = 0;
  std::uint32_t sequence = 0;
  std::int64_t next_announce_ns = 0;
  std::unique_ptr<ExportEncoder> announcer;
  std::vector<std::uint32_t> samples_by_if;
};

}  // namespace

class Generator::Impl {
 public:
  Impl(const GeneratorOptions& options, UnixMillis boot_ms)
      : options_(options),
        boot_ms_(boot_ms),
        pool_({.exporter = describe(options, boot_ms),
               .datagrams = options.distinct_datagrams,
               .most_flows = most_flows(options),
               .ipv6_share = options.ipv6_share,
               .seed = options.seed,
               .active_timeout_ms = options.active_timeout_ms}) {}

  Result<void> open_streams();
  GeneratorCounts run(const std::atomic<bool>& stop, const std::function<void(const GeneratorCounts&)>& progress);

 private:
  [[nodiscard]] bool done(std::int64_t now_ns) const;
  void announce(Stream& stream, std::int64_t now_ns);
  std::uint64_t send_batch(Stream& stream, std::uint64_t most_flows);
  void send_last(Stream& stream, std::uint64_t flows);
  void send_stamped(Stream& stream, std::span<const std::size_t> which);
  [[nodiscard]] Stamp stamp_for(Stream& stream) const;
  void wait(TokenBucket& bucket, std::int64_t flows) const;
  void add_socket_counts();

  GeneratorOptions options_;
  UnixMillis boot_ms_;
  DatagramPool pool_;
  std::vector<UdpSender> senders_;
  std::vector<Stream> streams_;
  std::size_t next_datagram_ = 0;
  std::int64_t start_ns_ = 0;
  int fruitless_ = 0;
  GeneratorCounts counts_;
};

Result<void> Generator::Impl::open_streams() {
  const bool own_addresses = options_.target.address.is_v4() && is_loopback(options_.target.address);
  SimulatedExporter exporter = describe(options_, boot_ms_);
  for (unsigned i = 0; i < options_.exporters; ++i) {
    std::optional<Endpoint> from;
    if (own_addresses) from = Endpoint{IpAddress::v4(kFirstSource + i + i / 254 * 2), 0};  // 127.0.1.254, 127.0.2.1
    Result<UdpSender> sender = UdpSender::open(options_.target, from);
    if (!sender) return std::unexpected(sender.error());
    if (const IpAddress source = sender->local().address; source.is_v4()) exporter.address = source;
    senders_.push_back(std::move(*sender));
    for (std::uint32_t domain = 1; domain <= options_.observation_domains; ++domain) {
      exporter.observation_domain = domain;
      Stream stream{.sender = i,
                    .exporter = exporter.address,
                    .domain = domain,
                    .sequence = 0,
                    .next_announce_ns = 0,
                    .announcer = make_encoder(exporter),
                    .samples_by_if = {}};
      for (const SimulatedInterface& interface : exporter.interfaces) {
        stream.samples_by_if.resize(std::max<std::size_t>(stream.samples_by_if.size(), interface.index + 1));
      }
      streams_.push_back(std::move(stream));
    }
  }
  return {};
}

bool Generator::Impl::done(std::int64_t now_ns) const {
  if (fruitless_ >= kMostFruitless) return true;
  if (options_.flow_count > 0 && counts_.flows >= options_.flow_count) return true;
  return options_.duration_ms > 0 && now_ns - start_ns_ >= options_.duration_ms * 1'000'000;
}

GeneratorCounts Generator::Impl::run(const std::atomic<bool>& stop,
                                     const std::function<void(const GeneratorCounts&)>& progress) {
  start_ns_ = steady_ns();
  const bool paced = options_.flows_per_second > 0;
  TokenBucket bucket(options_.flows_per_second, kMostBacklogNs, start_ns_);
  std::int64_t next_progress_ns = start_ns_ + 1'000'000'000;
  std::size_t next_stream = 0;
  for (std::int64_t now = start_ns_; !stop.load(std::memory_order_relaxed) && !done(now); now = steady_ns()) {
    Stream& stream = streams_[next_stream];
    if (now >= stream.next_announce_ns) announce(stream, now);
    const std::uint64_t left = options_.flow_count > 0 ? options_.flow_count - counts_.flows : UINT64_MAX;
    const std::uint64_t due = paced ? static_cast<std::uint64_t>(std::max<std::int64_t>(bucket.refill(now), 0)) : left;
    const std::uint64_t sent = send_batch(stream, std::min(left, due));
    bucket.take(static_cast<std::int64_t>(sent));
    if (sent > 0) {
      next_stream = (next_stream + 1) % streams_.size();
    } else if (const std::uint64_t next = pool_.flows(next_datagram_); next > left) {
      // Fewer flows are left than the next datagram holds: one made for them ends on the exact count.
      if (due >= left) {
        send_last(stream, left);
      } else {
        wait(bucket, static_cast<std::int64_t>(left));
      }
    } else {
      wait(bucket, static_cast<std::int64_t>(next));
    }
    counts_.elapsed_ms = (now - start_ns_) / 1'000'000;
    if (progress && now >= next_progress_ns) {
      add_socket_counts();
      progress(counts_);
      next_progress_ns += 1'000'000'000;
    }
  }
  counts_.elapsed_ms = (steady_ns() - start_ns_) / 1'000'000;
  add_socket_counts();
  return counts_;
}

// Not before the next tick, so that datagrams go in batches; not longer than the stop flag may wait.
void Generator::Impl::wait(TokenBucket& bucket, std::int64_t flows) const {
  const std::int64_t ns = std::clamp(bucket.wait_for(flows), kTickNs, kPatienceNs);
  std::this_thread::sleep_for(std::chrono::nanoseconds(ns));
}

void Generator::Impl::announce(Stream& stream, std::int64_t now_ns) {
  stream.announcer->set_sequence(stream.sequence);
  stream.announcer->announce(now_ms(), [&](Bytes datagram, std::size_t) {
    if (senders_[stream.sender].send(datagram)) ++counts_.announcements;
  });
  stream.sequence = stream.announcer->sequence();
  stream.next_announce_ns = now_ns + options_.announce_ms * 1'000'000;
}

// As many datagrams as one call can send and hold at most `most_flows`; returns how many flows that were.
std::uint64_t Generator::Impl::send_batch(Stream& stream, std::uint64_t most_flows) {
  std::array<std::size_t, kBatch> which;
  std::size_t count = 0;
  std::uint64_t flows = 0;
  while (count < kBatch && flows + pool_.flows(next_datagram_) <= most_flows) {
    which[count++] = next_datagram_;
    flows += pool_.flows(next_datagram_);
    next_datagram_ = (next_datagram_ + 1) % options_.distinct_datagrams;
  }
  if (count > 0) send_stamped(stream, std::span(which).first(count));
  return flows;
}

void Generator::Impl::send_last(Stream& stream, std::uint64_t flows) {
  const std::size_t which = pool_.add(flows);
  send_stamped(stream, {&which, 1});
}

Stamp Generator::Impl::stamp_for(Stream& stream) const {
  return {.now_ms = now_ms(),
          .boot_ms = boot_ms_,
          .exporter = stream.exporter,
          .observation_domain = stream.domain,
          .sequence = stream.sequence,
          .samples_by_if = stream.samples_by_if};
}

void Generator::Impl::send_stamped(Stream& stream, std::span<const std::size_t> which) {
  std::array<Bytes, kBatch> datagrams;
  std::array<RecordSums, kBatch> sums{};
  Stamp stamp = stamp_for(stream);
  for (std::size_t i = 0; i < which.size(); ++i) {
    stamp.sequence = stream.sequence;
    datagrams[i] = pool_.stamp(which[i], stamp, sums[i]);
    stream.sequence += pool_.sequence_step(pool_.flows(which[i]));
  }
  const std::size_t sent = senders_[stream.sender].send_batch(std::span(datagrams).first(which.size()));
  counts_.datagrams += sent;
  fruitless_ = sent > 0 ? 0 : fruitless_ + 1;
  for (std::size_t i = 0; i < sent; ++i) {
    counts_.flows += sums[i].flows;
    counts_.bytes += sums[i].bytes;
    counts_.packets += sums[i].packets;
  }
}

void Generator::Impl::add_socket_counts() {
  counts_.octets = counts_.refused = counts_.failed = 0;
  for (const UdpSender& sender : senders_) {
    counts_.octets += sender.counts().octets;
    counts_.refused += sender.counts().refused;
    counts_.failed += sender.counts().failed;
  }
}

Generator::Generator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Generator::Generator(Generator&&) noexcept = default;
Generator& Generator::operator=(Generator&&) noexcept = default;
Generator::~Generator() = default;

Result<Generator> Generator::open(const GeneratorOptions& options) {
  if (Result<void> good = check(options); !good) return std::unexpected(good.error());
  auto impl = std::make_unique<Impl>(options, now_ms() - kUptimeMs);
  if (Result<void> opened = impl->open_streams(); !opened) return std::unexpected(opened.error());
  return Generator(std::move(impl));
}

GeneratorCounts Generator::run(const std::atomic<bool>& stop,
                               const std::function<void(const GeneratorCounts&)>& progress) {
  return impl_->run(stop, progress);
}

}  // namespace weir::simulate
