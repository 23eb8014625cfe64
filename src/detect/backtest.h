// A rule over flows of the past: what it would have raised, on whom, and which threshold would have been right. The same engine
// as live, with the time of the flows.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "detect/engine.h"

namespace weir::detect {

struct BacktestOptions {
  DetectConfig config;       ///< own networks, exclusions, late flows
  OwnNetwork network;
  /// The rule that is tried; nothing: all rules of `config`.
  std::optional<CustomRule> rule;
  /// Attacks that were known in this time: what they did is not held for ordinary traffic.
  std::vector<AttackPtr> known;
};

/// How much a target had at most.
struct TargetPeak {
  std::string target;
  double peak = 0;           ///< of the rule's measure, over its window
  UnixMillis at_ms = 0;
  bool in_attack = false;    ///< in the time of a known attack on it
};

struct BacktestReport {
  UnixMillis from_ms = 0;    ///< of the flows seen
  UnixMillis to_ms = 0;
  std::uint64_t flows = 0;
  std::vector<AttackPtr> attacks;
  std::vector<TargetPeak> peaks;  ///< the highest first, at most 100; of a single rule
  double threshold = 0;
  /// Just above the ordinary and, where attacks are known, below them; nothing where there is no peak to judge by.
  std::optional<double> right_threshold;
  std::string right_because;
};

/// Flows go in in the order of their times. One thread.
class Backtest {
 public:
  /// Errors: as Engine::of().
  [[nodiscard]] static Result<std::unique_ptr<Backtest>> of(const BacktestOptions& options, flow::StringPool& strings);
  ~Backtest();
  /// Rows in the order of `time_received` (or `time`), within and between batches: pages of the store.
  void add(const flow::FlowBatch& batch);
  [[nodiscard]] BacktestReport finish();

 private:
  static constexpr UnixMillis kStepMs = 250;
  Backtest() = default;
  void pass_to(UnixMillis now);
  void note(const Engine::Look& look);
  void judge();

  std::unique_ptr<Engine> engine_;
  std::optional<CustomRule> rule_;
  std::vector<AttackPtr> known_;
  UnixMillis now_ms_ = 0;
  std::map<std::string, TargetPeak> ordinary_;
  std::map<std::string, TargetPeak> attacked_;
  BacktestReport report_;
};

}  // namespace weir::detect
