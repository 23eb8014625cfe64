#include "bgp/view_table.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace weir::bgp {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
/// Refreshes that may wait for their sweep. Below kGenerations, so that a dead route is never taken for a fresh one.
constexpr std::uint32_t kMostGenerationsUnswept = 32'000;

/// Of an exporter's own views: Loc-RIB, then what came in after its policy, before it, and what it sends out.
std::uint8_t own_rank(RibKind rib) {
  static constexpr std::array<std::uint8_t, 5> kRanks = {2, 1, 4, 3, 0};  // in the order of RibKind
  return kRanks.at(static_cast<std::size_t>(rib));
}

}  // namespace

bool View::synced() const {
  if (quiet) return true;
  const bool any_ended = std::ranges::any_of(counts, &Count::ended);
  return any_ended && std::ranges::none_of(counts, [](const Count& count) { return count.sent && !count.ended; });
}

std::uint64_t View::alive() const {
  std::uint64_t out = 0;
  for (const Count& count : counts) out += count.alive();
  return out;
}

ViewTable::~ViewTable() {
  for (std::size_t i = 0; i < store_.source_exporters.size(); ++i) delete store_.source_exporters[i].load(kRelaxed);
}

SourceId ViewTable::set_source(const SourceInfo& info) {
  const auto at = std::ranges::find(sources_, info.name, [](const Source& source) { return source.info.name; });
  const auto id = static_cast<SourceId>(at - sources_.begin());
  if (at == sources_.end()) {
    if (sources_.size() > std::numeric_limits<SourceId>::max()) return id;
    sources_.push_back({info});
    store_.source_exporters.emplace_back();
  } else {
    at->info = info;
  }
  const ExporterList* fresh = info.exporters.empty() ? nullptr : new ExporterList(info.exporters);
  const ExporterList* old = store_.source_exporters[id].exchange(fresh, std::memory_order_acq_rel);
  if (old != nullptr) store_.epochs.retire([old] { delete old; });
  store_.groups_version.fetch_add(1, std::memory_order_release);
  for (ViewId view = 0; view < views_.size(); ++view) {
    if (views_[view].info.key.source == id) set_standing(view);
  }
  find_best_standing();
  return id;
}

void ViewTable::forget_source(SourceId id) {
  for (ViewId view = 0; view < views_.size(); ++view) {
    if (views_[view].info.key.source != id) continue;
    views_[view].known = views_[view].up = views_[view].held = false;
    set_standing(view);
  }
  find_best_standing();
}

void ViewTable::set_standing(ViewId id) {
  const View& view = views_[id];
  store_.views[id].standing.store(ViewState::standing_of(sources_[view.info.key.source].info.preference, !view.up),
                                  kRelaxed);
}

void ViewTable::find_best_standing() {
  std::uint64_t best = std::numeric_limits<std::uint64_t>::max();
  for (ViewId view = 0; view < views_.size(); ++view) {
    if (views_[view].up || views_[view].alive() > 0) best = std::min(best, store_.views[view].standing.load(kRelaxed));
  }
  store_.best_standing.store(best, kRelaxed);
}

std::uint32_t ViewTable::group_of(const ViewInfo& info) {
  const GroupKey key{info.key.source, info.key.router, info.router_id};
  if (const auto at = groups_.find(key); at != groups_.end()) return at->second;
  if (store_.groups.full()) return 0;
  const auto id = static_cast<std::uint32_t>(store_.groups.size());
  ViewGroup& group = store_.groups.emplace_back();
  group.source = info.key.source;
  group.router = info.key.router;
  group.router_id = info.router_id;
  groups_.emplace(key, id);
  store_.group_count.store(id + 1, std::memory_order_release);
  store_.groups_version.fetch_add(1, std::memory_order_release);
  return id;
}

std::atomic<std::uint64_t>& ViewTable::group_routes(ViewId id) {
  return store_.groups[store_.views[id].group.load(kRelaxed)].routes;
}

ViewId ViewTable::open(const ViewInfo& info, UnixMillis now, UnixMillis clock) {
  const auto found = by_key_.find(info.key);
  const bool fresh = found == by_key_.end();
  if (fresh && views_.size() >= kMostViews) return kMostViews;
  const ViewId id = fresh ? static_cast<ViewId>(views_.size()) : found->second;
  if (fresh) {
    views_.emplace_back();
    store_.views.emplace_back().peer = info.key.peer;
    by_key_.emplace(info.key, id);
  }
  View& view = views_[id];
  ViewState& state = store_.views[id];
  view.resort = view.alive() > 0 && (view.info.internal != info.internal || view.info.bgp_id != info.bgp_id);
  view.info = info;
  view.known = view.up = true;
  view.held = view.quiet = view.settled = false;
  view.since_ms = now;
  view.opened_at = clock;
  view.first_at = view.changed_at = 0;
  const std::uint32_t group = group_of(info);
  group_routes(id).fetch_sub(view.kept, kRelaxed);
  state.group.store(group, std::memory_order_release);
  group_routes(id).fetch_add(view.kept, kRelaxed);
  state.own_rank.store(own_rank(info.key.rib), kRelaxed);
  state.internal.store(info.internal, kRelaxed);
  state.bgp_id.store(info.bgp_id, kRelaxed);
  for (std::size_t family = 0; family < kFamilies.size(); ++family) {
    refresh(id, family);
    view.counts.at(family).sent = view.counts.at(family).ended = false;
  }
  set_standing(id);
  find_best_standing();
  return id;
}

void ViewTable::close(ViewId id, UnixMillis now) {
  View& view = views_[id];
  if (!view.up) return;
  view.up = false;
  view.held = view.alive() > 0;
  view.since_ms = now;
  set_standing(id);
  find_best_standing();
}

void ViewTable::set_state(ViewId id, std::size_t family, FamilyState state) {
  store_.views[id].families.at(family).store(state.pack(), kRelaxed);
}

void ViewTable::refresh(ViewId id, std::size_t family) {
  View::Count& count = views_[id].counts.at(family);
  if (count.fresh == 0) return;
  FamilyState state = this->state(id, family);
  // Someone refreshes for ever and never ends it: what it told since the last time just stays fresh.
  if (count.stale == 0 && count.dead == 0) count.oldest = state.kept = state.generation;
  if (state.age(count.oldest) >= kMostGenerationsUnswept) return;
  state.generation = static_cast<std::uint16_t>((state.generation + 1U) % kGenerations);
  set_state(id, family, state);
  count.stale += std::exchange(count.fresh, 0);
}

bool ViewTable::kill_stale(ViewId id, std::size_t family, std::uint32_t now_s) {
  View::Count& count = views_[id].counts.at(family);
  if (count.stale == 0) return false;
  FamilyState state = this->state(id, family);
  state.kept = state.generation;
  state.killed_s = now_s;
  set_state(id, family, state);
  count.dead += std::exchange(count.stale, 0);
  exhausted_ = exhausted_ || state.age(count.oldest) >= kMostGenerationsUnswept;
  return true;
}

bool ViewTable::kill_all(ViewId id, std::uint32_t now_s) {
  View& view = views_[id];
  view.held = false;
  bool any = false;
  for (std::size_t family = 0; family < kFamilies.size(); ++family) {
    View::Count& count = view.counts.at(family);
    if (count.alive() == 0) continue;
    // One generation more than refresh() leaves, then all are swept before the next.
    FamilyState state = this->state(id, family);
    state.generation = static_cast<std::uint16_t>((state.generation + 1U) % kGenerations);
    set_state(id, family, state);
    count.stale += std::exchange(count.fresh, 0);
    any = kill_stale(id, family, now_s) || any;
  }
  if (any) find_best_standing();
  return any;
}

bool ViewTable::end_telling(ViewId id, UnixMillis now) {
  View& view = views_[id];
  if (!view.up) return false;
  const bool settles = !view.settled && now - view.opened_at >= kLongestTellingMs;
  const bool over =
      view.first_at != 0 && (now - view.changed_at >= kQuietMs || now - view.first_at >= kLongestTellingMs);
  const bool ends = over && !view.quiet;
  view.settled = view.settled || settles;
  view.quiet = view.quiet || over;
  bool any = false;
  for (std::size_t family = 0; family < kFamilies.size(); ++family) {
    View::Count& count = view.counts.at(family);
    count.told = count.told || (over && count.sent);
    if (settles || (ends && count.sent)) any = kill_stale(id, family, seconds_of(now)) || any;
  }
  return any;
}

void ViewTable::swept() {
  exhausted_ = false;
  for (ViewId id = 0; id < views_.size(); ++id) {
    views_[id].resort = false;
    for (std::size_t family = 0; family < kFamilies.size(); ++family) {
      View::Count& count = views_[id].counts.at(family);
      const FamilyState state = this->state(id, family);
      count.oldest = count.stale == 0 ? state.generation : state.kept;
    }
  }
}

void ViewTable::added(ViewId id, std::size_t family) {
  ++views_[id].counts.at(family).fresh;
  ++views_[id].kept;
  group_routes(id).fetch_add(1, kRelaxed);
}

std::uint64_t& ViewTable::count_of(const Route& route) {
  View::Count& count = views_[route.view()].counts.at(route.family());
  const FamilyState state = this->state(route.view(), route.family());
  if (state.dead(route.generation())) return count.dead;
  return state.age(route.generation()) == 0 ? count.fresh : count.stale;
}

void ViewTable::removed(const Route& route) {
  --count_of(route);
}

void ViewTable::forgotten(const Route& route) {
  --views_[route.view()].kept;
  group_routes(route.view()).fetch_sub(1, kRelaxed);
}

void ViewTable::moved(const Route& before, const Route& now) {
  --count_of(before);
  ++count_of(now);
}

}  // namespace weir::bgp
