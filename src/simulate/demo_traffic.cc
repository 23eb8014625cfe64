#include "simulate/demo_traffic.h"

#include <algorithm>
#include <cmath>

#include "simulate/sampled_header.h"

namespace weir::simulate {
namespace {

constexpr UnixMillis kActiveTimeoutMs = 60 * kSecondMs;
constexpr UnixMillis kInactiveTimeoutMs = 15 * kSecondMs;
constexpr double kLeastPacket = 40;
constexpr double kFastestFlowBps = 100e6;  // of one flow, whatever was sampled

bool is_sampled_packet(const DemoRouter& router) {
  return router.exporter.protocol == flow::ExportProtocol::sflow5;
}

// A next hop of the family of the flow; routers of IPv6 are known by their link-local addresses.
IpAddress hop_of_family(IpAddress hop, bool v6) {
  return v6 ? IpAddress{0xfe80'0000'0000'0000, hop.v4_bits()} : hop;
}

double fastest_pps(std::uint8_t proto) {
  constexpr std::uint8_t kIcmp = 1, kIcmp6 = 58;
  return proto == kIcmp || proto == kIcmp6 ? 500 : 12e3;
}

// How many packets an average record is of, drawn with a heavy tail.
std::uint64_t draw_packets(double record_octets, std::uint32_t packet_octets, std::uint32_t sampling_rate,
                           std::uint8_t proto, Random& random) {
  // A router that counts every packet sees the many short flows that sampling misses.
  if (sampling_rate == 1 && random.chance(0.5)) return random.between(1, 12);
  constexpr double kAlpha = 1.25;
  constexpr double kMean = kAlpha / (kAlpha - 1);
  const double typical = record_octets / std::max<double>(packet_octets, 400) / kMean;
  const double most = std::min(kFastestFlowBps / 8 / packet_octets, fastest_pps(proto)) * 60 / sampling_rate;
  return static_cast<std::uint64_t>(std::clamp(random.pareto(kAlpha) * typical, 1.0, std::max(most, 1.0)));
}

// When a flow that was exported at this time began and ended: after the active timeout while it went on, or when
// nothing more came for the inactive timeout.
void set_times(UnixMillis export_ms, std::uint32_t sampling_rate, Random& random, SimulatedFlow& flow) {
  if (flow.packets == 1) {
    flow.end_ms = export_ms - random.below(static_cast<std::uint32_t>(kInactiveTimeoutMs));
    flow.start_ms = flow.end_ms;
    return;
  }
  const double octets = static_cast<double>(flow.bytes) * sampling_rate;
  const double packets = static_cast<double>(flow.packets) * sampling_rate;
  const auto least = static_cast<UnixMillis>(std::max(octets * 8 / kFastestFlowBps, packets / fastest_pps(flow.proto)) * 1000);
  const auto drawn = static_cast<UnixMillis>(static_cast<double>(kActiveTimeoutMs) * (0.02 + 1.1 * random.unit()));
  const UnixMillis duration = std::min(std::max(least, drawn), kActiveTimeoutMs);
  const bool goes_on = duration > kActiveTimeoutMs - kSecondMs;
  flow.end_ms = export_ms - random.below(static_cast<std::uint32_t>(goes_on ? kSecondMs : kInactiveTimeoutMs));
  flow.start_ms = flow.end_ms - duration;
}

// A moment of the block, more likely where the rate is higher; the rate goes from `first` to `last` in a straight line.
UnixMillis draw_moment(UnixMillis block_ms, double first, double last, Random& random) {
  const double u = random.unit();
  const double slope = last - first;
  const double sum = first + last;
  double x = u;
  if (std::abs(slope) > 1e-6 * sum) x = (std::sqrt(first * first + slope * sum * u) - first) / slope;
  const auto offset = static_cast<UnixMillis>(x * static_cast<double>(kBlockMs));
  return block_ms + std::clamp<UnixMillis>(offset, 0, kBlockMs - 1);
}

}  // namespace

DemoTraffic::DemoTraffic(std::uint64_t seed, std::span<const DemoRouter> routers, std::span<const Customer> customers,
                         const Internet& internet, const AttackSchedule& attacks)
    : seed_(seed),
      routers_(routers),
      customers_(customers),
      internet_(internet),
      attacks_(attacks),
      exits_(demo_exits()),
      demands_(demo_demands(internet, seed)),
      router_demands_(routers.size()),
      hosts_(customers) {
  for (std::size_t i = 0; i < demands_.size(); ++i) {
    const Exit& exit = exits_[static_cast<std::size_t>(demands_[i].exit)];
    paths_.push_back(as_path_to(demands_[i].network->as, exit.neighbour_as));
    router_demands_[exit.router].push_back(i);
  }
}

void DemoTraffic::make(std::size_t router, UnixMillis block_ms, std::uint32_t sampling_rate, RecordBlock& out) const {
  std::vector<Record> records;
  const DemoRouter& which = routers_[router];
  // Where every packet counts, coarser means larger records, for the same bytes.
  const double coarser = which.exporter.sampling_rate == 1 ? sampling_rate : 1;
  const std::uint32_t rate = which.exporter.sampling_rate == 1 ? 1 : sampling_rate;
  const Job job{which, block_ms, rate, which.record_octets * coarser, records};
  Random random(mix(mix(seed_, router), static_cast<std::uint64_t>(block_ms / kBlockMs) << 20U | sampling_rate));
  for (const std::size_t demand : router_demands_[router]) make_demand(job, demand, random);
  for (const Attack& attack : attacks_.between(block_ms, block_ms + kBlockMs)) make_attack(job, attack, router);

  std::vector<std::size_t> order(records.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(records[i].export_ms, i); });
  out.flows.clear();
  out.export_ms.clear();
  for (const std::size_t i : order) {
    out.flows.push_back(records[i].flow);
    out.export_ms.push_back(records[i].export_ms);
  }
}

void DemoTraffic::make_demand(const Job& job, std::size_t demand, Random& random) const {
  const double first = rate_of(demands_[demand], job.block_ms);
  const double last = rate_of(demands_[demand], job.block_ms + kBlockMs);
  constexpr double kSeconds = static_cast<double>(kBlockMs) / static_cast<double>(kSecondMs);
  double budget = (first + last) / 2 * kSeconds / 8 / job.sampling_rate;  // octets to be sampled
  // What is left of less than a packet is a packet with that probability.
  while (budget >= kLeastPacket || random.chance(std::max(budget, 0.0) / kLeastPacket)) {
    SimulatedFlow flow;
    const std::uint32_t packet = begin_flow(job, demand, random, flow);
    const double least = header_octets(flow);
    flow.packets =
        is_sampled_packet(job.router) ? 1 : draw_packets(job.record_octets, packet, job.sampling_rate, flow.proto, random);
    const auto most = static_cast<std::uint64_t>(std::max(budget / packet, 1.0));
    flow.packets = std::min(flow.packets, most);
    flow.bytes = flow.packets * packet;
    // The last record takes what is left, as far as its packets can be that short.
    if (static_cast<double>(flow.bytes) > budget) flow.bytes = static_cast<std::uint64_t>(std::max(budget, least));
    if (flow.proto == 6) flow.tcp_flags = draw_tcp_flags(flow.packets, random);
    budget -= static_cast<double>(flow.bytes);
    const UnixMillis export_ms = draw_moment(job.block_ms, first, last, random);
    if (is_sampled_packet(job.router)) {
      flow.start_ms = flow.end_ms = export_ms;
    } else {
      set_times(export_ms, job.sampling_rate, random, flow);
    }
    job.records.push_back({export_ms, flow});
  }
}

std::uint32_t DemoTraffic::begin_flow(const Job& job, std::size_t demand, Random& random, SimulatedFlow& flow) const {
  const Demand& what = demands_[demand];
  const RemoteNetwork& network = *what.network;
  const bool customer_serves =
      network.kind == NetworkKind::eyeballs || (network.kind == NetworkKind::hosting && random.chance(0.6));
  const std::size_t which = hosts_.draw_customer(job.router.region, customer_serves, random);
  const Customer& customer = customers_[which];
  const bool v6 = network.v6 && !customer.prefixes.back().address.is_v4() &&
                  job.router.exporter.protocol != flow::ExportProtocol::netflow5 && random.chance(0.3);

  const ServerAddress inside = server_of(customer, hosts_.draw_server(which, random), v6);
  const RemoteHost outside = host_of(network, hosts_.draw_remote(network.kind, random), v6);
  flow.src_addr = what.outgoing ? inside.address : outside.address;
  flow.dst_addr = what.outgoing ? outside.address : inside.address;
  flow.src_mask = what.outgoing ? inside.prefix_length : outside.prefix_length;
  flow.dst_mask = what.outgoing ? outside.prefix_length : inside.prefix_length;
  set_route(job.router, demand, customer, flow);

  const Application& application =
      customer_serves ? applications_.served_by(customer.business, random) : applications_.fetched(random);
  const bool from_server = what.outgoing == customer_serves;
  set_conversation(application, from_server, random, flow);
  flow.ttl = static_cast<std::uint8_t>(what.outgoing ? 63 : 128 - random.between(8, 24));
  // Clients do not only ask: they send mail, pictures, backups.
  const bool uploads = !from_server && random.chance(0.5);
  return std::max(draw_packet_octets(application, from_server || uploads, random), header_octets(flow));
}

void DemoTraffic::set_route(const DemoRouter& router, std::size_t demand, const Customer& customer,
                            SimulatedFlow& flow) const {
  const Demand& what = demands_[demand];
  const Exit& exit = exits_[static_cast<std::size_t>(what.exit)];
  const bool v6 = !flow.src_addr.is_v4();
  const bool local = customer.region == router.region;
  const std::uint32_t inside_if = local ? router.customer_if : router.core_if;
  const std::uint16_t vlan = local ? customer.vlan : std::uint16_t{0};
  if (what.outgoing) {
    flow.in_if = inside_if;
    flow.out_if = exit.if_index;
    flow.src_vlan = vlan;
    flow.dst_as = what.network->as;
    flow.next_hop = hop_of_family(next_hop_to(exit, what.network->as), v6);
    flow.bgp_next_hop = flow.next_hop;
    flow.as_path = paths_[demand];
  } else {
    flow.in_if = exit.if_index;
    flow.out_if = inside_if;
    flow.dst_vlan = vlan;
    flow.src_as = what.network->as;
    flow.src_peer_as = paths_[demand].front();
    flow.next_hop = hop_of_family(router.access_hop, v6);
  }
}

}  // namespace weir::simulate
