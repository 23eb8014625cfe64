#include "serve/sources_json.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace weir::serve {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

value or_null(const std::string& text) {
  return text.empty() ? value() : value(text);
}
value or_null(UnixMillis time) {
  return time == 0 ? value() : value(time);
}
value or_null(IpAddress address) {
  return address.is_unspecified() ? value() : value(to_string(address));
}
value id_or_null(std::uint32_t bgp_id) {
  return bgp_id == 0 ? value() : value(to_string(IpAddress::v4(bgp_id)));
}

array families_json(bgp::FamilySet families) {
  array out;
  for (std::size_t i = 0; i < bgp::kFamilies.size(); ++i) {
    if (families.has(i)) out.emplace_back(to_string(bgp::kFamilies[i]));
  }
  return out;
}

array endpoints_json(const std::vector<Endpoint>& endpoints) {
  array out;
  for (const Endpoint& endpoint : endpoints) out.emplace_back(to_string(endpoint));
  return out;
}

object agreed_json(const bgp::Agreed& agreed) {
  return {{"families", families_json(agreed.families)},
          {"hold_time_s", agreed.hold_time_s},
          {"four_octet_as", agreed.four_octet_as},
          {"route_refresh", agreed.route_refresh},
          {"enhanced_route_refresh", agreed.enhanced_route_refresh},
          {"extended_messages", agreed.extended_messages},
          {"add_path_receive", families_json(agreed.add_path_receive)},
          {"add_path_send", families_json(agreed.add_path_send)},
          {"extended_next_hop", families_json(agreed.extended_next_hop)},
          {"restart_time_s", agreed.restart_time_s},
          {"restart_on_notification", agreed.restart_on_notification}};
}

object peer_json(const bgp::BgpPeerStatus& peer) {
  const bool up = peer.state == bgp::BgpState::established;
  return {{"name", peer.name},
          {"description", or_null(peer.description)},
          {"address", to_string(peer.address)},
          {"dynamic", peer.dynamic},
          {"as", peer.as == 0 ? value() : value(peer.as)},
          {"bgp_id", id_or_null(peer.bgp_id)},
          {"state", to_string(peer.state)},
          {"since", or_null(peer.since_ms)},
          {"restarting", peer.restarting},
          {"last_error", or_null(peer.last_error)},
          {"last_error_time", or_null(peer.last_error_ms)},
          {"local_address", or_null(peer.local_address)},
          {"agreed", up ? value(agreed_json(peer.agreed)) : value()},
          {"routes", peer.routes},
          {"most_prefixes", peer.most_prefixes == 0 ? value() : value(peer.most_prefixes)},
          {"over_most_prefixes", peer.over_most_prefixes},
          {"announced_to_it", peer.announced_to_it},
          {"counters", object{{"established", peer.established},
                              {"messages_received", peer.messages_in},
                              {"messages_sent", peer.messages_out},
                              {"octets_received", peer.octets_in},
                              {"updates", peer.updates_in},
                              {"announced", peer.announced},
                              {"withdrawn", peer.withdrawn},
                              {"attribute_faults", peer.attribute_faults},
                              {"notifications_received", peer.errors_in},
                              {"notifications_sent", peer.errors_out},
                              {"collisions", peer.collisions},
                              {"refused", peer.refused}}}};
}

object bmp_peer_json(const bgp::BmpPeerStatus& peer) {
  object statistics;
  for (const auto& [name, number] : peer.statistics) statistics[name] = number;
  return {{"rib", to_string(peer.rib)},
          {"distinguisher", or_null(to_string(peer.distinguisher))},
          {"address", or_null(peer.address)},
          {"as", peer.as},
          {"bgp_id", id_or_null(peer.bgp_id)},
          {"up", peer.up},
          {"since", or_null(peer.since_ms)},
          {"table_name", or_null(peer.table_name)},
          {"down_reason", or_null(peer.down_reason)},
          {"statistics", std::move(statistics)}};
}

object router_json(const bgp::BmpRouterStatus& router) {
  array peers;
  for (const bgp::BmpPeerStatus& peer : router.peers) peers.push_back(bmp_peer_json(peer));
  return {{"name", router.name},
          {"address", to_string(router.address)},
          {"sys_name", or_null(router.sys_name)},
          {"sys_descr", or_null(router.sys_descr)},
          {"connected", router.connected},
          {"since", or_null(router.since_ms)},
          {"last_error", or_null(router.last_error)},
          {"last_error_time", or_null(router.last_error_ms)},
          {"peers_up", router.peers_up},
          {"peers", std::move(peers)},
          {"counters", object{{"sessions", router.sessions},
                              {"replaced", router.replaced},
                              {"messages", router.messages},
                              {"octets", router.octets},
                              {"route_monitoring", router.route_monitoring},
                              {"statistics_reports", router.statistics_reports},
                              {"route_mirroring", router.route_mirroring},
                              {"peer_ups", router.peer_ups},
                              {"peer_downs", router.peer_downs},
                              {"announced", router.announced},
                              {"withdrawn", router.withdrawn},
                              {"malformed", router.malformed},
                              {"framing_errors", router.framing_errors},
                              {"unknown_peer", router.unknown_peer},
                              {"attribute_faults", router.attribute_faults},
                              {"own_as_removed", router.own_as_removed},
                              {"peers_left_out", router.peers_left_out}}}};
}

object file_json(const bgp::RouteFileStatus& file) {
  return {{"name", file.name},
          {"path", or_null(file.path)},
          {"kind", to_string(file.kind)},
          {"loaded", or_null(file.loaded_ms)},
          {"loads", file.loads},
          {"routes", file.routes},
          {"malformed", file.malformed},
          {"last_error", or_null(file.last_error)}};
}

template <typename Of>
array list_json(const std::vector<Of>& list, object (*one)(const Of&)) {
  array out;
  for (const Of& of : list) out.push_back(one(of));
  return out;
}

}  // namespace

object sources_json(const bgp::SourcesStatus& status) {
  const bgp::ListenerStatus& listeners = status.listeners;
  return {{"listeners", object{{"bgp", endpoints_json(listeners.bgp)},
                               {"bmp", endpoints_json(listeners.bmp)},
                               {"bgp_refused", listeners.bgp_refused},
                               {"bmp_refused", listeners.bmp_refused},
                               {"last_refused", or_null(listeners.last_refused)},
                               {"last_refused_time", or_null(listeners.last_refused_ms)}}},
          {"bgp", list_json(status.bgp, peer_json)},
          {"bmp", list_json(status.bmp, router_json)},
          {"files", list_json(status.files, file_json)}};
}

}  // namespace weir::serve
