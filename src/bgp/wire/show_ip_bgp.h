// The text of `show ip bgp`, as people paste and collect it: the detailed form of one or many prefixes ("BGP routing
// table entry for 103.3.174.0/24, version 737937 / Paths: (34 available, ...)") and the table form ("*> 1.0.0.0/24
// ..."), of Cisco IOS, FRR/Quagga and route-views; IPv6 and VPN tables alike. Lines may be wrapped by a terminal or a
// slide, prompts and pagers ("--More--") may stand between, and what stands before the first table or entry (banners)
// is passed over.
//
// A line that is not understood costs itself, or the one path it belongs to.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bgp/wire/nlri.h"
#include "bgp/wire/path_attributes.h"

namespace weir::bgp {

struct ShownRoute {
  Nlri nlri;  ///< path_id: as the peer sent it; in the table form counts the network's paths by next hop
  IpAddress next_hop;
  IpAddress peer;  ///< "from ..." of the detailed form; the next hop in the table form
  std::uint32_t bgp_id = 0;
  bool valid = true;      ///< '*', "valid"
  bool best = false;      ///< '>', "best"
  bool internal = false;  ///< 'i', "internal"
  bool sourced = false;   ///< the router's own route: no next hop, no path, or "Local"
  PathAttributes attributes;
};

struct ShowCounts {
  std::uint64_t lines = 0;
  std::uint64_t prefixes = 0;
  std::uint64_t routes = 0;
  std::uint64_t not_understood = 0;  ///< lines
  /// Paths that a heading announced ("34 available") and that did not follow. No error: text is cut where people stop
  /// the pager.
  std::uint64_t missing = 0;
};

/// Takes the text line by line, in any chunks.
class ShowIpBgpReader {
 public:
  static constexpr std::size_t kMostLineOctets = std::size_t{64} << 10U;  ///< what is longer is cut, and not understood
  static constexpr std::size_t kMostComplaints = 10;

  explicit ShowIpBgpReader(std::function<void(ShownRoute&)> on_route);
  ~ShowIpBgpReader();
  ShowIpBgpReader(const ShowIpBgpReader&) = delete;
  ShowIpBgpReader& operator=(const ShowIpBgpReader&) = delete;

  void take(std::string_view chunk);
  void finish();
  [[nodiscard]] const ShowCounts& counts() const;
  /// The first few lines not understood: "line 12: expected a next hop after the prefix: '...'".
  [[nodiscard]] const std::vector<std::string>& complaints() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether a file that begins so is this text, for telling files apart.
[[nodiscard]] bool looks_like_show_ip_bgp(std::string_view beginning);

}  // namespace weir::bgp
