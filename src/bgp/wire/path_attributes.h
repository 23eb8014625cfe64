// What a BGP UPDATE says about a route, as values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ip_address.h"

namespace weir::bgp {

using As = std::uint32_t;
inline constexpr As kAsTrans = 23'456;  ///< RFC 6793: stands for a four-octet AS towards an old speaker

/// RFC 4271 section 4.3 b) and RFC 5065 section 3.
enum class SegmentType : std::uint8_t { as_set = 1, as_sequence = 2, confed_sequence = 3, confed_set = 4 };

struct AsSegment {
  SegmentType type = SegmentType::as_sequence;
  std::vector<As> as;
  bool operator==(const AsSegment&) const = default;
};

/// AS_PATH, neighbour first. Empty: the route is from our own AS.
struct AsPath {
  std::vector<AsSegment> segments;

  /// The last AS of the path; nothing when the path is empty, ends in an AS_SET, or has confederation segments only
  /// (RFC 6811 section 2, RFC 6907).
  [[nodiscard]] std::optional<As> origin() const;
  /// The neighbour AS: the first of the first AS_SEQUENCE; confederation segments are passed over. An AS_SET at the
  /// front gives nothing.
  [[nodiscard]] std::optional<As> first() const;
  /// As in the decision process: an AS_SET counts 1 (RFC 4271 section 9.1.2.2), confederation segments 0 (RFC 5065).
  [[nodiscard]] unsigned length() const;
  bool operator==(const AsPath&) const = default;
};

/// "3356 3491 45352", prepends and all; sets "{1,2}", confederations "(65001 65002)" and "[65001,65002]". The notation of
/// `show ip bgp`.
[[nodiscard]] std::string to_string(const AsPath& path);
/// Reads what to_string() writes. The error names the word.
[[nodiscard]] Result<AsPath> parse_as_path(std::string_view text);

enum class Origin : std::uint8_t { igp = 0, egp = 1, incomplete = 2 };
[[nodiscard]] std::string_view to_string(Origin origin);

/// RFC 8092: global administrator, two local data parts.
using LargeCommunity = std::array<std::uint32_t, 3>;

struct Aggregator {
  As as = 0;
  IpAddress address;
  bool operator==(const Aggregator&) const = default;
};

/// All attributes of a route that Weir keeps. The next hop is not here, because one UPDATE can carry several.
struct PathAttributes {
  Origin origin = Origin::incomplete;
  AsPath as_path;
  std::optional<std::uint32_t> med;
  std::optional<std::uint32_t> local_pref;
  std::vector<std::uint32_t> communities;           ///< RFC 1997, as sent
  std::vector<std::uint64_t> extended_communities;  ///< RFC 4360, as sent
  std::vector<LargeCommunity> large_communities;
  std::optional<Aggregator> aggregator;
  bool atomic_aggregate = false;
  std::optional<std::uint32_t> originator_id;       ///< RFC 4456
  std::vector<std::uint32_t> cluster_list;
  bool operator==(const PathAttributes&) const = default;
};

/// "3491:400 65535:666", then extended ("rt:64500:1", "soo:...", else "ext:0x0123456789abcdef"), then large
/// ("64500:1:2"), each kind sorted as sent, separated by spaces. Well-known communities by number.
[[nodiscard]] std::string communities_text(const PathAttributes& attributes);
/// Reads one word of communities_text() into the place it belongs.
[[nodiscard]] Result<void> parse_community(std::string_view word, PathAttributes& into);

}  // namespace weir::bgp
