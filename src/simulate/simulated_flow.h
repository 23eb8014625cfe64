// What a simulated router has seen: the input of every encoder.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"
#include "flow/exporter_table.h"

namespace weir::simulate {

/// One flow as the router exports it: bytes and packets are those it sampled, not multiplied. Addresses are of one
/// family. An encoder writes what its protocol has a place for and leaves out the rest.
struct SimulatedFlow {
  UnixMillis start_ms = 0;  ///< first and last packet
  UnixMillis end_ms = 0;
  IpAddress src_addr;
  IpAddress dst_addr;
  IpAddress next_hop;       ///< unspecified: none
  IpAddress bgp_next_hop;   ///< unspecified: none
  std::uint64_t bytes = 0;  ///< layer 3
  std::uint64_t packets = 1;
  std::uint32_t in_if = 0;
  std::uint32_t out_if = 0;
  std::uint32_t src_as = 0;  ///< 0: the router's own AS
  std::uint32_t dst_as = 0;
  std::uint16_t src_port = 0;  ///< of ICMP both are 0, and icmp_type and icmp_code hold
  std::uint16_t dst_port = 0;
  std::uint16_t src_vlan = 0;
  std::uint16_t dst_vlan = 0;
  std::uint8_t proto = 6;
  std::uint8_t tcp_flags = 0;
  std::uint8_t tos = 0;
  std::uint8_t src_mask = 0;
  std::uint8_t dst_mask = 0;
  std::uint8_t ttl = 64;
  std::uint8_t icmp_type = 0;
  std::uint8_t icmp_code = 0;
  bool fragment = false;  ///< not the first of a packet: without ports
  std::uint32_t src_peer_as = 0;  ///< the neighbour that the source's route leads to; 0: none
  /// The AS path of the route to the destination, neighbour first; lives as long as the network that it belongs to.
  std::span<const std::uint32_t> as_path;
};

/// One interface as the router names it.
struct SimulatedInterface {
  std::uint32_t index = 0;  ///< ifIndex
  std::string name;         ///< "xe-0/0/47"
  std::string description;  ///< "Equinix IX Singapore"
  std::string if_class;     ///< transit, peering, ix, customer or core
  std::uint64_t speed_bps = 0;
};

/// How an exporter tells its sampling rate.
enum class SamplerForm : std::uint8_t {
  system,         ///< NetFlow v9 fields 34 and 35, IPFIX 305 and 306, for the whole exporter
  sampler_table,  ///< NetFlow v9 fields 48, 49, 50; IPFIX selectors 302, 304, 305, 306: a number in each flow record
};

/// Who exports: everything that an encoder says about itself.
struct SimulatedExporter {
  flow::ExportProtocol protocol = flow::ExportProtocol::netflow9;
  std::string name{};
  IpAddress address;                     ///< the router's own, IPv4; sFlow's agent address, IPFIX element 130
  std::uint32_t observation_domain = 0;  ///< of sFlow the sub-agent; of NetFlow v5 engine type and ID, 16 bits
  std::uint32_t local_as = 0;
  UnixMillis boot_ms = 0;  ///< when it started: sysUptime counts from here, and wraps after 49.7 days
  std::uint32_t sampling_rate = 1;
  SamplerForm sampler_form = SamplerForm::system;
  bool extended_template = false;  ///< NetFlow v9: with 4-octet AS numbers, VLANs and TTL, beyond the basic template
  std::vector<SimulatedInterface> interfaces{};
};

}  // namespace weir::simulate
