// The files from the web: one thread that keeps them all, in DIR/fetched. Who uses one looks at its file, as at any
// other.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "fetch/web_file.h"

namespace weir::collect {

/// A file that the configuration wants.
struct WantedFile {
  std::string name;  ///< also of the file: "as-names", "vrps"
  std::string url;
  UnixMillis interval_ms = kDayMs;
  bool operator==(const WantedFile&) const = default;
};

/// The thread is made by the first configure() that wants a file. configure() and stop() from one thread, the rest from
/// any.
class WebFiles {
 public:
  explicit WebFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}
  ~WebFiles();  ///< stops
  WebFiles(const WebFiles&) = delete;
  WebFiles& operator=(const WebFiles&) = delete;

  /// Those that did not change are not disturbed; those no longer wanted are no longer asked for, but stay on the disk.
  void configure(const std::vector<WantedFile>& wanted);
  /// Ends within about a second.
  void stop();

  /// Where the file of that name is, or will be.
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return directory_ / name; }
  struct Status {
    std::string name;
    fetch::WebFileStatus file;
  };
  [[nodiscard]] std::vector<Status> status() const;
  /// weir_fetch_...; read only while this lives.
  void register_metrics(Metrics& metrics) const;

 private:
  struct Kept {
    WantedFile wanted;
    std::shared_ptr<fetch::WebFile> file;
  };
  void run();

  const std::filesystem::path directory_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Kept> files_;
  bool stopping_ = false;
};

}  // namespace weir::collect
