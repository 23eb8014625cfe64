// What is done against attacks: actions, policies, guards, people, and who is told.
#include "main/config_communities.h"
#include "main/config_keys.h"

namespace weir::main {
namespace {

using detect::ActionConfig;
using detect::ActionTarget;
using detect::ChannelConfig;
using detect::Escalation;
using detect::MitigationConfig;
using detect::PersonConfig;
using detect::PolicyConfig;

const DurationKind kTtl{.least = 10 * kSecondMs, .most = 30 * kDayMs};
const ChoiceKind kModes{{"notify", "propose", "act"}};

template <typename T, typename At>
Key<T> length_key(std::string_view path, At at, unsigned most, std::string_view meaning) {
  return one<T>(path, WholeKind{.least = 0, .most = most, .zero = "by the kind of action"}, at, meaning);
}

std::vector<Key<ActionTarget>> target_keys() {
  using T = ActionTarget;
  return {
      example(required(list_of<T>("peers", TextKind{"name of a BGP peer"}, WEIR_AT(peers),
                                  "who is told, by the names of routes.bgp.peers")),
              "[edge-1]"),
      example(one<T>("next_hop_ipv4", AddressKind{}, WEIR_AT(next_hop4),
                     "the default is our own address of the session"),
              "192.0.2.254"),
      example(one<T>("next_hop_ipv6", AddressKind{}, WEIR_AT(next_hop6),
                     "the default is our own address of the session"),
              "100::1"),
      example(one<T>("communities", CommunitiesKind{}, WEIR_AT(attributes),
                     "as this upstream wants them; 65535:666 is BLACKHOLE (RFC 7999)"),
              "\"65535:666 64501:666\""),
      example(one<T>("local_pref", WholeKind{}, WEIR_AT(attributes.local_pref), "towards peers of our own AS"), "200"),
  };
}

std::vector<Key<ActionConfig>> action_keys() {
  using T = ActionConfig;
  return {
      example(required(one<T>("name", TextKind{}, WEIR_AT(name), "how policies and people call it")), "rtbh"),
      one<T>("kind", ChoiceKind{{"blackhole", "flowspec", "diversion"}}, WEIR_AT(kind),
             "drop all that goes to the target; filter by the attack's signature; send it by way of a scrubber"),
      list_of_structs<T>("to", target_keys(), WEIR_AT(to), [](const ActionTarget&) { return std::string(); },
                         "who is told, and how; one entry for each upstream that wants it in its own way"),
      one<T>("dry_run", FlagKind{}, WEIR_AT(dry_run), "do all but announce; announcing needs false here and in mitigation"),
      one<T>("ttl", kTtl, WEIR_AT(ttl_ms), "how long it stands at most"),
      length_key<T>("shortest_ipv4", WEIR_AT(shortest4), 32, "the shortest prefix that it may announce: 32, else 24"),
      length_key<T>("shortest_ipv6", WEIR_AT(shortest6), 128, "the shortest prefix that it may announce: 128, else 48"),
      one<T>("do", ChoiceKind{{"discard", "rate", "rate_packets", "redirect"}}, WEIR_AT(flow_action),
             "flowspec: what becomes of the traffic that matches"),
      one<T>("rate", WholeKind{.most = 10'000'000'000'000, .zero = "none"}, WEIR_AT(rate),
             "flowspec: bits per second, or packets per second, that pass"),
      example(one<T>("redirect", TextKind{"route target"}, WEIR_AT(redirect), "flowspec: the VRF that takes the traffic"),
              "\"64500:666\""),
      one<T>("most_rules", WholeKind{.least = 1, .most = 12}, WEIR_AT(most_rules), "flowspec: rules for one attack"),
      one<T>("most_other", WholeKind{.least = 0, .most = 100}, WEIR_AT(most_other),
             "flowspec: percent of the target's other traffic that the rules may match"),
      one<T>("cover_ipv4", WholeKind{.least = 8, .most = 32}, WEIR_AT(cover4),
             "diversion: the length of the covering prefix that is announced"),
      one<T>("cover_ipv6", WholeKind{.least = 16, .most = 128}, WEIR_AT(cover6), "diversion: the same for IPv6"),
      example(list_of<T>("call", TextKind{"name of a channel"}, WEIR_AT(call),
                         "channels of kind http that are called when it begins and ends: a scrubber's API"),
              "[noc]"),
      one<T>("hides", FlagKind{}, WEIR_AT(hides),
             "while it stands, the exporters do not see the attack: its end is found by withdrawing it for a moment"),
  };
}

std::vector<Key<Escalation>> escalation_keys() {
  using T = Escalation;
  return {
      example(required(one<T>("after", DurationKind{.most = kDayMs}, WEIR_AT(after_ms),
                              "since the attack was found, if it still goes on")),
              "2m"),
      example(required(one<T>("action", TextKind{}, WEIR_AT(action), "the action")), "rtbh"),
      one<T>("mode", kModes, WEIR_AT(mode), "what Weir may do by itself"),
  };
}

std::vector<Key<PolicyConfig>> policy_keys() {
  using T = PolicyConfig;
  return {
      example(one<T>("rule", TextKind{}, WEIR_AT(rule), "the detection rule that it is for; * any"), "\"*\""),
      example(list_of<T>("kinds", TextKind{"kind of attack"}, WEIR_AT(kinds), "only attacks of these kinds"),
              "[ntp_amplification]"),
      one<T>("mode", kModes, WEIR_AT(mode), "tell people; propose and wait for approval; or act"),
      example(one<T>("action", TextKind{}, WEIR_AT(action), "what is proposed or done"), "rtbh"),
      one<T>("dry_run", FlagKind{}, WEIR_AT(dry_run), "do all but announce"),
      one<T>("two_persons", FlagKind{}, WEIR_AT(two_persons), "two people have to approve, also where the mode is act"),
      one<T>("ttl", DurationKind{.least = 10 * kSecondMs, .most = 30 * kDayMs, .zero = "the action's"}, WEIR_AT(ttl_ms),
             "how long it stands at most"),
      example(list_of<T>("notify", TextKind{"name of a channel"}, WEIR_AT(notify), "who is told"), "[noc]"),
      list_of_structs<T>("escalate", escalation_keys(), WEIR_AT(escalate),
                         [](const Escalation&) { return std::string(); }, "further steps while the attack goes on"),
  };
}

std::vector<Key<ChannelConfig>> channel_keys() {
  using T = ChannelConfig;
  return {
      example(required(one<T>("name", TextKind{}, WEIR_AT(name), "how policies call it")), "noc"),
      one<T>("kind",
             ChoiceKind{{"webhook", "slack", "teams", "telegram", "pagerduty", "http", "script", "mail", "syslog"}},
             WEIR_AT(kind), "the shape of what is sent; http: a request by template"),
      secret(example(one<T>("url", TextKind{}, WEIR_AT(url),
                            "where to; mail: smtp://HOST:25 or smtps://HOST:465, default the sendmail program"),
                     "https://hooks.example.net/weir")),
      secret(example(one<T>("secret", TextKind{}, WEIR_AT(secret),
                            "webhook: signs with HMAC-SHA256; telegram: the bot's token; pagerduty: the routing key"),
                     "CHANGE-ME")),
      one<T>("method", TextKind{}, WEIR_AT(method), "http: the method"),
      example(one<T>("body", TextKind{}, WEIR_AT(body), "http: a template; values are escaped for JSON"),
              "'{\"prefix\": \"{{prefix}}\", \"event\": \"{{event}}\"}'"),
      secret(example(list_of<T>("headers", TextKind{}, WEIR_AT(headers), "http: further headers"),
                     "[\"Content-Type: application/json\"]")),
      example(one<T>("chat", TextKind{}, WEIR_AT(chat), "telegram: the chat"), "\"-1001234\""),
      example(one<T>("program", TextKind{"path of a program"}, WEIR_AT(program),
                     "script: it is run without a shell and gets JSON on its standard input"),
              "/usr/local/bin/on-attack"),
      example(list_of<T>("arguments", TextKind{}, WEIR_AT(arguments), "script: templates"), "[\"{{event}}\", \"{{target}}\"]"),
      example(one<T>("from", TextKind{}, WEIR_AT(from), "mail: the sender"), "weir@example.net"),
      example(list_of<T>("to", TextKind{}, WEIR_AT(to), "mail: the receivers"), "[noc@example.net]"),
      example(one<T>("user", TextKind{}, WEIR_AT(user), "mail: log in, over TLS only"), "weir"),
      secret(example(one<T>("password", TextKind{}, WEIR_AT(password), "mail: the password"), "CHANGE-ME")),
      one<T>("syslog", EndpointKind{}, WEIR_AT(syslog), "syslog: the server, by UDP"),
      example(list_of<T>("events", TextKind{"event"}, WEIR_AT(events), "only these; the default is all"),
              "[announced, withdrawn]"),
      one<T>("timeout", DurationKind{.least = 100, .most = 5 * kMinuteMs}, WEIR_AT(timeout_ms), "of one attempt"),
      one<T>("give_up", DurationKind{.least = kSecondMs, .most = 30 * kDayMs}, WEIR_AT(give_up_ms),
             "how long it is tried again, with growing pauses"),
  };
}

std::vector<Key<PersonConfig>> person_keys() {
  using T = PersonConfig;
  return {
      example(required(one<T>("name", TextKind{}, WEIR_AT(name), "as it stands in the audit log")), "alice"),
      secret(example(required(one<T>("token_sha256", TextKind{"SHA-256 in hexadecimal"}, WEIR_AT(token_sha256),
                                     "of the person's token: printf %s TOKEN | sha256sum")),
                     "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5")),
  };
}

}  // namespace

std::vector<Key<Config>> mitigation_keys() {
  using T = Config;
  std::vector<Key<Config>> keys = {
      one<T>("mitigation.dry_run", FlagKind{}, WEIR_AT(mitigation.dry_run),
             "do all but announce, whatever actions and policies say"),
      example(list_of<T>("mitigation.own_prefixes", PrefixKind{}, WEIR_AT(mitigation.own),
                         "only what lies within these is ever announced"),
              "[192.0.2.0/24, 2001:db8::/32]"),
      example(list_of<T>("mitigation.protected", PrefixKind{}, WEIR_AT(mitigation.keep_reachable),
                         "nothing that touches these is ever announced"),
              "[192.0.2.53/32]"),
      one<T>("mitigation.shortest_ipv4", WholeKind{.least = 8, .most = 32}, WEIR_AT(mitigation.shortest4),
             "no shorter prefix is announced, whatever the action says"),
      one<T>("mitigation.shortest_ipv6", WholeKind{.least = 16, .most = 128}, WEIR_AT(mitigation.shortest6),
             "the same for IPv6"),
      one<T>("mitigation.most_active", WholeKind{.most = 1000}, WEIR_AT(mitigation.most_active), "at the same time"),
      one<T>("mitigation.most_per_hour", WholeKind{.most = 10'000}, WEIR_AT(mitigation.most_per_hour),
             "that begin within an hour"),
      one<T>("mitigation.rules_per_peer", WholeKind{.most = 100'000}, WEIR_AT(mitigation.rules_per_peer),
             "FlowSpec rules that a peer is told at the same time"),
      one<T>("mitigation.most_ttl", kTtl, WEIR_AT(mitigation.most_ttl_ms), "no mitigation stands longer"),
      one<T>("mitigation.proposal_ttl", kTtl, WEIR_AT(mitigation.proposal_ttl_ms),
             "how long a proposal waits for somebody to decide"),
      one<T>("mitigation.rpki", ChoiceKind{{"off", "not_invalid", "valid"}}, WEIR_AT(mitigation.rpki),
             "what origin validation must say; for blackholes and filters: of the network that they lie in"),
      one<T>("mitigation.two_persons", FlagKind{}, WEIR_AT(mitigation.two_persons), "two people have to approve"),
      one<T>("mitigation.most_legitimate", WholeKind{.most = 10'000'000'000'000, .zero = "no bound"},
             WEIR_AT(mitigation.most_legitimate_bps),
             "bits per second of legitimate traffic that a mitigation may drop; beyond, a policy leaves it to a person"),
      one<T>("mitigation.hold", DurationKind{.least = kSecondMs, .most = kHourMs}, WEIR_AT(mitigation.hold_ms),
             "an attack is over when it was not seen for so long"),
      one<T>("mitigation.probe.first", DurationKind{.least = kSecondMs, .most = kDayMs},
             WEIR_AT(mitigation.probe_first_ms),
             "where the drop hides the attack: the first probe after so long, later ones after twice as long each"),
      one<T>("mitigation.probe.most", DurationKind{.least = kSecondMs, .most = 7 * kDayMs},
             WEIR_AT(mitigation.probe_most_ms), "the longest pause between probes"),
      one<T>("mitigation.probe.for", DurationKind{.least = kSecondMs, .most = kHourMs}, WEIR_AT(mitigation.probe_for_ms),
             "how long the attack is looked for"),
      list_of_structs<T>("mitigation.people", person_keys(), WEIR_AT(mitigation.people),
                         [](const PersonConfig& p) { return "person " + p.name; }, "who may decide"),
      list_of_structs<T>("mitigation.actions", action_keys(), WEIR_AT(mitigation.actions),
                         [](const ActionConfig& a) { return "action " + a.name; }, "what can be announced"),
      list_of_structs<T>("mitigation.policies", policy_keys(), WEIR_AT(mitigation.policies),
                         [](const PolicyConfig&) { return std::string(); },
                         "what is done about the attacks that a rule finds; the first that fits counts"),
      list_of_structs<T>("mitigation.channels", channel_keys(), WEIR_AT(mitigation.channels),
                         [](const ChannelConfig& c) { return "channel " + c.name; }, "who is told"),
  };
  for (Key<Config>& key : keys) key.live = true;
  return keys;
}

}  // namespace weir::main
