// The configuration of enrichment that is in force, shared by all workers and swapped by a reload.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "enrich/plan.h"

namespace weir::collect {

/// A worker asks once for each batch. Who still uses the old plan keeps it alive until its batch is done.
class CurrentPlan {
 public:
  explicit CurrentPlan(std::shared_ptr<const enrich::EnrichPlan> plan) : plan_(std::move(plan)) {}

  [[nodiscard]] std::shared_ptr<const enrich::EnrichPlan> get() const {
    const std::lock_guard lock(mutex_);
    return plan_;
  }
  void set(std::shared_ptr<const enrich::EnrichPlan> plan) {
    const std::lock_guard lock(mutex_);
    plan_.swap(plan);  // the old one goes, if nobody uses it, after the lock
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const enrich::EnrichPlan> plan_;
};

}  // namespace weir::collect
