// The parts that the engine stands on, each by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/attack_json.h"
#include "detect/hyperloglog.h"
#include "detect/signature.h"
#include "detect/test_flows.h"
#include "flow/key_hash.h"

namespace weir::detect {
namespace {

TargetKey key(std::uint64_t number) { return {0, number, 32, Level::address, 0}; }

TEST(TargetTable, a_heavy_target_is_never_pushed_out_by_light_ones) {
  TargetTable table(std::size_t{1} << 20U);
  const TargetKey heavy = key(1);
  table.find_or_add(heavy, heavy.hash(), 0, 100).target->score[0] = 1000;
  for (std::uint64_t i = 2; i < 400'000; ++i) {
    const auto found = table.find_or_add(key(i), key(i).hash(), 0.001F, 100);
    if (found.target != nullptr) found.target->score[0] += 0.001F;
  }
  ASSERT_NE(table.find(heavy, heavy.hash()), nullptr);
  EXPECT_GE(table.find(heavy, heavy.hash())->score[0], 1000);
  EXPECT_LE(table.memory(), std::size_t{1} << 20U);
  EXPECT_GT(table.refused() + table.evicted(), 0U);
}

TEST(TargetTable, what_is_measured_in_detail_stays) {
  TargetTable table(std::size_t{1} << 20U);
  const TargetKey detailed = key(1);
  table.find_or_add(detailed, detailed.hash(), 0, 100).target->detail[1] = 7;
  for (std::uint64_t i = 2; i < 400'000; ++i) (void)table.find_or_add(key(i), key(i).hash(), 5, 100);
  ASSERT_NE(table.find(detailed, detailed.hash()), nullptr);
  EXPECT_EQ(table.find(detailed, detailed.hash())->detail[1], 7);
}

TEST(TargetTable, it_grows_and_keeps_all_while_there_is_room) {
  TargetTable table(std::size_t{64} << 20U);
  for (std::uint64_t i = 0; i < 300'000; ++i) ASSERT_TRUE(table.find_or_add(key(i), key(i).hash(), 1, 1).fresh);
  std::size_t missing = 0;
  for (std::uint64_t i = 0; i < 300'000; ++i) missing += table.find(key(i), key(i).hash()) == nullptr ? 1 : 0;
  EXPECT_LE(missing, 3U);
  EXPECT_LE(table.evicted(), 3U);
}

TEST(Spread, shares_add_up_and_lie_within_the_flow) {
  for (const auto& [start, end] : {std::pair<UnixMillis, UnixMillis>{10'000, 10'000}, {10'200, 10'900}, {9'500, 12'499},
                                   {1'000, 60'999}, {10'999, 11'000}}) {
    const Spread spread = spread_of(start, end, 0, 1000);
    float sum = 0;
    for (std::uint32_t i = 0; i < spread.seconds; ++i) sum += spread.at(i);
    EXPECT_NEAR(static_cast<double>(sum), 1, 1e-4) << start << " to " << end;
    EXPECT_EQ(spread.first_s, start / 1000);
  }
}

TEST(Spread, what_lies_before_the_past_that_is_held_is_left_out) {
  const Spread spread = spread_of(0, 99'999, 90, 200);
  EXPECT_EQ(spread.first_s, 90);
  EXPECT_EQ(spread.seconds, 10U);
  EXPECT_NEAR(static_cast<double>(spread.at(0)), 0.01, 1e-5);
  EXPECT_EQ(spread_of(0, 50'000, 90, 200).seconds, 0U);
  // What the exporter's clock has in the future counts now.
  EXPECT_EQ(spread_of(300'000, 300'000, 90, 200).first_s, 200);
}

TEST(HyperLogLog, it_errs_by_little) {
  for (const std::uint64_t count : {10U, 300U, 5'000U, 200'000U}) {
    HyperLogLog<1024> sketch;
    for (std::uint64_t i = 0; i < count; ++i) {
      sketch.add(flow::KeyHash{}(i));
      sketch.add(flow::KeyHash{}(i));
    }
    EXPECT_NEAR(sketch.estimate() / static_cast<double>(count), 1, 0.12) << count;
  }
}

TEST(TopValues, the_heaviest_are_found_among_many) {
  TopValues top;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    top.add(0, 1000 + i, 10, 1);
    if (i % 10 == 0) top.add(0, 7, 5'000, 10);
    if (i % 20 == 0) top.add(0, 8, 500, 5);
  }
  const auto largest = top.largest(2);
  ASSERT_EQ(largest.size(), 2U);
  EXPECT_EQ(largest[0].lo, 7U);
  EXPECT_NEAR(static_cast<double>(largest[0].packets), 100'000, 2'000);
  EXPECT_EQ(largest[1].lo, 8U);
}

TEST(Signatures, two_vectors_make_two_and_spare_what_was_there_before) {
  std::vector<Feature> attack;
  std::vector<Feature> other;
  for (std::uint16_t i = 0; i < 300; ++i) {
    Feature f{.source = IpAddress::v4(0x01000000U + i), .destination = ip("192.0.2.10"), .bytes = 4680, .packets = 10,
              .source_port = 123, .destination_port = static_cast<std::uint16_t>(2000 + i), .length = 468, .protocol = kUdp,
              .tcp_flags = 0, .icmp_type = 0, .fragment = false};
    attack.push_back(f);
    if (i % 2 == 0) {
      f.protocol = kTcp;
      f.source_port = static_cast<std::uint16_t>(3000 + i);
      f.destination_port = 443;
      f.tcp_flags = kSyn;
      f.length = 44;
      attack.push_back(f);
      f.tcp_flags = kAck | kPush;
      f.length = 900;
      other.push_back(f);
    }
  }
  const auto found = find_signatures(attack, other, net("192.0.2.10/32"), Way::incoming, Measure::packets);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].source_port, 123);
  EXPECT_EQ(found[0].protocol, kUdp);
  EXPECT_NEAR(found[0].attack_share, 2.0 / 3, 0.01);
  EXPECT_EQ(found[1].destination_port, 443);
  EXPECT_EQ(found[1].tcp_flags, kSyn);
  for (const Signature& s : found) EXPECT_EQ(s.other_share, 0);
}

TEST(Signatures, the_length_tells_apart_what_nothing_else_does) {
  std::vector<Feature> attack;
  std::vector<Feature> other;
  for (std::uint16_t i = 0; i < 200; ++i) {
    Feature f{.source = IpAddress::v4(0x01000000U + i), .destination = ip("192.0.2.10"), .bytes = 1, .packets = 10,
              .source_port = static_cast<std::uint16_t>(2000 + i * 7), .destination_port = 27015, .length = 60, .protocol = kUdp,
              .tcp_flags = 0, .icmp_type = 0, .fragment = false};
    attack.push_back(f);
    f.length = static_cast<std::uint16_t>(150 + i);
    other.push_back(f);
  }
  const auto found = find_signatures(attack, other, net("192.0.2.10/32"), Way::incoming, Measure::packets);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].length_to, 60);
  EXPECT_EQ(found[0].attack_share, 1);
  EXPECT_EQ(found[0].other_share, 0);
}

TEST(Baselines, they_learn_hours_and_survive) {
  flow::StringPool strings;
  Baselines baselines;
  const TargetKey customer{0, strings.intern("ACME"), 0, Level::customer, 0};
  const UnixMillis monday = 1'789'948'800'000;
  for (int day = 0; day < 14; ++day) {
    for (int minute = 0; minute < 24 * 60; ++minute) {
      const bool night = minute < 6 * 60;
      // One night, an attack that nobody saw.
      const double bits = day == 3 && night ? 9e9 : night ? 1e6 : 50e6;
      baselines.add(customer, Way::incoming, monday + day * kDayMs + minute * kMinuteMs, bits, bits / 8000);
    }
  }
  const UnixMillis next = monday + 14 * kDayMs;
  const auto night = baselines.usual(customer, Way::incoming, next + 3 * kHourMs);
  const auto noon = baselines.usual(customer, Way::incoming, next + 12 * kHourMs);
  ASSERT_TRUE(night && noon);
  EXPECT_NEAR(night->bits, 1e6, 1);
  EXPECT_NEAR(noon->bits, 50e6, 1);
  EXPECT_GT(noon->confidence, 0.9);
  // The week day of the attack: one of two weeks is spoilt, and that is less sure.
  const auto spoilt = baselines.usual(customer, Way::incoming, next + 3 * kDayMs + 3 * kHourMs);
  EXPECT_LT(spoilt->confidence, 0.9);
  flow::StringPool others;
  others.intern("someone else");
  Baselines again;
  ASSERT_TRUE(again.load(baselines.save(strings), others).has_value());
  const TargetKey renamed{0, others.intern("ACME"), 0, Level::customer, 0};
  EXPECT_EQ(again.usual(renamed, Way::incoming, next + 12 * kHourMs)->bits, noon->bits);
}

TEST(Baselines, damaged_files_are_refused) {
  flow::StringPool strings;
  Baselines baselines;
  baselines.add(key(1), Way::incoming, 0, 1, 1);
  std::vector<std::byte> octets = baselines.save(strings);
  Baselines again;
  EXPECT_FALSE(again.load(as_octets("nonsense"), strings).has_value());
  octets.pop_back();
  EXPECT_FALSE(again.load(octets, strings).has_value());
  EXPECT_EQ(again.size(), 0U);
}

TEST(DetectConfig, rates_and_quiet_times_are_read_or_refused) {
  EXPECT_EQ(parse_rate("20k").value(), 20e3);
  EXPECT_EQ(parse_rate("1.5G").value(), 1.5e9);
  for (const char* wrong : {"", "k", "-1", "1e400", "10 M", "nan", "5x"}) EXPECT_FALSE(parse_rate(wrong).has_value()) << wrong;
  QuietTime quiet;
  ASSERT_TRUE(read_quiet_time("Sun 23:00-01:30", quiet).has_value());
  EXPECT_EQ(*quiet.weekly_from_minute, 6U * 1440 + 23 * 60);
  EXPECT_EQ(quiet.weekly_minutes, 150U);
  for (const char* wrong : {"", "Sun", "Son 02:00-03:00", "Sun 25:00-26:00", "Sun 02:60-03:00", "2026-11-23/2026-11-22"}) {
    EXPECT_FALSE(read_quiet_time(wrong, quiet).has_value()) << wrong;
  }
}

TEST(AttackJson, what_is_written_is_read_back) {
  Attack attack;
  attack.id = 17;
  attack.kind = AttackKind::ntp_amplification;
  attack.target = net("192.0.2.10/32");
  attack.rule = "amplified \"bits\"";
  attack.began_ms = 1'790'000'000'000;
  attack.ended_ms = 1'790'000'060'000;
  attack.peak = {1e9, 2e5, 30};
  attack.bytes = UINT64_MAX - 1;
  attack.signatures.push_back({.target = attack.target, .source = {}, .protocol = kUdp, .source_port = 123,
                               .destination_port = {}, .tcp_flags = {}, .tcp_flags_mask = {}, .icmp_type = {}, .fragment = false,
                               .length_from = 440, .length_to = 482, .attack_share = 0.98, .other_share = 0.01});
  attack.evidence.reason = "because";
  attack.evidence.top["src_port"] = {{"123", "", 5, 6}};
  attack.evidence.samples.push_back({.time = 1, .exporter = ip("203.0.113.1"), .source = ip("2001:db8::1"),
                                     .destination = ip("192.0.2.10"), .protocol = kUdp, .bytes = 468, .packets = 1});
  attack.evidence.curve = {{.second = 1000, .rates = {1, 2, 3}}};
  const auto back = read_attack(attack_text(attack));
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_EQ(attack_text(*back), attack_text(attack));
  EXPECT_EQ(signature_text(back->signatures[0]), "UDP, no fragments, from port 123, 440 to 482 octets a packet");
  for (const char* wrong : {"", "[]", "{}", "{\"id\":\"x\"}"}) EXPECT_FALSE(read_attack(wrong).has_value()) << wrong;
}

}  // namespace
}  // namespace weir::detect
