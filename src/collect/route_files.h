// The files of routes: loaded by one thread, refreshed from the web where configured, changed by a reload.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bgp/file/file_source.h"
#include "bgp/rib.h"
#include "fetch/web_file.h"

namespace weir::collect {

struct RouteFileConfig {
  bgp::FileSourceConfig source;
  std::string url;  ///< where the file is fetched from, again and again; empty: it is there already. Then it has one path
  UnixMillis refresh_ms = kHourMs;
  bool operator==(const RouteFileConfig&) const = default;
};

/// check() from one thread, the rest from any.
class RouteFiles {
 public:
  explicit RouteFiles(bgp::Rib& rib) : rib_(rib) {}

  /// What there is to be from the next check() on. Files whose settings are the same are not loaded again.
  void set(std::vector<RouteFileConfig> wanted);
  /// Looks at all of them and loads what changed; takes as long as that takes.
  void check(UnixMillis now);
  /// A running check() ends soon, as far as it waits for the web.
  void stop();
  [[nodiscard]] std::vector<bgp::RouteFileStatus> status() const;

 private:
  struct File {
    File(const RouteFileConfig& wanted, bgp::Rib& rib);
    const RouteFileConfig config;
    bgp::FileSource source;
    std::unique_ptr<fetch::WebFile> web;  ///< null without a URL
  };
  void take_over(UnixMillis now);
  void close_views(bgp::SourceId source, UnixMillis now);

  bgp::Rib& rib_;
  mutable std::mutex mutex_;
  std::vector<RouteFileConfig> wanted_;
  bool changed_ = false;
  std::vector<std::shared_ptr<File>> files_;
};

}  // namespace weir::collect
