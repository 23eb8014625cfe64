#include "detect/mitigation/plan.h"

namespace weir::detect {
namespace {

std::unexpected<Error> cannot(const ActionConfig& action, std::string why) {
  return fail(ErrorCode::invalid, "action '" + action.name + "' " + std::move(why));
}

/// To each group of peers, with its next hop and communities.
Result<Plan> announce_prefix(const ActionConfig& action, const Prefix& prefix) {
  Plan plan;
  const bool v4 = prefix.address.is_v4();
  for (const ActionTarget& to : action.to) {
    const IpAddress next_hop = v4 ? to.next_hop4 : to.next_hop6;
    PlannedRoute route{.peers = to.peers, .what = UnicastRoute{prefix, next_hop}, .attributes = to.attributes};
    route.attributes.origin = bgp::Origin::igp;
    plan.routes.push_back(std::move(route));
  }
  plan.scope_filter = "dst net " + to_string(prefix);
  return plan;
}

Result<Plan> blackhole(const ActionConfig& action, const Aim& aim) {
  if (aim.way == Way::outgoing)
    return cannot(action, "drops what goes to " + to_string(aim.target) +
                              ", but this attack comes from there; use a flowspec action towards your own routers");
  return announce_prefix(action, aim.target);
}

Result<Plan> divert(const ActionConfig& action, const Aim& aim) {
  if (aim.way == Way::outgoing)
    return cannot(action, "diverts what goes to " + to_string(aim.target) + ", but this attack comes from there");
  const unsigned cover = aim.target.address.is_v4() ? action.cover4 : action.cover6;
  return announce_prefix(action, Prefix::of(aim.target.address, std::min<unsigned>(cover, aim.target.length)));
}

Result<std::uint64_t> community_of(const ActionConfig& action, std::uint32_t own_as) {
  const std::uint16_t as = own_as <= 0xffff ? static_cast<std::uint16_t>(own_as) : std::uint16_t{0};
  switch (action.flow_action) {
    case FlowAction::discard: return bgp::traffic_rate_bytes(as, 0);
    case FlowAction::rate: return bgp::traffic_rate_bytes(as, static_cast<float>(action.rate) / 8);
    case FlowAction::rate_packets: return bgp::traffic_rate_packets(as, static_cast<float>(action.rate));
    case FlowAction::redirect: return bgp::redirect_to(action.redirect);
  }
  return fail(ErrorCode::internal, "no such FlowSpec action");
}

Result<Plan> filter(const ActionConfig& action, const Aim& aim, std::uint32_t own_as) {
  const auto chosen = choose_signatures(aim.signatures, action.most_rules, action.most_other / 100.0);
  if (chosen.empty()) {
    return cannot(action, aim.signatures.empty()
                              ? "needs to know what the attack's packets have in common, and nothing is known of it"
                              : "finds no rule that matches at most " + std::to_string(action.most_other) +
                                    " % of the other traffic to " + to_string(aim.target));
  }
  const auto community = community_of(action, own_as);
  if (!community) return std::unexpected(community.error());
  Plan plan;
  for (const Signature& signature : chosen) {
    plan.scope_filter += (plan.scope_filter.empty() ? "(" : " or (") + filter_of(signature, aim.way) + ")";
    for (const ActionTarget& to : action.to) {
      PlannedRoute route{.peers = to.peers, .what = rule_of(signature, aim.way), .attributes = to.attributes};
      route.attributes.origin = bgp::Origin::igp;
      route.attributes.extended_communities.push_back(*community);
      plan.routes.push_back(std::move(route));
    }
  }
  return plan;
}

}  // namespace

Result<Plan> make_plan(const ActionConfig& action, const Aim& aim, std::uint32_t own_as) {
  auto plan = action.kind == ActionKind::blackhole   ? blackhole(action, aim)
              : action.kind == ActionKind::diversion ? divert(action, aim)
                                                     : filter(action, aim, own_as);
  if (!plan) return plan;
  for (const Signature& signature : aim.signatures)
    plan->attack_filter += (plan->attack_filter.empty() ? "(" : " or (") + filter_of(signature, aim.way) + ")";
  return plan;
}

}  // namespace weir::detect
