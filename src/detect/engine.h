// The engine of detection: flows in, attacks out. No clock, no thread, no file: the same engine runs live, over stored flows
// (backtest.h) and in tests.
//
// A flow counts for its own life, spread evenly over it (flow/spread.h), in each target that it touches: the address, its /24
// or /64 and /48, the routed prefix, the customer, the interface. Targets far from every threshold cost one small record
// (target_table.h); those that come near are measured by the second (detail.h); those nearer still are looked at in full
// (evidence.h).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "detect/baselines.h"
#include "detect/detail.h"
#include "detect/detector.h"
#include "detect/evidence.h"
#include "detect/networks.h"
#include "detect/rule_book.h"
#include "detect/target_table.h"
#include "flow/batch.h"
#include "flow/string_pool.h"

namespace weir::detect {

/// One thread at a time.
class Engine {
 public:
  /// `strings` outlives it: the pool that the batches refer to. Errors: as replace().
  [[nodiscard]] static Result<std::unique_ptr<Engine>> of(const DetectConfig& config, const OwnNetwork& network,
                                                          flow::StringPool& strings,
                                                          std::span<const CustomerPrefix> customers = {});
  /// Other rules from now on. Errors: invalid, with the place; then nothing has changed. Memory stays as it was at the start.
  Result<void> replace(const DetectConfig& config, const OwnNetwork& network,
                       std::span<const CustomerPrefix> customers = {});

  /// The number that the next attack gets.
  void count_from(std::uint64_t id) { next_id_ = id; }
  [[nodiscard]] std::uint64_t next_id() const { return next_id_; }
  /// An attack that was open when the process ended: it goes on when its target is above again, or ends.
  void take_up(const Attack& attack);

  /// Counts all rows. Call advance() first.
  void add(const flow::FlowBatch& batch) { add(batch, 0, batch.size()); }
  /// Rows from `first` to before `end`.
  void add(const flow::FlowBatch& batch, std::size_t first, std::size_t end);
  /// Lets time pass up to `now` and tells what changed. Call it a few times a second. Time that goes back is ignored.
  void advance(UnixMillis now, std::vector<Change>& out);
  /// Ends all open attacks, for a backtest at its end.
  void finish(std::vector<Change>& out);

  [[nodiscard]] std::vector<AttackPtr> open_attacks() const;
  [[nodiscard]] Explanation explain(IpAddress address);
  [[nodiscard]] std::vector<RuleInfo> rules() const;
  [[nodiscard]] const DetectConfig& config() const { return book_->config(); }
  [[nodiscard]] DetectStatus status() const;
  [[nodiscard]] Baselines& baselines() { return baselines_; }

  /// Told of every look at a target in detail, for backtests. `value` is the largest window that ended since the last look.
  struct Look {
    TargetKey key;
    Way way;
    std::string_view rule;
    const Threshold& threshold;
    const Window& window;
  };
  void observe(std::function<void(const Look&)> observer) { observer_ = std::move(observer); }
  /// "192.0.2.1", "192.0.2.0/24", "customer ACME", "interface 192.0.2.1 7".
  [[nodiscard]] std::string name_of_target(const TargetKey& key) const;

 private:
  struct Sizes {
    std::size_t targets_octets = 0;
    std::size_t details = 0;
    std::size_t evidences = 0;
  };
  /// An attack under way and what is kept to tell of it.
  struct Open {
    Attack attack;
    std::uint16_t detail = 0;  ///< 0: taken up from before, not seen again yet
    Threshold threshold;
    UnixMillis told_ms = 0;    ///< when it was last told of
    UnixMillis described_ms = 0;
    std::int64_t curve_s = 0;     ///< the first second that is not final in the curve
    std::size_t curve_final = 0;  ///< points that are
    AttackPtr shown;
    UnixMillis resumed_ms = 0;
  };
  /// A place in a table that a record counts for.
  struct Touch {
    TargetKey key;
    std::uint64_t hash = 0;
    Way way = Way::incoming;
    bool scanner = false;  ///< in the table of addresses outside
    std::uint32_t customer = 0;
  };

  Engine(flow::StringPool& strings, const DetectConfig& config);
  [[nodiscard]] static Sizes sizes_of(std::uint64_t memory);

  // engine_add.cc: the way of a record into the tables.
  void add_record(const flow::FlowBatch& batch, std::size_t row, const Record& record);
  void touch_way(const Record& record, Way way, std::uint8_t slice, unsigned levels);
  void touch_slices(const flow::FlowBatch& batch, std::size_t row, const Record& record, const Networks::Ways& ways);
  void touch(const Record& record, const TargetKey& key, Way way, std::uint32_t customer, bool scanner);
  void count_in_detail(const Record& record, std::uint16_t index, Way way, float score);
  [[nodiscard]] std::uint32_t interface_number(IpAddress exporter, std::uint32_t interface);
  /// Of a target without a flow that tells: the number of the name of the customer whose prefix holds it; 0 none.
  [[nodiscard]] std::uint32_t customer_of(const TargetKey& key) const;
  [[nodiscard]] TargetKey key_of(IpAddress address, Level level, std::uint8_t routed, std::uint8_t slice) const;

  // engine_pools.cc: who is measured in detail.
  [[nodiscard]] std::uint16_t take_detail(const Target& target, Way way, std::uint32_t customer, bool scanner);
  void free_detail(std::uint16_t index);
  [[nodiscard]] std::uint16_t lighter_detail(float score);
  void take_evidence(Detail& detail);
  void free_evidence(Detail& detail);
  [[nodiscard]] TargetTable& table_of(const Detail& detail) { return detail.is_scanner ? scanners_ : targets_; }
  void sweep_details();

  // engine_advance.cc: looking, opening, following, ending.
  struct Candidate {
    std::uint16_t detail = 0;
    GoverningThreshold rule;
    Window window;
    double ratio = 0;
  };
  void look_at_details(std::vector<Change>& out);
  /// The threshold that is passed by the largest factor; nothing: none is.
  [[nodiscard]] std::optional<Candidate> look(Detail& detail, std::int64_t touched_s);
  void look_at(Detail& detail, const GoverningThreshold& rule, std::int64_t touched_s, std::optional<Candidate>& best);
  void refresh_usual(Detail& detail);
  void open(Candidate&& candidate, std::vector<Change>& out);
  [[nodiscard]] bool take_over(const Candidate& candidate, const Attack& found, std::vector<Change>& out);
  [[nodiscard]] double explained(const Detail& detail, const Candidate& candidate) const;
  [[nodiscard]] bool is_covered(const Detail& detail, const Candidate& candidate) const;
  [[nodiscard]] bool is_silenced(const Detail& detail, const Prefix& target) const;
  /// False: it is over.
  [[nodiscard]] bool follow(Open& open, std::vector<Change>& out);
  void end(Open& open, std::vector<Change>& out);
  void learn_minute();

  // engine_describe.cc: what is told of an attack.
  void describe(Open& open);
  void extend_curve(Open& open, const Detail& detail);
  void tell(Open& open, ChangeKind kind, std::vector<Change>& out);
  void explain_target(const TargetKey& key, std::uint32_t customer, Explanation& out);
  [[nodiscard]] Prefix prefix_of(const Detail& detail) const;
  [[nodiscard]] Prefix scanned_prefix(const Detail& detail) const;

  flow::StringPool& strings_;
  Sizes sizes_;
  std::unique_ptr<RuleBook> book_;
  std::unique_ptr<Networks> networks_;
  TargetTable targets_;
  TargetTable scanners_;
  std::vector<std::unique_ptr<Detail>> details_;  // the first is none
  std::vector<std::uint16_t> free_details_;
  std::vector<std::uint16_t> lightest_;           // heaviest first, to be taken from the back
  std::vector<std::unique_ptr<EvidenceCollector>> evidences_;
  std::vector<std::uint16_t> evidence_owner_;
  std::vector<std::uint16_t> free_evidences_;
  std::vector<Open> open_;
  Baselines baselines_;
  std::map<std::pair<IpAddress, std::uint32_t>, std::uint32_t> interface_numbers_;
  std::vector<std::pair<IpAddress, std::uint32_t>> interfaces_;
  std::function<void(const Look&)> observer_;

  UnixMillis now_ms_ = 0;
  std::uint32_t now_s_ = 0;
  std::int64_t minute_ = 0;
  std::uint32_t swept_s_ = 0;
  std::uint64_t next_id_ = 1;
  std::uint64_t changes_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t too_old_ = 0;
  std::uint64_t attacks_ = 0;
  std::uint64_t not_opened_ = 0;
  Spread spread_;  // of the record that is being counted
};

}  // namespace weir::detect
