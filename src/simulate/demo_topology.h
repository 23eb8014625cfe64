// The routers of the demo network, what they are connected to, and how each of them exports.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "simulate/customers.h"
#include "simulate/simulated_flow.h"

namespace weir::simulate {

inline constexpr std::uint32_t kDemoAs = 45352;

/// One router of the demo network.
///
/// `source` is where its datagrams come from: a loopback address of its own, for all traffic stays on this machine. The
/// router's true address is `exporter.address`; whoever configures the collector maps the one to the other.
struct DemoRouter {
  Endpoint source;
  SimulatedExporter exporter{};  ///< protocol, name, address, observation domain, sampling rate, interfaces
  Region region = Region::my;
  std::uint32_t customer_if = 0;  ///< towards the customers of its region
  std::uint32_t core_if = 0;      ///< towards the other routers
  IpAddress access_hop{};         ///< the next hop towards customers
  /// Bytes of the sampled packets of an average flow record, which says how many records the traffic makes.
  double record_octets = 8000;
};

/// A way out of the provider's network.
struct Exit {
  std::string_view name;
  std::size_t router = 0;  ///< index into the routers
  std::uint32_t if_index = 0;
  std::uint32_t neighbour_as = 0;  ///< 0: an exchange, where every network is a neighbour of its own
  IpAddress next_hop;              ///< of an exchange: the first address of its peering LAN
};

enum class ExitId : std::uint8_t { pccw, myix, telia, starhub, equinix, hurricane, cmi_sg, ntt, ntt_hk, cmi_hk, hkix };
inline constexpr std::size_t kExitCount = 11;

/// The table, in its order. Observation domains and boot times are set.
[[nodiscard]] std::vector<DemoRouter> demo_routers(UnixMillis epoch_ms);
/// The table, one for each ExitId in its order.
[[nodiscard]] std::vector<Exit> demo_exits();

/// The next hop of traffic to `as` by this exit: the neighbour, or the member's address on the exchange.
[[nodiscard]] IpAddress next_hop_to(const Exit& exit, std::uint32_t as);

}  // namespace weir::simulate
