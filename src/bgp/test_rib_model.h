// The routing table as plainly as it can be written: what rib.h promises, held against Rib by random operations.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "bgp/decision.h"
#include "bgp/rib.h"

namespace weir::bgp {

class RibModel {
 public:
  struct Path {
    ViewId view = 0;
    Nlri nlri;
    Family family;
    PathAttributes attributes;
    IpAddress next_hop;
    UnixMillis since_s = 0, until_s = 0;
    UnixMillis kept_since_s = 0;  ///< of a past one: by upkeep's clock
    bool stale = false;
  };
  struct View {
    ViewInfo info;
    int preference = 0;
    std::vector<IpAddress> exporters;
    bool up = false;
    std::set<Family> sent, told;
    UnixMillis opened_s = 0, first_s = 0, changed_s = 0;
    bool quiet = false, settled = false;
    UnixMillis down_s = 0;
  };
  struct Entry {
    std::vector<Path> now, past;
  };
  struct Answer {
    Path path;
    unsigned length = 0;
    Choice choice = Choice::none;
  };
  using Key = std::pair<RouteDistinguisher, Prefix>;

  explicit RibModel(RibOptions options) : options_(options) {}

  void open(ViewId id, const ViewInfo& info, int preference, std::vector<IpAddress> exporters, UnixMillis now_s) {
    if (id >= views.size()) views.resize(id + 1);
    View& view = views[id];
    view.info = info;
    view.preference = preference;
    view.exporters = std::move(exporters);
    view.up = true;
    view.sent.clear();
    view.opened_s = now_s;
    view.first_s = 0;
    view.quiet = view.settled = false;
    for (auto& [key, entry] : entries) {
      for (Path& path : entry.now) path.stale = path.stale || path.view == id;
    }
  }
  void close(ViewId id, UnixMillis now_s, bool at_once) {
    views[id].up = false;
    views[id].down_s = now_s;
    if (at_once) kill([&](const Path& path) { return path.view == id; }, now_s);
  }
  void refresh(ViewId id, Family family) {
    for (auto& [key, entry] : entries) {
      for (Path& path : entry.now) path.stale = path.stale || (path.view == id && path.family == family);
    }
  }
  void end_of_rib(ViewId id, Family family, UnixMillis now_s) {
    views[id].told.insert(family);
    kill([&](const Path& path) { return path.view == id && path.family == family && path.stale; }, now_s);
  }
  void announce(ViewId id, Family family, const PathAttributes& attributes, const Announcement& route,
                UnixMillis now_s) {
    Path path{.view = id, .nlri = route.nlri, .family = family, .attributes = attributes, .next_hop = route.next_hop};
    View& view = views[id];
    view.changed_s = now_s;
    if (view.first_s == 0) view.first_s = now_s;
    view.sent.insert(family);
    path.since_s = view.told.contains(family) ? now_s : 0;
    Entry& entry = entries[key(id, route.nlri)];
    const auto have = find(entry, id, route.nlri.path_id);
    if (have == entry.now.end()) {
      entry.now.push_back(path);
      return;
    }
    if (have->attributes == attributes && have->next_hop == route.next_hop) {
      path.since_s = have->since_s;
    } else if (path.since_s != 0) {
      bury(entry, *have, now_s);
    }
    *have = path;
  }
  void withdraw(ViewId id, const Nlri& nlri, UnixMillis now_s) {
    views[id].changed_s = now_s;
    Entry& entry = entries[key(id, nlri)];
    const auto have = find(entry, id, nlri.path_id);
    if (have == entry.now.end()) return;
    bury(entry, *have, now_s);
    entry.now.erase(have);
  }
  void upkeep(UnixMillis now_s) {
    clock_s_ = now_s;
    for (ViewId id = 0; id < views.size(); ++id) {
      View& view = views[id];
      if (!view.up) continue;
      if (view.first_s != 0 && (now_s - view.changed_s >= 30 || now_s - view.first_s >= 600)) {
        view.told.insert(view.sent.begin(), view.sent.end());
        if (!view.quiet)
          kill([&](const Path& path) { return path.view == id && path.stale && view.sent.contains(path.family); },
               now_s);
        view.quiet = true;
      }
      if (!view.settled && now_s - view.opened_s >= 600) {
        kill([&](const Path& path) { return path.view == id && path.stale; }, now_s);
        view.settled = true;
      }
    }
    for (ViewId id = 0; id < views.size(); ++id) {
      if (views[id].up || now_s - views[id].down_s < options_.hold_ms / kSecondMs) continue;
      kill([&](const Path& path) { return path.view == id; }, now_s);
    }
    for (auto& [key, entry] : entries) {
      std::erase_if(entry.past,
                    [&](const Path& path) { return path.kept_since_s < now_s - options_.history_ms / kSecondMs; });
    }
    std::erase_if(entries, [](const auto& one) { return one.second.now.empty() && one.second.past.empty(); });
  }

  [[nodiscard]] Answer find(RouteDistinguisher rd, IpAddress address, UnixMillis time_s,
                            std::optional<IpAddress> exporter, IpAddress next_hop) const {
    const Entry* longest = nullptr;
    unsigned longest_length = 0;
    const auto any = [](const Path&) { return true; };
    for (unsigned length = (address.is_v4() ? 32 : 128) + 1; length-- > 0;) {
      const auto at = entries.find({rd, Prefix::of(address, length)});
      if (at == entries.end() || !choose(at->second, time_s, any)) continue;
      if (longest == nullptr) {
        longest = &at->second;
        longest_length = length;
      }
      for (int rank = 0; exporter && rank < 5; ++rank) {
        const auto own = choose(at->second, time_s, [&](const Path& path) {
          return own_rank(views[path.view]) == rank && owns(views[path.view], *exporter);
        });
        if (own) return {*own, length, Choice::own_view};
      }
    }
    if (longest == nullptr) return {};
    if (!next_hop.is_unspecified()) {
      const auto told = choose(*longest, time_s, [&](const Path& path) { return path.next_hop == next_hop; });
      if (told) return {*told, longest_length, Choice::next_hop};
    }
    return {*choose(*longest, time_s, any), longest_length, Choice::best};
  }

  [[nodiscard]] std::size_t routes() const { return count(&Entry::now); }
  [[nodiscard]] std::size_t past_routes() const { return count(&Entry::past); }

  std::vector<View> views;
  std::map<Key, Entry> entries;

 private:
  [[nodiscard]] Key key(ViewId id, const Nlri& nlri) const {
    return {nlri.rd.bits != 0 ? nlri.rd : views[id].info.key.distinguisher, nlri.prefix};
  }
  static std::vector<Path>::iterator find(Entry& entry, ViewId view, std::uint32_t path_id) {
    return std::ranges::find_if(entry.now,
                                [&](const Path& path) { return path.view == view && path.nlri.path_id == path_id; });
  }
  void bury(Entry& entry, Path path, UnixMillis now_s) const {
    if (path.since_s >= now_s) return;
    path.until_s = now_s;
    path.kept_since_s = std::clamp(now_s, clock_s_, clock_s_ + 60);
    entry.past.push_back(path);
  }
  template <typename Dead>
  void kill(Dead dead, UnixMillis now_s) {
    for (auto& [key, entry] : entries) {
      for (const Path& path : entry.now) {
        if (dead(path)) bury(entry, path, now_s);
      }
      std::erase_if(entry.now, dead);
    }
  }
  static int own_rank(const View& view) {
    static constexpr std::array<int, 5> kRanks = {2, 1, 4, 3, 0};
    return kRanks.at(static_cast<std::size_t>(view.info.key.rib));
  }
  static bool owns(const View& view, IpAddress exporter) {
    return view.info.key.router == exporter ||
           (view.info.router_id != 0 && IpAddress::v4(view.info.router_id) == exporter) ||
           std::ranges::find(view.exporters, exporter) != view.exporters.end();
  }
  [[nodiscard]] Contender contender(const Path& path) const {
    const View& view = views[path.view];
    return {.preference = view.preference,
            .stale = path.until_s == 0 && (path.stale || !view.up),
            .local_pref = path.attributes.local_pref.value_or(100),
            .path_length = path.attributes.as_path.length(),
            .origin = path.attributes.origin,
            .neighbour_as = path.attributes.as_path.first().value_or(0),
            .med = path.attributes.med.value_or(0),
            .internal = view.info.internal,
            .bgp_id = view.info.bgp_id,
            .peer = view.info.key.peer,
            .path_id = path.nlri.path_id,
            .view = path.view};
  }
  template <typename Fits>
  [[nodiscard]] std::optional<Path> choose(const Entry& entry, UnixMillis time_s, Fits fits) const {
    std::vector<Path> left;
    for (const Path& path : entry.now) {
      if ((time_s == 0 || path.since_s <= time_s) && fits(path)) left.push_back(path);
    }
    for (const Path& path : entry.past) {
      if (time_s != 0 && path.since_s <= time_s && time_s < path.until_s && fits(path)) left.push_back(path);
    }
    const auto best = best_of(left.size(), [&](std::size_t i) { return std::optional(contender(left[i])); });
    return best ? std::optional(left[*best]) : std::nullopt;
  }
  [[nodiscard]] std::size_t count(std::vector<Path> Entry::* list) const {
    std::size_t out = 0;
    for (const auto& [key, entry] : entries) out += (entry.*list).size();
    return out;
  }

  RibOptions options_;
  UnixMillis clock_s_ = 0;
};

}  // namespace weir::bgp
