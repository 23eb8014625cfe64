#include "detect/engine.h"

#include <algorithm>

namespace weir::detect {
namespace {

constexpr std::size_t kScannerOctets = std::size_t{4} << 20U;
constexpr std::size_t kLeastTargetsOctets = std::size_t{4} << 20U;

}  // namespace

// Of the whole: a sixth for details, a twelfth for evidence and baselines, most of the rest for targets.
Engine::Sizes Engine::sizes_of(std::uint64_t memory) {
  Sizes out;
  out.details = std::clamp<std::size_t>(memory / 6 / sizeof(Detail), 64, 6000);
  out.evidences = std::clamp<std::size_t>(memory / 24 / (std::size_t{96} << 10U), 16, 256);
  out.targets_octets = std::max<std::size_t>(kLeastTargetsOctets, static_cast<std::size_t>(memory) / 100 * 66);
  return out;
}

Engine::Engine(flow::StringPool& strings, const DetectConfig& config)
    : strings_(strings),
      sizes_(sizes_of(config.memory_octets)),
      targets_(sizes_.targets_octets),
      scanners_(kScannerOctets),
      details_(1),
      evidences_(1),
      evidence_owner_(1) {}

Result<std::unique_ptr<Engine>> Engine::of(const DetectConfig& config, const OwnNetwork& network,
                                           flow::StringPool& strings,
                                           std::span<const CustomerPrefix> customers) {
  std::unique_ptr<Engine> engine(new Engine(strings, config));
  if (auto done = engine->replace(config, network, customers); !done) return std::unexpected(done.error());
  return engine;
}

Result<void> Engine::replace(const DetectConfig& config, const OwnNetwork& network,
                             std::span<const CustomerPrefix> customers) {
  auto book = RuleBook::of(config, strings_);
  if (!book) return std::unexpected(book.error());
  book_ = *std::move(book);
  networks_ = std::make_unique<Networks>(config.networks, network, customers, strings_);
  // Numbers of rule sets mean something else now. Who is measured in detail is measured anew, except for open attacks.
  for (std::uint16_t i = 1; i < details_.size(); ++i) {
    Detail* detail = details_[i].get();
    if (detail == nullptr) continue;
    if (detail->attack == 0 || detail->key.slice != 0) {
      for (Open& open : open_) {
        if (open.detail == i) open.detail = 0;
      }
      detail->attack = 0;
      free_detail(i);
    } else {
      detail->rule_set = book_->rule_set_of(detail->key, detail->customer);
    }
  }
  // The rest is asked for with its next record, which tells its customer, so that a reload keeps no flow waiting.
  const auto renew = [](Target& target) { target.rule_set = Target::kUngoverned; };
  targets_.for_each(renew);
  scanners_.for_each(renew);
  return {};
}

void Engine::take_up(const Attack& attack) {
  Open open;
  open.attack = attack;
  open.attack.ended_ms.reset();
  open.resumed_ms = now_ms_;
  open.shown = std::make_shared<const Attack>(open.attack);
  open_.push_back(std::move(open));
  next_id_ = std::max(next_id_, attack.id + 1);
}

std::vector<AttackPtr> Engine::open_attacks() const {
  std::vector<AttackPtr> out;
  for (const Open& open : open_) out.push_back(open.shown);
  return out;
}

std::vector<RuleInfo> Engine::rules() const {
  std::vector<RuleInfo> out;
  for (std::size_t i = 0; i < book_->slices().size(); ++i) {
    const CustomRule& rule = book_->slices()[i].rule;
    out.push_back({rule.name, "rule " + rule.name, rule.filter, rule.threshold});
  }
  for (const GroupConfig& group : book_->config().groups) {
    for (const Threshold& t : group.thresholds) out.push_back({name_of(t), "group " + group.name, "", t});
  }
  for (const GoverningThreshold& t : book_->rule_set(0).thresholds) out.push_back({t.name, t.from, "", t.threshold});
  return out;
}

DetectStatus Engine::status() const {
  DetectStatus out;
  out.records = records_;
  out.too_old = too_old_;
  out.targets = targets_.size() + scanners_.size();
  out.detailed = details_.size() - 1 - free_details_.size();
  out.evicted = targets_.evicted() + scanners_.evicted();
  out.refused = targets_.refused() + scanners_.refused() + not_opened_;
  out.memory_octets = targets_.memory() + scanners_.memory() + (details_.size() - 1) * sizeof(Detail) +
                      (evidences_.size() - 1) * (std::size_t{96} << 10U) + baselines_.memory();
  out.open_attacks = open_.size();
  out.attacks = attacks_;
  out.baselines = baselines_.size();
  return out;
}

std::uint32_t Engine::customer_of(const TargetKey& key) const {
  switch (key.level) {
    case Level::address:
    case Level::subnet:
    case Level::site: return networks_->customer_around({key.address(), key.length});
    case Level::customer: return static_cast<std::uint32_t>(key.lo);
    default: return 0;
  }
}

std::string Engine::name_of_target(const TargetKey& key) const {
  if (key.level == Level::customer) {
    return "customer " + std::string(strings_.text(static_cast<flow::StringId>(key.lo)));
  }
  if (key.level == Level::interface) {
    if (key.lo >= interfaces_.size()) return "interface";
    const auto& [exporter, index] = interfaces_[static_cast<std::size_t>(key.lo)];
    return "interface " + to_string(exporter) + " " + std::to_string(index);
  }
  const Prefix prefix{key.address(), key.length};
  const bool host = key.length == (key.address().is_v4() ? 32 : 128);
  return host ? to_string(key.address()) : to_string(prefix);
}

}  // namespace weir::detect
