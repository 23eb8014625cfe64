// Static prefixes: a list that people write or export, for what no router tells.
//
//     prefix,as_path,next_hop,communities,med,local_pref,origin,rd
//     103.3.174.0/24,3491 45352,192.0.2.1,3491:400 3491:413,,100,igp,
//     2001:db8::/32,45352
//
// CSV (RFC 4180) with a heading that names the columns, in any order; only `prefix` must be there. Unknown columns are
// passed over. `as_path` is the path as `show ip bgp` writes it; a bare AS number, with or without "AS" in front, is a
// path too, and `asn`, `as`, `origin_as` are other names of the column. Communities are separated by spaces. Between
// columns may stand commas, tabs or semicolons. Without a heading the columns are `prefix` and `as_path`. Empty lines
// and lines that begin with
// '#' or ';' are passed over.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bgp/wire/nlri.h"
#include "bgp/wire/path_attributes.h"

namespace weir::bgp {

struct StaticRoute {
  Nlri nlri;
  IpAddress next_hop;  ///< unspecified: none
  PathAttributes attributes;
  bool operator==(const StaticRoute&) const = default;
};

struct PrefixListCounts {
  std::uint64_t lines = 0;
  std::uint64_t routes = 0;
  std::uint64_t not_understood = 0;  ///< lines; each costs itself
};

/// Takes the text in chunks of any size.
class PrefixListReader {
 public:
  static constexpr std::size_t kMostLineOctets = std::size_t{64} << 10U;
  static constexpr std::size_t kMostComplaints = 10;

  explicit PrefixListReader(std::function<void(StaticRoute&)> on_route) : on_route_(std::move(on_route)) {}

  void take(std::string_view chunk);
  void finish();
  [[nodiscard]] const PrefixListCounts& counts() const { return counts_; }
  /// The first few lines not understood: "line 12: as_path: 'x' is not an AS number".
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  enum class Column : std::uint8_t { passed_over, prefix, as_path, next_hop, communities, med, local_pref, origin, rd };

  void take_line(std::string_view line);
  [[nodiscard]] bool take_heading(const std::vector<std::string>& fields);
  void take_route(const std::vector<std::string>& fields);
  [[nodiscard]] Result<void> set_field(StaticRoute& route, Column column, std::string_view value) const;
  void not_understood(std::string_view why);

  std::function<void(StaticRoute&)> on_route_;
  PrefixListCounts counts_;
  std::vector<std::string> complaints_;
  std::string line_;
  bool cut_ = false;
  char between_ = '\0';  ///< not known before the first line
  std::vector<Column> columns_;
};

/// Whether a file that begins so is such a list: its first line is a heading or begins with a prefix.
[[nodiscard]] bool looks_like_prefix_list(std::string_view beginning);

}  // namespace weir::bgp
