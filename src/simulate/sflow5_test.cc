#include "simulate/sflow5.h"

#include <gtest/gtest.h>

#include "simulate/sampled_header.h"
#include "simulate/test_support.h"

namespace weir::simulate {
namespace {

using flow::ExportProtocol;

TEST(Sflow5, NumbersDatagramsAndSamplesOfEachSource) {
  Sflow5Encoder encoder(test_exporter(ExportProtocol::sflow5));
  std::vector<SimulatedFlow> flows(2, test_flow());
  flows[1].in_if = 47;
  ByteWriter out;
  for (std::uint32_t round = 1; round <= 3; ++round) {
    ASSERT_EQ(encoder.encode(flows, kTestNow, out), 2U);
    ByteReader r(out.view());
    EXPECT_EQ(r.u32(), 5U);
    EXPECT_EQ(r.u32(), 1U) << "agent address type";
    EXPECT_EQ(r.u32(), test_ip("103.3.172.226").v4_bits());
    EXPECT_EQ(r.u32(), 7U) << "sub-agent";
    EXPECT_EQ(r.u32(), round) << "sequence";
    EXPECT_EQ(r.u32(), 5U * 86'400'000);
    EXPECT_EQ(r.u32(), 2U);
    for (const std::uint32_t in_if : {49U, 47U}) {
      EXPECT_EQ(r.u32(), 1U) << "flow sample";
      ByteReader sample = r.sub(r.u32());
      EXPECT_EQ(sample.u32(), round) << "each source counts for itself";
      EXPECT_EQ(sample.u32(), in_if);
      EXPECT_EQ(sample.u32(), 512U);
      EXPECT_EQ(sample.u32(), 512U * round) << "pool";
      EXPECT_EQ(sample.u32(), 0U);
      EXPECT_EQ(sample.u32(), in_if);
      EXPECT_EQ(sample.u32(), 47U);
      EXPECT_EQ(sample.u32(), 4U) << "records";
      for (const std::uint32_t format : {1U, 1001U, 1002U, 1003U}) {
        EXPECT_EQ(sample.u32(), format);
        sample.skip(sample.u32());
      }
      EXPECT_TRUE(sample.ok());
      EXPECT_TRUE(sample.empty());
    }
    EXPECT_TRUE(r.empty());
  }
}

TEST(Sflow5, SampledHeaderHasTheMeanPacketLengthAndAGoodChecksum) {
  SimulatedFlow flow = test_flow();
  flow.bytes = 1'400'000;
  ByteWriter out;
  const SampledHeader header = write_sampled_header(flow, out);
  EXPECT_EQ(header.octets, 128U);
  EXPECT_EQ(header.frame_octets, 14U + 4 + 1400 + 4) << "Ethernet, tag, packet, frame check sequence";
  ASSERT_EQ(out.size(), 128U);
  EXPECT_EQ(load_be<2>(out.view(), 12), 0x8100U);
  EXPECT_EQ(load_be<2>(out.view(), 14), 101U);
  EXPECT_EQ(load_be<2>(out.view(), 18 + 2), 1400U);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 20; i += 2) sum += static_cast<std::uint32_t>(load_be<2>(out.view(), 18 + i));
  EXPECT_EQ((sum & 0xffffU) + (sum >> 16U), 0xffffU);
}

TEST(Sflow5, ShortPacketsArePaddedByEthernetNotByIp) {
  const SimulatedFlow flow = test_flow();  // 40 octets a packet
  ByteWriter out;
  const SampledHeader header = write_sampled_header(flow, out);
  EXPECT_EQ(header.octets, 60U);
  EXPECT_EQ(header.frame_octets, 64U);
  EXPECT_EQ(load_be<2>(out.view(), 18 + 2), 40U);
}

TEST(Sflow5, LengthsShorterThanTheHeadersAreRaisedToThem) {
  SimulatedFlow flow = test_flow_v6();
  flow.bytes = 10;
  flow.packets = 1;
  ByteWriter out;
  write_sampled_header(flow, out);
  EXPECT_EQ(load_be<2>(out.view(), 18 + 4), 20U) << "payload length: the TCP header";
}

TEST(Sflow5, CounterSamplesHoldTheReadings) {
  Sflow5Encoder encoder(test_exporter(ExportProtocol::sflow5));
  flow::InterfaceCounters reading;
  reading.if_index = 47;
  reading.speed_bps = 20'000'000'000;
  reading.admin_up = reading.oper_up = true;
  reading.in_octets = 0x1'0000'0002;
  reading.in_packets = 3;
  reading.out_octets = 0x4'0000'0005;
  reading.out_packets = 6;
  std::vector<std::vector<std::byte>> datagrams;
  encoder.send_counters({&reading, 1}, kTestNow, [&](Bytes d, std::size_t) { datagrams.push_back(to_vector(d)); });
  ASSERT_EQ(datagrams.size(), 1U);
  ByteReader r(datagrams[0]);
  r.skip(28);
  EXPECT_EQ(r.u32(), 2U);
  EXPECT_EQ(r.u32(), 108U);
  EXPECT_EQ(r.u32(), 1U);
  EXPECT_EQ(r.u32(), 47U);
  EXPECT_EQ(r.u32(), 1U);
  EXPECT_EQ(r.u32(), 1U) << "generic interface counters";
  EXPECT_EQ(r.u32(), 88U);
  EXPECT_EQ(r.u32(), 47U);
  EXPECT_EQ(r.u32(), 6U);
  EXPECT_EQ(r.u64(), 20'000'000'000U);
  EXPECT_EQ(r.u32(), 1U);
  EXPECT_EQ(r.u32(), 3U) << "up and up";
  EXPECT_EQ(r.u64(), 0x1'0000'0002U);
  EXPECT_EQ(r.u32(), 3U);
  r.skip(20);
  EXPECT_EQ(r.u64(), 0x4'0000'0005U);
  EXPECT_EQ(r.u32(), 6U);
  EXPECT_EQ(r.remaining(), 20U);
}

TEST(Sflow5, ManyCountersTakeSeveralDatagrams) {
  Sflow5Encoder encoder(test_exporter(ExportProtocol::sflow5));
  const std::vector<flow::InterfaceCounters> readings(30);
  std::size_t samples = 0;
  encoder.send_counters(readings, kTestNow, [&](Bytes datagram, std::size_t) {
    EXPECT_LE(datagram.size(), kMostPayload);
    samples += load_be<4>(datagram, 24);
  });
  EXPECT_EQ(samples, 30U);
}

TEST(Sflow5, DatagramsStayWithinThePayload) {
  Sflow5Encoder encoder(test_exporter(ExportProtocol::sflow5));
  SimulatedFlow flow = test_flow_v6();
  flow.bytes = 1'400'000;
  const std::vector<SimulatedFlow> flows(50, flow);
  ByteWriter out;
  EXPECT_GT(encoder.encode(flows, kTestNow, out), 3U);
  EXPECT_LE(out.size(), kMostPayload);
}

}  // namespace
}  // namespace weir::simulate
