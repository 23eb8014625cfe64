#include "bgp/session/negotiation.h"

#include <algorithm>

namespace weir::bgp {
namespace {

// Subcodes of OPEN Message Error (RFC 4271 section 6.2, RFC 5492).
enum OpenError : std::uint8_t {
  kUnsupportedVersion = 1,
  kBadPeerAs = 2,
  kBadBgpIdentifier = 3,
  kUnacceptableHoldTime = 6,
  kUnsupportedCapability = 7
};
constexpr std::uint8_t kOpenMessageError = 2;

std::unexpected<MessageError> refuse(OpenError subcode, std::string message, std::vector<std::byte> data = {}) {
  return std::unexpected(MessageError{
      {.code = kOpenMessageError, .subcode = subcode, .data = std::move(data)}, std::move(message)});
}

/// Without the capability a speaker means IPv4 unicast (RFC 4760 section 8).
FamilySet families_of(const Capabilities& capabilities) {
  if (capabilities.any_multiprotocol) return capabilities.families;
  FamilySet only_ipv4;
  only_ipv4.add(0);
  return only_ipv4;
}

bool can(AddPathMode mode, AddPathMode wanted) {
  return mode == AddPathMode::both || mode == wanted;
}

/// Families that one side sends and the other receives with path identifiers.
FamilySet add_path_of(const Capabilities& sender, const Capabilities& receiver, FamilySet within) {
  FamilySet out;
  for (const AddPathFamily& sent : sender.add_path) {
    const auto index = index_of(sent.family);
    if (!index || !within.has(*index) || !can(sent.mode, AddPathMode::send)) continue;
    const bool received = std::ranges::any_of(receiver.add_path, [&](const AddPathFamily& other) {
      return other.family == sent.family && can(other.mode, AddPathMode::receive);
    });
    if (received) out.add(*index);
  }
  return out;
}

}  // namespace

Open our_open(const LocalSpeaker& local, const PeerConfig& peer) {
  Open open;
  open.as = local.as;
  open.hold_time_s = peer.hold_time_s;
  open.bgp_id = local.router_id;
  Capabilities& can_do = open.capabilities;
  can_do.any_multiprotocol = true;
  for (const Family family : peer.families) {
    const auto index = index_of(family);
    if (!index) continue;
    can_do.families.add(*index);
    if (!has_prefixes(family)) continue;
    if (family.afi == Afi::ipv4) can_do.extended_next_hop.add(*index);
    if (peer.add_path != AddPath::off) {
      can_do.add_path.push_back(
          {family, peer.add_path == AddPath::both ? AddPathMode::both : AddPathMode::receive});
    }
  }
  can_do.route_refresh = can_do.enhanced_route_refresh = can_do.extended_messages = true;
  can_do.four_octet_as = local.as;
  // We keep the routes of others while they restart, and have no forwarding of our own to keep: no families.
  can_do.graceful_restart.emplace().notification = true;
  return open;
}

Decoded<void> check_open(const Open& theirs, const LocalSpeaker& local, const PeerConfig& peer) {
  if (theirs.version != 4) {
    return refuse(kUnsupportedVersion, "version " + std::to_string(theirs.version) + "; only 4 is spoken here",
                  {std::byte{0}, std::byte{4}});
  }
  if (peer.as != 0 && theirs.as != peer.as) {
    return refuse(kBadPeerAs,
                  "it says AS " + std::to_string(theirs.as) + ", configured is AS " + std::to_string(peer.as));
  }
  if (theirs.bgp_id == 0) return refuse(kBadBgpIdentifier, "BGP identifier 0.0.0.0");
  // RFC 6286 section 2.2: unique within an AS.
  if (theirs.bgp_id == local.router_id && theirs.as == local.as)
    return refuse(kBadBgpIdentifier, "it has our own BGP identifier; set routes.bgp.router_id");
  if (theirs.hold_time_s == 1 || theirs.hold_time_s == 2)
    return refuse(kUnacceptableHoldTime, "hold time of " + std::to_string(theirs.hold_time_s) + " s");
  const FamilySet offered = families_of(theirs.capabilities);
  if (std::ranges::none_of(peer.families, [&](Family family) { return offered.has(family); }))
    return refuse(kUnsupportedCapability, "no address family in common");
  return {};
}

Agreed agree(const Open& ours, const Open& theirs) {
  const Capabilities& we = ours.capabilities;
  const Capabilities& they = theirs.capabilities;
  Agreed out;
  out.families.bits = we.families.bits & families_of(they).bits;
  out.hold_time_s = std::min(ours.hold_time_s, theirs.hold_time_s);
  out.four_octet_as = they.four_octet_as.has_value();
  out.route_refresh = they.route_refresh;
  out.enhanced_route_refresh = they.enhanced_route_refresh;
  out.extended_messages = they.extended_messages;
  out.add_path_receive = add_path_of(they, we, out.families);
  out.add_path_send = add_path_of(we, they, out.families);
  out.extended_next_hop.bits = we.extended_next_hop.bits & they.extended_next_hop.bits & out.families.bits;
  if (they.graceful_restart) {
    if (!they.graceful_restart->families.empty()) out.restart_time_s = they.graceful_restart->time_s;
    out.restart_on_notification = they.graceful_restart->notification;
  }
  return out;
}

UpdateFormat incoming_format(const Agreed& agreed) {
  return {.four_octet_as = agreed.four_octet_as, .add_path = agreed.add_path_receive};
}
UpdateFormat outgoing_format(const Agreed& agreed) {
  return {.four_octet_as = agreed.four_octet_as, .add_path = agreed.add_path_send};
}

}  // namespace weir::bgp
