// What sources do to the table.
#include "bgp/rib.h"

#include <algorithm>

#include "bgp/rib_impl.h"

namespace weir::bgp {
namespace {

/// Pieces of background work: each takes about a millisecond.
constexpr std::size_t kSweptAtOnce = 4096;
constexpr std::size_t kAgedAtOnce = 2048;

}  // namespace

std::string_view to_string(SourceKind kind) {
  static constexpr std::array<std::string_view, 5> kNames = {"bmp", "bgp", "mrt", "text", "static"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(Choice choice) {
  static constexpr std::array<std::string_view, 4> kNames = {"none", "own view", "next hop", "best"};
  return kNames.at(static_cast<std::size_t>(choice));
}

// --------------------------------------------------------------------------------------------------------------- Impl

std::optional<TableId> Rib::Impl::table_of(const View& view, const Nlri& nlri) {
  return routes.table_of(nlri.rd.bits != 0 ? nlri.rd : view.info.key.distinguisher);
}

void Rib::Impl::announce(ViewId id, Family family, const PathAttributes& attributes,
                         std::span<const Announcement> announced, UnixMillis now) {
  const auto index = index_of(family);
  View& view = views[id];
  if (!index || announced.empty()) return;
  view.announced += announced.size();
  view.last_change_ms = now;
  view.changed_at = routes.stamp(now);
  if (view.first_at == 0) view.first_at = view.changed_at;
  latest_ms = now;
  View::Count& count = view.counts.at(*index);
  count.sent = true;
  const AttributesId set = store.attributes.intern(attributes);
  if (set == kNoAttributes) {
    refused += announced.size();
    return;
  }
  const RouteTable::Telling telling{
      .view = id, .family = *index, .attributes = set, .now = now, .since_ever = !count.told};
  for (const Announcement& route : announced) {
    if (const auto table = table_of(view, route.nlri)) {
      routes.announce(telling, *table, route);
    } else {
      ++refused;
    }
  }
  store.attributes.drop_reference(set);
}

void Rib::Impl::withdraw(ViewId id, std::span<const Nlri> withdrawn, UnixMillis now) {
  View& view = views[id];
  if (withdrawn.empty()) return;
  view.withdrawn += withdrawn.size();
  view.last_change_ms = now;
  view.changed_at = routes.stamp(now);
  latest_ms = now;
  for (const Nlri& nlri : withdrawn) {
    const RouteDistinguisher rd = nlri.rd.bits != 0 ? nlri.rd : view.info.key.distinguisher;
    if (const auto table = routes.known_table(rd)) routes.withdraw({.view = id, .now = now}, *table, nlri);
  }
}

void Rib::Impl::end_of_rib(ViewId id, Family family, UnixMillis now) {
  const auto index = index_of(family);
  if (!index) return;
  latest_ms = now;
  View::Count& count = views[id].counts.at(*index);
  count.ended = count.told = true;
  if (views.kill_stale(id, *index, seconds_of(now))) begin_sweep();
}

void Rib::Impl::begin_sweep() {
  routes.begin_sweep();
  (void)routes.sweep(kSweptAtOnce);
  while (views.exhausted() && routes.sweep(kSweptAtOnce)) continue;
}

// ---------------------------------------------------------------------------------------------------------------- Rib

Rib::Rib(RibOptions options) : impl_(std::make_unique<Impl>(options)) {}
Rib::~Rib() = default;

SourceId Rib::set_source(const SourceInfo& info) {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->views.set_source(info);
}

void Rib::drop_source(SourceId source) {
  const std::scoped_lock lock(impl_->mutex);
  ViewTable& views = impl_->views;
  views.forget_source(source);
  bool any = false;
  for (ViewId view = 0; view < views.size(); ++view) {
    if (views[view].info.key.source == source) any = views.kill_all(view, seconds_of(impl_->latest())) || any;
  }
  if (any) impl_->begin_sweep();
}

ViewId Rib::open_view(const ViewInfo& info, UnixMillis now) {
  const std::scoped_lock lock(impl_->mutex);
  if (!impl_->views.known_source(info.key.source)) return kMostViews;
  impl_->latest_ms = now;
  const ViewId view = impl_->views.open(info, now, impl_->routes.stamp(now));
  if (view < kMostViews && impl_->views[view].resort) impl_->begin_sweep();
  return view;
}

void Rib::close_view(ViewId view, UnixMillis now, bool at_once) {
  const std::scoped_lock lock(impl_->mutex);
  if (view >= impl_->views.size() || !impl_->views[view].known) return;
  impl_->latest_ms = now;
  if (impl_->up(view)) {
    impl_->views.close(view, now);
    impl_->views[view].down_at = impl_->routes.stamp(now);
  }
  if ((at_once || impl_->options.hold_ms <= 0) && impl_->views.kill_all(view, seconds_of(now))) impl_->begin_sweep();
}

void Rib::announce(ViewId view, const PathAttributes& attributes, std::span<const Announcement> routes,
                   UnixMillis now) {
  const std::scoped_lock lock(impl_->mutex);
  if (!impl_->up(view)) return;
  // As long a run of one family at a time as there is.
  for (std::size_t from = 0; from < routes.size();) {
    const Family family = family_of(routes[from].nlri);
    std::size_t end = from + 1;
    while (end < routes.size() && family_of(routes[end].nlri) == family) ++end;
    impl_->announce(view, family, attributes, routes.subspan(from, end - from), now);
    from = end;
  }
}

void Rib::withdraw(ViewId view, std::span<const Nlri> routes, UnixMillis now) {
  const std::scoped_lock lock(impl_->mutex);
  if (impl_->up(view)) impl_->withdraw(view, routes, now);
}

void Rib::apply(ViewId view, const Update& update, UnixMillis now) {
  const std::scoped_lock lock(impl_->mutex);
  if (!impl_->up(view)) return;
  for (const auto& unreach : update.unreach) impl_->withdraw(view, unreach.nlri, now);
  std::vector<Announcement> announced;
  for (const auto& reach : update.reach) {
    announced.clear();
    for (const Nlri& nlri : reach.nlri) announced.push_back({nlri, reach.next_hop});
    impl_->announce(view, reach.family, update.attributes, announced, now);
  }
  if (update.end_of_rib) impl_->end_of_rib(view, *update.end_of_rib, now);
}

void Rib::end_of_rib(ViewId view, Family family, UnixMillis now) {
  const std::scoped_lock lock(impl_->mutex);
  if (impl_->up(view)) impl_->end_of_rib(view, family, now);
}

void Rib::begin_refresh(ViewId view, Family family, UnixMillis now) {
  const std::scoped_lock lock(impl_->mutex);
  const auto index = index_of(family);
  if (!impl_->up(view) || !index) return;
  impl_->latest_ms = now;
  impl_->views.refresh(view, *index);
}

void Rib::name_table(const std::string& name, RouteDistinguisher rd) {
  const std::scoped_lock lock(impl_->mutex);
  if (impl_->routes.table_of(rd)) impl_->table_names[name] = rd;
}

std::optional<TableId> Rib::find_table(std::string_view name) const {
  if (name.empty() || name == "global") return kGlobalTable;
  const std::scoped_lock lock(impl_->mutex);
  if (const auto at = impl_->table_names.find(name); at != impl_->table_names.end()) {
    return impl_->routes.known_table(at->second);
  }
  const auto rd = parse_rd(name);
  return rd ? impl_->routes.known_table(*rd) : std::nullopt;
}

bool Rib::upkeep(UnixMillis now) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->routes.set_clock(now);
  ViewTable& views = impl_->views;
  bool lost = false;
  for (ViewId id = 0; id < views.size(); ++id) {
    View& view = views[id];
    if (view.held && now - view.down_at >= impl_->options.hold_ms) lost = views.kill_all(id, seconds_of(now)) || lost;
    lost = views.end_telling(id, now) || lost;
  }
  if (lost) impl_->routes.begin_sweep();
  bool more = impl_->routes.sweep(kSweptAtOnce);
  more = impl_->routes.age(kAgedAtOnce, now - impl_->options.history_ms) || more;
  impl_->routes.collect();
  return more;
}

}  // namespace weir::bgp
