#include "detect/detail.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace weir::detect {
namespace {

/// Windows longer than this are looked at in steps of ten seconds.
constexpr std::uint32_t kMostBySecond = 100;
// How much more the octets of sampled packets vary than their number, as packets differ in length.
constexpr double kLengthVariance = 1.5;

struct Sum {
  double value = 0;
  double packets = 0;
  double weighted = 0;
  void add(const Cell& cell, Traffic traffic, Measure measure, double sign) {
    const auto at = static_cast<std::size_t>(traffic);
    packets += sign * static_cast<double>(cell.packets[0]);
    weighted += sign * static_cast<double>(cell.weighted);
    switch (measure) {
      case Measure::bits: value += sign * 8 * static_cast<double>(cell.bytes[at]); break;
      case Measure::packets: value += sign * static_cast<double>(cell.packets[at]); break;
      case Measure::flows: value += sign * static_cast<double>(cell.flows); break;
      case Measure::distinct_sources:
      case Measure::distinct_destinations: break;
    }
  }
};

// The number of sampled packets behind an estimate is Poisson distributed; its interval is scaled (Barker 2002, eq. 3).
Measured interval(const Sum& sum, Measure measure, double traffic_packets, double seconds) {
  Measured out;
  out.value = out.low = out.high = std::max(sum.value, 0.0) / seconds;
  const double rate = sum.packets > 0 ? std::max(sum.weighted / sum.packets, 1.0) : 1.0;
  if (rate < 1.001 || out.value <= 0 || measure == Measure::flows) return out;
  const double seen = std::max(traffic_packets / rate, 0.0);
  // Of a sampled population the variance is smaller by what was seen of it.
  double spread = 1.96 * std::sqrt((seen + 0.5) * (1 - 1 / rate));
  if (measure == Measure::bits) spread *= std::sqrt(kLengthVariance);
  if (seen <= 0) {
    out.low = 0;
    return out;
  }
  out.low = out.value * std::max(0.0, (seen + 1.0 - spread) / (seen + 1.0));
  out.high = out.value * (seen + 1.92 + spread) / seen;
  return out;
}

}  // namespace

void Cell::add(const Record& record, float share) {
  const float b = static_cast<float>(record.bytes) * share;
  const float p = static_cast<float>(record.packets) * share;
  for (unsigned kinds = record.kinds; kinds != 0; kinds &= kinds - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(kinds));
    bytes[at] += b;
    packets[at] += p;
  }
  flows += static_cast<float>(record.flows) * share;
  weighted += p * static_cast<float>(record.rate);
}

Feature feature_of(const Record& r) {
  return {.source = r.source,
          .destination = r.destination,
          .bytes = r.bytes,
          .packets = r.packets,
          .source_port = r.source_port,
          .destination_port = r.destination_port,
          .length = r.length,
          .protocol = r.protocol,
          .tcp_flags = r.tcp_flags,
          .icmp_type = r.icmp_type,
          .fragment = r.fragment};
}

void Detail::advance(std::int64_t now_s) {
  if (now_s <= newest_s) return;
  if (now_s - newest_s >= kSeconds) {
    seconds.fill({});
  } else {
    for (std::int64_t s = newest_s + 1; s <= now_s; ++s) seconds[static_cast<std::size_t>(s % kSeconds)] = {};
  }
  if (now_s / 10 - newest_s / 10 >= kTens) {
    tens.fill({});
  } else {
    for (std::int64_t t = newest_s / 10 + 1; t <= now_s / 10; ++t) tens[static_cast<std::size_t>(t % kTens)] = {};
  }
  newest_s = now_s;
}

void Detail::add(const Record& record, const Spread& spread, std::uint64_t peer_hash, std::uint32_t now_s,
                 bool count_peer) {
  touched = true;
  touched_s = std::min(touched_s, spread.first_s);
  for (std::uint32_t i = 0; i < spread.seconds; ++i) {
    const std::int64_t s = spread.first_s + i;
    const float share = spread.at(i);
    seconds[static_cast<std::size_t>(s % kSeconds)].add(record, share);
    tens[static_cast<std::size_t>(s / 10 % kTens)].add(record, share);
  }
  const std::uint32_t epoch = now_s / kPeersEpochS;
  if (epoch != peers_epoch) {
    if (epoch == peers_epoch + 1) {
      peers[(epoch + 1) % 2] = peers[peers_epoch % 2];
    } else {
      peers[(epoch + 1) % 2].clear();
    }
    peers[epoch % 2].clear();
    peers_epoch = epoch;
  }
  if (count_peer) peers[epoch % 2].add(peer_hash);
}

void Detail::note_usual(const Record& record, std::uint32_t now_s) {
  const auto place = [](std::uint32_t count) { return static_cast<std::size_t>(count % kUsual); };
  if (usual_count >= 2 && usual_s[place(usual_count - 2)] == now_s) return;
  usual[place(usual_count)] = feature_of(record);
  usual_s[place(usual_count)] = now_s;
  ++usual_count;
}

std::vector<Feature> Detail::usual_before(std::int64_t second) const {
  std::vector<Feature> out;
  for (std::size_t i = 0; i < std::min<std::size_t>(usual_count, kUsual); ++i) {
    if (usual_s[i] < second) out.push_back(usual[i]);
  }
  return out;
}

double Detail::distinct_peers() const {
  HyperLogLog<256> both = peers[0];
  both.merge(peers[1]);
  return both.estimate();
}

Window Detail::largest(const Threshold& threshold, std::int64_t oldest_s, std::int64_t until_s) const {
  Window out;
  if (threshold.measure == Measure::distinct_sources || threshold.measure == Measure::distinct_destinations) {
    const double distinct = distinct_peers();
    // The sketch errs by 6.5 %.
    out.measured = {.value = distinct, .low = distinct * 0.88, .high = distinct * 1.13};
    out.end_s = newest_s;
    if (distinct > threshold.value) out.last_over_s = newest_s;
    return out;
  }
  const bool by_tens = threshold.window_s > kMostBySecond;
  const std::int64_t step = by_tens ? 10 : 1;
  const std::int64_t cells = by_tens ? kTens : kSeconds;
  const auto window = static_cast<std::int64_t>((threshold.window_s + step - 1) / step);
  const std::int64_t newest = std::min(newest_s, until_s) / step;
  const auto cell = [&](std::int64_t at) -> const Cell& {
    return by_tens ? tens[static_cast<std::size_t>(at % kTens)] : seconds[static_cast<std::size_t>(at % kSeconds)];
  };
  const double window_seconds = static_cast<double>(window * step);
  // No further back than the first window that is asked for begins.
  const std::int64_t oldest = std::max({newest_s / step - cells + 1, std::int64_t{0}, oldest_s / step - window + 1});
  Sum sum;
  Sum best;
  double packets = 0;  // of this traffic
  double best_packets = 0;
  const auto kind = static_cast<std::size_t>(threshold.traffic);
  for (std::int64_t at = oldest; at <= newest; ++at) {
    sum.add(cell(at), threshold.traffic, threshold.measure, 1);
    packets += static_cast<double>(cell(at).packets[kind]);
    if (at - window >= oldest) {
      sum.add(cell(at - window), threshold.traffic, threshold.measure, -1);
      packets -= static_cast<double>(cell(at - window).packets[kind]);
    }
    if ((at + 1) * step - 1 < oldest_s) continue;
    if (sum.value > best.value) {
      best = sum;
      best_packets = packets;
      out.end_s = (at + 1) * step - 1;
    }
    if (sum.value / window_seconds > threshold.value) out.last_over_s = (at + 1) * step - 1;
  }
  out.measured = interval(best, threshold.measure, best_packets, window_seconds);
  return out;
}

Rates Detail::average(Traffic traffic, std::int64_t from_s, std::int64_t to_s) const {
  Rates out;
  const auto at = static_cast<std::size_t>(traffic);
  from_s = std::max(from_s, newest_s - kSeconds + 1);
  if (to_s < from_s) return out;
  for (std::int64_t s = from_s; s <= std::min(to_s, newest_s); ++s) {
    out.bits_per_second += 8 * static_cast<double>(second(s).bytes[at]);
    out.packets_per_second += static_cast<double>(second(s).packets[at]);
    out.flows_per_second += static_cast<double>(second(s).flows);
  }
  const auto count = static_cast<double>(to_s - from_s + 1);
  out.bits_per_second /= count;
  out.packets_per_second /= count;
  out.flows_per_second /= count;
  return out;
}

}  // namespace weir::detect
