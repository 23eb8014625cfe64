// Decisions: proposing, approving, rejecting, withdrawing.
#include "detect/mitigation/machine.h"

#include <algorithm>

namespace weir::detect {
namespace {

std::string with(std::string text, std::string_view why) {
  if (!why.empty()) text += ": " + std::string(why);
  return text;
}

/// An action by its name, or by its kind where one alone is of it.
Result<const ActionConfig*> action_called(const MitigationConfig& config, std::string_view name) {
  if (const ActionConfig* action = config.action(name)) return action;
  const ActionConfig* only = nullptr;
  std::string names;
  for (const ActionConfig& action : config.actions) {
    names += (names.empty() ? "" : ", ") + action.name;
    const bool is_meant = name_of(action.kind) == name || (name == "rtbh" && action.kind == ActionKind::blackhole);
    if (!is_meant) continue;
    if (only != nullptr)
      return fail(ErrorCode::invalid, "several actions are of kind '" + std::string(name) + "'; name one: " + names);
    only = &action;
  }
  if (only != nullptr) return only;
  return fail(ErrorCode::not_found,
              names.empty() ? "no actions are configured; see mitigation.actions"
                            : "no action is called '" + std::string(name) + "'; configured are: " + names);
}

}  // namespace

MitigationMachine::MitigationMachine(MitigationConfig config, OriginOf origin_of)
    : config_(std::move(config)), origin_of_(std::move(origin_of)) {}

const MitigationRecord* MitigationMachine::find(std::uint64_t id) const {
  const auto at = std::ranges::find(state_.records, id, [](const MitigationRecord& r) { return r.shown.id; });
  return at == state_.records.end() ? nullptr : &*at;
}
MitigationRecord* MitigationMachine::find_mine(std::uint64_t id) {
  const auto at = std::ranges::find(state_.records, id, [](const MitigationRecord& r) { return r.shown.id; });
  return at == state_.records.end() ? nullptr : &*at;
}

bool MitigationMachine::is_dry(const MitigationRecord& record) const {
  const ActionConfig* action = config_.action(record.shown.action);
  return config_.dry_run || action == nullptr || action->dry_run;
}

std::vector<Refusal> MitigationMachine::refusals_of(const Mitigation& mitigation, UnixMillis now) const {
  Situation situation{.now = now, .active = 0, .within_hour = 0, .standing = {}};
  for (const MitigationRecord& other : state_.records) {
    const MitigationState state = other.shown.state;
    const bool counts = state == MitigationState::active || state == MitigationState::probing ||
                        state == MitigationState::rehearsed;
    if (other.shown.id != mitigation.id && counts) ++situation.active;
  }
  situation.within_hour = static_cast<std::size_t>(
      std::ranges::count_if(state_.begun, [&](UnixMillis at) { return at > now - kHourMs; }));
  for (const StandingRoute& route : state_.standing) {
    if (route.mitigation != mitigation.id) situation.standing.push_back(route);
  }
  return check_guards(mitigation, config_, situation, origin_of_);
}

Result<MitigationRecord> MitigationMachine::drafted(const MitigationRequest& request, UnixMillis now) const {
  const auto action = action_called(config_, request.action);
  if (!action) return std::unexpected(action.error());
  Aim aim{.target = request.target, .way = Way::incoming, .signatures = {}};
  MitigationRecord record;
  Mitigation& shown = record.shown;
  if (request.attack != 0) {
    const auto known = attacks_.find(request.attack);
    if (known == attacks_.end())
      return fail(ErrorCode::not_found, "no attack " + std::to_string(request.attack) + " is running");
    const Attack& attack = known->second.attack;
    aim = {.target = attack.target, .way = attack.way, .signatures = attack.signatures};
    shown.attack = attack.id;
    shown.attack_title = title_of(attack.kind);
    shown.customer = attack.customer;
    shown.rule = attack.rule;
  }
  if (!request.match.empty()) {
    auto signature = parse_signature(request.match, aim.target);
    if (!signature) return std::unexpected(signature.error());
    aim.signatures = {*std::move(signature)};
  }
  auto plan = make_plan(**action, aim, config_.own_as);
  if (!plan) return std::unexpected(plan.error());
  shown.action = (*action)->name;
  shown.kind = (*action)->kind;
  shown.target = aim.target;
  shown.routes = std::move(plan->routes);
  shown.dry_run = request.dry_run.value_or(true) || config_.dry_run || (*action)->dry_run;
  shown.ttl_ms = request.ttl_ms != 0 ? request.ttl_ms : (*action)->ttl_ms;
  shown.created_ms = now;
  shown.until_ms = now + config_.proposal_ttl_ms;
  shown.approvals_needed = config_.two_persons ? 2 : 1;
  shown.why = request.why;
  record.attack_filter = std::move(plan->attack_filter);
  record.scope_filter = std::move(plan->scope_filter);
  record.target_filter = (aim.way == Way::incoming ? "dst net " : "src net ") + to_string(aim.target);
  return record;
}

MitigationRecord& MitigationMachine::add(MitigationRecord record, UnixMillis now) {
  record.shown.id = state_.next_mitigation++;
  state_.records.push_back(std::move(record));
  MitigationRecord& added = state_.records.back();
  std::string routes;
  for (const PlannedRoute& route : added.shown.routes) routes += (routes.empty() ? "" : "; ") + to_string(route);
  audit(now, added.shown.asked_by, "proposed", added.shown.id,
        with(added.shown.action + (added.shown.dry_run ? " (dry run)" : "") + " against " +
                 to_string(added.shown.target) + " [" + routes + "]",
             added.shown.why));
  measure(Measuring::What::radius, added, now);
  return added;
}

void MitigationMachine::refuse(MitigationRecord& record, std::vector<Refusal> refusals, UnixMillis now) {
  std::string why;
  for (const Refusal& refusal : refusals)
    why += (why.empty() ? "" : "; ") + std::string(name_of(refusal.guard)) + ": " + refusal.message;
  record.shown.refusals = std::move(refusals);
  record.shown.state = MitigationState::refused;
  record.shown.ended_ms = now;
  record.shown.why = why;
  audit(now, "weir", "refused", record.shown.id, std::move(why));
  tell("refused", record, now);
}

Result<Mitigation> MitigationMachine::propose(const MitigationRequest& request, std::string_view who, UnixMillis now) {
  auto draft = drafted(request, now);
  if (!draft) return std::unexpected(draft.error());
  draft->shown.asked_by = who;
  MitigationRecord& record = add(*std::move(draft), now);
  auto refusals = refusals_of(record.shown, now);
  // What it costs is being measured; it counts when it is approved.
  std::erase_if(refusals, [](const Refusal& refusal) { return refusal.guard == Guard::legitimate; });
  if (!refusals.empty())
    refuse(record, std::move(refusals), now);
  else
    tell("proposed", record, now);
  return record.shown;
}

Result<Mitigation> MitigationMachine::rehearse(const MitigationRequest& request, UnixMillis now) const {
  auto draft = drafted(request, now);
  if (!draft) return std::unexpected(draft.error());
  draft->shown.refusals = refusals_of(draft->shown, now);
  std::erase_if(draft->shown.refusals, [](const Refusal& refusal) { return refusal.guard == Guard::legitimate; });
  if (!draft->shown.refusals.empty()) draft->shown.state = MitigationState::refused;
  return draft->shown;
}

Result<MitigationRecord*> MitigationMachine::decidable(std::uint64_t id, std::string_view verb,
                                                       std::initializer_list<MitigationState> states) {
  MitigationRecord* record = find_mine(id);
  if (record == nullptr) return fail(ErrorCode::not_found, "there is no mitigation " + std::to_string(id));
  if (std::ranges::find(states, record->shown.state) != states.end()) return record;
  return fail(ErrorCode::invalid, "mitigation " + std::to_string(id) + " is " +
                                      std::string(name_of(record->shown.state)) + ", so it cannot be " +
                                      std::string(verb) + (record->shown.why.empty() ? "" : ": " + record->shown.why));
}

Result<Mitigation> MitigationMachine::approve(std::uint64_t id, std::string_view who, std::string_view why,
                                              UnixMillis now) {
  const auto found = decidable(id, "approved", {MitigationState::proposed});
  if (!found) return std::unexpected(found.error());
  MitigationRecord& record = **found;
  Mitigation& shown = record.shown;
  if (std::ranges::find(shown.approvals, who, &Approval::who) != shown.approvals.end())
    return fail(ErrorCode::invalid, std::string(name_of(Guard::two_persons)) + ": " + std::string(who) +
                                        " has approved it already; another person has to");
  if (auto refusals = refusals_of(shown, now); !refusals.empty()) {
    // It stays: what stands against it may pass.
    shown.refusals = refusals;
    audit(now, who, "approval refused", id,
          std::string(name_of(refusals[0].guard)) + ": " + refusals[0].message);
    effects_.changed = true;
    return fail(ErrorCode::invalid, std::string(name_of(refusals[0].guard)) + ": " + refusals[0].message);
  }
  shown.refusals.clear();
  shown.approvals.push_back({.who = std::string(who), .at_ms = now, .why = std::string(why)});
  audit(now, who, "approved", id,
        with("approval " + std::to_string(shown.approvals.size()) + " of " + std::to_string(shown.approvals_needed), why));
  if (shown.approvals.size() >= shown.approvals_needed)
    start(record, who, now);
  else
    shown.why = "one more person has to approve it (" + std::string(name_of(Guard::two_persons)) + ")";
  return shown;
}

void MitigationMachine::start(MitigationRecord& record, std::string_view who, UnixMillis now) {
  Mitigation& shown = record.shown;
  shown.dry_run = shown.dry_run || is_dry(record);
  shown.state = shown.dry_run ? MitigationState::rehearsed : MitigationState::active;
  shown.started_ms = now;
  shown.until_ms = now + shown.ttl_ms;
  shown.why = shown.dry_run ? "dry run: nothing is announced" : "announced";
  record.starts_itself = false;
  record.effect_due_ms = shown.dry_run ? 0 : now + kEffectAfterMs;
  state_.begun.push_back(now);
  std::string routes;
  for (const PlannedRoute& route : shown.routes) {
    std::string peers;
    for (const std::string& peer : route.peers) peers += (peers.empty() ? "" : ", ") + peer;
    routes += (routes.empty() ? "" : "; ") + to_string(route) + " to " + peers;
  }
  audit(now, who, shown.dry_run ? "rehearsed" : "announced", shown.id,
        routes + " until " + to_iso8601(shown.until_ms));
  tell(shown.dry_run ? "rehearsed" : "announced", record, now);
  reconcile();
}

void MitigationMachine::end(MitigationRecord& record, MitigationState state, std::string_view who, std::string why,
                            UnixMillis now) {
  Mitigation& shown = record.shown;
  shown.state = state;
  shown.ended_ms = now;
  shown.next_probe_ms = shown.probe_until_ms = 0;
  shown.why = std::move(why);
  record.starts_itself = false;
  audit(now, who, name_of(state), shown.id, shown.why);
  tell(name_of(state), record, now);
  reconcile();
}

Result<Mitigation> MitigationMachine::reject(std::uint64_t id, std::string_view who, std::string_view why,
                                             UnixMillis now) {
  const auto found = decidable(id, "rejected", {MitigationState::proposed});
  if (!found) return std::unexpected(found.error());
  end(**found, MitigationState::rejected, who, with("rejected by " + std::string(who), why), now);
  return (*found)->shown;
}

Result<Mitigation> MitigationMachine::withdraw(std::uint64_t id, std::string_view who, std::string_view why,
                                               UnixMillis now) {
  const auto found = decidable(
      id, "withdrawn",
      {MitigationState::proposed, MitigationState::active, MitigationState::rehearsed, MitigationState::probing});
  if (!found) return std::unexpected(found.error());
  end(**found, MitigationState::withdrawn, who, with("withdrawn by " + std::string(who), why), now);
  return (*found)->shown;
}

void MitigationMachine::on_radius(std::uint64_t id, BlastRadius radius, UnixMillis now) {
  MitigationRecord* record = find_mine(id);
  if (record == nullptr) return;
  record->shown.radius = std::move(radius);
  effects_.changed = true;
  if (record->shown.state != MitigationState::proposed || !record->starts_itself) return;
  record->starts_itself = false;
  auto refusals = refusals_of(record->shown, now);
  if (refusals.empty()) return start(*record, record->shown.asked_by, now);
  const bool cost_alone = std::ranges::all_of(refusals, [](const Refusal& r) { return r.guard == Guard::legitimate; });
  if (!cost_alone) return refuse(*record, std::move(refusals), now);
  record->shown.why = "a person has to decide: " + refusals[0].message;
  record->shown.refusals = std::move(refusals);
  audit(now, "weir", "left to a person", id, record->shown.why);
  tell("proposed", *record, now);
}

void MitigationMachine::on_effect(std::uint64_t id, Effect effect, UnixMillis) {
  MitigationRecord* record = find_mine(id);
  if (record == nullptr) return;
  record->shown.effect = std::move(effect);
  effects_.changed = true;
}

}  // namespace weir::detect
