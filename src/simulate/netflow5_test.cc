#include "simulate/netflow5.h"

#include <gtest/gtest.h>

#include "simulate/test_support.h"

namespace weir::simulate {
namespace {

TEST(Netflow5, WritesEveryFieldOfTheRecord) {
  Netflow5Encoder encoder(test_exporter(flow::ExportProtocol::netflow5));
  const SimulatedFlow flow = test_flow();
  ByteWriter out;
  ASSERT_EQ(encoder.encode({&flow, 1}, kTestNow, out), 1U);
  ASSERT_EQ(out.size(), 72U);

  ByteReader r(out.view());
  EXPECT_EQ(r.u16(), 5);
  EXPECT_EQ(r.u16(), 1);
  EXPECT_EQ(r.u32(), 5U * 86'400'000);
  EXPECT_EQ(r.u32(), 1'532'383'261U);
  EXPECT_EQ(r.u32(), 727'000'000U);
  EXPECT_EQ(r.u32(), 0U) << "sequence";
  EXPECT_EQ(r.u16(), 7) << "engine type and ID";
  EXPECT_EQ(r.u16(), 2U << 14U | 512) << "random sampling, 1 in 512";
  EXPECT_EQ(r.u32(), flow.src_addr.v4_bits());
  EXPECT_EQ(r.u32(), flow.dst_addr.v4_bits());
  EXPECT_EQ(r.u32(), flow.next_hop.v4_bits());
  EXPECT_EQ(r.u16(), 49);
  EXPECT_EQ(r.u16(), 47);
  EXPECT_EQ(r.u32(), 1000U) << "packets";
  EXPECT_EQ(r.u32(), 40'000U) << "octets";
  EXPECT_EQ(r.u32(), 5U * 86'400'000 - 21'000);
  EXPECT_EQ(r.u32(), 5U * 86'400'000 - 3'000);
  EXPECT_EQ(r.u16(), 11000);
  EXPECT_EQ(r.u16(), 55021);
  EXPECT_EQ(r.u8(), 0);
  EXPECT_EQ(r.u8(), 0x10) << "flags";
  EXPECT_EQ(r.u8(), 6);
  EXPECT_EQ(r.u8(), 0x28) << "type of service";
  EXPECT_EQ(r.u16(), 0);
  EXPECT_EQ(r.u16(), 17639);
  EXPECT_EQ(r.u8(), 24);
  EXPECT_EQ(r.u8(), 23);
  EXPECT_EQ(r.u16(), 0);
  EXPECT_TRUE(r.empty());
}

TEST(Netflow5, SequenceCountsFlowsAndADatagramHoldsThirty) {
  Netflow5Encoder encoder(test_exporter(flow::ExportProtocol::netflow5));
  const std::vector<SimulatedFlow> flows(31, test_flow());
  ByteWriter out;
  EXPECT_EQ(encoder.encode(flows, kTestNow, out), 30U);
  EXPECT_LE(out.size(), kMostPayload);
  EXPECT_EQ(encoder.encode(std::span(flows).subspan(30), kTestNow, out), 1U);
  EXPECT_EQ(load_be<4>(out.view(), 16), 30U);
}

TEST(Netflow5, FourOctetAsNumbersBecomeAsTrans) {
  Netflow5Encoder encoder(test_exporter(flow::ExportProtocol::netflow5));
  SimulatedFlow flow = test_flow();
  flow.dst_as = 131'090;
  ByteWriter out;
  encoder.encode({&flow, 1}, kTestNow, out);
  EXPECT_EQ(load_be<2>(out.view(), 24 + 42), 23456U);
}

TEST(Netflow5, IcmpTypeAndCodeAreTheDestinationPort) {
  Netflow5Encoder encoder(test_exporter(flow::ExportProtocol::netflow5));
  SimulatedFlow flow = test_flow();
  flow.proto = 1;
  flow.src_port = flow.dst_port = 0;
  flow.icmp_type = 3;
  flow.icmp_code = 1;
  ByteWriter out;
  encoder.encode({&flow, 1}, kTestNow, out);
  EXPECT_EQ(load_be<2>(out.view(), 24 + 34), 0x0301U);
}

TEST(Netflow5, UptimeWraps) {
  SimulatedExporter exporter = test_exporter(flow::ExportProtocol::netflow5);
  exporter.boot_ms = kTestNow - (std::int64_t{1} << 32U) - 10'000;
  Netflow5Encoder encoder(exporter);
  const SimulatedFlow flow = test_flow();  // began before the wrap, ended after it
  ByteWriter out;
  encoder.encode({&flow, 1}, kTestNow, out);
  EXPECT_EQ(load_be<4>(out.view(), 4), 10'000U);
  EXPECT_EQ(load_be<4>(out.view(), 24 + 24), 0xffff'ffffU - 11'000 + 1);
  EXPECT_EQ(load_be<4>(out.view(), 24 + 28), 7'000U);
}

}  // namespace
}  // namespace weir::simulate
