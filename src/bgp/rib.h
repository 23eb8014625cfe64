// The routing table: what every source said of every prefix, and which route a flow took. This is the one header of bgp/
// that enrichment and the server see.
//
// Thread rule: any number of threads look up, each with a RibReader of its own, and never wait. All that changes the table
// takes one lock for a bounded time; several sources call in turn.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/epoch.h"
#include "base/ip_address.h"
#include "bgp/wire/bmp.h"
#include "bgp/wire/message.h"

namespace weir::bgp {

/// What kind of thing a source is; also the word in the configuration.
enum class SourceKind : std::uint8_t { bmp, bgp, mrt, text, fixed };
[[nodiscard]] std::string_view to_string(SourceKind kind);

using SourceId = std::uint16_t;
using ViewId = std::uint32_t;
/// One routing table among others: 0 is the global one, each route distinguisher or VRF has its own.
using TableId = std::uint32_t;
inline constexpr TableId kGlobalTable = 0;

struct SourceInfo {
  std::string name;  ///< as configured, unique
  SourceKind kind = SourceKind::fixed;
  int preference = 100;  ///< the higher wins where the exporter's own view does not decide
  /// Exporters whose own view this source is, beside the router's address: for routers that export flows from another
  /// address than they speak BGP or BMP from.
  std::vector<IpAddress> exporters;
};

/// One peer's routes as one router tells them: an Adj-RIB-In, Adj-RIB-Out or Loc-RIB, or the peer of a dump.
struct ViewKey {
  SourceId source = 0;
  IpAddress router;  ///< who speaks to us; unspecified for files
  RibKind rib = RibKind::adj_rib_in_post;
  RouteDistinguisher distinguisher;  ///< of the peer (BMP peer types 1 and 2)
  IpAddress peer;                    ///< unspecified for a Loc-RIB
  auto operator<=>(const ViewKey&) const = default;
};
struct ViewInfo {
  ViewKey key;
  As peer_as = 0;
  std::uint32_t bgp_id = 0;     ///< the peer's
  std::uint32_t router_id = 0;  ///< the router's own; an exporter with this address is this router too
  std::string router_name;      ///< BMP sysName, "" unknown
  bool internal = false;        ///< learned by iBGP: peer AS equals local AS
};

/// A route that came or changed.
struct Announcement {
  Nlri nlri;
  IpAddress next_hop;
};

/// An attribute set as the table keeps it: never changes, shared by all routes that have it.
class AttributeSet {
 public:
  [[nodiscard]] PathAttributes attributes() const;  ///< unpacked; allocates
  [[nodiscard]] As origin_as() const;  ///< 0: none, e.g. the path ends in a set
  [[nodiscard]] As first_as() const;   ///< 0: none
  [[nodiscard]] unsigned path_length() const;
  [[nodiscard]] std::string as_path_text() const;
  [[nodiscard]] std::string communities_text() const;
  /// Two words that belong to the readers: 0 at first. Enrichment keeps there the ids of the texts, so that each text is
  /// made once. Any thread may set them, all to the same value.
  [[nodiscard]] std::atomic<std::uint32_t>& note(std::size_t which) const;

 private:
  friend class AttributeTable;
  AttributeSet() = default;

  /// What every set has. Behind it lie the words of the path, the communities and what is rare (attribute_table.h).
  struct Fixed {
    std::uint32_t hash = 0;
    std::uint32_t local_pref = 0;
    std::uint32_t med = 0;
    As origin_as = 0;
    As first_as = 0;
    std::uint16_t path_length = 0;
    Origin origin = Origin::incomplete;
    std::uint8_t flags = 0;
    std::uint16_t path_words = 0;
    std::uint16_t communities = 0;
    std::uint16_t extended_communities = 0;
    std::uint16_t large_communities = 0;
    std::uint16_t clusters = 0;
    bool operator==(const Fixed&) const = default;
  };
  mutable std::array<std::atomic<std::uint32_t>, 2> notes_{};
  std::uint32_t references_ = 0;  ///< the writer's
  Fixed fixed_;
};

/// Why a route was chosen.
enum class Choice : std::uint8_t {
  none,           ///< there is no route
  own_view,       ///< the exporter's own table
  next_hop,       ///< the next hop that the exporter told in the flow
  best,           ///< the best of all
};
[[nodiscard]] std::string_view to_string(Choice choice);

/// A route found. Valid as long as the Pin under which it was found.
struct Found {
  const AttributeSet* attributes = nullptr;  ///< null: no route
  IpAddress next_hop;
  std::uint8_t length = 0;  ///< of the prefix, in the family's own bits
  Choice choice = Choice::none;
  ViewId view = 0;
  std::uint32_t path_id = 0;
};

/// What one row of a batch asks.
struct Ask {
  IpAddress address;
  IpAddress next_hop;              ///< BGP next hop or next hop told in the flow; unspecified: none
  UnixMillis time_ms = 0;          ///< the route valid then; 0: now
  std::uint32_t exporter = 0;      ///< from RibReader::exporter()
  TableId table = kGlobalTable;
};

struct RibOptions {
  UnixMillis hold_ms = 5 * kMinuteMs;      ///< a lost view's routes are used this long unless it comes back
  UnixMillis history_ms = 60 * kMinuteMs;  ///< routes replaced or withdrawn are known this long for flows of that time
  std::size_t most_past_routes = 4'000'000;  ///< the oldest go first
  std::size_t most_routes = 64'000'000;    ///< further ones are refused and counted
};

/// What the table holds; for metrics, the doctor and `weir rib`.
struct ViewStatus {
  ViewInfo info;
  std::string source;              ///< its name
  bool up = false;
  bool synced = false;             ///< End-of-RIB seen for all families it sent, or quiet for long enough
  UnixMillis since_ms = 0;         ///< up or down since
  UnixMillis last_change_ms = 0;
  std::uint64_t routes4 = 0, routes6 = 0, routes_vpn = 0;
  std::uint64_t announced = 0, withdrawn = 0;
};
struct RibStatus {
  std::uint64_t prefixes4 = 0, prefixes6 = 0;  ///< of the global table, with at least one route
  std::uint64_t routes = 0;
  std::uint64_t stale_routes = 0;    ///< of views that are down, still in use
  std::uint64_t past_routes = 0;
  std::uint64_t attribute_sets = 0;
  std::uint64_t tables = 0;
  std::uint64_t refused = 0;         ///< for most_routes
  std::uint64_t memory_octets = 0;
  std::vector<ViewStatus> views;
};

/// One candidate as `weir route` shows it.
struct Candidate {
  Prefix prefix;
  Nlri nlri;
  ViewId view_id = 0;                ///< as Found::view
  ViewInfo view;
  std::string source;
  int preference = 0;
  bool stale = false;
  IpAddress next_hop;
  PathAttributes attributes;
  UnixMillis since_ms = 0;           ///< 0: since the source was first heard
  UnixMillis until_ms = 0;           ///< 0: still valid; else a past route
  bool best = false;                 ///< of its prefix
  std::string lost_because;          ///< "shorter AS path", "higher source preference": what the winner has over it; "" for it
};

class RibReader;

class Rib {
 public:
  explicit Rib(RibOptions options = {});
  ~Rib();
  Rib(const Rib&) = delete;
  Rib& operator=(const Rib&) = delete;

  // Sources call these; `now` is on the clock of what they read (BMP's own time, the wall clock, a record's time).
  /// A source of this name, new or known; what is known of it is replaced.
  SourceId set_source(const SourceInfo& info);
  /// Forgets the source with its views and routes, in the background.
  void drop_source(SourceId source);

  /// A view comes up. A known one keeps its id and its routes, which are stale until they are told again or end_of_rib();
  /// without one, those of a family it tells go when it is quiet, and all of them after ten minutes. Ids are never given to
  /// another key. A view of no source, or one too many (131,072), gets an id that nothing is taken from.
  ViewId open_view(const ViewInfo& info, UnixMillis now);
  /// A view goes down, and tells nothing until it comes up: its routes stay in use for hold_ms, then go in the background. With `at_once` they go now (the
  /// router said that it withdrew them, or a file was replaced).
  void close_view(ViewId view, UnixMillis now, bool at_once = false);
  /// Routes of one attribute set; of a view that is up. `now` is from when on they are valid; routes of a view's first telling are valid for
  /// flows of before as well.
  void announce(ViewId view, const PathAttributes& attributes, std::span<const Announcement> routes, UnixMillis now);
  void withdraw(ViewId view, std::span<const Nlri> routes, UnixMillis now);
  /// One whole UPDATE: withdraws, then announces, then its End-of-RIB.
  void apply(ViewId view, const Update& update, UnixMillis now);
  /// All has been told: stale routes of this family that were not told again go.
  void end_of_rib(ViewId view, Family family, UnixMillis now);
  /// Before a ROUTE-REFRESH or the reload of a file: what is there becomes stale (see end_of_rib).
  void begin_refresh(ViewId view, Family family, UnixMillis now);

  /// Names a VRF as exporters tell it; find_table() finds it by that name, by "RD" text, or by a BMP table name.
  void name_table(const std::string& name, RouteDistinguisher rd);
  [[nodiscard]] std::optional<TableId> find_table(std::string_view name) const;

  /// One bounded piece of background work: sweeps what is to go, ages history, frees memory. Call it often (every 50 ms);
  /// true when there is more to do at once.
  bool upkeep(UnixMillis now);

  // For people.
  [[nodiscard]] RibStatus status() const;
  /// Every route to the address: the longest prefix first, the best of each first. Past routes when `with_past`.
  [[nodiscard]] std::vector<Candidate> candidates(IpAddress address, TableId table, bool with_past) const;
  /// Calls `visit` for every prefix of a table with its candidates, in order, until it returns false.
  void for_each(TableId table, const std::function<bool(const Prefix&, std::span<const Candidate>)>& visit) const;

 private:
  friend class RibReader;
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// One thread's eye on the table. Not to be shared between threads.
class RibReader {
 public:
  explicit RibReader(const Rib& rib);
  ~RibReader();
  RibReader(const RibReader&) = delete;
  RibReader& operator=(const RibReader&) = delete;

  /// Holds still what is found: while it lives, nothing found is freed. Hold it for one batch.
  class Pin {
   public:
    explicit Pin(RibReader& reader);

   private:
    Epochs::Pin pin_;
  };

  /// The number of an exporter for Ask::exporter: which views are its own. Cheap when asked again; ask once a batch and
  /// exporter, because views come and go.
  [[nodiscard]] std::uint32_t exporter(IpAddress address);
  /// With a Pin. `found` is as long as `asks`. The rule, in order: the longest prefix in the exporter's own view (Loc-RIB
  /// before post-policy before pre-policy Adj-RIB-In); of the longest prefix the route whose next hop the flow told; the
  /// best by preference of the source, then RFC 4271 section 9.1.2.2. Allocates nothing.
  void find(std::span<const Ask> asks, std::span<Found> found);
  [[nodiscard]] Found find(const Ask& ask) {
    Found found;
    find({&ask, 1}, {&found, 1});
    return found;
  }

 private:
  friend class Pin;
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::bgp
