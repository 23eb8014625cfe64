#include "receive/capture_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "receive/capture_builder.h"

namespace weir::receive {
namespace {

using namespace testing;

const Octets kHello = octets_of("hello, collector");
const Octets kUdp = udp(50000, 2055, kHello);
const Octets kPacket = Ipv4{}.with(kUdp);

struct Contents {
  std::vector<std::string> payloads;
  std::vector<flow::Datagram> datagrams;  ///< their payloads dangle
  CaptureStats stats;
  std::optional<Error> error;
};
Contents read(const Octets& file, std::vector<std::uint16_t> ports = {}) {
  Contents out;
  auto reader = CaptureReader::of_memory(file);
  if (!reader) {
    out.error = reader.error();
    return out;
  }
  reader->only_ports(std::move(ports));
  while (const auto datagram = reader->next()) {
    out.payloads.emplace_back(as_text(datagram->payload));
    out.datagrams.push_back(*datagram);
  }
  out.stats = reader->stats();
  out.error = reader->error();
  return out;
}
Contents read_frame(std::uint32_t link_type, const Octets& frame) {
  return read(Pcap{.link_type = link_type}.with({frame}));
}

void expect_hello(const Contents& contents, const char* what) {
  ASSERT_EQ(contents.payloads, std::vector<std::string>{"hello, collector"}) << what;
  EXPECT_EQ(contents.stats.packets, 1U) << what;
  EXPECT_EQ(contents.stats.datagrams, 1U) << what;
  EXPECT_EQ(contents.stats.octets, 16U) << what;
}

TEST(CaptureReader, DatagramHasItsSessionAndTime) {
  const auto contents = read(Pcap{}.with({ethernet(0x0800, kPacket)}));
  expect_hello(contents, "Ethernet");
  const flow::TransportSession expected{IpAddress::v4(0xc0000201), 50000, 2055};
  EXPECT_EQ(contents.datagrams[0].session, expected);
  EXPECT_EQ(contents.datagrams[0].received_ms, 1'700'000'000'123);
  EXPECT_FALSE(contents.error.has_value());
}

TEST(CaptureReader, Ipv6WithExtensionHeaders) {
  const Octets hop_by_hop = words16({0x3c00, 0, 0, 0});
  const Octets destination = words16({0x3300, 0, 0, 0});
  const Octets authentication = words16({0x1101, 0, 0, 0, 0, 0});
  const auto contents = read_frame(1, ethernet(0x86dd, ipv6(0, hop_by_hop + destination + authentication + kUdp)));
  expect_hello(contents, "IPv6");
  EXPECT_EQ(to_string(contents.datagrams[0].session.source), "2001:db8::1");
}

TEST(CaptureReader, VlanAndQinq) {
  expect_hello(read_frame(1, ethernet(0x8100, words16({5, 0x0800}) + kPacket)), "802.1Q");
  expect_hello(read_frame(1, ethernet(0x88a8, words16({5, 0x8100, 6, 0x0800}) + kPacket)), "QinQ");
}

TEST(CaptureReader, LinuxCookedBothVersions) {
  const Octets sll = words16({0, 1, 6, 0x0200, 0, 1, 0, 0x0800});
  expect_hello(read_frame(113, sll + kPacket), "SLL");
  const Octets tagged = words16({0, 1, 6, 0x0200, 0, 1, 0, 0x8100, 7, 0x0800});
  expect_hello(read_frame(113, tagged + kPacket), "SLL with a VLAN");
  const Octets sll2 = words16({0x0800, 0, 0, 3, 1, 0x0006, 0x0200, 0, 1, 0});
  expect_hello(read_frame(276, sll2 + kPacket), "SLL2");
}

TEST(CaptureReader, RawIpInAllItsNumbers) {
  for (const std::uint32_t number : {12, 14, 101, 228}) expect_hello(read_frame(number, kPacket), "raw IPv4");
  for (const std::uint32_t number : {12, 14, 101, 229}) expect_hello(read_frame(number, ipv6(17, kUdp)), "raw IPv6");
}

TEST(CaptureReader, BsdLoopbackInBothByteOrders) {
  for (const std::uint32_t number : {0, 108}) {
    expect_hello(read_frame(number, words16({0x0200, 0}) + kPacket), "little-endian AF_INET");
    expect_hello(read_frame(number, words16({0, 2}) + kPacket), "big-endian AF_INET");
    for (const std::uint16_t family : std::initializer_list<std::uint16_t>{10, 24, 28, 30}) {
      expect_hello(read_frame(number, words16({0, family}) + ipv6(17, kUdp)), "AF_INET6");
    }
    EXPECT_EQ(read_frame(number, words16({0, 7}) + kPacket).stats.not_ip, 1U);
  }
}

TEST(CaptureReader, PaddingBehindThePacketIsNoPayload) {
  expect_hello(read_frame(1, ethernet(0x0800, kPacket + Octets(20))), "Ethernet padding");
  expect_hello(read_frame(1, ethernet(0x0800, Ipv4{}.with(kUdp + Octets(4)))), "behind the UDP length");
}

TEST(CaptureReader, LengthOfZeroBeforeSegmentationOffloadReachesToTheEnd) {
  expect_hello(read_frame(101, Ipv4{.length = 0}.with(kUdp)), "IPv4");
  expect_hello(read_frame(101, ipv6(17, kUdp, 0)), "IPv6");
}

TEST(CaptureReader, EmptyDatagramIsADatagram) {
  const auto contents = read_frame(101, Ipv4{}.with(udp(1, 2, {})));
  EXPECT_EQ(contents.payloads, std::vector<std::string>{""});
}

TEST(CaptureReader, OnlyTheAskedPortsAreGivenOut) {
  const Octets file = Pcap{.link_type = 101}.with({kPacket, Ipv4{}.with(udp(2055, 53, kHello)), kPacket});
  EXPECT_EQ(read(file).payloads.size(), 3U);
  const auto some = read(file, {6343, 2055});
  EXPECT_EQ(some.payloads.size(), 2U);
  EXPECT_EQ(some.stats.other_port, 1U);
}

TEST(CaptureReader, OtherTrafficIsCountedByItsKind) {
  const auto contents =
      read(Pcap{}.with({ethernet(0x0806, Octets(28)), ethernet(0x0800, Ipv4{.protocol = 6}.with(Octets(20))),
                        ethernet(0x0800, kPacket)}));
  EXPECT_EQ(contents.stats.packets, 3U);
  EXPECT_EQ(contents.stats.not_ip, 1U);
  EXPECT_EQ(contents.stats.not_udp, 1U);
  EXPECT_EQ(contents.stats.datagrams, 1U);
}

TEST(CaptureReader, UnknownLinkTypeIsCounted) {
  EXPECT_EQ(read_frame(147, kPacket).stats.unknown_link_type, 1U);
}

TEST(CaptureReader, PacketsCutByTheSnapshotLengthAreCounted) {
  const Pcap pcap;
  const Octets frame = ethernet(0x0800, kPacket);
  for (const std::size_t size : {std::size_t{10}, std::size_t{20}, std::size_t{36}, frame.size() - 1}) {
    const auto contents = read(pcap.header() + pcap.packet(cut(frame, size), static_cast<std::uint32_t>(frame.size())));
    EXPECT_EQ(contents.stats.truncated, 1U) << size;
    EXPECT_EQ(contents.stats.bad_ip, 0U) << size;
    EXPECT_TRUE(contents.payloads.empty());
  }
}

TEST(CaptureReader, SnapshotThatCutsOnlyPaddingCostsNothing) {
  const Pcap pcap;
  const Octets frame = ethernet(0x0800, kPacket);
  const auto contents = read(pcap.header() + pcap.packet(frame, static_cast<std::uint32_t>(frame.size()) + 12));
  EXPECT_EQ(contents.stats.datagrams, 1U);
}

TEST(CaptureReader, ImpossibleIpLengthsAreBadIp) {
  Octets short_header = kPacket;
  short_header[0] = std::byte{0x44};
  Octets wrong_version = kPacket;
  wrong_version[0] = std::byte{0x75};
  const Octets cut_extension = ipv6(0, words16({0x11ff, 0, 0, 0}));
  for (const Octets& packet : {Ipv4{.length = 19}.with(kUdp), Ipv4{.length = 1000}.with(kUdp), short_header,
                               wrong_version, cut_extension, ipv6(17, kUdp, 2000), cut(kPacket, 19), Octets{}}) {
    const auto contents = read_frame(101, packet);
    EXPECT_EQ(contents.stats.bad_ip, 1U);
    EXPECT_EQ(contents.stats.truncated, 0U);
  }
  EXPECT_EQ(read_frame(1, Octets(13)).stats.bad_ip, 1U) << "half an Ethernet header";
}

TEST(CaptureReader, ImpossibleUdpLengthsAreBadUdp) {
  for (const Octets& segment : {udp(1, 2, kHello, 7), udp(1, 2, kHello, 25), udp(1, 2, kHello, 0), cut(kUdp, 7)}) {
    EXPECT_EQ(read_frame(101, Ipv4{}.with(segment)).stats.bad_udp, 1U);
  }
}

TEST(CaptureReader, Ipv4FragmentsAreReassembled) {
  const Octets head(kUdp.begin(), kUdp.begin() + 16);
  const Octets tail(kUdp.begin() + 16, kUdp.end());
  const auto contents =
      read(Pcap{.link_type = 101}.with({Ipv4{.fragment = 2}.with(tail), Ipv4{.fragment = 0x2000}.with(head)}));
  EXPECT_EQ(contents.payloads, std::vector<std::string>{"hello, collector"});
  EXPECT_EQ(contents.datagrams[0].session.local_port, 2055);
  EXPECT_EQ(contents.stats.reassembly.fragments, 2U);
  EXPECT_EQ(contents.stats.reassembly.reassembled, 1U);
  EXPECT_EQ(contents.stats.reassembly.incomplete, 0U);
}

TEST(CaptureReader, Ipv6FragmentsAreReassembled) {
  const Octets head(kUdp.begin(), kUdp.begin() + 8);
  const Octets tail(kUdp.begin() + 8, kUdp.end());
  const auto contents =
      read(Pcap{.link_type = 101}.with({ipv6_fragment(9, 0, true, head), ipv6_fragment(9, 8, false, tail)}));
  EXPECT_EQ(contents.payloads, std::vector<std::string>{"hello, collector"});
  EXPECT_EQ(contents.stats.reassembly.reassembled, 1U);
}

TEST(CaptureReader, FragmentsOfOtherTransportsAreNotKept) {
  const auto contents = read_frame(101, Ipv4{.protocol = 6, .fragment = 0x2000}.with(Octets(16)));
  EXPECT_EQ(contents.stats.not_udp, 1U);
  EXPECT_EQ(contents.stats.reassembly.fragments, 0U);
}

TEST(CaptureReader, FragmentsWithoutTheirRestAreCountedAtTheEnd) {
  const auto contents = read_frame(101, Ipv4{.fragment = 0x2000}.with(cut(kUdp, 16)));
  EXPECT_TRUE(contents.payloads.empty());
  EXPECT_EQ(contents.stats.reassembly.incomplete, 1U);
}

TEST(CaptureReader, DamagedFileGivesItsWholePacketsAndTheError) {
  const Octets file = Pcap{.link_type = 101}.with({kPacket, kPacket});
  const auto contents = read(cut(file, file.size() - 3));
  EXPECT_EQ(contents.payloads.size(), 1U);
  ASSERT_TRUE(contents.error.has_value());
  EXPECT_EQ(contents.error->message, "memory: cut short: a packet of 44 octets has only 41 octets at offset 100");
}

TEST(CaptureReader, OpensFilesAndNamesThoseItCannot) {
  const auto missing = CaptureReader::open("/nonexistent.pcap");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

/// One sequence of the shared captures' index. Read by hand, so that this folder needs no JSON library.
struct Sequence {
  std::string pcap;
  std::uint64_t packets = 0;
};
std::vector<Sequence> read_index(const std::string& json) {
  const std::string packets = "\"packets\": ";
  const std::string pcap = "\"pcap\": \"";
  std::vector<Sequence> out;
  for (std::size_t at = json.find(packets); at != std::string::npos; at = json.find(packets, at)) {
    Sequence one;
    at += packets.size();
    one.packets = std::stoull(json.substr(at, 20));
    const std::size_t name = json.find(pcap, at) + pcap.size();
    one.pcap = json.substr(name, json.find('"', name) - name);
    out.push_back(one);
  }
  return out;
}

/// The captures that the team shares are not part of the project.
TEST(CaptureReader, SharedCapturesYieldTheDatagramsThatIndependentToolsCount) {
  const std::filesystem::path data = std::filesystem::path(WEIR_SOURCE_DIR) / "../shared/data";
  std::ifstream file(data / "flows/sequences.json");
  if (!file) GTEST_SKIP() << "no captures to read: " << data << " is absent";
  std::stringstream text;
  text << file.rdbuf();
  const auto sequences = read_index(text.str());
  EXPECT_EQ(sequences.size(), 143U);
  for (const Sequence& sequence : sequences) {
    auto reader = CaptureReader::open(data / sequence.pcap);
    ASSERT_TRUE(reader.has_value()) << reader.error().message;
    std::uint64_t count = 0;
    while (reader->next()) ++count;
    EXPECT_EQ(count, sequence.packets) << sequence.pcap;
    EXPECT_FALSE(reader->error().has_value()) << sequence.pcap;
  }
}

}  // namespace
}  // namespace weir::receive
