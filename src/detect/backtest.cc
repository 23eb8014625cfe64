#include "detect/backtest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace weir::detect {
namespace {

using flow::Column;

constexpr std::size_t kMostPeaks = 100;
constexpr std::size_t kMostTargets = 20'000;
constexpr double kRoom = 1.5;  // above the ordinary, where no attack says how far

UnixMillis arrival_of(const flow::FlowBatch& batch, std::size_t row) {
  const UnixMillis time = batch.get_or<Column::time>(row, 0);
  return std::max(time, batch.get_or<Column::time_received>(row, time));
}

}  // namespace

Result<std::unique_ptr<Backtest>> Backtest::of(const BacktestOptions& options, flow::StringPool& strings) {
  std::unique_ptr<Backtest> out(new Backtest());
  DetectConfig config = options.config;
  if (options.rule) {
    // The rule alone, and on everybody: what it would do is asked, not what is silenced today.
    config.rules = {*options.rule};
    config.groups.clear();
    config.thresholds = default_thresholds();
    for (Threshold& t : config.thresholds) t.value = 0;
    config.baseline.enabled = false;
    out->report_.threshold = options.rule->threshold.value;
  }
  config.quiet.clear();
  auto engine = Engine::of(config, options.network, strings);
  if (!engine) return std::unexpected(engine.error());
  out->engine_ = *std::move(engine);
  out->rule_ = options.rule;
  out->known_ = options.known;
  if (options.rule) out->engine_->observe([self = out.get()](const Engine::Look& look) { self->note(look); });
  return out;
}

Backtest::~Backtest() = default;

void Backtest::note(const Engine::Look& look) {
  if (look.window.measured.value <= 0) return;
  const std::string name = engine_->name_of_target(look.key);
  const UnixMillis at = look.window.end_s * kSecondMs;
  const bool in_attack = std::ranges::any_of(known_, [&](const AttackPtr& attack) {
    return attack->target.contains(look.key.address()) && at >= attack->began_ms &&
           at <= attack->ended_ms.value_or(attack->last_ms) + 10 * kSecondMs;
  });
  auto& peaks = in_attack ? attacked_ : ordinary_;
  const auto known = peaks.find(name);
  if (known == peaks.end() && peaks.size() >= kMostTargets) return;
  TargetPeak& peak = known == peaks.end() ? peaks[name] : known->second;
  if (look.window.measured.value <= peak.peak) return;
  peak = {.target = name, .peak = look.window.measured.value, .at_ms = at, .in_attack = in_attack};
}

void Backtest::pass_to(UnixMillis now) {
  std::vector<Change> changes;
  // Long stretches without flows need no steps, once all that was open has ended.
  constexpr UnixMillis kMostIdleMs = 10 * kMinuteMs;
  if (now_ms_ == 0 || now - now_ms_ > kMostIdleMs) {
    if (now_ms_ != 0) {
      for (UnixMillis at = now_ms_; at < now_ms_ + kMostIdleMs; at += kSecondMs) engine_->advance(at, changes);
    }
    now_ms_ = now - now % kStepMs;
    engine_->advance(now_ms_, changes);
  }
  while (now_ms_ + kStepMs <= now) {
    now_ms_ += kStepMs;
    engine_->advance(now_ms_, changes);
  }
  for (Change& change : changes) {
    if (change.kind == ChangeKind::ended) report_.attacks.push_back(std::move(change.attack));
  }
}

void Backtest::add(const flow::FlowBatch& batch) {
  // Cut where the time of arrival enters the next step, as live batches are.
  std::size_t first = 0;
  for (std::size_t row = 0; row < batch.size(); ++row) {
    const UnixMillis arrival = arrival_of(batch, row);
    if (report_.flows == 0) report_.from_ms = arrival;
    report_.to_ms = std::max(report_.to_ms, arrival);
    ++report_.flows;
    if (arrival < now_ms_ + kStepMs) continue;
    engine_->add(batch, first, row);
    first = row;
    pass_to(arrival);
  }
  engine_->add(batch, first, batch.size());
}

BacktestReport Backtest::finish() {
  std::vector<Change> changes;
  pass_to(now_ms_ + kStepMs);
  // What is still above goes on until it has been calm for long enough.
  for (int i = 0; i < 600 && !engine_->open_attacks().empty(); ++i) pass_to(now_ms_ + kSecondMs);
  engine_->finish(changes);
  for (Change& change : changes) report_.attacks.push_back(std::move(change.attack));
  std::ranges::sort(report_.attacks, {}, [](const AttackPtr& attack) { return attack->began_ms; });
  if (rule_) judge();
  return std::move(report_);
}

void Backtest::judge() {
  double ordinary = 0;
  for (const auto& [name, peak] : ordinary_) ordinary = std::max(ordinary, peak.peak);
  double attack = INFINITY;
  for (const auto& [name, peak] : attacked_) attack = std::min(attack, peak.peak);
  const std::string_view unit = kMeasureWords[static_cast<std::size_t>(rule_->threshold.measure)];
  if (!attacked_.empty() && attack > ordinary * 1.1) {
    report_.right_threshold = std::sqrt(std::max(ordinary, attack / 100) * attack);
    report_.right_because = fmt::format("ordinary traffic reached {} {}, the smallest known attack {}: in the middle",
                                        rate_text(ordinary), unit, rate_text(attack));
  } else if (ordinary > 0) {
    report_.right_threshold = ordinary * kRoom;
    report_.right_because =
        attacked_.empty() ? fmt::format("no attack is known in this time; ordinary traffic reached {} {}, and half as much "
                                        "again is room", rate_text(ordinary), unit)
                          : fmt::format("known attacks are no larger than ordinary traffic, which reached {} {}: this measure "
                                        "does not tell them apart", rate_text(ordinary), unit);
  }
  for (auto* peaks : {&ordinary_, &attacked_}) {
    for (auto& [name, peak] : *peaks) report_.peaks.push_back(std::move(peak));
  }
  std::ranges::sort(report_.peaks, std::greater{}, &TargetPeak::peak);
  if (report_.peaks.size() > kMostPeaks) report_.peaks.resize(kMostPeaks);
}

}  // namespace weir::detect
