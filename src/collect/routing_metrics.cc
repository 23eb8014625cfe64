// What the sources of routes and the table count. The names are listed in docs/reference/metrics.md.
#include <array>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "collect/routing.h"

namespace weir::collect {
namespace {

using Sample = Metrics::Sample;
using Type = Metrics::Type;

constexpr std::int64_t kFreshMs = 200;

/// A status that is asked once for all families of one scrape.
template <typename Status>
class Fresh {
 public:
  explicit Fresh(std::function<Status()> ask) : ask_(std::move(ask)) {}
  std::shared_ptr<const Status> get() {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = steady_ms();
    if (held_ == nullptr || now - asked_at_ > kFreshMs) {
      held_ = std::make_shared<const Status>(ask_());
      asked_at_ = now;
    }
    return held_;
  }

 private:
  std::function<Status()> ask_;
  std::mutex mutex_;
  std::shared_ptr<const Status> held_;
  std::int64_t asked_at_ = 0;
};

template <typename Of>
struct Number {
  const char* name;
  const char* help;
  Type type;
  double (*read)(const Of&);
};

#define WEIR_READ(Of, expression) [](const bgp::Of& s) { return static_cast<double>(expression); }

constexpr std::array kRibNumbers = {
    Number<bgp::RibStatus>{"weir_rib_routes", "routes in the table, all prefixes and sources", Type::gauge,
                           WEIR_READ(RibStatus, s.routes)},
    Number<bgp::RibStatus>{"weir_rib_stale_routes", "routes of sources that are away, still in use", Type::gauge,
                           WEIR_READ(RibStatus, s.stale_routes)},
    Number<bgp::RibStatus>{"weir_rib_past_routes", "routes no longer valid, kept for flows of their time", Type::gauge,
                           WEIR_READ(RibStatus, s.past_routes)},
    Number<bgp::RibStatus>{"weir_rib_attribute_sets", "different sets of path attributes", Type::gauge,
                           WEIR_READ(RibStatus, s.attribute_sets)},
    Number<bgp::RibStatus>{"weir_rib_tables", "routing tables: the global one and those of VRFs", Type::gauge,
                           WEIR_READ(RibStatus, s.tables)},
    Number<bgp::RibStatus>{"weir_rib_views", "views: one for each peer that a source tells of", Type::gauge,
                           WEIR_READ(RibStatus, s.views.size())},
    Number<bgp::RibStatus>{"weir_rib_refused_routes_total", "routes refused because the table was full", Type::counter,
                           WEIR_READ(RibStatus, s.refused)},
    Number<bgp::RibStatus>{"weir_rib_memory_bytes", "memory that the table holds", Type::gauge,
                           WEIR_READ(RibStatus, s.memory_octets)},
};

constexpr std::array kPeerNumbers = {
    Number<bgp::BgpPeerStatus>{"weir_bgp_peer_up", "1 while the BGP session is established", Type::gauge,
                               WEIR_READ(BgpPeerStatus, s.state == bgp::BgpState::established)},
    Number<bgp::BgpPeerStatus>{"weir_bgp_peer_since_timestamp_seconds",
                               "since when the BGP session is up, or not up, in seconds since the epoch", Type::gauge,
                               WEIR_READ(BgpPeerStatus, s.since_ms / 1000)},
    Number<bgp::BgpPeerStatus>{"weir_bgp_peer_routes", "routes of the BGP peer in the table", Type::gauge,
                               WEIR_READ(BgpPeerStatus, s.routes)},
    Number<bgp::BgpPeerStatus>{"weir_bgp_peer_established_total", "times that the BGP session came up", Type::counter,
                               WEIR_READ(BgpPeerStatus, s.established)},
    Number<bgp::BgpPeerStatus>{"weir_bgp_peer_messages_received_total", "messages from the BGP peer", Type::counter,
                               WEIR_READ(BgpPeerStatus, s.messages_in)},
    Number<bgp::BgpPeerStatus>{"weir_bgp_peer_messages_sent_total", "messages to the BGP peer", Type::counter,
                               WEIR_READ(BgpPeerStatus, s.messages_out)},
    Number<bgp::BgpPeerStatus>{"weir_bgp_peer_announced_total", "prefixes that the BGP peer announced", Type::counter,
                               WEIR_READ(BgpPeerStatus, s.announced)},
    Number<bgp::BgpPeerStatus>{"weir_bgp_peer_withdrawn_total", "prefixes that the BGP peer withdrew", Type::counter,
                               WEIR_READ(BgpPeerStatus, s.withdrawn)},
    Number<bgp::BgpPeerStatus>{"weir_bgp_peer_attribute_faults_total",
                               "malformed attributes of the BGP peer; the session was kept (RFC 7606)", Type::counter,
                               WEIR_READ(BgpPeerStatus, s.attribute_faults)},
    Number<bgp::BgpPeerStatus>{"weir_bgp_peer_notifications_received_total", "NOTIFICATIONs from the BGP peer",
                               Type::counter, WEIR_READ(BgpPeerStatus, s.errors_in)},
    Number<bgp::BgpPeerStatus>{"weir_bgp_peer_notifications_sent_total", "NOTIFICATIONs to the BGP peer", Type::counter,
                               WEIR_READ(BgpPeerStatus, s.errors_out)},
    Number<bgp::BgpPeerStatus>{"weir_bgp_peer_over_most_prefixes", "1 while the BGP peer has more than most_prefixes",
                               Type::gauge, WEIR_READ(BgpPeerStatus, s.over_most_prefixes)},
};

constexpr std::array kRouterNumbers = {
    Number<bgp::BmpRouterStatus>{"weir_bmp_router_up", "1 while the BMP router is connected", Type::gauge,
                                 WEIR_READ(BmpRouterStatus, s.connected)},
    Number<bgp::BmpRouterStatus>{"weir_bmp_router_peers_up", "peers that the BMP router has up", Type::gauge,
                                 WEIR_READ(BmpRouterStatus, s.peers_up)},
    Number<bgp::BmpRouterStatus>{"weir_bmp_router_sessions_total", "times that the BMP router connected",
                                 Type::counter, WEIR_READ(BmpRouterStatus, s.sessions)},
    Number<bgp::BmpRouterStatus>{"weir_bmp_router_messages_total", "messages of the BMP router", Type::counter,
                                 WEIR_READ(BmpRouterStatus, s.messages)},
    Number<bgp::BmpRouterStatus>{"weir_bmp_router_route_monitoring_total", "Route Monitoring messages of the BMP router",
                                 Type::counter, WEIR_READ(BmpRouterStatus, s.route_monitoring)},
    Number<bgp::BmpRouterStatus>{"weir_bmp_router_route_mirroring_total", "Route Mirroring messages, not used",
                                 Type::counter, WEIR_READ(BmpRouterStatus, s.route_mirroring)},
    Number<bgp::BmpRouterStatus>{"weir_bmp_router_announced_total", "prefixes announced to the BMP router's peers",
                                 Type::counter, WEIR_READ(BmpRouterStatus, s.announced)},
    Number<bgp::BmpRouterStatus>{"weir_bmp_router_withdrawn_total", "prefixes withdrawn from the BMP router's peers",
                                 Type::counter, WEIR_READ(BmpRouterStatus, s.withdrawn)},
    Number<bgp::BmpRouterStatus>{"weir_bmp_router_malformed_total",
                                 "messages of the BMP router that could not be read; each cost itself", Type::counter,
                                 WEIR_READ(BmpRouterStatus, s.malformed)},
    Number<bgp::BmpRouterStatus>{"weir_bmp_router_framing_errors_total",
                                 "sessions ended because their framing was lost", Type::counter,
                                 WEIR_READ(BmpRouterStatus, s.framing_errors)},
    Number<bgp::BmpRouterStatus>{"weir_bmp_router_unknown_peer_total",
                                 "messages ignored because their peer had no Peer Up", Type::counter,
                                 WEIR_READ(BmpRouterStatus, s.unknown_peer)},
    Number<bgp::BmpRouterStatus>{"weir_bmp_router_attribute_faults_total",
                                 "malformed attributes that the BMP router told (RFC 7606)", Type::counter,
                                 WEIR_READ(BmpRouterStatus, s.attribute_faults)},
};
#undef WEIR_READ

using Sources = Fresh<bgp::SourcesStatus>;
using Table = Fresh<bgp::RibStatus>;

void add_table(Metrics& metrics, const std::shared_ptr<Table>& table) {
  for (const auto& number : kRibNumbers) {
    metrics.add(number.name, number.help, number.type, [table, read = number.read] { return read(*table->get()); });
  }
  metrics.add("weir_rib_prefixes", "prefixes of the global table with a route", Type::gauge, Metrics::Read([table] {
                const auto status = table->get();
                return std::vector<Sample>{{{{"family", "ipv4"}}, static_cast<double>(status->prefixes4)},
                                           {{{"family", "ipv6"}}, static_cast<double>(status->prefixes6)}};
              }));
}

void add_listeners(Metrics& metrics, const std::shared_ptr<Sources>& sources) {
  metrics.add("weir_bgp_connections_refused_total", "TCP connections to the BGP speaker that were refused",
              Type::counter, [sources] { return static_cast<double>(sources->get()->listeners.bgp_refused); });
  metrics.add("weir_bmp_connections_refused_total", "TCP connections to the BMP station that were refused",
              Type::counter, [sources] { return static_cast<double>(sources->get()->listeners.bmp_refused); });
}

/// One family for each number, with a sample for each of `list`.
template <typename Of, std::size_t N>
void add_each(Metrics& metrics, const std::shared_ptr<Sources>& sources, const std::array<Number<Of>, N>& numbers,
              std::vector<Of> bgp::SourcesStatus::* list, const char* label) {
  for (const auto& number : numbers) {
    metrics.add(number.name, number.help, number.type, Metrics::Read([sources, read = number.read, list, label] {
                  std::vector<Sample> out;
                  const auto status = sources->get();
                  for (const Of& one : (*status).*list)
                    out.push_back({{{label, one.name}, {"address", to_string(one.address)}}, read(one)});
                  return out;
                }));
  }
}

}  // namespace

void Routing::register_metrics(Metrics& metrics) const {
  const auto sources = std::make_shared<Sources>([this] { return status(); });
  add_table(metrics, std::make_shared<Table>([this] { return rib_.status(); }));
  add_listeners(metrics, sources);
  add_each(metrics, sources, kPeerNumbers, &bgp::SourcesStatus::bgp, "peer");
  add_each(metrics, sources, kRouterNumbers, &bgp::SourcesStatus::bmp, "router");
}

}  // namespace weir::collect
