// Which route a flow took.
#include <algorithm>
#include <array>
#include <unordered_map>

#include "bgp/rib_impl.h"

namespace weir::bgp {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
/// Asks that go side by side: while one waits for memory, the others go on.
constexpr std::size_t kSideBySide = 256;
/// So many rows ahead a block of routes is asked for.
constexpr std::size_t kAhead = 16;
/// Cache lines of a block that are asked for when all of its routes may be looked at.
constexpr Slab::Block kLinesOfOwn = 5;
constexpr Slab::Block kUnitsOfLine = 64 / Slab::kUnit;
constexpr std::uint64_t kNever = ~std::uint64_t{0};

/// The groups of views that are an exporter's own, and whether they hold any route.
struct Exporter {
  IpAddress address;
  std::uint64_t version = 0;  ///< of the groups when it was last looked
  std::vector<std::uint32_t> groups;
  bool active = false;

  [[nodiscard]] bool owns(std::uint32_t group) const {
    for (const std::uint32_t own : groups) {
      if (own == group) return true;
    }
    return false;
  }
};

/// A route that was chosen of a prefix, now or in the past.
struct Chosen {
  const Route* route = nullptr;
  std::uint32_t path_id = 0;
};

/// Chooses among the routes of one prefix that were valid at one time.
class Chooser {
 public:
  Chooser(const RibStore& store, const RouteBlock& block, std::uint32_t time_s)
      : store_(store), block_(block), time_s_(time_s) {}

  /// The common case: the first in the order is of the best standing there is, and valid.
  [[nodiscard]] bool first_is_best() const {
    if (block_.count == 0 || !now() || block_.med_decides) return false;
    const Route& first = block_.routes().front();
    const ViewState& view = store_.views[first.view()];
    return view.family(first.family()).age(first.generation()) == 0 &&
           (block_.count == 1 || view.standing.load(kRelaxed) == store_.best_standing.load(kRelaxed));
  }
  [[nodiscard]] Chosen best() const {
    if (first_is_best()) return chosen(0);
    return best_where([](const Route&) { return std::uint32_t{0}; });
  }

  [[nodiscard]] Chosen own(const Exporter& exporter) const {
    return best_where([&](const Route& route) {
      const ViewState& view = store_.views[route.view()];
      return exporter.owns(view.group.load(kRelaxed)) ? view.own_rank.load(kRelaxed) : kOut;
    });
  }

  [[nodiscard]] Chosen through(IpAddress next_hop) const {
    return best_where([&](const Route& route) { return store_.next_hops[route.next_hop()] == next_hop ? 0 : kOut; });
  }

 private:
  static constexpr std::uint32_t kOut = 0xffff'ffff;

  /// Whether the time asked for is after the last change of this prefix.
  [[nodiscard]] bool now() const { return time_s_ == 0 || time_s_ >= block_.changed_s; }

  [[nodiscard]] Chosen chosen(std::size_t i) const { return {&block_.routes()[i], block_.extra(i).path_id}; }

  [[nodiscard]] bool valid(const Route& route, FamilyState family) const {
    if (time_s_ != 0 && route.since_s > time_s_) return false;
    return !family.dead(route.generation()) || (time_s_ != 0 && time_s_ < family.killed_s);
  }

  /// Less is better: the rank, the preference of the source, staleness. kNever: out.
  template <typename Rank>
  [[nodiscard]] std::uint64_t key(const Route& route, Rank rank) const {
    const std::uint32_t at = rank(route);
    if (at == kOut) return kNever;
    const ViewState& view = store_.views[route.view()];
    const FamilyState family = view.family(route.family());
    if (!valid(route, family)) return kNever;
    const std::uint64_t stale = family.age(route.generation()) != 0 ? 1 : 0;
    return std::uint64_t{at} << 40U | view.standing.load(kRelaxed) | stale;
  }

  /// The best of those of the least rank; kOut takes no part.
  template <typename Rank>
  [[nodiscard]] Chosen best_where(Rank rank) const {
    if (!now()) return best_of_all_times(rank);
    const auto routes = block_.routes();
    std::uint64_t least = kNever;
    std::size_t best = 0;
    bool alone = true;
    for (std::size_t i = 0; i < routes.size(); ++i) {
      const std::uint64_t one = key(routes[i], rank);
      alone = one < least || (alone && one != least);
      if (one >= least) continue;
      least = one;
      best = i;
    }
    if (least == kNever) return {};
    if (!block_.med_decides || alone) return chosen(best);
    // MED is not in the order: all that are equal so far are compared.
    const auto by_med = best_of(routes.size(), [&](std::size_t i) -> std::optional<Contender> {
      if (key(routes[i], rank) != least) return std::nullopt;
      return store_.contender(routes[i], block_.extra(i));
    });
    return chosen(by_med.value_or(best));
  }

  /// The same of the routes of now and of the past that were valid then. Rare: flows of before a change.
  template <typename Rank>
  [[nodiscard]] Chosen best_of_all_times(Rank rank) const {
    const auto routes = block_.routes();
    const auto past = store_.past(block_);
    const auto route = [&](std::size_t i) -> const Route& {
      return i < routes.size() ? routes[i] : past[i - routes.size()].route;
    };
    const auto extra = [&](std::size_t i) {
      return i < routes.size() ? block_.extra(i) : past[i - routes.size()].extra;
    };
    const auto rank_then = [&](std::size_t i) {
      const std::uint32_t at = rank(route(i));
      if (at == kOut) return kOut;
      if (i >= routes.size()) {
        const PastRoute& one = past[i - routes.size()];
        return one.route.since_s <= time_s_ && time_s_ < one.until_s ? at : kOut;
      }
      return valid(routes[i], store_.views[routes[i].view()].family(routes[i].family())) ? at : kOut;
    };
    std::uint32_t least = kOut;
    const std::size_t count = routes.size() + past.size();
    for (std::size_t i = 0; i < count; ++i) least = std::min(least, rank_then(i));
    if (least == kOut) return {};
    const auto best = best_of(count, [&](std::size_t i) -> std::optional<Contender> {
      if (rank_then(i) != least) return std::nullopt;
      Contender one = store_.contender(route(i), extra(i));
      if (i >= routes.size()) one.stale = false;  // it was not then, as far as is known
      return one;
    });
    if (!best) return {};
    return {&route(*best), extra(*best).path_id};
  }

  const RibStore& store_;
  const RouteBlock& block_;
  std::uint32_t time_s_;
};

}  // namespace

class RibReader::Impl {
 public:
  explicit Impl(RibStore& of) : store(of), place(of.epochs) {}

  void look_up(Exporter& exporter);
  /// All of one table, at most kSideBySide.
  void find(std::span<const Ask> asks, std::span<Found> found);
  [[nodiscard]] Found choose(const Ask& ask, PrefixTrie::Match match, const PrefixTrie& trie) const;
  [[nodiscard]] bool choose_quickly(const Ask& ask, PrefixTrie::Match match, Found& found) const;
  void fill(Found& found, const Route& route, std::uint32_t path_id, unsigned length, Choice choice) const;
  [[nodiscard]] Found found(const Chosen& chosen, unsigned length, Choice choice) const {
    Found out;
    fill(out, *chosen.route, chosen.path_id, length, choice);
    return out;
  }
  [[nodiscard]] const Exporter& exporter_of(const Ask& ask) const {
    return exporters[ask.exporter < exporters.size() ? ask.exporter : 0];
  }
  [[nodiscard]] const PrefixTrie* table(TableId id) const {
    return id < store.table_count.load(std::memory_order_acquire) ? store.tables[id].load(kRelaxed) : nullptr;
  }

  RibStore& store;
  Epochs::Reader place;
  std::vector<Exporter> exporters{1};  ///< 0 is nobody
  std::unordered_map<IpAddress, std::uint32_t> numbers;
};

RibReader::RibReader(const Rib& rib) : impl_(std::make_unique<Impl>(rib.impl_->store)) {}
RibReader::~RibReader() = default;

RibReader::Pin::Pin(RibReader& reader) : pin_(reader.impl_->place) {}

void RibReader::Impl::look_up(Exporter& exporter) {
  const Epochs::Pin pin(place);
  const std::uint64_t version = store.groups_version.load(std::memory_order_acquire);
  if (exporter.version != version) {
    exporter.version = version;
    exporter.groups.clear();
    const std::uint32_t count = store.group_count.load(std::memory_order_acquire);
    for (std::uint32_t i = 1; i < count; ++i) {
      const ViewGroup& group = store.groups[i];
      const ExporterList* others = store.source_exporters[group.source].load(std::memory_order_acquire);
      const bool own = group.router == exporter.address ||
                       (group.router_id != 0 && IpAddress::v4(group.router_id) == exporter.address) ||
                       (others != nullptr && std::ranges::find(*others, exporter.address) != others->end());
      if (own) exporter.groups.push_back(i);
    }
  }
  exporter.active =
      std::ranges::any_of(exporter.groups, [&](std::uint32_t i) { return store.groups[i].routes.load(kRelaxed) > 0; });
}

std::uint32_t RibReader::exporter(IpAddress address) {
  auto& all = impl_->exporters;
  if (const auto at = impl_->numbers.find(address); at != impl_->numbers.end()) {
    impl_->look_up(all[at->second]);
    return at->second;
  }
  // Only who has a view of its own is remembered: anybody can send a packet as some exporter.
  Exporter fresh{.address = address, .groups = {}};
  impl_->look_up(fresh);
  if (fresh.groups.empty()) return 0;
  const auto number = static_cast<std::uint32_t>(all.size());
  impl_->numbers.emplace(address, number);
  all.push_back(std::move(fresh));
  return number;
}

void RibReader::Impl::fill(Found& found, const Route& route, std::uint32_t path_id, unsigned length,
                           Choice choice) const {
  found.attributes = &store.attributes[route.attributes];
  __builtin_prefetch(found.attributes);  // what the caller wants next
  found.next_hop = store.next_hops[route.next_hop()];
  found.length = static_cast<std::uint8_t>(length);
  found.choice = choice;
  found.view = route.view();
  found.path_id = path_id;
}

/// What most asks are: no own view, no next hop, and a first route that needs no comparison.
bool RibReader::Impl::choose_quickly(const Ask& ask, PrefixTrie::Match match, Found& found) const {
  if (match.value == kNoBlock) {
    found = {};
    return true;
  }
  if (exporter_of(ask).active || !ask.next_hop.is_unspecified()) return false;
  const RouteBlock& block = store.block(match.value);
  if (!Chooser(store, block, seconds_of(ask.time_ms)).first_is_best()) return false;
  fill(found, block.routes().front(), block.extra(0).path_id, match.length, Choice::best);
  return true;
}

Found RibReader::Impl::choose(const Ask& ask, PrefixTrie::Match match, const PrefixTrie& trie) const {
  const Exporter& exporter = exporter_of(ask);
  const std::uint32_t time_s = seconds_of(ask.time_ms);
  const RouteBlock* longest = nullptr;
  unsigned longest_length = 0;
  Chosen best;
  // From prefix to shorter prefix, until the exporter's own view has one; without an own view, until any has one.
  for (; match.value != kNoBlock; match = trie.longest(ask.address, match.length - 1U)) {
    const RouteBlock& block = store.block(match.value);
    const Chooser chooser(store, block, time_s);
    if (exporter.active) {
      if (const Chosen own = chooser.own(exporter); own.route != nullptr) {
        return found(own, match.length, Choice::own_view);
      }
    }
    if (longest == nullptr) {
      best = chooser.best();
      if (best.route != nullptr) {
        longest = &block;
        longest_length = match.length;
      }
    }
    if (longest != nullptr && !exporter.active) break;
    if (match.length == 0) break;
  }
  if (longest == nullptr) return {};
  if (!ask.next_hop.is_unspecified()) {
    const Chosen through = Chooser(store, *longest, time_s).through(ask.next_hop);
    if (through.route != nullptr) return found(through, longest_length, Choice::next_hop);
  }
  return found(best, longest_length, Choice::best);
}

void RibReader::Impl::find(std::span<const Ask> asks, std::span<Found> found) {
  std::array<IpAddress, kSideBySide> addresses;
  std::array<PrefixTrie::Match, kSideBySide + kAhead> matches;
  const PrefixTrie* trie = table(asks.front().table);
  if (trie == nullptr) {
    std::ranges::fill(found, Found{});
    return;
  }
  for (std::size_t i = 0; i < asks.size(); ++i) addresses[i] = asks[i].address;
  trie->longest(std::span(addresses).first(asks.size()), matches);
  const bool active = exporter_of(asks.front()).active;  // the rows of a batch are often of one exporter
  // Each block is asked for some rows before its turn, not all of them in one burst that memory could not take.
  std::fill_n(matches.begin() + static_cast<std::ptrdiff_t>(asks.size()), kAhead, PrefixTrie::Match{0, 0});
  for (std::size_t i = 0; i < kAhead; ++i) __builtin_prefetch(store.route_slab.address(matches[i].value));
  for (std::size_t i = 0; i < asks.size(); ++i) {
    const Slab::Block ahead = matches[i + kAhead].value;
    __builtin_prefetch(store.route_slab.address(ahead));
    if (active) {
      // Its own views are looked for among all routes.
      for (Slab::Block line = 1; line < kLinesOfOwn; ++line) {
        __builtin_prefetch(store.route_slab.address(ahead + line * kUnitsOfLine));
      }
    }
    if (!choose_quickly(asks[i], matches[i], found[i])) found[i] = choose(asks[i], matches[i], *trie);
  }
}

void RibReader::find(std::span<const Ask> asks, std::span<Found> found) {
  for (std::size_t from = 0; from < asks.size();) {
    std::size_t end = from + 1;
    while (end < asks.size() && end - from < kSideBySide && asks[end].table == asks[from].table) ++end;
    impl_->find(asks.subspan(from, end - from), found.subspan(from, end - from));
    from = end;
  }
}

}  // namespace weir::bgp
