// A thread with a name that tools show.
#pragma once

#include <pthread.h>

#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace weir::collect {

/// `name` has at most 15 characters.
[[nodiscard]] inline std::thread named_thread(const std::string& name, std::function<void()> body) {
  return std::thread([name, body = std::move(body)] {
    ::pthread_setname_np(::pthread_self(), name.c_str());
    body();
  });
}

}  // namespace weir::collect
