// The writer's side of prefixes and their routes: one change of one prefix at a time.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "bgp/next_hops.h"
#include "bgp/rib_layout.h"
#include "bgp/view_table.h"

namespace weir::bgp {

class RouteTable {
 public:
  RouteTable(RibStore& store, ViewTable& views, const RibOptions& options);

  // Tables.
  /// A new one for a distinguisher that is not known yet; nothing when there are too many.
  [[nodiscard]] std::optional<TableId> table_of(RouteDistinguisher rd);
  [[nodiscard]] std::optional<TableId> known_table(RouteDistinguisher rd) const;
  [[nodiscard]] std::size_t tables() const { return tables_.size(); }
  [[nodiscard]] RouteDistinguisher distinguisher(TableId table) const { return tables_[table].rd; }
  [[nodiscard]] const PrefixTrie& trie(TableId table) const { return *tables_[table].trie; }

  /// Upkeep's clock, by which history ages; what is read may be on another.
  void set_clock(UnixMillis now) { clock_ = now; }
  [[nodiscard]] UnixMillis clock() const { return clock_; }
  /// A time that a source told, on that clock: not before now, so that an old file's routes are not history at once,
  /// and not far after it. The time itself before the first upkeep.
  [[nodiscard]] UnixMillis stamp(UnixMillis told) const {
    return clock_ == 0 ? told : std::clamp(told, clock_, clock_ + kMinuteMs);
  }

  // Changes.
  struct Telling {
    ViewId view = 0;
    std::size_t family = 0;
    AttributesId attributes = kNoAttributes;
    UnixMillis now = 0;       ///< when it happened
    bool since_ever = false;  ///< valid for flows of before too
  };
  void announce(const Telling& telling, TableId table, const Announcement& route);
  void withdraw(const Telling& telling, TableId table, const Nlri& nlri);

  // Background work.
  /// Begins a whole round of sweeping.
  void begin_sweep() { sweep_left_ = prefixes_.size(); }
  /// Looks at up to `most` prefixes and takes out what is dead. True when there are more.
  bool sweep(std::size_t most);
  /// Forgets up to `most` past routes that ended before `before`. True when there are more.
  bool age(std::size_t most, UnixMillis before);
  void collect();
  /// To be called after each change, when readers can find no more what it took out.
  void collect_if_due();

  struct Counts {
    std::uint64_t prefixes4 = 0, prefixes6 = 0;  ///< of the global table
    std::uint64_t routes = 0;                    ///< dead ones included
    std::uint64_t past = 0;
    std::uint64_t refused = 0;
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] std::size_t memory() const;

 private:
  struct Table {
    RouteDistinguisher rd;
    std::unique_ptr<PrefixTrie> trie;
  };
  /// A prefix with routes, or a free place.
  struct Place {
    IpAddress address;
    std::uint32_t table_length = 0;  ///< table << 8 | length
    Slab::Block block = 0;           ///< its RouteBlock; 0: none
    [[nodiscard]] TableId table() const { return table_length >> 8U; }
    [[nodiscard]] Prefix prefix() const { return {address, static_cast<std::uint8_t>(table_length)}; }
  };
  struct Passed {
    std::uint32_t when_s = 0;
    std::uint32_t prefix_id = 0;
  };
  class Edit;

  [[nodiscard]] std::uint32_t new_prefix(TableId table, const Prefix& prefix);
  void drop_references(const Route& route);
  void forget_oldest();

  RibStore& store_;
  ViewTable& views_;
  const RibOptions& options_;
  std::deque<Table> tables_;
  std::unordered_map<std::uint64_t, TableId> by_rd_;
  std::vector<Place> prefixes_;  ///< by prefix id
  std::vector<std::uint32_t> free_prefixes_;
  NextHops next_hops_;
  std::deque<Passed> passed_;  ///< one for each past route, the oldest first
  std::size_t sweep_at_ = 0, sweep_left_ = 0;
  UnixMillis clock_ = 0;
  Counts counts_;
  // Room for one change, kept.
  std::vector<Route> routes_;
  std::vector<RouteExtra> extras_;
  std::vector<PastRoute> past_;
};

}  // namespace weir::bgp
