// What readers of the table see in memory, and how its parts find each other:
//
//   address --PrefixTrie--> RouteBlock: header, then its routes in the order of preference
//                           each route: its view, its attribute set, its next hop, since when
//
// A block of routes never changes: the writer makes another one and puts its number into the trie instead. What changes
// for many routes at once (a view goes down, is told anew, its source's preference) stands in the view's state instead.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "base/epoch.h"
#include "base/prefix_trie.h"
#include "base/reservation.h"
#include "base/slab.h"
#include "bgp/attribute_table.h"
#include "bgp/decision.h"
#include "bgp/rib.h"

namespace weir::bgp {

inline constexpr ViewId kMostViews = ViewId{1} << 17U;
inline constexpr std::size_t kMostTables = std::size_t{1} << 16U;
inline constexpr std::uint32_t kMostNextHops = std::uint32_t{1} << 24U;
/// The trie holds blocks by number, which has 30 bits.
inline constexpr std::size_t kMostRouteOctets = (std::size_t{PrefixTrie::kMostValue} + 1) * Slab::kUnit;
inline constexpr std::uint32_t kNoBlock = PrefixTrie::kNone;
/// Of one prefix; further ones are refused. A block of them is copied at each change.
inline constexpr std::size_t kMostRoutesOfPrefix = 4096;
inline constexpr std::size_t kMostPastOfPrefix = 512;

/// Routes of a view and family are counted in generations: a refresh begins a new one. 15 bits, in a circle.
inline constexpr std::uint32_t kGenerations = 1U << 15U;

/// What holds for all routes of a view and family at once, in one word.
struct FamilyState {
  std::uint32_t killed_s = 0;    ///< when the dead ones ended
  std::uint16_t generation = 0;  ///< of what is told now
  std::uint16_t kept = 0;        ///< the oldest one that is alive

  [[nodiscard]] static FamilyState unpack(std::uint64_t word) {
    return {static_cast<std::uint32_t>(word >> 32U), static_cast<std::uint16_t>(word >> 16U),
            static_cast<std::uint16_t>(word)};
  }
  [[nodiscard]] std::uint64_t pack() const {
    return std::uint64_t{killed_s} << 32U | std::uint32_t{generation} << 16U | kept;
  }
  /// How many generations ago; 0 is fresh.
  [[nodiscard]] std::uint32_t age(std::uint32_t of) const { return (generation - of) % kGenerations; }
  [[nodiscard]] bool dead(std::uint32_t of) const { return age(of) > age(kept); }
};

/// One route of a block. Seconds are those since 1970.
struct Route {
  AttributesId attributes = 0;
  std::uint32_t view_generation = 0;  ///< view 17 bits, generation 15
  std::uint32_t since_s = 0;          ///< 0: since ever
  std::uint32_t next_hop_family = 0;  ///< next hop 24 bits, index in kFamilies 3

  Route() = default;
  Route(ViewId view, std::uint32_t generation, std::size_t family, AttributesId set, std::uint32_t next_hop,
        std::uint32_t since)
      : attributes(set),
        view_generation(view << 15U | generation),
        since_s(since),
        next_hop_family(next_hop << 8U | static_cast<std::uint32_t>(family)) {}
  [[nodiscard]] ViewId view() const { return view_generation >> 15U; }
  [[nodiscard]] std::uint32_t generation() const { return view_generation % kGenerations; }
  [[nodiscard]] std::uint32_t next_hop() const { return next_hop_family >> 8U; }
  [[nodiscard]] std::size_t family() const { return next_hop_family & 7U; }
};
/// What most routes do not have; after the routes, where any of the prefix has it.
struct RouteExtra {
  std::uint32_t path_id = 0;
  std::uint32_t label = 0;
  auto operator<=>(const RouteExtra&) const = default;
};
struct PastRoute {
  Route route;
  RouteExtra extra;
  std::uint32_t until_s = 0;
};

/// The header of a prefix's routes; behind it `count` Routes, then as many RouteExtras when it is `wide`.
struct RouteBlock {
  std::uint32_t changed_s = 0;  ///< from then on the routes here are what is valid; before, see since_s and the past
  Slab::Block past = 0;         ///< a PastBlock
  std::uint16_t count = 0;
  bool wide = false;
  bool med_decides = false;     ///< two routes of one neighbour AS differ in MED and in nothing before it
  std::uint32_t prefix_id = 0;  ///< the writer's

  [[nodiscard]] static std::size_t octets(std::size_t count, bool wide) {
    return sizeof(RouteBlock) + count * (sizeof(Route) + (wide ? sizeof(RouteExtra) : 0));
  }
  [[nodiscard]] std::size_t octets() const { return octets(count, wide); }
  /// In the order of the decision process, but for the source's preference, staleness and MED.
  [[nodiscard]] std::span<const Route> routes() const { return Slab::tail<Route>(*this, count); }
  [[nodiscard]] std::span<Route> routes() { return Slab::tail<Route>(*this, count); }
  [[nodiscard]] RouteExtra extra(std::size_t i) const { return wide ? extras()[i] : RouteExtra{}; }
  /// Only of a wide one.
  [[nodiscard]] std::span<const RouteExtra> extras() const { return Slab::tail<RouteExtra>(routes().back(), count); }
  [[nodiscard]] std::span<RouteExtra> extras() { return Slab::tail<RouteExtra>(routes().back(), count); }
};
/// The header of a prefix's past routes, the oldest first.
struct PastBlock {
  std::uint32_t count = 0;
  [[nodiscard]] static std::size_t octets(std::size_t count) { return sizeof(PastBlock) + count * sizeof(PastRoute); }
  [[nodiscard]] std::span<const PastRoute> routes() const { return Slab::tail<PastRoute>(*this, count); }
  [[nodiscard]] std::span<PastRoute> routes() { return Slab::tail<PastRoute>(*this, count); }
};

/// What readers know of a view.
struct alignas(64) ViewState {
  std::array<std::atomic<std::uint64_t>, kFamilies.size()> families{};  ///< FamilyState
  /// Inverted preference of its source << 1 | down: less is better.
  std::atomic<std::uint64_t> standing{0};
  std::atomic<std::uint32_t> group{0};
  std::atomic<std::uint8_t> own_rank{0};  ///< by its RibKind: less is better
  // What the decision process asks of a peer.
  std::atomic<bool> internal{false};
  std::atomic<std::uint32_t> bgp_id{0};
  IpAddress peer;

  [[nodiscard]] FamilyState family(std::size_t i) const {
    return FamilyState::unpack(families[i].load(std::memory_order_relaxed));
  }
  [[nodiscard]] static std::uint64_t standing_of(int preference, bool down) {
    const auto inverted = static_cast<std::uint64_t>(0x8000'0000LL - preference);
    return inverted << 1U | (down ? 1U : 0U);
  }
  [[nodiscard]] static int preference_of(std::uint64_t standing) {
    return static_cast<int>(0x8000'0000LL - static_cast<std::int64_t>(standing >> 1U));
  }
};

/// The views of one router within one source: together they are an exporter's own, or not. Never changes.
struct ViewGroup {
  SourceId source = 0;
  IpAddress router;
  std::uint32_t router_id = 0;
  std::atomic<std::uint64_t> routes{0};  ///< of now and of the past
};
using ExporterList = std::vector<IpAddress>;

/// All that readers look at.
class RibStore {
 public:
  RibStore();

  mutable Epochs epochs;
  Slab trie_slab;
  Slab route_slab;
  AttributeTable attributes;
  ReservedArray<ViewState> views;
  ReservedArray<ViewGroup> groups;
  ReservedArray<IpAddress> next_hops;
  ReservedArray<std::atomic<const PrefixTrie*>> tables;
  ReservedArray<std::atomic<const ExporterList*>> source_exporters;  ///< by SourceId; null: none
  std::atomic<std::uint32_t> table_count{0};
  std::atomic<std::uint32_t> group_count{0};
  /// Counts what changes which views are whose.
  std::atomic<std::uint64_t> groups_version{1};
  /// The least `standing` of all views with routes: a route that has it needs no comparison with others.
  std::atomic<std::uint64_t> best_standing{0};

  /// What the trie tells; not of kNoBlock.
  [[nodiscard]] const RouteBlock& block(std::uint32_t at) const { return *route_slab.at<const RouteBlock>(at); }
  [[nodiscard]] std::span<const PastRoute> past(const RouteBlock& block) const {
    return block.past == 0 ? std::span<const PastRoute>() : route_slab.at<const PastBlock>(block.past)->routes();
  }
  /// A route as the decision process sees it.
  [[nodiscard]] Contender contender(const Route& route, RouteExtra extra) const;
  [[nodiscard]] bool stale(const Route& route) const;
};

[[nodiscard]] inline std::uint32_t seconds_of(UnixMillis time) {
  return time <= 0 ? 0 : static_cast<std::uint32_t>(time / kSecondMs);
}

}  // namespace weir::bgp
