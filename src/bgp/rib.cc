// A plain table behind one lock.
#include "bgp/rib.h"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>

#include "bgp/decision.h"

namespace weir::bgp {

std::string_view to_string(SourceKind kind) {
  static constexpr std::array<std::string_view, 5> kNames = {"bmp", "bgp", "mrt", "text", "static"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view to_string(Choice choice) {
  static constexpr std::array<std::string_view, 4> kNames = {"none", "own view", "next hop", "best"};
  return kNames[static_cast<std::size_t>(choice)];
}

PathAttributes AttributeSet::attributes() const {
  return attributes_;
}
As AttributeSet::origin_as() const {
  return attributes_.as_path.origin().value_or(0);
}
As AttributeSet::first_as() const {
  return attributes_.as_path.first().value_or(0);
}
unsigned AttributeSet::path_length() const {
  return attributes_.as_path.length();
}
std::string AttributeSet::as_path_text() const {
  return to_string(attributes_.as_path);
}
std::string AttributeSet::communities_text() const {
  return bgp::communities_text(attributes_);
}
std::atomic<std::uint32_t>& AttributeSet::note(std::size_t which) const {
  return notes_[which];
}

namespace {

struct Path {
  ViewId view = 0;
  Nlri nlri;
  Family family;
  const AttributeSet* attributes = nullptr;
  IpAddress next_hop;
  UnixMillis since_ms = 0, until_ms = 0;
  bool stale = false;
};
struct Entry {
  std::vector<Path> now, past;
};
struct View {
  ViewStatus status;
  bool gone = false;
  UnixMillis down_ms = 0, quiet_since_ms = 0;
  std::uint8_t sent = 0, ended = 0;
  bool told = false;  ///< the first telling is over
};
struct Exporter {
  IpAddress address;
};

Family family_of(const Nlri& nlri, TableId) {
  const Afi afi = nlri.prefix.address.is_v4() ? Afi::ipv4 : Afi::ipv6;
  return {afi, nlri.rd.bits != 0 ? Safi::vpn : nlri.label != 0 ? Safi::labelled : Safi::unicast};
}

int own_rank(RibKind rib) {
  static constexpr std::array<int, 5> kRanks = {2, 1, 4, 3, 0};
  return kRanks[static_cast<std::size_t>(rib)];
}

}  // namespace

class Rib::Impl {
 public:
  explicit Impl(RibOptions options) : options_(options) { tables_.resize(1); }

  Contender contender(const Path& path) const {
    const View& view = views_[path.view];
    const PathAttributes& a = path.attributes->attributes_for_rib();
    return {.preference = sources_[view.status.info.key.source].preference,
            .stale = path.stale || !view.status.up,
            .local_pref = a.local_pref.value_or(kDefaultLocalPref),
            .path_length = a.as_path.length(),
            .origin = a.origin,
            .neighbour_as = a.as_path.first().value_or(0),
            .med = a.med.value_or(0),
            .internal = view.status.info.internal,
            .bgp_id = view.status.info.bgp_id,
            .peer = view.status.info.key.peer,
            .path_id = path.nlri.path_id,
            .view = path.view};
  }

  TableId table_of(RouteDistinguisher rd) {
    if (rd.bits == 0) return kGlobalTable;
    const auto [at, fresh] = by_rd_.emplace(rd.bits, static_cast<TableId>(tables_.size()));
    if (fresh) tables_.emplace_back();
    return at->second;
  }
  TableId table_of(const View& view, const Nlri& nlri) {
    return table_of(nlri.rd.bits != 0 ? nlri.rd : view.status.info.key.distinguisher);
  }

  std::uint64_t& routes_of(View& view, Family family) {
    if (family.safi == Safi::vpn) return view.status.routes_vpn;
    return family.afi == Afi::ipv4 ? view.status.routes4 : view.status.routes6;
  }

  void bury(Entry& entry, const Path& path, UnixMillis now) {
    --routes_of(views_[path.view], path.family);
    --routes_;
    if (now <= path.since_ms) return;
    Path past = path;
    past.until_ms = now;
    entry.past.push_back(past);
  }

  /// Removes what `dead` says, keeping it as past.
  void remove_if(const std::function<bool(const Path&)>& dead, UnixMillis now) {
    for (auto& table : tables_) {
      for (auto at = table.begin(); at != table.end();) {
        Entry& entry = at->second;
        for (std::size_t i = 0; i < entry.now.size();) {
          if (!dead(entry.now[i])) {
            ++i;
            continue;
          }
          bury(entry, entry.now[i], now);
          entry.now.erase(entry.now.begin() + static_cast<std::ptrdiff_t>(i));
        }
        at = entry.now.empty() && entry.past.empty() ? table.erase(at) : std::next(at);
      }
    }
  }

  const AttributeSet* intern(const PathAttributes& attributes) {
    for (const auto& have : sets_) {
      if (have.attributes_for_rib() == attributes) return &have;
    }
    return &sets_.emplace_back(attributes);
  }

  void announce(ViewId id, const PathAttributes& attributes, IpAddress next_hop, const Nlri& nlri, Family family,
                UnixMillis now) {
    View& view = views_[id];
    view.status.last_change_ms = view.quiet_since_ms = now;
    ++view.status.announced;
    const auto index = index_of(family);
    if (!index) return;
    view.sent = static_cast<std::uint8_t>(view.sent | 1U << *index);
    const bool first = !view.told && (view.ended >> *index & 1U) == 0;
    auto& table = tables_[table_of(view, nlri)];
    Path path{.view = id,
              .nlri = nlri,
              .family = family,
              .attributes = intern(attributes),
              .next_hop = next_hop,
              .since_ms = first ? 0 : now};
    Entry& entry = table[nlri.prefix];
    for (Path& have : entry.now) {
      if (have.view != id || have.nlri.path_id != nlri.path_id) continue;
      if (have.attributes == path.attributes && have.next_hop == path.next_hop) {
        path.since_ms = have.since_ms;
      } else {
        bury(entry, have, now);
        ++routes_;
        ++routes_of(view, family);
      }
      have = path;
      return;
    }
    if (routes_ >= options_.most_routes) {
      ++refused_;
      if (entry.now.empty() && entry.past.empty()) table.erase(nlri.prefix);
      return;
    }
    ++routes_;
    ++routes_of(view, family);
    entry.now.push_back(path);
  }

  void withdraw(ViewId id, const Nlri& nlri, UnixMillis now) {
    View& view = views_[id];
    view.status.last_change_ms = view.quiet_since_ms = now;
    ++view.status.withdrawn;
    auto& table = tables_[table_of(view, nlri)];
    const auto at = table.find(nlri.prefix);
    if (at == table.end()) return;
    Entry& entry = at->second;
    for (std::size_t i = 0; i < entry.now.size(); ++i) {
      if (entry.now[i].view != id || entry.now[i].nlri.path_id != nlri.path_id) continue;
      bury(entry, entry.now[i], now);
      entry.now.erase(entry.now.begin() + static_cast<std::ptrdiff_t>(i));
      if (entry.now.empty() && entry.past.empty()) table.erase(at);
      return;
    }
  }

  bool owns(const View& view, IpAddress exporter) const {
    const ViewInfo& info = view.status.info;
    if (info.key.router == exporter) return true;
    if (info.router_id != 0 && IpAddress::v4(info.router_id) == exporter) return true;
    const auto& others = sources_[info.key.source].exporters;
    return std::ranges::find(others, exporter) != others.end();
  }

  static bool valid(const Path& path, UnixMillis time) {
    if (time == 0) return path.until_ms == 0;
    return path.since_ms <= time && (path.until_ms == 0 || time < path.until_ms);
  }

  /// The best of those valid at `time` that `fits`.
  template <typename Fits>
  const Path* choose(const Entry& entry, UnixMillis time, Fits fits) const {
    std::vector<const Path*> left;
    std::vector<Contender> contenders;
    for (const auto* list : {&entry.now, &entry.past}) {
      for (const Path& path : *list) {
        if (!valid(path, time) || !fits(path)) continue;
        left.push_back(&path);
        contenders.push_back(contender(path));
      }
    }
    return left.empty() ? nullptr : left[best_of(contenders)];
  }

  Found find(const Ask& ask, const Exporter* exporter) const {
    if (ask.table >= tables_.size()) return {};
    const auto& table = tables_[ask.table];
    const unsigned bits = ask.address.is_v4() ? 32 : 128;
    const Entry* longest = nullptr;
    unsigned longest_length = 0;
    const auto found = [](const Path& path, unsigned length, Choice choice) {
      return Found{path.attributes, path.next_hop, static_cast<std::uint8_t>(length),
                   choice,          path.view,     path.nlri.path_id};
    };
    for (unsigned length = bits + 1; length-- > 0;) {
      const auto at = table.find(Prefix::of(ask.address, length));
      if (at == table.end()) continue;
      if (choose(at->second, ask.time_ms, [](const Path&) { return true; }) == nullptr) continue;
      if (longest == nullptr) {
        longest = &at->second;
        longest_length = length;
      }
      if (exporter == nullptr) break;
      for (int rank = 0; rank < 5; ++rank) {
        const Path* own = choose(at->second, ask.time_ms, [&](const Path& path) {
          const View& view = views_[path.view];
          return own_rank(view.status.info.key.rib) == rank && owns(view, exporter->address);
        });
        if (own != nullptr) return found(*own, length, Choice::own_view);
      }
    }
    if (longest == nullptr) return {};
    if (!ask.next_hop.is_unspecified()) {
      const Path* told = choose(*longest, ask.time_ms, [&](const Path& path) { return path.next_hop == ask.next_hop; });
      if (told != nullptr) return found(*told, longest_length, Choice::next_hop);
    }
    return found(*choose(*longest, ask.time_ms, [](const Path&) { return true; }), longest_length, Choice::best);
  }

  std::vector<Candidate> candidates(const Prefix& prefix, const Entry& entry, bool with_past) const {
    std::vector<Candidate> out;
    for (const auto* list : {&entry.now, &entry.past}) {
      if (list == &entry.past && !with_past) break;
      std::vector<Contender> contenders;
      for (const Path& path : *list) contenders.push_back(contender(path));
      const auto order = ranked(contenders);
      for (std::size_t i = 0; i < order.size(); ++i) {
        const Path& path = (*list)[order[i]];
        const View& view = views_[path.view];
        Candidate& c = out.emplace_back();
        c.prefix = prefix;
        c.nlri = path.nlri;
        c.view_id = path.view;
        c.view = view.status.info;
        c.source = sources_[view.status.info.key.source].name;
        c.preference = contenders[order[i]].preference;
        c.stale = contenders[order[i]].stale;
        c.next_hop = path.next_hop;
        c.attributes = path.attributes->attributes();
        c.since_ms = path.since_ms;
        c.until_ms = path.until_ms;
        c.best = i == 0 && list == &entry.now;
        if (list == &entry.past) {
          c.lost_because = "no longer valid";
        } else if (i > 0) {
          c.lost_because = why_better(contenders[order[0]], contenders[order[i]]);
        }
      }
    }
    return out;
  }

  mutable std::mutex mutex_;
  RibOptions options_;
  std::vector<SourceInfo> sources_;
  std::deque<View> views_;
  std::map<ViewKey, ViewId> by_key_;
  std::vector<std::map<Prefix, Entry>> tables_;
  std::map<std::uint64_t, TableId> by_rd_;
  std::map<std::string, RouteDistinguisher, std::less<>> names_;
  std::deque<AttributeSet> sets_;
  std::uint64_t routes_ = 0, refused_ = 0;
};

Rib::Rib(RibOptions options) : impl_(std::make_unique<Impl>(options)) {}
Rib::~Rib() = default;

SourceId Rib::set_source(const SourceInfo& info) {
  const std::scoped_lock lock(impl_->mutex_);
  auto& all = impl_->sources_;
  const auto at = std::ranges::find(all, info.name, &SourceInfo::name);
  const auto id = static_cast<SourceId>(at - all.begin());
  if (at == all.end()) {
    all.push_back(info);
  } else {
    *at = info;
  }
  return id;
}

void Rib::drop_source(SourceId source) {
  const std::scoped_lock lock(impl_->mutex_);
  for (View& view : impl_->views_) view.gone = view.gone || view.status.info.key.source == source;
  impl_->remove_if([&](const Path& path) { return impl_->views_[path.view].gone; }, impl_->views_.empty() ? 0 : 1);
}

ViewId Rib::open_view(const ViewInfo& info, UnixMillis now) {
  const std::scoped_lock lock(impl_->mutex_);
  const auto [at, fresh] = impl_->by_key_.emplace(info.key, static_cast<ViewId>(impl_->views_.size()));
  if (fresh) impl_->views_.emplace_back();
  View& view = impl_->views_[at->second];
  if (!fresh) {
    impl_->remove_if([](const Path&) { return false; }, now);
    for (auto& table : impl_->tables_) {
      for (auto& [prefix, entry] : table) {
        for (Path& path : entry.now) path.stale = path.stale || path.view == at->second;
      }
    }
  }
  view.status.info = info;
  view.status.up = true;
  view.status.synced = false;
  view.status.since_ms = now;
  view.gone = false;
  view.sent = view.ended = 0;
  view.quiet_since_ms = 0;
  return at->second;
}

void Rib::close_view(ViewId id, UnixMillis now, bool at_once) {
  const std::scoped_lock lock(impl_->mutex_);
  if (id >= impl_->views_.size()) return;
  View& view = impl_->views_[id];
  view.status.up = false;
  view.status.since_ms = view.down_ms = now;
  if (at_once) impl_->remove_if([&](const Path& path) { return path.view == id; }, now);
}

void Rib::announce(ViewId view, const PathAttributes& attributes, std::span<const Announcement> routes,
                   UnixMillis now) {
  const std::scoped_lock lock(impl_->mutex_);
  if (view >= impl_->views_.size()) return;
  for (const Announcement& route : routes) {
    impl_->announce(view, attributes, route.next_hop, route.nlri, family_of(route.nlri, 0), now);
  }
}

void Rib::withdraw(ViewId view, std::span<const Nlri> routes, UnixMillis now) {
  const std::scoped_lock lock(impl_->mutex_);
  if (view >= impl_->views_.size()) return;
  for (const Nlri& nlri : routes) impl_->withdraw(view, nlri, now);
}

void Rib::apply(ViewId view, const Update& update, UnixMillis now) {
  for (const auto& unreach : update.unreach) withdraw(view, unreach.nlri, now);
  if (view < impl_->views_.size()) {
    const std::scoped_lock lock(impl_->mutex_);
    for (const auto& reach : update.reach) {
      for (const Nlri& nlri : reach.nlri) {
        impl_->announce(view, update.attributes, reach.next_hop, nlri, reach.family, now);
      }
    }
  }
  if (update.end_of_rib) end_of_rib(view, *update.end_of_rib, now);
}

void Rib::end_of_rib(ViewId id, Family family, UnixMillis now) {
  const std::scoped_lock lock(impl_->mutex_);
  if (id >= impl_->views_.size()) return;
  View& view = impl_->views_[id];
  const auto index = index_of(family);
  if (!index) return;
  view.ended = static_cast<std::uint8_t>(view.ended | 1U << *index);
  view.status.synced = (view.sent & ~view.ended) == 0;
  impl_->remove_if([&](const Path& path) { return path.view == id && path.stale && path.family == family; }, now);
}

void Rib::begin_refresh(ViewId id, Family family, UnixMillis) {
  const std::scoped_lock lock(impl_->mutex_);
  for (auto& table : impl_->tables_) {
    for (auto& [prefix, entry] : table) {
      for (Path& path : entry.now) path.stale = path.stale || (path.view == id && path.family == family);
    }
  }
}

void Rib::name_table(const std::string& name, RouteDistinguisher rd) {
  const std::scoped_lock lock(impl_->mutex_);
  impl_->names_[name] = rd;
  impl_->table_of(rd);
}

std::optional<TableId> Rib::find_table(std::string_view name) const {
  const std::scoped_lock lock(impl_->mutex_);
  if (name.empty() || name == "global") return kGlobalTable;
  RouteDistinguisher rd;
  if (const auto at = impl_->names_.find(name); at != impl_->names_.end()) {
    rd = at->second;
  } else if (const auto parsed = parse_rd(name)) {
    rd = *parsed;
  } else {
    return std::nullopt;
  }
  if (rd.bits == 0) return kGlobalTable;
  const auto at = impl_->by_rd_.find(rd.bits);
  if (at == impl_->by_rd_.end()) return std::nullopt;
  return at->second;
}

bool Rib::upkeep(UnixMillis now) {
  const std::scoped_lock lock(impl_->mutex_);
  for (ViewId id = 0; id < impl_->views_.size(); ++id) {
    View& view = impl_->views_[id];
    if (!view.status.up && now - view.down_ms >= impl_->options_.hold_ms) {
      impl_->remove_if([&](const Path& path) { return path.view == id; }, now);
    }
    if (view.quiet_since_ms != 0 && now - view.quiet_since_ms >= 30 * kSecondMs) view.status.synced = true;
    view.told = view.told || view.status.synced;
  }
  for (auto& table : impl_->tables_) {
    for (auto at = table.begin(); at != table.end();) {
      Entry& entry = at->second;
      std::erase_if(entry.past, [&](const Path& path) { return now - path.until_ms > impl_->options_.history_ms; });
      at = entry.now.empty() && entry.past.empty() ? table.erase(at) : std::next(at);
    }
  }
  return false;
}

RibStatus Rib::status() const {
  const std::scoped_lock lock(impl_->mutex_);
  RibStatus out;
  for (const auto& [prefix, entry] : impl_->tables_[0]) {
    if (!entry.now.empty()) ++(prefix.address.is_v4() ? out.prefixes4 : out.prefixes6);
  }
  for (const auto& table : impl_->tables_) {
    for (const auto& [prefix, entry] : table) {
      out.past_routes += entry.past.size();
      for (const Path& path : entry.now) out.stale_routes += impl_->contender(path).stale ? 1 : 0;
    }
  }
  out.routes = impl_->routes_;
  out.attribute_sets = impl_->sets_.size();
  out.tables = impl_->tables_.size();
  out.refused = impl_->refused_;
  for (const View& view : impl_->views_) {
    if (!view.gone) out.views.push_back(view.status);
  }
  return out;
}

std::vector<Candidate> Rib::candidates(IpAddress address, TableId table, bool with_past) const {
  const std::scoped_lock lock(impl_->mutex_);
  std::vector<Candidate> out;
  if (table >= impl_->tables_.size()) return out;
  for (unsigned length = (address.is_v4() ? 32 : 128) + 1; length-- > 0;) {
    const auto at = impl_->tables_[table].find(Prefix::of(address, length));
    if (at == impl_->tables_[table].end()) continue;
    std::ranges::move(impl_->candidates(at->first, at->second, with_past), std::back_inserter(out));
  }
  return out;
}

void Rib::for_each(TableId table, const std::function<bool(const Prefix&, std::span<const Candidate>)>& visit) const {
  const std::scoped_lock lock(impl_->mutex_);
  if (table >= impl_->tables_.size()) return;
  for (const auto& [prefix, entry] : impl_->tables_[table]) {
    const auto all = impl_->candidates(prefix, entry, false);
    if (!all.empty() && !visit(prefix, all)) return;
  }
}

class RibReader::Impl {
 public:
  explicit Impl(const Rib::Impl& table) : rib(table) {}
  const Rib::Impl& rib;
  std::vector<Exporter> exporters{1};
};

RibReader::RibReader(const Rib& rib) : impl_(std::make_unique<Impl>(*rib.impl_)) {}
RibReader::~RibReader() = default;
RibReader::Pin::Pin(RibReader& reader) : reader_(reader) {}
RibReader::Pin::~Pin() {
  (void)reader_;
}

std::uint32_t RibReader::exporter(IpAddress address) {
  auto& all = impl_->exporters;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].address == address) return static_cast<std::uint32_t>(i);
  }
  all.push_back({address});
  return static_cast<std::uint32_t>(all.size() - 1);
}

void RibReader::find(std::span<const Ask> asks, std::span<Found> found) {
  const std::scoped_lock lock(impl_->rib.mutex_);
  for (std::size_t i = 0; i < asks.size(); ++i) {
    const std::uint32_t exporter = asks[i].exporter;
    found[i] = impl_->rib.find(
        asks[i], exporter == 0 || exporter >= impl_->exporters.size() ? nullptr : &impl_->exporters[exporter]);
  }
}

}  // namespace weir::bgp
