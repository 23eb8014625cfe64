#include "main/interrupt.h"

#include <signal.h>

namespace weir::main {
namespace {

// A signal handler can reach nothing else.
std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_interrupt(int) {
  g_interrupted.store(true, std::memory_order_relaxed);
}

}  // namespace

const std::atomic<bool>& stop_on_interrupt() {
  struct sigaction action{};
  action.sa_handler = on_interrupt;
  // One-shot: a second Ctrl-C does what it always does.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  return g_interrupted;
}

}  // namespace weir::main
