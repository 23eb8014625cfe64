// What the table tells people.
#include <algorithm>

#include "bgp/rib_impl.h"

namespace weir::bgp {
namespace {

/// Prefixes told at one go by for_each(): the lock is let go between.
constexpr std::size_t kToldAtOnce = 256;

void add(ViewStatus& out, const View& view) {
  for (std::size_t family = 0; family < kFamilies.size(); ++family) {
    const std::uint64_t routes = view.counts.at(family).alive();
    if (kFamilies[family].safi == Safi::vpn) {
      out.routes_vpn += routes;
    } else {
      (kFamilies[family].afi == Afi::ipv4 ? out.routes4 : out.routes6) += routes;
    }
  }
}

}  // namespace

RibStatus Rib::status() const {
  const std::scoped_lock lock(impl_->mutex);
  const RouteTable::Counts& counts = impl_->routes.counts();
  RibStatus out{.prefixes4 = counts.prefixes4,
                .prefixes6 = counts.prefixes6,
                .past_routes = counts.past,
                .attribute_sets = impl_->store.attributes.size(),
                .tables = impl_->routes.tables(),
                .refused = counts.refused + impl_->refused,
                .memory_octets = impl_->routes.memory(),
                .views = {}};
  for (ViewId id = 0; id < impl_->views.size(); ++id) {
    const View& view = impl_->views[id];
    if (!view.known) continue;
    ViewStatus& shown = out.views.emplace_back();
    shown.info = view.info;
    shown.source = impl_->views.source(view.info.key.source).name;
    shown.up = view.up;
    shown.synced = view.synced();
    shown.since_ms = view.since_ms;
    shown.last_change_ms = view.last_change_ms;
    shown.announced = view.announced;
    shown.withdrawn = view.withdrawn;
    add(shown, view);
    out.routes += view.alive();
    for (const View::Count& count : view.counts) out.stale_routes += view.up ? count.stale : count.alive();
  }
  return out;
}

Candidate Rib::Impl::candidate(const Route& route, RouteExtra extra, const Prefix& prefix, TableId table) const {
  const View& view = views[route.view()];
  const SourceInfo& source = views.source(view.info.key.source);
  Candidate out;
  out.prefix = prefix;
  const bool vpn = kFamilies[route.family()].safi == Safi::vpn;
  out.nlri = {.prefix = prefix,
              .rd = vpn ? routes.distinguisher(table) : RouteDistinguisher{},
              .path_id = extra.path_id,
              .label = extra.label};
  out.view_id = route.view();
  out.view = view.info;
  out.source = source.name;
  out.preference = source.preference;
  out.stale = store.stale(route);
  out.next_hop = store.next_hops[route.next_hop()];
  out.attributes = store.attributes[route.attributes].attributes();
  out.since_ms = UnixMillis{route.since_s} * kSecondMs;
  return out;
}

std::vector<Candidate> Rib::Impl::candidates(const Prefix& prefix, const RouteBlock& block, TableId table,
                                             bool with_past) const {
  std::vector<Candidate> out;
  const auto all = block.routes();
  std::vector<Contender> contenders;
  std::vector<std::size_t> which;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (views.state(all[i].view(), all[i].family()).dead(all[i].generation())) continue;
    contenders.push_back(store.contender(all[i], block.extra(i)));
    which.push_back(i);
  }
  const std::vector<std::size_t> order = ranked(contenders);
  for (const std::size_t at : order) {
    Candidate& one = out.emplace_back(candidate(all[which[at]], block.extra(which[at]), prefix, table));
    one.best = at == order.front();
    if (!one.best) one.lost_because = why_better(contenders[order.front()], contenders[at]);
  }
  if (!with_past) return out;
  const auto past = store.past(block);
  for (auto one = past.rbegin(); one != past.rend(); ++one) {
    Candidate& shown = out.emplace_back(candidate(one->route, one->extra, prefix, table));
    shown.stale = false;
    shown.until_ms = UnixMillis{one->until_s} * kSecondMs;
    shown.lost_because = "no longer valid";
  }
  return out;
}

std::vector<Candidate> Rib::candidates(IpAddress address, TableId table, bool with_past) const {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<Candidate> out;
  if (table >= impl_->routes.tables()) return out;
  const PrefixTrie& trie = impl_->routes.trie(table);
  unsigned most = address.is_v4() ? 32 : 128;
  for (;;) {
    const PrefixTrie::Match match = trie.longest(address, most);
    if (match.value == PrefixTrie::kNone) return out;
    std::ranges::move(
        impl_->candidates(Prefix::of(address, match.length), impl_->store.block(match.value), table, with_past),
        std::back_inserter(out));
    if (match.length == 0) return out;
    most = match.length - 1U;
  }
}

void Rib::for_each(TableId table, const std::function<bool(const Prefix&, std::span<const Candidate>)>& visit) const {
  // Some at a time, so that sources do not wait for whoever looks at a million prefixes.
  std::optional<Prefix> after;
  for (bool more = true; more;) {
    more = false;
    std::vector<std::vector<Candidate>> some;
    {
      const std::scoped_lock lock(impl_->mutex);
      if (table >= impl_->routes.tables()) return;
      impl_->routes.trie(table).for_each_after(after, [&](const Prefix& prefix, std::uint32_t block) {
        after = prefix;
        auto candidates = impl_->candidates(prefix, impl_->store.block(block), table, false);
        if (!candidates.empty()) some.push_back(std::move(candidates));
        more = some.size() == kToldAtOnce;
        return !more;
      });
    }
    for (const auto& candidates : some) {
      if (!visit(candidates.front().prefix, candidates)) return;
    }
  }
}

}  // namespace weir::bgp
