// Files of routes into the table: MRT, the text of `show ip bgp`, lists of prefixes. What a file is, is told by what it
// holds.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bgp/file/file_reader.h"
#include "bgp/file/prefix_list.h"
#include "bgp/rib.h"
#include "bgp/wire/mrt.h"
#include "bgp/wire/show_ip_bgp.h"

namespace weir::bgp {

enum class RouteFileFormat : std::uint8_t { unknown, mrt, show_ip_bgp, prefix_list };
[[nodiscard]] std::string_view to_string(RouteFileFormat format);

/// What became of one file.
struct LoadReport {
  std::string path;
  RouteFileFormat format = RouteFileFormat::unknown;
  Packing packing = Packing::plain;
  std::uint64_t octets = 0;         ///< unpacked
  std::uint64_t packed_octets = 0;  ///< on the disk
  MrtCounts mrt;                    ///< of its format; the others are zero
  ShowCounts show;
  PrefixListCounts prefixes;
  std::uint64_t not_used = 0;  ///< routes that their router does not use, UPDATEs that the collector sent itself
  std::vector<std::string> complaints;
  /// Names the file, and where in it; what was whole before is in the table all the same.
  std::optional<Error> error;

  /// What was given to the table: routes, and changes of routes.
  [[nodiscard]] std::uint64_t routes() const;
  /// Records or lines that were skipped because they could not be read.
  [[nodiscard]] std::uint64_t malformed() const;
};

/// One source's way into the table. Between begin() and finish() any number of files are loaded that together are all
/// that the source says; the next begin() starts anew, and until finish() the routes of before stay in use.
///
/// Each peer of a dump is a view (ViewKey: no router, adj_rib_in_post). A list of prefixes is the view without a peer.
class RouteLoader {
 public:
  RouteLoader(Rib& rib, SourceId source) : rib_(rib), source_(source) {}

  void begin(UnixMillis now);
  /// `now` is the time of routes that a file tells without a time of their own. UPDATEs have that of their record.
  [[nodiscard]] LoadReport load(const std::string& path, UnixMillis now);
  void load(std::span<const StaticRoute> routes, UnixMillis now);
  /// With `whole` the routes of before that were not told again go; without it (a file failed) they stay.
  void finish(UnixMillis now, bool whole);

 private:
  struct View {
    ViewId id = 0;
    FamilySet families;  ///< ever told by it
    bool told = false;   ///< since begin()
    bool up = false;
  };

  void feed(FileReader& reader, LoadReport& report, UnixMillis now);
  void feed_mrt(FileReader& reader, Bytes first, LoadReport& report, UnixMillis now);
  void feed_show(FileReader& reader, Bytes first, LoadReport& report, UnixMillis now);
  void feed_prefixes(FileReader& reader, Bytes first, LoadReport& report, UnixMillis now);
  View& view_of(const MrtPeer& peer, bool internal, UnixMillis now);
  void announce(View& view, Family family, const Announcement& route, const PathAttributes& attributes, UnixMillis now);
  void apply(const MrtUpdate& update, LoadReport& report);
  void change_state(const MrtStateChange& change);

  Rib& rib_;
  SourceId source_;
  std::map<IpAddress, View> views_;
};

/// One file as the whole of a source.
[[nodiscard]] LoadReport load_routes(const std::string& path, Rib& rib, SourceId source, UnixMillis now);

}  // namespace weir::bgp
