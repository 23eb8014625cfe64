// What the demo network's routers send: history, live, and what Weir's own decoder makes of it.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "decode/decoder.h"
#include "simulate/demo_history.h"
#include "simulate/demo_live.h"
#include "simulate/test_support.h"

namespace weir::simulate {
namespace {

using flow::Column;

constexpr UnixMillis kFrom = 1'773'144'000'000;  // 2026-03-10T12:00Z, evening in Kuala Lumpur

struct Totals {
  std::uint64_t flows = 0;
  double octets = 0;  // times the sampling rate
  double packets = 0;
  bool operator==(const Totals&) const = default;
};

// Totals by router, as the flows were made.
std::map<IpAddress, Totals> made(const DemoNetwork& network, std::uint32_t coarsening, UnixMillis from, UnixMillis to) {
  std::map<IpAddress, Totals> out;
  for (std::size_t r = 0; r < network.routers().size(); ++r) {
    const DemoRouter& router = network.routers()[r];
    const std::uint32_t own = router.exporter.sampling_rate;
    Totals& totals = out[router.source.address];
    DemoFlowStream stream(network, r, coarsening, from);
    for (auto flows = stream.take(to); !flows.empty(); flows = stream.take(to)) {
      for (const SimulatedFlow& flow : flows) {
        ++totals.flows;
        totals.octets += static_cast<double>(flow.bytes) * (own == 1 ? 1 : own * coarsening);
        totals.packets += static_cast<double>(flow.packets) * (own == 1 ? 1 : own * coarsening);
      }
    }
  }
  return out;
}

std::map<IpAddress, Totals> totals_of(const flow::FlowBatch& batch) {
  std::map<IpAddress, Totals> out;
  for (std::size_t row = 0; row < batch.size(); ++row) {
    Totals& totals = out[batch.get_or<Column::exporter>(row, {})];
    const double rate = batch.get_or<Column::sampling_rate>(row, 0);
    ++totals.flows;
    totals.octets += rate * static_cast<double>(batch.get_or<Column::bytes>(row, 0));
    totals.packets += rate * static_cast<double>(batch.get_or<Column::packets>(row, 0));
  }
  return out;
}

// A decoder and what it counted.
struct Collector {
  flow::StringPool strings;
  flow::ExporterTable exporters;
  decode::Decoder decoder{decode::DecodeOptions{}, strings, exporters};
  decode::Decoded decoded;

  void expect_no_trouble() {
    for (const flow::ExporterState* exporter : exporters.all()) {
      for (const flow::CounterInfo& info : flow::kCounters) {
        if (info.group == flow::CounterGroup::bad) {
          EXPECT_EQ(exporter->get(info.counter), 0U) << info.name << " of " << to_string(exporter->address());
        }
      }
    }
  }
};

TEST(DemoHistory, IsToldInOrderFromTheRoutersSources) {
  const DemoNetwork network({.seed = 3, .epoch_ms = kFrom});
  DemoExporters exporters(network);
  DemoHistory history(network, exporters, kFrom - 20 * kMinuteMs, kFrom, 2055);
  std::set<IpAddress> sources;
  UnixMillis last = kFrom - 20 * kMinuteMs;
  while (const auto datagram = history.next()) {
    EXPECT_GE(datagram->received_ms, last);
    EXPECT_LE(datagram->received_ms, kFrom);
    EXPECT_LE(datagram->payload.size(), kMostPayload);
    EXPECT_EQ(datagram->session.local_port, 2055);
    last = datagram->received_ms;
    sources.insert(datagram->session.source);
  }
  EXPECT_EQ(last, kFrom);
  EXPECT_EQ(sources.size(), network.routers().size());
  EXPECT_FALSE(history.next());
}

TEST(DemoHistory, DecodesToWhatWasMade) {
  const DemoNetwork network({.seed = 3, .epoch_ms = kFrom});
  DemoExporters exporters(network);
  const UnixMillis from = kFrom - kHourMs;
  DemoHistory history(network, exporters, from, kFrom, 2055);
  Collector collector;
  while (const auto datagram = history.next()) collector.decoder.decode(*datagram, collector.decoded);
  EXPECT_EQ(totals_of(collector.decoded.flows), made(network, kHistoryCoarsening, from, kFrom));
  EXPECT_EQ(collector.decoded.flows.size(), history.flows());
  collector.expect_no_trouble();
}

TEST(DemoHistory, LiveGoesOnWithItsSequenceNumbersAndCounters) {
  const DemoNetwork network({.seed = 3, .epoch_ms = kFrom});
  DemoExporters exporters(network);
  Collector collector;
  DemoHistory history(network, exporters, kFrom - 10 * kMinuteMs, kFrom, 2055);
  while (const auto datagram = history.next()) collector.decoder.decode(*datagram, collector.decoded);
  const std::size_t told = collector.decoded.flows.size();

  exporters.set_coarsening(1);
  for (std::size_t r = 0; r < network.routers().size(); ++r) {
    const Emit decode = [&](Bytes payload, std::size_t) {
      const Endpoint& source = network.routers()[r].source;
      collector.decoder.decode({payload, {source.address, source.port, 2055}, kFrom + kSecondMs}, collector.decoded);
    };
    DemoFlowStream stream(network, r, 1, kFrom);
    exporters.of(r).keep_up(kFrom + kSecondMs, decode);
    exporters.of(r).send(stream.take(kFrom + kSecondMs), kFrom + kSecondMs, decode);
  }
  EXPECT_GT(collector.decoded.flows.size(), told);
  collector.expect_no_trouble();

  // The new rate holds for the new flows, and the interface counters are the sum of both.
  const auto totals = totals_of(collector.decoded.flows);
  for (std::size_t r = 0; r < network.routers().size(); ++r) {
    const Endpoint& source = network.routers()[r].source;
    double octets = 0;
    for (const flow::InterfaceCounters& counters : exporters.of(r).counters()) {
      octets += static_cast<double>(counters.in_octets);
    }
    EXPECT_EQ(octets, totals.at(source.address).octets) << network.routers()[r].exporter.name;
  }
}

TEST(DemoHistory, CounterSamplesComeEveryTwentySeconds) {
  const DemoNetwork network({.seed = 3, .epoch_ms = kFrom});
  DemoExporters exporters(network);
  Collector collector;
  DemoHistory history(network, exporters, kFrom - 10 * kMinuteMs, kFrom, 2055);
  while (const auto datagram = history.next()) collector.decoder.decode(*datagram, collector.decoded);
  // Ten minutes, three interfaces of the one router that speaks sFlow.
  EXPECT_EQ(collector.decoded.counters.size(), 30U * 3);
  std::uint64_t last = 0;
  for (const flow::InterfaceCounters& counters : collector.decoded.counters) {
    EXPECT_TRUE(counters.oper_up);
    EXPECT_GT(counters.speed_bps, 0U);
    if (counters.if_index != 31) continue;
    EXPECT_GE(counters.in_octets, last);
    last = counters.in_octets;
  }
  EXPECT_GT(last, 0U);
}

// A bound socket on loopback and what came in.
class Sink {
 public:
  Sink() : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length), 0);
    port_ = ntohs(address.sin_port);
    const int buffer = 8 << 20;
    (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  }
  ~Sink() { ::close(fd_); }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  [[nodiscard]] Endpoint endpoint() const { return {test_ip("127.0.0.1"), port_}; }

  // Decodes all that is waiting; returns how many datagrams that were.
  std::size_t drain(Collector& collector, UnixMillis now) {
    std::size_t count = 0;
    std::byte buffer[2048];
    sockaddr_in from{};
    for (;;) {
      socklen_t length = sizeof from;
      const ssize_t got =
          ::recvfrom(fd_, buffer, sizeof buffer, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from), &length);
      if (got < 0) return count;
      ++count;
      const flow::TransportSession session{IpAddress::v4(ntohl(from.sin_addr.s_addr)), ntohs(from.sin_port), port_};
      collector.decoder.decode({Bytes(buffer).first(static_cast<std::size_t>(got)), session, now}, collector.decoded);
    }
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

TEST(DemoLive, SendsWhatWasMadeFromItsOwnAddresses) {
  const DemoNetwork network({.seed = 4, .epoch_ms = kFrom});
  DemoExporters exporters(network);
  Sink sink;
  Result<DemoLive> live = DemoLive::open(network, exporters, sink.endpoint());
  ASSERT_TRUE(live) << live.error().message;
  Collector collector;
  live->start_at(kFrom);
  std::size_t datagrams = 0;
  for (UnixMillis now = kFrom + kSecondMs; now <= kFrom + 20 * kSecondMs; now += kSecondMs) {
    live->tick(now);
    datagrams += sink.drain(collector, now);
  }
  EXPECT_EQ(datagrams, live->counts().datagrams);
  EXPECT_EQ(live->counts().failed, 0U);
  EXPECT_EQ(collector.decoded.flows.size(), live->flows());
  EXPECT_EQ(totals_of(collector.decoded.flows), made(network, 1, kFrom, kFrom + 20 * kSecondMs));
  collector.expect_no_trouble();
}

TEST(DemoLive, FollowsAClockThatJumps) {
  const DemoNetwork network({.seed = 4, .epoch_ms = kFrom});
  DemoExporters exporters(network);
  Sink sink;
  Result<DemoLive> live = DemoLive::open(network, exporters, sink.endpoint());
  ASSERT_TRUE(live) << live.error().message;
  Collector collector;
  live->start_at(kFrom);
  live->tick(kFrom + kSecondMs);
  sink.drain(collector, kFrom + kSecondMs);
  // Three hours of sleep: the last minute is sent, not three hours.
  const std::uint64_t before = live->flows();
  live->tick(kFrom + 3 * kHourMs);
  sink.drain(collector, kFrom + 3 * kHourMs);
  EXPECT_GT(live->flows(), before);
  EXPECT_LT(live->flows() - before, 60'000U);
  // Set back by two hours: it goes on from there.
  const std::uint64_t then = live->flows();
  live->tick(kFrom + kHourMs);
  live->tick(kFrom + kHourMs + 2 * kSecondMs);
  sink.drain(collector, kFrom + kHourMs + 2 * kSecondMs);
  EXPECT_GT(live->flows(), then);
}

TEST(DemoLive, RunSendsByTheClockUntilItIsStopped) {
  const DemoNetwork network({.seed = 4, .epoch_ms = now_ms()});
  DemoExporters exporters(network);
  Sink sink;
  Result<DemoLive> live = DemoLive::open(network, exporters, sink.endpoint());
  ASSERT_TRUE(live) << live.error().message;
  std::atomic<bool> stop = false;
  Collector collector;
  std::thread thread([&] { live->run(now_ms() - 2 * kSecondMs, stop); });
  const auto all_heard = [&] {
    return !collector.decoded.flows.empty() && collector.exporters.all().size() == network.routers().size();
  };
  for (int i = 0; i < 400 && !all_heard(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
    sink.drain(collector, now_ms());
  }
  stop = true;
  thread.join();
  EXPECT_TRUE(all_heard());
}

TEST(DemoLive, RefusesToSendElsewhere) {
  const DemoNetwork network({.seed = 4, .epoch_ms = kFrom});
  DemoExporters exporters(network);
  const Result<DemoLive> live = DemoLive::open(network, exporters, {test_ip("192.0.2.1"), 2055});
  ASSERT_FALSE(live);
  EXPECT_EQ(live.error().code, ErrorCode::invalid);
  EXPECT_NE(live.error().message.find("192.0.2.1:2055"), std::string::npos);
}

}  // namespace
}  // namespace weir::simulate
