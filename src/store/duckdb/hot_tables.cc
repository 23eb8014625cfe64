#include "store/duckdb/hot_tables.h"

namespace weir::store {

PartPtr HotTables::pin(Kind kind, UnixMillis begin) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find({kind, begin});
  if (found == open_.end()) return nullptr;
  pinned_.insert(found->second);
  return found->second;
}

PartPtr HotTables::find(Kind kind, UnixMillis begin) const {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find({kind, begin});
  return found == open_.end() ? nullptr : found->second;
}

void HotTables::pin_new(const PartPtr& part) {
  const std::lock_guard lock(mutex_);
  pinned_.insert(part);
}

void HotTables::open(const PartPtr& part) {
  const std::lock_guard lock(mutex_);
  open_[{part->kind, part->begin}] = part;
  usual_[part->kind] = part->columns;
}

void HotTables::unpin() {
  const std::lock_guard lock(mutex_);
  pinned_.clear();
  for (const PartPtr& part : wanted_) {
    const auto found = open_.find({part->kind, part->begin});
    if (found != open_.end() && found->second == part) open_.erase(found);
  }
  wanted_.clear();
}

bool HotTables::freeze(const PartPtr& part) {
  const std::lock_guard lock(mutex_);
  if (pinned_.contains(part)) {
    wanted_.insert(part);
    return false;
  }
  const auto found = open_.find({part->kind, part->begin});
  if (found != open_.end() && found->second == part) open_.erase(found);
  return true;
}

ColumnSet HotTables::usual_columns(Kind kind) const {
  const std::lock_guard lock(mutex_);
  const auto found = usual_.find(kind);
  return found == usual_.end() ? ColumnSet{} : found->second;
}

void HotTables::forget_all() {
  const std::lock_guard lock(mutex_);
  open_.clear();
  pinned_.clear();
  wanted_.clear();
}

}  // namespace weir::store
