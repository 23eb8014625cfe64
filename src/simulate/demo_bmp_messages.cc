#include <algorithm>
#include <map>
#include <set>

#include "bgp/wire/bmp.h"
#include "simulate/demo_bmp.h"

namespace weir::simulate {
namespace {

using bgp::BmpPeer;

/// What a neighbour has told a router.
struct Told {
  bgp::As neighbour = 0;
  IpAddress next_hop;
  std::vector<DemoRoute> routes;
};

/// The neighbours of a router with their routes, by the next hop: at an exchange every member is a neighbour.
std::map<IpAddress, Told> neighbours_of(std::size_t router, const std::vector<DemoRoute>& routes) {
  std::map<IpAddress, Told> out;
  for (const DemoRoute& route : routes) {
    if (route.router != router || route.as_path.empty()) continue;
    Told& told = out[route.next_hop];
    told.neighbour = route.as_path.front();
    told.next_hop = route.next_hop;
    told.routes.push_back(route);
  }
  return out;
}

/// The best route of every prefix, as this router sees it.
std::vector<DemoRoute> best_of(const DemoNetwork& network, std::size_t router, const std::vector<DemoRoute>& routes) {
  std::map<Prefix, DemoRoute> best;
  const auto rank = [&](const DemoRoute& route) {
    return std::tuple(route.router != router, route.as_path.size(), route.router, route.next_hop);
  };
  for (const DemoRoute& route : routes) {
    const auto [at, fresh] = best.try_emplace(route.prefix, route);
    if (!fresh && rank(route) < rank(at->second)) at->second = route;
  }
  std::vector<DemoRoute> out;
  for (auto& [prefix, route] : best) {
    if (route.router != router) route.next_hop = network.routers()[route.router].exporter.address;
    out.push_back(std::move(route));
  }
  return out;
}

bgp::PathAttributes attributes_of(const DemoRoute& route, std::size_t learned_at) {
  bgp::PathAttributes out;
  out.origin = bgp::Origin::igp;
  out.local_pref = route.as_path.empty() ? 200 : route.as_path.size() > 1 ? 100 : 150;
  if (!route.as_path.empty()) {
    out.as_path.segments.push_back({.type = bgp::SegmentType::as_sequence, .as = route.as_path});
  }
  // Where a route was learned, as operators mark it: 45352:1NN by router, and the neighbour's own mark.
  out.communities.push_back(kDemoAs << 16U | (100 + static_cast<std::uint32_t>(learned_at)));
  if (!route.as_path.empty() && route.as_path.front() < 65'536) {
    out.communities.push_back(route.as_path.front() << 16U | 400U);
  }
  return out;
}

class Telling {
 public:
  Telling(const DemoNetwork& network, std::size_t router, UnixMillis now)
      : router_(network.routers()[router]), now_(now) {
    const std::string name = router_.exporter.name;
    messages_.push_back(bgp::encode_bmp_initiation({.sys_name = name, .sys_descr = "Weir demo router " + name, .texts = {}}));
  }

  /// One peer with all its routes.
  void tell(BmpPeer peer, const std::vector<DemoRoute>& routes) {
    peer.time_ms = now_;
    bgp::BmpPeerUp up;
    up.peer = peer;
    up.local_address = router_.exporter.address;
    up.local_port = 179;
    up.remote_port = 40'179;
    up.sent = open(kDemoAs, router_.exporter.address.v4_bits());
    up.received = open(peer.as, peer.bgp_id);
    messages_.push_back(bgp::encode_bmp_peer_up(up));
    for (const DemoRoute& route : routes) announce(peer, route);
    for (const bgp::Family family : {bgp::kFamilies[0], bgp::kFamilies[1]}) {
      messages_.push_back(bgp::encode_bmp_route_monitoring(peer, bgp::encode_end_of_rib(family)));
    }
  }
  [[nodiscard]] std::vector<std::vector<std::byte>> take() { return std::move(messages_); }

 private:
  static bgp::Open open(bgp::As as, std::uint32_t id) {
    bgp::Open out;
    out.as = as;
    out.hold_time_s = 90;
    out.bgp_id = id;
    out.capabilities.families.add(0);
    out.capabilities.families.add(1);
    out.capabilities.any_multiprotocol = true;
    out.capabilities.four_octet_as = as;
    return out;
  }
  void announce(const BmpPeer& peer, const DemoRoute& route) {
    bgp::Update update;
    const bgp::Family family = route.prefix.address.is_v4() ? bgp::kFamilies[0] : bgp::kFamilies[1];
    update.reach.push_back({.family = family, .next_hop = route.next_hop, .nlri = {{.prefix = route.prefix, .rd = {}}}});
    update.attributes = attributes_of(route, route.router);
    for (const auto& message : bgp::encode_update(update, {}, bgp::kMostOctets)) {
      messages_.push_back(bgp::encode_bmp_route_monitoring(peer, message));
    }
  }

  const DemoRouter& router_;
  const UnixMillis now_;
  std::vector<std::vector<std::byte>> messages_;
};

}  // namespace

std::vector<std::vector<std::byte>> demo_bmp_messages(const DemoNetwork& network, std::size_t router, UnixMillis now) {
  const std::vector<DemoRoute> routes = network.routes();
  Telling telling(network, router, now);
  for (const auto& [address, told] : neighbours_of(router, routes)) {
    BmpPeer peer;
    peer.rib = bgp::RibKind::adj_rib_in_post;
    peer.address = address;
    peer.as = told.neighbour;
    peer.bgp_id = address.v4_bits();
    telling.tell(peer, told.routes);
  }
  BmpPeer own;
  own.rib = bgp::RibKind::loc_rib;
  own.type = 3;
  own.as = kDemoAs;
  own.bgp_id = network.routers()[router].exporter.address.v4_bits();
  telling.tell(own, best_of(network, router, routes));
  return telling.take();
}

}  // namespace weir::simulate
