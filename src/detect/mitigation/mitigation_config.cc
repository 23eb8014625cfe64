#include "detect/mitigation/mitigation_config.h"

#include <algorithm>

#include "detect/mitigation/notices.h"
#include "detect/mitigation/text_template.h"

namespace weir::detect {
namespace {

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::invalid, "mitigation." + std::move(message));
}

template <typename Item>
Result<void> each_once(const std::vector<Item>& items, std::string_view where) {
  std::set<std::string> names;
  for (const Item& item : items) {
    if (item.name.empty()) return wrong(std::string(where) + ": one has no name");
    if (!names.insert(item.name).second)
      return wrong(std::string(where) + ": '" + item.name + "' stands there twice; expected each once");
  }
  return {};
}

Result<void> check_action(const ActionConfig& action, const MitigationConfig& config) {
  const std::string who = "actions: '" + action.name + "': ";
  if (action.peers().empty()) return wrong(who + "no peers; say in 'to' who is told");
  if (action.ttl_ms <= 0 || action.ttl_ms > config.most_ttl_ms)
    return wrong(who + "a time to live (ttl) that is more than most_ttl");
  for (const std::string& name : action.call) {
    if (config.channel(name) == nullptr) return wrong(who + "call: there is no channel '" + name + "'");
  }
  if (action.kind != ActionKind::flowspec) return {};
  const bool needs_rate = action.flow_action == FlowAction::rate || action.flow_action == FlowAction::rate_packets;
  if (needs_rate && action.rate == 0) return wrong(who + "'rate' is missing; with 'discard' nothing passes");
  if (action.flow_action == FlowAction::redirect) {
    if (const auto target = bgp::redirect_to(action.redirect); !target)
      return wrong(who + "redirect: " + target.error().message);
  }
  return {};
}

Result<void> check_step(const PolicyConfig& policy, const MitigationConfig& config, PolicyMode mode,
                        const std::string& action) {
  const std::string who = "policies: of rule '" + policy.rule + "': ";
  if (mode == PolicyMode::notify) return {};
  if (action.empty()) return wrong(who + "it is to " + std::string(name_of(mode)) + ", but 'action' is missing");
  if (config.action(action) == nullptr) return wrong(who + "there is no action '" + action + "'");
  return {};
}

Result<void> check_policy(const PolicyConfig& policy, const MitigationConfig& config) {
  if (auto step = check_step(policy, config, policy.mode, policy.action); !step) return step;
  for (const Escalation& escalation : policy.escalate) {
    if (auto step = check_step(policy, config, escalation.mode, escalation.action); !step) return step;
  }
  if (policy.ttl_ms > config.most_ttl_ms) return wrong("policies: a time to live (ttl) that is more than most_ttl");
  for (const std::string& name : policy.notify) {
    if (config.channel(name) == nullptr)
      return wrong("policies: of rule '" + policy.rule + "': notify: there is no channel '" + name + "'");
  }
  for (const std::string& kind : policy.kinds) {
    bool known = false;
    for (unsigned i = 0; i <= static_cast<unsigned>(AttackKind::outgoing_flood); ++i)
      known = known || name_of(static_cast<AttackKind>(i)) == kind;
    if (!known) return wrong("policies: kinds: there is no kind of attack '" + kind + "'");
  }
  return {};
}

Result<void> check_channel(const ChannelConfig& channel) {
  const std::string who = "channels: '" + channel.name + "': ";
  const auto needs = [&](bool there, std::string_view key) -> Result<void> {
    if (there) return {};
    return wrong(who + "'" + std::string(key) + "' is missing");
  };
  const auto check_template = [&](std::string_view key, std::string_view text) -> Result<void> {
    const auto read = TextTemplate::parse(text);
    if (!read) return wrong(who + std::string(key) + ": " + read.error().message);
    return {};
  };
  for (const std::string& event : channel.events) {
    if (std::ranges::find(kNoticeEvents, event) == kNoticeEvents.end())
      return wrong(who + "events: there is no event '" + event + "'");
  }
  switch (channel.kind) {
    case ChannelKind::webhook:
    case ChannelKind::slack:
    case ChannelKind::teams: return needs(!channel.url.empty(), "url");
    case ChannelKind::telegram:
      if (auto there = needs(!channel.secret.empty(), "secret"); !there) return there;
      return needs(!channel.chat.empty(), "chat");
    case ChannelKind::pagerduty: return needs(!channel.secret.empty(), "secret");
    case ChannelKind::http:
      if (auto there = needs(!channel.url.empty(), "url"); !there) return there;
      if (auto read = check_template("url", channel.url); !read) return read;
      return check_template("body", channel.body);
    case ChannelKind::script: {
      if (!channel.program.starts_with('/')) return wrong(who + "'program' is the whole path of a program, from / on");
      for (const std::string& argument : channel.arguments) {
        if (auto read = check_template("arguments", argument); !read) return read;
      }
      return {};
    }
    case ChannelKind::mail:
      if (auto there = needs(!channel.from.empty(), "from"); !there) return there;
      return needs(!channel.to.empty(), "to");
    case ChannelKind::syslog: return {};
  }
  return {};
}

Result<void> check_person(const PersonConfig& person) {
  const bool hex = person.token_sha256.size() == 64 &&
                   person.token_sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (hex) return {};
  return wrong("people: '" + person.name +
               "': token_sha256 is not 64 hexadecimal digits; make it with: printf %s TOKEN | sha256sum");
}

}  // namespace

unsigned ActionConfig::shortest(bool v4) const {
  const unsigned said = v4 ? shortest4 : shortest6;
  if (said != 0) return said;
  if (kind == ActionKind::blackhole) return v4 ? 32 : 128;
  return v4 ? 24 : 48;
}

std::vector<std::string> ActionConfig::peers() const {
  std::vector<std::string> out;
  for (const ActionTarget& target : to) out.insert(out.end(), target.peers.begin(), target.peers.end());
  return out;
}

const ActionConfig* MitigationConfig::action(std::string_view name) const {
  const auto at = std::ranges::find(actions, name, &ActionConfig::name);
  return at == actions.end() ? nullptr : &*at;
}
const ChannelConfig* MitigationConfig::channel(std::string_view name) const {
  const auto at = std::ranges::find(channels, name, &ChannelConfig::name);
  return at == channels.end() ? nullptr : &*at;
}

Result<void> validate(const MitigationConfig& config) {
  if (auto once = each_once(config.actions, "actions"); !once) return once;
  if (auto once = each_once(config.channels, "channels"); !once) return once;
  if (auto once = each_once(config.people, "people"); !once) return once;
  for (const ChannelConfig& channel : config.channels) {
    if (auto sound = check_channel(channel); !sound) return sound;
  }
  for (const ActionConfig& action : config.actions) {
    if (auto sound = check_action(action, config); !sound) return sound;
    for (const std::string& peer : action.peers()) {
      if (!config.known_peers.empty() && !config.known_peers.contains(peer))
        return wrong("actions: '" + action.name + "': no BGP peer is called '" + peer + "'; see routes.bgp.peers");
    }
  }
  for (const PolicyConfig& policy : config.policies) {
    if (auto sound = check_policy(policy, config); !sound) return sound;
  }
  for (const PersonConfig& person : config.people) {
    if (auto sound = check_person(person); !sound) return sound;
  }
  return {};
}

}  // namespace weir::detect
