#include "detect/rule_book.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "query/filter.h"

namespace weir::detect {
namespace {

constexpr std::size_t kMostSlices = 64;
constexpr std::size_t kMostRuleSets = 60'000;
constexpr std::size_t kMostGroups = 10'000;
constexpr std::uint32_t kScoreWindowS = 5;
constexpr UnixMillis kWeekMinutes = 7 * 1440;
// 1970-01-01 was a Thursday; weeks count from Monday.
constexpr UnixMillis kEpochMinuteOfWeek = 3 * 1440;

bool same_slot(const Threshold& a, const Threshold& b) {
  return a.traffic == b.traffic && a.measure == b.measure && a.way == b.way && a.level == b.level;
}

void merge(std::vector<GoverningThreshold>& into, const Threshold& threshold, const std::string& from) {
  const auto known = std::ranges::find_if(into, [&](const auto& t) { return same_slot(t.threshold, threshold); });
  if (known == into.end()) into.push_back({threshold, name_of(threshold), from});
}

void count_in(Scores& scores, const Threshold& threshold) {
  if (threshold.value <= 0) return;
  const auto at = static_cast<std::size_t>(threshold.traffic);
  const auto window = static_cast<double>(std::min(threshold.window_s, kScoreWindowS));
  const auto grow = [](float& place, double per) { place = std::max(place, static_cast<float>(per)); };
  scores.any = true;
  switch (threshold.measure) {
    case Measure::bits: return grow(scores.by_byte[at], 8 / (threshold.value * window));
    case Measure::packets: return grow(scores.by_packet[at], 1 / (threshold.value * window));
    case Measure::flows: return grow(scores.by_flow, 1 / (threshold.value * window));
    case Measure::distinct_sources:
    case Measure::distinct_destinations:
      scores.record_kinds |= bit_of(threshold.traffic);
      return grow(scores.by_record, static_cast<double>(threshold.window_s) / (threshold.value * window));
  }
}

void fill_scores(RuleSet& set) {
  for (const GoverningThreshold& t : set.thresholds) {
    count_in(set.scores[static_cast<std::size_t>(t.threshold.level)][static_cast<std::size_t>(t.threshold.way)],
             t.threshold);
  }
}

Result<void> check(const Threshold& t, const std::string& where) {
  if (t.window_s < 1 || t.window_s > 300) {
    return fail(ErrorCode::invalid, where + ": the window must be 1 to 300 seconds");
  }
  if (!std::isfinite(t.value) || t.value < 0) return fail(ErrorCode::invalid, where + ": the value must not be negative");
  return {};
}

}  // namespace

float Scores::of(const Record& record) const {
  const auto bytes = static_cast<float>(record.bytes);
  const auto packets = static_cast<float>(record.packets);
  float score = by_flow * static_cast<float>(record.flows);
  if ((record.kinds & record_kinds) != 0) score = std::max(score, by_record);
  for (unsigned kinds = record.kinds; kinds != 0; kinds &= kinds - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(kinds));
    score = std::max(score, std::max(by_byte[at] * bytes, by_packet[at] * packets));
  }
  return score;
}

Result<std::unique_ptr<RuleBook>> RuleBook::of(const DetectConfig& config, flow::StringPool& strings) {
  std::unique_ptr<RuleBook> book(new RuleBook(config));
  if (auto good = book->read(strings); !good) return std::unexpected(good.error());
  return book;
}

Result<void> RuleBook::read(flow::StringPool& strings) {
  if (config_.groups.size() > kMostGroups) return fail(ErrorCode::invalid, "detect.groups: more than 10000 groups");
  for (const Threshold& t : config_.thresholds) {
    if (auto good = check(t, "detect.thresholds, " + name_of(t)); !good) return good;
  }
  for (const GroupConfig& group : config_.groups) {
    for (const Threshold& t : group.thresholds) {
      if (auto good = check(t, "detect.groups, '" + group.name + "', " + name_of(t)); !good) return good;
    }
  }
  if (auto good = read_filters(strings); !good) return good;
  sets_.push_back(make(kNoGroup, kNoGroup));
  for (const Slice& slice : slices_) sets_.push_back(make_slice(slice.rule));
  numbers_[{kNoGroup, kNoGroup}] = 0;
  read_groups(strings);
  find_levels();
  return {};
}

Result<void> RuleBook::read_filters(flow::StringPool& strings) {
  const auto ready = [&](const std::string& text, const std::string& where) -> Result<query::Evaluator> {
    const auto parsed = query::parse_filter(text);
    if (!parsed) {
      const query::FilterError& error = parsed.error();
      return fail(ErrorCode::invalid, where + ": " + error.message + ", at character " +
                                          std::to_string(error.position + 1) + " of '" + text + "'");
    }
    return query::Evaluator::of(*parsed, strings);
  };
  if (config_.rules.size() > kMostSlices) return fail(ErrorCode::invalid, "detect.rules: more than 64 rules");
  for (const CustomRule& rule : config_.rules) {
    if (auto good = check(rule.threshold, "detect.rules, '" + rule.name + "'"); !good) return good;
    if (rule.threshold.value <= 0)
      return fail(ErrorCode::invalid, "detect.rules, '" + rule.name + "': a rule needs a value above 0");
    auto evaluator = ready(rule.filter, "detect.rules, filter of '" + rule.name + "'");
    if (!evaluator) return std::unexpected(evaluator.error());
    slices_.push_back({rule, *std::move(evaluator)});
    slices_.back().rule.threshold.traffic = Traffic::all;
  }
  if (config_.excluded_flows.empty()) return {};
  auto evaluator = ready(config_.excluded_flows, "detect.exclude.flows");
  if (!evaluator) return std::unexpected(evaluator.error());
  excluded_flows_ = *std::move(evaluator);
  return {};
}

void RuleBook::read_groups(flow::StringPool& strings) {
  for (std::size_t i = 0; i < config_.groups.size(); ++i) {
    for (const Prefix& prefix : config_.groups[i].prefixes) prefixes_.push_back({prefix, i, kNoGroup});
    for (const std::string& customer : config_.groups[i].customers) {
      customer_groups_.emplace(strings.intern(customer), static_cast<std::uint32_t>(i));
    }
  }
  // The shorter first, so that each finds the one around it already there.
  std::ranges::stable_sort(prefixes_, {}, [](const GroupPrefix& p) { return p.prefix.length; });
  for (std::size_t i = 0; i < prefixes_.size(); ++i) {
    const auto outer = trie_->longest(prefixes_[i].prefix.address, prefixes_[i].prefix.length);
    if (outer.value != PrefixTrie::kNone) prefixes_[i].outer = outer.value;
    trie_->insert(prefixes_[i].prefix, static_cast<std::uint32_t>(i));
  }
}

void RuleBook::find_levels() {
  const auto need = [&](const Threshold& t) {
    if (t.value <= 0) return;
    if (t.traffic == Traffic::attempts && t.way == Way::incoming) {
      scans_ = true;
    } else {
      levels_[static_cast<std::size_t>(t.way)] |= 1U << static_cast<unsigned>(t.level);
    }
  };
  for (const GoverningThreshold& t : sets_[0]->thresholds) need(t.threshold);
  for (const GroupConfig& group : config_.groups) {
    for (const Threshold& t : group.thresholds) need(t);
  }
}

std::unique_ptr<RuleSet> RuleBook::make(std::uint32_t group_prefix, std::uint32_t customer_group) const {
  auto set = std::make_unique<RuleSet>();
  std::optional<bool> baseline;
  const auto take = [&](const GroupConfig& group, const std::string& from) {
    for (const Threshold& t : group.thresholds) merge(set->thresholds, t, from);
    if (!baseline) baseline = group.baseline;
    set->groups.push_back(from);
  };
  for (std::uint32_t at = group_prefix; at != kNoGroup; at = prefixes_[at].outer) {
    const GroupConfig& group = config_.groups[prefixes_[at].group];
    take(group, "group " + group.name + " (" + to_string(prefixes_[at].prefix) + ")");
  }
  if (customer_group != kNoGroup) {
    const GroupConfig& group = config_.groups[customer_group];
    take(group, "group " + group.name + " (customer)");
  }
  for (const Threshold& t : config_.thresholds) merge(set->thresholds, t, "detect.thresholds");
  for (const Threshold& t : default_thresholds()) merge(set->thresholds, t, "defaults");
  set->groups.emplace_back("defaults");
  std::erase_if(set->thresholds, [](const GoverningThreshold& t) { return t.threshold.value <= 0; });
  set->baseline = config_.baseline.enabled && baseline.value_or(true);
  fill_scores(*set);
  if (!set->baseline) return set;
  // Measured in detail from there on, so that the usual is known.
  for (auto& by_way : set->scores) {
    Scores& scores = by_way[static_cast<std::size_t>(Way::incoming)];
    if (!scores.any) continue;
    count_in(scores, {.measure = Measure::bits, .value = config_.baseline.floor_bits});
    count_in(scores, {.measure = Measure::packets, .value = config_.baseline.floor_packets});
  }
  return set;
}

std::unique_ptr<RuleSet> RuleBook::make_slice(const CustomRule& rule) const {
  auto set = std::make_unique<RuleSet>();
  Threshold threshold = rule.threshold;
  threshold.traffic = Traffic::all;
  set->thresholds.push_back({threshold, rule.name, "rule " + rule.name});
  set->baseline = false;
  fill_scores(*set);
  return set;
}

std::uint16_t RuleBook::rule_set_of(const TargetKey& key, std::uint32_t customer) {
  if (key.slice != 0) return key.slice;
  if (config_.groups.empty()) return 0;
  std::uint32_t group_prefix = kNoGroup;
  if (key.level != Level::customer && key.level != Level::interface) {
    const auto match = trie_->longest(key.address(), key.length);
    if (match.value != PrefixTrie::kNone) group_prefix = match.value;
  }
  if (key.level == Level::customer) customer = static_cast<std::uint32_t>(key.lo);
  const auto known = customer_groups_.find(customer);
  const std::uint32_t customer_group = customer == 0 || known == customer_groups_.end() ? kNoGroup : known->second;
  const auto [at, fresh] = numbers_.try_emplace({group_prefix, customer_group}, std::uint16_t{0});
  if (!fresh || sets_.size() >= kMostRuleSets) return at->second;
  at->second = static_cast<std::uint16_t>(sets_.size());
  sets_.push_back(make(group_prefix, customer_group));
  return at->second;
}

std::vector<std::string> RuleBook::groups_of(const TargetKey& key, std::uint32_t customer) {
  return rule_set(rule_set_of(key, customer)).groups;
}

bool RuleBook::is_excluded(const Prefix& target) const {
  return std::ranges::any_of(config_.excluded, [&](const Prefix& p) {
    return p.length <= target.length && p.contains(target.address);
  });
}

std::string RuleBook::quiet(const Prefix& target, std::string_view customer, UnixMillis now) const {
  const UnixMillis minute = (now / kMinuteMs + kEpochMinuteOfWeek) % kWeekMinutes;
  for (const QuietTime& quiet : config_.quiet) {
    bool now_quiet = now >= quiet.from_ms && now < quiet.to_ms;
    if (quiet.weekly_from_minute) {
      const UnixMillis into = (minute - *quiet.weekly_from_minute + kWeekMinutes) % kWeekMinutes;
      now_quiet = into < quiet.weekly_minutes;
    }
    if (!now_quiet) continue;
    const bool everywhere = quiet.prefixes.empty() && quiet.customers.empty();
    const bool inside = std::ranges::any_of(quiet.prefixes, [&](const Prefix& p) {
      return p.length <= target.length && p.contains(target.address);
    });
    const bool theirs = !customer.empty() && std::ranges::find(quiet.customers, customer) != quiet.customers.end();
    if (everywhere || inside || theirs) return quiet.name.empty() ? "quiet time" : quiet.name;
  }
  return {};
}

}  // namespace weir::detect
