#include "detect/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/backtest.h"
#include "detect/test_flows.h"

namespace weir::detect {
namespace {

using testing::HasSubstr;
constexpr UnixMillis kStart = 1'790'000'000'000;

class EngineTest : public testing::Test {
 protected:
  void make() {
    auto made = Engine::of(config_, network_, strings_, customers_);
    ASSERT_TRUE(made.has_value()) << made.error().message;
    engine_ = *std::move(made);
    engine_->advance(now_, changes_);
  }
  /// Ten batches a second, as a worker hands them over.
  void run(int seconds, const std::vector<std::pair<FlowKind, std::uint32_t>>& flows) {
    if (engine_ == nullptr) make();
    for (int i = 0; i < seconds * 10; ++i) {
      flow::FlowBatch batch;
      for (const auto& [kind, per_second] : flows) flows_.add(batch, kind, std::max(per_second / 10, 1U), now_);
      engine_->add(batch);
      now_ += 100;
      engine_->advance(now_, changes_);
    }
  }
  std::vector<AttackPtr> opened() const {
    std::vector<AttackPtr> out;
    for (const Change& change : changes_) {
      if (change.kind == ChangeKind::opened) out.push_back(change.attack);
    }
    return out;
  }
  /// As last told.
  AttackPtr last() const { return changes_.empty() ? nullptr : changes_.back().attack; }
  std::size_t ended() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(changes_, [](const Change& c) { return c.kind == ChangeKind::ended; }));
  }

  flow::StringPool strings_;
  DetectConfig config_{.memory_octets = std::uint64_t{32} << 20U};
  OwnNetwork network_{.prefixes = {net("192.0.2.0/24"), net("2001:db8:1::/48"), net("10.20.0.0/16")}, .ases = {}};
  std::vector<CustomerPrefix> customers_{{net("192.0.2.0/24"), "ACME"}};
  std::unique_ptr<Engine> engine_;
  TestFlows flows_;
  UnixMillis now_ = kStart;
  std::vector<Change> changes_;
};

const FlowKind kWeb{.from = "198.51.100.7", .sources = 5000, .proto = kTcp, .dst_port = 443,
                    .flags = kSyn | kAck | kPush | kFin, .packets = 12, .length = 700, .lasts_ms = 4000,
                    .random_source_port = true};

struct Case {
  const char* name;
  FlowKind flow;
  AttackKind kind;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class KindTest : public EngineTest, public testing::WithParamInterface<std::tuple<Case, bool, std::uint32_t>> {};

const Case kCases[] = {
    {"syn", {.sources = 4000, .proto = kTcp, .flags = kSyn, .packets = 1, .length = 44, .random_source_port = true}, AttackKind::syn_flood},
    {"ack", {.sources = 4000, .proto = kTcp, .flags = kAck, .packets = 4, .length = 40, .random_source_port = true}, AttackKind::ack_flood},
    {"rst", {.sources = 4000, .proto = kTcp, .flags = kRst, .packets = 1, .length = 40, .random_source_port = true}, AttackKind::rst_flood},
    {"udp", {.sources = 4000, .packets = 3, .length = 900, .random_source_port = true, .random_destination_port = true}, AttackKind::udp_flood},
    {"dns", {.sources = 900, .src_port = 53, .length = 1400, .random_destination_port = true}, AttackKind::dns_amplification},
    {"ntp", {.sources = 900, .src_port = 123, .length = 468, .random_destination_port = true}, AttackKind::ntp_amplification},
    {"cldap", {.sources = 900, .src_port = 389, .length = 1400, .random_destination_port = true}, AttackKind::cldap_amplification},
    {"ssdp", {.sources = 900, .src_port = 1900, .length = 320, .random_destination_port = true}, AttackKind::ssdp_amplification},
    {"memcached", {.sources = 90, .src_port = 11211, .length = 1400, .random_destination_port = true}, AttackKind::memcached_amplification},
    {"snmp", {.sources = 900, .src_port = 161, .length = 1200, .random_destination_port = true}, AttackKind::snmp_amplification},
    {"chargen", {.sources = 900, .src_port = 19, .length = 1000, .random_destination_port = true}, AttackKind::chargen_amplification},
    {"icmp", {.sources = 900, .proto = kIcmp, .src_port = 0, .dst_port = 0, .icmp_type = 8, .length = 84}, AttackKind::icmp_flood},
    {"fragment", {.sources = 900, .src_port = 0, .dst_port = 0, .fragment = true, .length = 1480}, AttackKind::fragment_flood},
    {"gre", {.sources = 900, .proto = kGre, .src_port = 0, .dst_port = 0, .length = 800}, AttackKind::gre_flood},
    {"esp", {.sources = 900, .proto = kEsp, .src_port = 0, .dst_port = 0, .length = 800}, AttackKind::esp_flood},
};

// Each kind amid ordinary traffic of the same target, of both families, sampled and not: named rightly within two seconds.
TEST_P(KindTest, is_named_within_two_seconds) {
  const auto& [test, v6, rate] = GetParam();
  FlowKind attack = test.flow;
  FlowKind web = kWeb;
  attack.rate = web.rate = rate;
  if (v6) {
    attack.from = "2001:db8:ffff::1";
    attack.to = "2001:db8:1::10";
    web.from = "2001:db8:fffe::1";
    web.to = "2001:db8:1::10";
    if (attack.proto == kIcmp) {
      attack.proto = kIcmp6;
      attack.icmp_type = 128;
    }
  }
  const std::uint32_t web_flows = rate == 1 ? 400 : 10;
  if (rate > 1) web.packets = 1, attack.packets = 1, web.lasts_ms = 0;
  run(20, {{web, web_flows}});
  ASSERT_TRUE(opened().empty()) << opened().front()->evidence.reason;
  // 300,000 packets a second; acknowledgements look like everybody's, so that it takes more of them.
  const std::uint64_t packets = test.kind == AttackKind::ack_flood ? 1'500'000 : 300'000;
  const auto flows = static_cast<std::uint32_t>(packets / attack.packets / rate);
  run(2, {{web, web_flows}, {attack, flows}});
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_EQ(name_of(opened()[0]->kind), name_of(test.kind)) << opened()[0]->evidence.reason;
  EXPECT_EQ(opened()[0]->target, net(v6 ? "2001:db8:1::10/128" : "192.0.2.10/32"));
  EXPECT_LE(opened()[0]->found_ms - (kStart + 20'000), 2000);
  EXPECT_NEAR(static_cast<double>(opened()[0]->began_ms), static_cast<double>(kStart + 20'000), 1000);
  run(1, {{web, web_flows}, {attack, flows}});
  EXPECT_EQ(name_of(last()->kind), name_of(test.kind)) << last()->evidence.reason;
  ASSERT_FALSE(last()->signatures.empty());
  EXPECT_GT(last()->signatures[0].attack_share, 0.7) << last()->evidence.reason;
  EXPECT_LT(last()->signatures[0].other_share, 0.1);
}

INSTANTIATE_TEST_SUITE_P(Kinds, KindTest,
                         testing::Combine(testing::ValuesIn(kCases), testing::Bool(), testing::Values(1U, 1000U)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param).name) + (std::get<1>(info.param) ? "_v6" : "_v4") +
                                  (std::get<2>(info.param) == 1 ? "" : "_sampled");
                         });

TEST_F(EngineTest, carpet_bombing_is_seen_on_the_prefix_and_not_on_addresses) {
  const FlowKind bombs{.to = "192.0.2.0", .sources = 4000, .destinations = 256, .packets = 10, .length = 900,
                       .random_destination_port = true};
  run(3, {{bombs, 40'000}});  // 400,000 packets a second, 1600 for each address
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_EQ(name_of(last()->kind), "carpet_bombing") << last()->evidence.reason;
  EXPECT_EQ(to_string(last()->target), "192.0.2.0/24");
}

TEST_F(EngineTest, an_attack_on_one_address_is_not_told_again_of_its_prefix) {
  run(5, {{{.sources = 4000, .packets = 10, .length = 900}, 80'000}});
  EXPECT_EQ(opened().size(), 1U);
  EXPECT_EQ(to_string(last()->target), "192.0.2.10/32");
}

TEST_F(EngineTest, late_flows_after_an_attack_are_no_attack_on_its_prefix) {
  const FlowKind ntp{.sources = 4000, .src_port = 123, .packets = 20, .length = 468};
  FlowKind web = kWeb;
  web.to = "192.0.2.100";
  web.destinations = 30;
  FlowKind late = web;  // it went on while the attack did
  late.lasts_ms = 60'000;
  run(5, {{web, 300}});
  run(20, {{ntp, 30'000}, {web, 300}});
  ASSERT_EQ(opened().size(), 1U);
  run(80, {{web, 300}, {late, 50}});
  EXPECT_EQ(opened().size(), 1U) << opened().back()->rule << " of " << to_string(opened().back()->target);
}

TEST_F(EngineTest, an_attack_that_ended_is_not_told_again_by_flows_that_come_late) {
  config_.hold_ms = 5000;
  const FlowKind flood{.sources = 4000, .packets = 30, .length = 900};
  run(10, {{flood, 20'000}});
  run(20, {});
  ASSERT_EQ(ended(), 1U);
  run(5, {{{.sources = 50, .packets = 60, .length = 900, .lasts_ms = 30'000}, 10}});
  EXPECT_EQ(opened().size(), 1U);
  run(3, {{flood, 20'000}});
  EXPECT_EQ(opened().size(), 2U) << "another attack is one";
}

TEST_F(EngineTest, carpet_bombing_does_not_hide_behind_an_attack_on_one_address) {
  const FlowKind decoy{.sources = 4000, .packets = 40, .length = 900, .random_destination_port = true};
  const FlowKind bombs{.to = "192.0.2.0", .sources = 4000, .destinations = 256, .packets = 10, .length = 900,
                       .random_destination_port = true};
  run(3, {{decoy, 30'000}});
  ASSERT_EQ(opened().size(), 1U);
  run(5, {{decoy, 30'000}, {bombs, 30'000}});
  ASSERT_EQ(opened().size(), 2U);
  EXPECT_EQ(to_string(opened()[1]->target), "192.0.2.0/24");
}

TEST_F(EngineTest, a_customer_is_measured_over_all_its_prefixes) {
  config_.thresholds = {{.traffic = Traffic::udp, .measure = Measure::packets, .level = Level::customer, .value = 200e3}};
  FlowKind bombs{.to = "192.0.2.0", .sources = 4000, .destinations = 256, .packets = 10, .length = 200,
                 .random_destination_port = true, .customer = strings_.intern("ACME")};
  FlowKind more = bombs;
  more.to = "10.20.3.0";
  run(6, {{bombs, 13'000}, {more, 13'000}});  // 130,000 packets a second on each /24
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_EQ(opened()[0]->subject, "customer ACME");
  EXPECT_EQ(opened()[0]->customer, "ACME");
  EXPECT_EQ(name_of(last()->kind), "carpet_bombing") << last()->evidence.reason;
}

TEST_F(EngineTest, an_interface_is_measured_by_itself) {
  config_.thresholds = {{.traffic = Traffic::udp, .measure = Measure::packets, .level = Level::interface, .value = 100e3}};
  run(3, {{{.to = "10.20.0.0", .sources = 4000, .destinations = 60'000, .packets = 10, .length = 200}, 20'000}});
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_EQ(opened()[0]->subject, "interface 203.0.113.1 9");
}

TEST_F(EngineTest, what_the_own_as_announces_and_what_a_customer_has_is_own) {
  network_.ases = {64500};
  const FlowKind flood{.to = "203.0.113.9", .sources = 4000, .packets = 30, .length = 900};
  FlowKind own = flood;
  own.to_as = 64500;
  FlowKind theirs = flood;
  theirs.customer = strings_.intern("ACME");
  run(3, {{flood, 20'000}});
  EXPECT_TRUE(opened().empty());
  EXPECT_FALSE(engine_->explain(ip("203.0.113.9")).own);
  run(3, {{own, 20'000}});
  EXPECT_EQ(opened().size(), 1U);
  EXPECT_TRUE(engine_->explain(ip("203.0.113.9")).own);
  changes_.clear();
  make();
  run(3, {{theirs, 20'000}});
  EXPECT_EQ(opened().size(), 1U);
}

TEST_F(EngineTest, the_group_of_a_customer_governs_with_and_without_traffic_and_after_a_reload) {
  config_.groups = {{.name = "small", .prefixes = {}, .customers = {"ACME"},
                     .thresholds = {{.traffic = Traffic::udp, .measure = Measure::packets, .value = 1000}}, .baseline = {}}};
  make();
  const Explanation silent = engine_->explain(ip("192.0.2.10"));
  EXPECT_EQ(silent.customer, "ACME");
  EXPECT_THAT(silent.groups.front(), HasSubstr("small"));
  EXPECT_EQ(engine_->explain(ip("10.20.0.1")).customer, "");
  FlowKind udp{.packets = 1, .length = 100, .customer = strings_.intern("ACME")};
  run(2, {{udp, 20}});  // held, far from everything
  ASSERT_TRUE(engine_->replace(config_, network_, customers_).has_value());
  udp.packets = 40;
  run(2, {{udp, 100}});  // 4000 packets a second
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_THAT(opened()[0]->threshold_from, HasSubstr("small"));
}

TEST_F(EngineTest, a_long_flow_that_is_exported_late_is_no_attack) {
  // 60 GB over two hours are 67 Mbit/s, and come as one record.
  run(1, {{{.packets = 4'000'000, .length = 1500, .lasts_ms = 2 * kHourMs}, 10}});
  run(3, {{kWeb, 100}});
  EXPECT_TRUE(opened().empty());
}

TEST_F(EngineTest, what_ended_long_ago_is_no_attack_now) {
  run(2, {{{.sources = 4000, .packets = 100, .length = 900, .late_ms = 100'000}, 10'000}});
  EXPECT_TRUE(opened().empty());
  EXPECT_EQ(engine_->status().too_old, 0U);
  run(1, {{{.late_ms = 300'000}, 10}});
  EXPECT_EQ(engine_->status().too_old, 10U);
}

TEST_F(EngineTest, flows_of_an_active_timeout_show_the_attack_that_they_were_part_of) {
  // Sixty seconds of it come at once, a minute after it began.
  const FlowKind late{.sources = 2000, .packets = 6000, .length = 900, .lasts_ms = 60'000};
  run(1, {{late, 2000}});
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_NEAR(static_cast<double>(opened()[0]->began_ms), static_cast<double>(kStart - 60'000), 3000);
}

TEST_F(EngineTest, it_ends_after_the_hold_time_and_is_not_told_twice) {
  run(5, {{{.sources = 4000, .packets = 30, .length = 900}, 20'000}});
  ASSERT_EQ(opened().size(), 1U);
  run(80, {{kWeb, 10}});
  EXPECT_EQ(ended(), 0U);
  run(20, {{kWeb, 10}});
  EXPECT_EQ(ended(), 1U);
  EXPECT_EQ(opened().size(), 1U);
  ASSERT_TRUE(last()->ended_ms.has_value());
  EXPECT_NEAR(static_cast<double>(*last()->ended_ms), static_cast<double>(kStart + 5'000), 6000);
  EXPECT_NEAR(static_cast<double>(last()->packets), 3'000'000, 300'000);
  EXPECT_GT(last()->evidence.curve.size(), 60U);
  EXPECT_FALSE(last()->evidence.samples.empty());
}

TEST_F(EngineTest, traffic_that_goes_up_and_down_around_the_threshold_is_one_attack) {
  for (int i = 0; i < 10; ++i) {
    run(4, {{{.sources = 4000, .packets = 10, .length = 200}, 9'000}});
    run(4, {{{.sources = 4000, .packets = 10, .length = 200}, 5'000}});
  }
  EXPECT_EQ(opened().size(), 1U);
}

TEST_F(EngineTest, with_sampling_the_interval_decides) {
  // One sampled packet is an estimate of 100,000 packets: above the threshold, but nobody knows.
  make();
  flow::FlowBatch batch;
  flows_.add(batch, {.proto = kTcp, .flags = kSyn, .packets = 1, .length = 44, .rate = 200'000}, 1, now_);
  engine_->add(batch);
  run(1, {});
  EXPECT_TRUE(opened().empty());
  run(4, {{{.sources = 900, .proto = kTcp, .flags = kSyn, .packets = 1, .length = 44, .rate = 1000}, 200}});
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_GT(last()->value, last()->value_low);
  EXPECT_LT(last()->value, last()->value_high);
  EXPECT_GT(last()->value_low, last()->threshold);
}

TEST_F(EngineTest, a_scan_is_told_of_the_network_that_is_scanned) {
  const FlowKind scan{.from = "198.51.100.66", .to = "10.20.0.0", .destinations = 60'000, .proto = kTcp, .dst_port = 22,
                      .flags = kSyn, .packets = 1, .length = 44};
  run(3, {{scan, 2000}});
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_EQ(name_of(last()->kind), "scan");
  EXPECT_EQ(to_string(last()->target), "10.20.0.0/16");
  ASSERT_TRUE(last()->signatures.at(0).source.has_value());
  EXPECT_EQ(to_string(*last()->signatures[0].source), "198.51.100.66/32");
}

TEST_F(EngineTest, who_tries_all_ports_of_one_host_scans) {
  run(3, {{{.from = "198.51.100.66", .proto = kTcp, .flags = kSyn, .packets = 1, .length = 44, .random_destination_port = true},
           2000}});
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_EQ(name_of(last()->kind), "scan") << last()->evidence.reason;
  // Many connections to one service that does not answer are none.
  changes_.clear();
  make();
  run(3, {{{.from = "198.51.100.66", .proto = kTcp, .flags = kSyn, .packets = 1, .length = 44, .random_source_port = true}, 2000}});
  EXPECT_TRUE(opened().empty());
}

TEST_F(EngineTest, own_hosts_that_scan_send_spam_and_amplify) {
  FlowKind out{.from = "192.0.2.66", .to = "198.18.0.0", .destinations = 60'000, .proto = kTcp, .dst_port = 23, .flags = kSyn,
               .packets = 1, .length = 44};
  run(3, {{out, 1000}});
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_EQ(name_of(last()->kind), "outgoing_scan");
  EXPECT_EQ(last()->way, Way::outgoing);
  out = {.from = "192.0.2.67", .to = "198.18.0.0", .destinations = 60'000, .proto = kTcp, .dst_port = 25,
         .flags = kSyn | kAck | kPush | kFin, .packets = 14, .length = 300, .random_source_port = true};
  changes_.clear();
  run(5, {{out, 300}});
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_EQ(name_of(opened()[0]->kind), "outgoing_spam") << opened()[0]->evidence.reason;
  out = {.from = "192.0.2.68", .to = "198.18.0.9", .destinations = 3, .src_port = 11211, .packets = 30, .length = 1400,
         .random_destination_port = true};
  changes_.clear();
  run(3, {{out, 3000}});
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_EQ(name_of(opened()[0]->kind), "outgoing_amplification") << opened()[0]->evidence.reason;
}

TEST_F(EngineTest, the_most_specific_group_wins_and_the_rest_is_inherited) {
  config_.groups = {{.name = "all", .prefixes = {net("192.0.2.0/24")}, .customers = {},
                     .thresholds = {{.traffic = Traffic::udp, .measure = Measure::packets, .value = 5e6},
                                    {.traffic = Traffic::udp, .measure = Measure::bits, .value = 9e9}},
                     .baseline = {}},
                    {.name = "vip", .prefixes = {net("192.0.2.0/28")}, .customers = {},
                     .thresholds = {{.traffic = Traffic::udp, .measure = Measure::packets, .value = 1000}}, .baseline = {}}};
  make();
  const Explanation vip = engine_->explain(ip("192.0.2.10"));
  ASSERT_EQ(vip.groups.size(), 3U);
  EXPECT_THAT(vip.groups[0], HasSubstr("vip (192.0.2.0/28)"));
  const auto rule = [](const Explanation& e, Traffic traffic, Measure measure) {
    return *std::ranges::find_if(e.rules, [&](const RuleState& r) {
      return r.threshold.traffic == traffic && r.threshold.measure == measure && r.threshold.level == Level::address &&
             r.threshold.way == Way::incoming;
    });
  };
  EXPECT_EQ(rule(vip, Traffic::udp, Measure::packets).threshold.value, 1000);
  EXPECT_THAT(rule(vip, Traffic::udp, Measure::bits).from, HasSubstr("all (192.0.2.0/24)"));
  EXPECT_EQ(rule(vip, Traffic::syn, Measure::packets).from, "defaults");
  EXPECT_EQ(rule(engine_->explain(ip("192.0.2.100")), Traffic::udp, Measure::packets).threshold.value, 5e6);
  EXPECT_FALSE(engine_->explain(ip("198.51.100.1")).own);
  run(2, {{{.packets = 10, .length = 100}, 400}});  // 4000 packets a second
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_THAT(opened()[0]->threshold_from, HasSubstr("vip"));
}

TEST_F(EngineTest, a_rule_in_the_filter_language_counts_what_matches) {
  config_.rules = {{.name = "ssh", .filter = "dst port 22 and proto tcp",
                    .threshold = {.measure = Measure::flows, .window_s = 5, .value = 100}}};
  FlowKind ssh{.sources = 500, .proto = kTcp, .dst_port = 22, .flags = kSyn | kAck, .packets = 5, .length = 80};
  FlowKind other = ssh;
  other.dst_port = 80;
  run(5, {{other, 400}});
  EXPECT_TRUE(opened().empty());
  run(5, {{ssh, 400}});
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_EQ(opened()[0]->rule, "ssh");
}

TEST_F(EngineTest, a_rule_with_a_mistake_is_refused_with_its_place) {
  make();
  DetectConfig wrong = config_;
  wrong.rules = {{.name = "bad", .filter = "dst prot 22", .threshold = {.value = 1}}};
  const auto refused = engine_->replace(wrong, network_);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("'bad'"));
  EXPECT_THAT(refused.error().message, HasSubstr("character 5"));
  wrong.rules[0] = {.name = "zero", .filter = "any", .threshold = {.value = 0}};
  EXPECT_FALSE(engine_->replace(wrong, network_).has_value());
  wrong.rules[0] = {.name = "long", .filter = "any", .threshold = {.window_s = 301, .value = 1}};
  EXPECT_FALSE(engine_->replace(wrong, network_).has_value());
  EXPECT_TRUE(engine_->rules().front().filter.empty());
}

TEST_F(EngineTest, excluded_targets_excluded_flows_and_quiet_times_raise_nothing) {
  const FlowKind flood{.sources = 4000, .packets = 30, .length = 900};
  config_.excluded = {net("192.0.2.8/29")};
  run(3, {{flood, 20'000}});
  EXPECT_TRUE(opened().empty());
  config_.excluded.clear();
  config_.excluded_flows = "src net 198.51.0.0/16";
  make();
  run(3, {{flood, 20'000}});
  EXPECT_TRUE(opened().empty());
  config_.excluded_flows.clear();
  QuietTime quiet;
  quiet.name = "move";
  quiet.prefixes = {net("192.0.2.0/24")};
  quiet.from_ms = now_ - 1000;
  quiet.to_ms = now_ + 3000;
  config_.quiet = {quiet};
  make();
  run(2, {{flood, 20'000}});
  EXPECT_TRUE(opened().empty());
  run(3, {{flood, 20'000}});
  EXPECT_EQ(opened().size(), 1U);
}

TEST_F(EngineTest, a_flood_of_new_addresses_stops_no_detection_and_takes_no_memory) {
  config_.memory_octets = std::uint64_t{24} << 20U;
  network_.prefixes = {net("10.0.0.0/8")};
  make();
  const FlowKind spoofed{.to = "10.0.0.0", .destinations = 16'000'000, .proto = kTcp, .flags = kAck | kPush, .packets = 1};
  const FlowKind victim{.to = "10.9.9.9", .sources = 4000, .packets = 30, .length = 900};
  for (int i = 0; i < 10; ++i) {
    flow::FlowBatch batch;
    flows_.add(batch, spoofed, 100'000, now_);
    engine_->add(batch);
    now_ += 200;
    engine_->advance(now_, changes_);
  }
  run(2, {{spoofed, 200'000}, {victim, 10'000}});
  EXPECT_GT(engine_->status().refused + engine_->status().evicted, 0U);
  EXPECT_LE(engine_->status().memory_octets, config_.memory_octets);
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_EQ(to_string(opened()[0]->target), "10.9.9.9/32");
}

TEST_F(EngineTest, sources_outside_take_no_place_of_own_targets) {
  const FlowKind spoofed{.from = "198.18.0.0", .sources = 60'000, .proto = kTcp, .flags = kAck, .packets = 1, .length = 300};
  run(2, {{spoofed, 30'000}});
  EXPECT_LT(engine_->status().targets, 10U);
}

TEST_F(EngineTest, an_attack_from_before_a_restart_goes_on_with_its_number) {
  run(5, {{{.sources = 4000, .packets = 30, .length = 900}, 20'000}});
  ASSERT_EQ(opened().size(), 1U);
  const Attack before = *last();
  changes_.clear();
  engine_.reset();
  auto made = Engine::of(config_, network_, strings_);
  engine_ = *std::move(made);
  engine_->take_up(before);
  engine_->advance(now_, changes_);
  run(3, {{{.sources = 4000, .packets = 30, .length = 900}, 20'000}});
  EXPECT_TRUE(opened().empty());
  ASSERT_FALSE(changes_.empty());
  EXPECT_EQ(last()->id, before.id);
  EXPECT_GT(last()->packets, before.packets);
  EXPECT_EQ(engine_->next_id(), before.id + 1);
}

TEST_F(EngineTest, baselines_are_learned_and_what_is_unusual_is_told) {
  config_.baseline.floor_bits = 1e6;
  config_.baseline.floor_packets = 100;
  make();
  // Two days of a few Mbit/s, told once a second in simulated time.
  const FlowKind calm{.sources = 50, .proto = kTcp, .dst_port = 443, .flags = kAck | kPush, .packets = 300, .length = 900};
  for (int i = 0; i < 3 * 24 * 3600; ++i) {
    flow::FlowBatch batch;
    flows_.add(batch, calm, 1, now_);
    engine_->add(batch);
    now_ += 1000;
    engine_->advance(now_, changes_);
  }
  EXPECT_TRUE(opened().empty());
  EXPECT_GE(engine_->status().baselines, 1U);
  const Explanation e = engine_->explain(ip("192.0.2.10"));
  const auto known = std::ranges::find_if(e.rules, [](const RuleState& r) { return r.usual.has_value(); });
  ASSERT_NE(known, e.rules.end());
  EXPECT_GT(known->confidence, 0.6);
  run(4, {{calm, 20}});
  ASSERT_EQ(opened().size(), 1U);
  EXPECT_EQ(opened()[0]->threshold_from, "baseline");
}

TEST_F(EngineTest, backtest_and_live_agree_on_the_same_flows) {
  flow::FlowBatch all;
  const auto keep = [&](int seconds, const FlowKind& kind, std::uint32_t per_second) {
    for (int i = 0; i < seconds; ++i) {
      flow::FlowBatch batch;
      TestFlows flows;
      flows.add(batch, kind, per_second, now_);
      flows.add(all, kind, per_second, now_);
      for (int step = 0; step < 4; ++step) {
        const std::size_t share = batch.size() / 4;
        engine_->add(batch, static_cast<std::size_t>(step) * share, step == 3 ? batch.size() : (static_cast<std::size_t>(step) + 1) * share);
        now_ += 250;
        engine_->advance(now_, changes_);
      }
    }
  };
  make();
  const FlowKind flood{.sources = 4000, .packets = 30, .length = 900};
  const FlowKind syn{.to = "192.0.2.77", .sources = 4000, .proto = kTcp, .flags = kSyn, .packets = 2, .length = 44};
  keep(10, kWeb, 400);
  keep(6, flood, 8'000);
  keep(120, kWeb, 100);
  keep(6, syn, 40'000);
  keep(120, kWeb, 100);
  std::vector<AttackPtr> live;
  for (const Change& change : changes_) {
    if (change.kind == ChangeKind::ended) live.push_back(change.attack);
  }
  ASSERT_EQ(live.size(), 2U);
  auto backtest = Backtest::of({.config = config_, .network = network_, .rule = {}, .known = {}}, strings_);
  ASSERT_TRUE(backtest.has_value());
  (*backtest)->add(all);
  const BacktestReport report = (*backtest)->finish();
  ASSERT_EQ(report.attacks.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(report.attacks[i]->target, live[i]->target);
    EXPECT_EQ(report.attacks[i]->kind, live[i]->kind);
    EXPECT_EQ(report.attacks[i]->rule, live[i]->rule);
    EXPECT_EQ(report.attacks[i]->began_ms, live[i]->began_ms);
    EXPECT_EQ(report.attacks[i]->packets, live[i]->packets);
    EXPECT_NEAR(static_cast<double>(report.attacks[i]->found_ms), static_cast<double>(live[i]->found_ms), 500);
  }
}

TEST_F(EngineTest, a_backtest_names_the_threshold_that_would_have_been_right) {
  flow::FlowBatch all;
  TestFlows flows;
  const FlowKind web = kWeb;
  for (int i = 0; i < 60; ++i) {
    flows.add(all, web, 500, now_ + i * 1000);  // 6000 packets a second
    if (i >= 30 && i < 40) {
      FlowKind attack = web;
      attack.to = "192.0.2.55";
      attack.packets = 100;
      attack.lasts_ms = 0;
      flows.add(all, attack, 2000, now_ + i * 1000);
    }
  }
  auto known = std::make_shared<Attack>();
  known->target = net("192.0.2.55/32");
  known->began_ms = now_ + 29'000;
  known->ended_ms = now_ + 41'000;
  const CustomRule rule{.name = "web", .filter = "dst port 443", .threshold = {.measure = Measure::packets, .value = 1000}};
  auto backtest = Backtest::of({.config = config_, .network = network_, .rule = rule, .known = {known}}, strings_);
  ASSERT_TRUE(backtest.has_value());
  (*backtest)->add(all);
  const BacktestReport report = (*backtest)->finish();
  EXPECT_EQ(report.attacks.size(), 2U);
  ASSERT_TRUE(report.right_threshold.has_value());
  EXPECT_GT(*report.right_threshold, 7'000);
  EXPECT_LT(*report.right_threshold, 200'000);
  EXPECT_EQ(report.peaks.at(0).target, "192.0.2.55");
  EXPECT_TRUE(report.peaks[0].in_attack);
}

}  // namespace
}  // namespace weir::detect
