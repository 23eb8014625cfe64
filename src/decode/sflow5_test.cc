#include "decode/sflow5.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/byte_writer.h"
#include "flow/value_text.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::Counter;
using Octets = std::vector<std::byte>;

constexpr UnixMillis kNow = 1'700'000'000'123;
const IpAddress kSource = IpAddress::v4(0xc0000207);

Octets piece(std::uint32_t tag, const Octets& body) {
  ByteWriter w;
  w.u32(tag);
  w.u32(body.size());
  w.bytes(body);
  w.pad(4);
  return w.take();
}
Octets words(std::initializer_list<std::uint32_t> values) {
  ByteWriter w;
  for (const auto value : values) w.u32(value);
  return w.take();
}
Octets joined(const std::vector<Octets>& parts) {
  Octets out;
  for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}
Octets cut(Octets octets, std::size_t size) {
  octets.resize(size);
  return octets;
}

/// Ethernet, IPv4 of 1500 octets, TCP: cut behind the TCP header, as samples are.
Octets frame() {
  ByteWriter w;
  w.unsigned_be(0x020000000002, 6);
  w.unsigned_be(0x020000000001, 6);
  w.u16(0x0800);
  w.u32(0x450005dc);
  w.u32(0x00010000);
  w.u32(0x40060000);
  w.u32(0xc6336401);
  w.u32(0xcb007101);
  w.u16(443);
  w.u16(50000);
  w.u64(0);
  w.u32(0x50120000);
  w.u32(0);
  return w.take();
}
Octets raw_header(const Octets& header, std::uint32_t protocol = 1, std::uint32_t frame_length = 1518,
                  std::uint32_t stripped = 4) {
  ByteWriter w;
  w.u32(protocol);
  w.u32(frame_length);
  w.u32(stripped);
  w.u32(header.size());
  w.bytes(header);
  w.pad(4);
  return piece(1, w.take());
}

struct Sample {
  std::uint32_t rate = 512;
  std::uint32_t input = 3;
  std::uint32_t output = 4;
  std::uint32_t extra_records = 0;  ///< announced but not there

  [[nodiscard]] Octets body(const std::vector<Octets>& records) const {
    const auto count = static_cast<std::uint32_t>(records.size()) + extra_records;
    return joined({words({1, 3, rate, 1000, 0, input, output, count}), joined(records)});
  }
  [[nodiscard]] Octets with(const std::vector<Octets>& records) const { return piece(1, body(records)); }
};

struct Message {
  std::uint32_t version = 5;
  std::uint32_t sub_agent = 7;
  std::uint32_t sequence = 1;
  std::uint32_t uptime = 1000;
  int count = -1;  ///< -1: what is right

  [[nodiscard]] Octets with(const std::vector<Octets>& samples) const {
    const auto number = count < 0 ? static_cast<std::uint32_t>(samples.size()) : static_cast<std::uint32_t>(count);
    return joined({words({version, 1, 0x0a000001, sub_agent, sequence, uptime, number}), joined(samples)});
  }
};

class Sflow5 : public ::testing::Test {
 protected:
  void decode(const Octets& payload, UnixMillis now = kNow) {
    const flow::Datagram datagram{payload, {kSource, 40000, 6343}, now};
    decoder.decode(datagram, Context{options, strings, exporter}, out);
  }
  [[nodiscard]] std::uint64_t count(Counter counter) const { return exporter.get(counter); }
  /// All bad counters together.
  [[nodiscard]] std::uint64_t trouble() const {
    std::uint64_t sum = 0;
    for (const auto& info : flow::kCounters) {
      if (info.group == flow::CounterGroup::bad) sum += exporter.get(info.counter);
    }
    return sum;
  }
  [[nodiscard]] bool has(Column column, std::size_t row = 0) const { return out.flows.masks()[row].has(column); }
  template <Column C>
  [[nodiscard]] std::uint64_t number(std::size_t row = 0) const {
    EXPECT_TRUE(has(C, row)) << flow::name(C) << " is unknown";
    return static_cast<std::uint64_t>(out.flows.get_or<C>(row, 0));
  }
  template <Column C>
  [[nodiscard]] std::string address(std::size_t row = 0) const {
    EXPECT_TRUE(has(C, row)) << flow::name(C) << " is unknown";
    return to_string(out.flows.get_or<C>(row, IpAddress{}));
  }
  template <Column C>
  [[nodiscard]] std::string_view text(std::size_t row = 0) const {
    EXPECT_TRUE(has(C, row)) << flow::name(C) << " is unknown";
    return strings.text(out.flows.get_or<C>(row, 0));
  }

  DecodeOptions options;
  flow::StringPool strings;
  flow::ExporterState exporter{kSource};
  Sflow5Decoder decoder;
  Decoded out;
};

TEST_F(Sflow5, FlowSampleWithRawHeaderGivesOneRow) {
  decode(Message{}.with({Sample{}.with({raw_header(frame())})}));
  ASSERT_EQ(out.flows.size(), 1U);
  std::string json;
  append_json(json, out.flows, 0, strings);
  EXPECT_EQ(
      json,
      R"({"time":1700000000123,"time_received":1700000000123,"flow_start":1700000000123,"flow_end":1700000000123,)"
      R"("exporter":"192.0.2.7","observation_domain":7,"export_protocol":"sflow5","sampling_rate":512,"in_if":3,)"
      R"("out_if":4,"src_addr":"198.51.100.1","dst_addr":"203.0.113.1","src_port":443,"dst_port":50000,"proto":6,)"
      R"("tcp_flags":18,"tos":0,"ip_version":4,"ttl":64,"fragment":0,"bytes":1500,"packets":1,"flows":1,)"
      R"("src_mac":"02:00:00:00:00:01","dst_mac":"02:00:00:00:00:02"})");
  EXPECT_EQ(count(Counter::flows), 1U);
  EXPECT_EQ(count(Counter::flows_sampled), 1U);
  EXPECT_EQ(trouble(), 0U);
  EXPECT_EQ(exporter.protocols(), static_cast<std::uint8_t>(flow::ExportProtocol::sflow5));
  EXPECT_EQ(exporter.last_seen_ms(), kNow);
}

TEST_F(Sflow5, ExpandedSampleHasInterfacesOf32Bits) {
  const Octets body = joined({words({1, 0, 11001, 1000, 99, 0, 0, 29001, 0, 1285816721, 1}), raw_header(frame())});
  decode(Message{}.with({piece(3, body)}));
  ASSERT_EQ(out.flows.size(), 1U);
  EXPECT_EQ(number<Column::sampling_rate>(), 1000U);
  EXPECT_EQ(number<Column::in_if>(), 29001U);
  EXPECT_EQ(number<Column::out_if>(), 1285816721U);
  EXPECT_EQ(number<Column::src_port>(), 443U);
  EXPECT_EQ(trouble(), 0U);
}

TEST_F(Sflow5, ExpandedSampleTellsDiscardsByItsFormat) {
  decode(Message{}.with({piece(3, words({1, 0, 1, 10, 9, 0, 0, 5, 1, 258, 0}))}));
  ASSERT_EQ(out.flows.size(), 1U);
  EXPECT_FALSE(has(Column::out_if));
  EXPECT_EQ(number<Column::forwarding_status>(), 129U);
}

TEST_F(Sflow5, AgentOverIpv6) {
  const Octets header = words({5, 2, 0x20010db8, 0, 0, 1, 9, 1, 1000, 1});
  decode(joined({header, Sample{}.with({raw_header(frame())})}));
  EXPECT_EQ(out.flows.size(), 1U);
  EXPECT_EQ(number<Column::observation_domain>(), 9U);
  EXPECT_EQ(address<Column::exporter>(), "192.0.2.7");
  EXPECT_EQ(trouble(), 0U);
}

TEST_F(Sflow5, SamplingRateOfZeroIsUnknown) {
  decode(Message{}.with({Sample{.rate = 0}.with({raw_header(frame())})}));
  EXPECT_FALSE(has(Column::sampling_rate));
  EXPECT_EQ(count(Counter::flows_unsampled), 1U);
  EXPECT_EQ(count(Counter::flows_sampled), 0U);
}

TEST_F(Sflow5, InterfacesUnknownLocalSeveralAndDiscarded) {
  decode(Message{}.with({Sample{.input = 0, .output = 0x3fffffff}.with({}),
                         Sample{.input = 0x3fffffff, .output = 0x80000007}.with({}),
                         Sample{.output = 0x40000001}.with({}), Sample{.output = 0x40000100}.with({})}));
  ASSERT_EQ(out.flows.size(), 4U);
  EXPECT_FALSE(has(Column::in_if, 0));
  EXPECT_EQ(number<Column::out_if>(0), 0U) << "it ends in the device itself";
  EXPECT_EQ(number<Column::in_if>(1), 0U);
  EXPECT_FALSE(has(Column::out_if, 1)) << "several interfaces are not one";
  EXPECT_FALSE(has(Column::forwarding_status, 1));
  EXPECT_FALSE(has(Column::out_if, 2));
  EXPECT_EQ(number<Column::forwarding_status>(2), 131U) << "host unreachable";
  EXPECT_EQ(number<Column::forwarding_status>(3), 128U) << "unknown reason";
}

TEST_F(Sflow5, BytesOfAnUnreadableIpHeaderComeFromTheFrame) {
  decode(Message{}.with({Sample{}.with({raw_header(cut(frame(), 30))})}));
  ASSERT_EQ(out.flows.size(), 1U);
  EXPECT_EQ(number<Column::bytes>(), 1518U - 4 - 14);
  EXPECT_FALSE(has(Column::src_addr));
  EXPECT_TRUE(has(Column::src_mac));
  EXPECT_EQ(count(Counter::bad_packet_header), 1U);
  EXPECT_EQ(count(Counter::flows), 1U);
}

TEST_F(Sflow5, FrameShorterThanWhatWasStrippedHasNoBytes) {
  decode(Message{}.with({Sample{}.with({raw_header(cut(frame(), 30), 1, 10, 4)})}));
  EXPECT_FALSE(has(Column::bytes));
}

TEST_F(Sflow5, FrameWithoutIpIsKeptAndNoTrouble) {
  Octets arp = cut(frame(), 42);
  arp[12] = std::byte{0x08};
  arp[13] = std::byte{0x06};
  decode(Message{}.with({Sample{}.with({raw_header(arp, 1, 64)})}));
  EXPECT_EQ(number<Column::bytes>(), 46U);
  EXPECT_EQ(trouble(), 0U);
}

TEST_F(Sflow5, UnknownLinkLayerIsUnsupportedAndKept) {
  decode(Message{}.with({Sample{}.with({raw_header(frame(), 4)})}));
  EXPECT_EQ(out.flows.size(), 1U);
  EXPECT_FALSE(has(Column::bytes));
  EXPECT_EQ(count(Counter::unsupported), 1U);
}

TEST_F(Sflow5, Ipv4RecordStandsForTheHeader) {
  const Octets record = piece(3, words({1344, 17, 0x32323232, 0x33333333, 46622, 58631, 0, 0xb8}));
  decode(Message{}.with({Sample{}.with({record})}));
  EXPECT_EQ(address<Column::src_addr>(), "50.50.50.50");
  EXPECT_EQ(address<Column::dst_addr>(), "51.51.51.51");
  EXPECT_EQ(number<Column::src_port>(), 46622U);
  EXPECT_EQ(number<Column::dst_port>(), 58631U);
  EXPECT_EQ(number<Column::proto>(), 17U);
  EXPECT_EQ(number<Column::tos>(), 0xb8U);
  EXPECT_EQ(number<Column::bytes>(), 1344U);
  EXPECT_EQ(number<Column::ip_version>(), 4U);
  EXPECT_FALSE(has(Column::tcp_flags));
}

TEST_F(Sflow5, Ipv6RecordStandsForTheHeader) {
  const Octets record = piece(4, words({99, 6, 0x20010db8, 0, 0, 1, 0x20010db8, 0, 0, 2, 80, 1024, 0x12, 0x20}));
  decode(Message{}.with({Sample{}.with({record})}));
  EXPECT_EQ(address<Column::dst_addr>(), "2001:db8::2");
  EXPECT_EQ(number<Column::tcp_flags>(), 0x12U);
  EXPECT_EQ(number<Column::ip_version>(), 6U);
}

TEST_F(Sflow5, RawHeaderGoesBeforeTheIpv4Record) {
  const Octets record = piece(3, words({99, 17, 1, 2, 3, 4, 0, 0}));
  decode(Message{}.with({Sample{}.with({record, raw_header(frame())})}));
  EXPECT_EQ(address<Column::src_addr>(), "198.51.100.1");
  EXPECT_EQ(number<Column::bytes>(), 1500U);
}

TEST_F(Sflow5, EthernetRecord) {
  const Octets record = piece(2, words({1514, 0x02000000, 0x00010000, 0x02000000, 0x00020000, 0x86dd}));
  decode(Message{}.with({Sample{}.with({record})}));
  EXPECT_EQ(number<Column::src_mac>(), 0x020000000001U);
  EXPECT_EQ(number<Column::dst_mac>(), 0x020000000002U);
  EXPECT_EQ(number<Column::bytes>(), 1500U);
  EXPECT_EQ(number<Column::ip_version>(), 6U);
}

TEST_F(Sflow5, ExtendedSwitchGivesBothVlans) {
  decode(Message{}.with({Sample{}.with({piece(1001, words({100, 1, 200, 2}))}),
                         Sample{}.with({piece(1001, words({0, 0, 0xffffffff, 0}))})}));
  EXPECT_EQ(number<Column::src_vlan>(0), 100U);
  EXPECT_EQ(number<Column::dst_vlan>(0), 200U);
  EXPECT_FALSE(has(Column::src_vlan, 1));
  EXPECT_FALSE(has(Column::dst_vlan, 1));
}

TEST_F(Sflow5, ExtendedRouterGivesNextHopAndMasks) {
  decode(Message{}.with({Sample{}.with({raw_header(frame()), piece(1002, words({1, 0x0a0a0a0a, 24, 33}))}),
                         Sample{}.with({piece(1002, words({0, 64, 128}))})}));
  EXPECT_EQ(address<Column::next_hop>(0), "10.10.10.10");
  EXPECT_EQ(number<Column::src_mask>(0), 24U);
  EXPECT_FALSE(has(Column::dst_mask, 0)) << "an IPv4 address has no mask of 33";
  EXPECT_FALSE(has(Column::next_hop, 1));
  EXPECT_EQ(number<Column::dst_mask>(1), 128U);
}

const Octets kGateway =
    piece(1003, words({1, 0x0d0c0b0a, 64500, 64510, 64511, 3,     2, 2,          64501,      64502, 1,
                       2, 64503,      64504, 2,     1,     64505, 2, 0xfbf40001, 0xfbf4ffff, 100}));

TEST_F(Sflow5, ExtendedGatewayGivesTheRoute) {
  decode(Message{}.with({Sample{}.with({kGateway}), Sample{}.with({kGateway})}));
  ASSERT_EQ(out.flows.size(), 2U);
  for (const std::size_t row : {0, 1}) {
    EXPECT_EQ(address<Column::bgp_next_hop>(row), "13.12.11.10");
    EXPECT_EQ(number<Column::src_as>(row), 64510U);
    EXPECT_EQ(number<Column::dst_as>(row), 64505U);
    EXPECT_EQ(number<Column::first_as>(row), 64501U);
    EXPECT_EQ(text<Column::as_path>(row), "64501 64502 {64503,64504} 64505");
    EXPECT_EQ(text<Column::communities>(row), "64500:1 64500:65535");
  }
  EXPECT_EQ(trouble(), 0U);
}

TEST_F(Sflow5, ExtendedGatewayWithoutPathLeavesTheRouteUnknown) {
  decode(Message{}.with({Sample{}.with({piece(1003, words({1, 0x0d0c0b0a, 64500, 0, 0, 0, 0, 100}))})}));
  EXPECT_EQ(address<Column::bgp_next_hop>(), "13.12.11.10");
  for (const Column c : {Column::src_as, Column::dst_as, Column::first_as, Column::as_path, Column::communities}) {
    EXPECT_FALSE(has(c)) << flow::name(c);
  }
}

TEST_F(Sflow5, ExtendedGatewayWithAPathTooLongForATextIsCutBetweenNumbers) {
  ByteWriter w;
  w.bytes(words({1, 0x0d0c0b0a, 1, 2, 3, 1, 2, 2000}));
  for (std::uint32_t i = 0; i < 2000; ++i) w.u32(4'000'000'000 + i);
  w.bytes(words({0, 100}));
  decode(Message{}.with({Sample{}.with({piece(1003, w.take())})}));
  EXPECT_EQ(number<Column::dst_as>(), 4'000'001'999U);
  EXPECT_LE(text<Column::as_path>().size(), flow::StringPool::kMostLength);
  EXPECT_TRUE(text<Column::as_path>().starts_with("4000000000 4000000001 "));
  EXPECT_EQ(text<Column::as_path>().size() % 11, 10U) << "whole numbers only";
}

TEST_F(Sflow5, ExtendedGatewayThatContradictsItselfCostsOnlyItself) {
  for (const auto& bad :
       {words({1, 0x0d0c0b0a, 1, 2, 3, 1, 2, 0xffffffff, 7}), words({1, 0x0d0c0b0a, 1, 2, 3, 0xffffffff}),
        words({1, 0x0d0c0b0a, 1, 2, 3, 1, 9, 1, 7, 0, 0}), words({7, 0x0d0c0b0a, 1, 2, 3, 0, 0, 0}),
        words({1, 0x0d0c0b0a, 1, 2, 3, 0, 0xffffffff, 1})}) {
    decode(Message{}.with({Sample{}.with({piece(1003, bad), raw_header(frame())})}));
  }
  ASSERT_EQ(out.flows.size(), 5U);
  for (std::size_t row = 0; row < 5; ++row) {
    EXPECT_FALSE(has(Column::src_as, row)) << row;
    EXPECT_EQ(number<Column::src_port>(row), 443U);
  }
  EXPECT_EQ(count(Counter::bad_sample), 5U);
}

TEST_F(Sflow5, RecordsThatAreNotReadAndThoseOfVendorsArePassedOver) {
  const std::uint32_t vendor = 4413U << 12U | 1U;
  decode(Message{}.with({Sample{}.with({piece(1004, words({1, 2, 3})), piece(1007, words({1, 2, 1, 3})),
                                        piece(vendor, Octets(13)), raw_header(frame())})}));
  EXPECT_EQ(number<Column::src_port>(), 443U);
  EXPECT_EQ(count(Counter::unsupported), 1U) << "the vendor's";
  EXPECT_EQ(count(Counter::bad_sample), 0U);
}

TEST_F(Sflow5, SamplesOfVendorsAndUnknownFormatsArePassedOver) {
  const std::uint32_t vendor = 4413U << 12U | 1U;
  decode(Message{}.with({piece(vendor, Octets(8)), piece(77, Octets(6)), Sample{}.with({raw_header(frame())})}));
  EXPECT_EQ(out.flows.size(), 1U);
  EXPECT_EQ(count(Counter::unsupported), 2U);
  EXPECT_EQ(count(Counter::bad_count), 0U);
}

TEST_F(Sflow5, DiscardNoticeIsCountedAndIsNoFlow) {
  const Octets notice = joined({words({1, 0, 5, 0, 3, 4, 258, 1}), raw_header(frame())});
  decode(Message{}.with({piece(5, notice), Sample{}.with({raw_header(frame())})}));
  EXPECT_EQ(out.flows.size(), 1U);
  EXPECT_EQ(count(Counter::discard_notices), 1U);
  EXPECT_EQ(trouble(), 0U);
}

TEST_F(Sflow5, DiscardNoticeCutShortIsABadSample) {
  decode(Message{}.with({piece(5, words({1, 0, 5, 0, 3, 4, 258, 1})), piece(5, words({1, 2}))}));
  EXPECT_EQ(count(Counter::discard_notices), 0U);
  EXPECT_EQ(count(Counter::bad_sample), 2U);
}

Octets interface_counters() {
  ByteWriter w;
  w.bytes(words({17, 6}));
  w.u64(10'000'000'000);
  w.bytes(words({1, 1}));
  w.u64(0x1'0000'0001);
  w.bytes(words({10, 20, 30, 4, 5, 0}));
  w.u64(0x2'0000'0002);
  w.bytes(words({100, 200, 0xffffffff, 6, 7, 0}));
  return piece(1, w.take());
}

void expect_counters(const flow::InterfaceCounters& c) {
  EXPECT_EQ(c.time_ms, kNow);
  EXPECT_EQ(c.exporter, kSource);
  EXPECT_EQ(c.if_index, 17U);
  EXPECT_EQ(c.speed_bps, 10'000'000'000U);
  EXPECT_TRUE(c.admin_up);
  EXPECT_FALSE(c.oper_up);
  EXPECT_EQ(c.in_octets, 0x1'0000'0001U);
  EXPECT_EQ(c.in_packets, 60U);
  EXPECT_EQ(c.in_discards, 4U);
  EXPECT_EQ(c.in_errors, 5U);
  EXPECT_EQ(c.out_octets, 0x2'0000'0002U);
  EXPECT_EQ(c.out_packets, 300U) << "a counter that the device does not keep adds nothing";
  EXPECT_EQ(c.out_discards, 6U);
  EXPECT_EQ(c.out_errors, 7U);
}

TEST_F(Sflow5, CounterSamplesPlainAndExpandedGiveReadings) {
  const Octets other = piece(2, Octets(52));
  decode(Message{}.with({piece(2, joined({words({1, 17, 2}), other, interface_counters()})),
                         piece(4, joined({words({1, 0, 17, 1}), interface_counters()}))}));
  ASSERT_EQ(out.counters.size(), 2U);
  for (const auto& reading : out.counters) expect_counters(reading);
  EXPECT_EQ(count(Counter::counter_samples), 2U);
  EXPECT_EQ(out.flows.size(), 0U);
  EXPECT_EQ(trouble(), 0U);
}

TEST_F(Sflow5, CounterRecordTooShortIsABadSampleAndTheNextIsRead) {
  decode(Message{}.with({piece(2, joined({words({1, 17, 2}), piece(1, Octets(84)), interface_counters()}))}));
  EXPECT_EQ(out.counters.size(), 1U);
  EXPECT_EQ(count(Counter::bad_sample), 1U);
}

TEST_F(Sflow5, CounterSampleThatAnnouncesMoreRecordsThanItHolds) {
  decode(Message{}.with({piece(2, joined({words({1, 17, 9}), interface_counters()})), piece(2, words({1, 17}))}));
  EXPECT_EQ(out.counters.size(), 1U);
  EXPECT_EQ(count(Counter::bad_sample), 2U);
  EXPECT_EQ(count(Counter::counter_samples), 1U);
}

// Datagrams.

TEST_F(Sflow5, HeaderCutShortAnywhereIsABadHeader) {
  const Octets whole = Message{}.with({});
  for (std::size_t size = 4; size < whole.size(); ++size) decode(cut(whole, size));
  EXPECT_EQ(count(Counter::bad_header), whole.size() - 4);
  EXPECT_EQ(exporter.protocols(), 0U);
  EXPECT_TRUE(out.flows.empty());
}

TEST_F(Sflow5, AgentAddressOfAnUnknownTypeIsABadHeader) {
  decode(words({5, 3, 1, 2, 3, 4, 0}));
  EXPECT_EQ(count(Counter::bad_header), 1U);
}

TEST_F(Sflow5, OtherVersionsAreRefused) {
  decode(Message{.version = 4}.with({Sample{}.with({})}));
  EXPECT_EQ(count(Counter::bad_version), 1U);
  EXPECT_TRUE(out.flows.empty());
}

TEST_F(Sflow5, SampleLongerThanTheDatagramCostsNotThoseBefore) {
  const Octets whole = Message{}.with({Sample{}.with({raw_header(frame())}), Sample{}.with({raw_header(frame())})});
  decode(cut(whole, whole.size() - 1));
  EXPECT_EQ(out.flows.size(), 1U);
  EXPECT_EQ(count(Counter::bad_sample), 1U);
  EXPECT_EQ(count(Counter::bad_count), 0U);
}

TEST_F(Sflow5, SampleTooShortForItsFixedPartCostsNotThoseBehind) {
  decode(Message{}.with({piece(1, Octets(28)), piece(3, Octets(40)), Sample{}.with({raw_header(frame())})}));
  EXPECT_EQ(out.flows.size(), 1U);
  EXPECT_EQ(count(Counter::bad_sample), 2U);
  EXPECT_EQ(count(Counter::flows), 1U);
}

TEST_F(Sflow5, RecordLongerThanItsSampleCostsOnlyItself) {
  Octets body = Sample{.extra_records = 1}.body({raw_header(frame())});
  const Octets bad = words({1001, 400, 100, 1});
  body.insert(body.end(), bad.begin(), bad.end());
  decode(Message{}.with({piece(1, body), Sample{}.with({raw_header(frame())})}));
  ASSERT_EQ(out.flows.size(), 2U);
  EXPECT_EQ(number<Column::src_port>(0), 443U);
  EXPECT_FALSE(has(Column::src_vlan, 0));
  EXPECT_EQ(number<Column::src_port>(1), 443U);
  EXPECT_EQ(count(Counter::bad_sample), 1U);
}

TEST_F(Sflow5, SampleThatAnnouncesMoreRecordsThanItHolds) {
  decode(Message{}.with({Sample{.extra_records = 0x7fffffff}.with({raw_header(frame())})}));
  EXPECT_EQ(out.flows.size(), 1U);
  EXPECT_EQ(count(Counter::bad_sample), 1U);
}

TEST_F(Sflow5, HeaderLongerThanItsRecordIsReadAsFarAsItGoes) {
  ByteWriter w;
  w.bytes(words({1, 1518, 4, 4000}));
  w.bytes(frame());
  decode(Message{}.with({Sample{}.with({piece(1, w.take())})}));
  EXPECT_EQ(number<Column::src_port>(), 443U);
  EXPECT_EQ(count(Counter::bad_sample), 1U);
}

TEST_F(Sflow5, RecordsShorterThanTheirFields) {
  const std::vector<Octets> records = {piece(1, words({1, 2})), piece(2, words({1})),    piece(3, words({1})),
                                       piece(4, words({1})),    piece(1001, words({1})), piece(1002, words({1})),
                                       piece(1003, words({1}))};
  decode(Message{}.with({Sample{}.with(records)}));
  ASSERT_EQ(out.flows.size(), 1U);
  EXPECT_EQ(count(Counter::bad_sample), records.size());
  for (const Column c :
       {Column::src_mac, Column::src_addr, Column::src_vlan, Column::next_hop, Column::src_as, Column::bytes}) {
    EXPECT_FALSE(has(c)) << flow::name(c);
  }
}

TEST_F(Sflow5, DatagramThatAnnouncesMoreSamplesThanItHolds) {
  decode(Message{.count = 3}.with({Sample{}.with({raw_header(frame())})}));
  EXPECT_EQ(out.flows.size(), 1U);
  EXPECT_EQ(count(Counter::bad_count), 1U);
  EXPECT_EQ(count(Counter::bad_sample), 0U);
}

TEST_F(Sflow5, DatagramThatHoldsMoreThanItAnnounces) {
  decode(Message{.count = 1}.with({Sample{}.with({}), Sample{}.with({})}));
  EXPECT_EQ(out.flows.size(), 1U);
  EXPECT_EQ(count(Counter::bad_count), 1U);
}

TEST_F(Sflow5, LastSampleWithoutItsPadding) {
  Octets payload = Message{}.with({piece(5, joined({words({1, 0, 5, 0, 3, 4, 258, 1}), piece(1038, Octets(10))}))});
  payload.resize(payload.size() - 2);
  payload[28 + 7] = std::byte{static_cast<unsigned char>(payload.size() - 36)};
  decode(payload);
  EXPECT_EQ(count(Counter::discard_notices), 1U);
  EXPECT_EQ(trouble(), 0U);
}

TEST_F(Sflow5, MissingAndLateDatagramsAreCountedForEachSubAgent) {
  for (const std::uint32_t sequence : {10, 12, 11}) {
    decode(Message{.sub_agent = 1, .sequence = sequence}.with({Sample{}.with({})}));
    decode(Message{.sub_agent = 2, .sequence = 100 + sequence}.with({Sample{}.with({})}));
  }
  EXPECT_EQ(count(Counter::sequence_lost), 2U);
  EXPECT_EQ(count(Counter::sequence_reordered), 2U);
  EXPECT_EQ(out.flows.size(), 6U) << "late ones count too";
}

TEST_F(Sflow5, IdleAgentsAreForgotten) {
  decode(Message{.sequence = 1}.with({}), kNow);
  decoder.age(kNow + Sflow5Decoder::kAgentIdleMs);
  decode(Message{.sequence = 3}.with({}), kNow);
  EXPECT_EQ(count(Counter::sequence_lost), 1U) << "not idle for long enough";
  decoder.age(kNow + Sflow5Decoder::kAgentIdleMs + 1);
  decode(Message{.sequence = 9}.with({}), kNow);
  EXPECT_EQ(count(Counter::sequence_lost), 1U);
}

}  // namespace
}  // namespace weir::decode
