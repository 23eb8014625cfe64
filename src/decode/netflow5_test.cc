#include "decode/decoder_fixture.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::Counter;

struct Header {
  std::uint16_t version = 5;
  std::uint16_t count = 1;
  std::uint32_t uptime_ms = 1'000'000;
  std::uint32_t sequence = 0;
  std::uint16_t engine = 0;
  std::uint16_t sampling = 0;
};

struct Record {
  std::uint32_t first_ms = 990'000;
  std::uint32_t last_ms = 995'500;
  std::uint16_t src_port = 1234;
  std::uint16_t dst_port = 443;
  std::uint8_t proto = 6;
};

class Netflow5Test : public DecoderTest {
 protected:
  static void write_header(ByteWriter& out, const Header& header) {
    out.u16(header.version);
    out.u16(header.count);
    out.u32(header.uptime_ms);
    out.u32(1'700'000'000);
    out.u32(123'999'999);  // nanoseconds
    out.u32(header.sequence);
    out.u16(header.engine);
    out.u16(header.sampling);
  }
  static void write_record(ByteWriter& out, const Record& record, bool version7 = false) {
    out.u32(0xc0a80001);
    out.u32(0x0a000002);
    out.u32(0xc0000263);
    out.u16(3);
    out.u16(65'535);
    out.u32(10);
    out.u32(12'345);
    out.u32(record.first_ms);
    out.u32(record.last_ms);
    out.u16(record.src_port);
    out.u16(record.dst_port);
    out.u8(0xff);
    out.u8(0x1b);
    out.u8(record.proto);
    out.u8(0xb8);
    out.u16(64'512);
    out.u16(3'491);
    out.u8(24);
    out.u8(16);
    out.u16(0xffff);
    if (version7) out.u32(0x0a0000fe);
  }
  static Payload message(const Header& header, const Record& record = {}) {
    ByteWriter out;
    write_header(out, header);
    for (unsigned i = 0; i < header.count; ++i) write_record(out, record, header.version == 7);
    return out.take();
  }
};

TEST_F(Netflow5Test, EveryFieldOfARecordBecomesItsColumn) {
  send(message({.count = 1, .engine = 0x0102, .sampling = 0x4000 | 100}));
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(text<Column::export_protocol>(0), "netflow5");
  EXPECT_EQ(get<Column::exporter>(0), source_);
  EXPECT_EQ(get<Column::observation_domain>(0), 0x0102U);
  EXPECT_EQ(address<Column::src_addr>(0), "192.168.0.1");
  EXPECT_EQ(address<Column::dst_addr>(0), "10.0.0.2");
  EXPECT_EQ(address<Column::next_hop>(0), "192.0.2.99");
  EXPECT_EQ(get<Column::in_if>(0), 3U);
  EXPECT_EQ(get<Column::out_if>(0), 65'535U);
  EXPECT_EQ(get<Column::packets>(0), 10U);
  EXPECT_EQ(get<Column::bytes>(0), 12'345U);
  EXPECT_EQ(get<Column::src_port>(0), 1234);
  EXPECT_EQ(get<Column::dst_port>(0), 443);
  EXPECT_EQ(get<Column::tcp_flags>(0), 0x1b);
  EXPECT_EQ(get<Column::proto>(0), 6);
  EXPECT_EQ(get<Column::tos>(0), 0xb8);
  EXPECT_EQ(get<Column::src_as>(0), 64'512U);
  EXPECT_EQ(get<Column::dst_as>(0), 3'491U);
  EXPECT_EQ(get<Column::src_mask>(0), 24);
  EXPECT_EQ(get<Column::dst_mask>(0), 16);
  EXPECT_EQ(get<Column::ip_version>(0), 4);
  EXPECT_EQ(get<Column::flows>(0), 1U);
  EXPECT_EQ(get<Column::sampling_rate>(0), 100U);
  EXPECT_FALSE(has(0, Column::icmp_type));
  EXPECT_FALSE(has(0, Column::suspect));
  // The header's nanoseconds count: 123.999999 ms is within millisecond 123.
  EXPECT_EQ(get<Column::flow_start>(0), kExported + 123 - 10'000);
  EXPECT_EQ(get<Column::flow_end>(0), kExported + 123 - 4'500);
  EXPECT_EQ(get<Column::time>(0), get<Column::flow_end>(0));
  EXPECT_EQ(get<Column::time_received>(0), kReceived);
  EXPECT_EQ(count(Counter::datagrams), 1U);
  EXPECT_EQ(count(Counter::octets), 72U);
  EXPECT_EQ(count(Counter::flows), 1U);
  EXPECT_EQ(count(Counter::flows_sampled), 1U);
  EXPECT_EQ(count(Counter::flows_unsampled), 0U);
  EXPECT_EQ(exporters_.of(source_).last_seen_ms(), kReceived);
  EXPECT_EQ(exporters_.of(source_).protocols(), static_cast<unsigned>(flow::ExportProtocol::netflow5));
  expect_no_trouble_but({});
}

TEST_F(Netflow5Test, Version7HasAShortcutBehindEachRecord) {
  send(message({.version = 7, .count = 2}));
  ASSERT_EQ(rows(), 2U);
  EXPECT_EQ(text<Column::export_protocol>(0), "netflow7");
  EXPECT_EQ(address<Column::src_addr>(1), "192.168.0.1");
  EXPECT_EQ(get<Column::dst_mask>(1), 16);
  EXPECT_EQ(get<Column::observation_domain>(0), 0U);
  expect_no_trouble_but({});
}

TEST_F(Netflow5Test, SamplingInterval) {
  send(message({.sampling = 0}));
  send(message({.sequence = 1, .sampling = 0x4000}));  // a mode, but no interval
  send(message({.sequence = 2, .sampling = 0x8001}));
  send(message({.sequence = 3, .sampling = 0xffff}));
  ASSERT_EQ(rows(), 4U);
  EXPECT_FALSE(has(0, Column::sampling_rate));
  EXPECT_FALSE(has(1, Column::sampling_rate));
  EXPECT_EQ(get<Column::sampling_rate>(2), 1U);
  EXPECT_EQ(get<Column::sampling_rate>(3), 0x3fffU);
  EXPECT_EQ(count(Counter::flows_sampled), 2U);
  EXPECT_EQ(count(Counter::flows_unsampled), 2U);
}

TEST_F(Netflow5Test, SysUptimeThatWrappedSinceTheFlowBegan) {
  Record record;
  record.first_ms = 0xffff'ff9c;  // 100 ms before the wrap
  record.last_ms = 50;
  send(message({.uptime_ms = 200}, record));
  EXPECT_EQ(get<Column::flow_start>(0), kExported + 123 - 300);
  EXPECT_EQ(get<Column::flow_end>(0), kExported + 123 - 150);
}

TEST_F(Netflow5Test, IcmpTypeAndCodeAreInTheDestinationPort) {
  Record record;
  record.proto = 1;
  record.dst_port = 3 * 256 + 1;
  send(message({}, record));
  EXPECT_EQ(get<Column::icmp_type>(0), 3);
  EXPECT_EQ(get<Column::icmp_code>(0), 1);
  EXPECT_EQ(get<Column::dst_port>(0), 769) << "the port stays as exported";
}

TEST_F(Netflow5Test, CountAboveWhatTheDatagramHoldsGivesNoFlows) {
  Payload payload = message({.count = 3});
  payload.resize(payload.size() - 1);
  send(payload);
  EXPECT_EQ(rows(), 0U);
  EXPECT_EQ(count(Counter::bad_count), 1U);
  EXPECT_EQ(count(Counter::flows), 0U);
  expect_no_trouble_but({Counter::bad_count});
}

TEST_F(Netflow5Test, OctetsBehindTheAnnouncedRecordsAreIgnored) {
  Payload payload = message({.count = 2});
  payload.insert(payload.end(), 100, std::byte{7});
  send(payload);
  EXPECT_EQ(rows(), 2U);
  EXPECT_EQ(count(Counter::bad_count), 1U);
}

TEST_F(Netflow5Test, CountOfZero) {
  send(message({.count = 0}));
  EXPECT_EQ(rows(), 0U);
  EXPECT_EQ(count(Counter::bad_count), 1U);
}

TEST_F(Netflow5Test, HeaderCutShort) {
  Payload payload = message({});
  for (const std::size_t size : {2U, 23U}) {
    send(Payload(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size)));
  }
  EXPECT_EQ(rows(), 0U);
  EXPECT_EQ(count(Counter::bad_header), 2U);
  expect_no_trouble_but({Counter::bad_header});
}

TEST_F(Netflow5Test, SequenceCountsFlowsOfEachEngine) {
  send(message({.count = 2, .sequence = 100, .engine = 1}));
  send(message({.count = 2, .sequence = 102, .engine = 1}));
  send(message({.count = 1, .sequence = 7, .engine = 2}));
  EXPECT_EQ(count(Counter::sequence_lost), 0U);
  send(message({.count = 1, .sequence = 134, .engine = 1}));
  EXPECT_EQ(count(Counter::sequence_lost), 30U);
  send(message({.count = 2, .sequence = 104, .engine = 1}));
  EXPECT_EQ(count(Counter::sequence_reordered), 1U);
  send(message({.count = 1, .sequence = 135, .engine = 1}));
  EXPECT_EQ(count(Counter::sequence_lost), 30U);
  EXPECT_EQ(rows(), 9U);
}

TEST_F(Netflow5Test, RestartOfTheExporterIsNoLoss) {
  send(message({.count = 1, .uptime_ms = 500'000'000, .sequence = 1'000'000}));
  send(message({.count = 1, .uptime_ms = 10'000, .sequence = 0}));
  send(message({.count = 1, .uptime_ms = 11'000, .sequence = 1}));
  EXPECT_EQ(count(Counter::sequence_lost), 0U);
  EXPECT_EQ(count(Counter::sequence_reordered), 0U);
}

TEST_F(Netflow5Test, UnknownVersions) {
  for (const unsigned version : {0U, 1U, 6U, 8U, 11U, 0x8009U})
    send(message({.version = static_cast<std::uint16_t>(version)}));
  EXPECT_EQ(rows(), 0U);
  EXPECT_EQ(count(Counter::bad_version), 6U);
  send({});
  send({std::byte{0}});
  EXPECT_EQ(count(Counter::bad_header), 2U);
  EXPECT_EQ(count(Counter::datagrams), 8U);
}

}  // namespace
}  // namespace weir::decode
