// A file from the web that is kept on the disk and refreshed.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "fetch/transfer.h"

namespace weir::fetch {

struct WebFileOptions {
  std::string url;                   ///< http or https
  std::filesystem::path file;        ///< where it is kept; "FILE.fetched" beside it holds what the server said of it
  UnixMillis interval_ms = kHourMs;  ///< asked again after this
  UnixMillis least_retry_ms = 30 * kSecondMs;  ///< after a failure; doubled each time, up to the interval
  UnixMillis timeout_ms = 10 * kMinuteMs;
  std::uint64_t most_octets = std::uint64_t{1} << 30U;
};

struct WebFileStatus {
  std::string url;  ///< without secrets
  std::filesystem::path file;
  bool present = false;         ///< the file is there, of now or of an earlier run
  UnixMillis asked_ms = 0;      ///< the last time; 0 never
  UnixMillis confirmed_ms = 0;  ///< when the server last gave it or said that it is unchanged; 0 not since the start
  UnixMillis next_ms = 0;       ///< when it is asked again
  std::uint64_t octets = 0;     ///< of the last one fetched
  std::uint64_t fetched = 0, unchanged = 0, failed = 0;  ///< since the start
  std::string error;                                     ///< of the last try; "" it went well
};

/// A failure of any kind leaves the file as it was. check() from one thread; the rest from any.
class WebFile {
 public:
  explicit WebFile(WebFileOptions options);
  WebFile(const WebFile&) = delete;
  WebFile& operator=(const WebFile&) = delete;

  /// Asks the server if it is time, and blocks as long as that takes. True when there is a new file.
  bool check(UnixMillis now);
  /// A running check() ends within a second and later ones do nothing.
  void stop() { stop_.store(true); }
  [[nodiscard]] const std::filesystem::path& file() const { return options_.file; }
  [[nodiscard]] WebFileStatus status() const;

 private:
  [[nodiscard]] Result<bool> refresh();
  [[nodiscard]] Validators remembered() const;
  [[nodiscard]] Result<void> remember(const Validators& validators) const;
  [[nodiscard]] std::filesystem::path beside(const char* ending) const { return options_.file.string() + ending; }

  const WebFileOptions options_;
  std::atomic<bool> stop_{false};
  UnixMillis retry_ms_;
  mutable std::mutex mutex_;
  WebFileStatus status_;
};

}  // namespace weir::fetch
