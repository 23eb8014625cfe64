// What systemd is told, where it started Weir (Type=notify, WatchdogSec); nothing happens elsewhere. sd_notify(3).
#pragma once

#include <cstdint>
#include <string>

namespace weir::main {

class ServiceManager {
 public:
  ServiceManager();

  void ready(const std::string& status) const;
  void reloading() const;
  void stopping() const;
  /// Call it often while all is well; it passes on what the watchdog needs.
  void alive(std::int64_t steady_now_ms);

 private:
  std::int64_t interval_ms_ = 0;  ///< half of what the watchdog allows; 0: there is none
  std::int64_t due_ = 0;
};

}  // namespace weir::main
