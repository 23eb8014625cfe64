// What mitigation must remember over a restart, as values. state_file.h keeps it.
#pragma once

#include <string>
#include <vector>

#include "detect/mitigation/guards.h"

namespace weir::detect {

/// One thing that people or their systems are told.
struct Notice {
  std::string event{};  ///< "attack_began", "proposed", "announced", ...
  UnixMillis at_ms = 0;
  std::string key{};    ///< the same for all of one mitigation, or of one attack: "weir-mitigation-7"
  bool is_over = false;  ///< it ends what `key` began
  bool is_urgent = false;
  std::string title{};  ///< one line
  std::string text{};   ///< a few lines
  std::string document{};  ///< JSON: the whole event, for programs
};

/// A notice on its way to one channel, at least once.
struct Delivery {
  std::uint64_t id = 0;
  std::string channel{};
  Notice notice{};
  unsigned attempts = 0;
  UnixMillis created_ms = 0;
  UnixMillis next_ms = 0;
  std::string last_error{};
};

struct MitigationRecord {
  Mitigation shown{};
  std::string attack_filter{};  ///< query language; "": all traffic to the target
  std::string scope_filter{};   ///< what the routes touch
  std::string target_filter{};  ///< all traffic to the target (from it, where the attack comes from there)
  UnixMillis attack_gone_ms = 0;  ///< since when it was not seen; 0: it is there, or there is none
  bool starts_itself = false;     ///< a policy acts as soon as its cost is known
  UnixMillis effect_due_ms = 0;
};

struct MachineState {
  std::uint64_t next_mitigation = 1;
  std::uint64_t next_delivery = 1;
  std::vector<MitigationRecord> records{};  ///< in the order of their ids
  /// What peers may hold: written before it is announced, removed after it was withdrawn.
  std::vector<StandingRoute> standing{};
  std::vector<Delivery> deliveries{};
  std::vector<UnixMillis> begun{};  ///< when mitigations began within the last hour
};

}  // namespace weir::detect
