// A table with one source and helpers to fill it, for the tests of this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bgp/rib.h"

namespace weir::bgp {

inline Prefix net(std::string_view text) {
  return parse_prefix(text).value();
}
inline IpAddress ip(std::string_view text) {
  return parse_ip(text).value();
}

inline constexpr UnixMillis kStart = 1'700'000'000 * kSecondMs;
inline constexpr Family kV4{Afi::ipv4, Safi::unicast};
inline constexpr Family kV6{Afi::ipv6, Safi::unicast};

inline PathAttributes path(std::vector<As> as) {
  PathAttributes out;
  out.origin = Origin::igp;
  if (!as.empty()) out.as_path.segments.push_back({SegmentType::as_sequence, std::move(as)});
  return out;
}

inline Nlri nlri(std::string_view prefix, std::uint32_t path_id = 0) {
  return {.prefix = net(prefix), .rd = {}, .path_id = path_id};
}

struct RibFixture {
  explicit RibFixture(RibOptions options = {}) : rib(options) {}

  SourceId source(const std::string& name, int preference = 100, std::vector<IpAddress> exporters = {}) {
    return rib.set_source(
        {.name = name, .kind = SourceKind::bmp, .preference = preference, .exporters = std::move(exporters)});
  }
  /// A peer of a router, up from `now` on.
  ViewId view(SourceId source, std::string_view router, std::string_view peer, UnixMillis now = kStart,
              RibKind kind = RibKind::adj_rib_in_post) {
    return rib.open_view(info(source, router, peer, kind), now);
  }
  static ViewInfo info(SourceId source, std::string_view router, std::string_view peer,
                       RibKind kind = RibKind::adj_rib_in_post) {
    ViewInfo out;
    out.key.source = source;
    out.key.router = ip(router);
    out.key.rib = kind;
    out.key.peer = ip(peer);
    return out;
  }
  void announce(ViewId view, std::string_view prefix, const PathAttributes& attributes, UnixMillis now = kStart,
                std::string_view next_hop = "192.0.2.1", std::uint32_t path_id = 0) {
    const Announcement route{nlri(prefix, path_id), ip(next_hop)};
    rib.announce(view, attributes, {&route, 1}, now);
  }
  void withdraw(ViewId view, std::string_view prefix, UnixMillis now = kStart, std::uint32_t path_id = 0) {
    const Nlri route = nlri(prefix, path_id);
    rib.withdraw(view, {&route, 1}, now);
  }
  /// Upkeep until there is nothing more to do.
  void upkeep(UnixMillis now) {
    while (rib.upkeep(now)) continue;
  }
  /// What a flow to `address` finds: "24 3491 45352" (length, path), "" for nothing.
  std::string found(std::string_view address, UnixMillis time = 0, std::string_view exporter = {},
                    std::string_view next_hop = {}, TableId table = kGlobalTable) {
    const RibReader::Pin pin(reader);
    Ask ask{.address = ip(address), .next_hop = {}, .time_ms = time, .table = table};
    if (!exporter.empty()) ask.exporter = reader.exporter(ip(exporter));
    if (!next_hop.empty()) ask.next_hop = ip(next_hop);
    last = reader.find(ask);
    if (last.attributes == nullptr) return "";
    return std::to_string(last.length) + " " + last.attributes->as_path_text();
  }

  Rib rib;
  RibReader reader{rib};
  Found last;
};

}  // namespace weir::bgp
