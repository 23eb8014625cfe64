// NetFlow v9 and IPFIX: the shape of their messages. What the fields hold is compared by tshark_test.cc.
#include <gtest/gtest.h>

#include "simulate/ipfix.h"
#include "simulate/netflow9.h"
#include "simulate/template_field.h"
#include "simulate/test_support.h"

namespace weir::simulate {
namespace {

using flow::ExportProtocol;

std::vector<std::vector<std::byte>> announced(ExportEncoder& encoder) {
  std::vector<std::vector<std::byte>> out;
  encoder.announce(kTestNow, [&](Bytes datagram, std::size_t flows) {
    EXPECT_EQ(flows, 0U);
    out.push_back(to_vector(datagram));
  });
  return out;
}

// The IDs and lengths of the sets behind a header of `skip` octets; the sets fill the datagram.
std::vector<std::uint16_t> set_ids(Bytes datagram, std::size_t skip) {
  ByteReader reader(datagram);
  reader.skip(skip);
  std::vector<std::uint16_t> ids;
  while (!reader.empty()) {
    ids.push_back(reader.u16());
    const std::size_t length = reader.u16();
    EXPECT_GE(length, 4U);
    reader.skip(length - 4);
  }
  EXPECT_TRUE(reader.ok());
  return ids;
}

TEST(Netflow9, BasicTemplateIsTheEighteenFieldsAndTheTimes) {
  const FlowTemplate fields = netflow9_v4(test_exporter(ExportProtocol::netflow9));
  std::vector<int> elements;
  for (const TemplateField& field : fields) elements.push_back(field.element);
  EXPECT_EQ(elements, (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 21, 22}));
  EXPECT_EQ(record_octets(fields), 53U);
  EXPECT_EQ(offset_of(fields, 21), 45U);
  EXPECT_FALSE(offset_of(fields, 48));
}

TEST(Netflow9, AnnouncesTemplatesSamplerAndInterfaces) {
  Netflow9Encoder encoder(test_exporter(ExportProtocol::netflow9));
  const auto datagrams = announced(encoder);
  ASSERT_EQ(datagrams.size(), 2U);
  EXPECT_EQ(set_ids(datagrams[0], 20), (std::vector<std::uint16_t>{0, 1, 1, 258}));
  EXPECT_EQ(set_ids(datagrams[1], 20), (std::vector<std::uint16_t>{259}));
  EXPECT_EQ(load_be<2>(datagrams[1], 2), 2U) << "two interfaces";
  EXPECT_EQ(load_be<4>(datagrams[0], 12), 0U);
  EXPECT_EQ(load_be<4>(datagrams[1], 12), 1U) << "sequence counts datagrams";
  EXPECT_EQ(load_be<4>(datagrams[1], 16), 7U) << "source ID";
}

TEST(Netflow9, ManyInterfacesTakeSeveralDatagrams) {
  SimulatedExporter exporter = test_exporter(ExportProtocol::netflow9);
  exporter.interfaces.resize(40, exporter.interfaces.front());
  Netflow9Encoder encoder(exporter);
  std::size_t records = 0;
  const auto datagrams = announced(encoder);
  for (std::size_t i = 1; i < datagrams.size(); ++i) {
    EXPECT_LE(datagrams[i].size(), kMostPayload);
    records += load_be<2>(datagrams[i], 2);
  }
  EXPECT_EQ(records, 40U);
}

TEST(Netflow9, OneSetForEachRunOfAFamilyPaddedToFour) {
  Netflow9Encoder encoder(test_exporter(ExportProtocol::netflow9));
  const std::vector<SimulatedFlow> flows = {test_flow(), test_flow(), test_flow_v6(), test_flow()};
  ByteWriter out;
  EXPECT_EQ(encoder.encode(flows, kTestNow, out), 4U);
  EXPECT_EQ(set_ids(out.view(), 20), (std::vector<std::uint16_t>{256, 257, 256}));
  EXPECT_EQ(load_be<2>(out.view(), 22), 4U + 2 * 53 + 2) << "padding counts";
  EXPECT_EQ(load_be<2>(out.view(), 2), 4U);
  EXPECT_EQ(out.size() % 4, 0U);
}

TEST(Netflow9, FillsADatagramAndNoMore) {
  Netflow9Encoder encoder(test_exporter(ExportProtocol::netflow9));
  const std::vector<SimulatedFlow> flows(100, test_flow());
  ByteWriter out;
  EXPECT_EQ(encoder.encode(flows, kTestNow, out), 27U);
  EXPECT_LE(out.size(), kMostPayload);
}

TEST(Ipfix, SequenceCountsDataRecordsOptionsIncluded) {
  IpfixEncoder encoder(test_exporter(ExportProtocol::ipfix));
  const auto datagrams = announced(encoder);
  ASSERT_EQ(datagrams.size(), 2U);
  EXPECT_EQ(load_be<4>(datagrams[0], 8), 0U);
  EXPECT_EQ(load_be<4>(datagrams[1], 8), 1U) << "the selector";
  const std::vector<SimulatedFlow> flows(5, test_flow());
  ByteWriter out;
  encoder.encode(flows, kTestNow, out);
  EXPECT_EQ(load_be<4>(out.view(), 8), 3U) << "and two interfaces";
  encoder.encode(flows, kTestNow, out);
  EXPECT_EQ(load_be<4>(out.view(), 8), 8U);
  EXPECT_EQ(encoder.sequence(), 13U);
}

TEST(Ipfix, LengthIsThatOfTheMessageAndSetsFillIt) {
  IpfixEncoder encoder(test_exporter(ExportProtocol::ipfix));
  const std::vector<SimulatedFlow> flows = {test_flow_v6(), test_flow()};
  ByteWriter out;
  EXPECT_EQ(encoder.encode(flows, kTestNow, out), 2U);
  EXPECT_EQ(load_be<2>(out.view(), 2), out.size());
  EXPECT_EQ(set_ids(out.view(), 16), (std::vector<std::uint16_t>{257, 256}));
  for (const auto& datagram : announced(encoder)) {
    EXPECT_EQ(load_be<2>(datagram, 2), datagram.size());
    EXPECT_FALSE(set_ids(datagram, 16).empty());
  }
}

TEST(Ipfix, LongNamesAreWrittenInTheThreeOctetForm) {
  SimulatedExporter exporter = test_exporter(ExportProtocol::ipfix);
  exporter.interfaces = {{1, "eth1", std::string(300, 'x'), "core", 0}};
  IpfixEncoder encoder(exporter);
  const auto datagrams = announced(encoder);
  ASSERT_EQ(datagrams.size(), 2U);
  ByteReader reader(datagrams[1]);
  reader.skip(16 + 4 + 4);
  EXPECT_EQ(reader.u8(), 4);
  EXPECT_EQ(as_text(reader.bytes(4)), "eth1");
  EXPECT_EQ(reader.u8(), 255);
  EXPECT_EQ(reader.u16(), 300);
  EXPECT_EQ(reader.remaining(), 300U);
}

TEST(TemplateEncoders, SamplerFieldIsThereOnlyWithASamplerTable) {
  for (const ExportProtocol protocol : {ExportProtocol::netflow9, ExportProtocol::ipfix}) {
    SimulatedExporter exporter = test_exporter(protocol);
    const bool v9 = protocol == ExportProtocol::netflow9;
    const std::uint16_t element = v9 ? 48 : 302;
    EXPECT_FALSE(offset_of(v9 ? netflow9_v6(exporter) : ipfix_v6(exporter), element));
    exporter.sampler_form = SamplerForm::sampler_table;
    exporter.extended_template = true;
    EXPECT_TRUE(offset_of(v9 ? netflow9_v6(exporter) : ipfix_v6(exporter), element));
    EXPECT_TRUE(offset_of(v9 ? netflow9_v4(exporter) : ipfix_v4(exporter), element));
  }
}

TEST(TemplateEncoders, ANewSamplingRateIsAnnounced) {
  Netflow9Encoder v9(test_exporter(ExportProtocol::netflow9));
  v9.set_sampling_rate(8000);
  const std::vector<std::byte> first = announced(v9)[0];
  // The sampler's record is the last of the datagram: scope, rate, algorithm, padding.
  EXPECT_EQ(load_be<4>(first, first.size() - 8), 8000U);
  IpfixEncoder ipfix(test_exporter(ExportProtocol::ipfix));
  ipfix.set_sampling_rate(8000);
  const std::vector<std::byte> message = announced(ipfix)[0];
  EXPECT_EQ(load_be<4>(message, message.size() - 4), 7999U) << "the space between two sampled packets";
}

}  // namespace
}  // namespace weir::simulate
