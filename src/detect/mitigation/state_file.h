// What mitigation remembers, as text: JSON, to be put on the disk at once and whole.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "detect/mitigation/machine_state.h"

namespace weir::detect {

inline constexpr std::size_t kMostStateOctets = 256U << 20U;

[[nodiscard]] std::string write_state(const MachineState& state);
/// Errors (malformed) say which member. A state that cannot be read in full is not read at all.
[[nodiscard]] Result<MachineState> read_state(std::string_view text);

}  // namespace weir::detect
