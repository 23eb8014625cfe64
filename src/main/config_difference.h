// What a reload cannot take over.
#pragma once

#include <string>
#include <vector>

#include "main/config.h"

namespace weir::main {

/// The keys, in the order of the table, whose values differ and that a running Weir cannot change.
[[nodiscard]] std::vector<std::string> keys_that_need_a_restart(const Config& running, const Config& wanted);

}  // namespace weir::main
