#include "detect/signature.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include "detect/amplifiers.h"

namespace weir::detect {
namespace {

constexpr std::size_t kMostSignatures = 4;
constexpr double kEnough = 0.9;         // of the attack: further ones are not worth a rule
constexpr double kLeastShare = 0.05;    // of the attack, for a rule of its own
constexpr double kInCommon = 0.9;       // of a cluster have the same value

double weight_of(const Feature& feature, Measure measure) {
  return static_cast<double>(measure == Measure::bits ? feature.bytes : std::max<std::uint64_t>(feature.packets, 1));
}

/// Flows that one rule may describe: alike in what filters tell apart first.
using ClusterKey = std::tuple<std::uint8_t, bool, std::uint8_t, std::uint16_t>;
ClusterKey cluster_of(const Feature& f) {
  if (f.fragment) return {f.protocol, true, 0, 0};
  if (f.protocol == kTcp) return {f.protocol, false, static_cast<std::uint8_t>(f.tcp_flags & (kSyn | kAck | kRst)), 0};
  const bool amplified = f.protocol == kUdp && amplifier_of(f.source_port, f.length) != nullptr;
  return {f.protocol, false, 0, amplified ? f.source_port : std::uint16_t{0}};
}

using Members = std::vector<const Feature*>;

/// The value that most of them have, where nearly all have it.
template <typename Value, typename Of>
std::optional<Value> in_common(const Members& members, Measure measure, Of of) {
  std::map<Value, double> weights;
  double whole = 0;
  for (const Feature* feature : members) {
    weights[of(*feature)] += weight_of(*feature, measure);
    whole += weight_of(*feature, measure);
  }
  const auto best = std::ranges::max_element(weights, {}, [](const auto& entry) { return entry.second; });
  if (best == weights.end() || best->second < kInCommon * whole) return std::nullopt;
  return best->first;
}

double share_of(const Signature& signature, std::span<const Feature> features, Measure measure) {
  double whole = 0;
  double part = 0;
  for (const Feature& feature : features) {
    const double weight = weight_of(feature, measure);
    whole += weight;
    if (matches(signature, feature)) part += weight;
  }
  return whole <= 0 ? 0 : part / whole;
}

/// The lengths between which all but a few of the members lie.
std::pair<std::uint16_t, std::uint16_t> lengths_of(const Members& members) {
  std::vector<std::uint16_t> lengths;
  for (const Feature* feature : members) lengths.push_back(feature->length);
  std::ranges::sort(lengths);
  const std::size_t cut = lengths.size() / 50;
  return {lengths[cut], lengths[lengths.size() - 1 - cut]};
}

class Finder {
 public:
  Finder(std::span<const Feature> attack, std::span<const Feature> other, Prefix target, Way way, Measure measure)
      : attack_(attack), other_(other), target_(target), way_(way), measure_(measure) {}

  Signature describe(const Members& members) const {
    const Feature& first = *members.front();
    Signature out;
    // An outgoing one is filtered by its source.
    if (way_ == Way::incoming) {
      out.target = target_;
    } else {
      out.target = Prefix::of(first.destination, 0);
      out.source = target_;
    }
    out.protocol = first.protocol;
    if (first.fragment) {
      out.fragment = true;
    } else if (first.protocol == kTcp) {
      out.tcp_flags = static_cast<std::uint8_t>(first.tcp_flags & (kSyn | kAck | kRst));
      out.tcp_flags_mask = static_cast<std::uint8_t>(kSyn | kAck | kRst);
    }
    add_common(members, out);
    narrow(members, out);
    out.attack_share = share_of(out, attack_, measure_);
    out.other_share = share_of(out, other_, measure_);
    return out;
  }

 private:
  void add_common(const Members& members, Signature& out) const {
    const Feature& first = *members.front();
    const bool ports = !first.fragment && (first.protocol == kTcp || first.protocol == kUdp);
    if (ports) {
      out.source_port = in_common<std::uint16_t>(members, measure_, [](const Feature& f) { return f.source_port; });
      out.destination_port =
          in_common<std::uint16_t>(members, measure_, [](const Feature& f) { return f.destination_port; });
    }
    if (first.protocol == kIcmp || first.protocol == kIcmp6)
      out.icmp_type = in_common<std::uint8_t>(members, measure_, [](const Feature& f) { return f.icmp_type; });
    if (way_ == Way::incoming) {
      const auto source = in_common<IpAddress>(members, measure_, [](const Feature& f) { return f.source; });
      if (source) out.source = Prefix::of(*source, 128);
      if (out.source && source->is_v4()) out.source->length = 32;
    }
  }
  /// By length, where that spares other traffic and costs little of the attack.
  void narrow(const Members& members, Signature& out) const {
    const double other = share_of(out, other_, measure_);
    if (other <= 0.01) return;
    Signature narrower = out;
    const auto [from, to] = lengths_of(members);
    narrower.length_from = from;
    narrower.length_to = to;
    if (share_of(narrower, other_, measure_) < 0.7 * other &&
        share_of(narrower, attack_, measure_) >= 0.9 * share_of(out, attack_, measure_)) {
      out = narrower;
    }
  }

  std::span<const Feature> attack_;
  std::span<const Feature> other_;
  Prefix target_;
  Way way_;
  Measure measure_;
};

}  // namespace

bool matches(const Signature& s, const Feature& f) {
  if (!s.target.contains(f.destination)) return false;
  if (s.source && !s.source->contains(f.source)) return false;
  if (s.protocol && *s.protocol != f.protocol) return false;
  if (s.fragment && *s.fragment != f.fragment) return false;
  if (s.source_port && *s.source_port != f.source_port) return false;
  if (s.destination_port && *s.destination_port != f.destination_port) return false;
  if (s.tcp_flags && (f.tcp_flags & s.tcp_flags_mask.value_or(0xff)) != *s.tcp_flags) return false;
  if (s.icmp_type && *s.icmp_type != f.icmp_type) return false;
  if (s.length_from && f.length < *s.length_from) return false;
  return !s.length_to || f.length <= *s.length_to;
}

std::vector<Signature> find_signatures(std::span<const Feature> attack, std::span<const Feature> other,
                                       const Prefix& target, Way way, Measure measure) {
  std::map<ClusterKey, Members> clusters;
  double whole = 0;
  for (const Feature& feature : attack) {
    clusters[cluster_of(feature)].push_back(&feature);
    whole += weight_of(feature, measure);
  }
  std::vector<std::pair<double, const Members*>> order;
  for (const auto& [key, members] : clusters) {
    double weight = 0;
    for (const Feature* feature : members) weight += weight_of(*feature, measure);
    order.emplace_back(weight / whole, &members);
  }
  std::ranges::stable_sort(order, std::greater{}, [](const auto& entry) { return entry.first; });
  std::vector<Signature> out;
  double caught = 0;
  const Finder finder(attack, other, target, way, measure);
  for (const auto& [share, members] : order) {
    if (out.size() == kMostSignatures || caught >= kEnough || share < kLeastShare) break;
    out.push_back(finder.describe(*members));
    caught += share;
  }
  return out;
}

}  // namespace weir::detect
