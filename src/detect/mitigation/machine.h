// The state machine of mitigation. Pure: times, attacks, decisions and outcomes are handed in; what is to be done comes out
// as values. It announces nothing itself: live_mitigator.h saves its state first and then does what it says.
//
//   proposed --approve--> active --attack gone--> probing --not seen--> withdrawn
//      |  |               |   ^                      |
//      |  +-> rejected    |   +------seen again------+
//      +-> expired        +-> expired (time to live), withdrawn (a person), failed
//   rehearsed is active in dry run. refused: a guard forbade it.
#pragma once

#include <map>
#include <set>
#include <string_view>

#include "detect/attack.h"
#include "detect/mitigation/machine_state.h"
#include "detect/mitigation/mitigator.h"
#include "detect/mitigation/plan.h"

namespace weir::detect {

/// A question about stored flows.
struct Measuring {
  enum class What : std::uint8_t { radius, effect };
  What what = What::radius;
  std::uint64_t mitigation = 0;
  std::string scope_filter{};   ///< what the routes touch
  std::string attack_filter{};  ///< the attack's own; "" where it is not known
  std::string target_filter{};  ///< all to the target
  bool has_attack = false;
  UnixMillis started_ms = 0;  ///< of the mitigation; effects compare before and after
  UnixMillis now_ms = 0;
};

/// What is to be done, in this order, once the state is saved.
struct Effects {
  bool changed = false;  ///< the state differs from what was saved
  std::vector<AuditEntry> audit{};  ///< without number and hash
  std::vector<StandingRoute> withdraw{};
  std::vector<StandingRoute> announce{};
  std::vector<Measuring> measure{};
};

class MitigationMachine {
 public:
  static constexpr std::size_t kMostClosed = 300;
  static constexpr std::size_t kMostDeliveries = 1000;
  /// An attack of which nothing was heard for so long is over: its end may have been lost.
  static constexpr UnixMillis kSilentAttackMs = 2 * kMinuteMs;
  /// How long a filter waits for the attack's signature before it gives up.
  static constexpr UnixMillis kSignatureMs = 15 * kSecondMs;
  static constexpr UnixMillis kEffectAfterMs = 75 * kSecondMs;
  static constexpr UnixMillis kFirstRetryMs = kSecondMs;
  static constexpr UnixMillis kMostRetryMs = 10 * kMinuteMs;

  MitigationMachine(MitigationConfig config, OriginOf origin_of);

  /// Goes on from a saved state: what is expired or no longer allowed is withdrawn, what stands is announced anew, because
  /// nothing is known to be announced by this process yet.
  void resume(MachineState state, UnixMillis now);
  void configure(MitigationConfig config, UnixMillis now);
  [[nodiscard]] const MitigationConfig& config() const { return config_; }
  [[nodiscard]] const MachineState& state() const { return state_; }

  /// An attack opened, changed or ended (then it says when).
  void on_attack(const Attack& attack, UnixMillis now);
  void tick(UnixMillis now);

  Result<Mitigation> propose(const MitigationRequest& request, std::string_view who, UnixMillis now);
  [[nodiscard]] Result<Mitigation> rehearse(const MitigationRequest& request, UnixMillis now) const;
  Result<Mitigation> approve(std::uint64_t id, std::string_view who, std::string_view why, UnixMillis now);
  Result<Mitigation> reject(std::uint64_t id, std::string_view who, std::string_view why, UnixMillis now);
  Result<Mitigation> withdraw(std::uint64_t id, std::string_view who, std::string_view why, UnixMillis now);

  void on_radius(std::uint64_t id, BlastRadius radius, UnixMillis now);
  void on_effect(std::uint64_t id, Effect effect, UnixMillis now);
  void on_announced(const StandingRoute& route, const Result<void>& outcome, UnixMillis now);
  void on_withdrawn(const StandingRoute& route, const Result<void>& outcome, UnixMillis now);

  /// At most `most` deliveries that are due, each once until its outcome is told; of one channel one after the other.
  [[nodiscard]] std::vector<Delivery> due(UnixMillis now, std::size_t most);
  void on_delivered(std::uint64_t delivery, const Result<void>& outcome, UnixMillis now);

  /// What has come up since the last call.
  [[nodiscard]] Effects take_effects();
  [[nodiscard]] const MitigationRecord* find(std::uint64_t id) const;

 private:
  /// An attack as far as policies need it.
  struct Known {
    Attack attack;  ///< without its evidence
    UnixMillis first_ms = 0;
    UnixMillis heard_ms = 0;
    bool over = false;
    std::size_t steps_done = 0;
  };
  struct Step {
    UnixMillis after_ms = 0;
    PolicyMode mode = PolicyMode::notify;
    std::string action;
  };

  // machine.cc: decisions
  [[nodiscard]] MitigationRecord* find_mine(std::uint64_t id);
  [[nodiscard]] Result<MitigationRecord> drafted(const MitigationRequest& request, UnixMillis now) const;
  [[nodiscard]] Result<MitigationRecord*> decidable(std::uint64_t id, std::string_view verb,
                                                    std::initializer_list<MitigationState> states);
  [[nodiscard]] std::vector<Refusal> refusals_of(const Mitigation& mitigation, UnixMillis now) const;
  MitigationRecord& add(MitigationRecord record, UnixMillis now);
  void start(MitigationRecord& record, std::string_view who, UnixMillis now);
  void refuse(MitigationRecord& record, std::vector<Refusal> refusals, UnixMillis now);
  void end(MitigationRecord& record, MitigationState state, std::string_view who, std::string why, UnixMillis now);
  [[nodiscard]] bool is_dry(const MitigationRecord& record) const;

  // machine_attacks.cc: policies
  [[nodiscard]] const PolicyConfig* policy_of(const Attack& attack) const;
  [[nodiscard]] static std::vector<Step> steps_of(const PolicyConfig& policy);
  void run_policy(Known& known, UnixMillis now);
  [[nodiscard]] bool take_step(Known& known, const PolicyConfig& policy, const Step& step, std::size_t number,
                               UnixMillis now);
  void attach(const Attack& attack, UnixMillis now);
  void tell_of_attack(const Known& known, bool over, UnixMillis now);
  [[nodiscard]] bool is_running(std::uint64_t attack) const;

  // machine_time.cc: what time brings
  void look_after(MitigationRecord& record, UnixMillis now);
  void after_attack(MitigationRecord& record, UnixMillis now);
  void begin_probe(MitigationRecord& record, UnixMillis now);
  void expire(MitigationRecord& record, UnixMillis now);
  void recheck(UnixMillis now, bool at_start);
  void forget_old(UnixMillis now);
  [[nodiscard]] UnixMillis probe_pause(const Mitigation& mitigation) const;

  // machine_effects.cc: what is to be done
  void reconcile();
  void audit(UnixMillis now, std::string_view who, std::string_view what, std::uint64_t mitigation, std::string why);
  void measure(Measuring::What what, const MitigationRecord& record, UnixMillis now);
  void tell(std::string_view event, const MitigationRecord& record, UnixMillis now);
  void deliver(const std::vector<std::string>& channels, const Notice& notice);
  [[nodiscard]] std::vector<std::string> channels_of(const MitigationRecord& record, std::string_view event) const;

  MitigationConfig config_;
  OriginOf origin_of_;
  MachineState state_;
  std::map<std::uint64_t, Known> attacks_;
  std::set<std::uint64_t> in_flight_;  ///< deliveries
  Effects effects_;
};

}  // namespace weir::detect
