// Names of new tables and files, none of which is in use.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "store/duckdb/schema.h"

namespace weir::store {

/// Every name in the manifest is taken until it is erased there. A table's name is never given out twice by one process:
/// a transaction that began before the old table was dropped could not make a new one of its name. Any thread.
class PartNames {
 public:
  void take(const std::string& name) {
    const std::lock_guard lock(mutex_);
    taken_.insert(name);
  }
  void release(const std::string& name) {
    const std::lock_guard lock(mutex_);
    taken_.erase(name);
  }
  /// "flows_2026112310", "flows_2026112310_2", ...
  std::string new_table(Kind kind, UnixMillis begin) {
    const std::lock_guard lock(mutex_);
    const std::string first = table_name(kind, begin);
    unsigned& number = given_[first];
    while (true) {
      const std::string name = ++number == 1 ? first : first + "_" + std::to_string(number);
      if (taken_.insert(name).second) return name;
    }
  }
  /// "cold/2026/11/23/10-1.parquet", "cold/2026/11/23/10-2.parquet", ...
  std::string new_file(Kind kind, UnixMillis begin) {
    const std::lock_guard lock(mutex_);
    unsigned number = 1;
    while (!taken_.insert(file_name(kind, begin, number)).second) ++number;
    return file_name(kind, begin, number);
  }

 private:
  std::mutex mutex_;
  std::set<std::string> taken_;
  std::map<std::string, unsigned> given_;  // how many names of each partition; a few entries an hour
};

}  // namespace weir::store
