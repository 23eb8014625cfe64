// A source of routes that is one or several files, or a list in the configuration.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "bgp/file/route_loader.h"
#include "bgp/source_status.h"

namespace weir::bgp {

struct FileSourceConfig {
  std::string name;  ///< of the source, unique
  SourceKind kind =
      SourceKind::mrt;  ///< mrt, text or fixed: what the doctor calls it; a file's content decides how it is read
  std::vector<std::string> paths;   ///< loaded in order: a dump, then the updates since
  std::vector<StaticRoute> routes;  ///< beside or instead of files
  int preference = 100;
  std::vector<IpAddress> exporters;  ///< whose own view these routes are (SourceInfo)
  UnixMillis reload_ms = 0;          ///< load again after this long though nothing changed; 0: only when a file changes
  bool operator==(const FileSourceConfig&) const = default;
};

/// Loads at the first check(), and again when a file's time, size or identity changed or the timer is over. While it
/// loads, lookups see the routes of before; they go when all has been told anew. If a file fails, what it held whole is
/// used, and no route of before goes.
///
/// check() and the destructor are called by one thread; status() by any.
class FileSource {
 public:
  /// `clock` measures how long a load takes, in milliseconds; without one that is not told.
  FileSource(FileSourceConfig config, Rib& rib, std::function<std::int64_t()> clock = {});
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  /// Call it about every second: it looks at the files, and loads if there is a reason to. A file that is seen changing
  /// is loaded when two checks in a row find it the same, so that it is not read while it is being written. True when
  /// it loaded.
  bool check(UnixMillis now);
  /// Loads at the next check, changed or not.
  void reload() { reload_ = true; }

  [[nodiscard]] const std::string& name() const { return config_.name; }
  /// Of the last load, one for each file (and one without a path for the routes of the configuration).
  [[nodiscard]] std::vector<RouteFileStatus> status() const;
  /// Of the last load, in full.
  [[nodiscard]] std::vector<LoadReport> reports() const;

 private:
  /// What tells a file from what it was.
  struct Identity {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t modified_ns = 0;
    bool there = false;
    bool operator==(const Identity&) const = default;
  };
  [[nodiscard]] static Identity identity_of(const std::string& path);
  [[nodiscard]] bool is_due(UnixMillis now);
  void load(UnixMillis now);

  FileSourceConfig config_;
  std::function<std::int64_t()> clock_;
  RouteLoader loader_;
  bool reload_ = true;
  std::vector<Identity> loaded_, seen_;
  UnixMillis next_ms_ = 0;

  mutable std::mutex mutex_;  ///< of what follows
  std::vector<RouteFileStatus> status_;
  std::vector<LoadReport> reports_;
};

}  // namespace weir::bgp
