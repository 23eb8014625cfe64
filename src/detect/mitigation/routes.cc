// The texts of planned routes.
#include "detect/mitigation/mitigation.h"

namespace weir::detect {
namespace {

std::string text_of(const UnicastRoute& route, const bgp::PathAttributes& attributes) {
  std::string out = to_string(route.prefix);
  if (!route.next_hop.is_unspecified()) out += " next hop " + to_string(route.next_hop);
  if (const std::string communities = bgp::communities_text(attributes); !communities.empty())
    out += " communities " + communities;
  return out;
}

std::string text_of(const bgp::FlowSpec& rule, const bgp::PathAttributes& attributes) {
  std::string actions;
  for (const std::uint64_t community : attributes.extended_communities) {
    const std::string action = bgp::flow_action_text(community);
    if (!action.empty()) actions += (actions.empty() ? "" : ", ") + action;
  }
  return to_string(rule) + ": " + (actions.empty() ? "accept" : actions);
}

}  // namespace

std::string to_string(const PlannedRoute& route) {
  return std::visit([&](const auto& what) { return text_of(what, route.attributes); }, route.what);
}

Prefix prefix_of(const PlannedRoute& route) {
  if (const auto* unicast = std::get_if<UnicastRoute>(&route.what)) return unicast->prefix;
  const auto& rule = std::get<bgp::FlowSpec>(route.what);
  for (const bgp::FlowComponent& component : rule.components) {
    if (component.type == bgp::FlowType::destination) return component.prefix;
  }
  for (const bgp::FlowComponent& component : rule.components) {
    if (component.type == bgp::FlowType::source) return component.prefix;
  }
  return Prefix::of(rule.afi == bgp::Afi::ipv4 ? IpAddress::v4(0) : IpAddress{}, 0);
}

}  // namespace weir::detect
