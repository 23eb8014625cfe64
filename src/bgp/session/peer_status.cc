#include "bgp/session/peer.h"

namespace weir::bgp {
namespace {

BgpState state_of(Connection::State state) {
  switch (state) {
    case Connection::State::open_sent: return BgpState::open_sent;
    case Connection::State::open_confirm: return BgpState::open_confirm;
    case Connection::State::established: return BgpState::established;
    case Connection::State::closed: return BgpState::idle;
  }
  return BgpState::idle;
}

}  // namespace

void add(BgpPeerStatus& to, const ConnectionCounts& counts) {
  to.messages_in += counts.messages_in;
  to.messages_out += counts.messages_out;
  to.octets_in += counts.octets_in;
  to.updates_in += counts.updates_in;
  to.announced += counts.announced;
  to.withdrawn += counts.withdrawn;
  to.attribute_faults += counts.attribute_faults;
}

BgpPeerStatus Peer::status() const {
  BgpPeerStatus out = status_;
  out.name = config_.source_name();
  out.description = config_.description;
  out.dynamic = config_.is_dynamic();
  out.as = config_.as;
  out.most_prefixes = config_.most_prefixes;
  out.announced_to_it = out_.size();
  out.restarting = close_at_.has_value() || drop_at_.has_value();
  out.state = stopped_ ? BgpState::idle : calling_ ? BgpState::connect : BgpState::active;
  for (const auto& connection : connections_) {
    add(out, connection->counts());
    const BgpState state = state_of(connection->state());
    if (state < out.state) continue;
    out.state = state;
    out.local_address = connection->ends().local;
    if (state == BgpState::open_sent) continue;
    out.as = connection->theirs().as;
    out.bgp_id = connection->theirs().bgp_id;
    out.agreed = connection->agreed();
  }
  return out;
}

}  // namespace weir::bgp
