// The load generator over a real socket: what it says it sent is what came, to the byte.
#include "simulate/generator.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "decode/decoder.h"
#include "simulate/test_sink.h"
#include "simulate/token_bucket.h"

namespace weir::simulate {
namespace {

using flow::Column;
using flow::ExportProtocol;

struct Collected {
  flow::StringPool strings;
  flow::ExporterTable exporters;
  decode::Decoder decoder{decode::DecodeOptions{}, strings, exporters};
  decode::Decoded decoded;
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  std::size_t v6 = 0;

  explicit Collected(const std::vector<SeenDatagram>& seen) {
    for (const SeenDatagram& datagram : seen) decoder.decode({datagram.payload, datagram.session, now_ms()}, decoded);
    for (std::size_t row = 0; row < decoded.flows.size(); ++row) {
      bytes += decoded.flows.get_or<Column::bytes>(row, 0);
      packets += decoded.flows.get_or<Column::packets>(row, 0);
      v6 += decoded.flows.get_or<Column::src_addr>(row, {}).is_v4() ? 0 : 1;
    }
  }
  [[nodiscard]] std::uint64_t trouble() const {
    std::uint64_t sum = 0;
    for (const flow::ExporterState* exporter : exporters.all()) {
      for (const flow::CounterInfo& info : flow::kCounters) {
        // Without a sampling rate in the header, a v5 exporter counts every packet.
        if (info.group != flow::CounterGroup::bad || info.counter == flow::Counter::flows_unsampled) continue;
        EXPECT_EQ(exporter->get(info.counter), 0U) << info.name;
        sum += exporter->get(info.counter);
      }
    }
    return sum;
  }
};

struct Case {
  std::string name;
  GeneratorOptions options;
};

GeneratorOptions of(ExportProtocol protocol) {
  GeneratorOptions options;
  options.protocol = protocol;
  options.flow_count = 20'011;  // not a multiple of any datagram's size
  // So slow that a socket with the usual small buffer loses nothing.
  options.flows_per_second = protocol == ExportProtocol::sflow5 ? 40'000 : 120'000;
  options.distinct_datagrams = 200;
  options.exporters = 3;
  options.observation_domains = 2;
  options.ipv6_share = protocol == ExportProtocol::netflow5 ? 0 : 0.25;
  return options;
}

class GeneratorOf : public testing::TestWithParam<Case> {};

TEST_P(GeneratorOf, SendsExactlyWhatItCounts) {
  TestSink sink;
  GeneratorOptions options = GetParam().options;
  options.target = sink.endpoint();
  Result<Generator> generator = Generator::open(options);
  ASSERT_TRUE(generator) << generator.error().message;
  const std::atomic<bool> stop = false;
  const GeneratorCounts sent = generator->run(stop);
  const std::vector<SeenDatagram>& seen = sink.finish();

  EXPECT_EQ(sent.flows, options.flow_count);
  EXPECT_EQ(sent.failed, 0U);
  ASSERT_EQ(seen.size(), sent.datagrams + sent.announcements) << "the kernel lost some, or the counts are wrong";
  std::uint64_t octets = 0;
  std::set<IpAddress> sources;
  for (const SeenDatagram& datagram : seen) {
    octets += datagram.payload.size();
    sources.insert(datagram.session.source);
  }
  EXPECT_EQ(octets, sent.octets);
  EXPECT_EQ(sources.size(), options.exporters);
  EXPECT_EQ(to_string(*sources.begin()), "127.0.1.1");

  const Collected collected(seen);
  EXPECT_EQ(collected.decoded.flows.size(), sent.flows);
  EXPECT_EQ(collected.bytes, sent.bytes);
  EXPECT_EQ(collected.packets, sent.packets);
  EXPECT_EQ(collected.trouble(), 0U);
  EXPECT_NEAR(static_cast<double>(collected.v6) / static_cast<double>(sent.flows), options.ipv6_share, 0.03);
}

INSTANTIATE_TEST_SUITE_P(EveryProtocol, GeneratorOf,
                         testing::Values(Case{"netflow5", of(ExportProtocol::netflow5)},
                                         Case{"netflow9", of(ExportProtocol::netflow9)},
                                         Case{"ipfix", of(ExportProtocol::ipfix)},
                                         Case{"sflow5", of(ExportProtocol::sflow5)}),
                         [](const auto& info) { return info.param.name; });

TEST(Generator, FlowsAreVariedAndConsistent) {
  TestSink sink;
  GeneratorOptions options;
  options.target = sink.endpoint();
  options.flow_count = 50'000;
  options.flows_per_second = 150'000;
  options.distinct_datagrams = 100;  // each is sent many times
  Result<Generator> generator = Generator::open(options);
  ASSERT_TRUE(generator);
  (void)generator->run(false);
  const Collected collected(sink.finish());
  const flow::FlowBatch& flows = collected.decoded.flows;
  ASSERT_EQ(flows.size(), 50'000U);

  std::set<std::tuple<IpAddress, IpAddress, std::uint16_t, std::uint16_t, std::uint64_t, UnixMillis>> different;
  std::map<Prefix, std::uint32_t> as_of;
  std::map<std::uint32_t, std::size_t> by_as;
  const UnixMillis now = now_ms();
  for (std::size_t row = 0; row < flows.size(); ++row) {
    different.emplace(flows.get_or<Column::src_addr>(row, {}), flows.get_or<Column::dst_addr>(row, {}),
                      flows.get_or<Column::src_port>(row, 0), flows.get_or<Column::dst_port>(row, 0),
                      flows.get_or<Column::bytes>(row, 0), flows.get_or<Column::flow_end>(row, 0));
    const std::uint32_t as = flows.get_or<Column::dst_as>(row, 0);
    const Prefix prefix = Prefix::of(flows.get_or<Column::dst_addr>(row, {}), flows.get_or<Column::dst_mask>(row, 0));
    EXPECT_EQ(as_of.try_emplace(prefix, as).first->second, as) << to_string(prefix) << " is in two AS";
    ++by_as[as];
    EXPECT_LE(flows.get_or<Column::flow_end>(row, 0), now + kSecondMs);
    EXPECT_GE(flows.get_or<Column::flow_start>(row, 0), now - options.active_timeout_ms - 30 * kSecondMs);
    EXPECT_LE(flows.get_or<Column::flow_start>(row, 0), flows.get_or<Column::flow_end>(row, 0));
  }
  EXPECT_GT(different.size(), 49'900U) << "datagrams are written over before they are sent again";
  EXPECT_GT(by_as.size(), 50U);
  EXPECT_GT(by_as[4134], by_as[3320] * 5) << "popular networks are popular";
}

TEST(Generator, KeepsItsRate) {
  TestSink sink;
  GeneratorOptions options;
  options.target = sink.endpoint();
  options.flows_per_second = 20'000;
  options.flow_count = 6'000;
  options.distinct_datagrams = 100;
  Result<Generator> generator = Generator::open(options);
  ASSERT_TRUE(generator);
  const GeneratorCounts sent = generator->run(false);
  EXPECT_EQ(sent.flows, 6'000U);
  EXPECT_GE(sent.elapsed_ms, 250) << "not faster than asked: 300 ms less the bucket's backlog";
}

TEST(Generator, StopsWhenToldAndSendsTemplatesAgain) {
  TestSink sink;
  GeneratorOptions options;
  options.target = sink.endpoint();
  options.flows_per_second = 5'000;
  options.duration_ms = 700;
  options.announce_ms = 100;
  options.distinct_datagrams = 64;
  Result<Generator> generator = Generator::open(options);
  ASSERT_TRUE(generator);
  const GeneratorCounts sent = generator->run(false);
  EXPECT_GE(sent.elapsed_ms, 700);
  // Templates and interfaces take three datagrams; they came more than once.
  EXPECT_GE(sent.announcements, 6U);

  Result<Generator> another = Generator::open(options);
  ASSERT_TRUE(another);
  EXPECT_EQ(another->run(true).flows, 0U);
}

TEST(Generator, TellsProgress) {
  TestSink sink;
  GeneratorOptions options;
  options.target = sink.endpoint();
  options.flows_per_second = 1'000;
  options.duration_ms = 1'300;
  options.distinct_datagrams = 64;
  Result<Generator> generator = Generator::open(options);
  ASSERT_TRUE(generator);
  std::uint64_t last = 0;
  const GeneratorCounts sent = generator->run(false, [&](const GeneratorCounts& counts) { last = counts.flows; });
  EXPECT_GT(last, 0U);
  EXPECT_LE(last, sent.flows);
}

TEST(Generator, NobodyListeningIsCountedNotFatal) {
  Endpoint nobody;
  {
    const TestSink sink;
    nobody = sink.endpoint();
  }
  GeneratorOptions options;
  options.target = nobody;
  options.flow_count = 2'000;
  options.distinct_datagrams = 64;
  Result<Generator> generator = Generator::open(options);
  ASSERT_TRUE(generator);
  const GeneratorCounts sent = generator->run(false);
  EXPECT_EQ(sent.flows, 2'000U);
  EXPECT_GT(sent.refused, 0U);
}

TEST(Generator, RefusesWhatItCannotDo) {
  const auto refusal = [](const std::function<void(GeneratorOptions&)>& change) {
    GeneratorOptions options;
    options.target = {test_ip("127.0.0.1"), 2055};
    change(options);
    const Result<Generator> generator = Generator::open(options);
    return generator ? std::string() : generator.error().message;
  };
  EXPECT_EQ(refusal([](auto&) {}), "");
  EXPECT_NE(refusal([](auto& o) { o.protocol = ExportProtocol::netflow7; }), "");
  EXPECT_NE(refusal([](auto& o) { o.target.port = 0; }), "");
  EXPECT_NE(refusal([](auto& o) { o.flows_per_second = -1; }), "");
  EXPECT_NE(refusal([](auto& o) { o.exporters = 0; }), "");
  EXPECT_NE(refusal([](auto& o) { o.exporters = 1001; }), "");
  EXPECT_NE(refusal([](auto& o) { o.observation_domains = 0; }), "");
  EXPECT_NE(refusal([](auto& o) { o.ipv6_share = 1.5; }), "");
  EXPECT_NE(refusal([](auto& o) { o.sampling_rate = 0; }), "");
  EXPECT_NE(refusal([](auto& o) { o.distinct_datagrams = 1; }), "");
  EXPECT_NE(refusal([](auto& o) {
              o.protocol = ExportProtocol::netflow5;
              o.ipv6_share = 0.1;
            }),
            "");
  EXPECT_NE(refusal([](auto& o) {
              o.protocol = ExportProtocol::netflow5;
              o.sampling_rate = 20'000;
            }),
            "");
}

TEST(TokenBucket, GrantsItsRateAndNoBurstAfterAPause) {
  constexpr std::int64_t kMs = 1'000'000;
  TokenBucket bucket(1000, 50 * kMs, 0);
  EXPECT_EQ(bucket.refill(0), 0);
  EXPECT_EQ(bucket.refill(10 * kMs), 10);
  bucket.take(10);
  EXPECT_EQ(bucket.refill(10 * kMs), 0);
  EXPECT_EQ(bucket.refill(10'000 * kMs), 50) << "the backlog is bounded";
  bucket.take(50);
  // A datagram larger than the backlog must still become possible.
  EXPECT_NEAR(static_cast<double>(bucket.wait_for(80)), 80.0 * kMs, 10);
  EXPECT_EQ(bucket.refill(20'000 * kMs), 80);
  EXPECT_EQ(bucket.wait_for(80), 0);
}

}  // namespace
}  // namespace weir::simulate
