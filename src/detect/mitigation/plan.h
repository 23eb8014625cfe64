// From an attack, or a person's wish, and an action to the routes that would be announced. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "detect/attack.h"
#include "detect/mitigation/mitigation_config.h"

namespace weir::detect {

/// What is to be acted on.
struct Aim {
  Prefix target{};
  Way way = Way::incoming;
  std::vector<Signature> signatures{};  ///< none: nothing is known but the target
};

struct Plan {
  std::vector<PlannedRoute> routes{};
  std::string attack_filter{};  ///< query language: the attack's own flows; "" where it has no signature
  std::string scope_filter{};   ///< query language: all traffic that the routes touch
};

/// The routes of `action` against `aim`. Errors (invalid): what the action cannot do: a blackhole of traffic that comes from
/// the target, a filter without a signature, a family without a next hop that fits.
[[nodiscard]] Result<Plan> make_plan(const ActionConfig& action, const Aim& aim, std::uint32_t own_as);

/// The fewest signatures that catch most of the attack and least of the rest, at most `most_rules` of them, which together
/// match at most `most_other` (0 to 1) of the other traffic.
///
/// Of all such sets the one that catches at least 95 % with the fewest rules wins, then the one that matches less of the
/// rest; where none catches so much, the one that catches most. How much two signatures catch together is not known, so it
/// is counted carefully: the sum where they exclude each other, else the larger of the two.
[[nodiscard]] std::vector<Signature> choose_signatures(std::span<const Signature> from, std::size_t most_rules,
                                                       double most_other);

/// The rule for routers. Of an outgoing attack the target is where it comes from.
[[nodiscard]] bgp::FlowSpec rule_of(const Signature& signature, Way way);
/// The same as a filter of the query language.
[[nodiscard]] std::string filter_of(const Signature& signature, Way way);

/// Reads what a person types for a filter: "proto udp src port 123 length 400-1500 src net 192.0.2.0/24 tcp flags S/SA icmp
/// type 8 fragment". The error says which word.
[[nodiscard]] Result<Signature> parse_signature(std::string_view text, const Prefix& target);

}  // namespace weir::detect
