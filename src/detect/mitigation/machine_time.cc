// What time brings: times to live, the end of attacks, probes, restarts and other configurations.
#include <algorithm>

#include "detect/mitigation/machine.h"

namespace weir::detect {

/// Doubled with every probe that showed that the attack goes on.
UnixMillis MitigationMachine::probe_pause(const Mitigation& mitigation) const {
  UnixMillis pause = config_.probe_first_ms;
  for (unsigned i = 0; i < mitigation.probes && pause < config_.probe_most_ms; ++i) pause *= 2;
  return std::min(pause, config_.probe_most_ms);
}

void MitigationMachine::tick(UnixMillis now) {
  for (auto& [id, known] : attacks_) {
    if (known.over) continue;
    if (now >= known.heard_ms + kSilentAttackMs) {
      known.over = true;
      tell_of_attack(known, true, now);
    } else {
      run_policy(known, now);
    }
  }
  // By index: a proposal may be added meanwhile.
  for (std::size_t i = 0; i < state_.records.size(); ++i) {
    if (!is_over(state_.records[i].shown.state)) look_after(state_.records[i], now);
  }
  forget_old(now);
  if (!state_.standing.empty()) reconcile();
}

void MitigationMachine::look_after(MitigationRecord& record, UnixMillis now) {
  Mitigation& shown = record.shown;
  if (now >= shown.until_ms) return expire(record, now);
  if (shown.state == MitigationState::proposed) return;
  if (record.effect_due_ms != 0 && now >= record.effect_due_ms && shown.state == MitigationState::active) {
    record.effect_due_ms = now + kMinuteMs;
    measure(Measuring::What::effect, record, now);
  }
  if (shown.attack == 0) return;
  if (shown.state == MitigationState::probing) {
    if (now < shown.probe_until_ms) return;
    return end(record, MitigationState::withdrawn, "weir",
               "the attack is over: it was not seen in a probe of " + std::to_string(config_.probe_for_ms / kSecondMs) +
                   " s",
               now);
  }
  after_attack(record, now);
}

void MitigationMachine::after_attack(MitigationRecord& record, UnixMillis now) {
  Mitigation& shown = record.shown;
  if (is_running(shown.attack)) {
    record.attack_gone_ms = 0;
    return;
  }
  if (record.attack_gone_ms == 0) {
    record.attack_gone_ms = now;
    effects_.changed = true;
  }
  if (now < record.attack_gone_ms + config_.hold_ms) return;
  const ActionConfig* action = config_.action(shown.action);
  if (shown.state == MitigationState::rehearsed || action == nullptr || !action->hides)
    return end(record, MitigationState::withdrawn, "weir", "the attack is over", now);
  // The drop hides the attack, so that it looks over whether it is or not.
  shown.next_probe_ms = std::max({shown.next_probe_ms, shown.started_ms + probe_pause(shown)});
  if (now >= shown.next_probe_ms) begin_probe(record, now);
}

void MitigationMachine::begin_probe(MitigationRecord& record, UnixMillis now) {
  Mitigation& shown = record.shown;
  shown.state = MitigationState::probing;
  shown.next_probe_ms = 0;
  shown.probe_until_ms = now + config_.probe_for_ms;
  shown.why = "withdrawn for " + std::to_string(config_.probe_for_ms / kSecondMs) + " s to see whether the attack goes on";
  audit(now, "weir", "probed", shown.id, shown.why);
  tell("probed", record, now);
  reconcile();
}

/// What went on to its end is not announced again by itself, even where the policy acts: then nothing would have an end.
void MitigationMachine::expire(MitigationRecord& record, UnixMillis now) {
  const bool was_announced = record.shown.state != MitigationState::proposed;
  const bool goes_on = was_announced && record.shown.attack != 0 && is_running(record.shown.attack);
  MitigationRecord again = record;
  end(record, MitigationState::expired, "weir",
      was_announced ? "its time to live is over" : "nobody decided in time", now);
  if (!goes_on) return;
  again.shown.state = MitigationState::proposed;
  again.shown.asked_by = "weir";
  again.shown.approvals.clear();
  again.shown.created_ms = now;
  again.shown.started_ms = again.shown.ended_ms = 0;
  again.shown.until_ms = now + config_.proposal_ttl_ms;
  again.shown.probes = 0;
  again.shown.next_probe_ms = again.shown.probe_until_ms = 0;
  again.shown.radius.reset();
  again.shown.effect.reset();
  again.effect_due_ms = 0;
  again.shown.why = "mitigation " + std::to_string(again.shown.id) + " came to the end of its time, and the attack goes on";
  tell("proposed", add(std::move(again), now), now);
}

void MitigationMachine::resume(MachineState state, UnixMillis now) {
  state_ = std::move(state);
  for (StandingRoute& route : state_.standing) route.sent = false;
  recheck(now, true);
  for (std::size_t i = 0; i < state_.records.size(); ++i) {
    if (!is_over(state_.records[i].shown.state)) look_after(state_.records[i], now);
  }
  reconcile();
  if (!state_.records.empty() || !state_.standing.empty())
    audit(now, "weir", "resumed", 0,
          std::to_string(effects_.announce.size()) + " routes are announced again, " +
              std::to_string(effects_.withdraw.size()) + " are withdrawn");
}

void MitigationMachine::configure(MitigationConfig config, UnixMillis now) {
  config_ = std::move(config);
  recheck(now, false);
  reconcile();
}

/// What the configuration of now would not allow does not stay. The guards that look at the moment of the start (how many,
/// how fast, at what cost) do not count; nor does RPKI at the start of the program, when its caches have not answered yet.
void MitigationMachine::recheck(UnixMillis now, bool at_start) {
  for (std::size_t i = 0; i < state_.records.size(); ++i) {
    MitigationRecord& record = state_.records[i];
    const MitigationState state = record.shown.state;
    if (state != MitigationState::active && state != MitigationState::probing) continue;
    auto refusals = refusals_of(record.shown, now);
    std::erase_if(refusals, [&](const Refusal& refusal) {
      switch (refusal.guard) {
        case Guard::most_active:
        case Guard::rate:
        case Guard::legitimate:
        case Guard::rule_budget: return true;
        case Guard::rpki: return at_start;
        default: return false;
      }
    });
    if (is_dry(record)) {
      end(record, MitigationState::withdrawn, "weir", "the configuration says dry run now", now);
    } else if (!refusals.empty()) {
      std::string why = "the configuration does not allow it any more: " +
                        std::string(name_of(refusals[0].guard)) + ": " + refusals[0].message;
      record.shown.refusals = std::move(refusals);
      end(record, MitigationState::withdrawn, "weir", std::move(why), now);
    }
  }
}

void MitigationMachine::forget_old(UnixMillis now) {
  std::erase_if(state_.begun, [&](UnixMillis at) { return at <= now - kHourMs; });
  std::erase_if(attacks_, [&](const auto& one) {
    return one.second.over && now >= one.second.heard_ms + kHourMs;
  });
  std::size_t closed = static_cast<std::size_t>(
      std::ranges::count_if(state_.records, [](const MitigationRecord& r) { return is_over(r.shown.state); }));
  if (closed <= kMostClosed) return;
  std::erase_if(state_.records, [&](const MitigationRecord& record) {
    return closed > kMostClosed && is_over(record.shown.state) && closed-- > kMostClosed;
  });
  effects_.changed = true;
}

}  // namespace weir::detect
