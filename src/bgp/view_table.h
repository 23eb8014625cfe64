// The writer's side of sources and views: who tells what, what is up, what is told anew, and how many routes each has.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "bgp/rib_layout.h"

namespace weir::bgp {

/// A view is quiet, and with that told in full, when nothing changed for so long.
inline constexpr UnixMillis kQuietMs = 30 * kSecondMs;
/// No telling takes longer: a full table never becomes quiet, and not every peer says End-of-RIB.
inline constexpr UnixMillis kLongestTellingMs = 10 * kMinuteMs;

struct View {
  /// Routes of one family.
  struct Count {
    std::uint64_t fresh = 0;   ///< told in this generation
    std::uint64_t stale = 0;   ///< of one before
    std::uint64_t dead = 0;    ///< out of use, to be swept
    std::uint16_t oldest = 0;  ///< no route is of a generation before this
    bool sent = false;         ///< since the view came up
    bool ended = false;        ///< End-of-RIB since then
    bool told = false;         ///< its first telling is over
    [[nodiscard]] std::uint64_t alive() const { return fresh + stale; }
  };

  ViewInfo info;
  bool known = true;  ///< false: its source was dropped
  bool up = false;
  UnixMillis since_ms = 0;
  UnixMillis last_change_ms = 0;
  std::uint64_t announced = 0;
  std::uint64_t withdrawn = 0;
  std::array<Count, kFamilies.size()> counts{};
  // On the clock of upkeep().
  UnixMillis down_at = 0;
  UnixMillis opened_at = 0;
  UnixMillis first_at = 0;    ///< the first route since it came up; 0: none yet
  UnixMillis changed_at = 0;  ///< the last change since then
  bool held = false;          ///< down, its routes still in use
  bool quiet = false;         ///< since it came up it was quiet for kQuietMs, or told for kLongestTellingMs
  bool settled = false;       ///< up for kLongestTellingMs
  std::uint64_t kept = 0;     ///< routes of now and of the past, dead ones too
  bool resort = false;        ///< its place in the order has changed

  [[nodiscard]] bool synced() const;
  [[nodiscard]] std::uint64_t alive() const;
};

class ViewTable {
 public:
  explicit ViewTable(RibStore& store) : store_(store) {}
  ~ViewTable();
  ViewTable(const ViewTable&) = delete;
  ViewTable& operator=(const ViewTable&) = delete;

  SourceId set_source(const SourceInfo& info);
  [[nodiscard]] const SourceInfo& source(SourceId id) const { return sources_[id].info; }
  [[nodiscard]] bool known_source(SourceId id) const { return id < sources_.size(); }
  /// Its views are unknown and down from now on. Their routes are the caller's to kill.
  void forget_source(SourceId id);

  /// kMostViews when there are too many.
  /// `clock` is upkeep's.
  [[nodiscard]] ViewId open(const ViewInfo& info, UnixMillis now, UnixMillis clock);
  void close(ViewId id, UnixMillis now);
  [[nodiscard]] std::size_t size() const { return views_.size(); }
  [[nodiscard]] View& operator[](ViewId id) { return views_[id]; }
  [[nodiscard]] const View& operator[](ViewId id) const { return views_[id]; }

  // In a moment, however many routes there are.
  /// What is there becomes stale.
  void refresh(ViewId id, std::size_t family);
  /// What is stale is dead. True when there was any.
  bool kill_stale(ViewId id, std::size_t family, std::uint32_t now_s);
  bool kill_all(ViewId id, std::uint32_t now_s);
  /// Upkeep: where a telling is over without an End-of-RIB, what was not told again is dead. True when there was any.
  bool end_telling(ViewId id, UnixMillis now);
  /// So many refreshes have passed unswept that the next would come round: the dead must be swept at once.
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  /// No dead route is left anywhere.
  void swept();

  [[nodiscard]] FamilyState state(ViewId id, std::size_t family) const { return store_.views[id].family(family); }
  void added(ViewId id, std::size_t family);
  /// It is valid no more.
  void removed(const Route& route);
  /// It is not in the past either.
  void forgotten(const Route& route);
  /// A route is told again, as it was but for its generation or family.
  void moved(const Route& before, const Route& now);

 private:
  struct Source {
    SourceInfo info;
  };
  using GroupKey = std::tuple<SourceId, IpAddress, std::uint32_t>;

  void set_state(ViewId id, std::size_t family, FamilyState state);
  void set_standing(ViewId id);
  void find_best_standing();
  [[nodiscard]] std::uint32_t group_of(const ViewInfo& info);
  [[nodiscard]] std::atomic<std::uint64_t>& group_routes(ViewId id);
  std::uint64_t& count_of(const Route& route);

  RibStore& store_;
  std::deque<Source> sources_;
  std::deque<View> views_;
  std::map<ViewKey, ViewId> by_key_;
  std::map<GroupKey, std::uint32_t> groups_;
  bool exhausted_ = false;
};

}  // namespace weir::bgp
