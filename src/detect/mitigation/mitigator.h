// What serve/ and main/ see of mitigation: the list, proposals and decisions of people, the audit log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "detect/mitigation/mitigation.h"

namespace weir::detect {

/// What a person asks for.
struct MitigationRequest {
  Prefix target{};
  std::string action{};                ///< a configured name; or a kind, where one action of that kind is configured
  UnixMillis ttl_ms = 0;             ///< 0: the action's own
  std::optional<bool> dry_run{};     ///< nothing: true. False announces only where the configuration allows it
  std::string why{};
  std::uint64_t attack = 0;          ///< 0: none; of a running one its signatures are used
  std::string match{};               ///< FlowSpec: "proto udp src port 123"; "" the attack's signatures
};

/// One line of the audit log.
struct AuditEntry {
  std::uint64_t number = 0;  ///< from 1, without a gap
  UnixMillis at_ms = 0;
  std::string who{};   ///< a person, or "weir"
  std::string what{};  ///< "proposed", "approved", "announced", "withdrawn", "refused", "probed", "delivered", ...
  std::uint64_t mitigation = 0;  ///< 0: none
  std::string why{};               ///< in words, with figures
  std::string hash{};              ///< SHA-256 over the line before and this one, in hexadecimal
};

struct AuditPage {
  std::vector<AuditEntry> entries{};  ///< the newest first
  bool intact = true;               ///< the chain of hashes of what was read holds
  std::string problem{};              ///< where it does not, or why the log cannot be read
};

struct ActionSummary {
  std::string name{};
  ActionKind kind = ActionKind::blackhole;
  bool dry_run = true;
  std::vector<std::string> peers{};
  std::vector<std::string> problems{};  ///< "peer 'transit' has not agreed on ipv4-flowspec"
};

struct MitigationSummary {
  bool configured = false;
  bool dry_run = true;      ///< of everything
  std::size_t proposed = 0, active = 0, rehearsed = 0;
  std::size_t most_active = 0;
  std::vector<ActionSummary> actions{};
  std::vector<std::string> problems{};  ///< what needs a person: a full disk, a webhook that fails, a log that is not intact
};

/// Any thread may call; none of them waits for the network or the store. Decisions are on disk when they return.
class Mitigator {
 public:
  virtual ~Mitigator() = default;

  [[nodiscard]] virtual MitigationSummary summary() const = 0;
  /// Open ones first, then closed ones, each the newest first; at most `most` of the closed.
  [[nodiscard]] virtual std::vector<Mitigation> list(std::size_t most_closed = 100) const = 0;
  /// not_found.
  [[nodiscard]] virtual Result<Mitigation> get(std::uint64_t id) const = 0;

  /// Who a token belongs to. Errors: invalid, unknown token, or nobody is configured (mitigation.people).
  [[nodiscard]] virtual Result<std::string> person(std::string_view token) const = 0;

  /// A mitigation in state proposed, or refused with its reasons. Errors: what cannot be understood at all: an unknown
  /// action, a prefix of a family that the action has no next hop for, a filter that is wrong.
  virtual Result<Mitigation> propose(const MitigationRequest& request, std::string_view who) = 0;
  /// What would come of it, without a trace but the measuring: routes and refusals. For `check`.
  [[nodiscard]] virtual Result<Mitigation> rehearse(const MitigationRequest& request) const = 0;
  /// Errors: not_found; invalid where it is in no state for it (said in the message) or a guard refuses.
  virtual Result<Mitigation> approve(std::uint64_t id, std::string_view who, std::string_view why) = 0;
  virtual Result<Mitigation> reject(std::uint64_t id, std::string_view who, std::string_view why) = 0;
  virtual Result<Mitigation> withdraw(std::uint64_t id, std::string_view who, std::string_view why) = 0;

  /// The newest entries, at most `most`; of one mitigation where `id` is not 0. Reads files.
  [[nodiscard]] virtual AuditPage log(std::size_t most, std::uint64_t id = 0) const = 0;
};

}  // namespace weir::detect
