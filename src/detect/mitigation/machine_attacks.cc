// Attacks and the policies for them.
#include <algorithm>

#include "detect/mitigation/machine.h"
#include "detect/mitigation/notices.h"

namespace weir::detect {
namespace {

bool overlap(const Prefix& a, const Prefix& b) {
  return a.length >= b.length ? b.contains(a.address) : a.contains(b.address);
}

bool is_open(const MitigationRecord& record) {
  return !is_over(record.shown.state);
}

}  // namespace

const PolicyConfig* MitigationMachine::policy_of(const Attack& attack) const {
  const auto fits = [&](const PolicyConfig& policy) {
    if (policy.rule != "*" && policy.rule != attack.rule) return false;
    return policy.kinds.empty() || std::ranges::find(policy.kinds, name_of(attack.kind)) != policy.kinds.end();
  };
  const auto at = std::ranges::find_if(config_.policies, fits);
  return at == config_.policies.end() ? nullptr : &*at;
}

std::vector<MitigationMachine::Step> MitigationMachine::steps_of(const PolicyConfig& policy) {
  std::vector<Step> out = {{.after_ms = 0, .mode = policy.mode, .action = policy.action}};
  for (const Escalation& step : policy.escalate)
    out.push_back({.after_ms = step.after_ms, .mode = step.mode, .action = step.action});
  return out;
}

bool MitigationMachine::is_running(std::uint64_t attack) const {
  const auto known = attacks_.find(attack);
  return known != attacks_.end() && !known->second.over;
}

void MitigationMachine::on_attack(const Attack& attack, UnixMillis now) {
  const auto [at, fresh] = attacks_.try_emplace(attack.id);
  Known& known = at->second;
  if (fresh) known.first_ms = now;
  known.heard_ms = now;
  known.attack = attack;
  known.attack.evidence = {};
  known.attack.evidence.reason = attack.evidence.reason;
  const bool was_over = known.over;
  known.over = attack.ended_ms.has_value();
  if (fresh) tell_of_attack(known, false, now);
  if (known.over) {
    if (!was_over && !fresh) tell_of_attack(known, true, now);
    return;
  }
  attach(attack, now);
  run_policy(known, now);
}

/// What is open against the same target is about this attack, also when the detector counts it as another one: after a
/// restart, or because it came back in a probe.
void MitigationMachine::attach(const Attack& attack, UnixMillis now) {
  for (MitigationRecord& record : state_.records) {
    Mitigation& shown = record.shown;
    if (!is_open(record) || shown.attack == 0) continue;
    const bool same = shown.attack == attack.id;
    if (!same && (is_running(shown.attack) || !overlap(shown.target, attack.target))) continue;
    if (!same) {
      shown.attack = attack.id;
      effects_.changed = true;
    }
    if (shown.state == MitigationState::probing) {
      ++shown.probes;
      shown.state = MitigationState::active;
      shown.probe_until_ms = 0;
      shown.next_probe_ms = now + probe_pause(shown);
      shown.why = "announced again: the attack goes on";
      audit(now, "weir", "announced again", shown.id, "the probe saw attack " + std::to_string(attack.id));
      tell("announced", record, now);
      reconcile();
    }
    record.attack_gone_ms = 0;
  }
}

void MitigationMachine::tell_of_attack(const Known& known, bool over, UnixMillis now) {
  const PolicyConfig* policy = policy_of(known.attack);
  if (policy == nullptr || policy->notify.empty()) return;
  deliver(policy->notify, notice_of(known.attack, over, now));
}

void MitigationMachine::run_policy(Known& known, UnixMillis now) {
  const PolicyConfig* policy = policy_of(known.attack);
  if (policy == nullptr) return;
  const std::vector<Step> steps = steps_of(*policy);
  while (known.steps_done < steps.size()) {
    const Step& step = steps[known.steps_done];
    if (now < known.first_ms + step.after_ms || !take_step(known, *policy, step, known.steps_done, now)) return;
    ++known.steps_done;
  }
}

/// False: it has to wait.
bool MitigationMachine::take_step(Known& known, const PolicyConfig& policy, const Step& step, std::size_t number,
                                  UnixMillis now) {
  if (step.mode == PolicyMode::notify) return true;
  const Attack& attack = known.attack;
  const bool there = std::ranges::any_of(state_.records, [&](const MitigationRecord& record) {
    return is_open(record) && record.shown.attack == attack.id && record.shown.action == step.action;
  });
  if (there) return true;
  const UnixMillis ttl = number == 0 ? policy.ttl_ms : 0;
  auto draft = drafted({.target = attack.target,
                        .action = step.action,
                        .ttl_ms = ttl,
                        .dry_run = policy.dry_run,
                        .why = known.attack.evidence.reason,
                        .attack = attack.id},
                       now);
  if (!draft) {
    // The signature of a young attack may be yet to come.
    if (attack.signatures.empty() && now < known.first_ms + kSignatureMs) return false;
    audit(now, "weir", "not planned", 0, "attack " + std::to_string(attack.id) + ": " + draft.error().message);
    return true;
  }
  Mitigation& shown = draft->shown;
  const bool two = config_.two_persons || policy.two_persons;
  shown.asked_by = "policy " + (policy.rule == "*" ? attack.rule : policy.rule);
  shown.step = static_cast<unsigned>(number);
  shown.approvals_needed = two ? 2 : 1;
  shown.why = std::string(title_of(attack.kind)) + " against " + to_string(attack.target) +
              (number == 0 ? "" : "; it goes on after " + std::to_string(step.after_ms / kSecondMs) + " s");
  MitigationRecord& record = add(*std::move(draft), now);
  auto refusals = refusals_of(record.shown, now);
  const bool waits_for_cost = std::ranges::any_of(refusals, [](const Refusal& r) { return r.guard == Guard::legitimate; });
  std::erase_if(refusals, [](const Refusal& r) { return r.guard == Guard::legitimate; });
  if (!refusals.empty()) {
    refuse(record, std::move(refusals), now);
  } else if (step.mode == PolicyMode::act && !two) {
    record.starts_itself = waits_for_cost;
    if (!waits_for_cost) start(record, record.shown.asked_by, now);
  } else {
    if (step.mode == PolicyMode::act) record.shown.why += "; two persons have to approve it";
    tell("proposed", record, now);
  }
  return true;
}

}  // namespace weir::detect
