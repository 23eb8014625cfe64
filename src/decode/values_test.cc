// What fields mean: numbers of every length, addresses, VLANs, MPLS, ICMP, NAT and vendors' forms.
#include "decode/decoder_fixture.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::Counter;

class ValuesTest : public DecoderTest {
 protected:
  using Values = std::initializer_list<std::pair<std::uint64_t, std::size_t>>;

  /// One record of a fresh IPFIX template; a value of more than 8 octets is written as two halves.
  void record(const std::vector<BuiltField>& fields, Values values) {
    MessageBuilder builder = MessageBuilder::ipfix({.sequence = sent_++});
    builder.template_set(id_, fields).data_set(id_, values);
    ++id_;
    send(builder.finish());
  }
  void record9(const std::vector<BuiltField>& fields, Values values) {
    MessageBuilder builder = MessageBuilder::netflow9({.sequence = sent9_++});
    builder.template_set(id_, fields).data_set(id_, values);
    ++id_;
    send(builder.finish());
  }
  std::uint16_t id_ = 256;
  std::uint32_t sent_ = 0;
  std::uint32_t sent9_ = 0;
};

TEST_F(ValuesTest, CountersOfEveryLength) {
  for (std::uint16_t length = 1; length <= 8; ++length) {
    const std::uint64_t value = 0x0011'2233'4455'6677 >> (8 * (8 - length)) | 1;
    record({{1, length}, {2, length}}, {{value, length}, {value / 100, length}});
    EXPECT_EQ(get<Column::bytes>(rows() - 1), value) << length;
    EXPECT_EQ(get<Column::packets>(rows() - 1), value / 100) << length;
  }
  expect_no_trouble_but({});
}

TEST_F(ValuesTest, ReducedSizeEncodingOfInterfacesAndAs) {
  record({{10, 1}, {14, 3}, {16, 2}, {17, 3}}, {{200, 1}, {0x01'0203, 3}, {64'512, 2}, {0x01'0000, 3}});
  EXPECT_EQ(get<Column::in_if>(0), 200U);
  EXPECT_EQ(get<Column::out_if>(0), 0x01'0203U);
  EXPECT_EQ(get<Column::src_as>(0), 64'512U);
  EXPECT_EQ(get<Column::dst_as>(0), 65'536U);
}

TEST_F(ValuesTest, CounterTooLongToReadIsUnknown) {
  record({{1, 9}, {11, 2}}, {{1, 1}, {0, 8}, {80, 2}});
  EXPECT_FALSE(has(0, Column::bytes));
  EXPECT_EQ(get<Column::dst_port>(0), 80);
}

TEST_F(ValuesTest, AddressesOfAWrongLengthAreUnknown) {
  record({{8, 3}, {27, 8}, {56, 5}, {11, 2}}, {{1, 3}, {2, 8}, {3, 5}, {80, 2}});
  EXPECT_FALSE(has(0, Column::src_addr));
  EXPECT_FALSE(has(0, Column::src_mac));
  EXPECT_FALSE(has(0, Column::ip_version));
  EXPECT_EQ(get<Column::dst_port>(0), 80);
}

TEST_F(ValuesTest, Ipv6) {
  record({{27, 16}, {28, 16}, {62, 16}, {63, 16}, {29, 1}, {30, 1}, {4, 1}}, {{0x2001'0db8'0000'0000, 8},
                                                                              {1, 8},
                                                                              {0x2001'0db8'0000'0000, 8},
                                                                              {2, 8},
                                                                              {0xfe80'0000'0000'0000, 8},
                                                                              {3, 8},
                                                                              {0x2001'0db8'ffff'0000, 8},
                                                                              {4, 8},
                                                                              {64, 1},
                                                                              {48, 1},
                                                                              {6, 1}});
  EXPECT_EQ(address<Column::src_addr>(0), "2001:db8::1");
  EXPECT_EQ(address<Column::dst_addr>(0), "2001:db8::2");
  EXPECT_EQ(address<Column::next_hop>(0), "fe80::3");
  EXPECT_EQ(address<Column::bgp_next_hop>(0), "2001:db8:ffff::4");
  EXPECT_EQ(get<Column::src_mask>(0), 64);
  EXPECT_EQ(get<Column::dst_mask>(0), 48);
  EXPECT_EQ(get<Column::ip_version>(0), 6);
}

TEST_F(ValuesTest, OfATemplateWithBothFamiliesTheOneThatIsSet) {
  const std::vector<BuiltField> both = {{8, 4}, {27, 16}, {12, 4}, {28, 16}, {60, 1}};
  record(both, {{0, 4}, {0x2001'0db8'0000'0000, 8}, {1, 8}, {0, 4}, {0x2001'0db8'0000'0000, 8}, {2, 8}, {6, 1}});
  record(both, {{0x0a000001, 4}, {0, 8}, {0, 8}, {0x0a000002, 4}, {0, 8}, {0, 8}, {0, 1}});
  EXPECT_EQ(address<Column::src_addr>(0), "2001:db8::1");
  EXPECT_EQ(get<Column::ip_version>(0), 6);
  EXPECT_EQ(address<Column::dst_addr>(1), "10.0.0.2");
  EXPECT_EQ(get<Column::ip_version>(1), 4) << "0 is no version";
}

TEST_F(ValuesTest, PrefixesOfAggregatedRecordsWhereThereIsNoAddress) {
  record({{44, 4}, {9, 1}, {45, 4}, {13, 1}}, {{0x0a010000, 4}, {16, 1}, {0xc0000200, 4}, {24, 1}});
  EXPECT_EQ(address<Column::src_addr>(0), "10.1.0.0");
  EXPECT_EQ(get<Column::src_mask>(0), 16);
  EXPECT_EQ(address<Column::dst_addr>(0), "192.0.2.0");
  record({{44, 4}, {8, 4}}, {{0x0a010000, 4}, {0x0a010203, 4}});
  EXPECT_EQ(address<Column::src_addr>(1), "10.1.2.3");
}

TEST_F(ValuesTest, OfARepeatedElementTheFirstCounts) {
  record({{11, 2}, {4, 1}, {210, 2}, {11, 2}, {4, 1}}, {{1, 2}, {4, 1}, {0, 2}, {2, 2}, {6, 1}});
  EXPECT_EQ(get<Column::dst_port>(0), 1);
  EXPECT_EQ(get<Column::proto>(0), 4);
}

TEST_F(ValuesTest, OfTwoHeadersTheFirstFieldsOrOnRequestTheInnerHeader) {
  // As routers tell of SRv6: the outer IPv6 header, then the IPv4 header inside.
  const std::vector<BuiltField> fields = {{27, 16}, {7, 2}, {4, 1}, {8, 4}, {7, 2}, {4, 1}};
  const Values values = {{0xfc00'0000'0000'0000, 8}, {1, 8}, {0, 2}, {4, 1}, {0x0a000001, 4}, {1111, 2}, {17, 1}};
  record(fields, values);
  EXPECT_EQ(address<Column::src_addr>(0), "10.0.0.1") << "who sent it, not which router carried it";
  EXPECT_EQ(get<Column::src_port>(0), 0);
  EXPECT_EQ(get<Column::proto>(0), 4);
  options_.inner_addresses = true;
  forget_all();
  record(fields, values);
  EXPECT_EQ(address<Column::src_addr>(1), "10.0.0.1");
  EXPECT_EQ(get<Column::src_port>(1), 1111);
  EXPECT_EQ(get<Column::proto>(1), 17);
  // IPv6 inside IPv6.
  record({{27, 16}, {4, 1}, {27, 16}, {4, 1}},
         {{0xfc00'0000'0000'0000, 8}, {1, 8}, {41, 1}, {0x2001'0db8'0000'0000, 8}, {2, 8}, {6, 1}});
  EXPECT_EQ(address<Column::src_addr>(2), "2001:db8::2");
  EXPECT_EQ(get<Column::proto>(2), 6);
}

TEST_F(ValuesTest, MacAddressesAndVlans) {
  record({{56, 6}, {80, 6}, {58, 2}, {59, 2}}, {{0x0011'2233'4455, 6}, {0x6677'8899'aabb, 6}, {0x6064, 2}, {200, 2}});
  EXPECT_EQ(get<Column::src_mac>(0), 0x0011'2233'4455U);
  EXPECT_EQ(get<Column::dst_mac>(0), 0x6677'8899'aabbU);
  EXPECT_EQ(get<Column::src_vlan>(0), 100) << "priority bits are not part of it";
  EXPECT_EQ(get<Column::dst_vlan>(0), 200);
  record({{81, 6}, {57, 6}, {243, 2}, {245, 2}, {254, 2}}, {{1, 6}, {2, 6}, {0, 2}, {33, 2}, {44, 2}});
  EXPECT_EQ(get<Column::src_mac>(1), 1U);
  EXPECT_EQ(get<Column::dst_mac>(1), 2U);
  EXPECT_EQ(get<Column::src_vlan>(1), 33) << "the customer's where the outer one is 0";
  EXPECT_EQ(get<Column::dst_vlan>(1), 44);
}

TEST_F(ValuesTest, MplsLabels) {
  record({{70, 3}, {71, 3}, {72, 3}, {73, 3}}, {{0x12345'0, 3}, {0x54321'1, 3}, {0, 3}, {0, 3}});
  EXPECT_EQ(get<Column::mpls_label1>(0), 0x12345U);
  EXPECT_EQ(get<Column::mpls_label2>(0), 0x54321U);
  EXPECT_FALSE(has(0, Column::mpls_label3)) << "zeros behind the bottom of the stack are no label";
  record({{70, 4}, {72, 2}}, {{0x12345'1'40, 4}, {1, 2}});
  EXPECT_EQ(get<Column::mpls_label1>(1), 0x12345U);
  EXPECT_FALSE(has(1, Column::mpls_label3));
}

TEST_F(ValuesTest, IcmpInAllItsForms) {
  record({{4, 1}, {32, 2}}, {{1, 1}, {0x0301, 2}});
  record({{4, 1}, {139, 2}}, {{58, 1}, {0x8000, 2}});
  record({{4, 1}, {176, 1}, {177, 1}}, {{1, 1}, {11, 1}, {1, 1}});
  record({{4, 1}, {178, 1}, {179, 1}}, {{58, 1}, {135, 1}, {2, 1}});
  record({{4, 1}, {11, 2}}, {{58, 1}, {0x8100, 2}});
  record({{4, 1}, {32, 2}, {139, 2}}, {{58, 1}, {0, 2}, {0x8700, 2}});
  const std::vector<std::pair<int, int>> expected = {{3, 1}, {128, 0}, {11, 1}, {135, 2}, {129, 0}, {135, 0}};
  ASSERT_EQ(rows(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(get<Column::icmp_type>(i), expected[i].first) << i;
    EXPECT_EQ(get<Column::icmp_code>(i), expected[i].second) << i;
  }
}

TEST_F(ValuesTest, IcmpFieldsOfOtherProtocolsSayNothing) {
  record({{4, 1}, {32, 2}, {11, 2}}, {{6, 1}, {0x0800, 2}, {2048, 2}});
  EXPECT_FALSE(has(0, Column::icmp_type));
  EXPECT_FALSE(has(0, Column::icmp_code));
  EXPECT_EQ(get<Column::dst_port>(0), 2048);
}

TEST_F(ValuesTest, IcmpFromThePortWhereTheFieldIsEmpty) {
  record9({{4, 1}, {32, 2}, {11, 2}}, {{1, 1}, {0, 2}, {0x0800, 2}});
  EXPECT_EQ(get<Column::icmp_type>(0), 8);
  record9({{4, 1}, {11, 2}}, {{1, 1}, {0, 2}});
  EXPECT_EQ(get<Column::icmp_type>(1), 0) << "an echo reply";
  record9({{4, 1}, {11, 2}}, {{58, 1}, {135, 2}});
  EXPECT_FALSE(has(2, Column::icmp_type)) << "no ICMPv6 has type 0";
}

TEST_F(ValuesTest, TcpFlagsOfOneAndTwoOctets) {
  record({{6, 1}}, {{0x12, 1}});
  record({{6, 2}}, {{0x5012, 2}});
  EXPECT_EQ(get<Column::tcp_flags>(0), 0x12);
  EXPECT_EQ(get<Column::tcp_flags>(1), 0x12) << "without the header length";
}

TEST_F(ValuesTest, DirectionDscpTtlFragmentsAndForwardingStatus) {
  record({{61, 1}, {195, 1}, {52, 1}, {53, 1}, {88, 2}, {197, 1}, {89, 1}},
         {{1, 1}, {46, 1}, {60, 1}, {64, 1}, {0, 2}, {0x20, 1}, {64, 1}});
  EXPECT_EQ(text<Column::direction>(0), "out");
  EXPECT_EQ(get<Column::tos>(0), 0xb8);
  EXPECT_EQ(get<Column::ttl>(0), 60);
  EXPECT_EQ(get<Column::fragment>(0), 1);
  EXPECT_EQ(get<Column::forwarding_status>(0), 64);
  record({{61, 1}, {192, 1}, {53, 1}, {88, 2}, {89, 4}}, {{0, 1}, {61, 1}, {64, 1}, {185, 2}, {0x82, 4}});
  EXPECT_EQ(text<Column::direction>(1), "in");
  EXPECT_EQ(get<Column::ttl>(1), 61);
  EXPECT_EQ(get<Column::fragment>(1), 2);
  EXPECT_EQ(get<Column::forwarding_status>(1), 0x82);
  record({{61, 1}, {197, 1}}, {{255, 1}, {0x40, 1}});
  EXPECT_EQ(text<Column::direction>(2), "(none)");
  EXPECT_EQ(get<Column::fragment>(2), 0);
}

TEST_F(ValuesTest, OutgoingCountersWhereTheIncomingAreAbsentOrZero) {
  record9({{1, 4}, {2, 4}, {23, 4}, {24, 4}}, {{0, 4}, {0, 4}, {700, 4}, {7, 4}});
  record9({{23, 4}, {24, 4}}, {{800, 4}, {8, 4}});
  record9({{23, 4}, {1, 4}}, {{900, 4}, {5, 4}});
  EXPECT_EQ(get<Column::bytes>(0), 700U);
  EXPECT_EQ(get<Column::packets>(0), 7U);
  EXPECT_EQ(get<Column::bytes>(1), 800U);
  EXPECT_EQ(get<Column::bytes>(2), 5U);
}

TEST_F(ValuesTest, TotalCountersWhereThereAreNoDeltas) {
  record({{85, 8}, {86, 8}}, {{500, 8}, {5, 8}});
  record({{85, 8}, {1, 8}}, {{500, 8}, {0, 8}});
  record({{352, 8}, {430, 4}}, {{640, 8}, {4, 4}});
  EXPECT_EQ(get<Column::bytes>(0), 500U);
  EXPECT_EQ(get<Column::packets>(0), 5U);
  EXPECT_EQ(get<Column::bytes>(1), 0U) << "a flow that sent nothing since the last record";
  EXPECT_EQ(get<Column::bytes>(2), 640U);
  EXPECT_EQ(get<Column::packets>(2), 4U);
}

TEST_F(ValuesTest, AbsurdCountersAreMarkedAndNotSummed) {
  record({{1, 8}, {2, 8}}, {{0xffff'ffff'ffff'ff00, 8}, {3, 8}});
  record({{1, 4}, {2, 4}}, {{0xffff'ff00, 4}, {1, 4}});  // a counter that went below zero
  record({{1, 8}, {2, 8}}, {{1000, 8}, {0x0001'0000'0000'0000, 8}});
  for (const std::size_t row : {0U, 1U}) {
    EXPECT_FALSE(has(row, Column::bytes)) << row;
    EXPECT_TRUE(has(row, Column::packets)) << row;
    EXPECT_EQ(get<Column::suspect>(row), flow::kSuspectBytes) << row;
  }
  EXPECT_EQ(get<Column::bytes>(2), 1000U);
  EXPECT_FALSE(has(2, Column::packets));
  EXPECT_EQ(get<Column::suspect>(2), flow::kSuspectPackets);
  EXPECT_EQ(count(Counter::counters_absurd), 3U);
  EXPECT_EQ(count(Counter::flows), 3U) << "the flows are kept";
}

TEST_F(ValuesTest, LargeCountersThatCanBeAreKept) {
  record({{1, 8}, {2, 8}}, {{std::uint64_t{1} << 50U, 8}, {std::uint64_t{1} << 40U, 8}});  // days at 100 Gbit/s
  record({{1, 8}, {2, 8}}, {{65'535 * 300, 8}, {300, 8}});                                 // aggregated packets (GRO)
  record({{1, 8}, {2, 8}}, {{100'000'000, 8}, {0, 8}});                                    // no packet counter
  // Octets scaled by the sampling rate, packets not.
  record({{1, 8}, {2, 8}, {34, 4}}, {{1'500'000'000, 8}, {1, 8}, {10'000, 4}});
  for (std::size_t row = 0; row < 4; ++row) EXPECT_FALSE(has(row, Column::suspect)) << row;
  EXPECT_EQ(count(Counter::counters_absurd), 0U);
}

TEST_F(ValuesTest, AggregatedFlowsAreCountedAsSuch) {
  record({{3, 4}, {11, 2}}, {{17, 4}, {80, 2}});
  EXPECT_EQ(get<Column::flows>(0), 17U);
}

TEST_F(ValuesTest, NatEvents) {
  record({{8, 4}, {225, 4}, {12, 4}, {226, 4}, {7, 2}, {227, 2}, {11, 2}, {228, 2}, {230, 1}, {323, 8}},
         {{0x0a000001, 4},
          {0xcb007101, 4},
          {0x08080808, 4},
          {0x08080808, 4},
          {50'000, 2},
          {1024, 2},
          {53, 2},
          {53, 2},
          {4, 1},
          {static_cast<std::uint64_t>(kExported - 50), 8}});
  EXPECT_EQ(address<Column::nat_src_addr>(0), "203.0.113.1");
  EXPECT_EQ(address<Column::nat_dst_addr>(0), "8.8.8.8");
  EXPECT_EQ(get<Column::nat_src_port>(0), 1024);
  EXPECT_EQ(get<Column::nat_dst_port>(0), 53);
  EXPECT_EQ(get<Column::nat_event>(0), 4);
  EXPECT_EQ(get<Column::time>(0), kExported - 50);
  // RFC 8158: NAT64, and a port block.
  record({{27, 16}, {281, 16}, {361, 2}, {362, 2}, {230, 1}},
         {{0x2001'0db8'0000'0000, 8}, {1, 8}, {0x2001'0db8'0000'0001, 8}, {2, 8}, {2048, 2}, {2111, 2}, {16, 1}});
  EXPECT_EQ(address<Column::nat_src_addr>(1), "2001:db8:0:1::2");
  EXPECT_EQ(get<Column::nat_src_port>(1), 2048);
  EXPECT_EQ(get<Column::nat_event>(1), 16);
}

TEST_F(ValuesTest, CiscoAsaEvents) {
  record9({{148, 4},
           {8, 4},
           {7, 2},
           {10, 2},
           {12, 4},
           {11, 2},
           {14, 2},
           {4, 1},
           {40'001, 4},
           {40'002, 4},
           {40'003, 2},
           {40'004, 2},
           {40'005, 1},
           {33'002, 2},
           {323, 8},
           {231, 4},
           {232, 4},
           {152, 8},
           {40'000, 20}},
          {{7, 4},          {0xc0a80001, 4}, {50'000, 2},
           {3, 2},          {0x08080808, 4}, {443, 2},
           {4, 2},          {6, 1},          {0xcb007105, 4},
           {0x08080808, 4}, {61'000, 2},     {443, 2},
           {2, 1},          {2030, 2},       {static_cast<std::uint64_t>(kExported - 10), 8},
           {81, 4},         {6207, 4},       {static_cast<std::uint64_t>(kExported - 1010), 8},
           {0, 8},          {0, 8},          {0, 4}});
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(address<Column::nat_src_addr>(0), "203.0.113.5");
  EXPECT_EQ(get<Column::nat_src_port>(0), 61'000);
  EXPECT_EQ(get<Column::nat_dst_port>(0), 443);
  EXPECT_EQ(get<Column::nat_event>(0), 2);
  EXPECT_EQ(get<Column::bytes>(0), 81U + 6207U) << "one row tells of both directions";
  EXPECT_EQ(get<Column::flow_start>(0), kExported - 1010);
  EXPECT_EQ(get<Column::flow_end>(0), kExported - 10);
}

TEST_F(ValuesTest, ConnectionsAsTwoRowsOnRequest) {
  options_.split_connections = true;
  const std::vector<BuiltField> fields = {{8, 4}, {12, 4}, {7, 2}, {11, 2}, {231, 4}, {232, 4}, {298, 4}, {299, 4}};
  record9(fields, {{1, 4}, {2, 4}, {1000, 2}, {80, 2}, {81, 4}, {6207, 4}, {2, 4}, {9, 4}});
  record9(fields, {{1, 4}, {2, 4}, {1000, 2}, {80, 2}, {81, 4}, {0, 4}, {2, 4}, {0, 4}});
  ASSERT_EQ(rows(), 3U);
  EXPECT_EQ(get<Column::bytes>(0), 81U);
  EXPECT_EQ(get<Column::packets>(0), 2U);
  EXPECT_EQ(address<Column::src_addr>(1), "0.0.0.2");
  EXPECT_EQ(get<Column::src_port>(1), 80);
  EXPECT_EQ(get<Column::bytes>(1), 6207U);
  EXPECT_EQ(get<Column::packets>(1), 9U);
}

TEST_F(ValuesTest, PaloAltoApplication) {
  MessageBuilder builder = MessageBuilder::netflow9({});
  builder.template_set(257, {{11, 2}, {346, 4}, {56'701, 32}, {56'702, 64}});
  builder.open(257).bytes().u16(443);
  builder.bytes().u32(25'461);
  builder.text("web-browsing", 32).text("corp\\alice", 64).close();
  send(builder.finish());
  EXPECT_EQ(text<Column::application>(0), "web-browsing");
}

TEST_F(ValuesTest, NetscalerRecord) {
  record(
      {{138, 4}, {129, 4, 5951}, {60, 1}, {4, 1}, {210, 2}, {8, 4}, {12, 4}, {2, 8}, {1, 8}, {132, 8, 5951}, {10, 4}},
      {{1, 4},
       {0x3faa241d, 4},
       {4, 1},
       {6, 1},
       {0, 2},
       {0xc0a80001, 4},
       {0x0a000001, 4},
       {1, 8},
       {40, 8},
       {9, 8},
       {8, 4}});
  EXPECT_EQ(address<Column::src_addr>(0), "192.168.0.1");
  EXPECT_EQ(get<Column::bytes>(0), 40U);
  EXPECT_EQ(get<Column::in_if>(0), 8U);
  expect_no_trouble_but({});
}

TEST_F(ValuesTest, ExporterInTheMessageCountsOnlyWhereConfigured) {
  const std::vector<BuiltField> fields = {{130, 4}, {11, 2}};
  record(fields, {{0x0a0a0a0a, 4}, {80, 2}});
  EXPECT_EQ(address<Column::exporter>(0), "192.0.2.1");
  options_.exporter_from_message = {Prefix::of(source_, 24)};
  forget_all();
  record(fields, {{0x0a0a0a0a, 4}, {80, 2}});
  record(fields, {{0, 4}, {80, 2}});
  EXPECT_EQ(address<Column::exporter>(1), "10.10.10.10");
  EXPECT_EQ(address<Column::exporter>(2), "192.0.2.1");
}

}  // namespace
}  // namespace weir::decode
