// The attack's part of a block: many hosts of the Internet on one side, a customer's on the other, through the transit and
// peering exits.
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
  const AttackShape& shape = *attack.shape;
  Random random(mix(mix(attack.seed, entry), static_cast<std::uint64_t>(second) ^ job.sampling_rate));
  const double sampled = attack.bits_per_second * share.share / 8 / job.sampling_rate / shape.octets;
  const double finer = static_cast<double>(job.router.exporter.sampling_rate) / job.sampling_rate;
  const double wanted = std::min(kRecordsPerSecond * share.share * finer, sampled);
  // Rounded by chance, so that the mean is right.
  const auto count = static_cast<std::uint32_t>(wanted + random.unit());
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t number = random.next() >> 32U;
    SimulatedFlow flow = attack_flow(shape, attack.victim, number,
                                     std::max<std::uint64_t>(1, static_cast<std::uint64_t>(sampled / wanted + random.unit())), random);
    set_way_of_attack(job, attack, static_cast<std::size_t>(share.exit), number, flow);
    flow.ttl = static_cast<std::uint8_t>(random.between(44, 58));
    const UnixMillis export_ms = std::min(second + random.below(1000), job.block_ms + kBlockMs - 1);
    flow.end_ms = std::max(export_ms - random.below(kExportDelayMs), attack.start_ms);
    const UnixMillis most = std::min<UnixMillis>(flow.end_ms - attack.start_ms, 20 * kSecondMs);
    flow.start_ms = flow.end_ms - (flow.packets == 1 ? 0 : random.below(static_cast<std::uint32_t>(most + 1)));
    job.records.push_back({export_ms, flow});
  }
}

/// The hosts of the other side are somewhere in the Internet, and which of them are, the attack's seed says.
void DemoTraffic::set_way_of_attack(const Job& job, const Attack& attack, std::size_t exit_number, std::uint64_t number,
                                    SimulatedFlow& flow) const {
  const AttackShape& shape = *attack.shape;
  const Exit& exit = exits_[exit_number];
  const Customer& customer = customers_[attack.customer];
  const bool local = customer.region == job.router.region;
  const std::uint32_t inside_if = local ? job.router.customer_if : job.router.core_if;
  const auto other = static_cast<std::uint32_t>(number % std::max(1U, shape.outgoing ? shape.targets : shape.sources));
  const auto networks = internet_.networks();
  const RemoteNetwork& network = networks[mix(attack.seed, other) % networks.size()];
  const RemoteHost outside = host_of(network, other, false);
  if (shape.outgoing) {
    flow.dst_addr = outside.address;
    flow.dst_mask = outside.prefix_length;
    flow.src_mask = attack.victim_mask;
    flow.dst_as = network.as;
    flow.in_if = inside_if;
    flow.out_if = exit.if_index;
    flow.src_vlan = local ? customer.vlan : std::uint16_t{0};
    flow.next_hop = next_hop_to(exit, network.as);
    flow.bgp_next_hop = flow.next_hop;
  } else {
    flow.src_addr = outside.address;
    flow.src_mask = outside.prefix_length;
    flow.dst_mask = attack.victim_mask;
    flow.src_as = network.as;
    flow.src_peer_as = exit.neighbour_as;
    flow.in_if = exit.if_index;
    flow.out_if = inside_if;
    flow.dst_vlan = local ? customer.vlan : std::uint16_t{0};
    flow.next_hop = job.router.access_hop;
  }
}

}  // namespace weir::simulate
