// Ctrl-C for commands that run until they are done: they end early and still say what they did.
#pragma once

#include <atomic>

namespace weir::main {

/// From now on SIGINT and SIGTERM set the flag instead of ending the process; a second one ends it. Returns the flag.
[[nodiscard]] const std::atomic<bool>& stop_on_interrupt();

}  // namespace weir::main
