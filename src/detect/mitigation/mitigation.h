// A mitigation as it is told to people: what is announced against an attack, why, by whom, for how long, what it costs and
// what it helps. Plain values; mitigator.h is where they are had from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/ip_address.h"
#include "bgp/wire/flowspec.h"
#include "bgp/wire/path_attributes.h"

namespace weir::detect {

/// What is announced.
enum class ActionKind : std::uint8_t {
  blackhole,  ///< RFC 5635, 7999: all traffic to the target is dropped
  flowspec,   ///< RFC 8955, 8956: what matches the attack's signature is dropped, limited or redirected
  diversion,  ///< a covering prefix by way of a scrubber
};
[[nodiscard]] std::string_view name_of(ActionKind kind);  ///< "blackhole", "flowspec", "diversion"

/// What a rule's policy lets Weir do by itself.
enum class PolicyMode : std::uint8_t { notify, propose, act };
[[nodiscard]] std::string_view name_of(PolicyMode mode);

enum class MitigationState : std::uint8_t {
  proposed,   ///< waits for approval
  rehearsed,  ///< approved, in dry run: all is as if it were active, but nothing is announced
  active,     ///< announced
  probing,    ///< withdrawn for a while, to see whether the attack is still there
  withdrawn,  ///< over: the attack ended, or a person ended it
  expired,    ///< over: its time to live, or that of the proposal, passed
  rejected,   ///< by a person
  refused,    ///< by a guard: see Mitigation::refusals
  failed,     ///< it could not be planned or announced: see Mitigation::why
};
[[nodiscard]] std::string_view name_of(MitigationState state);
/// Whether nothing more happens to it.
[[nodiscard]] bool is_over(MitigationState state);

/// What forbids an announcement.
enum class Guard : std::uint8_t {
  own_prefixes,     ///< the target is not within a configured own prefix
  shortest,         ///< the prefix is shorter than configured
  protected_prefix, ///< it would touch an address that must stay reachable
  most_active,      ///< as many as allowed are active
  rate,             ///< too many announcements within an hour
  rpki,             ///< the origin is invalid, or not known to be valid where that is asked for
  time_to_live,     ///< none, or longer than allowed
  two_persons,      ///< the second approval is missing, or is of the same person
  rule_budget,      ///< the peer takes no more FlowSpec rules
  conflict,         ///< the same route is announced with other attributes by another mitigation
  legitimate,       ///< it would drop more legitimate traffic than allowed
  peers,            ///< a peer is unknown, or there is none
};
[[nodiscard]] std::string_view name_of(Guard guard);

struct Refusal {
  Guard guard = Guard::own_prefixes;
  std::string message{};  ///< which guard, what it holds against, what to do
  bool operator==(const Refusal&) const = default;
};

/// A prefix with a next hop, or a filter rule.
struct UnicastRoute {
  Prefix prefix{};
  IpAddress next_hop{};  ///< unspecified: our own address of the session
  auto operator<=>(const UnicastRoute&) const = default;
};

/// One route to the peers of these names.
struct PlannedRoute {
  std::vector<std::string> peers{};
  std::variant<UnicastRoute, bgp::FlowSpec> what{};
  bgp::PathAttributes attributes{};  ///< communities, and LOCAL_PREF where configured
  bool operator==(const PlannedRoute&) const = default;
};
/// "192.0.2.1/32 next hop 192.0.2.254 communities 65535:666", "dst 192.0.2.1/32 proto =17: discard".
[[nodiscard]] std::string to_string(const PlannedRoute& route);
/// The prefix that it speaks of: of a filter its destination, or its source where it names no destination.
[[nodiscard]] Prefix prefix_of(const PlannedRoute& route);

/// Legitimate traffic of one customer, or of none ("").
struct CustomerTraffic {
  std::string customer{};
  double bits_per_second = 0;
  double packets_per_second = 0;
};

/// Traffic that the announcement would drop (or divert), within one span.
struct TrafficSpan {
  UnixMillis from_ms = 0;
  UnixMillis to_ms = 0;
  double bits_per_second = 0;
  double packets_per_second = 0;
  bool known = false;  ///< false: nothing is stored of that time
};

/// What an announcement would cost: from stored flows, without those of the attack itself.
struct BlastRadius {
  UnixMillis measured_ms = 0;
  TrafficSpan now{};                       ///< the last minutes, without what matches the attack's signatures
  std::vector<TrafficSpan> days_before{};  ///< the same hour of the days before, the latest first
  double usual_bits_per_second = 0;      ///< median of the days that are known
  double usual_packets_per_second = 0;
  std::vector<CustomerTraffic> customers{};  ///< whose traffic it is, by the larger of now and the days; the largest first
  std::string problem{};                     ///< "" or why it could not be measured in full
};

/// Whether it helped: the traffic to the target before and after, as Weir's exporters see it.
struct Effect {
  UnixMillis measured_ms = 0;
  double attack_before = 0;  ///< bits/s that match the attack's signatures (all traffic, where it has none)
  double attack_after = 0;
  double other_before = 0;
  double other_after = 0;
  std::string problem{};
};

struct Approval {
  std::string who{};
  UnixMillis at_ms = 0;
  std::string why{};
};

struct Mitigation {
  std::uint64_t id = 0;  ///< counted up over the life of the data directory
  MitigationState state = MitigationState::proposed;
  bool dry_run = true;
  std::string action{};  ///< its name in the configuration
  ActionKind kind = ActionKind::blackhole;
  Prefix target{};       ///< of the attack
  std::uint64_t attack = 0;  ///< 0: asked for by a person
  std::string attack_title{};  ///< "NTP amplification"; "" without an attack
  std::string customer{};
  std::string rule{};  ///< the detection rule, "" without an attack
  unsigned step = 0;  ///< of the policy: 0, or an escalation
  std::vector<PlannedRoute> routes{};
  std::string asked_by{};  ///< a person, or "policy RULE"
  std::vector<Approval> approvals{};
  unsigned approvals_needed = 0;
  UnixMillis created_ms = 0;
  UnixMillis started_ms = 0;  ///< 0: not yet
  UnixMillis until_ms = 0;    ///< its time to live ends, or that of the proposal
  UnixMillis ended_ms = 0;    ///< 0: not yet
  UnixMillis ttl_ms = 0;
  std::vector<Refusal> refusals{};
  std::string why{};  ///< of its present state, in words
  unsigned probes = 0;           ///< so many showed that the attack went on
  UnixMillis next_probe_ms = 0;  ///< 0: none is due
  UnixMillis probe_until_ms = 0;
  std::optional<BlastRadius> radius{};  ///< nothing yet: it is being measured
  std::optional<Effect> effect{};
};

}  // namespace weir::detect
