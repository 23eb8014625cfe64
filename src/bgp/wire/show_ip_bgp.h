// The text of `show ip bgp`, as people paste and collect it: the detailed form of one or many prefixes ("BGP routing table
// entry for 103.3.174.0/24, version 737937 / Paths: (34 available, ...)") and the table form ("*> 1.0.0.0/24 ..."), of
// Cisco IOS, FRR/Quagga and route-views; IPv6 alike. Lines may be wrapped by a terminal or a slide, prompts and pagers
// ("--More--") may stand between.
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
  Nlri nlri;
  IpAddress next_hop;
  IpAddress peer;               ///< "from ..." of the detailed form; the next hop in the table form
  std::uint32_t bgp_id = 0;
  bool valid = true;            ///< '*', "valid"
  bool best = false;            ///< '>', "best"
  bool internal = false;        ///< 'i', "internal"
  PathAttributes attributes;
};

struct ShowCounts {
  std::uint64_t lines = 0;
  std::uint64_t prefixes = 0;
  std::uint64_t routes = 0;
  std::uint64_t not_understood = 0;  ///< lines
};

/// Takes the text line by line, in any chunks.
class ShowIpBgpReader {
 public:
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
