#include "main/service_manager.h"

#include <systemd/sd-daemon.h>
#include <time.h>

namespace weir::main {

ServiceManager::ServiceManager() {
  std::uint64_t microseconds = 0;
  if (::sd_watchdog_enabled(0, &microseconds) > 0) interval_ms_ = static_cast<std::int64_t>(microseconds / 2000);
}

void ServiceManager::ready(const std::string& status) const {
  ::sd_notifyf(0, "READY=1\nSTATUS=%s", status.c_str());
}

void ServiceManager::reloading() const {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds =
      static_cast<unsigned long long>(now.tv_sec) * 1'000'000 + static_cast<unsigned long long>(now.tv_nsec) / 1000;
  ::sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu", microseconds);
}

void ServiceManager::stopping() const {
  ::sd_notify(0, "STOPPING=1\nSTATUS=committing what was received");
}

void ServiceManager::alive(std::int64_t steady_now_ms) {
  if (interval_ms_ == 0 || steady_now_ms < due_) return;
  due_ = steady_now_ms + interval_ms_;
  ::sd_notify(0, "WATCHDOG=1");
}

}  // namespace weir::main
