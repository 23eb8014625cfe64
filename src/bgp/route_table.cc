#include "bgp/route_table.h"

#include <algorithm>

#include "bgp/route_edit.h"

namespace weir::bgp {

RouteTable::RouteTable(RibStore& store, ViewTable& views, const RibOptions& options)
    : store_(store), views_(views), options_(options), next_hops_(store.epochs, store.next_hops) {
  (void)table_of({});  // the global one
}

// ------------------------------------------------------------------------------------------------------------- tables

std::optional<TableId> RouteTable::known_table(RouteDistinguisher rd) const {
  const auto at = by_rd_.find(rd.bits);
  if (at == by_rd_.end()) return std::nullopt;
  return at->second;
}

std::optional<TableId> RouteTable::table_of(RouteDistinguisher rd) {
  if (const auto known = known_table(rd)) return known;
  if (store_.tables.full()) return std::nullopt;
  const auto id = static_cast<TableId>(tables_.size());
  tables_.push_back({rd, std::make_unique<PrefixTrie>(store_.trie_slab)});
  by_rd_.emplace(rd.bits, id);
  store_.tables.emplace_back().store(tables_.back().trie.get(), std::memory_order_relaxed);
  store_.table_count.store(id + 1, std::memory_order_release);
  return id;
}

// ----------------------------------------------------------------------------------------------------------- prefixes

std::uint32_t RouteTable::new_prefix(TableId table, const Prefix& prefix) {
  const auto id = free_prefixes_.empty() ? static_cast<std::uint32_t>(prefixes_.size()) : free_prefixes_.back();
  if (free_prefixes_.empty()) {
    prefixes_.emplace_back();
  } else {
    free_prefixes_.pop_back();
  }
  prefixes_[id] = {prefix.address, table << 8U | prefix.length, 0};
  return id;
}

void RouteTable::drop_references(const Route& route) {
  views_.forgotten(route);
  store_.attributes.drop_reference(route.attributes);
  next_hops_.drop_reference(route.next_hop());
}

// ------------------------------------------------------------------------------------------------------------ changes

void RouteTable::announce(const Telling& telling, TableId table, const Announcement& announced) {
  const std::optional<std::uint32_t> next_hop = next_hops_.intern(announced.next_hop);
  if (!next_hop) {
    ++counts_.refused;
    return;
  }
  const std::uint32_t block = tables_[table].trie->exact(announced.nlri.prefix);
  const bool fresh = block == kNoBlock;
  const std::uint32_t id = fresh ? new_prefix(table, announced.nlri.prefix) : store_.block(block).prefix_id;
  const std::uint32_t now_s = telling.since_ever ? 0 : seconds_of(telling.now);
  const Route route(telling.view, views_.state(telling.view, telling.family).generation, telling.family,
                    telling.attributes, *next_hop, now_s);
  const RouteExtra extra{announced.nlri.path_id, announced.nlri.label};
  Edit edit(*this, id);
  if (const auto at = edit.find(telling.view, extra.path_id)) {
    const Route before = edit.route(*at);
    if (before.attributes == route.attributes && before.next_hop() == route.next_hop()) {
      next_hops_.drop_reference(*next_hop);
      if (before.view_generation != route.view_generation || before.family() != route.family() ||
          edit.extra(*at) != extra) {
        views_.moved(before, route);
        edit.freshen(*at, route, extra);
      }
      edit.commit();
      return;
    }
    if (now_s == 0) {
      // The later word of a first telling: as if the earlier had never been.
      views_.removed(before);
      --counts_.routes;
      drop_references(before);
      edit.erase(*at);
    } else {
      edit.bury(*at, now_s);
    }
  } else if (counts_.routes >= options_.most_routes || edit.size() >= kMostRoutesOfPrefix) {
    ++counts_.refused;
    next_hops_.drop_reference(*next_hop);
    edit.commit();
    if (fresh) free_prefixes_.push_back(id);
    return;
  }
  store_.attributes.add_reference(route.attributes);
  views_.added(telling.view, telling.family);
  ++counts_.routes;
  edit.insert(route, extra);
  edit.changed(now_s);
  edit.commit();
  while (counts_.past > options_.most_past_routes) forget_oldest();
  collect_if_due();
}

void RouteTable::withdraw(const Telling& telling, TableId table, const Nlri& nlri) {
  const std::uint32_t block = tables_[table].trie->exact(nlri.prefix);
  if (block == kNoBlock) return;
  Edit edit(*this, store_.block(block).prefix_id);
  if (const auto at = edit.find(telling.view, nlri.path_id)) edit.bury(*at, seconds_of(telling.now));
  edit.commit();
  while (counts_.past > options_.most_past_routes) forget_oldest();
  collect_if_due();
}

// ---------------------------------------------------------------------------------------------------- background work

bool RouteTable::sweep(std::size_t most) {
  if (sweep_left_ == 0) return false;
  for (; most > 0 && sweep_left_ > 0; --most, --sweep_left_) {
    if (sweep_at_ >= prefixes_.size()) sweep_at_ = 0;
    const auto id = static_cast<std::uint32_t>(sweep_at_++);
    if (prefixes_[id].block == 0) continue;
    bool dead = false;
    bool resort = false;
    for (const Route& route : store_.block(prefixes_[id].block).routes()) {
      dead = dead || views_.state(route.view(), route.family()).dead(route.generation());
      resort = resort || views_[route.view()].resort;
    }
    if (!dead && !resort) continue;
    Edit edit(*this, id);
    if (resort) edit.resort();
    edit.commit();
    collect_if_due();
  }
  while (counts_.past > options_.most_past_routes) forget_oldest();
  if (sweep_left_ == 0) views_.swept();
  return sweep_left_ > 0;
}

void RouteTable::forget_oldest() {
  const std::uint32_t id = passed_.front().prefix_id;
  passed_.pop_front();
  --counts_.past;
  Edit edit(*this, id);
  edit.forget_oldest_past();
  edit.commit();
  collect_if_due();
}

bool RouteTable::age(std::size_t most, UnixMillis before) {
  const std::uint32_t before_s = seconds_of(before);
  for (; most > 0 && !passed_.empty() && passed_.front().when_s < before_s; --most) forget_oldest();
  return !passed_.empty() && passed_.front().when_s < before_s;
}

void RouteTable::collect_if_due() {
  store_.trie_slab.collect_if_due();
  store_.route_slab.collect_if_due();
  store_.attributes.collect_if_due();
}

void RouteTable::collect() {
  store_.trie_slab.collect();
  store_.route_slab.collect();
  store_.attributes.collect();
  store_.epochs.collect();
  next_hops_.collect(store_.epochs.advance());
}

std::size_t RouteTable::memory() const {
  return store_.trie_slab.memory() + store_.route_slab.memory() + store_.attributes.memory() +
         prefixes_.capacity() * sizeof(Place) + free_prefixes_.capacity() * sizeof(std::uint32_t) +
         passed_.size() * sizeof(Passed) + next_hops_.memory();
}

}  // namespace weir::bgp
