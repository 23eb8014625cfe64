// A week of a hosting network in simulated time, with flash crowds, backups, downloads and newsletters, and a hundred attacks
// of all kinds: how many are seen, how soon, what they are called, and how often there is a false alarm.
//
//   build/detect_week_bench                 # prints every alarm that is false, every miss, and the counts
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "detect/engine.h"
#include "simulate/attack_shapes.h"
#include "simulate/random.h"

namespace weir::detect {
namespace {

using simulate::Random;
constexpr UnixMillis kStart = 1'789'948'800'000;  // a Monday, 00:00 UTC
constexpr std::int64_t kWeekS = 7 * 86'400;
constexpr std::uint32_t kHosts = 400;
constexpr std::uint32_t kRate = 4000;  // one packet in so many is sampled
constexpr std::uint32_t kAttacks = 100;

IpAddress host(std::uint32_t number) { return IpAddress::v4(0x0a000000U + (number / 100) * 256 + 10 + number % 100); }
IpAddress outside(std::uint64_t number) {
  return IpAddress::v4(0x2d000000U + static_cast<std::uint32_t>(simulate::mix(number, 77) % 0x0fffffff));
}

/// What somebody does for some time, told as sampled packets a second.
struct Activity {
  std::int64_t from_s = 0;
  std::int64_t to_s = 0;
  std::uint32_t host = 0;
  double packets_per_second = 0;
  std::uint8_t proto = kTcp;
  std::uint16_t src_port = 0;  // 0: any
  std::uint16_t dst_port = 443;
  std::uint8_t flags = kAck;
  std::uint32_t octets = 1400;
  std::uint32_t peers = 1;
  double syn_share = 0;
  bool outgoing = false;
};

struct Planned {
  const simulate::AttackShape* shape = nullptr;
  std::int64_t from_s = 0;
  std::int64_t to_s = 0;
  IpAddress own;
  double packets_per_second = 0;
};


class Week {
 public:
  Week() {
    plan_ordinary();
    plan_attacks();
    DetectConfig config;
    config.memory_octets = std::uint64_t{128} << 20U;
    const OwnNetwork network{.prefixes = {{IpAddress::v4(10U << 24U), 8}}, .ases = {}};
    engine_ = *Engine::of(config, network, strings_);
  }

  void run() {
    flow::FlowBatch batch;
    for (std::int64_t second = 0; second < kWeekS; ++second) {
      const UnixMillis now = kStart + second * kSecondMs;
      advance(now);
      batch.clear();
      fill(batch, second, now);
      engine_->add(batch);
      advance(now + 500);
    }
    std::vector<Change> rest;
    engine_->finish(rest);
    take(rest);
  }

  void judge(benchmark::State& state) {
    std::size_t false_alarms = 0;
    std::size_t right = 0;
    std::map<std::size_t, UnixMillis> delays;
    for (const auto& [id, attack] : alarms_) {
      const std::size_t of = planned_of(*attack);
      if (of == SIZE_MAX) {
        ++false_alarms;
        std::printf("false alarm: %s on %s at %s by %s: %s\n", std::string(name_of(attack->kind)).c_str(),
                    to_string(attack->target).c_str(), to_iso8601(attack->found_ms).c_str(), attack->rule.c_str(),
                    attack->evidence.reason.c_str());
        continue;
      }
      if (delays.contains(of)) continue;
      delays[of] = attack->found_ms - (kStart + planned_[of].from_s * kSecondMs);
      const bool named = name_of(attack->kind) == planned_[of].shape->word;
      right += named ? 1 : 0;
      if (!named) {
        std::printf("called %s: %s\n", std::string(name_of(attack->kind)).c_str(), std::string(planned_[of].shape->word).c_str());
      }
    }
    std::vector<double> sorted;
    for (const auto& [of, delay] : delays) sorted.push_back(static_cast<double>(delay) / 1000);
    std::ranges::sort(sorted);
    for (std::size_t i = 0; i < planned_.size(); ++i) {
      if (delays.contains(i)) continue;
      std::printf("missed: %s, %.0f packets/s for %lld s\n", std::string(planned_[i].shape->word).c_str(),
                  planned_[i].packets_per_second, static_cast<long long>(planned_[i].to_s - planned_[i].from_s));
    }
    state.counters["attacks"] = static_cast<double>(planned_.size());
    state.counters["seen"] = static_cast<double>(delays.size());
    state.counters["missed"] = static_cast<double>(planned_.size() - delays.size());
    state.counters["called_rightly"] = static_cast<double>(right);
    state.counters["false_alarms"] = static_cast<double>(false_alarms);
    state.counters["delay_median_s"] = sorted.empty() ? 0 : sorted[sorted.size() / 2];
    state.counters["delay_p95_s"] = sorted.empty() ? 0 : sorted[sorted.size() * 95 / 100];
    state.counters["flows"] = static_cast<double>(flows_);
    state.counters["baselines"] = static_cast<double>(engine_->status().baselines);
  }

 private:
  void plan_ordinary() {
    Random random(11);
    for (std::int64_t day = 0; day < 7; ++day) {
      const std::int64_t midnight = day * 86'400;
      // Backups to five hosts every night: one source, 700 Mbit/s.
      for (std::uint32_t i = 0; i < 5; ++i) {
        const std::int64_t from = midnight + 3600 * (1 + static_cast<std::int64_t>(i) / 2) + random.below(600);
        activities_.push_back({.from_s = from, .to_s = from + 5400, .host = 300 + i, .packets_per_second = 62'000, .peers = 1});
      }
      // Flash crowds: a site on everybody's lips for half an hour, tens of thousands of people.
      for (int i = 0; i < 2; ++i) {
        const std::int64_t from = midnight + 8 * 3600 + random.below(12 * 3600);
        activities_.push_back({.from_s = from, .to_s = from + 1800, .host = random.below(200), .packets_per_second = 90'000,
                               .octets = 160, .peers = 40'000, .syn_share = 0.08});
      }
      // An office downloads by QUIC, 200 Mbit/s.
      for (int i = 0; i < 4; ++i) {
        const std::int64_t from = midnight + 9 * 3600 + random.below(8 * 3600);
        activities_.push_back({.from_s = from, .to_s = from + 900, .host = 350 + random.below(20), .packets_per_second = 20'000,
                               .proto = kUdp, .src_port = 443, .dst_port = 0, .octets = 1250, .peers = 30});
      }
      // A resolver's answers, all day; a newsletter in the morning.
      activities_.push_back({.from_s = midnight, .to_s = midnight + 86'400, .host = 390, .packets_per_second = 6'000,
                             .proto = kUdp, .src_port = 53, .dst_port = 0, .octets = 180, .peers = 3000});
      activities_.push_back({.from_s = midnight + 7 * 3600, .to_s = midnight + 8 * 3600, .host = 391,
                             .packets_per_second = 4'000, .dst_port = 25, .octets = 700, .peers = 3000, .outgoing = true});
    }
  }

  void plan_attacks() {
    Random random(12);
    const auto shapes = simulate::attack_shapes();
    for (std::uint32_t i = 0; i < kAttacks; ++i) {
      const simulate::AttackShape& shape = shapes[i % shapes.size()];
      // What a sampled packet in thousands cannot show is not planned: tests have those.
      if (shape.word == "scan" || shape.word == "outgoing_scan" || shape.word == "outgoing_spam") continue;
      Planned planned;
      planned.shape = &shape;
      planned.from_s = 3600 + static_cast<std::int64_t>(i) * (kWeekS - 7200) / kAttacks + random.below(1800);
      planned.to_s = planned.from_s + 30 + random.below(600);
      planned.own = host(random.below(kHosts));
      // From a third of its usual size to three times as much.
      planned.packets_per_second = shape.packets_per_second * std::exp2(random.unit() * 3.2 - 1.6);
      planned_.push_back(planned);
    }
  }

  void advance(UnixMillis now) {
    std::vector<Change> changes;
    engine_->advance(now, changes);
    take(changes);
  }
  void take(const std::vector<Change>& changes) {
    for (const Change& change : changes) alarms_[change.attack->id] = change.attack;
  }

  void add(flow::FlowBatch& batch, const IpAddress& from, const IpAddress& to, const Activity& a, std::uint16_t src,
           std::uint16_t dst, std::uint8_t flags, std::uint32_t octets, UnixMillis time, bool fragment = false) {
    using flow::Column;
    const std::size_t row = batch.add_rows(1);
    batch.set<Column::time>(row, time);
    batch.set<Column::exporter>(row, IpAddress::v4(0xcb007101));
    batch.set<Column::sampling_rate>(row, kRate);
    batch.set<Column::src_addr>(row, from);
    batch.set<Column::dst_addr>(row, to);
    batch.set<Column::proto>(row, a.proto);
    batch.set<Column::src_port>(row, src);
    batch.set<Column::dst_port>(row, dst);
    batch.set<Column::tcp_flags>(row, flags);
    if (fragment) batch.set<Column::fragment>(row, std::uint8_t{2});
    batch.set<Column::packets>(row, std::uint64_t{1});
    batch.set<Column::bytes>(row, octets);
    batch.set<Column::dst_mask>(row, std::uint8_t{22});
    ++flows_;
  }

  /// How many of so many a second are sampled: as chance has it.
  std::uint32_t sampled(double packets_per_second) {
    const double mean = packets_per_second / kRate;
    if (mean > 30) {
      double sum = 0;
      for (int i = 0; i < 12; ++i) sum += random_.unit();
      return static_cast<std::uint32_t>(std::max(0.0, mean + (sum - 6) * std::sqrt(mean) + 0.5));
    }
    const double limit = std::exp(-mean);
    std::uint32_t count = 0;
    for (double product = random_.unit(); product > limit; product *= random_.unit()) ++count;
    return count;
  }

  void fill(flow::FlowBatch& batch, std::int64_t second, UnixMillis now) {
    // Everybody's ordinary traffic, more by day than by night; the first hosts are the busiest.
    const double day = 1 + 0.7 * std::sin((static_cast<double>(second % 86'400) / 86'400 - 0.33) * 6.283);
    for (std::uint32_t i = 0, count = sampled(90'000 * day); i < count; ++i) {
      const auto which = static_cast<std::uint32_t>(std::pow(random_.unit(), 2.5) * kHosts);
      const bool udp = random_.chance(0.12);
      const bool syn = !udp && random_.chance(0.03);
      const Activity a{.proto = udp ? kUdp : kTcp};
      add(batch, outside(random_.next() % 100'000), host(which), a, any_port(), udp ? any_port() : std::uint16_t{443},
          syn ? kSyn : kAck, syn ? 60 : 100 + random_.below(1300), now);
    }
    for (const Activity& a : activities_) {
      if (second < a.from_s || second >= a.to_s) continue;
      for (std::uint32_t i = 0, count = sampled(a.packets_per_second); i < count; ++i) {
        const IpAddress peer = outside(a.host * 1'000'003ULL + random_.below(a.peers));
        const bool syn = random_.chance(a.syn_share);
        add(batch, a.outgoing ? host(a.host) : peer, a.outgoing ? peer : host(a.host), a,
            a.src_port != 0 ? a.src_port : any_port(), a.dst_port != 0 ? a.dst_port : any_port(),
            a.proto == kTcp ? (syn ? kSyn : a.flags) : std::uint8_t{0}, syn ? 60 : a.octets, now);
      }
    }
    for (const Planned& planned : planned_) {
      if (second < planned.from_s || second >= planned.to_s) continue;
      for (std::uint32_t i = 0, count = sampled(planned.packets_per_second); i < count; ++i) {
        const simulate::SimulatedFlow f = simulate::attack_flow(*planned.shape, planned.own, random_.next(), 1, attack_random_);
        add(batch, f.src_addr, f.dst_addr, Activity{.proto = f.proto}, f.src_port, f.dst_port, f.tcp_flags, planned.shape->octets,
            now, f.fragment);
      }
    }
  }
  std::uint16_t any_port() { return static_cast<std::uint16_t>(random_.between(1024, 65'535)); }

  [[nodiscard]] std::size_t planned_of(const Attack& attack) const {
    for (std::size_t i = 0; i < planned_.size(); ++i) {
      const UnixMillis from = kStart + planned_[i].from_s * kSecondMs;
      const UnixMillis to = kStart + planned_[i].to_s * kSecondMs + 10 * kSecondMs;
      const bool near = attack.target.contains(planned_[i].own) ||
                        Prefix::of(planned_[i].own, 24).contains(attack.target.address);
      if (attack.found_ms >= from && attack.found_ms <= to && near) return i;
    }
    return SIZE_MAX;
  }

  flow::StringPool strings_;
  std::unique_ptr<Engine> engine_;
  std::vector<Activity> activities_;
  std::vector<Planned> planned_;
  std::map<std::uint64_t, AttackPtr> alarms_;
  Random random_{21};
  Random attack_random_{22};
  std::uint64_t flows_ = 0;
};

void BM_a_week(benchmark::State& state) {
  for (auto _ : state) {
    Week week;
    week.run();
    state.PauseTiming();
    week.judge(state);
    state.ResumeTiming();
  }
}
BENCHMARK(BM_a_week)->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace
}  // namespace weir::detect
