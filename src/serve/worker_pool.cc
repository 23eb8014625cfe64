#include "serve/worker_pool.h"

#include <chrono>

namespace weir::serve {

void WorkerPool::start() {
  for (std::size_t i = 0; i < threads_wanted_; ++i) {
    threads_.emplace_back([this] {
      while (true) {
        auto task = queue_.pop(std::chrono::hours(1));
        if (task) {
          (*task)();
        } else if (queue_.closed()) {
          return;
        }
      }
    });
  }
}

void WorkerPool::stop() {
  queue_.close();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace weir::serve
