#include "detect/mitigation/guards.h"

#include <algorithm>
#include <array>

namespace weir::detect {
namespace {

struct Question {
  const Mitigation& mitigation;
  const MitigationConfig& config;
  const Situation& situation;
  const OriginOf& origin_of;
};

bool is_within(const Prefix& inner, const Prefix& outer) {
  return inner.length >= outer.length && outer.contains(inner.address);
}
bool overlap(const Prefix& a, const Prefix& b) {
  return is_within(a, b) || is_within(b, a);
}
bool is_filter(const PlannedRoute& route) {
  return std::holds_alternative<bgp::FlowSpec>(route.what);
}

/// Asks `wrong` of every prefix that would be announced; the first that is wrong is told.
template <typename Wrong>
std::string first_wrong(const Question& question, Wrong wrong) {
  for (const PlannedRoute& route : question.mitigation.routes) {
    if (std::string message = wrong(prefix_of(route), route); !message.empty()) return message;
  }
  return {};
}

std::string own_prefixes(const Question& question) {
  if (question.config.own.empty())
    return "no own prefixes are configured, so nothing may be announced; name them in mitigation.own_prefixes";
  return first_wrong(question, [&](const Prefix& prefix, const PlannedRoute&) -> std::string {
    const auto within = [&](const Prefix& own) { return is_within(prefix, own); };
    if (std::ranges::any_of(question.config.own, within)) return "";
    return to_string(prefix) + " is not within mitigation.own_prefixes; announce only what is yours, or add it there";
  });
}

std::string shortest(const Question& question) {
  const ActionConfig* action = question.config.action(question.mitigation.action);
  return first_wrong(question, [&](const Prefix& prefix, const PlannedRoute&) -> std::string {
    const bool v4 = prefix.address.is_v4();
    const unsigned least = std::max(v4 ? question.config.shortest4 : question.config.shortest6,
                                    action == nullptr ? 0U : action->shortest(v4));
    if (prefix.length >= least) return "";
    return to_string(prefix) + " is shorter than /" + std::to_string(least) + ", the shortest that '" +
           question.mitigation.action + "' may announce; choose a longer one, or another action";
  });
}

std::string protected_prefix(const Question& question) {
  return first_wrong(question, [&](const Prefix& prefix, const PlannedRoute&) -> std::string {
    for (const Prefix& kept : question.config.keep_reachable) {
      if (overlap(prefix, kept))
        return to_string(prefix) + " touches " + to_string(kept) +
               ", which mitigation.protected keeps reachable; defend it by other means, or take it from that list";
    }
    return "";
  });
}

std::string most_active(const Question& question) {
  if (question.situation.active < question.config.most_active) return "";
  return std::to_string(question.situation.active) + " mitigations are active, as many as mitigation.most_active allows; "
         "withdraw one first";
}

std::string rate(const Question& question) {
  if (question.situation.within_hour < question.config.most_per_hour) return "";
  return std::to_string(question.situation.within_hour) + " mitigations began within the last hour, as many as "
         "mitigation.most_per_hour allows; wait, or raise it";
}

/// A blackhole or a filter is longer than what a ROA allows by its nature (RFC 7999 section 3.3 speaks of it), so what
/// counts there is whether our AS may originate the network that it lies in. A diversion must be valid as it is.
std::string rpki_of(const Prefix& prefix, const PlannedRoute& route, const Question& question) {
  const OriginFacts facts = question.origin_of ? question.origin_of(prefix) : OriginFacts{};
  const bool exact = !is_filter(route) && question.mitigation.kind == ActionKind::diversion;
  const bool valid = exact ? facts.validity == bgp::Validity::valid : facts.covered_by_own;
  const bool invalid = facts.validity == bgp::Validity::invalid && !valid;
  const std::string as = "AS " + std::to_string(question.config.own_as);
  if (invalid)
    return to_string(prefix) + " from " + as + " is invalid by RPKI, so others would drop it or take it for a hijack; "
           "make a ROA for it" + (exact ? " with this length" : "");
  if (question.config.rpki == RpkiGuard::valid && !valid)
    return to_string(prefix) + " from " + as + " is not known to be valid by RPKI, which mitigation.rpki asks for; make a "
           "ROA, or see whether the RPKI caches answer";
  return "";
}

std::string rpki(const Question& question) {
  if (question.config.rpki == RpkiGuard::off) return "";
  return first_wrong(question, [&](const Prefix& prefix, const PlannedRoute& route) {
    return rpki_of(prefix, route, question);
  });
}

std::string time_to_live(const Question& question) {
  const UnixMillis ttl = question.mitigation.ttl_ms;
  if (ttl > 0 && ttl <= question.config.most_ttl_ms) return "";
  return "a time to live of " + std::to_string(ttl / kSecondMs) + " s; it must be more than 0 and at most " +
         std::to_string(question.config.most_ttl_ms / kSecondMs) + " s (mitigation.most_ttl)";
}

std::string rule_budget(const Question& question) {
  std::map<std::string, std::size_t> rules;
  for (const StandingRoute& standing : question.situation.standing) rules[standing.peer] += is_filter(standing.route);
  for (const PlannedRoute& route : question.mitigation.routes) {
    if (!is_filter(route)) continue;
    for (const std::string& peer : route.peers) {
      if (++rules[peer] > question.config.rules_per_peer)
        return "peer '" + peer + "' would have more than " + std::to_string(question.config.rules_per_peer) +
               " FlowSpec rules (mitigation.rules_per_peer); withdraw some first";
    }
  }
  return "";
}

std::string conflict(const Question& question) {
  for (const PlannedRoute& route : question.mitigation.routes) {
    for (const StandingRoute& mine : at_each_peer(route, question.mitigation.id)) {
      for (const StandingRoute& other : question.situation.standing) {
        if (same_place(mine, other) && !(mine.route == other.route))
          return "mitigation " + std::to_string(other.mitigation) + " announces the same route to '" + mine.peer +
                 "' with other attributes; withdraw that one first";
      }
    }
  }
  return "";
}

std::string legitimate(const Question& question) {
  const auto most = static_cast<double>(question.config.most_legitimate_bps);
  if (most == 0) return "";
  const auto& radius = question.mitigation.radius;
  if (!radius) return "how much legitimate traffic it would drop is not measured yet; try again in a moment";
  if (!radius->problem.empty())
    return "how much legitimate traffic it would drop could not be measured: " + radius->problem;
  const double cost = std::max(radius->now.bits_per_second, radius->usual_bits_per_second);
  if (cost <= most) return "";
  return "it would drop " + std::to_string(static_cast<std::uint64_t>(cost)) + " bits/s of legitimate traffic, more than "
         "the " + std::to_string(question.config.most_legitimate_bps) + " of mitigation.most_legitimate; use a narrower action";
}

std::string peers(const Question& question) {
  if (question.mitigation.routes.empty()) return "there is no route to announce";
  for (const PlannedRoute& route : question.mitigation.routes) {
    if (route.peers.empty()) return "action '" + question.mitigation.action + "' names no peers";
    for (const std::string& peer : route.peers) {
      if (!question.config.known_peers.contains(peer))
        return "no BGP peer is called '" + peer + "'; see routes.bgp.peers";
    }
  }
  return "";
}

struct Row {
  Guard guard;
  std::string (*wrong)(const Question&);
};
/// THE table of guards. Two-person approval is in the machine, which knows who approved.
constexpr std::array<Row, 11> kGuards = {{{Guard::own_prefixes, own_prefixes},
                                          {Guard::shortest, shortest},
                                          {Guard::protected_prefix, protected_prefix},
                                          {Guard::most_active, most_active},
                                          {Guard::rate, rate},
                                          {Guard::rpki, rpki},
                                          {Guard::time_to_live, time_to_live},
                                          {Guard::rule_budget, rule_budget},
                                          {Guard::conflict, conflict},
                                          {Guard::legitimate, legitimate},
                                          {Guard::peers, peers}}};

}  // namespace

std::vector<Refusal> check_guards(const Mitigation& mitigation, const MitigationConfig& config,
                                  const Situation& situation, const OriginOf& origin_of) {
  const Question question{mitigation, config, situation, origin_of};
  std::vector<Refusal> out;
  for (const Row& row : kGuards) {
    if (std::string message = row.wrong(question); !message.empty()) out.push_back({row.guard, std::move(message)});
  }
  return out;
}

std::vector<StandingRoute> at_each_peer(const PlannedRoute& route, std::uint64_t mitigation) {
  std::vector<StandingRoute> out;
  for (const std::string& peer : route.peers) {
    StandingRoute& one = out.emplace_back(StandingRoute{.peer = peer, .route = route, .mitigation = mitigation, .sent = false});
    one.route.peers = {peer};
  }
  return out;
}

bool same_place(const StandingRoute& a, const StandingRoute& b) {
  if (a.peer != b.peer || a.route.what.index() != b.route.what.index()) return false;
  if (const auto* unicast = std::get_if<UnicastRoute>(&a.route.what))
    return unicast->prefix == std::get<UnicastRoute>(b.route.what).prefix;
  return std::get<bgp::FlowSpec>(a.route.what) == std::get<bgp::FlowSpec>(b.route.what);
}

}  // namespace weir::detect
