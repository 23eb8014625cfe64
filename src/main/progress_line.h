// How far a question is, on standard error, for people who wait.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace weir::main {

/// While it lives it writes one line, again and again, from a second after its beginning on: "42 %, 3 s; Ctrl-C ends it". The
/// line is gone at its end. Nothing at all where standard error is no terminal.
class ProgressLine {
 public:
  struct Options {
    int descriptor = 2;
    bool terminal_only = true;
    std::chrono::milliseconds after{1000};
    std::chrono::milliseconds every{250};
  };
  /// From 0 to 1, or nothing where it cannot be told. Called from a thread of the line's own, until its end.
  using HowFar = std::function<std::optional<double>()>;

  explicit ProgressLine(HowFar how_far) : ProgressLine(std::move(how_far), Options{}) {}
  ProgressLine(HowFar how_far, Options options);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Whether there is anyone to show it to.
  [[nodiscard]] bool shown() const { return thread_.joinable(); }

 private:
  void run();
  void write(const std::string& text) const;

  const HowFar how_far_;
  const Options options_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace weir::main
