// A peer's routes: into the table, out of it when the peer goes, and ours to it.
#include <algorithm>

#include "base/log.h"
#include "bgp/session/peer.h"

namespace weir::bgp {
namespace {

/// RFC 4760 section 7: what was not agreed on is ignored.
void keep_agreed(Update& update, FamilySet families) {
  std::erase_if(update.reach, [&](const auto& reach) { return !families.has(reach.family); });
  std::erase_if(update.unreach, [&](const auto& unreach) { return !families.has(unreach.family); });
  if (update.end_of_rib && !families.has(*update.end_of_rib)) update.end_of_rib.reset();
}

void remove(FamilySet& set, Family family) {
  if (const auto index = index_of(family)) set.bits = static_cast<std::uint8_t>(set.bits & ~(1U << *index));
}

/// RFC 8538 section 2, RFC 4724 section 4.2: whether the peer keeps forwarding after this end.
bool is_graceful(const Connection& connection, const Ending& ending) {
  const Agreed& agreed = connection.agreed();
  if (agreed.restart_time_s == 0) return false;
  const auto is_hard = [](const std::optional<Notification>& notification) {
    return notification && notification->code == cease::kCode && notification->subcode == cease::kHardReset;
  };
  if (is_hard(ending.sent) || is_hard(ending.received)) return false;
  return agreed.restart_on_notification || (!ending.sent && !ending.received);
}

}  // namespace

void Peer::on_update(Connection& connection, Update& update, const Moment& now) {
  keep_agreed(update, connection.agreed().families);
  if (!update.faults.empty() && update.faults.front().message != status_.last_error) {
    note_error("RFC 7606: " + update.faults.front().message, now);
    log::warn("a malformed attribute from a BGP peer; the session is kept",
              "peer=\"" + log::escape(config_.source_name()) + "\" address=" + to_string(address_) + " fault=\"" +
                  log::escape(update.faults.front().message) + "\"");
  }
  around_.rib.apply(*view_, update, now.wall);
  last_update_at_ = now.steady;
  if (update.end_of_rib) remove(untold_, *update.end_of_rib);
  for (const Update::Reach& reach : update.reach) told_since_count_ += reach.nlri.size();
}

/// RFC 2918, 7313: the peer asks for what we announce, or marks the beginning and the end of telling all again.
void Peer::on_refresh(Connection& connection, const RouteRefresh& refresh, const Moment& now) {
  switch (refresh.subtype) {
    case RouteRefresh::Subtype::request:
      if (connection.agreed().enhanced_route_refresh)
        connection.send_message(encode_route_refresh({refresh.family, RouteRefresh::Subtype::begin}));
      send_family(connection, refresh.family);
      if (connection.agreed().enhanced_route_refresh)
        connection.send_message(encode_route_refresh({refresh.family, RouteRefresh::Subtype::end}));
      return;
    case RouteRefresh::Subtype::begin: return around_.rib.begin_refresh(*view_, refresh.family, now.wall);
    case RouteRefresh::Subtype::end: return around_.rib.end_of_rib(*view_, refresh.family, now.wall);
  }
}

void Peer::lose_routes(const Connection& connection, const Ending& ending, const Moment& now) {
  if (stopped_ || !is_graceful(connection, ending)) return around_.rib.close_view(*view_, now.wall);
  const std::int64_t restart_ms = std::int64_t{connection.agreed().restart_time_s} * kSecondMs;
  if (restart_ms > around_.hold_ms) {
    // The table drops a closed view after the hold time, so it is closed that much before the restart time is over.
    close_at_ = now.steady + restart_ms - around_.hold_ms;
  } else {
    around_.rib.close_view(*view_, now.wall);
    drop_at_ = now.steady + restart_ms;
  }
}

void Peer::age_routes(const Moment& now) {
  if (close_at_ && now.steady >= *close_at_) {
    close_at_.reset();
    around_.rib.close_view(*view_, now.wall);
  }
  if (drop_at_ && now.steady >= *drop_at_) {
    drop_at_.reset();
    around_.rib.close_view(*view_, now.wall, true);
  }
}

void Peer::end_quiet_families(const Moment& now) {
  if (untold_.bits == 0 || established() == nullptr) return;
  if (now.steady - last_update_at_ < (promised_end_ ? kQuietWithPromiseMs : kQuietMs)) return;
  for (const Family family : kFamilies) {
    if (untold_.has(family)) around_.rib.end_of_rib(*view_, family, now.wall);
  }
  untold_ = {};
}

// ---------------------------------------------------------------------------------------------------- bound of prefixes

bool Peer::may_be_over() const {
  return config_.most_prefixes > 0 && established() != nullptr &&
         status_.routes + told_since_count_ > config_.most_prefixes;
}

void Peer::set_routes(std::uint64_t routes, const Moment& now) {
  status_.routes = routes;
  told_since_count_ = 0;
  const bool was_over = status_.over_most_prefixes;
  status_.over_most_prefixes = config_.most_prefixes > 0 && routes > config_.most_prefixes;
  if (!status_.over_most_prefixes) return;
  if (!was_over) {
    log::warn("a BGP peer has more prefixes than configured",
              "peer=\"" + log::escape(config_.source_name()) + "\" address=" + to_string(address_) + " prefixes=" +
                  std::to_string(routes) + " most_prefixes=" + std::to_string(config_.most_prefixes));
  }
  Connection* connection = established();
  if (config_.when_over != WhenOverMost::cease || connection == nullptr) return;
  left_alone_until_ = now.steady + kTooManyPauseMs;
  connection->end({.code = cease::kCode, .subcode = cease::kMaximumPrefixes, .data = {}},
                  std::to_string(routes) + " prefixes, more than the " + std::to_string(config_.most_prefixes) +
                      " of most_prefixes; it is left alone for 5 minutes",
                  now);
  sweep();
}

// ------------------------------------------------------------------------------------------------------ to the peer

OutgoingSession Peer::outgoing(const Connection& connection) const {
  return {.local_as = around_.local.as,
          .peer_as = connection.theirs().as,
          .local_address = connection.ends().local,
          .agreed = connection.agreed(),
          .most_octets = connection.most_octets()};
}

void Peer::send_family(Connection& connection, Family family) {
  send_all(connection, out_.all(family, outgoing(connection)));
}

void Peer::send_all(Connection& connection, Messages messages) {
  for (auto& message : messages) connection.send_message(std::move(message));
}

void Peer::send(const Connection& connection, std::vector<std::byte> octets) {
  around_.transport.send(connection.ends().link, std::move(octets));
}

}  // namespace weir::bgp
