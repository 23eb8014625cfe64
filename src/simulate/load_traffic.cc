#include "simulate/load_traffic.h"

namespace weir::simulate {
namespace {

constexpr std::uint32_t kFirstExitIf = 1;
constexpr std::uint32_t kFirstCustomerIf = 101;

bool has_v6(const Customer& customer) {
  return !customer.prefixes.back().address.is_v4();
}

IpAddress hop_of_family(IpAddress hop, bool v6) {
  return v6 ? IpAddress{0xfe80'0000'0000'0000, hop.v4_bits()} : hop;
}

}  // namespace

LoadTraffic::LoadTraffic(std::uint64_t seed)
    : customers_(demo_customers()),
      exits_(demo_exits()),
      demands_(demo_demands(internet_, seed)),
      v4_(demands_of(false)),
      v6_(demands_of(true)),
      hosts_(customers_),
      random_(seed) {
  for (const Demand& demand : demands_) {
    paths_.push_back(as_path_to(demand.network->as, exits_[static_cast<std::size_t>(demand.exit)].neighbour_as));
  }
}

LoadTraffic::Side LoadTraffic::demands_of(bool v6) const {
  std::vector<std::size_t> which;
  std::vector<double> weights;
  for (std::size_t i = 0; i < demands_.size(); ++i) {
    if (v6 && !demands_[i].network->v6) continue;
    which.push_back(i);
    weights.push_back(demands_[i].mean_bps);
  }
  return {which, WeightedChoice(weights)};
}

DrawnFlow LoadTraffic::draw(bool v6) {
  const Side& side = v6 ? v6_ : v4_;
  const std::size_t which = side.demands[side.choice.draw(random_)];
  const Demand& demand = demands_[which];
  const RemoteNetwork& network = *demand.network;
  const bool serves = network.kind != NetworkKind::content;
  const auto region = static_cast<Region>(random_.below(kRegionCount));
  std::size_t customer = hosts_.draw_customer(region, serves, random_);
  while (v6 && !has_v6(customers_[customer])) customer = hosts_.draw_customer(region, serves, random_);

  const ServerAddress inside = server_of(customers_[customer], hosts_.draw_server(customer, random_), v6);
  const RemoteHost outside = host_of(network, hosts_.draw_remote(network.kind, random_), v6);
  const Exit& exit = exits_[static_cast<std::size_t>(demand.exit)];
  const auto outside_if = kFirstExitIf + static_cast<std::uint32_t>(demand.exit);
  const auto inside_if = kFirstCustomerIf + static_cast<std::uint32_t>(customers_[customer].region);
  const bool out = demand.outgoing;

  DrawnFlow drawn;
  SimulatedFlow& flow = drawn.flow;
  flow.src_addr = out ? inside.address : outside.address;
  flow.dst_addr = out ? outside.address : inside.address;
  flow.src_mask = out ? inside.prefix_length : outside.prefix_length;
  flow.dst_mask = out ? outside.prefix_length : inside.prefix_length;
  flow.in_if = out ? inside_if : outside_if;
  flow.out_if = out ? outside_if : inside_if;
  flow.src_as = out ? 0 : network.as;
  flow.dst_as = out ? network.as : 0;
  flow.next_hop = hop_of_family(out ? next_hop_to(exit, network.as) : exits_.front().next_hop, v6);
  flow.bgp_next_hop = out ? flow.next_hop : IpAddress{};
  if (out) flow.as_path = paths_[which];
  flow.src_peer_as = out ? 0 : paths_[which].front();

  const Application& application =
      serves ? applications_.served_by(customers_[customer].business, random_) : applications_.fetched(random_);
  const bool from_server = out == serves;
  set_conversation(application, from_server, random_, flow);
  if (flow.proto == 6) flow.tcp_flags = draw_tcp_flags(8, random_);
  drawn.packet_octets = draw_packet_octets(application, from_server, random_);
  drawn.remote_is_source = !out;
  drawn.client_is_source = !from_server;
  drawn.has_ports = flow.proto == 6 || flow.proto == 17;
  return drawn;
}

std::vector<SimulatedInterface> LoadTraffic::interfaces() {
  std::vector<SimulatedInterface> out;
  std::uint32_t index = kFirstExitIf;
  for (const Exit& exit : demo_exits()) {
    out.push_back({index, "eth" + std::to_string(index), std::string(exit.name), "transit", 10'000'000'000});
    ++index;
  }
  for (std::uint32_t region = 0; region < kRegionCount; ++region) {
    index = kFirstCustomerIf + region;
    out.push_back({index, "eth" + std::to_string(index),
                   "Customers " + std::string(to_string(static_cast<Region>(region))), "customer", 10'000'000'000});
  }
  return out;
}

}  // namespace weir::simulate
