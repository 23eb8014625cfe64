#include "bgp/file/route_loader.h"

namespace weir::bgp {
namespace {

/// Enough of a file to see what it is: behind a login banner a table's heading comes late.
constexpr std::size_t kBeginningOctets = std::size_t{64} << 10U;

RouteFileFormat format_of(Bytes beginning) {
  if (looks_like_mrt(beginning)) return RouteFileFormat::mrt;
  if (looks_like_show_ip_bgp(as_text(beginning))) return RouteFileFormat::show_ip_bgp;
  if (looks_like_prefix_list(as_text(beginning))) return RouteFileFormat::prefix_list;
  return RouteFileFormat::unknown;
}

Family family_of(const Nlri& nlri) {
  return {nlri.prefix.address.is_v4() ? Afi::ipv4 : Afi::ipv6, nlri.rd.bits == 0 ? Safi::unicast : Safi::vpn};
}

/// Gives `first`, then the rest of the file, to `take` until it returns an error.
template <typename Take>
Result<void> each_chunk(FileReader& reader, Bytes first, const Take& take) {
  if (auto taken = take(first); !taken) return taken;
  for (;;) {
    const auto chunk = reader.next();
    if (!chunk) return std::unexpected(chunk.error());
    if (chunk->empty()) return {};
    if (auto taken = take(*chunk); !taken) return taken;
  }
}

void add_error(LoadReport& report, const Error& error) {
  // An error of unpacking names the file already.
  const bool named = error.message.starts_with(report.path);
  report.error = Error{error.code, named ? error.message : report.path + ": " + error.message};
}

}  // namespace

std::string_view to_string(RouteFileFormat format) {
  switch (format) {
    case RouteFileFormat::unknown:
      return "unknown";
    case RouteFileFormat::mrt:
      return "mrt";
    case RouteFileFormat::show_ip_bgp:
      return "show_ip_bgp";
    case RouteFileFormat::prefix_list:
      return "prefix_list";
  }
  return "unknown";
}

std::uint64_t LoadReport::routes() const {
  return mrt.routes + mrt.announced + show.routes + prefixes.routes - std::min(not_used, show.routes);
}

std::uint64_t LoadReport::malformed() const {
  return mrt.malformed + show.not_understood + prefixes.not_understood;
}

void RouteLoader::begin(UnixMillis now) {
  for (auto& [peer, view] : views_) {
    view.told = false;
    for (std::size_t index = 0; index < kFamilies.size(); ++index) {
      if (view.families.has(index)) rib_.begin_refresh(view.id, kFamilies[index], now);
    }
  }
}

LoadReport RouteLoader::load(const std::string& path, UnixMillis now) {
  LoadReport report;
  report.path = path;
  auto reader = FileReader::open(path);
  if (!reader) {
    report.error = reader.error();
    return report;
  }
  report.packing = reader->packing();
  feed(*reader, report, now);
  report.octets = reader->octets();
  report.packed_octets = reader->packed_octets();
  return report;
}

void RouteLoader::feed(FileReader& reader, LoadReport& report, UnixMillis now) {
  std::vector<std::byte> first;
  std::optional<Error> broken;
  while (first.size() < kBeginningOctets) {
    const auto chunk = reader.next();
    if (!chunk) broken = chunk.error();
    if (!chunk || chunk->empty()) break;
    first.insert(first.end(), chunk->begin(), chunk->end());
  }
  report.format = format_of(first);
  switch (report.format) {
    case RouteFileFormat::mrt:
      feed_mrt(reader, first, report, now);
      break;
    case RouteFileFormat::show_ip_bgp:
      feed_show(reader, first, report, now);
      break;
    case RouteFileFormat::prefix_list:
      feed_prefixes(reader, first, report, now);
      break;
    case RouteFileFormat::unknown:
      add_error(report,
                broken.value_or(Error{ErrorCode::unsupported,
                                      first.empty() ? "the file is empty"
                                                    : "neither MRT, nor the text of 'show ip bgp', nor a list of "
                                                      "prefixes with a heading line 'prefix,as_path'"}));
      return;
  }
  if (!report.error && report.routes() + report.mrt.updates + report.mrt.state_changes + report.not_used == 0) {
    add_error(report, {ErrorCode::malformed,
                       "there is no route in it" +
                           (report.complaints.empty() ? std::string() : "; " + report.complaints.front())});
  }
}

void RouteLoader::feed_mrt(FileReader& reader, Bytes first, LoadReport& report, UnixMillis now) {
  MrtReader mrt({.route =
                     [&](MrtRoute& route) {
                       announce(view_of(route.peer, false, now), route.family, {route.nlri, route.next_hop},
                                route.attributes, now);
                     },
                 .update = [&](MrtUpdate& update) { apply(update, report); },
                 .state_change = [&](const MrtStateChange& change) { change_state(change); }});
  auto read = each_chunk(reader, first, [&](Bytes chunk) { return mrt.take(chunk); });
  const auto whole = mrt.finish();
  // Where both are wrong the unpacking is the cause.
  if (read && !whole) read = whole;
  if (!read) add_error(report, read.error());
  report.mrt = mrt.counts();
  report.complaints = mrt.complaints();
}

void RouteLoader::feed_show(FileReader& reader, Bytes first, LoadReport& report, UnixMillis now) {
  ShowIpBgpReader show([&](ShownRoute& route) {
    if (!route.valid) {
      ++report.not_used;
      return;
    }
    const MrtPeer peer{.address = route.peer,
                       .as = route.internal ? 0 : route.attributes.as_path.first().value_or(0),
                       .bgp_id = route.bgp_id};
    announce(view_of(peer, route.internal, now), family_of(route.nlri), {route.nlri, route.next_hop}, route.attributes,
             now);
  });
  const auto read = each_chunk(reader, first, [&](Bytes chunk) -> Result<void> {
    show.take(as_text(chunk));
    return {};
  });
  show.finish();
  if (!read) add_error(report, read.error());
  report.show = show.counts();
  report.complaints = show.complaints();
}

void RouteLoader::feed_prefixes(FileReader& reader, Bytes first, LoadReport& report, UnixMillis now) {
  PrefixListReader list([&](StaticRoute& route) {
    announce(view_of({}, false, now), family_of(route.nlri), {route.nlri, route.next_hop}, route.attributes, now);
  });
  const auto read = each_chunk(reader, first, [&](Bytes chunk) -> Result<void> {
    list.take(as_text(chunk));
    return {};
  });
  list.finish();
  if (!read) add_error(report, read.error());
  report.prefixes = list.counts();
  report.complaints = list.complaints();
}

void RouteLoader::load(std::span<const StaticRoute> routes, UnixMillis now) {
  for (const StaticRoute& route : routes) {
    announce(view_of({}, false, now), family_of(route.nlri), {route.nlri, route.next_hop}, route.attributes, now);
  }
}

RouteLoader::View& RouteLoader::view_of(const MrtPeer& peer, bool internal, UnixMillis now) {
  View& view = views_[peer.address];
  view.told = true;
  if (view.up) return view;
  view.up = true;
  ViewInfo info;
  info.key.source = source_;
  info.key.peer = peer.address;
  info.peer_as = peer.as;
  info.bgp_id = peer.bgp_id;
  info.internal = internal;
  view.id = rib_.open_view(info, now);
  return view;
}

void RouteLoader::announce(View& view, Family family, const Announcement& route, const PathAttributes& attributes,
                           UnixMillis now) {
  view.families.add(index_of(family).value_or(0));
  rib_.announce(view.id, attributes, {&route, 1}, now);
}

void RouteLoader::apply(const MrtUpdate& update, LoadReport& report) {
  if (update.local) {
    ++report.not_used;
    return;
  }
  View& view = view_of(update.peer, false, update.time_ms);
  for (const Update::Reach& reach : update.update.reach) {
    if (const auto index = index_of(reach.family)) view.families.add(*index);
  }
  rib_.apply(view.id, update.update, update.time_ms);
}

void RouteLoader::change_state(const MrtStateChange& change) {
  const auto view = views_.find(change.peer.address);
  if (change.established || view == views_.end() || !view->second.up) return;
  // The collector forgot its routes with the session.
  rib_.close_view(view->second.id, change.time_ms, true);
  view->second.up = false;
}

void RouteLoader::finish(UnixMillis now, bool whole) {
  for (auto at = views_.begin(); at != views_.end();) {
    View& view = at->second;
    if (whole && !view.told && view.up) {
      rib_.close_view(view.id, now, true);
      view.up = false;
    }
    if (whole && view.up) {
      for (std::size_t index = 0; index < kFamilies.size(); ++index) {
        if (view.families.has(index)) rib_.end_of_rib(view.id, kFamilies[index], now);
      }
    }
    // A closed view needs no refresh; if its peer comes back, open_view() finds it again.
    at = view.up ? std::next(at) : views_.erase(at);
  }
}

LoadReport load_routes(const std::string& path, Rib& rib, SourceId source, UnixMillis now) {
  RouteLoader loader(rib, source);
  loader.begin(now);
  LoadReport report = loader.load(path, now);
  // A first load: what is there is all there is, whole or not.
  loader.finish(now, true);
  return report;
}

}  // namespace weir::bgp
