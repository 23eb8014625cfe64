#include "bgp/session/session_config.h"

#include <algorithm>

namespace weir::bgp {
namespace {

constexpr std::uint16_t kLeastHoldTime = 3;  // RFC 4271 section 4.2: 0 or at least 3 seconds

std::string shown(const Prefix& prefix, bool dynamic) {
  return dynamic ? to_string(prefix) : to_string(prefix.address);
}

Result<void> validate_peer(const PeerConfig& peer) {
  const std::string who = "routes.bgp.peers: " + peer.source_name() + ": ";
  if (peer.families.empty()) return fail(ErrorCode::invalid, who + "no families; name at least one");
  if (peer.hold_time_s != 0 && peer.hold_time_s < kLeastHoldTime)
    return fail(ErrorCode::invalid, who + "a hold time is 0 (never) or at least 3 s (RFC 4271)");
  if (peer.ttl_security && peer.is_dynamic())
    return fail(ErrorCode::invalid, who + "ttl_security needs the address of one peer, not a prefix");
  if (!peer.local_address.is_unspecified() && peer.local_address.is_v4() != peer.remote.address.is_v4())
    return fail(ErrorCode::invalid, who + "local_address and address are of different families");
  return {};
}

Result<void> each_once(std::vector<std::string> names, const std::string& where) {
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  if (twice == names.end()) return {};
  return fail(ErrorCode::invalid, where + ": '" + *twice + "' stands there twice; expected each once");
}

}  // namespace

std::string PeerConfig::source_name() const {
  return name.empty() ? "bgp " + shown(remote, is_dynamic()) : name;
}

bool PeerConfig::same_session(const PeerConfig& other) const {
  PeerConfig mine = *this;
  mine.description = other.description;
  mine.preference = other.preference;
  mine.exporters = other.exporters;
  mine.most_prefixes = other.most_prefixes;
  mine.when_over = other.when_over;
  return mine == other;
}

std::string RouterConfig::source_name() const {
  return name.empty() ? "bmp " + to_string(address) : name;
}

Result<void> validate(const SessionsConfig& config) {
  const bool speaks = !config.bgp.peers.empty() || !config.bgp.listen.empty();
  if (speaks && config.bgp.as == 0)
    return fail(ErrorCode::invalid, "routes.bgp: 'as' is missing; say which AS Weir speaks for");
  std::vector<std::string> names;
  std::vector<std::string> addresses;
  for (const PeerConfig& peer : config.bgp.peers) {
    if (auto valid = validate_peer(peer); !valid) return valid;
    names.push_back(peer.source_name());
    addresses.push_back(to_string(peer.remote));
  }
  if (auto once = each_once(std::move(addresses), "routes.bgp.peers"); !once) return once;
  addresses.clear();
  for (const RouterConfig& router : config.bmp.routers) {
    names.push_back(router.source_name());
    addresses.push_back(to_string(router.address));
  }
  if (auto once = each_once(std::move(addresses), "routes.bmp.routers"); !once) return once;
  return each_once(std::move(names), "routes: names of sources");
}

}  // namespace weir::bgp
