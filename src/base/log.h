// Logging: text or JSON lines on stderr, each place rate-limited, exporter-supplied text escaped.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::log {

enum class Level : unsigned char { debug, info, warn, error };
enum class Format : unsigned char { text, json };

/// Called once at start, before other threads log. Until then: text, info.
void configure(Format format, Level least);
[[nodiscard]] Result<Level> parse_level(std::string_view text);
[[nodiscard]] Result<Format> parse_format(std::string_view text);

/// One line. `what` is a short fixed sentence; `details` is "key=value key=value" (values escaped by the caller with
/// escape()). Thread-safe.
void write(Level level, std::string_view what, std::string_view details = {});
inline void debug(std::string_view what, std::string_view details = {}) { write(Level::debug, what, details); }
inline void info(std::string_view what, std::string_view details = {}) { write(Level::info, what, details); }
inline void warn(std::string_view what, std::string_view details = {}) { write(Level::warn, what, details); }
inline void error(std::string_view what, std::string_view details = {}) { write(Level::error, what, details); }

/// Text from the network made safe to print: control characters, quotes, backslashes and bytes that are not UTF-8 become
/// \xNN, and what is longer than `most` bytes is cut with "...".
[[nodiscard]] std::string escape(std::string_view text, std::size_t most = 256);

/// Lets through at most one line per interval at the place that owns it; counts the rest. Lives as a static or member at
/// the logging place. Thread-safe.
class RateLimit {
 public:
  explicit RateLimit(std::int64_t interval_ms = 10'000) : interval_ms_(interval_ms) {}
  /// True when a line may be written at `now` (a steady time in ms); then `suppressed()` lines were held back before it.
  bool admit(std::int64_t steady_now_ms);
  [[nodiscard]] std::uint64_t suppressed() const { return reported_.load(std::memory_order_relaxed); }

 private:
  const std::int64_t interval_ms_;
  std::atomic<std::int64_t> next_{INT64_MIN};
  std::atomic<std::uint64_t> held_{0};
  std::atomic<std::uint64_t> reported_{0};
};

}  // namespace weir::log
