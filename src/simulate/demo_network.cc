#include "simulate/demo_network.h"

#include <algorithm>
#include <array>

namespace weir::simulate {
namespace {

/// What the provider's own routers and servers have; the first is the example of the old system's documentation.
constexpr std::array kInfrastructure = {
    Prefix{IpAddress::v4(0x6703'ae00), 24},  // 103.3.174.0/24
    Prefix{IpAddress::v4(0x6703'ac00), 24},  // 103.3.172.0/24
    Prefix{IpAddress::v4(0x670a'9c00), 24},  // 103.10.156.0/24
    Prefix{IpAddress::v4(0x6715'b500), 24},  // 103.21.181.0/24
    Prefix{IpAddress::v4(0xd205'2800), 24},  // 210.5.40.0/24
};

UnixMillis block_of(UnixMillis time) {
  return time - (time % kBlockMs + kBlockMs) % kBlockMs;
}

}  // namespace

DemoNetwork::DemoNetwork(const DemoOptions& options)
    : options_(options),
      customers_(demo_customers()),
      routers_(demo_routers(options.epoch_ms)),
      attacks_(options.seed, options.epoch_ms, customers_),
      traffic_(options.seed, routers_, customers_, internet_, attacks_) {}

std::vector<DemoAsName> DemoNetwork::as_names() const {
  std::vector<DemoAsName> out = {
      {1299, "TELIANET", "SE"},    {1239, "SPRINTLINK", "US"},   {2914, "NTT-GIN", "US"},
      {3491, "PCCW-GLOBAL", "HK"}, {4657, "STARHUB", "SG"},      {4809, "CHINANET-CN2", "CN"},
      {9929, "CNCNET-CN", "CN"},   {45352, "IPSERVERONE", "MY"}, {58453, "CMI-INT", "HK"},
  };
  for (const RemoteNetwork& network : internet_.networks()) out.push_back({network.as, network.name, network.country});
  std::ranges::sort(out, {}, &DemoAsName::as);
  return out;
}

std::vector<DemoRoute> DemoNetwork::routes() const {
  std::vector<DemoRoute> out;
  for (const Prefix& prefix : kInfrastructure) out.push_back({prefix, {}, routers_[0].access_hop, 0});
  for (const Customer& customer : customers_) {
    for (const Prefix& prefix : customer.prefixes) out.push_back({prefix, {}, routers_[0].access_hop, 0});
  }
  for (const Demand& demand : traffic_.demands()) {
    const Exit& exit = traffic_.exits()[static_cast<std::size_t>(demand.exit)];
    const std::uint32_t as = demand.network->as;
    const auto add = [&](const Prefix& prefix) {
      out.push_back({prefix, as_path_to(as, exit.neighbour_as), next_hop_to(exit, as), exit.router});
    };
    for (const Prefix& prefix : demand.network->prefixes) add(prefix);
    if (demand.network->v6) add(*demand.network->v6);
  }
  // Networks with demands in both directions came twice.
  const auto key = [](const DemoRoute& route) { return std::tuple(route.prefix, route.router, route.next_hop); };
  std::ranges::sort(out, {}, key);
  const auto twice = std::ranges::unique(out, {}, key);
  out.erase(twice.begin(), twice.end());
  return out;
}

DemoFlowStream::DemoFlowStream(const DemoNetwork& network, std::size_t router, std::uint32_t coarsening,
                               UnixMillis from_ms)
    : network_(network),
      router_(router),
      sampling_rate_(network.routers()[router].exporter.sampling_rate * coarsening) {
  load(block_of(from_ms));
  skip_to(from_ms);
}

void DemoFlowStream::load(UnixMillis block_ms) {
  block_ms_ = block_ms;
  next_ = 0;
  network_.traffic().make(router_, block_ms, sampling_rate_, block_);
}

void DemoFlowStream::skip_to(UnixMillis from_ms) {
  if (const UnixMillis block_ms = block_of(from_ms); block_ms > block_ms_) load(block_ms);
  while (next_ < block_.flows.size() && block_.export_ms[next_] < from_ms) ++next_;
}

std::span<const SimulatedFlow> DemoFlowStream::take(UnixMillis to_ms) {
  for (;;) {
    const std::size_t first = next_;
    while (next_ < block_.flows.size() && block_.export_ms[next_] < to_ms) ++next_;
    if (next_ > first) return std::span(block_.flows).subspan(first, next_ - first);
    if (block_ms_ + kBlockMs >= to_ms || next_ < block_.flows.size()) return {};
    load(block_ms_ + kBlockMs);
  }
}

}  // namespace weir::simulate
