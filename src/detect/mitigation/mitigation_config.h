// What the operator says of mitigation. Plain values with their defaults: whatever could harm is off. main/config_keys_mitigation.cc
// reads them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/endpoint.h"
#include "base/error.h"
#include "detect/mitigation/mitigation.h"

namespace weir::detect {

/// Some peers, and how a route is told to them.
struct ActionTarget {
  std::vector<std::string> peers{};
  IpAddress next_hop4{};  ///< unspecified: our own address of the session
  IpAddress next_hop6{};
  bgp::PathAttributes attributes{};  ///< its communities count, and its LOCAL_PREF
};

enum class FlowAction : std::uint8_t { discard, rate, rate_packets, redirect };

struct ActionConfig {
  std::string name{};
  ActionKind kind = ActionKind::blackhole;
  std::vector<ActionTarget> to{};
  bool dry_run = true;
  UnixMillis ttl_ms = kHourMs;
  unsigned shortest4 = 0;  ///< of what is announced; 0: 32 for a blackhole, 24 otherwise
  unsigned shortest6 = 0;  ///< 0: 128 for a blackhole, 48 otherwise
  // FlowSpec
  FlowAction flow_action = FlowAction::discard;
  std::uint64_t rate = 0;     ///< bits/s or packets/s
  std::string redirect{};       ///< a route target
  unsigned most_rules = 4;    ///< of one mitigation
  unsigned most_other = 10;   ///< percent of the target's other traffic that they may match together
  // Diversion
  unsigned cover4 = 24;  ///< length of the prefix that is announced
  unsigned cover6 = 48;
  std::vector<std::string> call{};  ///< channels that are called at its beginning and end
  /// While it stands Weir's exporters do not see the attack, so its end is probed for. False: they do.
  bool hides = true;

  [[nodiscard]] unsigned shortest(bool v4) const;
  [[nodiscard]] std::vector<std::string> peers() const;
};

struct Escalation {
  UnixMillis after_ms = 0;  ///< since the attack was first seen
  std::string action{};
  PolicyMode mode = PolicyMode::propose;
};

/// What is done about attacks that a rule finds. The first that fits counts.
struct PolicyConfig {
  std::string rule = "*";           ///< the detection rule's name; * any
  std::vector<std::string> kinds{};   ///< of attacks, "syn_flood"; none: any
  PolicyMode mode = PolicyMode::notify;
  std::string action{};               ///< for propose and act
  bool dry_run = true;
  bool two_persons = false;
  UnixMillis ttl_ms = 0;            ///< 0: the action's
  std::vector<std::string> notify{};  ///< channels
  std::vector<Escalation> escalate{};
};

enum class ChannelKind : std::uint8_t { webhook, slack, teams, telegram, pagerduty, http, script, mail, syslog };

/// Who is told.
struct ChannelConfig {
  std::string name{};
  ChannelKind kind = ChannelKind::webhook;
  std::string url{};     ///< webhooks, http; mail: smtp://HOST:25, smtps://HOST, or "" for the sendmail program
  std::string secret{};  ///< webhook: signs with HMAC-SHA256; telegram: the bot's token; pagerduty: the routing key
  std::string method = "POST";       ///< http
  std::string body{};                  ///< http: a template
  std::vector<std::string> headers{};  ///< http: "Name: value"
  std::string chat{};                  ///< telegram
  std::string program{};               ///< script: its path
  std::vector<std::string> arguments{};  ///< script: templates
  std::string from{};                  ///< mail
  std::vector<std::string> to{};       ///< mail
  std::string user{};
  std::string password{};        ///< mail
  Endpoint syslog{.address = IpAddress::v4(0x7f00'0001), .port = 514};
  std::vector<std::string> events{};   ///< none: all
  UnixMillis timeout_ms = 10 * kSecondMs;
  UnixMillis give_up_ms = kDayMs;    ///< retried with growing pauses for so long
};

/// A person who may decide.
struct PersonConfig {
  std::string name{};
  std::string token_sha256{};  ///< of the token, in hexadecimal
};

enum class RpkiGuard : std::uint8_t { off, not_invalid, valid };

struct MitigationConfig {
  bool dry_run = true;  ///< of everything
  std::vector<Prefix> own{};
  std::vector<Prefix> keep_reachable{};  ///< protected
  unsigned shortest4 = 24;
  unsigned shortest6 = 48;
  std::size_t most_active = 20;
  std::size_t most_per_hour = 60;
  std::size_t rules_per_peer = 100;
  UnixMillis most_ttl_ms = kDayMs;
  UnixMillis proposal_ttl_ms = kHourMs;
  RpkiGuard rpki = RpkiGuard::not_invalid;
  bool two_persons = false;
  std::uint64_t most_legitimate_bps = 0;  ///< 0: no bound
  UnixMillis hold_ms = kMinuteMs;          ///< an attack is over when it was not seen for so long
  UnixMillis probe_first_ms = 5 * kMinuteMs;
  UnixMillis probe_most_ms = 2 * kHourMs;
  UnixMillis probe_for_ms = kMinuteMs;
  std::vector<PersonConfig> people{};
  std::vector<ActionConfig> actions{};
  std::vector<PolicyConfig> policies{};
  std::vector<ChannelConfig> channels{};
  // Set by main/ from the rest of the configuration.
  std::uint32_t own_as = 0;
  std::set<std::string> known_peers{};

  [[nodiscard]] const ActionConfig* action(std::string_view name) const;
  [[nodiscard]] const ChannelConfig* channel(std::string_view name) const;
};

/// What cannot be: names twice or unknown, an action without peers, a rate of nothing, a time to live beyond the bound, a
/// template with a mistake, a policy that acts without an action. One line that says which and what to do.
[[nodiscard]] Result<void> validate(const MitigationConfig& config);

}  // namespace weir::detect
