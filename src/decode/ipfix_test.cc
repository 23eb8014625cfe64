// IPFIX: message framing, variable lengths, enterprise elements, structured data, biflows and packet sections.
#include "decode/decoder_fixture.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::Counter;

class IpfixTest : public DecoderTest {
 protected:
  static MessageBuilder message(std::uint32_t sequence = 0) { return MessageBuilder::ipfix({.sequence = sequence}); }
  static MessageBuilder two_records() {
    MessageBuilder builder = message();
    builder.template_set(256, kPortAndOctets).data_set(256, {{80, 2}, {100, 4}, {81, 2}, {101, 4}});
    return builder;
  }
};

TEST_F(IpfixTest, LengthBelowTheDatagramsIgnoresTheRest) {
  Payload payload = two_records().finish();
  const Payload second = two_records().finish();
  payload.insert(payload.end(), second.begin(), second.end());
  send(payload);
  EXPECT_EQ(rows(), 2U);
  EXPECT_EQ(count(Counter::bad_length), 1U);
  expect_no_trouble_but({Counter::bad_length});
}

TEST_F(IpfixTest, LengthAboveTheDatagramsGivesTheWholeRecords) {
  send(two_records().finish_with_length(4000));
  EXPECT_EQ(rows(), 2U);
  EXPECT_EQ(count(Counter::bad_length), 1U);
}

TEST_F(IpfixTest, LengthBelowTheHeaders) {
  send(two_records().finish_with_length(15));
  EXPECT_EQ(rows(), 0U);
  EXPECT_EQ(count(Counter::bad_length), 1U);
}

TEST_F(IpfixTest, HeaderCutShort) {
  Payload payload = two_records().finish();
  payload.resize(15);
  send(payload);
  EXPECT_EQ(count(Counter::bad_header), 1U);
}

TEST_F(IpfixTest, ReservedSetIds) {
  MessageBuilder builder = message();
  for (const unsigned id : {0U, 1U, 4U, 255U}) builder.open(static_cast<std::uint16_t>(id)).close();
  builder.template_set(256, kPortAndOctets).data_set(256, {{80, 2}, {100, 4}});
  send(builder.finish());
  EXPECT_EQ(rows(), 1U);
  EXPECT_EQ(count(Counter::bad_set), 4U);
}

TEST_F(IpfixTest, VariableLengthInShortAndLongForm) {
  MessageBuilder builder = message();
  builder.template_set(256, {{96, 0xffff}, {11, 2}, {1, 0xffff}}).open(256);
  ByteWriter& out = builder.bytes();
  out.u8(3);
  out.text("dns");
  out.u16(53);
  out.u8(2);
  out.u16(999);
  out.u8(255);  // three octets of length
  out.u16(300);
  for (int i = 0; i < 300; ++i) out.u8('x');
  out.u16(54);
  out.u8(255);
  out.u16(8);  // a short value in the long form is allowed
  out.u64(12'345);
  out.u8(0);  // zero-length text and counter
  out.u16(55);
  out.u8(0);
  send(builder.close().finish());
  ASSERT_EQ(rows(), 3U);
  EXPECT_EQ(text<Column::application>(0), "dns");
  EXPECT_EQ(get<Column::bytes>(0), 999U);
  EXPECT_EQ(text<Column::application>(1), std::string(300, 'x'));
  EXPECT_EQ(get<Column::dst_port>(1), 54);
  EXPECT_EQ(get<Column::bytes>(1), 12'345U);
  EXPECT_EQ(text<Column::application>(2), "(none)");
  EXPECT_EQ(get<Column::dst_port>(2), 55);
  EXPECT_FALSE(has(2, Column::bytes)) << "no octets, no value";
  expect_no_trouble_but({});
}

TEST_F(IpfixTest, VariableLengthBeyondTheSet) {
  MessageBuilder builder = message();
  builder.template_set(256, {{11, 2}, {96, 0xffff}}).open(256);
  builder.bytes().u16(80);
  builder.bytes().u8(1);
  builder.bytes().text("a");
  builder.bytes().u16(81);
  builder.bytes().u8(200);
  builder.bytes().text("cut");
  builder.close().template_set(257, kPortAndOctets).data_set(257, {{82, 2}, {1, 4}});
  send(builder.finish());
  ASSERT_EQ(rows(), 2U) << "the whole record before it and the next Set are good";
  EXPECT_EQ(get<Column::dst_port>(1), 82);
  EXPECT_EQ(count(Counter::bad_record), 1U);
  expect_no_trouble_but({Counter::bad_record});
}

TEST_F(IpfixTest, UnknownEnterpriseElementsAreSkippedWithoutLosingTheRecord) {
  MessageBuilder builder = message();
  builder.template_set(256, {{1, 4, 99'999}, {11, 2}, {96, 0xffff, 99'999}, {1, 4}, {7, 2, 4'000'000'000}}).open(256);
  ByteWriter& out = builder.bytes();
  out.u32(0xdead'beef);
  out.u16(80);
  out.u8(5);
  out.text("other");
  out.u32(42);
  out.u16(1);
  send(builder.close().finish());
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(get<Column::bytes>(0), 42U);
  EXPECT_EQ(get<Column::dst_port>(0), 80);
  EXPECT_FALSE(has(0, Column::src_port)) << "the same number under another enterprise is another element";
  EXPECT_FALSE(has(0, Column::application));
  expect_no_trouble_but({});
}

TEST_F(IpfixTest, StructuredDataIsSkipped) {
  MessageBuilder builder = message();
  builder.template_set(256, {{291, 0xffff}, {11, 2}, {292, 0xffff}, {293, 0xffff}, {1, 4}}).open(256);
  ByteWriter& out = builder.bytes();
  out.u8(9);  // basicList: semantic, element, length, two values
  out.u8(3);
  out.u16(7);
  out.u16(2);
  out.u16(1);
  out.u16(2);
  out.u16(80);
  out.u8(255);  // subTemplateList in the long form
  out.u16(9);
  out.u8(3);
  out.u16(257);
  out.zeros(6);
  out.u8(1);  // an empty subTemplateMultiList
  out.u8(3);
  out.u32(77);
  send(builder.close().finish());
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(get<Column::dst_port>(0), 80);
  EXPECT_EQ(get<Column::bytes>(0), 77U);
  EXPECT_FALSE(has(0, Column::src_port)) << "what is inside a list is not of the record";
  expect_no_trouble_but({});
}

const std::vector<BuiltField> kBiflow = {{8, 4},        {12, 4},  {7, 2},   {11, 2},         {4, 1},        {10, 4},
                                         {14, 4},       {1, 8},   {2, 8},   {1, 8, 29305},   {2, 8, 29305}, {6, 1},
                                         {6, 1, 29305}, {152, 8}, {153, 8}, {152, 8, 29305}, {16, 4},       {17, 4}};

TEST_F(IpfixTest, BiflowIsTwoRecords) {
  const auto at = [](UnixMillis time) { return static_cast<std::uint64_t>(time); };
  MessageBuilder builder = message();
  builder.template_set(256, kBiflow);
  builder.data_set(256, {{0x0a000001, 4},
                         {0x0a000002, 4},
                         {1000, 2},
                         {80, 2},
                         {6, 1},
                         {3, 4},
                         {4, 4},
                         {500, 8},
                         {5, 8},
                         {70'000, 8},
                         {60, 8},
                         {0x02, 1},
                         {0x12, 1},
                         {at(kExported - 100), 8},
                         {at(kExported - 10), 8},
                         {at(kExported - 90), 8},
                         {1, 4},
                         {2, 4}});
  send(builder.finish());
  ASSERT_EQ(rows(), 2U);
  EXPECT_EQ(get<Column::bytes>(0), 500U);
  EXPECT_EQ(get<Column::tcp_flags>(0), 0x02);
  EXPECT_EQ(address<Column::src_addr>(1), "10.0.0.2");
  EXPECT_EQ(address<Column::dst_addr>(1), "10.0.0.1");
  EXPECT_EQ(get<Column::src_port>(1), 80);
  EXPECT_EQ(get<Column::dst_port>(1), 1000);
  EXPECT_EQ(get<Column::in_if>(1), 4U);
  EXPECT_EQ(get<Column::out_if>(1), 3U);
  EXPECT_EQ(get<Column::src_as>(1), 2U);
  EXPECT_EQ(get<Column::bytes>(1), 70'000U);
  EXPECT_EQ(get<Column::packets>(1), 60U);
  EXPECT_EQ(get<Column::tcp_flags>(1), 0x12);
  EXPECT_EQ(get<Column::proto>(1), 6);
  EXPECT_EQ(get<Column::flow_start>(1), kExported - 90);
  EXPECT_EQ(get<Column::flow_end>(1), kExported - 10);
  EXPECT_EQ(get<Column::time>(1), kExported - 10);
  EXPECT_EQ(count(Counter::flows), 2U);
  EXPECT_EQ(count(Counter::flows_unsampled), 2U);
  expect_no_trouble_but({});
}

TEST_F(IpfixTest, BiflowWithoutAnAnswerIsOneRecord) {
  MessageBuilder builder = message();
  builder.template_set(256, {{8, 4}, {1, 8}, {1, 8, 29305}, {2, 8, 29305}});
  builder.data_set(256, {{1, 4}, {500, 8}, {0, 8}, {0, 8}, {2, 4}, {600, 8}, {9, 8}, {1, 8}});
  send(builder.finish());
  ASSERT_EQ(rows(), 3U);
  EXPECT_EQ(get<Column::bytes>(0), 500U);
  EXPECT_EQ(get<Column::bytes>(1), 600U);
  EXPECT_EQ(get<Column::bytes>(2), 9U);
  EXPECT_FALSE(has(2, Column::src_addr));
  EXPECT_EQ(address<Column::dst_addr>(2), "0.0.0.2");
}

TEST_F(IpfixTest, BiflowCountersOfTheReverseDirectionAreLookedAtToo) {
  MessageBuilder builder = message();
  builder.template_set(256, {{1, 8}, {2, 8}, {1, 8, 29305}, {2, 8, 29305}, {4, 1}, {11, 2}});
  builder.data_set(256, {{500, 8}, {5, 8}, {0xffff'ffff'ffff'ff00, 8}, {1, 8}, {1, 1}, {0x0800, 2}});
  send(builder.finish());
  ASSERT_EQ(rows(), 2U);
  EXPECT_FALSE(has(0, Column::suspect));
  EXPECT_EQ(get<Column::icmp_type>(0), 8);
  EXPECT_EQ(get<Column::suspect>(1), flow::kSuspectBytes);
  EXPECT_FALSE(has(1, Column::bytes));
  EXPECT_FALSE(has(1, Column::icmp_type)) << "the answer's type is not known";
}

/// Ethernet, IPv4, UDP 10.0.0.1:5000 -> 10.0.0.2:53, total length 100; `from` skips the first octets.
std::vector<std::byte> frame() {
  ByteWriter out;
  out.unsigned_be(0x0200'0000'0002, 6);
  out.unsigned_be(0x0200'0000'0001, 6);
  out.u16(0x0800);
  out.u32(0x4500'0064);
  out.u32(0);
  out.u32(0x4011'0000);
  out.u32(0x0a000001);
  out.u32(0x0a000002);
  out.u16(5000);
  out.u16(53);
  out.u32(0x0050'0000);
  return out.take();
}

TEST_F(IpfixTest, DataLinkFrameSection) {
  const std::vector<std::byte> octets = frame();
  MessageBuilder builder = message();
  builder.template_set(256, {{10, 4}, {61, 1}, {312, 2}, {315, 0xffff}}).open(256);
  builder.bytes().u32(7);
  builder.bytes().u8(0);
  builder.bytes().u16(118);
  builder.bytes().u8(octets.size());
  builder.bytes().bytes(octets);
  send(builder.close().finish());
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(address<Column::src_addr>(0), "10.0.0.1");
  EXPECT_EQ(get<Column::dst_port>(0), 53);
  EXPECT_EQ(get<Column::src_mac>(0), 0x0200'0000'0001U);
  EXPECT_EQ(get<Column::bytes>(0), 100U) << "the packet's IP length";
  EXPECT_EQ(get<Column::packets>(0), 1U);
  EXPECT_EQ(get<Column::in_if>(0), 7U);
  EXPECT_EQ(get<Column::ip_version>(0), 4);
  expect_no_trouble_but({});
}

TEST_F(IpfixTest, FrameOfFixedLengthAndFieldsOfTheRecordStand) {
  const std::vector<std::byte> octets = frame();
  MessageBuilder builder = message();
  builder.template_set(256, {{315, static_cast<std::uint16_t>(octets.size())}, {1, 4}, {11, 2}}).open(256);
  builder.bytes().bytes(octets);
  builder.bytes().u32(777);
  builder.bytes().u16(99);
  send(builder.close().finish());
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(get<Column::src_port>(0), 5000);
  EXPECT_EQ(get<Column::dst_port>(0), 99);
  EXPECT_EQ(get<Column::bytes>(0), 777U);
  EXPECT_EQ(get<Column::packets>(0), 1U);
}

TEST_F(IpfixTest, IpHeaderAndPayloadSections) {
  const std::vector<std::byte> octets = frame();
  const Bytes ip = Bytes(octets).subspan(14, 20);
  const Bytes udp = Bytes(octets).subspan(34);
  MessageBuilder builder = message();
  builder.template_set(256, {{313, 20}, {314, 0xffff}}).open(256);
  builder.bytes().bytes(ip);
  builder.bytes().u8(udp.size());
  builder.bytes().bytes(udp);
  send(builder.close().finish());
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(address<Column::dst_addr>(0), "10.0.0.2");
  EXPECT_EQ(get<Column::src_port>(0), 5000);
  EXPECT_EQ(get<Column::bytes>(0), 100U);
}

TEST_F(IpfixTest, FrameCutShort) {
  MessageBuilder builder = message();
  builder.template_set(256, {{315, 0xffff}, {11, 2}}).open(256);
  builder.bytes().u8(10);
  builder.bytes().zeros(10);
  builder.bytes().u16(80);
  send(builder.close().finish());
  EXPECT_EQ(rows(), 1U) << "the record is kept";
  EXPECT_EQ(get<Column::dst_port>(0), 80);
  EXPECT_EQ(count(Counter::bad_packet_header), 1U);
}

TEST_F(IpfixTest, SequenceCountsDataRecordsOptionsIncluded) {
  MessageBuilder builder = message(1000);
  builder.template_set(256, kPortAndOctets).data_set(256, {{80, 2}, {1, 4}, {81, 2}, {1, 4}});
  builder.options_template_set(300, 1, {{143, 4}, {34, 4}}).data_set(300, {{1, 4}, {1, 4}});
  send(builder.finish());
  send(message(1003).data_set(256, {{82, 2}, {1, 4}}).finish());
  EXPECT_EQ(count(Counter::sequence_lost), 0U);
  send(message(1009).data_set(256, {{82, 2}, {1, 4}}).finish());
  EXPECT_EQ(count(Counter::sequence_lost), 5U);
  send(message(1010).data_set(999, {{82, 2}, {1, 4}}).finish());  // nobody knows how many records
  send(message(1017).data_set(256, {{82, 2}, {1, 4}}).finish());
  EXPECT_EQ(count(Counter::sequence_lost), 5U);
  send(message(1018).finish());
  EXPECT_EQ(count(Counter::sequence_lost), 5U);
}

TEST_F(IpfixTest, BiflowIsOneRecordInTheSequence) {
  MessageBuilder builder = message(10);
  builder.template_set(256, {{1, 8}, {1, 8, 29305}}).data_set(256, {{5, 8}, {6, 8}});
  send(builder.finish());
  send(message(11).finish());
  EXPECT_EQ(rows(), 2U);
  EXPECT_EQ(count(Counter::sequence_lost), 0U);
  EXPECT_EQ(count(Counter::sequence_reordered), 0U);
}

}  // namespace
}  // namespace weir::decode
