#include "main/standard_output.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace weir::main {

void StandardOutput::flush() {
  std::string_view left = text_;
  while (!left.empty() && !stopped()) {
    const ssize_t wrote = ::write(STDOUT_FILENO, left.data(), left.size());
    if (wrote >= 0) {
      left.remove_prefix(static_cast<std::size_t>(wrote));
    } else if (errno == EPIPE) {
      gone_ = true;
    } else if (errno != EINTR) {
      failed_ = errno;
    }
  }
  text_.clear();
}

Result<void> StandardOutput::finish() {
  flush();
  if (failed_ != 0)
    return fail(ErrorCode::io, std::string("cannot write to standard output: ") + std::strerror(failed_));
  return {};
}

}  // namespace weir::main
