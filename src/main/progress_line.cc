#include "main/progress_line.h"

#include <unistd.h>

#include <algorithm>
#include <string>

namespace weir::main {
namespace {

constexpr std::string_view kToLineBegin = "\r\x1b[K";

std::string line_of(const std::optional<double>& far, std::chrono::steady_clock::duration took) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(took).count();
  std::string out(kToLineBegin);
  if (far) out += std::to_string(static_cast<int>(100 * std::clamp(*far, 0.0, 1.0))) + " %, ";
  return out + std::to_string(seconds) + " s; Ctrl-C ends it";
}

}  // namespace

ProgressLine::ProgressLine(HowFar how_far, Options options) : how_far_(std::move(how_far)), options_(options) {
  if (!options_.terminal_only || ::isatty(options_.descriptor) == 1) thread_ = std::thread([this] { run(); });
}

ProgressLine::~ProgressLine() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void ProgressLine::run() {
  const auto began = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  bool written = false;
  auto next = began + options_.after;
  while (!ended_.wait_until(lock, next, [this] { return over_; })) {
    lock.unlock();
    write(line_of(how_far_(), std::chrono::steady_clock::now() - began));
    written = true;
    lock.lock();
    next = std::chrono::steady_clock::now() + options_.every;
  }
  if (written) write(std::string(kToLineBegin));
}

/// A terminal that takes no more is no reason to end the question.
void ProgressLine::write(const std::string& text) const {
  [[maybe_unused]] const auto ignored = ::write(options_.descriptor, text.data(), text.size());
}

}  // namespace weir::main
