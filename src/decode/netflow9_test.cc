// NetFlow v9: the walk through FlowSets and Templates, one test for each malformation.
#include "decode/decoder_fixture.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::Counter;

class Netflow9Test : public DecoderTest {
 protected:
  static MessageBuilder message(std::uint32_t sequence = 0) { return MessageBuilder::netflow9({.sequence = sequence}); }
  static MessageBuilder with_template() {
    MessageBuilder builder = message();
    builder.template_set(256, kPortAndOctets);
    return builder;
  }
};

TEST_F(Netflow9Test, TheEighteenFieldsOfARouter) {
  const std::vector<BuiltField> fields = {{8, 4}, {12, 4}, {15, 4}, {10, 2}, {14, 2}, {2, 4},
                                          {1, 4}, {22, 4}, {21, 4}, {7, 2},  {11, 2}, {6, 1},
                                          {4, 1}, {5, 1},  {16, 2}, {17, 2}, {9, 1},  {13, 1}};
  MessageBuilder builder = message();
  builder.template_set(260, fields);
  builder.data_set(260, {{0x67400d01, 4},
                         {0x08080808, 4},
                         {0xc0000201, 4},
                         {5, 2},
                         {7, 2},
                         {12, 4},
                         {3456, 4},
                         {998'000, 4},
                         {999'000, 4},
                         {50'123, 2},
                         {53, 2},
                         {0, 1},
                         {17, 1},
                         {0x10, 1},
                         {45'352, 2},
                         {15'169, 2},
                         {24, 1},
                         {20, 1}});
  send(builder.finish());
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(text<Column::export_protocol>(0), "netflow9");
  EXPECT_EQ(address<Column::src_addr>(0), "103.64.13.1");
  EXPECT_EQ(address<Column::dst_addr>(0), "8.8.8.8");
  EXPECT_EQ(get<Column::in_if>(0), 5U);
  EXPECT_EQ(get<Column::out_if>(0), 7U);
  EXPECT_EQ(get<Column::packets>(0), 12U);
  EXPECT_EQ(get<Column::bytes>(0), 3456U);
  EXPECT_EQ(get<Column::flow_start>(0), kExported - 2'000);
  EXPECT_EQ(get<Column::flow_end>(0), kExported - 1'000);
  EXPECT_EQ(get<Column::src_as>(0), 45'352U);
  EXPECT_EQ(get<Column::dst_mask>(0), 20);
  EXPECT_FALSE(has(0, Column::sampling_rate));
  EXPECT_EQ(count(Counter::templates), 1U);
  EXPECT_EQ(count(Counter::flows_unsampled), 1U);
  expect_no_trouble_but({});
}

TEST_F(Netflow9Test, SeveralTemplatesInOneSetAndSeveralDataSetsInOneMessage) {
  MessageBuilder builder = message();
  builder.open(0).record(256, kPortAndOctets).record(257, {{7, 2}, {2, 4}, {4, 1}}).close();
  builder.data_set(257, {{1000, 2}, {3, 4}, {17, 1}});
  builder.data_set(256, {{80, 2}, {100, 4}, {443, 2}, {200, 4}});
  send(builder.finish());
  ASSERT_EQ(rows(), 3U);
  EXPECT_EQ(get<Column::src_port>(0), 1000);
  EXPECT_EQ(get<Column::packets>(0), 3U);
  EXPECT_FALSE(has(0, Column::bytes));
  EXPECT_EQ(get<Column::bytes>(1), 100U);
  EXPECT_EQ(get<Column::dst_port>(2), 443);
  EXPECT_EQ(count(Counter::templates), 2U);
  expect_no_trouble_but({});
}

TEST_F(Netflow9Test, PaddingBehindTheRecords) {
  MessageBuilder builder = with_template();
  builder.open(256).bytes().u16(80);
  builder.bytes().u32(100);
  builder.bytes().zeros(2);
  builder.close();
  builder.open(256).bytes().u16(81);
  builder.bytes().u32(101);
  builder.bytes().zeros(5);  // longer than alignment needs, but zero and shorter than a record
  builder.close();
  send(builder.finish());
  ASSERT_EQ(rows(), 2U);
  EXPECT_EQ(get<Column::dst_port>(1), 81);
  expect_no_trouble_but({});
}

TEST_F(Netflow9Test, RecordCutShortAtTheEndOfASet) {
  MessageBuilder builder = with_template();
  builder.data_set(256, {{80, 2}, {100, 4}, {443, 2}, {0x010203, 3}});
  builder.data_set(256, {{22, 2}, {300, 4}});
  send(builder.finish());
  ASSERT_EQ(rows(), 2U);
  EXPECT_EQ(get<Column::dst_port>(1), 22);
  EXPECT_EQ(count(Counter::bad_record), 1U);
  expect_no_trouble_but({Counter::bad_record});
}

TEST_F(Netflow9Test, FieldCountOfZero) {
  MessageBuilder builder = message();
  builder.open(0).record(256, {}).record(257, kPortAndOctets).close();
  builder.data_set(257, {{80, 2}, {100, 4}});
  send(builder.finish());
  EXPECT_EQ(rows(), 1U);
  EXPECT_EQ(count(Counter::bad_template), 1U);
  EXPECT_EQ(count(Counter::templates), 1U);
  expect_no_trouble_but({Counter::bad_template});
}

TEST_F(Netflow9Test, FieldsOfLengthZeroTakeNoOctets) {
  MessageBuilder builder = message();
  builder.template_set(256, {{1, 0}, {11, 2}, {8, 0}, {1, 4}, {22, 0}});
  builder.data_set(256, {{80, 2}, {100, 4}, {81, 2}, {101, 4}});
  send(builder.finish());
  ASSERT_EQ(rows(), 2U);
  EXPECT_EQ(get<Column::bytes>(1), 101U) << "the repeated element that has octets counts";
  EXPECT_FALSE(has(0, Column::src_addr));
  EXPECT_FALSE(has(0, Column::flow_start));
  expect_no_trouble_but({});
}

TEST_F(Netflow9Test, TemplateWhoseRecordsWouldBeEmpty) {
  MessageBuilder builder = message();
  builder.template_set(256, {{1, 0}, {2, 0}});
  builder.data_set(256, {{80, 2}, {100, 4}});
  send(builder.finish());
  EXPECT_EQ(rows(), 0U);
  EXPECT_EQ(count(Counter::bad_template), 1U);
  EXPECT_EQ(count(Counter::sets_parked), 1U);
}

TEST_F(Netflow9Test, TemplateWhoseRecordsWouldNotFitAMessage) {
  send(message().template_set(256, {{1, 40'000}, {2, 40'000}}).finish());
  EXPECT_EQ(count(Counter::bad_template), 1U);
}

TEST_F(Netflow9Test, TemplateWithTooManyFields) {
  const std::vector<BuiltField> many(1025, {1, 4});
  MessageBuilder builder = message();
  builder.open(0).record(256, many).record(257, kPortAndOctets).close();
  builder.data_set(257, {{80, 2}, {100, 4}});
  send(builder.finish());
  EXPECT_EQ(count(Counter::bad_template), 1U);
  EXPECT_EQ(rows(), 1U) << "the record behind it is read";
}

TEST_F(Netflow9Test, TemplateWithAReservedId) {
  MessageBuilder builder = message();
  builder.open(0).record(255, kPortAndOctets).record(256, kPortAndOctets).close();
  builder.data_set(256, {{80, 2}, {100, 4}});
  send(builder.finish());
  EXPECT_EQ(rows(), 1U);
  EXPECT_EQ(count(Counter::bad_template), 1U);
}

TEST_F(Netflow9Test, TemplateCutShort) {
  MessageBuilder builder = message();
  builder.open(0).bytes().u16(256);
  builder.bytes().u16(3);  // fields announced
  builder.bytes().u32(0x0001'0004);
  builder.close();
  builder.template_set(257, kPortAndOctets).data_set(257, {{80, 2}, {100, 4}});
  send(builder.finish());
  EXPECT_EQ(rows(), 1U) << "a bad Set costs the others nothing";
  EXPECT_EQ(count(Counter::bad_template), 1U);
  expect_no_trouble_but({Counter::bad_template});
}

TEST_F(Netflow9Test, OptionsTemplateWithLengthsThatAreNoWholeFields) {
  MessageBuilder builder = message();
  builder.open(1).bytes().u16(256);
  builder.bytes().u16(3);
  builder.bytes().u16(4);
  builder.bytes().u32(0x0001'0004);
  builder.bytes().u32(0x0022'0004);
  builder.close();
  builder.template_set(257, kPortAndOctets).data_set(257, {{80, 2}, {100, 4}});
  send(builder.finish());
  EXPECT_EQ(rows(), 1U);
  EXPECT_EQ(count(Counter::bad_template), 1U);
}

TEST_F(Netflow9Test, SetWithAReservedId) {
  MessageBuilder builder = with_template();
  builder.data_set(2, {{80, 2}, {100, 4}});
  builder.data_set(255, {{80, 2}, {100, 4}});
  builder.data_set(256, {{80, 2}, {100, 4}});
  send(builder.finish());
  EXPECT_EQ(rows(), 1U);
  EXPECT_EQ(count(Counter::bad_set), 2U);
  expect_no_trouble_but({Counter::bad_set});
}

TEST_F(Netflow9Test, SetWithALengthBelowItsHeader) {
  for (const unsigned length : {0U, 3U}) {
    MessageBuilder builder = with_template();
    builder.data_set(256, {{80, 2}, {100, 4}});
    builder.bytes().u16(256);
    builder.bytes().u16(length);
    builder.data_set(256, {{81, 2}, {100, 4}});
    send(builder.finish());
  }
  EXPECT_EQ(rows(), 2U) << "what is before the bad length is kept";
  EXPECT_EQ(count(Counter::bad_set), 2U);
}

TEST_F(Netflow9Test, SetLongerThanTheMessage) {
  MessageBuilder builder = with_template();
  builder.bytes().u16(256);
  builder.bytes().u16(100);
  builder.bytes().u16(80);
  builder.bytes().u32(100);
  send(builder.finish());
  ASSERT_EQ(rows(), 1U) << "the whole records of a datagram that was cut are good";
  EXPECT_EQ(get<Column::bytes>(0), 100U);
  EXPECT_EQ(count(Counter::bad_set), 1U);
}

TEST_F(Netflow9Test, MessageFilledUpWithZeros) {
  MessageBuilder builder = with_template();
  builder.data_set(256, {{80, 2}, {100, 4}});
  builder.bytes().zeros(64);
  send(builder.finish());
  EXPECT_EQ(rows(), 1U);
  expect_no_trouble_but({});
}

TEST_F(Netflow9Test, OctetsTooFewForASetHeader) {
  MessageBuilder builder = with_template();
  builder.bytes().u16(0x0102);
  send(builder.finish());
  EXPECT_EQ(count(Counter::bad_set), 1U);
}

TEST_F(Netflow9Test, HeaderCutShort) {
  Payload payload = with_template().finish();
  payload.resize(19);
  send(payload);
  EXPECT_EQ(count(Counter::bad_header), 1U);
  EXPECT_EQ(count(Counter::templates), 0U);
}

TEST_F(Netflow9Test, UnknownElementsAreSkippedByTheirLength) {
  MessageBuilder builder = message();
  builder.template_set(256, {{65'000, 3}, {11, 2}, {32'769, 100}, {1, 4}, {0, 1}});
  builder.open(256);
  builder.bytes().zeros(3);
  builder.bytes().u16(80);
  builder.bytes().zeros(100);
  builder.bytes().u32(77);
  builder.bytes().u8(9);
  builder.close();
  send(builder.finish());
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(get<Column::dst_port>(0), 80);
  EXPECT_EQ(get<Column::bytes>(0), 77U);
  expect_no_trouble_but({});
}

TEST_F(Netflow9Test, VariableLengthAsSomeRoutersSendIt) {
  MessageBuilder builder = message();
  builder.template_set(256, {{11, 2}, {96, 0xffff}, {1, 4}});
  builder.open(256).bytes().u16(80);
  builder.bytes().u8(4);
  builder.bytes().text("http");
  builder.bytes().u32(5);
  builder.close();
  send(builder.finish());
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(text<Column::application>(0), "http");
  EXPECT_EQ(get<Column::bytes>(0), 5U);
}

TEST_F(Netflow9Test, CountInTheHeaderIsNotBelieved) {
  MessageBuilder builder = MessageBuilder::netflow9({.count = 1});  // as exporters do that count FlowSets or flows
  builder.template_set(256, kPortAndOctets).data_set(256, {{80, 2}, {100, 4}, {81, 2}, {101, 4}});
  send(builder.finish());
  EXPECT_EQ(rows(), 2U);
  expect_no_trouble_but({});
}

TEST_F(Netflow9Test, SequenceCountsMessages) {
  for (const std::uint32_t sequence : {0xffff'fffeU, 0xffff'ffffU, 0U, 1U}) send(message(sequence).finish());
  EXPECT_EQ(count(Counter::sequence_lost), 0U);
  send(message(5).finish());
  EXPECT_EQ(count(Counter::sequence_lost), 3U);
  send(message(3).finish());
  send(message(5).finish());
  EXPECT_EQ(count(Counter::sequence_reordered), 2U);
  send(message(6).finish());
  EXPECT_EQ(count(Counter::sequence_lost), 3U);
}

}  // namespace
}  // namespace weir::decode
