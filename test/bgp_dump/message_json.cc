#include "message_json.h"

namespace weir::test {
namespace {

boost::json::array nlri_json(const std::vector<bgp::Nlri>& routes, bgp::Family family) {
  boost::json::array out;
  for (const bgp::Nlri& route : routes) {
    boost::json::object one{{"family", bgp::to_string(family)}, {"prefix", to_string(route.prefix)}};
    if (route.path_id != 0) one["path_id"] = route.path_id;
    if (family.safi != bgp::Safi::unicast) one["label"] = route.label;
    if (family.safi == bgp::Safi::vpn) one["rd"] = to_string(route.rd);
    out.push_back(std::move(one));
  }
  return out;
}

boost::json::array capability_families(bgp::FamilySet set) {
  boost::json::array out;
  for (const bgp::Family family : bgp::kFamilies) {
    if (set.has(family)) out.push_back(boost::json::string(bgp::to_string(family)));
  }
  return out;
}

}  // namespace

boost::json::object to_json(const bgp::Update& update) {
  boost::json::object out;
  boost::json::array announced;
  for (const auto& reach : update.reach) {
    for (auto& one : nlri_json(reach.nlri, reach.family)) {
      one.as_object()["next_hop"] = to_string(reach.next_hop);
      announced.push_back(one);
    }
  }
  boost::json::array withdrawn;
  for (const auto& unreach : update.unreach) {
    for (auto& one : nlri_json(unreach.nlri, unreach.family)) withdrawn.push_back(one);
  }
  const bgp::PathAttributes& a = update.attributes;
  if (!announced.empty()) {
    out["origin"] = bgp::to_string(a.origin);
    out["as_path"] = bgp::to_string(a.as_path);
    if (a.med) out["med"] = *a.med;
    if (a.local_pref) out["local_pref"] = *a.local_pref;
    out["communities"] = bgp::communities_text(a);
    if (a.aggregator) out["aggregator"] = std::to_string(a.aggregator->as) + " " + to_string(a.aggregator->address);
    if (a.atomic_aggregate) out["atomic_aggregate"] = true;
    if (a.originator_id) out["originator_id"] = to_string(IpAddress::v4(*a.originator_id));
    boost::json::array clusters;
    for (const std::uint32_t id : a.cluster_list) clusters.push_back(boost::json::string(to_string(IpAddress::v4(id))));
    if (!clusters.empty()) out["cluster_list"] = clusters;
  }
  if (!announced.empty()) out["announced"] = std::move(announced);
  if (!withdrawn.empty()) out["withdrawn"] = std::move(withdrawn);
  if (update.end_of_rib) out["end_of_rib"] = bgp::to_string(*update.end_of_rib);
  if (update.families_skipped > 0) out["families_skipped"] = update.families_skipped;
  boost::json::array faults;
  for (const auto& fault : update.faults) {
    faults.push_back(boost::json::string(
        (fault.treatment == bgp::Treatment::withdrawn ? "withdrawn: " : "discarded: ") + fault.message));
  }
  if (!faults.empty()) out["faults"] = std::move(faults);
  return out;
}

boost::json::object to_json(const bgp::Open& open) {
  const bgp::Capabilities& c = open.capabilities;
  boost::json::object out{{"as", open.as},
                          {"hold_time", open.hold_time_s},
                          {"bgp_id", to_string(IpAddress::v4(open.bgp_id))},
                          {"families", capability_families(c.families)},
                          {"any_multiprotocol", c.any_multiprotocol},
                          {"route_refresh", c.route_refresh},
                          {"enhanced_route_refresh", c.enhanced_route_refresh},
                          {"extended_messages", c.extended_messages},
                          {"hostname", c.hostname}};
  if (c.four_octet_as) out["four_octet_as"] = *c.four_octet_as;
  boost::json::array paths;
  for (const auto& one : c.add_path) {
    paths.push_back(boost::json::string(std::string(bgp::to_string(one.family)) + " " +
                                        std::to_string(static_cast<unsigned>(one.mode))));
  }
  out["add_path"] = std::move(paths);
  out["extended_next_hop"] = capability_families(c.extended_next_hop);
  if (c.graceful_restart) {
    boost::json::array kept;
    for (const auto& one : c.graceful_restart->families)
      kept.push_back(boost::json::string(bgp::to_string(one.family)));
    out["graceful_restart"] = boost::json::object{{"restarting", c.graceful_restart->restarting},
                                                  {"notification", c.graceful_restart->notification},
                                                  {"time", c.graceful_restart->time_s},
                                                  {"families", kept}};
  }
  return out;
}

boost::json::object to_json(const bgp::BmpPeer& peer) {
  return {{"rib", bgp::to_string(peer.rib)},
          {"type", peer.type},
          {"rd", to_string(peer.distinguisher)},
          {"address", to_string(peer.address)},
          {"as", peer.as},
          {"bgp_id", to_string(IpAddress::v4(peer.bgp_id))},
          {"two_octet_as", peer.two_octet_as},
          {"filtered", peer.loc_rib_filtered},
          {"time_ms", peer.time_ms}};
}

}  // namespace weir::test
