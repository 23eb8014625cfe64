// What is to be done: the routes that should stand against those that may, the audit log, measuring, notices.
#include <algorithm>

#include "detect/mitigation/machine.h"
#include "detect/mitigation/notices.h"

namespace weir::detect {
namespace {

auto place_of(std::vector<StandingRoute>& list, const StandingRoute& one) {
  return std::ranges::find_if(list, [&](const StandingRoute& other) { return same_place(one, other); });
}

}  // namespace

/// The peers shall hold the routes of active mitigations and nothing else. What is to be announced is noted as standing
/// before it is, and forgotten only when it was withdrawn, so that a process that is killed between leaves nothing unknown.
void MitigationMachine::reconcile() {
  std::vector<StandingRoute> wanted;
  for (const MitigationRecord& record : state_.records) {
    if (record.shown.state != MitigationState::active) continue;
    for (const PlannedRoute& route : record.shown.routes) {
      for (StandingRoute& one : at_each_peer(route, record.shown.id)) {
        if (place_of(wanted, one) == wanted.end()) wanted.push_back(std::move(one));
      }
    }
  }
  effects_.announce.clear();
  effects_.withdraw.clear();
  for (const StandingRoute& route : state_.standing) {
    if (place_of(wanted, route) == wanted.end()) effects_.withdraw.push_back(route);
  }
  for (StandingRoute& route : wanted) {
    auto at = place_of(state_.standing, route);
    if (at == state_.standing.end()) at = state_.standing.insert(at, route);
    if (at->sent && at->route == route.route && at->mitigation == route.mitigation) continue;
    *at = route;
    effects_.announce.push_back(std::move(route));
    effects_.changed = true;
  }
}

void MitigationMachine::on_announced(const StandingRoute& route, const Result<void>& outcome, UnixMillis now) {
  const auto at = place_of(state_.standing, route);
  if (outcome) {
    if (at != state_.standing.end()) at->sent = true;
    return;
  }
  if (outcome.error().code == ErrorCode::cancelled) return;  // no speaker runs: again at the next tick
  MitigationRecord* record = find_mine(route.mitigation);
  if (record == nullptr || record->shown.state != MitigationState::active) return;
  end(*record, MitigationState::failed, "weir",
      "'" + route.peer + "' could not be told " + to_string(route.route) + ": " + outcome.error().message, now);
}

void MitigationMachine::on_withdrawn(const StandingRoute& route, const Result<void>& outcome, UnixMillis now) {
  // A peer that is not configured any more has no session, and with that no route of ours.
  const bool gone = outcome || outcome.error().code == ErrorCode::not_found;
  if (!gone) return;
  const auto at = place_of(state_.standing, route);
  if (at == state_.standing.end()) return;
  state_.standing.erase(at);
  effects_.changed = true;
  audit(now, "weir", "route withdrawn", route.mitigation, to_string(route.route) + " from " + route.peer);
}

void MitigationMachine::audit(UnixMillis now, std::string_view who, std::string_view what, std::uint64_t mitigation,
                              std::string why) {
  effects_.changed = true;
  effects_.audit.push_back({.number = 0,
                            .at_ms = now,
                            .who = std::string(who),
                            .what = std::string(what),
                            .mitigation = mitigation,
                            .why = std::move(why),
                            .hash = {}});
}

void MitigationMachine::measure(Measuring::What what, const MitigationRecord& record, UnixMillis now) {
  effects_.measure.push_back({.what = what,
                              .mitigation = record.shown.id,
                              .scope_filter = record.scope_filter,
                              .attack_filter = record.attack_filter,
                              .target_filter = record.target_filter,
                              .has_attack = record.shown.attack != 0,
                              .started_ms = record.shown.started_ms,
                              .now_ms = now});
}

std::vector<std::string> MitigationMachine::channels_of(const MitigationRecord& record, std::string_view event) const {
  std::vector<std::string> out;
  const auto add = [&](const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (std::ranges::find(out, name) == out.end()) out.push_back(name);
    }
  };
  bool of_policy = false;
  for (const PolicyConfig& policy : config_.policies) {
    if (record.shown.attack == 0 || (policy.rule != "*" && policy.rule != record.shown.rule)) continue;
    add(policy.notify);
    of_policy = true;
    break;
  }
  if (!of_policy) {  // what people ask for is told to everybody
    for (const ChannelConfig& channel : config_.channels) {
      if (channel.kind != ChannelKind::http) add({channel.name});
    }
  }
  // A scrubber's API is called when the diversion really begins and really ends.
  const ActionConfig* action = config_.action(record.shown.action);
  const bool real = !record.shown.dry_run && record.shown.started_ms != 0;
  const bool begins_or_ends = event == "announced" || event == "withdrawn" || event == "expired" || event == "failed";
  if (action != nullptr && real && begins_or_ends) add(action->call);
  return out;
}

void MitigationMachine::tell(std::string_view event, const MitigationRecord& record, UnixMillis now) {
  deliver(channels_of(record, event), notice_of(event, record.shown, now));
}

void MitigationMachine::deliver(const std::vector<std::string>& channels, const Notice& notice) {
  for (const std::string& name : channels) {
    const ChannelConfig* channel = config_.channel(name);
    if (channel == nullptr) continue;
    const auto& events = channel->events;
    if (!events.empty() && std::ranges::find(events, notice.event) == events.end()) continue;
    if (state_.deliveries.size() >= kMostDeliveries) {
      audit(notice.at_ms, "weir", "not delivered", 0, "too many notices wait; the oldest is given up: " +
                                                          state_.deliveries.front().notice.title);
      state_.deliveries.erase(state_.deliveries.begin());
    }
    state_.deliveries.push_back({.id = state_.next_delivery++,
                                 .channel = name,
                                 .notice = notice,
                                 .attempts = 0,
                                 .created_ms = notice.at_ms,
                                 .next_ms = notice.at_ms,
                                 .last_error = {}});
    effects_.changed = true;
  }
}

std::vector<Delivery> MitigationMachine::due(UnixMillis now, std::size_t most) {
  std::vector<Delivery> out;
  // The oldest of each channel, so that they come in order, and a channel that fails holds up no other.
  std::set<std::string_view> seen;
  for (const Delivery& delivery : state_.deliveries) {
    if (out.size() == most) break;
    if (!seen.insert(delivery.channel).second || in_flight_.contains(delivery.id) || delivery.next_ms > now) continue;
    in_flight_.insert(delivery.id);
    out.push_back(delivery);
  }
  return out;
}

void MitigationMachine::on_delivered(std::uint64_t id, const Result<void>& outcome, UnixMillis now) {
  in_flight_.erase(id);
  const auto at = std::ranges::find(state_.deliveries, id, &Delivery::id);
  if (at == state_.deliveries.end()) return;
  effects_.changed = true;
  const std::string what = "'" + at->notice.title + "' to " + at->channel;
  if (outcome) {
    audit(now, "weir", "delivered", 0, what + (at->attempts == 0 ? "" : " after " + std::to_string(at->attempts + 1) + " attempts"));
    state_.deliveries.erase(at);
    return;
  }
  ++at->attempts;
  at->last_error = outcome.error().message;
  const ChannelConfig* channel = config_.channel(at->channel);
  // What can never be delivered is not tried again.
  const bool hopeless = outcome.error().code == ErrorCode::invalid || channel == nullptr;
  if (hopeless || now >= at->created_ms + channel->give_up_ms) {
    audit(now, "weir", "not delivered", 0, what + ": " + at->last_error);
    state_.deliveries.erase(at);
    return;
  }
  UnixMillis pause = kFirstRetryMs;
  for (unsigned i = 1; i < at->attempts && pause < kMostRetryMs; ++i) pause *= 2;
  at->next_ms = now + std::min(pause, kMostRetryMs);
}

Effects MitigationMachine::take_effects() {
  return std::exchange(effects_, {});
}

}  // namespace weir::detect
