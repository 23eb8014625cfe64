// Runs a program of the operator: no shell, text to its standard input, an end to its time.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace weir::collect {

/// Success is exit status 0. Errors (io) say the status or signal, with the beginning of what it wrote to standard error.
/// It has a process group of its own, which is killed when the time is over or `stop` becomes true. Its environment holds
/// PATH alone.
[[nodiscard]] Result<void> run_program(const std::string& path, const std::vector<std::string>& arguments,
                                       std::string_view input, UnixMillis limit_ms, const std::atomic<bool>& stop);

}  // namespace weir::collect
