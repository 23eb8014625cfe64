// The MMDB files in force, swapped when a file changes.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "enrich/mmdb.h"

namespace weir::enrich {

/// Never changes once made.
struct Databases {
  std::vector<std::shared_ptr<const Mmdb>> countries;  ///< the first that knows an address decides
  std::vector<std::shared_ptr<const Mmdb>> ases;
};

/// Never null. A worker asks once for each batch; who still uses old files keeps them alive.
class CurrentDatabases {
 public:
  [[nodiscard]] std::shared_ptr<const Databases> get() const {
    const std::lock_guard lock(mutex_);
    return databases_;
  }
  void set(std::shared_ptr<const Databases> databases) {
    const std::lock_guard lock(mutex_);
    databases_.swap(databases);  // the old ones go, if nobody uses them, after the lock
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Databases> databases_ = std::make_shared<const Databases>();
};

}  // namespace weir::enrich
