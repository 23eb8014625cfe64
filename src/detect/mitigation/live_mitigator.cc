#include "detect/mitigation/live_mitigator.h"

#include <algorithm>

#include "base/digest.h"
#include "base/log.h"
#include "detect/mitigation/state_file.h"

namespace weir::detect {
namespace {

/// What an announcement brings about is done in further rounds; more than these would be a circle.
constexpr int kMostRounds = 8;

}  // namespace

LiveMitigator::LiveMitigator(MitigationConfig config, MitigatorSurroundings around)
    : around_(std::move(around)), machine_(std::move(config), around_.origin_of) {}

void LiveMitigator::resume(Result<MachineState> state) {
  const std::lock_guard lock(mutex_);
  if (!state && state.error().code != ErrorCode::not_found) state_problem_ = state.error().message;
  machine_.resume(state ? *std::move(state) : MachineState{}, around_.now());
  perform();
}

void LiveMitigator::configure(MitigationConfig config) {
  const std::lock_guard lock(mutex_);
  machine_.configure(std::move(config), around_.now());
  perform();
}

void LiveMitigator::on_attack(const Attack& attack) {
  const std::lock_guard lock(mutex_);
  machine_.on_attack(attack, around_.now());
  perform();
}

void LiveMitigator::tick() {
  const std::lock_guard lock(mutex_);
  machine_.tick(around_.now());
  perform();
}

/// True when all of it is on the disk.
bool LiveMitigator::record(Effects& effects) {
  counters_.refusals += static_cast<std::uint64_t>(std::ranges::count(effects.audit, "refused", &AuditEntry::what));
  std::ranges::move(effects.audit, std::back_inserter(unlogged_));
  effects.audit.clear();
  const bool was_sound = disk_problem_.empty();
  if (effects.changed || !was_sound) {
    // The log first: better a line about what a crash prevented than a route that nobody can account for.
    Result<void> saved;
    if (!unlogged_.empty()) saved = around_.log.append(unlogged_);
    if (saved) {
      unlogged_.clear();
      saved = around_.save(write_state(machine_.state()));
    }
    disk_problem_ = saved ? "" : saved.error().message;
    if (!saved && was_sound)
      log::error("mitigation announces nothing while it cannot write down what it does", log::escape(disk_problem_));
  }
  return disk_problem_.empty();
}

void LiveMitigator::perform() {
  for (int round = 0; round < kMostRounds; ++round) {
    Effects effects = machine_.take_effects();
    std::ranges::move(effects.measure, std::back_inserter(measurings_));
    const bool is_recorded = record(effects);
    if (!effects.changed && effects.withdraw.empty() && effects.announce.empty()) return;
    const UnixMillis now = around_.now();
    // What is to go goes in any case; what is to come has to be known after a crash.
    for (const StandingRoute& route : effects.withdraw) machine_.on_withdrawn(route, withdraw_route(route), now);
    if (!is_recorded) return;
    for (const StandingRoute& route : effects.announce) machine_.on_announced(route, announce(route), now);
  }
}

Result<void> LiveMitigator::announce(const StandingRoute& route) {
  ++counters_.announcements;
  const std::vector<std::string> peers = {route.peer};
  log::info("mitigation announces", "id=" + std::to_string(route.mitigation) + " peer=\"" + log::escape(route.peer) +
                                        "\" route=\"" + log::escape(to_string(route.route)) + "\"");
  if (const auto* unicast = std::get_if<UnicastRoute>(&route.route.what)) {
    return around_.announcer.announce(peers, bgp::OwnRoute{.nlri = {.prefix = unicast->prefix, .rd = {}},
                                                           .next_hop = unicast->next_hop,
                                                           .attributes = route.route.attributes});
  }
  return around_.announcer.announce(peers, bgp::OwnFilter{.rule = std::get<bgp::FlowSpec>(route.route.what),
                                                          .attributes = route.route.attributes});
}

Result<void> LiveMitigator::withdraw_route(const StandingRoute& route) {
  ++counters_.withdrawals;
  const std::vector<std::string> peers = {route.peer};
  log::info("mitigation withdraws", "id=" + std::to_string(route.mitigation) + " peer=\"" + log::escape(route.peer) +
                                        "\" route=\"" + log::escape(to_string(route.route)) + "\"");
  if (const auto* unicast = std::get_if<UnicastRoute>(&route.route.what))
    return around_.announcer.withdraw(peers, bgp::Nlri{.prefix = unicast->prefix, .rd = {}});
  return around_.announcer.withdraw(peers, std::get<bgp::FlowSpec>(route.route.what));
}

std::vector<Measuring> LiveMitigator::take_measurings() {
  const std::lock_guard lock(mutex_);
  return std::exchange(measurings_, {});
}

void LiveMitigator::on_radius(std::uint64_t id, BlastRadius radius) {
  const std::lock_guard lock(mutex_);
  machine_.on_radius(id, std::move(radius), around_.now());
  perform();
}

void LiveMitigator::on_effect(std::uint64_t id, Effect effect) {
  const std::lock_guard lock(mutex_);
  machine_.on_effect(id, std::move(effect), around_.now());
  perform();
}

std::vector<Delivery> LiveMitigator::due(std::size_t most) {
  const std::lock_guard lock(mutex_);
  return machine_.due(around_.now(), most);
}

void LiveMitigator::on_delivered(std::uint64_t delivery, const Result<void>& outcome) {
  const std::lock_guard lock(mutex_);
  ++(outcome ? counters_.delivered : counters_.not_delivered);
  machine_.on_delivered(delivery, outcome, around_.now());
  perform();
}

std::optional<ChannelConfig> LiveMitigator::channel(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const ChannelConfig* channel = machine_.config().channel(name);
  return channel == nullptr ? std::nullopt : std::optional(*channel);
}

// ------------------------------------------------------------------------------------------------------------- to tell

MitigationSummary LiveMitigator::summary() const {
  const std::lock_guard lock(mutex_);
  const MitigationConfig& config = machine_.config();
  MitigationSummary out;
  out.configured = !config.actions.empty();
  out.dry_run = config.dry_run;
  out.most_active = config.most_active;
  for (const MitigationRecord& record : machine_.state().records) {
    const MitigationState state = record.shown.state;
    out.proposed += state == MitigationState::proposed;
    out.active += state == MitigationState::active || state == MitigationState::probing;
    out.rehearsed += state == MitigationState::rehearsed;
  }
  for (const ActionConfig& action : config.actions) {
    ActionSummary& of = out.actions.emplace_back();
    of.name = action.name;
    of.kind = action.kind;
    of.dry_run = action.dry_run || config.dry_run;
    of.peers = action.peers();
    if (!around_.peer_problem) continue;
    const bgp::Safi safi = action.kind == ActionKind::flowspec ? bgp::Safi::flowspec : bgp::Safi::unicast;
    for (const std::string& peer : of.peers) {
      for (const bgp::Afi afi : {bgp::Afi::ipv4, bgp::Afi::ipv6}) {
        const std::string problem = around_.peer_problem(peer, {afi, safi});
        if (problem.empty()) continue;
        std::string line = "peer '" + peer + "': " + problem;
        if (std::ranges::find(of.problems, line) == of.problems.end()) of.problems.push_back(std::move(line));
      }
    }
  }
  if (!disk_problem_.empty()) out.problems.push_back("nothing is announced: " + disk_problem_);
  if (!state_problem_.empty())
    out.problems.push_back("what stood before the start could not be read and is not announced: " + state_problem_);
  for (const Delivery& delivery : machine_.state().deliveries) {
    if (delivery.attempts < 3) continue;
    out.problems.push_back("channel '" + delivery.channel + "' fails: " + delivery.last_error);
    break;
  }
  if (config.people.empty() && out.configured)
    out.problems.push_back("nobody can approve: mitigation.people is empty");
  return out;
}

std::vector<Mitigation> LiveMitigator::list(std::size_t most_closed) const {
  const std::lock_guard lock(mutex_);
  std::vector<Mitigation> open;
  std::vector<Mitigation> closed;
  const auto& records = machine_.state().records;
  for (auto at = records.rbegin(); at != records.rend(); ++at) {
    if (!is_over(at->shown.state))
      open.push_back(at->shown);
    else if (closed.size() < most_closed)
      closed.push_back(at->shown);
  }
  std::ranges::move(closed, std::back_inserter(open));
  return open;
}

Result<Mitigation> LiveMitigator::get(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  const MitigationRecord* record = machine_.find(id);
  if (record == nullptr) return fail(ErrorCode::not_found, "there is no mitigation " + std::to_string(id));
  return record->shown;
}

Result<std::string> LiveMitigator::person(std::string_view token) const {
  const std::lock_guard lock(mutex_);
  const auto& people = machine_.config().people;
  if (people.empty())
    return fail(ErrorCode::invalid, "nobody may decide about mitigations yet; name people in mitigation.people");
  const std::string digest = sha256_hex(token);
  std::string name;
  for (const PersonConfig& person : people) {
    if (same_secret(person.token_sha256, digest)) name = person.name;
  }
  if (name.empty() || token.empty())
    return fail(ErrorCode::invalid, "the token belongs to nobody of mitigation.people");
  return name;
}

AuditPage LiveMitigator::log(std::size_t most, std::uint64_t id) const {
  return around_.log.read(most, id);
}

// ----------------------------------------------------------------------------------------------------------- to decide

/// Does what a decision brought about, and gives the mitigation as it is then.
Result<Mitigation> LiveMitigator::done(Result<Mitigation> result) {
  perform();
  if (!result) return result;
  const MitigationRecord* record = machine_.find(result->id);
  return record == nullptr ? result : Result<Mitigation>(record->shown);
}

Result<Mitigation> LiveMitigator::propose(const MitigationRequest& request, std::string_view who) {
  const std::lock_guard lock(mutex_);
  return done(machine_.propose(request, who, around_.now()));
}
Result<Mitigation> LiveMitigator::rehearse(const MitigationRequest& request) const {
  const std::lock_guard lock(mutex_);
  return machine_.rehearse(request, around_.now());
}
Result<Mitigation> LiveMitigator::approve(std::uint64_t id, std::string_view who, std::string_view why) {
  const std::lock_guard lock(mutex_);
  return done(machine_.approve(id, who, why, around_.now()));
}
Result<Mitigation> LiveMitigator::reject(std::uint64_t id, std::string_view who, std::string_view why) {
  const std::lock_guard lock(mutex_);
  return done(machine_.reject(id, who, why, around_.now()));
}
Result<Mitigation> LiveMitigator::withdraw(std::uint64_t id, std::string_view who, std::string_view why) {
  const std::lock_guard lock(mutex_);
  return done(machine_.withdraw(id, who, why, around_.now()));
}

}  // namespace weir::detect
