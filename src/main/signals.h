// Signals, taken one at a time by the main thread instead of interrupting whatever runs.
#pragma once

#include <chrono>

namespace weir::main {

enum class Signal : unsigned char {
  none,    ///< the patience is over
  stop,    ///< SIGTERM, SIGINT
  reload,  ///< SIGHUP
};

/// Blocks the signals in this thread and in all that it starts later; so make it before the first thread. They stay
/// blocked as long as the process lives: a second SIGTERM while it drains must not kill it.
class Signals {
 public:
  Signals();
  /// The next signal, or none after `patience`.
  [[nodiscard]] Signal wait(std::chrono::milliseconds patience) const;
};

}  // namespace weir::main
