// The configuration made ready: which thresholds govern a target, and from where it has them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/prefix_trie.h"
#include "detect/detect_config.h"
#include "detect/record.h"
#include "detect/target_table.h"
#include "flow/string_pool.h"
#include "query/evaluate.h"

namespace weir::detect {

struct GoverningThreshold {
  Threshold threshold;
  std::string name;
  std::string from;  ///< "defaults", "group hosting", "rule ssh"
  bool is_baseline = false;  ///< counts for the score alone: what is unusual is found by Baselines
};

/// How much of its thresholds a record uses up, for one level and way: see Target::score.
struct Scores {
  bool any = false;
  std::array<float, kTrafficCount> by_byte{};
  std::array<float, kTrafficCount> by_packet{};
  float by_flow = 0;
  float by_record = 0;  ///< for distinct peers; of `attempts` only where such a rule says so
  std::uint16_t record_kinds = 0;

  [[nodiscard]] float of(const Record& record) const;
};

/// All that governs one kind of target.
struct RuleSet {
  std::vector<GoverningThreshold> thresholds;
  std::array<std::array<Scores, 2>, kLevelCount> scores{};  ///< by Level and Way
  std::vector<std::string> groups;                          ///< the most specific first
  bool baseline = true;
};

/// Immutable but for rule sets that are put together when they are first met. One thread.
class RuleBook {
 public:
  /// Errors: invalid; a filter's with its place.
  [[nodiscard]] static Result<std::unique_ptr<RuleBook>> of(const DetectConfig& config, flow::StringPool& strings);

  /// The number of the rule set of a target; `customer` is the number of its text.
  [[nodiscard]] std::uint16_t rule_set_of(const TargetKey& key, std::uint32_t customer);
  [[nodiscard]] const RuleSet& rule_set(std::uint16_t number) const { return *sets_[number]; }

  /// Levels that any threshold or baseline needs, as bits, for all flows (slice 0) and a way.
  [[nodiscard]] unsigned levels(Way way) const { return levels_[static_cast<std::size_t>(way)]; }
  [[nodiscard]] bool scans() const { return scans_; }

  struct Slice {
    CustomRule rule;
    query::Evaluator evaluator;
  };
  [[nodiscard]] std::vector<Slice>& slices() { return slices_; }
  [[nodiscard]] query::Evaluator* excluded_flows() { return excluded_flows_ ? &*excluded_flows_ : nullptr; }
  [[nodiscard]] bool is_excluded(const Prefix& target) const;
  /// The name of the quiet time that covers the target now; "" none.
  [[nodiscard]] std::string quiet(const Prefix& target, std::string_view customer, UnixMillis now) const;
  [[nodiscard]] const DetectConfig& config() const { return config_; }
  [[nodiscard]] std::vector<std::string> groups_of(const TargetKey& key, std::uint32_t customer);

 private:
  static constexpr std::uint32_t kNoGroup = 0xffff'ffff;
  /// A prefix of a group, and the next shorter one that holds it.
  struct GroupPrefix {
    Prefix prefix;
    std::size_t group = 0;
    std::uint32_t outer = kNoGroup;
  };
  explicit RuleBook(const DetectConfig& config) : config_(config) {}
  Result<void> read(flow::StringPool& strings);
  Result<void> read_filters(flow::StringPool& strings);
  void read_groups(flow::StringPool& strings);
  void find_levels();
  [[nodiscard]] std::unique_ptr<RuleSet> make(std::uint32_t group_prefix, std::uint32_t customer_group) const;
  [[nodiscard]] std::unique_ptr<RuleSet> make_slice(const CustomRule& rule) const;

  DetectConfig config_;
  std::unique_ptr<Epochs> epochs_ = std::make_unique<Epochs>();
  std::unique_ptr<PrefixTrie> trie_ = std::make_unique<PrefixTrie>(*epochs_);  // -> index into prefixes_
  std::vector<GroupPrefix> prefixes_;
  std::map<std::uint32_t, std::uint32_t> customer_groups_;  // number of the customer's text -> group
  std::vector<Slice> slices_;
  std::optional<query::Evaluator> excluded_flows_;
  std::vector<std::unique_ptr<RuleSet>> sets_;  // the first: defaults; then one for each slice; then as met
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint16_t> numbers_;
  std::array<unsigned, 2> levels_{};
  bool scans_ = false;
};

}  // namespace weir::detect
