// The life of Templates: whose they are, how they change, when they end, and how much room they take.
#include "decode/decoder_fixture.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::Counter;

class TemplatesTest : public DecoderTest {
 protected:
  using Values = std::initializer_list<std::pair<std::uint64_t, std::size_t>>;

  static Payload define(std::uint16_t id, const std::vector<BuiltField>& fields, std::uint32_t domain = 0) {
    return MessageBuilder::ipfix({.domain = domain}).template_set(id, fields).finish();
  }
  static Payload data(std::uint16_t id, Values values, std::uint32_t domain = 0) {
    return MessageBuilder::ipfix({.domain = domain}).data_set(id, values).finish();
  }
  /// A Template Set that withdraws one ID, or all with ID 2; `options` for Options Templates, all with ID 3.
  static Payload withdrawal(std::uint16_t id, bool options = false) {
    MessageBuilder builder = MessageBuilder::ipfix({});
    builder.open(options ? 3 : 2).bytes().u16(id);
    builder.bytes().u16(0);
    return builder.close().finish();
  }
  [[nodiscard]] std::uint64_t count_of(IpAddress source, Counter counter) { return exporters_.of(source).get(counter); }

  const IpAddress other_ = IpAddress::v4(0xc0000202);
};

TEST_F(TemplatesTest, OneIdMeansDifferentThingsFromTwoExporters) {
  send(define(256, {{11, 2}, {1, 4}}));
  send_from(other_, kPort, define(256, {{1, 4}, {7, 2}}));
  send(data(256, {{80, 2}, {100, 4}}));
  send_from(other_, kPort, data(256, {{200, 4}, {1000, 2}}));
  ASSERT_EQ(rows(), 2U);
  EXPECT_EQ(get<Column::dst_port>(0), 80);
  EXPECT_EQ(get<Column::bytes>(0), 100U);
  EXPECT_EQ(get<Column::src_port>(1), 1000);
  EXPECT_EQ(get<Column::bytes>(1), 200U);
  EXPECT_EQ(get<Column::exporter>(1), other_);
}

TEST_F(TemplatesTest, OneIdMeansDifferentThingsInTwoDomainsAndTwoSessions) {
  send(define(256, {{11, 2}}, 1));
  send(define(256, {{7, 2}}, 2));
  send_from(source_, kPort + 1, define(256, {{16, 2}}, 1));
  send(data(256, {{5, 2}}, 1));
  send(data(256, {{6, 2}}, 2));
  send_from(source_, kPort + 1, data(256, {{7, 2}}, 1));
  ASSERT_EQ(rows(), 3U);
  EXPECT_EQ(get<Column::dst_port>(0), 5);
  EXPECT_EQ(get<Column::observation_domain>(0), 1U);
  EXPECT_EQ(get<Column::src_port>(1), 6);
  EXPECT_EQ(get<Column::src_as>(2), 7U);
}

TEST_F(TemplatesTest, DataOfADomainWithoutTemplatesIsNotDecodedByAnothers) {
  send(define(256, {{11, 2}}, 1));
  send(data(256, {{5, 2}}, 3));
  EXPECT_EQ(rows(), 0U);
  EXPECT_EQ(count(Counter::sets_parked), 1U);
}

TEST_F(TemplatesTest, Netflow9AndIpfixOfOneSourceDoNotMix) {
  send(define(256, {{11, 2}}));
  send(MessageBuilder::netflow9({}).template_set(256, {{7, 2}}).data_set(256, {{9, 2}}).finish());
  send(data(256, {{5, 2}}));
  EXPECT_EQ(get<Column::src_port>(0), 9);
  EXPECT_EQ(get<Column::dst_port>(1), 5);
}

TEST_F(TemplatesTest, RefreshedAndReplaced) {
  send(define(256, {{11, 2}}));
  send(define(256, {{11, 2}}));
  EXPECT_EQ(count(Counter::templates), 2U);
  EXPECT_EQ(count(Counter::templates_replaced), 0U);
  send(define(256, {{7, 2}, {11, 2}}));
  EXPECT_EQ(count(Counter::templates), 3U);
  EXPECT_EQ(count(Counter::templates_replaced), 1U);
  send(data(256, {{1, 2}, {2, 2}}));
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(get<Column::src_port>(0), 1);
}

TEST_F(TemplatesTest, ReplacedWithinOneMessage) {
  MessageBuilder builder = MessageBuilder::ipfix({});
  builder.template_set(256, {{11, 2}}).data_set(256, {{1, 2}});
  builder.template_set(256, {{7, 2}}).data_set(256, {{2, 2}});
  send(builder.finish());
  EXPECT_EQ(get<Column::dst_port>(0), 1);
  EXPECT_EQ(get<Column::src_port>(1), 2);
}

TEST_F(TemplatesTest, AnOptionsTemplateTakesTheIdOfATemplate) {
  send(define(256, {{11, 2}}));
  MessageBuilder builder = MessageBuilder::ipfix({});
  builder.options_template_set(256, 1, {{143, 4}, {34, 4}}).data_set(256, {{1, 4}, {50, 4}});
  send(builder.finish());
  EXPECT_EQ(rows(), 0U);
  EXPECT_EQ(count(Counter::options_records), 1U);
  EXPECT_EQ(count(Counter::templates_replaced), 1U);
}

TEST_F(TemplatesTest, OneWithdrawn) {
  send(define(256, {{11, 2}}));
  send(define(257, {{11, 2}}));
  send(withdrawal(256));
  EXPECT_EQ(count(Counter::templates_withdrawn), 1U);
  send(data(256, {{1, 2}}));
  send(data(257, {{2, 2}}));
  EXPECT_EQ(rows(), 1U);
  send(withdrawal(256));
  EXPECT_EQ(count(Counter::templates_withdrawn), 1U) << "it was gone already";
  expect_no_trouble_but({Counter::sequence_reordered});
}

TEST_F(TemplatesTest, AllWithdrawnOfTheirKind) {
  const auto define_options = [&] {
    send(MessageBuilder::ipfix({}).options_template_set(300, 1, {{143, 4}, {34, 4}}).finish());
  };
  send(define(256, {{11, 2}}));
  send(define(257, {{11, 2}}));
  define_options();
  send(withdrawal(2));
  EXPECT_EQ(count(Counter::templates_withdrawn), 2U);
  send(data(300, {{1, 4}, {9, 4}}));
  EXPECT_EQ(count(Counter::options_records), 1U);
  send(withdrawal(3, true));
  EXPECT_EQ(count(Counter::templates_withdrawn), 3U);
  send(data(300, {{1, 4}, {9, 4}}));
  EXPECT_EQ(count(Counter::options_records), 1U);
}

TEST_F(TemplatesTest, WithdrawalOfAReservedId) {
  send(withdrawal(3));
  send(withdrawal(2, true));
  EXPECT_EQ(count(Counter::bad_template), 2U);
}

TEST_F(TemplatesTest, ExpiredWhenNotRefreshed) {
  options_.template_lifetime_ms = kHourMs;
  send(define(256, {{11, 2}}));
  send(define(257, {{11, 2}}));
  send(define(257, {{11, 2}}), kReceived + kHourMs);
  decoder().age(kReceived + kHourMs);
  EXPECT_EQ(count(Counter::templates_expired), 0U);
  decoder().age(kReceived + kHourMs + 1);
  EXPECT_EQ(count(Counter::templates_expired), 1U);
  send(data(256, {{1, 2}}), kReceived + kHourMs + 2);
  send(data(257, {{2, 2}}), kReceived + kHourMs + 2);
  EXPECT_EQ(rows(), 1U);
}

TEST_F(TemplatesTest, TooManyOfOneExporter) {
  options_.most_templates_per_exporter = 3;
  for (std::uint16_t id = 256; id < 261; ++id) send(define(id, {{11, 2}}, id));  // over all its domains
  EXPECT_EQ(count(Counter::too_many_templates), 2U);
  send(define(258, {{7, 2}}, 258));
  EXPECT_EQ(count(Counter::templates_replaced), 1U) << "known ones can still change";
  send_from(other_, kPort, define(256, {{11, 2}}));
  EXPECT_EQ(count_of(other_, Counter::too_many_templates), 0U);
  send(data(256, {{1, 2}}, 256));
  EXPECT_EQ(rows(), 1U);
}

TEST_F(TemplatesTest, ForgedSourcesPushOutTheLongestSilentOnly) {
  options_.most_sessions = 10;
  for (std::uint32_t i = 0; i < 100; ++i) {
    send_from(IpAddress::v4(0x0a000000 + i), kPort, define(256, {{11, 2}}));
    send(define(256, {{11, 2}}));
  }
  send(data(256, {{1, 2}}));
  EXPECT_EQ(rows(), 1U) << "who keeps sending is kept";
  send_from(IpAddress::v4(0x0a000000), kPort, data(256, {{1, 2}}));
  EXPECT_EQ(rows(), 1U);
  send_from(IpAddress::v4(0x0a000000 + 99), kPort, data(256, {{1, 2}}));
  EXPECT_EQ(rows(), 2U);
}

TEST_F(TemplatesTest, ForgedTemplatesStayWithinTheirMemory) {
  options_.template_octets = 64 << 10U;
  const std::vector<BuiltField> many(300, {11, 2});
  for (std::uint32_t i = 0; i < 200; ++i) send_from(IpAddress::v4(0x0a000000 + i), kPort, define(256, many));
  const std::size_t saved = decoder().save().size();
  EXPECT_LT(saved, options_.template_octets);
  EXPECT_GT(saved, 300U * 4);
}

TEST_F(TemplatesTest, RecordsAlignedWithinTheirSet) {
  // VMware pads every record of an Options Template Set, not only the last.
  MessageBuilder builder = MessageBuilder::ipfix({});
  builder.open(3).options_record(512, 1, {{144, 4}, {160, 8}}).bytes().u16(0);
  builder.options_record(513, 1, {{143, 4}, {34, 4}}).bytes().u16(0);
  builder.close().data_set(513, {{1, 4}, {10, 4}});
  send(builder.finish());
  EXPECT_EQ(count(Counter::templates), 2U);
  EXPECT_EQ(count(Counter::options_records), 1U);
  expect_no_trouble_but({});
}

}  // namespace
}  // namespace weir::decode
