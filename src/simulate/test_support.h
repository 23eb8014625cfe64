// For the tests of this folder: flows to encode, and a look at what was encoded by an independent decoder.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_writer.h"
#include "base/temporary_directory.h"
#include "simulate/export_encoder.h"

namespace weir::simulate {

inline constexpr UnixMillis kTestNow = 1'532'383'261'727;  // 2018-07-23T22:01:01.727Z

inline IpAddress test_ip(std::string_view text) {
  return parse_ip(text).value();
}

/// The flow of a well-known example: a game server answers a player in the Philippines.
inline SimulatedFlow test_flow() {
  SimulatedFlow flow;
  flow.start_ms = kTestNow - 21'000;
  flow.end_ms = kTestNow - 3'000;
  flow.src_addr = test_ip("103.64.13.104");
  flow.dst_addr = test_ip("120.29.117.50");
  flow.next_hop = test_ip("27.111.229.79");
  flow.bgp_next_hop = test_ip("27.111.229.80");
  flow.bytes = 40'000;
  flow.packets = 1000;
  flow.in_if = 49;
  flow.out_if = 47;
  flow.src_as = 0;
  flow.dst_as = 17639;
  flow.src_port = 11000;
  flow.dst_port = 55021;
  flow.proto = 6;
  flow.tcp_flags = 0x10;
  flow.tos = 0x28;
  flow.src_mask = 24;
  flow.dst_mask = 23;
  flow.ttl = 63;
  flow.src_vlan = 101;
  static constexpr std::uint32_t kPath[] = {6939, 17639};
  flow.as_path = kPath;
  return flow;
}

inline SimulatedFlow test_flow_v6() {
  SimulatedFlow flow = test_flow();
  flow.src_addr = test_ip("2001:db8:100::68");
  flow.dst_addr = test_ip("240e:1:2::3");
  flow.next_hop = test_ip("fe80::1");
  flow.bgp_next_hop = test_ip("2001:db8::2");
  flow.src_mask = 48;
  flow.dst_mask = 20;
  flow.dst_as = 4134;
  return flow;
}

inline SimulatedExporter test_exporter(flow::ExportProtocol protocol) {
  SimulatedExporter exporter;
  exporter.protocol = protocol;
  exporter.name = "SG1-EquinixIX";
  exporter.address = test_ip("103.3.172.226");
  exporter.observation_domain = 7;
  exporter.local_as = 45352;
  exporter.boot_ms = kTestNow - 5 * kDayMs;
  exporter.sampling_rate = 512;
  exporter.interfaces = {{47, "xe-0/1/7", "Equinix Internet Exchange", "ix", 20'000'000'000},
                         {49, "ae9", "Customers: SG1", "customer", 20'000'000'000}};
  return exporter;
}

/// Writes a capture file of raw IPv4 packets, each a UDP datagram to `port`.
inline void write_pcap(const std::filesystem::path& path, const std::vector<std::vector<std::byte>>& datagrams,
                       std::uint16_t port) {
  ByteWriter out;
  out.u32(0xa1b2c3d4);
  out.u16(2);
  out.u16(4);
  out.u64(0);
  out.u32(65535);
  out.u32(101);  // raw IP
  for (const std::vector<std::byte>& datagram : datagrams) {
    const std::size_t length = datagram.size() + 28;
    out.u32(static_cast<std::uint64_t>(kTestNow / 1000));
    out.u32(static_cast<std::uint64_t>(kTestNow % 1000 * 1000));
    out.u32(length);
    out.u32(length);
    out.u16(0x4500);
    out.u16(length);
    out.u32(0);
    out.u16(0x4011);  // TTL, UDP
    out.u16(0);
    out.u32(0x7f000001);
    out.u32(0x7f000002);
    out.u16(40000);
    out.u16(port);
    out.u16(datagram.size() + 8);
    out.u16(0);
    out.bytes(datagram);
  }
  std::ofstream file(path, std::ios::binary);
  const std::string_view text = as_text(out.view());
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
}

inline std::string run_command(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, got);
  ::pclose(pipe);
  return out;
}

inline bool have_tshark() {
  return std::system("command -v tshark >/dev/null 2>&1") == 0;
}

/// What tshark reads in the datagrams: for each field all its values, in order over all packets.
inline std::map<std::string, std::vector<std::string>> tshark_fields(
    const std::vector<std::vector<std::byte>>& datagrams, std::uint16_t port, std::string_view dissector,
    const std::vector<std::string>& fields) {
  const TemporaryDirectory directory;
  const std::filesystem::path pcap = directory.path() / "datagrams.pcap";
  write_pcap(pcap, datagrams, port);
  std::string command = "HOME=" + directory.path().string() + " tshark -n -r " + pcap.string() +
                        " -d udp.port==" + std::to_string(port) + "," + std::string(dissector) +
                        " -T fields -E separator=';' -E aggregator=' '";
  for (const std::string& field : fields) command += " -e " + field;
  const std::string text = run_command(command + " 2>/dev/null");
  std::map<std::string, std::vector<std::string>> out;
  std::size_t column = 0;
  std::string value;
  for (const char c : text) {
    if (c != ';' && c != '\n' && c != ' ') {
      value += c;
      continue;
    }
    if (!value.empty()) out[fields[column]].push_back(value);
    value.clear();
    column = c == '\n' ? 0 : column + (c == ';' ? 1 : 0);
  }
  return out;
}

inline std::vector<std::byte> to_vector(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace weir::simulate
