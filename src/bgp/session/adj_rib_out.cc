#include "bgp/session/adj_rib_out.h"

namespace weir::bgp {
namespace {

constexpr std::uint32_t kDefaultLocalPref = 100;

/// The same route at its place in the map, whatever its label.
Nlri key_of(const Nlri& nlri) {
  return {.prefix = nlri.prefix, .rd = {}, .path_id = nlri.path_id, .label = 0};
}

/// RFC 4271 section 5: our AS before the path and no LOCAL_PREF towards another AS; LOCAL_PREF always within ours.
PathAttributes towards(const PathAttributes& own, const OutgoingSession& session) {
  PathAttributes out = own;
  if (session.local_as == session.peer_as) {
    if (!out.local_pref) out.local_pref = kDefaultLocalPref;
    return out;
  }
  out.local_pref.reset();
  auto& segments = out.as_path.segments;
  if (segments.empty() || segments.front().type != SegmentType::as_sequence)
    segments.insert(segments.begin(), AsSegment{});
  segments.front().as.insert(segments.front().as.begin(), session.local_as);
  return out;
}

Nlri as_sent(const Nlri& nlri, std::size_t family, const Agreed& agreed) {
  Nlri out = key_of(nlri);
  if (!agreed.add_path_send.has(family)) out.path_id = 0;
  return out;
}

/// None where the session does not carry the family.
Messages filter_messages(const FlowSpec& rule, const PathAttributes* attributes, const OutgoingSession& session) {
  const auto index = index_of(family_of(rule));
  if (!index || !session.agreed.families.has(*index)) return {};
  auto message = encode_filter(rule, attributes, outgoing_format(session.agreed), session.most_octets);
  if (!message) return {};
  Messages out;
  out.push_back(*std::move(message));
  return out;
}

}  // namespace

Family family_of(const Nlri& nlri) {
  return {nlri.prefix.address.is_v4() ? Afi::ipv4 : Afi::ipv6, Safi::unicast};
}

Result<void> AdjRibOut::check_room(bool known) const {
  if (known || size() < kMostRoutes) return {};
  return fail(ErrorCode::no_space, "already " + std::to_string(kMostRoutes) + " routes are announced to this peer");
}

Result<void> AdjRibOut::set(const OwnFilter& filter) {
  if (auto room = check_room(filters_.contains(filter.rule)); !room) return room;
  filters_.insert_or_assign(filter.rule, filter);
  return {};
}

bool AdjRibOut::remove(const FlowSpec& rule) {
  return filters_.erase(rule) > 0;
}

Result<void> AdjRibOut::set(const OwnRoute& route) {
  const Nlri key = key_of(route.nlri);
  if (auto room = check_room(routes_.contains(key)); !room) return room;
  routes_.insert_or_assign(key, route);
  return {};
}

bool AdjRibOut::remove(const Nlri& nlri) {
  return routes_.erase(key_of(nlri)) > 0;
}

Messages AdjRibOut::all(Family family, const OutgoingSession& session) const {
  Messages out;
  for (const auto& [nlri, route] : routes_) {
    if (family_of(nlri) != family) continue;
    for (auto& message : announcement(route, session)) out.push_back(std::move(message));
  }
  for (const auto& [rule, filter] : filters_) {
    if (family_of(rule) != family) continue;
    for (auto& message : announcement(filter, session)) out.push_back(std::move(message));
  }
  return out;
}

Messages announcement(const OwnRoute& route, const OutgoingSession& session) {
  const Family family = family_of(route.nlri);
  const auto index = index_of(family);
  if (!index || !session.agreed.families.has(*index)) return {};
  const IpAddress next_hop = route.next_hop.is_unspecified() ? session.local_address : route.next_hop;
  const bool fits = next_hop.is_v4() == (family.afi == Afi::ipv4) ||
                    (!next_hop.is_v4() && session.agreed.extended_next_hop.has(*index));
  if (!fits || next_hop.is_unspecified()) return {};
  Update update;
  update.reach.push_back(
      {.family = family, .next_hop = next_hop, .nlri = {as_sent(route.nlri, *index, session.agreed)}});
  update.attributes = towards(route.attributes, session);
  return encode_update(update, outgoing_format(session.agreed), session.most_octets);
}

Messages withdrawal(const Nlri& nlri, const OutgoingSession& session) {
  const Family family = family_of(nlri);
  const auto index = index_of(family);
  if (!index || !session.agreed.families.has(*index)) return {};
  Update update;
  update.unreach.push_back({.family = family, .nlri = {as_sent(nlri, *index, session.agreed)}});
  return encode_update(update, outgoing_format(session.agreed), session.most_octets);
}

Messages announcement(const OwnFilter& filter, const OutgoingSession& session) {
  const PathAttributes attributes = towards(filter.attributes, session);
  return filter_messages(filter.rule, &attributes, session);
}

Messages withdrawal(const FlowSpec& rule, const OutgoingSession& session) {
  return filter_messages(rule, nullptr, session);
}

}  // namespace weir::bgp
