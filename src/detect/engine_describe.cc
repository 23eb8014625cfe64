// What is told of an attack, and of the rules around an address.
#include <algorithm>

#include "detect/classify.h"
#include "detect/engine.h"
#include "detect/signature.h"

namespace weir::detect {
namespace {

constexpr UnixMillis kYoungMs = 30 * kSecondMs;  // meanwhile what it is may still turn out otherwise
constexpr UnixMillis kDescribeEveryMs = 5 * kSecondMs;
constexpr std::int64_t kFinalAfterS = 100;       // late flows may still change what a second held
constexpr std::size_t kMostCurve = 3600;
constexpr std::int64_t kRecentS = 120;

/// Pairs of points become one: the past in half the detail.
void halve(std::vector<CurvePoint>& points) {
  for (std::size_t i = 0; i + 1 < points.size(); i += 2) {
    Rates& a = points[i].rates;
    const Rates& b = points[i + 1].rates;
    a = {.bits_per_second = (a.bits_per_second + b.bits_per_second) / 2,
         .packets_per_second = (a.packets_per_second + b.packets_per_second) / 2,
         .flows_per_second = (a.flows_per_second + b.flows_per_second) / 2};
    points[i / 2] = points[i];
  }
  points.resize(points.size() / 2);
}

Prefix common_prefix(const std::vector<Feature>& features) {
  const IpAddress first = features.front().destination;
  unsigned length = first.is_v4() ? 32 : 128;
  for (const Feature& feature : features) {
    if (feature.destination.is_v4() != first.is_v4()) continue;
    while (length > 0 && feature.destination.masked(length) != first.masked(length)) --length;
  }
  return Prefix::of(first, length);
}

}  // namespace

Prefix Engine::prefix_of(const Detail& detail) const {
  if (detail.is_scanner) return scanned_prefix(detail);
  if (detail.key.level == Level::customer || detail.key.level == Level::interface) return {IpAddress::v4(0), 0};
  return {detail.key.address(), detail.key.length};
}

/// The own network that a scan goes through; where none is configured, what its destinations have in common.
Prefix Engine::scanned_prefix(const Detail& detail) const {
  if (detail.evidence == 0 || evidences_[detail.evidence]->features().empty()) {
    return Prefix::of(detail.key.address(), 0);
  }
  const std::vector<Feature>& features = evidences_[detail.evidence]->features();
  return networks_->is_configured() ? networks_->around(features.front().destination) : common_prefix(features);
}

void Engine::describe(Open& open) {
  Detail& detail = *details_[open.detail];
  Attack& attack = open.attack;
  extend_curve(open, detail);
  if (detail.evidence == 0) return;
  const bool young = now_ms_ - attack.found_ms < kYoungMs;
  if (!young && now_ms_ - open.described_ms < kDescribeEveryMs) return;
  open.described_ms = now_ms_;
  const EvidenceCollector& evidence = *evidences_[detail.evidence];
  if (young && evidence.records() > 0) {
    Verdict verdict = classify(evidence, open.threshold);
    attack.kind = verdict.kind;
    attack.evidence.reason = std::move(verdict.reason);
  }
  evidence.describe(attack.evidence, strings_);
  const std::vector<Feature> usual = detail.usual_before(attack.began_ms / kSecondMs - 1);
  attack.signatures = find_signatures(evidence.features(), usual, attack.target, attack.way, attack.measure);
}

void Engine::extend_curve(Open& open, const Detail& detail) {
  std::vector<CurvePoint>& curve = open.attack.evidence.curve;
  curve.resize(std::min(open.curve_final, curve.size()));
  const std::int64_t now_s = now_s_;
  open.curve_s = std::max(open.curve_s, detail.newest_s - Detail::kSeconds + 1);
  const auto point = [&](std::int64_t s) {
    return CurvePoint{.second = s * kSecondMs, .rates = detail.average(open.threshold.traffic, s, s)};
  };
  for (; open.curve_s < now_s - kFinalAfterS; ++open.curve_s) curve.push_back(point(open.curve_s));
  while (curve.size() > kMostCurve - Detail::kSeconds) halve(curve);
  open.curve_final = curve.size();
  for (std::int64_t s = open.curve_s; s <= now_s; ++s) curve.push_back(point(s));
}

void Engine::tell(Open& open, ChangeKind kind, std::vector<Change>& out) {
  open.told_ms = now_ms_;
  open.shown = std::make_shared<const Attack>(open.attack);
  out.push_back({.number = ++changes_, .kind = kind, .attack = open.shown});
}

Explanation Engine::explain(IpAddress address) {
  Explanation out;
  out.address = address;
  const TargetKey own_key = key_of(address, Level::address, 0, 0);
  // Who is own by the AS or the interface alone has a place as soon as it has traffic.
  const bool seen = targets_.find(own_key, own_key.hash()) != nullptr;
  out.own = !networks_->is_configured() || networks_->is_own(address) || seen;
  if (!networks_->is_configured()) {
    out.notes.emplace_back("no own networks are configured: the direction of each flow tells what is own, or else every "
                           "destination counts");
  } else if (!out.own) {
    out.notes.emplace_back("the address is in none of the own networks, and no traffic of an own AS or customer has it: "
                           "nothing is looked for");
  }
  const Prefix host = Prefix::of(address, 128);
  const Prefix target{host.address, static_cast<std::uint8_t>(address.is_v4() ? 32 : 128)};
  std::uint32_t customer = customer_of(own_key);
  for (const auto& detail : details_) {
    if (detail != nullptr && detail->key == own_key && detail->customer != 0) customer = detail->customer;
  }
  out.customer = std::string(strings_.text(customer));
  out.groups = book_->groups_of(own_key, customer);
  if (book_->is_excluded(target)) out.notes.emplace_back("excluded: nothing is raised on it");
  if (const std::string quiet = book_->quiet(target, out.customer, now_ms_); !quiet.empty()) {
    out.notes.push_back("quiet now (" + quiet + "): nothing is raised on it");
  }
  for (const Open& open : open_) {
    if (open.attack.subject.empty() && open.attack.target.length > 0 && open.attack.target.contains(address)) {
      out.attacks.push_back(open.attack.id);
    }
  }
  std::vector<TargetKey> keys = {own_key, key_of(address, Level::subnet, 0, 0)};
  if (!address.is_v4()) keys.push_back(key_of(address, Level::site, 0, 0));
  if (customer != 0) keys.push_back({0, customer, 0, Level::customer, 0});
  for (const auto& detail : details_) {
    if (detail != nullptr && detail->key.slice == 0 && detail->key.level == Level::announced &&
        Prefix{detail->key.address(), detail->key.length}.contains(address) && std::ranges::find(keys, detail->key) == keys.end()) {
      keys.push_back(detail->key);
    }
  }
  for (std::size_t i = 0; i < book_->slices().size(); ++i) {
    const Level level = book_->slices()[i].rule.threshold.level;
    if (level <= Level::site) keys.push_back(key_of(address, level, 0, static_cast<std::uint8_t>(i + 1)));
  }
  for (const TargetKey& key : keys) explain_target(key, customer, out);
  std::ranges::stable_sort(out.rules, [](const RuleState& a, const RuleState& b) {
    return a.value_high / a.threshold.value > b.value_high / b.threshold.value;
  });
  return out;
}

void Engine::explain_target(const TargetKey& key, std::uint32_t customer, Explanation& out) {
  const RuleSet& rules = book_->rule_set(book_->rule_set_of(key, customer));
  const Target* target = targets_.find(key, key.hash());
  for (const GoverningThreshold& rule : rules.thresholds) {
    const Threshold& t = rule.threshold;
    if (t.level != key.level || (t.traffic == Traffic::attempts && t.way == Way::incoming)) continue;
    RuleState state;
    state.rule = rule.name;
    state.from = rule.from;
    state.threshold = t;
    state.target = name_of_target(key);
    const auto side = static_cast<std::size_t>(t.way);
    const std::uint16_t index = target == nullptr ? std::uint16_t{0} : target->detail[side];
    if (index != 0) {
      Detail& detail = *details_[index];
      detail.advance(std::int64_t{now_s_} + 1);
      const Measured most = detail.largest(t, std::int64_t{now_s_} - kRecentS, std::int64_t{now_s_} + 1).measured;
      state.measured = true;
      state.value = most.value;
      state.value_low = most.low;
      state.value_high = most.high;
    } else if (target != nullptr) {
      // Not nearer than its score, of which the window is at most five seconds.
      const auto age = now_s_ - std::min(now_s_, target->last_s);
      state.value_high = t.value * static_cast<double>(target->score[side] * decay(age));
    }
    const auto usual = baselines_.usual(key, t.way, now_ms_);
    if (usual && t.traffic == Traffic::all && t.measure <= Measure::packets) {
      state.usual = t.measure == Measure::bits ? usual->bits : usual->packets;
      state.confidence = usual->confidence;
    }
    out.rules.push_back(std::move(state));
  }
}

}  // namespace weir::detect
