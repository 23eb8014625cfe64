// Options data: sampling in all its forms, names, and whom they are about.
#include "decode/decoder_fixture.h"

namespace weir::decode {
namespace {

using flow::Column;
using flow::Counter;

class OptionsTest : public DecoderTest {
 protected:
  using Values = std::initializer_list<std::pair<std::uint64_t, std::size_t>>;

  MessageBuilder message(bool ipfix, std::uint32_t domain = 0) {
    const MessageBuilder::Header header{.sequence = sent_++, .domain = domain};
    return ipfix ? MessageBuilder::ipfix(header) : MessageBuilder::netflow9(header);
  }
  /// One options record; the first `scope` fields are its scope.
  void announce(bool ipfix, std::uint16_t scope, const std::vector<BuiltField>& fields, Values values,
                std::uint32_t domain = 0) {
    MessageBuilder builder = message(ipfix, domain);
    builder.options_template_set(400, scope, fields).data_set(400, values);
    send(builder.finish());
  }
  /// One flow record.
  void flow(bool ipfix, const std::vector<BuiltField>& fields, Values values, std::uint32_t domain = 0) {
    MessageBuilder builder = message(ipfix, domain);
    builder.template_set(256, fields).data_set(256, values);
    send(builder.finish());
  }
  std::uint32_t sent_ = 0;
  [[nodiscard]] std::uint32_t last_rate() const { return get<Column::sampling_rate>(rows() - 1).value_or(0); }
};

TEST_F(OptionsTest, Netflow9RateOfTheSystem) {
  announce(false, 1, {{1, 4}, {34, 4}, {35, 1}}, {{0, 4}, {100, 4}, {2, 1}});
  flow(false, {{11, 2}}, {{80, 2}});
  EXPECT_EQ(last_rate(), 100U);
  EXPECT_EQ(rows(), 1U) << "options data are no flows";
  EXPECT_EQ(count(Counter::options_records), 1U);
  EXPECT_EQ(count(Counter::templates), 2U);
  EXPECT_EQ(count(Counter::flows_sampled), 1U);
  EXPECT_EQ(count(Counter::flows_unsampled), 0U);
  expect_no_trouble_but({});
}

TEST_F(OptionsTest, ScopeFieldOfLengthZero) {
  announce(false, 1, {{1, 0}, {35, 1}, {34, 4}}, {{2, 1}, {100, 4}});
  flow(false, {{11, 2}}, {{80, 2}});
  EXPECT_EQ(last_rate(), 100U);
}

TEST_F(OptionsTest, Netflow9RateOfAnInterface) {
  announce(false, 1, {{2, 4}, {34, 4}}, {{7, 4}, {500, 4}, {8, 4}, {1, 4}});
  const std::vector<BuiltField> fields = {{10, 2}, {14, 2}, {61, 1}};
  flow(false, fields, {{7, 2}, {9, 2}, {0, 1}});
  EXPECT_EQ(last_rate(), 500U);
  flow(false, fields, {{8, 2}, {7, 2}, {0, 1}});
  EXPECT_EQ(last_rate(), 1U) << "the incoming interface metered";
  flow(false, fields, {{8, 2}, {7, 2}, {1, 1}});
  EXPECT_EQ(last_rate(), 500U) << "the outgoing interface metered";
  flow(false, fields, {{1, 2}, {7, 2}, {0, 1}});
  EXPECT_EQ(last_rate(), 500U) << "only the outgoing one samples";
  flow(false, fields, {{1, 2}, {2, 2}, {0, 1}});
  EXPECT_EQ(last_rate(), 0U);
  EXPECT_EQ(count(Counter::flows_unsampled), 1U);
}

TEST_F(OptionsTest, InterfaceZeroMeansAll) {
  announce(false, 1, {{2, 4}, {34, 4}}, {{0, 4}, {64, 4}});
  flow(false, {{10, 2}}, {{3, 2}});
  EXPECT_EQ(last_rate(), 64U);
}

TEST_F(OptionsTest, Netflow9SamplerTable) {
  announce(false, 1, {{1, 4}, {48, 2}, {49, 1}, {50, 4}, {84, 8}},
           {{0, 4}, {1, 2}, {2, 1}, {1000, 4}, {0, 8}, {0, 4}, {2, 2}, {2, 1}, {2000, 4}, {0, 8}});
  flow(false, {{48, 1}}, {{2, 1}});
  EXPECT_EQ(last_rate(), 2000U);
  flow(false, {{48, 4}}, {{1, 4}});
  EXPECT_EQ(last_rate(), 1000U);
  flow(false, {{48, 1}}, {{9, 1}});
  EXPECT_EQ(last_rate(), 0U) << "samplers differ, and this one is not known";
}

TEST_F(OptionsTest, SamplerOfAnInterface) {
  announce(false, 1, {{2, 4}, {48, 1}}, {{7, 4}, {3, 1}});
  announce(false, 1, {{1, 4}, {48, 1}, {50, 4}}, {{0, 4}, {3, 1}, {300, 4}, {0, 4}, {4, 1}, {400, 4}});
  flow(false, {{10, 4}}, {{7, 4}});
  EXPECT_EQ(last_rate(), 300U);
}

TEST_F(OptionsTest, OneRateOfAllSamplersIsTheDomains) {
  announce(true, 1, {{302, 8}, {309, 4}, {310, 4}}, {{14, 8}, {1, 4}, {512, 4}, {15, 8}, {2, 4}, {1024, 4}});
  flow(true, {{11, 2}}, {{80, 2}});
  EXPECT_EQ(last_rate(), 512U);
}

TEST_F(OptionsTest, IpfixSelectors) {
  announce(true, 1, {{302, 4}, {305, 4}, {306, 4}}, {{1, 4}, {1, 4}, {999, 4}, {2, 4}, {10, 4}, {90, 4}});
  flow(true, {{302, 4}}, {{1, 4}});
  EXPECT_EQ(last_rate(), 1000U);
  flow(true, {{302, 8}}, {{2, 8}});
  EXPECT_EQ(last_rate(), 10U);
}

TEST_F(OptionsTest, IpfixIntervalWithoutSpaceIsTheRate) {
  announce(true, 1, {{149, 4}, {304, 2}, {305, 4}}, {{0, 4}, {1, 2}, {4096, 4}});
  flow(true, {{11, 2}}, {{80, 2}});
  EXPECT_EQ(last_rate(), 4096U);
}

TEST_F(OptionsTest, IpfixMeteringProcessScopeAndSizeOfPopulation) {
  announce(true, 1, {{143, 4}, {304, 2}, {309, 4}, {310, 4}}, {{1, 4}, {3, 2}, {2, 4}, {3000, 4}});
  flow(true, {{11, 2}}, {{80, 2}});
  EXPECT_EQ(last_rate(), 1500U);
}

TEST_F(OptionsTest, IpfixProbability) {
  announce(true, 1, {{143, 4}, {311, 8}}, {{1, 4}, {0x3f50'624d'd2f1'a9fc, 8}});  // 0.001
  flow(true, {{11, 2}}, {{80, 2}});
  EXPECT_EQ(last_rate(), 1000U);
  announce(true, 1, {{143, 4}, {311, 4}}, {{1, 4}, {0x7fc0'0000, 4}});  // not a number
  flow(true, {{11, 2}}, {{80, 2}});
  EXPECT_EQ(last_rate(), 1000U);
}

TEST_F(OptionsTest, IpfixRateOfAnInterface) {
  announce(true, 1, {{10, 4}, {305, 4}, {306, 4}}, {{42, 4}, {1, 4}, {255, 4}});
  flow(true, {{10, 4}}, {{42, 4}});
  EXPECT_EQ(last_rate(), 256U);
  flow(true, {{10, 4}}, {{43, 4}});
  EXPECT_EQ(last_rate(), 0U);
}

TEST_F(OptionsTest, RateOfATemplate) {
  announce(true, 1, {{145, 2}, {34, 4}}, {{256, 2}, {77, 4}});
  flow(true, {{11, 2}}, {{80, 2}});
  EXPECT_EQ(last_rate(), 77U);
}

TEST_F(OptionsTest, RateInTheRecordComesFirst) {
  announce(true, 1, {{143, 4}, {34, 4}}, {{1, 4}, {100, 4}});
  flow(true, {{34, 4}}, {{7, 4}});
  EXPECT_EQ(last_rate(), 7U);
  flow(true, {{305, 4}, {306, 4}}, {{1, 4}, {15, 4}});
  EXPECT_EQ(last_rate(), 16U);
  flow(true, {{309, 4}, {310, 4}}, {{1, 4}, {32, 4}});
  EXPECT_EQ(last_rate(), 32U);
  flow(true, {{50, 4}}, {{64, 4}});
  EXPECT_EQ(last_rate(), 64U);
  flow(true, {{34, 4}}, {{0, 4}});
  EXPECT_EQ(last_rate(), 100U) << "0 says nothing";
}

TEST_F(OptionsTest, TheNewestRateCounts) {
  announce(false, 1, {{1, 4}, {34, 4}}, {{0, 4}, {100, 4}});
  announce(false, 1, {{1, 4}, {34, 4}}, {{0, 4}, {200, 4}});
  flow(false, {{11, 2}}, {{80, 2}});
  EXPECT_EQ(last_rate(), 200U);
}

TEST_F(OptionsTest, RatesAreOfTheirDomainAndOfDomainZeroForAll) {
  announce(true, 1, {{143, 4}, {34, 4}}, {{1, 4}, {100, 4}}, 5);
  flow(true, {{11, 2}}, {{80, 2}}, 6);
  EXPECT_EQ(last_rate(), 0U);
  flow(true, {{11, 2}}, {{80, 2}}, 5);
  EXPECT_EQ(last_rate(), 100U);
  announce(true, 1, {{143, 4}, {34, 4}}, {{1, 4}, {9, 4}}, 0);
  flow(true, {{11, 2}}, {{80, 2}}, 6);
  EXPECT_EQ(last_rate(), 9U);
  flow(true, {{11, 2}}, {{80, 2}}, 5);
  EXPECT_EQ(last_rate(), 100U);
}

TEST_F(OptionsTest, RecordAboutAnotherDomain) {
  announce(true, 1, {{149, 4}, {34, 4}}, {{8, 4}, {30, 4}}, 1);
  flow(true, {{11, 2}}, {{80, 2}}, 1);
  EXPECT_EQ(last_rate(), 0U);
  flow(true, {{11, 2}}, {{80, 2}}, 8);
  EXPECT_EQ(last_rate(), 30U);
}

TEST_F(OptionsTest, InterfaceNames) {
  MessageBuilder builder = message(false);
  builder.options_template_set(400, 1, {{1, 4}, {10, 4}, {82, 12}, {83, 12}}).open(400);
  builder.bytes().u32(0);
  builder.bytes().u32(1);
  builder.text("Gi0/0", 12).text("transit", 12);
  builder.bytes().u32(0);
  builder.bytes().u32(2);
  builder.text("", 12).text("  customer A ", 12);
  send(builder.close().finish());
  EXPECT_EQ(count(Counter::options_records), 2U);
  flow(false, {{10, 2}, {14, 2}}, {{1, 2}, {2, 2}});
  flow(false, {{10, 2}, {14, 2}}, {{3, 2}, {4, 2}});
  EXPECT_EQ(text<Column::in_if_name>(0), "Gi0/0");
  EXPECT_EQ(text<Column::out_if_name>(0), "customer A");
  EXPECT_EQ(strings_.text(exporters_.of(source_).interface_description(1)), "transit") << "for whoever asks beside the name";
  EXPECT_EQ(text<Column::in_if_name>(1), "(none)");
  EXPECT_EQ(count(Counter::flows_named), 1U);
}

TEST_F(OptionsTest, InterfaceNamesInDataRecords) {
  MessageBuilder builder = message(true);
  builder.template_set(256, {{61, 1}, {82, 0xffff}, {83, 0xffff}}).open(256);
  for (const unsigned direction : {0U, 1U}) {
    builder.bytes().u8(direction);
    builder.bytes().u8(4);
    builder.bytes().text("eth0");
    builder.bytes().u8(6);
    builder.bytes().text("uplink");
  }
  send(builder.close().finish());
  ASSERT_EQ(rows(), 2U);
  EXPECT_EQ(text<Column::in_if_name>(0), "eth0");
  EXPECT_EQ(text<Column::out_if_name>(0), "(none)");
  EXPECT_EQ(text<Column::out_if_name>(1), "eth0");
  EXPECT_EQ(count(Counter::flows_named), 2U);
}

TEST_F(OptionsTest, VrfNames) {
  MessageBuilder builder = message(false);
  builder.options_template_set(400, 1, {{1, 4}, {234, 4}, {236, 8}}).open(400);
  builder.bytes().u32(0);
  builder.bytes().u32(0x6000'0001);
  send(builder.text("CUST-A", 8).close().finish());
  flow(false, {{234, 4}, {235, 4}}, {{0x6000'0001, 4}, {0, 4}});
  flow(false, {{234, 4}}, {{17, 4}});
  EXPECT_EQ(text<Column::vrf>(0), "CUST-A");
  EXPECT_EQ(text<Column::vrf>(1), "17") << "its number where the name is not known";
}

TEST_F(OptionsTest, RouteDistinguishersOfVrfs) {
  MessageBuilder builder = message(false);
  builder.options_template_set(400, 1, {{1, 4}, {234, 4}, {90, 8}}).open(400);
  builder.bytes().u32(0);
  builder.bytes().u32(0x6000'0001);
  builder.bytes().u64(std::uint64_t{64500} << 32U | 7);
  builder.bytes().u32(0);
  builder.bytes().u32(0x6000'0002);
  builder.bytes().u64(std::uint64_t{2} << 48U | std::uint64_t{4226809946U} << 16U | 12);
  send(builder.close().finish());
  flow(false, {{234, 4}, {235, 4}}, {{0x6000'0001, 4}, {0x6000'0002, 4}});
  flow(false, {{234, 4}, {235, 4}}, {{0x6000'0000, 4}, {0x6000'0002, 4}});
  flow(false, {{235, 4}, {90, 8}}, {{0x6000'0002, 4}, {std::uint64_t{1} << 48U | 0xc0000201'0005U, 8}});
  flow(false, {{234, 4}, {235, 4}}, {{0x6000'0000, 4}, {0, 4}});
  EXPECT_EQ(text<Column::route_distinguisher>(0), "64500:7") << "the incoming VRF's comes first";
  EXPECT_EQ(text<Column::route_distinguisher>(1), "4226809946:12") << "where it has none, the outgoing one's";
  EXPECT_EQ(text<Column::route_distinguisher>(2), "192.0.2.1:5") << "what the record says itself";
  EXPECT_EQ(text<Column::route_distinguisher>(3), "(none)") << "the global table has no distinguisher";
}

TEST_F(OptionsTest, VrfNameInTheRecordComesFirst) {
  MessageBuilder builder = message(true);
  builder.template_set(256, {{234, 4}, {236, 8}}).open(256).bytes().u32(5);
  builder.text("blue", 8).bytes().u32(6);
  send(builder.text("", 8).close().finish());
  EXPECT_EQ(text<Column::vrf>(0), "blue");
  EXPECT_EQ(text<Column::vrf>(1), "6");
}

TEST_F(OptionsTest, ApplicationNames) {
  MessageBuilder builder = message(true);
  builder.options_template_set(400, 1, {{95, 4}, {96, 12}, {94, 12}}).open(400);
  builder.bytes().u32(13U << 24U | 453);
  builder.text("netflix", 12).text("streaming", 12);
  builder.bytes().u32(3U << 24U | 53);
  builder.text("", 12).text("Domain", 12);
  send(builder.close().finish());
  const std::vector<BuiltField> fields = {{95, 4}};
  flow(true, fields, {{13U << 24U | 453, 4}});
  flow(true, fields, {{3U << 24U | 53, 4}});
  flow(true, fields, {{13U << 24U | 9, 4}});
  flow(true, fields, {{0, 4}});
  flow(true, {{95, 9}}, {{20, 1}, {9, 4}, {17, 4}});
  EXPECT_EQ(text<Column::application>(0), "netflix");
  EXPECT_EQ(text<Column::application>(1), "Domain");
  EXPECT_EQ(text<Column::application>(2), "13:9");
  EXPECT_EQ(text<Column::application>(3), "(none)");
  EXPECT_EQ(text<Column::application>(4), "20:9:17");
}

TEST_F(OptionsTest, TextIsCutAtTheFirstZeroAndNotTrusted) {
  MessageBuilder builder = message(true);
  builder.template_set(256, {{96, 8}}).open(256).text(std::string_view("a\"\n\0b", 5), 8);
  send(builder.close().finish());
  EXPECT_EQ(text<Column::application>(0), "a\"\n") << "who prints it escapes it";
}

TEST_F(OptionsTest, RecordCutShort) {
  announce(true, 1, {{143, 4}, {34, 4}}, {{1, 4}, {100, 4}, {2, 4}, {0x01, 1}});
  EXPECT_EQ(count(Counter::options_records), 1U);
  EXPECT_EQ(count(Counter::bad_record), 1U);
}

TEST_F(OptionsTest, VariableLengthRecordCutShort) {
  MessageBuilder builder = message(true);
  builder.options_template_set(400, 1, {{10, 4}, {82, 0xffff}}).open(400).bytes().u32(1);
  builder.bytes().u8(200);
  builder.bytes().text("eth");
  send(builder.close().finish());
  EXPECT_EQ(count(Counter::options_records), 0U);
  EXPECT_EQ(count(Counter::bad_record), 1U);
}

TEST_F(OptionsTest, IpfixScopeCountOfZeroOrAboveTheFields) {
  for (const unsigned scope : {0U, 3U}) {
    MessageBuilder builder = message(true);
    builder.options_template_set(400, static_cast<std::uint16_t>(scope), {{143, 4}, {34, 4}});
    send(builder.finish());
  }
  EXPECT_EQ(count(Counter::bad_template), 2U);
}

TEST_F(OptionsTest, TooManyNamesAreRefusedAndCounted) {
  options_.most_names_per_domain = 2;
  announce(true, 1, {{10, 4}, {34, 4}}, {{1, 4}, {10, 4}, {2, 4}, {20, 4}, {3, 4}, {30, 4}, {2, 4}, {25, 4}});
  EXPECT_EQ(count(Counter::too_many_names), 1U);
  flow(true, {{10, 4}}, {{2, 4}});
  EXPECT_EQ(last_rate(), 25U) << "what is known can still change";
}

}  // namespace
}  // namespace weir::decode
