#include "main/signals.h"

#include <signal.h>
#include <time.h>

namespace weir::main {
namespace {

sigset_t our_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, signal);
  return set;
}

}  // namespace

Signals::Signals() {
  const sigset_t set = our_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Signal Signals::wait(std::chrono::milliseconds patience) const {
  const sigset_t set = our_signals();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(patience);
  const timespec timeout{.tv_sec = seconds.count(),
                         .tv_nsec = std::chrono::duration_cast<std::chrono::nanoseconds>(patience - seconds).count()};
  switch (::sigtimedwait(&set, nullptr, &timeout)) {
    case SIGTERM:
    case SIGINT:
      return Signal::stop;
    case SIGHUP:
      return Signal::reload;
    default:
      return Signal::none;
  }
}

}  // namespace weir::main
