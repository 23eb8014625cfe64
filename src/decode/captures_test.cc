// Captures of real devices, where they are at hand: as many flow records as independent decoders find.
#include <boost/json/src.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "decode/decoder_fixture.h"

namespace weir::decode {
namespace {

const std::filesystem::path kData = std::filesystem::path(WEIR_SOURCE_DIR) / ".." / "shared" / "data";

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const Bytes octets = as_octets(text);
  return {octets.begin(), octets.end()};
}

/// The UDP payload of an IPv4 or IPv6 packet without fragments or extension headers, as these captures have.
std::optional<flow::Datagram> udp_of(ByteReader packet, UnixMillis time) {
  flow::Datagram datagram;
  datagram.received_ms = time;
  const unsigned first = packet.u8();
  if (first >> 4U == 4) {
    packet.skip(11);
    datagram.session.source = IpAddress::v4(packet.u32());
    packet.skip(4 + (first & 0xfU) * 4 - 20);
  } else {
    packet.skip(7);
    datagram.session.source = IpAddress::v6(packet);
    packet.skip(16);
  }
  datagram.session.source_port = packet.u16();
  datagram.session.local_port = packet.u16();
  const std::size_t length = packet.u16();
  packet.skip(2);
  if (packet.failed() || length < 8) return std::nullopt;
  datagram.payload = packet.bytes(std::min(length - 8, packet.remaining()));
  return datagram;
}

/// Hands every export datagram of a pcap file (microseconds, little-endian, Ethernet or raw IP) to the decoder.
void decode_capture(Bytes file, Decoder& decoder, Decoded& out) {
  constexpr std::uint32_t kEthernet = 1;
  ByteReader reader(file);
  ASSERT_EQ(reader.u32_le(), 0xa1b2c3d4U) << "a capture of another kind";
  reader.skip(16);
  const std::uint32_t link = reader.u32_le();
  while (!reader.empty()) {
    const UnixMillis seconds = reader.u32_le();
    const UnixMillis time = seconds * kSecondMs + reader.u32_le() / 1000;
    const std::size_t captured = reader.u32_le();
    reader.skip(4);
    ByteReader packet = reader.sub(captured);
    if (link == kEthernet) packet.skip(14);
    if (const auto datagram = udp_of(packet, time)) decoder.decode(*datagram, out);
  }
}

class CapturesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kData / "flows" / "sequences.json")) GTEST_SKIP() << "no captures at " << kData;
    const std::vector<std::byte> text = read_file(kData / "flows" / "sequences.json");
    sequences_ = boost::json::parse(as_text(text)).as_object().at("sequences").as_array();
    ASSERT_GE(sequences_.size(), 143U);
  }
  std::size_t flows_of(const boost::json::object& sequence, const DecodeOptions& options) {
    flow::StringPool strings;
    flow::ExporterTable exporters;
    Decoder decoder(options, strings, exporters);
    Decoded out;
    decode_capture(read_file(kData / sequence.at("pcap").as_string().c_str()), decoder, out);
    std::uint64_t counted = 0;
    for (const flow::ExporterState* exporter : exporters.all()) {
      counted += exporter->get(flow::Counter::flows);
      EXPECT_EQ(exporter->get(flow::Counter::flows),
                exporter->get(flow::Counter::flows_sampled) + exporter->get(flow::Counter::flows_unsampled));
    }
    EXPECT_EQ(counted, out.flows.size()) << sequence.at("name");
    return out.flows.size();
  }
  boost::json::array sequences_;
};

TEST_F(CapturesTest, AsManyFlowsAsIndependentDecodersFind) {
  DecodeOptions options;
  options.parked_octets = 0;  // they do not wait for Templates
  for (const boost::json::value& value : sequences_) {
    const boost::json::object& sequence = value.as_object();
    if (!sequence.at("consensus").as_bool()) continue;
    const auto expected = static_cast<std::size_t>(sequence.at("expected_flow_count").as_int64());
    std::size_t most = expected;
    for (const boost::json::value& feature : sequence.at("features").as_array()) {
      if (feature.as_string().find("biflow") != boost::json::string::npos) most = 2 * expected;
    }
    const std::size_t flows = flows_of(sequence, options);
    EXPECT_GE(flows, expected) << sequence.at("name");
    EXPECT_LE(flows, most) << sequence.at("name");
  }
}

TEST_F(CapturesTest, DataSetsBeforeTheirTemplateAreNotLost) {
  // Each holds Data Sets that independent decoders give up, because the Template comes later.
  const std::vector<std::pair<std::string_view, std::size_t>> early = {{"gli_ipfix_dataset_then_templates", 4},
                                                                       {"gli_data_datatemplate_pcap", 4},
                                                                       {"akv_data_plus_templates", 21},
                                                                       {"bk_v9_mixed", 8},
                                                                       {"gl_nprobe_netflow9_4", 15}};
  std::size_t found = 0;
  for (const boost::json::value& value : sequences_) {
    for (const auto& [name, flows] : early) {
      if (value.as_object().at("name").as_string() != name) continue;
      EXPECT_EQ(flows_of(value.as_object(), {}), flows) << name;
      ++found;
    }
  }
  EXPECT_EQ(found, early.size());
}

TEST_F(CapturesTest, NoCaptureCutAnywhereDoesHarm) {
  for (const boost::json::value& value : sequences_) {
    flow::StringPool strings;
    flow::ExporterTable exporters;
    Decoder decoder({}, strings, exporters);
    Decoded out;
    const std::vector<std::byte> file = read_file(kData / value.as_object().at("pcap").as_string().c_str());
    ByteReader reader(file);
    reader.skip(40);  // the file's header and the first packet's
    const std::size_t size = std::min<std::size_t>(reader.remaining(), 1500);
    for (std::size_t from = 20; from <= 44 && from < size; ++from) {
      for (std::size_t length = 0; from + length <= size; length += 1 + length / 8) {
        decoder.decode({reader.peek_rest().subspan(from, length), {IpAddress::v4(1), 1, 1}, 0}, out);
      }
    }
    out.flows.clear();
  }
}

}  // namespace
}  // namespace weir::decode
