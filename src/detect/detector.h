// How the rest of Weir sees detection: the list of attacks, a feed of what changes, which rules hold and how near they are.
// collect/ implements it over the engine; serve/, mitigation and main use it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "detect/attack.h"
#include "detect/detect_config.h"

namespace weir::detect {

/// An attack as it was at one moment; never changes.
using AttackPtr = std::shared_ptr<const Attack>;

enum class ChangeKind : std::uint8_t { opened, updated, ended };
inline constexpr std::array<std::string_view, 3> kChangeWords = {"opened", "updated", "ended"};

/// One step of an attack's life. `opened` comes once and first, `ended` once and last, `updated` about every second between.
struct Change {
  std::uint64_t number = 0;  ///< counted up from 1 since the start of the process
  ChangeKind kind = ChangeKind::opened;
  AttackPtr attack;
};

struct Changes {
  std::vector<Change> changes;
  std::uint64_t next = 1;  ///< ask for changes from this number on
  bool lost = false;       ///< some are no longer held: list the attacks anew
};

struct AttackQuery {
  bool open = true;
  bool past = true;
  UnixMillis from_ms = 0;          ///< those that were under way in [from, to)
  UnixMillis to_ms = INT64_MAX;
  std::optional<Prefix> within{};  ///< whose target lies in it, or holds it
  std::string customer{};
  std::size_t most = 200;
};

/// One rule as it governs one target, and how near the target is to it.
struct RuleState {
  std::string rule;
  std::string from;      ///< the group that says so: "group hosting (192.0.2.0/24)", "defaults", "baseline", "rule NAME"
  Threshold threshold;   ///< `value` is the one in force
  std::string target;    ///< "192.0.2.7", "192.0.2.0/24", "customer ACME"
  bool measured = false; ///< false: so little traffic that nothing is measured; then below `value_high`
  double value = 0;      ///< the largest of the last two minutes
  double value_low = 0;
  double value_high = 0;
  std::optional<double> usual;  ///< the learned usual value of this hour of the week
  double confidence = 0;        ///< of `usual`, 0 to 1
};

struct Explanation {
  IpAddress address;
  bool own = false;          ///< of the own network: attacks against it and from it are looked for
  std::string customer;
  std::vector<std::string> groups;  ///< that govern it, the most specific first
  std::vector<std::string> notes;   ///< excluded, quiet now, ...
  std::vector<RuleState> rules;     ///< the nearest to its threshold first
  std::vector<std::uint64_t> attacks;  ///< open ones that hold the address
};

/// A rule in force, for lists.
struct RuleInfo {
  std::string name;
  std::string from;
  std::string filter;  ///< "" for thresholds
  Threshold threshold;
};

struct DetectStatus {
  std::uint64_t records = 0;        ///< looked at
  std::uint64_t too_old = 0;        ///< that ended before the past that is held
  std::uint64_t targets = 0;        ///< addresses and prefixes held
  std::uint64_t detailed = 0;       ///< of these, near enough to a threshold to be measured by the second
  std::uint64_t evicted = 0;        ///< light ones that made room
  std::uint64_t refused = 0;        ///< not held, for want of room and lighter than all others
  std::uint64_t memory_octets = 0;
  std::uint64_t open_attacks = 0;
  std::uint64_t attacks = 0;        ///< since the start
  std::uint64_t baselines = 0;
};

/// Thread rule: any thread may call anything at any time.
class Detector {
 public:
  virtual ~Detector() = default;

  /// The newest first.
  [[nodiscard]] virtual std::vector<AttackPtr> attacks(const AttackQuery& query) const = 0;
  /// Null: there is none of this number.
  [[nodiscard]] virtual AttackPtr attack(std::uint64_t id) const = 0;
  /// From change `number` on; what is held is bounded. 0: nothing but `next`.
  [[nodiscard]] virtual Changes changes(std::uint64_t number) const = 0;
  /// Called for every change, from the thread that detects, in order; it must not wait. Set before collecting starts.
  virtual void listen(std::function<void(const Change&)> listener) = 0;

  [[nodiscard]] virtual Explanation explain(IpAddress address) const = 0;
  [[nodiscard]] virtual std::vector<RuleInfo> rules() const = 0;
  [[nodiscard]] virtual DetectConfig config() const = 0;
  [[nodiscard]] virtual OwnNetwork network() const = 0;
  /// From now on; open attacks go on as long as their target is above. Errors: invalid (a filter, with its place); then the
  /// old ones stay.
  virtual Result<void> replace(const DetectConfig& config) = 0;
  [[nodiscard]] virtual DetectStatus status() const = 0;
};

}  // namespace weir::detect
