#include "bgp/route_edit.h"

#include <algorithm>
#include <new>

namespace weir::bgp {

RouteTable::Edit::Edit(RouteTable& table, std::uint32_t id)
    : table_(table),
      store_(table.store_),
      routes_(table.routes_),
      extras_(table.extras_),
      past_(table.past_),
      id_(id),
      old_(table.prefixes_[id].block) {
  routes_.clear();
  extras_.clear();
  past_.clear();
  if (old_ == 0) return;
  const RouteBlock& block = store_.block(old_);
  changed_s_ = block.changed_s;
  med_decides_ = block.med_decides;
  const auto old = block.routes();
  routes_.assign(old.begin(), old.end());
  for (std::size_t i = 0; i < old.size(); ++i) extras_.push_back(block.extra(i));
  const auto past = store_.past(block);
  past_.assign(past.begin(), past.end());
  for (std::size_t i = routes_.size(); i-- > 0;) {
    const FamilyState state = table_.views_.state(routes_[i].view(), routes_[i].family());
    if (state.dead(routes_[i].generation())) bury(i, state.killed_s);
  }
}

std::optional<std::size_t> RouteTable::Edit::find(ViewId view, std::uint32_t path_id) const {
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (routes_[i].view() == view && extras_[i].path_id == path_id) return i;
  }
  return std::nullopt;
}

Contender RouteTable::Edit::facts(std::size_t i) const {
  Contender out = store_.contender(routes_[i], extras_[i]);
  // These two change without the block: readers look at them when they choose.
  out.preference = 0;
  out.stale = false;
  return out;
}

bool RouteTable::Edit::goes_before(const Contender& a, const Contender& b) const {
  const auto order = before_med(a, b);
  return order != 0 ? order < 0 : after_med(a, b) < 0;
}

void RouteTable::Edit::insert(const Route& route, RouteExtra extra) {
  dirty_ = true;
  std::size_t low = 0;
  if (!routes_.empty()) {
    Contender fresh = store_.contender(route, extra);
    fresh.preference = 0;
    fresh.stale = false;
    for (std::size_t high = routes_.size(); low < high;) {
      const std::size_t middle = (low + high) / 2;
      if (goes_before(fresh, facts(middle))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
  }
  routes_.insert(routes_.begin() + static_cast<std::ptrdiff_t>(low), route);
  extras_.insert(extras_.begin() + static_cast<std::ptrdiff_t>(low), extra);
  note_med(low);
}

/// Whether another route of the same neighbour AS differs in MED first: then the order alone does not tell the best.
/// Once so, it stays so until few are left, which costs readers a longer look and nothing else.
void RouteTable::Edit::note_med(std::size_t i) {
  if (med_decides_ || routes_.size() < 2) return;
  const Contender one = facts(i);
  const auto differs = [&](std::size_t other) {
    const Contender two = facts(other);
    if (before_med(one, two) != 0) return true;  // the end of those that are equal so far
    med_decides_ = med_decides_ || lower_med(one, two) || lower_med(two, one);
    return med_decides_;
  };
  for (std::size_t other = i; other-- > 0 && !differs(other);) continue;
  for (std::size_t other = i + 1; other < routes_.size() && !differs(other); ++other) continue;
}

void RouteTable::Edit::freshen(std::size_t i, const Route& route, RouteExtra extra) {
  dirty_ = true;
  const std::uint32_t since_s = routes_[i].since_s;
  routes_[i] = route;
  routes_[i].since_s = since_s;
  extras_[i] = extra;
}

void RouteTable::Edit::erase(std::size_t i) {
  dirty_ = true;
  routes_.erase(routes_.begin() + static_cast<std::ptrdiff_t>(i));
  extras_.erase(extras_.begin() + static_cast<std::ptrdiff_t>(i));
}

void RouteTable::Edit::bury(std::size_t i, std::uint32_t until_s) {
  const Route route = routes_[i];
  table_.views_.removed(route);
  --table_.counts_.routes;
  changed(until_s);
  if (route.since_s < until_s && table_.options_.most_past_routes > 0) {
    if (past_.size() >= kMostPastOfPrefix) {
      // Its place in the list of all past routes passes to the new one.
      table_.drop_references(past_.front().route);
      past_.erase(past_.begin());
    } else {
      table_.passed_.push_back({seconds_of(table_.stamp(until_s * kSecondMs)), id_});
      ++table_.counts_.past;
    }
    past_.push_back({route, extras_[i], until_s});
    past_changed_ = true;
  } else {
    table_.drop_references(route);
  }
  erase(i);
}

void RouteTable::Edit::forget_oldest_past() {
  if (past_.empty()) return;
  table_.drop_references(past_.front().route);
  past_.erase(past_.begin());
  past_changed_ = dirty_ = true;
}

void RouteTable::Edit::resort() {
  const auto routes = std::move(routes_);
  const auto extras = std::move(extras_);
  routes_.clear();
  extras_.clear();
  med_decides_ = false;
  for (std::size_t i = 0; i < routes.size(); ++i) insert(routes[i], extras[i]);
}

Slab::Block RouteTable::Edit::store_past() {
  if (past_.empty()) return 0;
  const Slab::Block at = store_.route_slab.allocate(PastBlock::octets(past_.size()));
  PastBlock& block = *new (store_.route_slab.at<void>(at)) PastBlock;
  block.count = static_cast<std::uint32_t>(past_.size());
  std::ranges::copy(past_, block.routes().begin());
  return at;
}

Slab::Block RouteTable::Edit::store_routes(Slab::Block past) {
  const bool wide = std::ranges::any_of(extras_, [](const RouteExtra& extra) { return extra != RouteExtra{}; });
  const Slab::Block at = store_.route_slab.allocate(RouteBlock::octets(routes_.size(), wide));
  RouteBlock& block = *new (store_.route_slab.at<void>(at)) RouteBlock;
  block.changed_s = changed_s_;
  block.past = past;
  block.prefix_id = id_;
  block.count = static_cast<std::uint16_t>(routes_.size());
  block.wide = wide;
  block.med_decides = med_decides_ && routes_.size() > 1;
  std::ranges::copy(routes_, block.routes().begin());
  if (wide) std::ranges::copy(extras_, block.extras().begin());
  return at;
}

void RouteTable::Edit::commit() {
  if (!dirty_) return;
  std::size_t before = 0;
  std::size_t old_octets = 0;
  Slab::Block old_past = 0;
  std::size_t old_past_octets = 0;
  if (old_ != 0) {
    const RouteBlock& block = store_.block(old_);
    before = block.count;
    old_octets = block.octets();
    old_past = block.past;
    if (old_past != 0) old_past_octets = PastBlock::octets(store_.past(block).size());
  }
  Place& place = table_.prefixes_[id_];
  if (place.table() == kGlobalTable && (before == 0) != routes_.empty()) {
    std::uint64_t& prefixes = place.address.is_v4() ? table_.counts_.prefixes4 : table_.counts_.prefixes6;
    prefixes += routes_.empty() ? std::uint64_t{0} - 1 : 1;
  }
  const Slab::Block past = past_changed_ ? store_past() : old_past;
  const bool gone = routes_.empty() && past_.empty();
  PrefixTrie& trie = *table_.tables_[place.table()].trie;
  place.block = gone ? 0 : store_routes(past);
  if (gone) {
    trie.erase(place.prefix());
    table_.free_prefixes_.push_back(id_);
  } else {
    trie.insert(place.prefix(), place.block);
  }
  if (old_ != 0) store_.route_slab.retire(old_, old_octets);
  if (old_past != 0 && past != old_past) store_.route_slab.retire(old_past, old_past_octets);
}

}  // namespace weir::bgp
