// Every encoder against an independent decoder: what went in must be what tshark reads.
#include <gtest/gtest.h>

#include "simulate/test_support.h"

namespace weir::simulate {
namespace {

using flow::ExportProtocol;
using Values = std::vector<std::string>;

std::vector<SimulatedFlow> some_flows(bool v6) {
  std::vector<SimulatedFlow> flows;
  for (std::uint32_t i = 0; i < 70; ++i) {
    SimulatedFlow flow = v6 && i % 5 == 4 ? test_flow_v6() : test_flow();
    flow.src_port = static_cast<std::uint16_t>(1000 + i);
    flow.packets = 1 + i;
    flow.bytes = (1 + i) * 100;
    flow.src_vlan = 0;
    flows.push_back(flow);
  }
  return flows;
}

std::vector<std::vector<std::byte>> encode_all(const SimulatedExporter& exporter,
                                               std::span<const SimulatedFlow> flows) {
  const std::unique_ptr<ExportEncoder> encoder = make_encoder(exporter);
  std::vector<std::vector<std::byte>> out;
  encoder->announce(kTestNow, [&](Bytes datagram, std::size_t) { out.push_back(to_vector(datagram)); });
  while (!flows.empty()) {
    ByteWriter datagram;
    flows = flows.subspan(encoder->encode(flows, kTestNow, datagram));
    out.push_back(datagram.take());
  }
  return out;
}

class Tshark : public testing::Test {
 protected:
  void SetUp() override {
    if (!have_tshark()) GTEST_SKIP() << "tshark is not installed: the encoders are not checked against it";
  }
};

void compare_cflow(const SimulatedExporter& exporter, bool v6) {
  const std::vector<SimulatedFlow> flows = some_flows(v6);
  const auto datagrams = encode_all(exporter, flows);
  auto seen =
      tshark_fields(datagrams, 2055, "cflow",
                    {"cflow.srcport", "cflow.octets", "cflow.packets", "cflow.srcaddr", "cflow.srcaddrv6",
                     "cflow.dstas", "cflow.inputint", "cflow.timedelta", "_ws.malformed", "_ws.expert.severity"});
  Values ports, octets, packets, v4, v6s, as;
  for (const SimulatedFlow& flow : flows) {
    ports.push_back(std::to_string(flow.src_port));
    octets.push_back(std::to_string(flow.bytes));
    packets.push_back(std::to_string(flow.packets));
    (flow.src_addr.is_v4() ? v4 : v6s).push_back(to_string(flow.src_addr));
    as.push_back(std::to_string(flow.dst_as));
  }
  EXPECT_EQ(seen["cflow.srcport"], ports);
  EXPECT_EQ(seen["cflow.octets"], octets);
  EXPECT_EQ(seen["cflow.packets"], packets);
  EXPECT_EQ(seen["cflow.srcaddr"], v4);
  EXPECT_EQ(seen["cflow.srcaddrv6"], v6s);
  EXPECT_EQ(seen["cflow.dstas"], as);
  EXPECT_EQ(seen["cflow.timedelta"], Values(flows.size(), "18.000000000"));
  EXPECT_EQ(seen["_ws.malformed"], Values());
  EXPECT_EQ(seen["_ws.expert.severity"], Values());
}

TEST_F(Tshark, ReadsNetflow5) {
  compare_cflow(test_exporter(ExportProtocol::netflow5), false);
}

TEST_F(Tshark, ReadsNetflow9WithTheBasicTemplate) {
  compare_cflow(test_exporter(ExportProtocol::netflow9), true);
}

TEST_F(Tshark, ReadsNetflow9WithTheExtendedTemplate) {
  SimulatedExporter exporter = test_exporter(ExportProtocol::netflow9);
  exporter.extended_template = true;
  exporter.sampler_form = SamplerForm::sampler_table;
  compare_cflow(exporter, true);
}

TEST_F(Tshark, ReadsIpfixInBothFormsOfSampling) {
  SimulatedExporter exporter = test_exporter(ExportProtocol::ipfix);
  compare_cflow(exporter, true);
  exporter.sampler_form = SamplerForm::sampler_table;
  compare_cflow(exporter, true);
}

TEST_F(Tshark, ReadsSamplingRatesAndInterfaceNames) {
  SimulatedExporter exporter = test_exporter(ExportProtocol::netflow9);
  auto seen = tshark_fields(encode_all(exporter, {}), 2055, "cflow",
                            {"cflow.sampling_interval", "cflow.if_name", "cflow.scope_interface"});
  EXPECT_EQ(seen["cflow.sampling_interval"], Values{"512"});
  EXPECT_EQ(seen["cflow.if_name"], (Values{"xe-0/1/7", "ae9"}));
  EXPECT_EQ(seen["cflow.scope_interface"], (Values{"47", "49"}));

  exporter.sampler_form = SamplerForm::sampler_table;
  seen = tshark_fields(encode_all(exporter, {}), 2055, "cflow", {"cflow.sampler_id", "cflow.sampler_random_interval"});
  EXPECT_EQ(seen["cflow.sampler_id"], Values{"1"});
  EXPECT_EQ(seen["cflow.sampler_random_interval"], Values{"512"});

  exporter = test_exporter(ExportProtocol::ipfix);
  seen = tshark_fields(encode_all(exporter, {}), 2055, "cflow",
                       {"cflow.sampling_packet_interval", "cflow.sampling_packet_space", "cflow.if_name"});
  EXPECT_EQ(seen["cflow.sampling_packet_interval"], Values{"1"});
  EXPECT_EQ(seen["cflow.sampling_packet_space"], Values{"511"});
  EXPECT_EQ(seen["cflow.if_name"], (Values{"xe-0/1/7", "ae9"}));
}

TEST_F(Tshark, ReadsSflow5) {
  const std::vector<SimulatedFlow> flows = some_flows(true);
  const auto datagrams = encode_all(test_exporter(ExportProtocol::sflow5), flows);
  auto seen = tshark_fields(
      datagrams, 6343, "sflow",
      {"tcp.srcport", "ip.src", "ipv6.src", "sflow.flow_sample.sampling_rate", "sflow_245.as", "sflow_245.dstAS",
       "sflow_245.nexthop.src_mask", "sflow_245.nexthop.dst_mask", "sflow_245.header.frame_length", "_ws.malformed"});
  Values ports, v6s, path, src_masks, dst_masks, frames;
  std::size_t v4s = datagrams.size();  // each datagram's own header
  for (const SimulatedFlow& flow : flows) {
    ports.push_back(std::to_string(flow.src_port));
    for (const std::uint32_t as : flow.as_path) path.push_back(std::to_string(as));
    src_masks.push_back(std::to_string(flow.src_mask));
    dst_masks.push_back(std::to_string(flow.dst_mask));
    frames.push_back("118");  // 100 octets of IP, Ethernet, frame check sequence
    if (flow.src_addr.is_v4()) {
      ++v4s;
    } else {
      v6s.push_back(to_string(flow.src_addr));
    }
  }
  EXPECT_EQ(seen["tcp.srcport"], ports);
  EXPECT_EQ(seen["ip.src"].size(), v4s);
  EXPECT_EQ(seen["ipv6.src"], v6s);
  EXPECT_EQ(seen["sflow.flow_sample.sampling_rate"], Values(flows.size(), "512"));
  EXPECT_EQ(seen["sflow_245.as"], Values(flows.size(), "45352"));
  EXPECT_EQ(seen["sflow_245.dstAS"], path);
  EXPECT_EQ(seen["sflow_245.nexthop.src_mask"], src_masks);
  EXPECT_EQ(seen["sflow_245.nexthop.dst_mask"], dst_masks);
  EXPECT_EQ(seen["sflow_245.header.frame_length"], frames);
  EXPECT_EQ(seen["_ws.malformed"], Values());
}

}  // namespace
}  // namespace weir::simulate
