// Standard output for much text: buffered, and an error when it cannot be written.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::main {

class StandardOutput {
 public:
  StandardOutput() = default;
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

  /// Append here, then call flush_if_full() once in a while.
  std::string& text() { return text_; }
  void flush_if_full() {
    if (text_.size() >= kFull) flush();
  }
  void flush();
  /// Writes what is left; the first error of all writes. A reader that went away (`| head`) is none, but stopped() is
  /// true.
  [[nodiscard]] Result<void> finish();
  /// True when writing on makes no sense.
  [[nodiscard]] bool stopped() const { return gone_ || failed_ != 0; }

 private:
  static constexpr std::size_t kFull = std::size_t{1} << 16U;
  std::string text_;
  int failed_ = 0;  ///< errno
  bool gone_ = false;
};

}  // namespace weir::main
