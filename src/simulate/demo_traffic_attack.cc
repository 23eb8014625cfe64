// The attack's part of a block: many sources, one victim, through the transit and peering exits.
#include <algorithm>
#include <array>

#include "simulate/demo_traffic.h"

namespace weir::simulate {
namespace {

// Attacks come by these exits, in these shares.
struct EntryShare {
  ExitId exit;
  double share;
};
constexpr auto kEntries = std::to_array<EntryShare>({{ExitId::pccw, 0.58},
                                                     {ExitId::telia, 0.22},
                                                     {ExitId::starhub, 0.06},
                                                     {ExitId::ntt, 0.10},
                                                     {ExitId::hurricane, 0.04}});

constexpr double kRecordsPerSecond = 60;  // over all entries, at the routers' own sampling rates
constexpr UnixMillis kExportDelayMs = 1500;

void set_packets(const Attack& attack, Random& random, SimulatedFlow& flow) {
  switch (attack.kind) {
    case AttackKind::syn_flood:
      flow.proto = 6;
      flow.tcp_flags = 0x02;
      flow.src_port = static_cast<std::uint16_t>(random.between(1024, 65535));
      flow.dst_port = attack.victim_port;
      return;
    case AttackKind::ntp_amplification:
      flow.proto = 17;
      flow.src_port = 123;
      flow.dst_port = static_cast<std::uint16_t>(random.chance(0.5) ? 80 : random.between(1024, 65535));
      return;
    case AttackKind::dns_amplification:
      flow.proto = 17;
      flow.src_port = 53;
      flow.dst_port = static_cast<std::uint16_t>(random.between(1024, 65535));
      return;
  }
}

}  // namespace

void DemoTraffic::make_attack(const Job& job, const Attack& attack, std::size_t router) const {
  const UnixMillis from = std::max(attack.start_ms, job.block_ms);
  const UnixMillis to = std::min(attack.end_ms, job.block_ms + kBlockMs);
  for (std::size_t entry = 0; entry < kEntries.size(); ++entry) {
    if (exits_[static_cast<std::size_t>(kEntries[entry].exit)].router != router) continue;
    for (UnixMillis second = from; second < to; second += kSecondMs) make_attack_second(job, attack, entry, second);
  }
}

void DemoTraffic::make_attack_second(const Job& job, const Attack& attack, std::size_t entry, UnixMillis second) const {
  const EntryShare& share = kEntries[entry];
  const Exit& exit = exits_[static_cast<std::size_t>(share.exit)];
  Random random(mix(mix(attack.seed, entry), static_cast<std::uint64_t>(second) ^ job.sampling_rate));
  const double sampled = attack.bits_per_second * share.share / 8 / job.sampling_rate / attack.packet_octets;
  const double finer = static_cast<double>(job.router.exporter.sampling_rate) / job.sampling_rate;
  const double wanted = std::min(kRecordsPerSecond * share.share * finer, sampled);
  // Rounded by chance, so that the mean is right.
  const auto count = static_cast<std::uint32_t>(wanted + random.unit());
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto networks = internet_.networks();
    const std::uint32_t bot = random.below(attack.sources);
    const RemoteNetwork& network = networks[mix(attack.seed, bot) % networks.size()];
    const RemoteHost source = host_of(network, bot, false);
    const Customer& customer = customers_[attack.customer];
    const bool local = customer.region == job.router.region;

    SimulatedFlow flow;
    flow.src_addr = source.address;
    flow.src_mask = source.prefix_length;
    flow.dst_addr = attack.victim;
    flow.dst_mask = attack.victim_mask;
    flow.src_as = network.as;
    flow.src_peer_as = exit.neighbour_as;
    flow.in_if = exit.if_index;
    flow.out_if = local ? job.router.customer_if : job.router.core_if;
    flow.dst_vlan = local ? customer.vlan : std::uint16_t{0};
    flow.next_hop = job.router.access_hop;
    flow.ttl = static_cast<std::uint8_t>(random.between(44, 58));
    set_packets(attack, random, flow);
    flow.packets = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(sampled / wanted + random.unit()));
    flow.bytes = flow.packets * attack.packet_octets;
    const UnixMillis export_ms = std::min(second + random.below(1000), job.block_ms + kBlockMs - 1);
    flow.end_ms = std::max(export_ms - random.below(kExportDelayMs), attack.start_ms);
    const UnixMillis most = std::min<UnixMillis>(flow.end_ms - attack.start_ms, 20 * kSecondMs);
    flow.start_ms = flow.end_ms - (flow.packets == 1 ? 0 : random.below(static_cast<std::uint32_t>(most + 1)));
    job.records.push_back({export_ms, flow});
  }
}

}  // namespace weir::simulate
