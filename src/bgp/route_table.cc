#include "bgp/route_table.h"

#include <algorithm>

#include "bgp/route_edit.h"

namespace weir::bgp {

RouteTable::RouteTable(RibStore& store, ViewTable& views, const RibOptions& options)
    : store_(store),
      views_(views),
      options_(options),
      prefix_ids_(store.epochs),
      next_hops_(store.epochs, store.next_hops) {
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
  std::optional<std::uint32_t> id = prefix_ids_.take();
  if (!id) {
    if (store_.entries.size() >= kMostPrefixes || store_.entries.full()) return PrefixTrie::kNone;
    id = static_cast<std::uint32_t>(store_.entries.size());
    store_.entries.emplace_back();
    owners_.emplace_back();
  }
  owners_[*id] = {prefix.address, table << 8U | prefix.length};
  return *id;
}

void RouteTable::free_prefix(std::uint32_t id) {
  const Owner& owner = owners_[id];
  tables_[owner.table_length >> 8U].trie->erase({owner.address, static_cast<std::uint8_t>(owner.table_length)});
  prefix_ids_.retire(id);
}

void RouteTable::add_references(const Route& route) {
  store_.attributes.add_reference(route.attributes);
  next_hops_.add_reference(route.next_hop());
}

void RouteTable::drop_references(const Route& route) {
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
  PrefixTrie& trie = *tables_[table].trie;
  std::uint32_t id = trie.exact(announced.nlri.prefix);
  const bool fresh = id == PrefixTrie::kNone;
  if (fresh) id = new_prefix(table, announced.nlri.prefix);
  if (id == PrefixTrie::kNone) {
    ++counts_.refused;
    next_hops_.drop_reference(*next_hop);
    return;
  }
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
    if (fresh) prefix_ids_.retire(id);
    return;
  }
  store_.attributes.add_reference(route.attributes);
  views_.added(telling.view, telling.family);
  ++counts_.routes;
  edit.insert(route, extra);
  edit.changed(now_s);
  edit.commit();
  if (fresh) trie.insert(announced.nlri.prefix, id);
  while (counts_.past > options_.most_past_routes) forget_oldest();
}

void RouteTable::withdraw(const Telling& telling, TableId table, const Nlri& nlri) {
  const std::uint32_t id = tables_[table].trie->exact(nlri.prefix);
  if (id == PrefixTrie::kNone) return;
  Edit edit(*this, id);
  if (const auto at = edit.find(telling.view, nlri.path_id)) edit.bury(*at, seconds_of(telling.now));
  edit.commit();
  while (counts_.past > options_.most_past_routes) forget_oldest();
}

// ---------------------------------------------------------------------------------------------------- background work

bool RouteTable::sweep(std::size_t most) {
  if (sweep_left_ == 0) return false;
  for (; most > 0 && sweep_left_ > 0; --most, --sweep_left_) {
    if (sweep_at_ >= store_.entries.size()) sweep_at_ = 0;
    const auto id = static_cast<std::uint32_t>(sweep_at_++);
    const RouteBlock* block = store_.block(id);
    if (block == nullptr) continue;
    bool dead = false;
    bool resort = false;
    for (const Route& route : block->routes()) {
      dead = dead || views_.state(route.view(), route.family()).dead(route.generation());
      resort = resort || views_[route.view()].resort;
    }
    if (!dead && !resort) continue;
    Edit edit(*this, id);
    if (resort) edit.resort();
    edit.commit();
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
}

bool RouteTable::age(std::size_t most, UnixMillis before) {
  const std::uint32_t before_s = seconds_of(before);
  for (; most > 0 && !passed_.empty() && passed_.front().when_s < before_s; --most) forget_oldest();
  return !passed_.empty() && passed_.front().when_s < before_s;
}

void RouteTable::collect() {
  store_.trie_slab.collect();
  store_.route_slab.collect();
  store_.attributes.collect();
  store_.epochs.collect();
  const std::uint64_t below = store_.epochs.advance();
  prefix_ids_.collect(below);
  next_hops_.collect(below);
}

std::size_t RouteTable::memory() const {
  return store_.trie_slab.memory() + store_.route_slab.memory() + store_.attributes.memory() + store_.entries.memory() +
         owners_.capacity() * sizeof(Owner) + passed_.size() * sizeof(Passed) + next_hops_.memory() +
         prefix_ids_.memory();
}

}  // namespace weir::bgp
