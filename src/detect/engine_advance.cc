// Looking at who is near a threshold; attacks that begin, go on and end.
#include <algorithm>
#include <utility>

#include "detect/classify.h"
#include "detect/engine.h"

namespace weir::detect {
namespace {

/// Who used up less than this in the last seconds is not above anything.
constexpr float kLookScore = 0.3F;
/// Evidence of a target that is busy but not attacked begins anew, so that it is not full of yesterday's traffic.
constexpr std::uint32_t kEvidenceAgeS = 10;
constexpr std::size_t kMostOpen = 1000;
constexpr double kCovered = 0.5;
constexpr double kOneAddress = 0.6;
constexpr UnixMillis kTellEveryMs = kSecondMs;
constexpr std::size_t kManyOpen = 32;  // then each is told of more rarely
constexpr std::uint32_t kLevelsOfScore = 5;
constexpr std::int64_t kCompleteAfterS = 65;  // what a second held is known when flows of a minute have come

bool is_distinct(Measure measure) {
  return measure == Measure::distinct_sources || measure == Measure::distinct_destinations;
}

}  // namespace

void Engine::advance(UnixMillis now, std::vector<Change>& out) {
  if (now < now_ms_) return;
  const bool first = now_ms_ == 0;
  now_ms_ = now;
  const auto second = static_cast<std::uint32_t>(now / kSecondMs);
  const bool new_second = second != now_s_;
  now_s_ = second;
  if (first) {
    minute_ = now / kMinuteMs;
    for (Open& open : open_) open.resumed_ms = now;
  }
  look_at_details(out);
  std::erase_if(open_, [&](Open& open) {
    if (follow(open, out)) return false;
    end(open, out);
    return true;
  });
  if (new_second) sweep_details();
  if (now / kMinuteMs != minute_) {
    minute_ = now / kMinuteMs;
    learn_minute();
  }
}

void Engine::finish(std::vector<Change>& out) {
  for (Open& open : open_) end(open, out);
  open_.clear();
}

void Engine::look_at_details(std::vector<Change>& out) {
  std::vector<Candidate> candidates;
  for (std::uint16_t i = 1; i < details_.size(); ++i) {
    Detail* detail = details_[i].get();
    if (detail == nullptr || !detail->touched) continue;
    detail->touched = false;
    const std::int64_t touched_s = std::exchange(detail->touched_s, INT64_MAX);
    const float score = detail->score_at(now_s_);
    if (score < kLookScore && detail->attack == 0) continue;
    std::optional<Candidate> candidate = look(*detail, touched_s);
    // What may still raise an alarm is judged by the evidence of then.
    const bool calm = std::int64_t{now_s_} - detail->over_s > book_->config().late_ms / kSecondMs + kEvidenceAgeS;
    if (detail->attack == 0 && detail->evidence != 0 && !candidate && calm &&
        now_s_ - evidences_[detail->evidence]->since_s() > kEvidenceAgeS) {
      evidences_[detail->evidence]->clear(now_s_);
    }
    if (candidate && detail->attack == 0) {
      candidate->detail = i;
      candidates.push_back(*std::move(candidate));
    }
  }
  // Addresses first: what they explain is no attack on their prefix.
  std::ranges::stable_sort(candidates, [this](const Candidate& a, const Candidate& b) {
    const Level level_a = details_[a.detail]->key.level;
    const Level level_b = details_[b.detail]->key.level;
    return level_a != level_b ? level_a < level_b : a.ratio > b.ratio;
  });
  for (Candidate& candidate : candidates) open(std::move(candidate), out);
}

std::optional<Engine::Candidate> Engine::look(Detail& detail, std::int64_t touched_s) {
  std::optional<Candidate> best;
  const RuleSet& rules = book_->rule_set(detail.rule_set);
  for (const GoverningThreshold& rule : rules.thresholds) {
    const Threshold& t = rule.threshold;
    if (t.level != detail.key.level || t.way != detail.way) continue;
    if ((t.traffic == Traffic::attempts && t.way == Way::incoming) != detail.is_scanner) continue;
    look_at(detail, rule, touched_s, best);
  }
  if (!rules.baseline || detail.way != Way::incoming || detail.is_scanner) return best;
  refresh_usual(detail);
  const auto unusual = [&](Measure measure, double value) {
    if (value <= 0) return;
    const Threshold t{.traffic = Traffic::all, .measure = measure, .way = Way::incoming, .level = detail.key.level, .value = value};
    look_at(detail, {t, "unusual " + name_of(t), "baseline", true}, touched_s, best);
  };
  unusual(Measure::bits, detail.unusual_bits);
  unusual(Measure::packets, detail.unusual_packets);
  return best;
}

void Engine::look_at(Detail& detail, const GoverningThreshold& rule, std::int64_t touched_s,
                     std::optional<Candidate>& best) {
  const Threshold& t = rule.threshold;
  // Windows without anything new were looked at before; those of an attack that has ended were told of.
  const std::int64_t oldest = std::max({std::int64_t{now_s_} - book_->config().late_ms / kSecondMs, touched_s,
                                        detail.told_s + std::int64_t{t.window_s}});
  const Window window = detail.largest(t, oldest, std::int64_t{now_s_} + 1);
  if (observer_) {
    observer_({.key = detail.key, .way = detail.way, .rule = rule.name, .threshold = t, .window = window});
  }
  if (window.measured.low <= t.value) return;
  detail.over_s = std::max(detail.over_s, std::min(window.last_over_s, std::int64_t{now_s_}));
  // A rule of the operator's goes before a baseline, which is a guess.
  const double ratio = window.measured.low / t.value * (rule.is_baseline ? 0.5 : 1);
  if (!best || ratio > best->ratio) best = Candidate{.detail = 0, .rule = rule, .window = window, .ratio = ratio};
}

void Engine::refresh_usual(Detail& detail) {
  if (detail.usual_checked_s != 0 && now_s_ - detail.usual_checked_s < 60) return;
  detail.usual_checked_s = now_s_;
  detail.unusual_bits = detail.unusual_packets = 0;
  const BaselineConfig& config = book_->config().baseline;
  const auto usual = baselines_.usual(detail.key, detail.way, now_ms_);
  if (!usual || usual->confidence < config.confidence) return;
  detail.unusual_bits = std::max(config.floor_bits, config.factor * usual->bits + 3 * usual->bits_spread);
  detail.unusual_packets = std::max(config.floor_packets, config.factor * usual->packets + 3 * usual->packets_spread);
}

bool Engine::is_silenced(const Detail& detail, const Prefix& target) const {
  return (target.length > 0 && book_->is_excluded(target)) ||
         !book_->quiet(target, strings_.text(detail.customer), now_ms_).empty();
}

/// How much of the candidate's window is of attacks within it that are told of by themselves.
double Engine::explained(const Detail& detail, const Candidate& candidate) const {
  const Threshold& threshold = candidate.rule.threshold;
  const Prefix whole{detail.key.address(), detail.key.length};
  const auto lies_within = [&](const Detail& inner) {
    if (inner.way != detail.way || inner.is_scanner || inner.key.slice != 0 || inner.key.level >= detail.key.level) return false;
    if (detail.key.level == Level::customer) return inner.customer == static_cast<std::uint32_t>(detail.key.lo);
    return inner.key.length > whole.length && whole.contains(inner.key.address());
  };
  std::vector<const Detail*> inner;
  for (const Open& open : open_) {
    if (open.detail != 0 && lies_within(*details_[open.detail])) inner.push_back(details_[open.detail].get());
  }
  double out = 0;
  const std::int64_t end = candidate.window.end_s;
  for (const Detail* one : inner) {
    const bool counted = std::ranges::any_of(inner, [&](const Detail* other) {
      return other->key.length < one->key.length && Prefix{other->key.address(), other->key.length}.contains(one->key.address());
    });
    if (counted) continue;
    const Rates rates = one->average(threshold.traffic, end - std::int64_t{threshold.window_s} + 1, end);
    out += threshold.measure == Measure::bits      ? rates.bits_per_second
           : threshold.measure == Measure::packets ? rates.packets_per_second
                                                   : rates.flows_per_second;
  }
  return out;
}

bool Engine::is_covered(const Detail& detail, const Candidate& candidate) const {
  if (detail.key.level == Level::address || detail.key.slice != 0) return false;
  const Measured& measured = candidate.window.measured;
  const Threshold& threshold = candidate.rule.threshold;
  if (!is_distinct(threshold.measure) && detail.key.level != Level::interface) {
    const double told = explained(detail, candidate);
    // What is left is as sure as the whole.
    if ((measured.value - told) * measured.low <= threshold.value * measured.value) return true;
    if (told > 0) return false;
  }
  if (detail.evidence == 0) return false;
  const EvidenceCollector& evidence = *evidences_[detail.evidence];
  if (candidate.rule.from == "defaults" && heaviest_target(evidence, detail.way) > kOneAddress) return true;
  if (detail.key.level != Level::interface) return false;
  const auto& top = evidence.top(detail.way == Way::incoming ? EvidenceCollector::dst_addr : EvidenceCollector::src_addr);
  std::uint64_t whole = 0;
  std::uint64_t known = 0;
  for (const TopValues::Entry& entry : top.entries()) {
    whole += entry.packets;
    const IpAddress address{entry.hi, entry.lo};
    const bool attacked = std::ranges::any_of(open_, [&](const Open& open) {
      return open.attack.way == detail.way && open.attack.subject.empty() && open.attack.target.contains(address);
    });
    if (attacked) known += entry.packets;
  }
  return static_cast<double>(known) >= kCovered * static_cast<double>(whole);
}

void Engine::open(Candidate&& candidate, std::vector<Change>& out) {
  Detail& detail = *details_[candidate.detail];
  const Prefix target = prefix_of(detail);
  if (is_silenced(detail, target) || is_covered(detail, candidate)) return;
  const Threshold& threshold = candidate.rule.threshold;
  Open fresh;
  Attack& attack = fresh.attack;
  attack.way = detail.way;
  attack.target = target;
  if (detail.key.level == Level::customer || detail.key.level == Level::interface) attack.subject = name_of_target(detail.key);
  attack.customer = std::string(strings_.text(detail.customer));
  attack.rule = candidate.rule.name;
  if (take_over(candidate, attack, out)) return;
  if (open_.size() >= kMostOpen) {
    ++not_opened_;
    return;
  }
  attack.id = next_id_++;
  attack.measure = threshold.measure;
  attack.threshold = threshold.value;
  attack.threshold_from = candidate.rule.from;
  attack.found_ms = now_ms_;
  fresh.threshold = threshold;
  fresh.detail = candidate.detail;
  detail.attack = attack.id;
  ++attacks_;
  // Back from the largest window to where it rose.
  std::int64_t begin = candidate.window.end_s;
  const std::int64_t oldest = detail.newest_s - Detail::kSeconds + 1;
  const auto busy = [&](std::int64_t s) {
    const Rates rates = detail.average(threshold.traffic, s, s);
    const double value = threshold.measure == Measure::bits      ? rates.bits_per_second
                         : threshold.measure == Measure::packets ? rates.packets_per_second
                                                                 : rates.flows_per_second;
    return is_distinct(threshold.measure) ? value > 0 : value > 0.3 * threshold.value;
  };
  if (is_distinct(threshold.measure)) begin = std::min(begin, std::int64_t{now_s_});
  while (begin > oldest && (busy(begin - 1) || busy(begin - 2))) --begin;
  while (begin < candidate.window.end_s && !busy(begin)) ++begin;
  attack.began_ms = std::min(begin * kSecondMs, now_ms_);
  fresh.curve_s = begin;
  for (std::int64_t s = begin; s <= detail.newest_s; ++s) {
    const Rates rates = detail.average(Traffic::all, s, s);
    attack.bytes += static_cast<std::uint64_t>(rates.bits_per_second / 8);
    attack.packets += static_cast<std::uint64_t>(rates.packets_per_second);
    attack.flows += static_cast<std::uint64_t>(rates.flows_per_second + 0.5);
  }
  attack.last_ms = std::min(now_ms_, detail.over_s * kSecondMs + kSecondMs - 1);
  const auto span = std::int64_t{std::min(threshold.window_s, kLevelsOfScore)};
  attack.now = attack.peak =
      detail.average(threshold.traffic, candidate.window.end_s - span + 1, candidate.window.end_s);
  attack.value = candidate.window.measured.value;
  attack.value_low = candidate.window.measured.low;
  attack.value_high = candidate.window.measured.high;
  open_.push_back(std::move(fresh));
  describe(open_.back());
  tell(open_.back(), ChangeKind::opened, out);
}

/// An attack from before a restart that is seen again.
bool Engine::take_over(const Candidate& candidate, const Attack& found, std::vector<Change>& out) {
  const auto known = std::ranges::find_if(open_, [&](const Open& open) {
    return open.detail == 0 && open.attack.way == found.way && open.attack.target == found.target &&
           open.attack.subject == found.subject;
  });
  if (known == open_.end()) return false;
  known->detail = candidate.detail;
  known->threshold = candidate.rule.threshold;
  known->curve_s = now_s_;
  known->curve_final = known->attack.evidence.curve.size();
  details_[candidate.detail]->attack = known->attack.id;
  describe(*known);
  tell(*known, ChangeKind::updated, out);
  return true;
}

bool Engine::follow(Open& open, std::vector<Change>& out) {
  const DetectConfig& config = book_->config();
  Attack& attack = open.attack;
  if (open.detail == 0) return now_ms_ - open.resumed_ms <= config.hold_ms;
  Detail& detail = *details_[open.detail];
  detail.advance(std::int64_t{now_s_} + 1);
  const std::int64_t now_s = now_s_;
  Threshold released = open.threshold;
  released.value *= config.release;
  const Window window = detail.largest(released, now_s - 6, now_s + 1);
  const std::int64_t over = std::max(detail.over_s, std::min(window.last_over_s, now_s));
  attack.last_ms = std::max(attack.last_ms, std::min(now_ms_, over * kSecondMs + kSecondMs - 1));
  attack.value = window.measured.value;
  attack.value_low = window.measured.low;
  attack.value_high = window.measured.high;
  const auto span = static_cast<std::int64_t>(std::min(open.threshold.window_s, kLevelsOfScore));
  const std::int64_t last = window.end_s == 0 ? now_s : window.end_s;
  attack.now = detail.average(open.threshold.traffic, last - span + 1, last);
  attack.peak.bits_per_second = std::max(attack.peak.bits_per_second, attack.now.bits_per_second);
  attack.peak.packets_per_second = std::max(attack.peak.packets_per_second, attack.now.packets_per_second);
  attack.peak.flows_per_second = std::max(attack.peak.flows_per_second, attack.now.flows_per_second);
  if (now_ms_ - attack.last_ms > config.hold_ms) return false;
  const UnixMillis every = open_.size() > kManyOpen ? 5 * kTellEveryMs : kTellEveryMs;
  if (now_ms_ - open.told_ms >= every) {
    describe(open);
    tell(open, ChangeKind::updated, out);
  }
  return true;
}

void Engine::end(Open& open, std::vector<Change>& out) {
  if (open.detail != 0) {
    describe(open);
    Detail& detail = *details_[open.detail];
    detail.attack = 0;
    detail.told_s = open.attack.last_ms / kSecondMs;
    free_evidence(detail);
  }
  open.attack.now = {};
  open.attack.value = open.attack.value_low = open.attack.value_high = 0;
  open.attack.ended_ms = std::max(open.attack.last_ms, open.attack.began_ms);
  tell(open, ChangeKind::ended, out);
}

void Engine::learn_minute() {
  const std::int64_t until = std::int64_t{now_s_} - kCompleteAfterS;
  for (const auto& detail : details_) {
    if (detail == nullptr || detail->attack != 0 || detail->is_scanner || detail->key.slice != 0) continue;
    if (detail->key.level == Level::interface || detail->way != Way::incoming) continue;
    if (!book_->rule_set(detail->rule_set).baseline || now_s_ - detail->made_s < 120) continue;
    detail->advance(std::int64_t{now_s_} + 1);
    const auto most = [&](Measure measure) {
      const Threshold t{.traffic = Traffic::all, .measure = measure, .level = detail->key.level};
      return detail->largest(t, until - 60, until).measured.value;
    };
    baselines_.add(detail->key, detail->way, until * kSecondMs, most(Measure::bits), most(Measure::packets));
  }
}

}  // namespace weir::detect
