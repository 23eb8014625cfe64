#include "simulate/replay.h"

#include <gtest/gtest.h>

#include <set>

#include "simulate/test_sink.h"

namespace weir::simulate {
namespace {

struct Recorded {
  std::string payload;
  std::string source;
  std::uint16_t port;
  UnixMillis time_ms;
};

DatagramSource source_of(const std::vector<Recorded>& recording, std::size_t& next) {
  return [&recording, &next]() -> std::optional<flow::Datagram> {
    if (next == recording.size()) return std::nullopt;
    const Recorded& r = recording[next++];
    return flow::Datagram{as_octets(r.payload), {test_ip(r.source), r.port, 2055}, r.time_ms};
  };
}

const std::vector<Recorded>& recording() {
  static const std::vector<Recorded> kRecording = {
      {"one", "192.0.2.1", 5000, 1'000},    {"two", "198.51.100.7", 5000, 1'100},
      {"three", "192.0.2.1", 5001, 1'050},  // out of order
      {"four", "2001:db8::9", 5000, 1'200}, {"five", "192.0.2.1", 5000, 1'300},
  };
  return kRecording;
}

TEST(Replay, SendsAllInOrderWithASourceForEachExporter) {
  TestSink sink;
  std::size_t next = 0;
  const auto counts = replay(source_of(recording(), next), {.target = sink.endpoint(), .speed = 0}, false);
  ASSERT_TRUE(counts) << counts.error().message;
  const std::vector<SeenDatagram>& seen = sink.finish();
  ASSERT_EQ(seen.size(), recording().size());
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(as_text(seen[i].payload), recording()[i].payload);
  EXPECT_EQ(counts->datagrams, 5U);
  EXPECT_EQ(counts->octets, 3U + 3 + 5 + 4 + 4);
  EXPECT_EQ(counts->exporters, 3U);
  EXPECT_EQ(counts->sessions, 4U);
  EXPECT_EQ(counts->failed, 0U);

  EXPECT_EQ(to_string(seen[0].session.source), "127.0.2.1");
  EXPECT_EQ(to_string(seen[1].session.source), "127.0.2.2");
  EXPECT_EQ(to_string(seen[2].session.source), "127.0.2.1");
  EXPECT_EQ(to_string(seen[3].session.source), "127.0.2.3");
  EXPECT_NE(seen[2].session.source_port, seen[0].session.source_port) << "another session of the same exporter";
  EXPECT_EQ(seen[4].session, seen[0].session) << "templates belong to a session: it must stay the same";
}

TEST(Replay, WithoutDistinctSourcesOnlyPortsDiffer) {
  TestSink sink;
  std::size_t next = 0;
  const auto counts =
      replay(source_of(recording(), next), {.target = sink.endpoint(), .speed = 0, .distinct_sources = false}, false);
  ASSERT_TRUE(counts);
  std::set<IpAddress> sources;
  std::set<std::uint16_t> ports;
  for (const SeenDatagram& datagram : sink.finish()) {
    sources.insert(datagram.session.source);
    ports.insert(datagram.session.source_port);
  }
  EXPECT_EQ(sources.size(), 1U);
  EXPECT_EQ(ports.size(), 4U);
}

TEST(Replay, KeepsTheRhythmAndScalesIt) {
  for (const double speed : {1.0, 3.0}) {
    TestSink sink;
    std::size_t next = 0;
    const std::int64_t start = steady_ms();
    const auto counts = replay(source_of(recording(), next), {.target = sink.endpoint(), .speed = speed}, false);
    ASSERT_TRUE(counts);
    // The recording lasts 300 ms; never less, however busy the machine.
    EXPECT_GE(steady_ms() - start, static_cast<std::int64_t>(300 / speed) - 2);
    EXPECT_EQ(counts->datagrams, 5U);
  }
}

TEST(Replay, LongGapsAreCutShort) {
  TestSink sink;
  const std::vector<Recorded> gap = {{"a", "192.0.2.1", 1, 0}, {"b", "192.0.2.1", 1, 30 * kDayMs}};
  std::size_t next = 0;
  const auto counts = replay(source_of(gap, next), {.target = sink.endpoint(), .speed = 1, .most_gap_ms = 20}, false);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->datagrams, 2U);
}

TEST(Replay, StopsInTheMiddleOfAWait) {
  TestSink sink;
  const std::vector<Recorded> gap = {{"a", "192.0.2.1", 1, 0}, {"b", "192.0.2.1", 1, kDayMs}};
  std::size_t next = 0;
  std::atomic<bool> stop = false;
  std::thread stopper([&] {
    for (int i = 0; i < 1000 && sink.count() == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    stop = true;
  });
  const auto counts =
      replay(source_of(gap, next), {.target = sink.endpoint(), .speed = 1, .most_gap_ms = kDayMs}, stop);
  stopper.join();
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->datagrams, 1U);
}

TEST(Replay, DatagramsTooLargeForUdpAreCounted) {
  TestSink sink;
  const std::vector<Recorded> large = {{std::string(70'000, 'x'), "192.0.2.1", 1, 0}, {"b", "192.0.2.1", 1, 1}};
  std::size_t next = 0;
  const auto counts = replay(source_of(large, next), {.target = sink.endpoint(), .speed = 0}, false);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->failed, 1U);
  EXPECT_EQ(counts->datagrams, 1U);
}

TEST(Replay, SessionsBeyondTheBoundShareASocket) {
  TestSink sink;
  std::vector<Recorded> many;
  for (std::uint16_t i = 0; i < 1010; ++i) many.push_back({"x", "192.0.2.1", i, 0});
  std::size_t next = 0;
  const auto counts = replay(source_of(many, next), {.target = sink.endpoint(), .speed = 0}, false);
  ASSERT_TRUE(counts) << counts.error().message;
  EXPECT_EQ(counts->sessions, 1010U);
  EXPECT_GE(counts->shared, 10U);
  EXPECT_EQ(counts->datagrams, 1010U);
}

TEST(Replay, RefusesATargetWithoutPortAndANegativeSpeed) {
  std::size_t next = 0;
  const auto none = replay(source_of(recording(), next), {.target = {test_ip("127.0.0.1"), 0}}, false);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::invalid);
  const auto negative = replay(source_of(recording(), next), {.target = {test_ip("127.0.0.1"), 9}, .speed = -1}, false);
  ASSERT_FALSE(negative);
  EXPECT_EQ(negative.error().code, ErrorCode::invalid);
  EXPECT_EQ(next, 0U);
}

}  // namespace
}  // namespace weir::simulate
