// The alarms that stand, for Status.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "store/store.h"

namespace weir::store {

/// An alarm has a name and a subject (a file, or nothing); it stands from raise() to clear(). Any thread. Logs both.
class Alarms {
 public:
  void raise(const std::string& name, const std::string& subject, const std::string& message, UnixMillis now) {
    const std::lock_guard lock(mutex_);
    const auto [at, fresh] = standing_.try_emplace({name, subject}, Alarm{name, message, now});
    at->second.message = message;
    if (fresh) log::error("store alarm", "name=" + name + " message=\"" + log::escape(message, 1024) + "\"");
  }
  void clear(const std::string& name, const std::string& subject) {
    const std::lock_guard lock(mutex_);
    if (standing_.erase({name, subject}) > 0) log::info("store alarm over", "name=" + name);
  }
  [[nodiscard]] bool stands(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto at = standing_.lower_bound({name, ""});
    return at != standing_.end() && at->first.first == name;
  }
  [[nodiscard]] std::vector<std::string> subjects(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (const auto& [key, alarm] : standing_) {
      if (key.first == name) out.push_back(key.second);
    }
    return out;
  }
  [[nodiscard]] std::vector<Alarm> all() const {
    const std::lock_guard lock(mutex_);
    std::vector<Alarm> out;
    for (const auto& [key, alarm] : standing_) out.push_back(alarm);
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Alarm> standing_;
};

}  // namespace weir::store
