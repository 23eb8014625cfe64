#include "main/demo_feed.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "query/query.h"
#include "simulate/demo_history.h"

namespace weir::main {
namespace {

/// The past leaves the rest of the store's queue to the routers, who do not wait.
constexpr std::size_t kMostQueued = 4;
constexpr std::size_t kDatagramsBetweenLooks = 64;
constexpr std::int64_t kMostWaitForRoutesMs = 5000;
constexpr std::uint64_t kPastMemoryOctets = std::uint64_t{48} << 20U;
constexpr std::uint32_t kBlackhole = 0xffff'029a;  // RFC 7999
/// Of the word "demo": who decides in a demo shows it.
constexpr const char* kDemoTokenSha256 = "2a97516c354b68848cdbd8f54a226a0a55b21ed138e207ad6c5cbb9c00aa5aea";

/// Looks for the attacks of the past with the rules of now; null where attacks are not looked for.
std::unique_ptr<detect::Backtest> search_of_past(Service& service, flow::StringPool& strings) {
  if (service.detecting() == nullptr) return nullptr;
  detect::BacktestOptions options{
      .config = service.detecting()->config(), .network = service.detecting()->network(), .rule = {}, .known = {}};
  options.config.memory_octets = kPastMemoryOctets;
  auto made = detect::Backtest::of(options, strings);
  return made ? *std::move(made) : nullptr;
}

/// The loopback address and port at which the service is reached from this machine.
std::optional<Endpoint> reachable(const std::vector<Endpoint>& listening) {
  for (const Endpoint& endpoint : listening) {
    if (!endpoint.address.is_v4()) continue;
    if (endpoint.address.is_unspecified()) return Endpoint{IpAddress::v4(0x7f00'0001), endpoint.port};
    if (endpoint.address.v4_bits() >> 24U == 127) return endpoint;
  }
  return std::nullopt;
}

/// The end of what the store knows of the past; `from` when it knows nothing behind it.
UnixMillis known_until(store::Store& store, UnixMillis from, UnixMillis to) {
  query::Query query;
  query.from_ms = from / kMinuteMs * kMinuteMs;
  query.to_ms = to;
  query.metric = query::Metric::flows;
  query.resolution_ms = kMinuteMs;
  const query::CancelFlag never{false};
  const auto answer = store.run(query, never);
  if (!answer) return from;
  const auto& series = answer->total.series;
  for (std::size_t i = std::min(series.size(), answer->buckets.size()); i-- > 0;) {
    if (series[i].flows > 0) return std::clamp(answer->buckets[i] + kMinuteMs, from, to);
  }
  return from;
}

/// Each router is a BMP router too; its routes are its exporter's own.
void configure_demo_routes(const simulate::DemoNetwork& network, Config& config) {
  if (config.routes.bmp.listen.empty()) config.routes.bmp.listen = {{IpAddress::v4(0x7f00'0001), 0}};
  for (const simulate::DemoRouter& router : network.routers()) {
    const bool configured = std::ranges::find(config.routes.bmp.routers, router.source.address,
                                              &bgp::RouterConfig::address) != config.routes.bmp.routers.end();
    if (configured) continue;
    config.routes.bmp.routers.push_back({.name = router.exporter.name,
                                         .address = router.source.address,
                                         .exporters = {router.exporter.address}});
  }
}

/// Some of them also take what mitigation announces. They call us.
void configure_demo_speaker(const simulate::DemoNetwork& network, Config& config) {
  bgp::SpeakerConfig& speaker = config.routes.bgp;
  if (speaker.as != 0 || !speaker.peers.empty()) return;  // the file goes first
  speaker.as = simulate::kDemoAs;
  if (speaker.listen.empty()) speaker.listen = {{IpAddress::v4(0x7f00'0001), 0}};
  for (const simulate::DemoRouter& router : simulate::demo_bgp_routers(network)) {
    bgp::PeerConfig peer;
    peer.name = router.exporter.name + " BGP";  // its BMP session has the router's name
    peer.description = "takes what mitigation announces";
    peer.remote = Prefix::of(router.source.address, 32);
    peer.as = simulate::kDemoAs;
    peer.passive = true;
    peer.families = {{bgp::Afi::ipv4, bgp::Safi::unicast},
                     {bgp::Afi::ipv6, bgp::Safi::unicast},
                     {bgp::Afi::ipv4, bgp::Safi::flowspec},
                     {bgp::Afi::ipv6, bgp::Safi::flowspec}};
    config.mitigation.known_peers.insert(peer.source_name());
    speaker.peers.push_back(std::move(peer));
  }
}

detect::ActionConfig demo_action(std::string name, detect::ActionKind kind, const detect::ActionTarget& to) {
  detect::ActionConfig out;
  out.name = std::move(name);
  out.kind = kind;
  out.to = {to};
  return out;
}

/// Against most attacks a filter is proposed, against some a diversion or a blackhole. All of it is dry run.
void configure_demo_mitigation(const simulate::DemoNetwork& network, Config& config) {
  detect::MitigationConfig& mitigation = config.mitigation;
  mitigation.own_as = config.routes.bgp.as;
  if (!mitigation.actions.empty()) return;  // the file goes first
  for (const simulate::Customer& customer : network.customers()) {
    mitigation.own.insert(mitigation.own.end(), customer.prefixes.begin(), customer.prefixes.end());
  }
  detect::ActionTarget edge;
  for (const bgp::PeerConfig& peer : config.routes.bgp.peers) edge.peers.push_back(peer.source_name());
  detect::ActionTarget drop = edge;
  drop.next_hop4 = IpAddress::v4(0xc000'0201);  // 192.0.2.1, as operators route to nowhere
  drop.attributes.communities = {kBlackhole};
  detect::ActionTarget scrubber = edge;
  scrubber.next_hop4 = IpAddress::v4(0xc000'02fd);
  mitigation.actions = {demo_action("filter", detect::ActionKind::flowspec, edge),
                        demo_action("blackhole", detect::ActionKind::blackhole, drop),
                        demo_action("scrub", detect::ActionKind::diversion, scrubber)};
  const auto policy = [&](std::vector<std::string> kinds, detect::PolicyMode mode, std::string action) -> detect::PolicyConfig& {
    detect::PolicyConfig& out = mitigation.policies.emplace_back();
    out.kinds = std::move(kinds);
    out.mode = mode;
    out.action = std::move(action);
    return out;
  };
  policy({"carpet_bombing"}, detect::PolicyMode::propose, "scrub");
  policy({"dns_amplification"}, detect::PolicyMode::act, "filter");
  policy({}, detect::PolicyMode::propose, "filter").escalate = {
      {.after_ms = kMinuteMs, .action = "blackhole", .mode = detect::PolicyMode::propose}};
  if (mitigation.people.empty()) mitigation.people = {{.name = "demo", .token_sha256 = kDemoTokenSha256}};
}

/// What transit costs the provider, and what it bills to two of its customers.
void configure_demo_billing(const simulate::DemoNetwork& network, Config& config) {
  constexpr std::uint64_t kTransitMicros = 1'200'000;
  constexpr std::uint64_t kCustomerMicros = 6'000'000;
  constexpr std::uint64_t kCommitBps = 100'000'000;
  if (config.prices.links.empty()) {
    for (const simulate::Exit& exit : network.traffic().exits()) {
      if (exit.neighbour_as == 0) continue;  // exchanges are paid by the port
      config.prices.links.push_back({.exporter = network.routers()[exit.router].exporter.name,
                                     .interface = std::to_string(exit.if_index),
                                     .price_micros = kTransitMicros,
                                     .commit_bps = kCommitBps});
    }
  }
  if (!config.billing.groups.empty()) return;
  for (const simulate::Customer& customer : network.customers().first(2)) {
    billing::GroupConfig group;
    group.name = std::string(customer.name);
    group.customers = {group.name};
    group.commit_bps = kCommitBps;
    group.price_micros = kCustomerMicros;
    config.billing.groups.push_back(std::move(group));
  }
}

}  // namespace

void configure_demo(const simulate::DemoNetwork& network, Config& config) {
  for (const simulate::DemoRouter& router : network.routers()) {
    const bool configured = std::ranges::find(config.enrich.exporters, router.source.address,
                                              &enrich::ExporterConfig::address) != config.enrich.exporters.end();
    if (configured) continue;  // the file goes first
    enrich::ExporterConfig exporter;
    exporter.address = router.source.address;
    exporter.shown_as = router.exporter.address;
    exporter.name = router.exporter.name;
    for (const simulate::SimulatedInterface& interface : router.exporter.interfaces) {
      exporter.interfaces.push_back(
          {.index = interface.index, .name = interface.name, .if_class = interface.if_class, .sampling = {}});
    }
    config.enrich.exporters.push_back(std::move(exporter));
  }
  if (config.enrich.own_ases.empty()) config.enrich.own_ases = {simulate::kDemoAs};
  configure_demo_routes(network, config);
  configure_demo_speaker(network, config);
  configure_demo_mitigation(network, config);
  configure_demo_billing(network, config);
  if (!config.enrich.customers.empty()) return;
  for (const simulate::Customer& customer : network.customers()) {
    config.enrich.customers.push_back({.name = std::string(customer.name),
                                       .region = std::string(simulate::to_string(customer.region)),
                                       .prefixes = customer.prefixes,
                                       .ases = {},
                                       .interfaces = {}});
  }
}

Result<void> DemoFeed::start(Service& service) {
  const auto to = reachable(service.listening());
  if (!to)
    return fail(
        ErrorCode::invalid,
        "the demo's routers are on this machine; let Weir listen on 0.0.0.0 or 127.0.0.1 (--udp 127.0.0.1:2055)");
  const UnixMillis now = now_ms();
  const bgp::ListenerStatus listeners = service.routing().status().listeners;
  const auto station = reachable(listeners.bmp);
  if (station) {
    bmp_ = std::make_unique<simulate::DemoBmp>(network_, *station);
    bmp_thread_ = std::thread([this] { bmp_->run(stopping_); });
  }
  if (const auto speaker = reachable(listeners.bgp)) {
    bgp_ = std::make_unique<simulate::DemoBgp>(network_, *speaker);
    bgp_thread_ = std::thread([this] { bgp_->run(stopping_); });
  }
  exporters_ = std::make_unique<simulate::DemoExporters>(network_);
  auto live = simulate::DemoLive::open(network_, *exporters_, *to);
  if (!live) return std::unexpected(live.error());
  live_ = std::make_unique<simulate::DemoLive>(*std::move(live));
  live_thread_ = std::thread([this, now] { live_->run(now, stopping_); });
  past_thread_ = std::thread([this, &service, options = service.config().decode, now, port = to->port] {
    tell_past(service, options, now, port);
  });
  log::info("demo: simulated routers export to this Weir",
            "to=" + to_string(*to) + " routers=" + std::to_string(network_.routers().size()));
  return {};
}

void DemoFeed::wait_for_routes() const {
  if (bmp_ == nullptr) return;
  const std::int64_t end = steady_ms() + kMostWaitForRoutesMs;
  while (bmp_->told() < network_.routers().size() && steady_ms() < end && !stopping_.load(std::memory_order_relaxed)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  // What was sent last is still on its way through the station.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

void DemoFeed::stop() {
  stopping_.store(true, std::memory_order_relaxed);
  if (bmp_thread_.joinable()) bmp_thread_.join();
  if (bgp_thread_.joinable()) bgp_thread_.join();
  if (live_thread_.joinable()) live_thread_.join();
  if (past_thread_.joinable()) past_thread_.join();
}

void DemoFeed::tell_past(Service& service, const decode::DecodeOptions& options, UnixMillis until, std::uint16_t port) {
  wait_for_routes();
  const collect::Shared shared = service.shared();
  const auto past = search_of_past(service, shared.strings);
  // Counted apart: the exporters' own counters tell of the present.
  flow::ExporterTable past_exporters;
  collect::Pipeline pipeline({shared.strings, past_exporters, shared.store, shared.plan, shared.lookups, past.get()},
                             options, collect::WhenStoreIsFull::wait);
  simulate::DemoExporters exporters(network_);
  const UnixMillis from = known_until(shared.store, until - kPastMs, until);
  simulate::DemoHistory history(network_, exporters, from, until, port);
  std::size_t datagrams = 0;
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (++datagrams % kDatagramsBetweenLooks == 0 && shared.store.status().queued_batches > kMostQueued) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      --datagrams;
      continue;
    }
    const auto datagram = history.next();
    if (!datagram) break;
    pipeline.take(*datagram);
    pipeline.tick(datagram->received_ms, 0);
  }
  pipeline.flush();
  if (past != nullptr) {
    for (const detect::AttackPtr& attack : past->finish().attacks) service.detecting()->adopt(*attack);
  }
  log::info("demo: the past is told", "from=" + to_iso8601(from) + " flows=" + std::to_string(pipeline.rows_stored()));
}

}  // namespace weir::main
