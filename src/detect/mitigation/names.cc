// The words for what mitigation.h enumerates: in the API, the configuration, the audit log and the state file.
#include <array>

#include "detect/mitigation/mitigation.h"

namespace weir::detect {
namespace {

template <typename Enum, std::size_t N>
std::string_view word(const std::array<std::string_view, N>& words, Enum value) {
  const auto at = static_cast<std::size_t>(value);
  return at < N ? words[at] : "unknown";
}

constexpr std::array<std::string_view, 3> kKinds = {"blackhole", "flowspec", "diversion"};
constexpr std::array<std::string_view, 3> kModes = {"notify", "propose", "act"};
constexpr std::array<std::string_view, 9> kStates = {"proposed",  "rehearsed", "active",   "probing", "withdrawn",
                                                     "expired",   "rejected",  "refused",  "failed"};
constexpr std::array<std::string_view, 12> kGuards = {
    "own_prefixes", "shortest",     "protected",   "most_active", "rate",       "rpki",
    "time_to_live", "two_persons",  "rule_budget", "conflict",    "legitimate", "peers"};

}  // namespace

std::string_view name_of(ActionKind kind) {
  return word(kKinds, kind);
}
std::string_view name_of(PolicyMode mode) {
  return word(kModes, mode);
}
std::string_view name_of(MitigationState state) {
  return word(kStates, state);
}
std::string_view name_of(Guard guard) {
  return word(kGuards, guard);
}

bool is_over(MitigationState state) {
  return state >= MitigationState::withdrawn;
}

}  // namespace weir::detect
