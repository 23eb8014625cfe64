#include "simulate/attack_shapes.h"

#include <algorithm>
#include <array>
#include <string>

namespace weir::simulate {
namespace {

constexpr std::uint8_t kSyn = 2, kRst = 4, kAck = 16;

constexpr auto kShapes = std::to_array<AttackShape>({
    {.word = "syn_flood", .proto = 6, .dst_port = 443, .tcp_flags = kSyn, .octets = 44, .packets = 20, .sources = 6000},
    {.word = "ack_flood", .proto = 6, .dst_port = 443, .tcp_flags = kAck, .octets = 40, .packets = 40, .sources = 6000,
     .packets_per_second = 1'200'000},
    {.word = "rst_flood", .proto = 6, .dst_port = 443, .tcp_flags = kRst, .octets = 40, .packets = 20, .sources = 6000},
    {.word = "udp_flood", .octets = 600, .packets = 40, .sources = 5000},
    {.word = "dns_amplification", .src_port = 53, .octets = 1400, .packets = 40, .sources = 2000},
    {.word = "ntp_amplification", .src_port = 123, .octets = 468, .packets = 40, .sources = 3000},
    {.word = "cldap_amplification", .src_port = 389, .octets = 1400, .packets = 40, .sources = 1500},
    {.word = "ssdp_amplification", .src_port = 1900, .octets = 330, .packets = 40, .sources = 3000},
    {.word = "memcached_amplification", .src_port = 11211, .octets = 1400, .packets = 200, .sources = 200},
    {.word = "snmp_amplification", .src_port = 161, .octets = 1200, .packets = 40, .sources = 1000},
    {.word = "chargen_amplification", .src_port = 19, .octets = 1000, .packets = 40, .sources = 500},
    {.word = "icmp_flood", .proto = 1, .octets = 84, .packets = 40, .sources = 3000},
    {.word = "fragment_flood", .fragment = true, .octets = 1480, .packets = 40, .sources = 3000},
    {.word = "gre_flood", .proto = 47, .octets = 540, .packets = 40, .sources = 2000},
    {.word = "esp_flood", .proto = 50, .octets = 540, .packets = 40, .sources = 2000},
    {.word = "carpet_bombing", .octets = 600, .packets = 40, .sources = 5000, .targets = 200, .packets_per_second = 900'000},
    {.word = "scan", .proto = 6, .dst_port = 20, .tcp_flags = kSyn, .octets = 44, .packets = 1, .sources = 1, .targets = 250,
     .ports = 1000, .packets_per_second = 3'000},
    {.word = "outgoing_spam", .proto = 6, .dst_port = 25, .tcp_flags = kSyn | kAck | 8 | 1, .octets = 300, .packets = 14,
     .targets = 50'000, .outgoing = true, .packets_per_second = 14'000},
    {.word = "outgoing_scan", .proto = 6, .dst_port = 23, .tcp_flags = kSyn, .octets = 44, .packets = 1, .targets = 60'000,
     .outgoing = true, .packets_per_second = 3'000},
    {.word = "outgoing_amplification", .src_port = 11211, .octets = 1400, .packets = 100, .targets = 5, .outgoing = true},
    {.word = "outgoing_flood", .octets = 600, .packets = 40, .targets = 1, .outgoing = true},
});

// Networks that are nobody's: 198.18.0.0/15 (RFC 2544) and 2001:db8:f000::/36 (RFC 3849).
IpAddress other_side(bool v4, std::uint64_t number) {
  const std::uint64_t spread = mix(number, 0x5ca7);
  if (v4) return IpAddress::v4((198U << 24U | 18U << 16U) + static_cast<std::uint32_t>(spread % 0x1fffe) + 1);
  return {0x2001'0db8'f000'0000ULL + (spread >> 40U & 0xff'ffff), spread};
}

}  // namespace

std::span<const AttackShape> attack_shapes() { return kShapes; }

const AttackShape* find_attack_shape(std::string_view word) {
  const auto* at = std::ranges::find(kShapes, word, &AttackShape::word);
  return at == kShapes.end() ? nullptr : at;
}

std::string attack_words() {
  std::string out;
  for (const AttackShape& shape : kShapes) out += (out.empty() ? "" : ", ") + std::string(shape.word);
  return out;
}

SimulatedFlow attack_flow(const AttackShape& shape, IpAddress own, std::uint64_t number, std::uint64_t packets,
                          Random& random) {
  const bool v4 = own.is_v4();
  SimulatedFlow flow;
  const std::uint64_t which = random.next();
  if (shape.outgoing) {
    flow.src_addr = own;
    flow.dst_addr = other_side(v4, shape.targets == 1 ? 1 : number % shape.targets);
  } else {
    flow.src_addr = other_side(v4, which % shape.sources);
    flow.dst_addr = own;
    // Neighbours of the target, within its /24 or /120.
    if (shape.targets > 1) flow.dst_addr.lo = (own.lo & ~std::uint64_t{0xff}) + 1 + number % shape.targets;
  }
  flow.proto = shape.proto;
  if (shape.proto == 1) {
    if (!v4) flow.proto = 58;
    flow.icmp_type = v4 ? 8 : 128;
  } else if ((shape.proto == 6 || shape.proto == 17) && !shape.fragment) {
    const auto any = [&] { return static_cast<std::uint16_t>(random.between(1024, 65535)); };
    flow.src_port = shape.src_port != 0 ? shape.src_port : any();
    flow.dst_port = shape.dst_port != 0 ? shape.dst_port : any();
    if (shape.ports > 1) {
      flow.dst_port = static_cast<std::uint16_t>(flow.dst_port + number / shape.targets % shape.ports);
    }
  }
  flow.tcp_flags = shape.tcp_flags;
  flow.fragment = shape.fragment;
  flow.packets = packets;
  flow.bytes = packets * shape.octets;
  flow.ttl = static_cast<std::uint8_t>(random.between(40, 60));
  return flow;
}

}  // namespace weir::simulate
