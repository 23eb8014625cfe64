// A mitigator with peers that the test plays, and a configuration that would announce.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "detect/mitigation/live_mitigator.h"
#include "detect/mitigation/state_file.h"

namespace weir::detect {

inline Prefix prefix(std::string_view text) { return parse_prefix(text).value(); }
inline IpAddress address(std::string_view text) { return parse_ip(text).value(); }

/// What the peers have been told and not been told to forget.
struct FakeAnnouncer final : bgp::Announcer {
  Result<void> announce(std::span<const std::string> peers, const bgp::OwnRoute& route) override {
    if (!works) return fail(failure, "no session");
    for (const std::string& peer : peers) told[peer + " " + to_string(route.nlri.prefix)] = route;
    ++announcements;
    return {};
  }
  Result<void> withdraw(std::span<const std::string> peers, const bgp::Nlri& nlri) override {
    for (const std::string& peer : peers) told.erase(peer + " " + to_string(nlri.prefix));
    ++withdrawals;
    return {};
  }
  Result<void> announce(std::span<const std::string> peers, const bgp::OwnFilter& filter) override {
    if (!works) return fail(failure, "no session");
    for (const std::string& peer : peers) told[peer + " " + bgp::to_string(filter.rule)] = filter;
    ++announcements;
    return {};
  }
  Result<void> withdraw(std::span<const std::string> peers, const bgp::FlowSpec& rule) override {
    for (const std::string& peer : peers) told.erase(peer + " " + bgp::to_string(rule));
    ++withdrawals;
    return {};
  }
  [[nodiscard]] std::vector<std::string> keys() const {
    std::vector<std::string> out;
    for (const auto& [key, route] : told) out.push_back(key);
    return out;
  }

  std::map<std::string, std::variant<bgp::OwnRoute, bgp::OwnFilter>> told;
  bool works = true;
  ErrorCode failure = ErrorCode::not_found;
  int announcements = 0;
  int withdrawals = 0;
};

/// Two transits, a blackhole at both, filters at one, a scrubber; nothing is dry.
inline MitigationConfig live_config() {
  MitigationConfig config;
  config.dry_run = false;
  config.own = {prefix("192.0.2.0/24"), prefix("2001:db8::/32"), prefix("198.51.100.0/22")};
  config.keep_reachable = {prefix("192.0.2.53/32")};
  config.own_as = 64500;
  config.known_peers = {"transit-1", "transit-2", "scrubber"};
  config.people = {{.name = "alice", .token_sha256 = ""}, {.name = "bob", .token_sha256 = ""}};
  ActionConfig rtbh{.name = "rtbh", .kind = ActionKind::blackhole, .dry_run = false};
  ActionTarget one{.peers = {"transit-1"}, .next_hop4 = address("192.0.2.254"), .next_hop6 = address("100::1")};
  one.attributes.communities = {0xffff'029a};
  ActionTarget two = one;
  two.peers = {"transit-2"};
  two.attributes.communities = {0xfbf5'029a};
  rtbh.to = {one, two};
  ActionConfig filter{.name = "filter", .kind = ActionKind::flowspec, .to = {{.peers = {"transit-1"}}}, .dry_run = false};
  filter.hides = false;
  ActionConfig scrub{.name = "scrub", .kind = ActionKind::diversion, .to = {{.peers = {"scrubber"}}}, .dry_run = false};
  config.actions = {rtbh, filter, scrub};
  return config;
}

inline Signature ntp_signature(std::string_view target = "192.0.2.7/32") {
  Signature out;
  out.target = prefix(target);
  out.protocol = std::uint8_t{17};
  out.source_port = std::uint16_t{123};
  out.attack_share = 0.98;
  out.other_share = 0.001;
  return out;
}

inline Attack ntp_attack(std::uint64_t id = 1, std::string_view target = "192.0.2.7/32") {
  Attack out;
  out.id = id;
  out.kind = AttackKind::ntp_amplification;
  out.target = prefix(target);
  out.rule = "udp";
  out.customer = "Acme";
  out.began_ms = 1;
  out.signatures = {ntp_signature(target)};
  out.now.bits_per_second = 2e9;
  return out;
}

class MitigatorTest : public testing::Test {
 protected:
  MitigatorTest() {
    static int count = 0;
    directory = std::filesystem::path(testing::TempDir()) /
                ("weir-mitigation-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    make();
  }
  ~MitigatorTest() override { std::filesystem::remove_all(directory); }

  /// As after kill -9: all that is left is what was saved, and the peers have forgotten everything.
  void make(bool peers_forget = true) {
    mitigator.reset();
    log = std::make_unique<AuditLog>(directory);
    ASSERT_TRUE(log->open(now));
    if (peers_forget) announcer.told.clear();
    mitigator = std::make_unique<LiveMitigator>(
        config, MitigatorSurroundings{.now = [this] { return now; },
                                      .save = [this](std::string_view text) -> Result<void> {
                                        if (disk_full) return fail(ErrorCode::no_space, "the disk is full");
                                        saved = text;
                                        return {};
                                      },
                                      .announcer = announcer,
                                      .log = *log,
                                      .origin_of = [this](const Prefix&) { return origin; }});
    mitigator->resume(saved.empty() ? Result<MachineState>(fail(ErrorCode::not_found, "no file")) : read_state(saved));
  }
  void configure() { mitigator->configure(config); }
  void live(UnixMillis ms, UnixMillis step = 100) {
    for (const UnixMillis end = now + ms; now < end;) {
      now += step;
      mitigator->tick();
    }
  }
  Result<Mitigation> propose(std::string_view target = "192.0.2.7/32", std::string action = "rtbh") {
    return mitigator->propose({.target = prefix(target), .action = std::move(action), .dry_run = false, .why = "a test"},
                              "alice");
  }
  /// Proposed and approved.
  std::uint64_t announce(std::string_view target = "192.0.2.7/32", const std::string& action = "rtbh") {
    const auto proposed = propose(target, action);
    EXPECT_TRUE(proposed) << proposed.error().message;
    const auto approved = mitigator->approve(proposed->id, "bob", "");
    EXPECT_TRUE(approved) << approved.error().message;
    return proposed->id;
  }
  void attack(UnixMillis for_ms, std::uint64_t id = 1, std::string_view target = "192.0.2.7/32") {
    for (const UnixMillis end = now + for_ms; now < end;) {
      mitigator->on_attack(ntp_attack(id, target));
      live(1000, 1000);
    }
  }
  void end_attack(std::uint64_t id = 1, std::string_view target = "192.0.2.7/32") {
    Attack over = ntp_attack(id, target);
    over.ended_ms = now;
    mitigator->on_attack(over);
  }
  void set_policy(PolicyMode mode, std::string action = "rtbh") {
    PolicyConfig policy;
    policy.mode = mode;
    policy.action = std::move(action);
    policy.dry_run = false;
    config.policies = {policy};
    configure();
  }
  MitigationState state_of(std::uint64_t id) { return mitigator->get(id).value().state; }
  /// The refusals of the newest mitigation by name.
  std::vector<std::string> guards_of(std::uint64_t id) {
    std::vector<std::string> out;
    const Mitigation of = mitigator->get(id).value();
    for (const Refusal& refusal : of.refusals) out.emplace_back(name_of(refusal.guard));
    return out;
  }

  std::filesystem::path directory;
  UnixMillis now = 1'795'000'000'000;
  FakeAnnouncer announcer;
  MitigationConfig config = live_config();
  OriginFacts origin;
  std::string saved;
  bool disk_full = false;
  std::unique_ptr<AuditLog> log;
  std::unique_ptr<LiveMitigator> mitigator;
};

}  // namespace weir::detect
