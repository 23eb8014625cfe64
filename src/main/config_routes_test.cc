// The keys below 'routes'.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "main/config.h"

namespace weir::main {
namespace {

std::string errors_of(std::string_view yaml) {
  const auto config = parse_config(yaml);
  if (config) return "";
  std::string out;
  for (const ConfigError& error : config.error()) out += std::to_string(error.line) + " " + error.message + "\n";
  return out;
}

TEST(RoutesConfig, AllOfIt) {
  const auto config = parse_config(R"(
routes:
  hold: 2m
  history: 30m
  most_routes: 5000000
  bmp:
    listen: ["0.0.0.0:1790"]
    allow: [192.0.2.0/24]
    most_sessions: 20
    connect_retry: 10s
    routers:
    - {address: 192.0.2.1, name: core-1, connect: 10179, preference: 120, exporters: [198.51.100.1]}
  bgp:
    as: 64500
    router_id: 192.0.2.100
    listen: ["0.0.0.0:179"]
    peers:
    - {address: 192.0.2.2, name: edge-1, as: 4200000000, passive: true, port: 1179, local_address: 192.0.2.100,
       password: secret, ttl_security: true, families: [ipv4-unicast, ipv6-vpn], add_path: both, hold_time: 30,
       preference: 90, exporters: [198.51.100.2], most_prefixes: 1000, when_over: cease}
    - {address: 10.0.0.0/8}
  static_preference: 50
  static:
  - {communities: "64500:1 64500:1:2", prefix: 203.0.113.0/24, as_path: "64500 64501", next_hop: 192.0.2.9}
  - {prefix: 10.0.0.0/8, rd: "64500:12"}
  files:
  - {name: dump, paths: [a.gz, b.gz], kind: mrt, preference: 80, reload: 1h}
  - {name: web, paths: [c], url: "https://routes.example.net/c", refresh: 2h}
  vrfs:
  - {name: CUST-A, rd: "64500:12"}
)");
  ASSERT_TRUE(config) << config.error()[0].message;
  const collect::RoutingConfig& routes = config->routes;
  EXPECT_EQ(routes.rib.hold_ms, 2 * kMinuteMs);
  EXPECT_EQ(routes.rib.history_ms, 30 * kMinuteMs);
  EXPECT_EQ(routes.rib.most_routes, 5'000'000U);
  EXPECT_EQ(to_string(routes.bmp.listen.at(0)), "0.0.0.0:1790");
  EXPECT_EQ(to_string(routes.bmp.allow.at(0)), "192.0.2.0/24");
  EXPECT_EQ(routes.bmp.most_sessions, 20U);
  EXPECT_EQ(routes.bmp.connect_retry_ms, 10 * kSecondMs);
  const bgp::RouterConfig& router = routes.bmp.routers.at(0);
  EXPECT_EQ(router.source_name(), "core-1");
  EXPECT_EQ(router.connect_port, 10179);
  EXPECT_EQ(router.preference, 120);
  EXPECT_EQ(to_string(router.exporters.at(0)), "198.51.100.1");
  EXPECT_EQ(routes.bgp.as, 64500U);
  EXPECT_EQ(routes.bgp.router_id, 0xc0000264U);
  const bgp::PeerConfig& peer = routes.bgp.peers.at(0);
  EXPECT_EQ(to_string(peer.remote), "192.0.2.2/32");
  EXPECT_FALSE(peer.is_dynamic());
  EXPECT_EQ(peer.as, 4'200'000'000U);
  EXPECT_TRUE(peer.passive);
  EXPECT_EQ(peer.port, 1179);
  EXPECT_EQ(to_string(peer.local_address), "192.0.2.100");
  EXPECT_EQ(peer.password, "secret");
  EXPECT_TRUE(peer.ttl_security);
  EXPECT_EQ(peer.families, (std::vector<bgp::Family>{bgp::kFamilies[0], bgp::kFamilies[5]}));
  EXPECT_EQ(peer.add_path, bgp::AddPath::both);
  EXPECT_EQ(peer.hold_time_s, 30);
  EXPECT_EQ(peer.preference, 90);
  EXPECT_EQ(peer.most_prefixes, 1000U);
  EXPECT_EQ(peer.when_over, bgp::WhenOverMost::cease);
  const bgp::PeerConfig& group = routes.bgp.peers.at(1);
  EXPECT_TRUE(group.is_dynamic());
  EXPECT_EQ(group.source_name(), "bgp 10.0.0.0/8");
  EXPECT_EQ(group.families, bgp::PeerConfig{}.families);
  EXPECT_EQ(routes.fixed_preference, 50);
  const bgp::StaticRoute& fixed = routes.fixed.at(0);
  EXPECT_EQ(to_string(fixed.nlri.prefix), "203.0.113.0/24");
  EXPECT_EQ(to_string(fixed.attributes.as_path), "64500 64501") << "whatever the order of the keys";
  EXPECT_EQ(communities_text(fixed.attributes), "64500:1 64500:1:2");
  EXPECT_EQ(to_string(routes.fixed.at(1).nlri.rd), "64500:12");
  EXPECT_EQ(routes.files.at(0).source.paths, (std::vector<std::string>{"a.gz", "b.gz"}));
  EXPECT_EQ(routes.files.at(0).source.reload_ms, kHourMs);
  EXPECT_EQ(routes.files.at(1).url, "https://routes.example.net/c");
  EXPECT_EQ(routes.files.at(1).refresh_ms, 2 * kHourMs);
  EXPECT_EQ(routes.vrfs.at(0).name, "CUST-A");
}

TEST(RoutesConfig, NothingIsListenedOnByItself) {
  const auto config = parse_config("");
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->routes.bmp.listen.empty());
  EXPECT_TRUE(config->routes.bgp.listen.empty());
  EXPECT_EQ(config->routes.bgp.as, 0U);
}

TEST(RoutesConfigError, AnUnknownFamilyListsThem) {
  EXPECT_THAT(errors_of("routes: {bgp: {as: 1, peers: [{address: 192.0.2.1, families: [ipv5]}]}}"),
              testing::HasSubstr("ipv4-unicast, ipv6-unicast"));
}
TEST(RoutesConfigError, PeersWithoutAnAsOfOurs) {
  EXPECT_THAT(errors_of("routes: {bgp: {peers: [{address: 192.0.2.1}]}}"), testing::HasSubstr("'as' is missing"));
}
TEST(RoutesConfigError, ABadPath) {
  EXPECT_THAT(errors_of("routes: {static: [{prefix: 192.0.2.0/24, as_path: \"1 x\"}]}"), testing::HasSubstr("x"));
}
TEST(RoutesConfigError, ABadCommunity) {
  EXPECT_THAT(errors_of("routes: {static: [{prefix: 192.0.2.0/24, communities: \"1:2 nonsense\"}]}"),
              testing::HasSubstr("nonsense"));
}
TEST(RoutesConfigError, ABadDistinguisher) {
  EXPECT_THAT(errors_of("routes: {vrfs: [{name: a, rd: x}]}"), testing::HasSubstr("route distinguisher"));
}
TEST(RoutesConfigError, TwoFilesOfOneName) {
  EXPECT_THAT(errors_of("routes: {files: [{name: a, paths: [x]}, {name: a, paths: [y]}]}"),
              testing::HasSubstr("duplicate file a"));
}
TEST(RoutesConfigError, AFileNamedAsAPeer) {
  EXPECT_THAT(errors_of("routes: {bgp: {as: 1, peers: [{address: 192.0.2.1, name: a}]}, files: [{name: a, paths: [x]}]}"),
              testing::HasSubstr("another source of routes has this name"));
}
TEST(RoutesConfigError, ASecondPathForAUrl) {
  EXPECT_THAT(errors_of("routes: {files: [{name: a, url: \"http://x/\", paths: [x, y]}]}"),
              testing::HasSubstr("one path"));
}
TEST(RoutesConfigError, TheRouterIdIsAnIpv4Address) {
  EXPECT_THAT(errors_of("routes: {bgp: {as: 1, router_id: \"2001:db8::1\"}}"), testing::HasSubstr("IPv4 address"));
}

}  // namespace
}  // namespace weir::main
